// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/heads_panel.h"

#include "figures/head_grid_figure.h"
#include "figures/heatmap_figure.h"
#include "panels/head_facts.h"
#include "panels/stage_titles.h"
#include "session/selection.h"
#include "session/session.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>

namespace headlight {

namespace {

/// Fewer cells than this are read at once; more are read in the worker.
constexpr std::int64_t fewCells = 4'000'000;
constexpr int roomyPattern = 240;

} // namespace

HeadsPanel::HeadsPanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_grid(new FigureView(this))
    , m_pattern(new FigureView(this))
    , m_facts(new HeadFacts(this))
    , m_title(new QLabel(this))
    , m_label(new QLabel(this))
{
    setObjectName(QStringLiteral("headsPanel"));
    setAttribute(Qt::WA_StyledBackground);
    m_grid->setObjectName(QStringLiteral("headGrid"));
    m_grid->setAccessibleName(tr("Attention patterns of all heads"));
    m_pattern->setObjectName(QStringLiteral("headPattern"));
    m_pattern->setAccessibleName(tr("Attention pattern of the selected head"));
    m_title->setObjectName(QStringLiteral("panelHeading"));
    m_label->setObjectName(QStringLiteral("headLabel"));
    m_label->setToolTip(tr("What this head does on this text, by the numbers below"));
    m_label->hide();
    auto* right = new QWidget(this);
    auto* column = new QVBoxLayout(right);
    column->setContentsMargins(16, 8, 12, 6);
    column->setSpacing(6);
    auto* row = new QHBoxLayout;
    row->setSpacing(18);
    row->addWidget(m_facts, 3);
    row->addWidget(m_pattern, 2);
    auto* top = new QHBoxLayout;
    top->setSpacing(12);
    top->addWidget(m_title);
    top->addWidget(m_label);
    top->addStretch(1);
    column->addLayout(top);
    column->addLayout(row, 1);
    auto* splitter = new QSplitter(this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_grid);
    splitter->addWidget(right);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 1);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(10, 2, 0, 2);
    layout->addWidget(splitter);

    connect(&session, &Session::traceChanged, this, [this] {
        m_stale = true;
        if (isVisible())
            makeGrid();
    });
    connect(&selection, &Selection::stepChanged, this, &HeadsPanel::showSelected);
    connect(&selection, &Selection::focusChanged, this, &HeadsPanel::showSelected);
    connect(m_grid, &FigureView::clickedAt, this, [this](const QPointF& point) {
        if (!m_figure)
            return;
        if (const auto head = m_figure->headAt(point, m_grid->figureArea(), m_grid->figureStyle()))
            m_selection.jumpToHead(head->attention, head->head);
        m_grid->clearFocus(); // one goes on from the step that opened, with the arrows
    });
    connect(m_grid, &FigureView::cellActivated, this, [this](const CellRef& cell) {
        const auto& layers = m_session.trace().program().attention;
        for (std::size_t i = 0; i < layers.size(); ++i)
            if (cell.tensor == TensorRef{TensorRef::Kind::Step, layers[i].pattern})
                m_selection.jumpToHead(static_cast<int>(i), static_cast<int>(cell.cell[0]));
    });
    connect(m_pattern, &FigureView::cellClicked, this,
            [this](const CellRef& cell) { m_selection.pin(cell); });
    connect(m_pattern, &FigureView::cellActivated, this,
            [this](const CellRef& cell) { m_selection.jumpTo(cell); });
    connect(m_pattern, &FigureView::cellHovered, this,
            [this](const std::optional<CellRef>& cell) { m_selection.hover(cell); });
}

void HeadsPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    if (m_stale && m_session.trace().valid())
        makeGrid();
}

void HeadsPanel::makeGrid()
{
    m_stale = false;
    const Trace trace = m_session.trace();
    const FigureSource source{trace, m_session.model()};
    std::int64_t cells = 0;
    bool kept = true;
    for (const AttentionLayer& layer : trace.program().attention) {
        cells += elementCount(trace.axes(layer.pattern));
        kept = kept && trace.kept(layer.pattern);
    }
    HeadGridOptions options;
    if (kept && cells < fewCells) {
        auto figure = HeadGridFigure::make(source, options);
        return takeGrid(figure ? std::shared_ptr<HeadGridFigure>(std::move(*figure)) : nullptr);
    }
    m_grid->setPlaceholder(tr("Reading the patterns of all heads…"));
    m_session.background("heads", [this, source, options](std::stop_token stop) -> Session::Finish {
        auto figure = HeadGridFigure::make(source, options, std::move(stop));
        std::shared_ptr<HeadGridFigure> shared = figure ? std::move(*figure) : nullptr;
        return [this, shared] { takeGrid(shared); };
    });
}

void HeadsPanel::takeGrid(std::shared_ptr<HeadGridFigure> figure)
{
    m_figure = std::move(figure);
    m_grid->setPlaceholder(tr("This model has no attention"));
    m_attention = m_head = -1;
    showSelected();
    m_grid->setFigure(m_figure);
}

void HeadsPanel::showSelected()
{
    if (!m_figure || !m_session.trace().valid())
        return;
    const int attention = m_selection.attention(), head = m_selection.head();
    if (attention != m_attention || head != m_head) {
        m_attention = attention;
        m_head = head;
        m_figure->setSelected(attention < 0 ? std::nullopt
                                            : std::optional<HeadRef>(HeadRef{attention, head}));
        if (m_grid->figure())
            m_grid->refresh();
        makePattern();
    }
    // The same query and key as everywhere.
    if (attention < 0 || !m_pattern->figure())
        return;
    const int step = m_session.trace().program().attention[static_cast<std::size_t>(attention)].pattern;
    CellRef cell{{TensorRef::Kind::Step, step}, {}};
    for (const Axis& a : m_session.trace().axes(step))
        cell.cell.push_back(m_selection.coordinate(a));
    if (const auto& hovered = m_selection.hovered(); hovered && hovered->tensor == cell.tensor)
        cell = *hovered;
    m_pattern->setHighlight({cell, {}});
}

std::shared_ptr<Figure> HeadsPanel::patternFigure(bool frame) const
{
    if (m_attention < 0 || !m_session.trace().valid())
        return nullptr;
    const Trace& trace = m_session.trace();
    const AttentionLayer& layer = trace.program().attention[static_cast<std::size_t>(m_attention)];
    HeatmapOptions options;
    options.indices = {{std::string(axis::head), m_head}};
    options.frame = frame;
    auto figure =
        HeatmapFigure::make({trace, m_session.model()}, {TensorRef::Kind::Step, layer.pattern}, options);
    return figure ? std::shared_ptr<Figure>(std::move(*figure)) : nullptr;
}

std::shared_ptr<Figure> HeadsPanel::wholePattern() const
{
    return patternFigure(true);
}

void HeadsPanel::makePattern()
{
    if (m_attention < 0) {
        m_facts->setFacts(std::nullopt);
        return m_pattern->setFigure(nullptr);
    }
    m_title->setText(
        tr("%1, head %2").arg(attentionTitle(m_session.trace().program(), m_attention)).arg(m_head));
    // Labels around a small picture would leave nothing of it.
    m_framed = m_pattern->height() > roomyPattern;
    m_pattern->setFigure(patternFigure(m_framed));
    showFacts();
}

void HeadsPanel::showFacts()
{
    const Trace trace = m_session.trace();
    const int attention = m_attention, head = m_head;
    const int step = trace.program().attention[static_cast<std::size_t>(attention)].pattern;
    const Axes& axes = trace.axes(step);
    const auto take = [this](Result<HeadMetrics> facts) {
        const QString label = facts ? QString::fromStdString(facts->label()) : QString();
        m_label->setText(label);
        m_label->setVisible(!label.isEmpty());
        m_facts->setFacts(facts ? std::optional<HeadMetrics>(std::move(*facts)) : std::nullopt);
    };
    if (trace.kept(step) && axes[1].size * axes[2].size < fewCells / 16)
        return take(headMetrics(trace, attention, head));
    m_session.background("head facts", [=](const std::stop_token&) -> Session::Finish {
        auto found = std::make_shared<Result<HeadMetrics>>(headMetrics(trace, attention, head));
        return [take, found] { take(std::move(*found)); };
    });
}

void HeadsPanel::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if (m_figure && m_framed != (m_pattern->height() > roomyPattern))
        makePattern();
}

} // namespace headlight
