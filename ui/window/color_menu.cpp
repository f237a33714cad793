// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/color_menu.h"

#include "actions/action_registry.h"
#include "figures/figure_colors.h"
#include "figures/figure_view.h"
#include "session/settings.h"

#include <QActionGroup>
#include <QMenu>
#include <QSet>

#include <algorithm>
#include <array>

namespace headlight {

namespace {

constexpr QSize swatch(40, 12);

struct CurveWord
{
    ScaleOptions::Curve curve;
    const char* word;
};
constexpr std::array curveWords{CurveWord{ScaleOptions::Curve::Linear, "linear"},
                                CurveWord{ScaleOptions::Curve::Log, "log"},
                                CurveWord{ScaleOptions::Curve::Rank, "rank"}};
struct ExtentWord
{
    ScaleOptions::Extent extent;
    const char* word;
};
constexpr std::array extentWords{ExtentWord{ScaleOptions::Extent::Slice, "each"},
                                 ExtentWord{ScaleOptions::Extent::Tensor, "layer"},
                                 ExtentWord{ScaleOptions::Extent::Figure, "all"}};

QString keyOf(const FigureView& view)
{
    return QStringLiteral("colors/") + view.objectName();
}

} // namespace

ColorMenu::ColorMenu(ActionRegistry& actions, Settings& settings, std::function<FigureView*()> front)
    : QObject(&actions)
    , m_actions(actions)
    , m_settings(settings)
    , m_front(std::move(front))
{
    const QString section = tr("Colours");
    const auto add = [&](const char* id, const QString& text, const QList<QKeySequence>& keys, auto run) {
        return m_actions.add(QLatin1String(id), section, text, keys,
                             [this, run] { run(m_front()->colors()); });
    };
    add("colors.open", tr("&Colours of this view…"), {QKeySequence(Qt::Key_F8)},
        [](FigureColors& colors) { colors.open(); });
    const auto scale = [&](const char* id, const QString& text, QActionGroup* group, auto change) {
        QAction* action = add(id, text, {}, [change](FigureColors& colors) {
            ScaleOptions options = colors.scale();
            change(options);
            colors.setScale(options);
        });
        action->setCheckable(true);
        group->addAction(action);
    };
    using Curve = ScaleOptions::Curve;
    using Extent = ScaleOptions::Extent;
    auto *curves = new QActionGroup(this), *extents = new QActionGroup(this), *sinks = new QActionGroup(this);
    scale("colors.linear", tr("&Linear"), curves, [](ScaleOptions& o) { o.curve = Curve::Linear; });
    scale("colors.log", tr("Lo&garithmic"), curves, [](ScaleOptions& o) { o.curve = Curve::Log; });
    scale("colors.rank", tr("By &rank"), curves, [](ScaleOptions& o) { o.curve = Curve::Rank; });
    scale("colors.each", tr("A scale for &each"), extents, [](ScaleOptions& o) { o.extent = Extent::Slice; });
    scale("colors.layer", tr("One scale for all heads of a la&yer"), extents,
          [](ScaleOptions& o) { o.extent = Extent::Tensor; });
    scale("colors.all", tr("One scale for &all that is shown"), extents,
          [](ScaleOptions& o) { o.extent = Extent::Figure; });
    scale("colors.sinkShown", tr("&Show the first token"), sinks,
          [](ScaleOptions& o) { o.sink = SinkTreatment::Shown; });
    scale("colors.sinkHidden", tr("&Hide the first token"), sinks,
          [](ScaleOptions& o) { o.sink = SinkTreatment::Hidden; });
    scale("colors.sinkRest", tr("Hide it and let the rest sum &to 1"), sinks,
          [](ScaleOptions& o) { o.sink = SinkTreatment::Renormalised; });
    add("colors.reset", tr("Rese&t the colours of this view"), {QKeySequence(Qt::SHIFT | Qt::Key_F8)},
        [](FigureColors& colors) { colors.reset(); });
}

void ColorMenu::fill(QMenu& menu)
{
    m_menu = &menu;
    for (const char* id :
         {"colors.open", "", "colors.linear", "colors.log", "colors.rank", "", "colors.each", "colors.layer",
          "colors.all", "", "colors.sinkShown", "colors.sinkHidden", "colors.sinkRest", ""})
        *id ? menu.addAction(m_actions.find(QLatin1String(id))) : (void)menu.addSeparator();
    QMenu* palettes = menu.addMenu(tr("&Palettes"));
    for (const bool diverging : {false, true}) {
        palettes->addSection(diverging ? tr("Signed numbers") : tr("Numbers from 0 up"));
        auto* group = new QActionGroup(this);
        for (const QString& id : diverging ? ColorMap::divergingIds() : ColorMap::sequentialIds()) {
            QAction* action = palettes->addAction(mapTitle(id));
            action->setObjectName(QStringLiteral("palette.") + id);
            action->setData(id);
            action->setCheckable(true);
            group->addAction(action);
            m_maps.push_back(action);
            connect(action, &QAction::triggered, this, [this, id, diverging] {
                const FigureStyle style = m_front()->figureStyle();
                setMaps(diverging ? style.sequentialMap : id, diverging ? id : style.divergingMap);
            });
        }
    }
    menu.addAction(m_actions.find(QStringLiteral("colors.reset")));
    connect(&menu, &QMenu::aboutToShow, this, &ColorMenu::check);
}

void ColorMenu::adopt(const std::vector<FigureView*>& views)
{
    m_views = views;
    const QStringList maps = m_settings.text(QStringLiteral("colors/maps")).split(QLatin1Char(' '));
    for (FigureView* view : m_views) {
        FigureColors& colors = view->colors();
        ScaleOptions scale;
        const QStringList words = m_settings.text(keyOf(*view)).split(QLatin1Char(' '));
        for (const CurveWord& c : curveWords)
            if (words.contains(QLatin1String(c.word)))
                scale.curve = c.curve;
        for (const ExtentWord& e : extentWords)
            if (words.contains(QLatin1String(e.word)))
                scale.extent = e.extent;
        colors.setScale(scale);
        connect(&colors, &FigureColors::changed, this, [this, view] { remember(*view); });
        connect(&colors, &FigureColors::mapsChosen, this, &ColorMenu::setMaps);
    }
    const auto among = [](const QString& id, const std::vector<QString>& ids) {
        return std::find(ids.begin(), ids.end(), id) != ids.end();
    };
    if (maps.size() == 2 && among(maps[0], ColorMap::sequentialIds()) &&
        among(maps[1], ColorMap::divergingIds()))
        setMaps(maps[0], maps[1]);
}

QHash<QString, FigureColors::State> ColorMenu::states() const
{
    QHash<QString, FigureColors::State> states;
    for (const FigureView* view : m_views)
        states.insert(view->objectName(), view->colors().state());
    return states;
}

void ColorMenu::setStates(const QHash<QString, FigureColors::State>& states)
{
    for (FigureView* view : m_views)
        if (const auto it = states.find(view->objectName()); it != states.end())
            view->colors().restore(*it);
}

void ColorMenu::setMaps(const QString& sequential, const QString& diverging)
{
    for (FigureView* view : m_views)
        view->colors().setMaps(sequential, diverging);
    m_settings.setText(QStringLiteral("colors/maps"), sequential + QLatin1Char(' ') + diverging);
}

void ColorMenu::remember(const FigureView& view)
{
    const ScaleOptions scale = view.colors().scale();
    QStringList words;
    for (const CurveWord& c : curveWords)
        if (c.curve == scale.curve)
            words << QLatin1String(c.word);
    for (const ExtentWord& e : extentWords)
        if (e.extent == scale.extent)
            words << QLatin1String(e.word);
    m_settings.setText(keyOf(view), words.join(QLatin1Char(' ')));
}

void ColorMenu::check()
{
    const FigureView& view = *m_front();
    const ColoredFigure* figure = view.colors().figure();
    const ScaleOptions scale = view.colors().scale();
    const ScaleChoices choices = figure ? figure->scaleChoices() : ScaleChoices{};
    const auto extent = [&](ScaleOptions::Extent e) {
        return figure &&
               std::find(choices.extents.begin(), choices.extents.end(), e) != choices.extents.end();
    };
    const auto set = [this](const char* id, bool enabled, bool checked) {
        QAction* action = m_actions.find(QLatin1String(id));
        action->setEnabled(enabled);
        action->setChecked(checked);
    };
    using Curve = ScaleOptions::Curve;
    using Extent = ScaleOptions::Extent;
    set("colors.linear", figure, scale.curve == Curve::Linear);
    set("colors.log", figure, scale.curve == Curve::Log);
    set("colors.rank", figure, scale.curve == Curve::Rank);
    set("colors.each", extent(Extent::Slice), scale.extent == Extent::Slice);
    set("colors.layer", extent(Extent::Tensor), scale.extent == Extent::Tensor);
    set("colors.all", extent(Extent::Figure), scale.extent == Extent::Figure);
    set("colors.sinkShown", choices.sink, scale.sink == SinkTreatment::Shown);
    set("colors.sinkHidden", choices.sink, scale.sink == SinkTreatment::Hidden);
    set("colors.sinkRest", choices.sink, scale.sink == SinkTreatment::Renormalised);
    const FigureStyle style = view.figureStyle();
    for (QAction* action : m_maps) {
        const QString id = action->data().toString();
        action->setIcon(mapIcon(id, style.dark, swatch));
        action->setChecked(id == style.sequentialMap || id == style.divergingMap);
    }
}

} // namespace headlight
