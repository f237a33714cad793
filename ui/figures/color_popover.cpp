// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/color_popover.h"

#include "figures/figure_colors.h"
#include "figures/figure_view.h"
#include "figures/number_text.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScreen>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace headlight {

namespace {

constexpr QSize swatch(72, 12);

template <class Choice>
void select(QComboBox& box, Choice choice)
{
    const QSignalBlocker quiet(box);
    // What is not offered here counts as the first, and stays as it is for views that offer it.
    box.setCurrentIndex(std::max(0, box.findData(static_cast<int>(choice))));
}

/// A limit as it was typed: nothing for an empty field, NaN for what is no number.
std::optional<double> typed(const QLineEdit& field)
{
    QString text = field.text().trimmed();
    if (text.isEmpty())
        return std::nullopt;
    text.replace(QChar(0x2212), QLatin1Char('-'));
    bool ok = false;
    const double value = text.toDouble(&ok);
    return ok && std::isfinite(value) ? value : std::nan("");
}

} // namespace

ColorPopover::ColorPopover(FigureColors& colors)
    : QFrame(&colors.view(), Qt::Popup)
    , m_colors(colors)
    , m_curve(new QComboBox(this))
    , m_extent(new QComboBox(this))
    , m_sink(new QComboBox(this))
    , m_sequential(new QComboBox(this))
    , m_diverging(new QComboBox(this))
    , m_low(new QLineEdit(this))
    , m_high(new QLineEdit(this))
    , m_automatic(new QPushButton(tr("Automatic"), this))
    , m_reset(new QPushButton(tr("Reset"), this))
    , m_problem(new QLabel(this))
{
    setObjectName(QStringLiteral("colorPopover"));
    setAccessibleName(tr("Colours of this view"));
    setFrameShape(QFrame::StyledPanel);
    const ScaleChoices choices = colors.figure()->scaleChoices();
    const auto name = [](QWidget* widget, const char* object, const QString& words) {
        widget->setObjectName(QLatin1String(object));
        widget->setAccessibleName(words);
        widget->setAccessibleDescription(words); // a list's name is what is chosen in it
    };
    name(m_curve, "colorCurve", tr("Scale"));
    name(m_extent, "colorExtent", tr("What has one scale"));
    name(m_sink, "colorSink", tr("The first token of a pattern"));
    name(m_sequential, "colorSequential", tr("Colours of numbers from 0 up"));
    name(m_diverging, "colorDiverging", tr("Colours of signed numbers"));
    name(m_low, "colorLow", tr("Lower limit"));
    name(m_high, "colorHigh", tr("Upper limit"));
    name(m_automatic, "colorAutomatic", tr("Automatic limits"));
    name(m_reset, "colorReset", tr("Reset the colours of this view"));

    m_curve->addItem(tr("linear"), static_cast<int>(ScaleOptions::Curve::Linear));
    m_curve->addItem(tr("logarithmic"), static_cast<int>(ScaleOptions::Curve::Log));
    m_curve->addItem(tr("by rank"), static_cast<int>(ScaleOptions::Curve::Rank));
    const auto offer = [&](ScaleOptions::Extent extent, const QString& words) {
        if (std::find(choices.extents.begin(), choices.extents.end(), extent) != choices.extents.end())
            m_extent->addItem(words, static_cast<int>(extent));
    };
    offer(ScaleOptions::Extent::Slice, tr("each by itself"));
    offer(ScaleOptions::Extent::Tensor, tr("all heads of a layer"));
    offer(ScaleOptions::Extent::Figure, tr("everything that is shown"));
    m_sink->addItem(tr("shown"), static_cast<int>(SinkTreatment::Shown));
    m_sink->addItem(tr("hidden"), static_cast<int>(SinkTreatment::Hidden));
    m_sink->addItem(tr("hidden, the rest sums to 1"), static_cast<int>(SinkTreatment::Renormalised));
    m_sink->setToolTip(tr("Many heads rest on the first token, and its column outshines what else they do"));
    const bool dark = colors.view().figureStyle().dark;
    for (const QString& id : ColorMap::sequentialIds())
        m_sequential->addItem(mapIcon(id, dark, swatch), mapTitle(id), id);
    for (const QString& id : ColorMap::divergingIds())
        m_diverging->addItem(mapIcon(id, dark, swatch), mapTitle(id), id);
    for (QComboBox* box : {m_sequential, m_diverging})
        box->setIconSize(swatch);
    m_problem->setObjectName(QStringLiteral("colorProblem"));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    m_problem->hide();
    for (QPushButton* button : {m_automatic, m_reset})
        button->setAutoDefault(false);
    for (QLineEdit* field : {m_low, m_high})
        field->setMinimumWidth(fontMetrics().horizontalAdvance(QStringLiteral("−0.00000")) + 8);

    auto* limits = new QHBoxLayout;
    limits->setSpacing(6);
    limits->addWidget(m_low);
    auto* to = new QLabel(tr("to"), this);
    limits->addWidget(to);
    limits->addWidget(m_high);
    limits->addWidget(m_automatic);
    auto* form = new QFormLayout;
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setHorizontalSpacing(14);
    form->setVerticalSpacing(8);
    form->addRow(tr("&Scale"), m_curve);
    if (m_extent->count() > 1)
        form->addRow(tr("&One scale for"), m_extent);
    else
        m_extent->hide();
    auto* limitsLabel = new QLabel(tr("&Limits"), this);
    limitsLabel->setBuddy(m_low);
    form->addRow(limitsLabel, limits);
    form->addRow(QString(), m_problem);
    if (choices.sink)
        form->addRow(tr("First &token"), m_sink);
    else
        m_sink->hide();
    form->addRow(tr("From &0 up"), m_sequential);
    form->addRow(tr("Si&gned"), m_diverging);
    auto* hint =
        new QLabel(tr("Palettes hold for all views. Limits can also be dragged on the colour bar."), this);
    hint->setObjectName(QStringLiteral("muted"));
    hint->setWordWrap(true);
    auto* foot = new QHBoxLayout;
    foot->addWidget(hint, 1);
    foot->addWidget(m_reset, 0, Qt::AlignBottom);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 14, 16, 12);
    layout->setSpacing(10);
    layout->addLayout(form);
    layout->addLayout(foot);
    const ScaleOptions now = colors.scale();
    for (auto [field, limit] : {std::pair{m_low, now.low}, std::pair{m_high, now.high}})
        if (limit)
            field->setText(QString::number(*limit, 'g', 6));
    showChoices();

    connect(m_curve, &QComboBox::currentIndexChanged, this, [this] {
        choose([this](ScaleOptions& scale) {
            scale.curve = static_cast<ScaleOptions::Curve>(m_curve->currentData().toInt());
        });
    });
    connect(m_extent, &QComboBox::currentIndexChanged, this, [this] {
        choose([this](ScaleOptions& scale) {
            scale.extent = static_cast<ScaleOptions::Extent>(m_extent->currentData().toInt());
        });
    });
    connect(m_sink, &QComboBox::currentIndexChanged, this, [this] {
        choose([this](ScaleOptions& scale) {
            scale.sink = static_cast<SinkTreatment>(m_sink->currentData().toInt());
        });
    });
    for (QComboBox* box : {m_sequential, m_diverging})
        connect(box, &QComboBox::currentIndexChanged, this, [this] {
            m_colors.chooseMaps(m_sequential->currentData().toString(),
                                m_diverging->currentData().toString());
        });
    for (QLineEdit* field : {m_low, m_high})
        connect(field, &QLineEdit::textEdited, this, &ColorPopover::typeLimits);
    connect(m_automatic, &QPushButton::clicked, this, [this] {
        m_low->clear();
        m_high->clear();
        m_colors.setLimits(std::nullopt, std::nullopt);
        showChoices();
    });
    connect(m_reset, &QPushButton::clicked, this, [this] {
        m_low->clear();
        m_high->clear();
        m_colors.reset();
        showChoices();
    });
}

void ColorPopover::showChoices()
{
    const ScaleOptions scale = m_colors.scale();
    select(*m_curve, scale.curve);
    select(*m_extent, scale.extent);
    select(*m_sink, scale.sink);
    const FigureStyle style = m_colors.view().figureStyle();
    for (auto [box, id] :
         {std::pair{m_sequential, style.sequentialMap}, std::pair{m_diverging, style.divergingMap}}) {
        const QSignalBlocker quiet(box);
        box->setCurrentIndex(box->findData(id));
    }
    if (const auto bar = m_colors.bar()) {
        m_low->setPlaceholderText(shownNumber(bar->scale.low(), 4));
        m_high->setPlaceholderText(shownNumber(bar->scale.high(), 4));
    } else {
        m_low->setPlaceholderText(tr("lowest"));
        m_high->setPlaceholderText(tr("highest"));
    }
    m_automatic->setEnabled(scale.low || scale.high);
    m_problem->hide();
}

void ColorPopover::choose(const std::function<void(ScaleOptions&)>& change)
{
    ScaleOptions scale = m_colors.scale();
    change(scale);
    m_colors.setScale(scale);
    showChoices();
}

void ColorPopover::typeLimits()
{
    const auto low = typed(*m_low), high = typed(*m_high);
    const auto complain = [this](const QString& words) {
        m_problem->setText(words);
        m_problem->show();
        adjustSize();
    };
    for (const auto& [limit, field] : {std::pair{low, m_low}, std::pair{high, m_high}})
        if (limit && std::isnan(*limit))
            return complain(tr("expected a number, found “%1”").arg(field->text().trimmed()));
    if (low && high && *low >= *high)
        return complain(tr("the lower limit must be below the upper one"));
    m_colors.setLimits(low, high);
    showChoices();
}

void ColorPopover::showBeside(const QWidget& anchor)
{
    adjustSize();
    const QRect screen = anchor.screen()->availableGeometry();
    const FigureView& view = m_colors.view();
    const QRect picture(view.mapToGlobal(QPoint(0, 0)), view.size());
    const QSize size = sizeHint();
    const auto within = [&](QPoint at) {
        at.setX(std::clamp(at.x(), screen.left(), std::max(screen.left(), screen.right() - size.width())));
        at.setY(std::clamp(at.y(), screen.top(), std::max(screen.top(), screen.bottom() - size.height())));
        return QRect(at, size);
    };
    // To the right of the picture, to its left, above or below it: where it hides least of it.
    const int top = anchor.mapToGlobal(QPoint(0, 0)).y();
    QRect best;
    int least = std::numeric_limits<int>::max();
    for (const QPoint at : {QPoint(picture.right() + 4, top), QPoint(picture.left() - size.width() - 4, top),
                            QPoint(picture.right() - size.width(), picture.top() - size.height() - 4),
                            QPoint(picture.right() - size.width(), picture.bottom() + 4)}) {
        const QRect place = within(at), hidden = place & picture;
        if (const int area = hidden.width() * hidden.height(); area < least) {
            least = area;
            best = place;
        }
    }
    move(best.topLeft());
    show();
    m_curve->setFocus(Qt::PopupFocusReason);
}

} // namespace headlight
