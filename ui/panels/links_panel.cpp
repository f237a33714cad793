// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/links_panel.h"

#include "panels/head_toggles.h"
#include "panels/stage_titles.h"
#include "session/selection.h"
#include "session/session.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QScrollBar>
#include <QSignalBlocker>
#include <QSlider>
#include <QVBoxLayout>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

/// Patterns of fewer cells are read at once; longer ones in the worker.
constexpr std::int64_t fewCells = 400'000;
/// The slider's steps for a token, so that scrolling is even.
constexpr int stepsPerToken = 4;

} // namespace

LinksPanel::LinksPanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_layers(new QComboBox(this))
    , m_form(new QComboBox(this))
    , m_toggles(new HeadToggles(this))
    , m_threshold(new QSlider(Qt::Horizontal, this))
    , m_thresholdText(new QLabel(this))
    , m_count(new QLabel(this))
    , m_whole(new QCheckBox(tr("whole text"), this))
    , m_view(new FigureView(this))
    , m_down(new QScrollBar(Qt::Vertical, this))
    , m_across(new QScrollBar(Qt::Horizontal, this))
{
    setObjectName(QStringLiteral("linksPanel"));
    setAttribute(Qt::WA_StyledBackground);
    m_layers->setObjectName(QStringLiteral("linksLayer"));
    m_layers->setAccessibleName(tr("Layer whose attention is drawn"));
    m_layers->setFocusPolicy(Qt::TabFocus);
    m_form->setObjectName(QStringLiteral("linksForm"));
    m_form->setAccessibleName(tr("Form of the picture"));
    m_form->setFocusPolicy(Qt::TabFocus);
    m_form->addItems({tr("two columns"), tr("arcs over the text")});
    m_threshold->setObjectName(QStringLiteral("linksThreshold"));
    m_threshold->setAccessibleName(tr("Smallest weight that has a line, in hundredths"));
    m_threshold->setRange(1, 100);
    m_threshold->setFixedWidth(110);
    m_threshold->setFocusPolicy(Qt::TabFocus);
    m_thresholdText->setFixedWidth(fontMetrics().horizontalAdvance(QStringLiteral("≥ 0.888")));
    m_count->setObjectName(QStringLiteral("muted"));
    m_view->setToolTip(tr("Hover a token for its own lines; click selects it"));
    m_whole->setObjectName(QStringLiteral("linksWhole"));
    m_whole->setAccessibleName(tr("Squeeze the whole text into the picture"));
    m_whole->setFocusPolicy(Qt::TabFocus);
    m_view->setObjectName(QStringLiteral("linksView"));
    m_view->setAccessibleName(tr("Attention as lines between tokens"));
    m_down->setAccessibleName(tr("Scroll the tokens"));
    m_across->setAccessibleName(tr("Scroll the text"));
    m_down->hide();
    m_across->hide();

    auto* top = new QHBoxLayout;
    top->setSpacing(10);
    top->addWidget(m_layers);
    top->addWidget(m_toggles, 1);
    top->addWidget(m_count);
    top->addWidget(m_threshold);
    top->addWidget(m_thresholdText);
    top->addWidget(m_form);
    top->addWidget(m_whole);
    auto* grid = new QGridLayout;
    grid->setSpacing(0);
    grid->addWidget(m_view, 0, 0);
    grid->addWidget(m_down, 0, 1);
    grid->addWidget(m_across, 1, 0);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 4, 10, 4);
    layout->setSpacing(4);
    layout->addLayout(top);
    layout->addLayout(grid, 1);
    m_view->installEventFilter(this);

    connect(&session, &Session::modelChanged, this, &LinksPanel::modelChanged);
    connect(&session, &Session::traceChanged, this, [this] {
        m_stale = true;
        if (isVisible())
            makeFigure();
    });
    connect(&selection, &Selection::stepChanged, this, &LinksPanel::follow);
    connect(&selection, &Selection::focusChanged, this, &LinksPanel::follow);
    connect(m_layers, &QComboBox::activated, this,
            [this](int index) { m_selection.jumpToHead(index, m_selection.head()); });
    connect(m_toggles, &HeadToggles::chosenChanged, this, [this](const std::vector<int>& heads) {
        m_heads = heads;
        if (heads.size() == 1)
            m_selection.setHead(heads.front());
        showChosen();
    });
    connect(m_threshold, &QSlider::valueChanged, this, [this](int hundredths) {
        m_ownThreshold = true;
        if (m_figure)
            m_figure->setThreshold(hundredths / 100.0);
        refresh();
    });
    connect(m_form, &QComboBox::activated, this, [this](int index) {
        if (!m_figure)
            return;
        m_figure->setForm(index == 0 ? LinkForm::Columns : LinkForm::Arcs);
        updateScroll();
    });
    connect(m_whole, &QCheckBox::toggled, this, [this](bool whole) {
        if (!m_figure)
            return;
        m_figure->setScroll(whole ? std::nullopt : std::optional(0.0));
        updateScroll();
    });
    for (QScrollBar* bar : {m_down, m_across})
        connect(bar, &QScrollBar::valueChanged, this, [this](int value) {
            if (!m_figure || m_whole->isChecked())
                return;
            m_figure->setScroll(static_cast<double>(value) / stepsPerToken);
            refresh();
        });
    connect(m_view, &FigureView::cellHovered, this, [this](const std::optional<CellRef>& cell) {
        m_pointed = cell;
        updateScroll(); // the keyboard may have moved on
        showHighlight();
    });
    connect(m_view, &FigureView::cellClicked, this, &LinksPanel::clicked);
    connect(m_view, &FigureView::cellActivated, this, &LinksPanel::clicked);
}

void LinksPanel::modelChanged()
{
    const QSignalBlocker quiet(m_layers);
    m_layers->clear();
    const Program& program = *m_session.model()->program;
    for (int a = 0; a < static_cast<int>(program.attention.size()); ++a)
        m_layers->addItem(attentionTitle(program, a));
    m_heads.clear();
    m_ownThreshold = false;
    m_attention = -1;
}

void LinksPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale && m_session.trace().valid())
        makeFigure();
    else
        follow();
}

bool LinksPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_view && event->type() == QEvent::Resize)
        QMetaObject::invokeMethod(this, &LinksPanel::updateScroll, Qt::QueuedConnection);
    return QWidget::eventFilter(watched, event);
}

void LinksPanel::wheelEvent(QWheelEvent* event)
{
    QScrollBar* bar = m_down->isVisible() ? m_down : m_across;
    if (!bar->isVisible())
        return event->ignore();
    const QPoint turned = event->pixelDelta().isNull() ? event->angleDelta() : event->pixelDelta() * 3;
    const int by = std::abs(turned.y()) >= std::abs(turned.x()) ? turned.y() : turned.x();
    bar->setValue(bar->value() - by * 3 * stepsPerToken / 120);
    event->accept();
}

void LinksPanel::makeFigure()
{
    m_stale = false;
    const int attention = m_selection.attention();
    m_attention = attention;
    const Trace trace = m_session.trace();
    if (attention < 0)
        return takeFigure(nullptr, tr("This model has no attention"));
    LinksOptions options;
    options.attention = attention;
    options.heads = {m_selection.head()};
    options.form = m_form->currentIndex() == 0 ? LinkForm::Columns : LinkForm::Arcs;
    options.scroll = m_whole->isChecked() ? std::nullopt : std::optional(0.0);
    const FigureSource source{trace, m_session.model()};
    const auto make = [source, options]() -> std::pair<std::shared_ptr<LinksFigure>, QString> {
        auto figure = LinksFigure::make(source, options);
        if (!figure)
            return {nullptr, errorText(figure.error())};
        return {std::move(*figure), {}};
    };
    const int step = trace.program().attention[static_cast<std::size_t>(attention)].pattern;
    if (trace.kept(step) && elementCount(trace.axes(step)) < fewCells) {
        auto [figure, problem] = make();
        return takeFigure(std::move(figure), problem);
    }
    m_view->setPlaceholder(tr("Reading the layer's patterns…"));
    m_session.background("links", [this, make](const std::stop_token&) -> Session::Finish {
        auto [figure, problem] = make();
        return [this, shared = std::move(figure), text = problem] { takeFigure(shared, text); };
    });
}

void LinksPanel::takeFigure(std::shared_ptr<LinksFigure> figure, const QString& problem)
{
    // A scrolled text stays where it was when another head or a changed run is drawn.
    const std::optional<double> scroll = m_figure ? m_figure->options().scroll : std::nullopt;
    m_figure = std::move(figure);
    m_pointed.reset();
    m_view->setPlaceholder(problem);
    if (m_figure) {
        if (scroll && m_figure->options().scroll)
            m_figure->setScroll(scroll);
        const int heads = m_figure->links()->heads();
        m_toggles->setCount(heads);
        std::erase_if(m_heads, [heads](int h) { return h >= heads; });
        if (m_heads.size() <= 1)
            m_heads = {std::min(m_selection.head(), heads - 1)};
    }
    m_view->setFigure(m_figure);
    showChosen();
    updateScroll();
    showHighlight();
    // What is selected is what one wants to see first.
    if (m_figure && !scroll && m_figure->reveal(m_view->highlight().focus.value_or(CellRef{})))
        updateScroll();
}

void LinksPanel::follow()
{
    if (!isVisible() || !m_session.trace().valid() || m_stale)
        return;
    const int attention = m_selection.attention();
    if (attention != m_attention)
        return makeFigure();
    if (m_heads.size() <= 1 && m_figure && m_heads != std::vector<int>{m_selection.head()}) {
        m_heads = {m_selection.head()};
        showChosen();
    }
    showHighlight();
}

void LinksPanel::showChosen()
{
    const QSignalBlocker quiet(m_layers);
    m_layers->setCurrentIndex(m_attention);
    m_toggles->setChosen(m_heads);
    if (!m_figure)
        return m_count->clear();
    m_figure->setHeads(m_heads, !m_ownThreshold);
    if (m_ownThreshold)
        m_figure->setThreshold(m_threshold->value() / 100.0);
    refresh();
}

void LinksPanel::updateScroll()
{
    if (!m_figure)
        return;
    const bool down = m_figure->options().form == LinkForm::Columns;
    const auto range = m_figure->scrolling(m_view->figureArea(), m_view->figureStyle());
    m_whole->setVisible(m_whole->isChecked() || range.end > 0);
    for (QScrollBar* bar : {m_down, m_across}) {
        const QSignalBlocker quiet(bar);
        bar->setVisible((bar == m_down) == down && range.end > 0);
        bar->setRange(0, static_cast<int>(std::ceil(range.end * stepsPerToken)));
        bar->setPageStep(std::max(1, static_cast<int>(range.page * stepsPerToken)));
        bar->setSingleStep(stepsPerToken);
        bar->setValue(static_cast<int>(std::lround(m_figure->options().scroll.value_or(0) * stepsPerToken)));
    }
    refresh();
}

void LinksPanel::refresh()
{
    if (!m_figure)
        return;
    const double threshold = m_figure->options().threshold;
    {
        const QSignalBlocker quiet(m_threshold);
        m_threshold->setValue(static_cast<int>(std::lround(threshold * 100)));
        m_threshold->setProperty("automatic", !m_ownThreshold); // not a choice to be kept
    }
    m_thresholdText->setText(QStringLiteral("≥ %1").arg(threshold, 0, 'f', 2));
    const auto count = m_figure->count(m_view->figureArea(), m_view->figureStyle());
    m_count->setText(count.drawn < count.all
                         ? tr("lines: the strongest %1 of %2").arg(count.drawn).arg(count.all)
                         : tr("lines: %1").arg(count.all));
    m_view->refresh();
}

void LinksPanel::showHighlight()
{
    if (!m_figure)
        return;
    if (m_pointed)
        return m_view->setHighlight({m_pointed, {}});
    // The same query and key as everywhere.
    const Axes& axes = m_session.trace().axes(m_figure->mainTensor().index);
    CellRef cell{m_figure->mainTensor(), {}};
    for (const Axis& a : axes)
        cell.cell.push_back(m_selection.coordinate(a));
    if (const auto& hovered = m_selection.hovered(); hovered && hovered->tensor == cell.tensor)
        cell = *hovered;
    m_view->setHighlight({cell, {}});
}

void LinksPanel::clicked(const CellRef& cell)
{
    if (!m_figure || cell.tensor != m_figure->mainTensor() || cell.cell.size() != 3)
        return;
    const Axes& axes = m_session.trace().axes(cell.tensor.index);
    if (cell.cell[1] >= 0)
        m_selection.setQueryToken(axes[1].stream, cell.cell[1]);
    else
        m_selection.setKeyToken(axes[2].stream, cell.cell[2]);
}

std::shared_ptr<const Figure> LinksPanel::wholeFigure() const
{
    if (!m_figure)
        return nullptr;
    LinksOptions options = m_figure->options();
    options.scroll.reset();
    auto figure =
        LinksFigure::make({m_session.trace(), m_session.model()}, std::move(options), m_figure->links());
    return figure ? std::shared_ptr<const Figure>(std::move(*figure)) : nullptr;
}

} // namespace headlight
