// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/query_key_panel.h"

#include "panels/stage_titles.h"
#include "session/selection.h"
#include "session/session.h"

#include <QLabel>
#include <QSplitter>
#include <QVBoxLayout>

namespace headlight {

namespace {

/// Vectors of fewer numbers are put in a plane at once; more of them in the worker.
constexpr std::int64_t queryKeyFewNumbers = 60'000;

template <class Wanted, class Made>
Result<std::shared_ptr<Wanted>> shared(Made made)
{
    if (!made)
        return tl::unexpected(made.error());
    return std::shared_ptr<Wanted>(std::move(*made));
}

} // namespace

QueryKeyPanel::QueryKeyPanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_title(new QLabel(this))
    , m_hint(new QLabel(this))
    , m_bars(new FigureView(this))
    , m_scatter(new FigureView(this))
{
    setObjectName(QStringLiteral("queryKeyPanel"));
    setAttribute(Qt::WA_StyledBackground);
    m_title->setObjectName(QStringLiteral("panelHeading"));
    m_hint->setObjectName(QStringLiteral("muted"));
    m_hint->setText(tr("click a point for another query or key; [ and ] for another head"));
    m_hint->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_bars->setObjectName(QStringLiteral("queryKeyBars"));
    m_bars->setAccessibleName(tr("Query times key, dimension by dimension"));
    m_scatter->setObjectName(QStringLiteral("queryKeyScatter"));
    m_scatter->setAccessibleName(tr("All queries and keys of the head in one plane"));
    auto* top = new QHBoxLayout;
    top->setSpacing(14);
    top->addWidget(m_title);
    top->addWidget(m_hint, 1);
    auto* splitter = new QSplitter(this);
    splitter->setChildrenCollapsible(false);
    splitter->addWidget(m_bars);
    splitter->addWidget(m_scatter);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 2);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 4, 10, 4);
    layout->setSpacing(2);
    layout->addLayout(top);
    layout->addWidget(splitter, 1);

    connect(&session, &Session::traceChanged, this, [this] {
        m_stale = true;
        follow();
    });
    connect(&selection, &Selection::stepChanged, this, &QueryKeyPanel::follow);
    connect(&selection, &Selection::focusChanged, this, &QueryKeyPanel::follow);
    for (FigureView* view : {m_bars, m_scatter}) {
        connect(view, &FigureView::cellHovered, &selection, &Selection::hover);
        connect(view, &FigureView::cellActivated, &selection, qOverload<const CellRef&>(&Selection::jumpTo));
    }
    connect(m_scatter, &FigureView::cellClicked, this, &QueryKeyPanel::clicked);
}

void QueryKeyPanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    follow();
}

void QueryKeyPanel::follow()
{
    if (!isVisible() || !m_session.trace().valid())
        return;
    const Trace& trace = m_session.trace();
    QueryKeyOptions wanted;
    wanted.attention = m_selection.attention();
    if (wanted.attention < 0) {
        for (FigureView* view : {m_bars, m_scatter}) {
            view->setPlaceholder(tr("This model has no attention"));
            view->setFigure(nullptr);
        }
        return;
    }
    const AttentionLayer& layer = trace.program().attention[static_cast<std::size_t>(wanted.attention)];
    const Axes& axes = trace.axes(layer.pattern);
    wanted.head = m_selection.head();
    wanted.query = m_selection.coordinate(axes[1]);
    wanted.key = m_selection.coordinate(axes[2]);
    m_title->setText(
        tr("%1, head %2").arg(attentionTitle(trace.program(), wanted.attention)).arg(wanted.head));
    const bool plane =
        m_stale || !m_shown || m_shown->attention != wanted.attention || m_shown->head != wanted.head;
    if (!plane && m_shown->query == wanted.query && m_shown->key == wanted.key)
        return showHighlight();
    m_stale = false;
    m_shown = wanted;
    make(wanted, plane);
}

void QueryKeyPanel::make(const QueryKeyOptions& wanted, bool plane)
{
    const FigureSource source{m_session.trace(), m_session.model()};
    const AttentionLayer& layer =
        source.trace.program().attention[static_cast<std::size_t>(wanted.attention)];
    const auto all = [source, wanted, plane] {
        auto bars = shared<QueryKeyFigure>(QueryKeyFigure::make(source, wanted));
        std::optional<Result<std::shared_ptr<ScatterFigure>>> scatter;
        if (plane)
            scatter = shared<ScatterFigure>(ScatterFigure::make(source, wanted));
        return std::pair(std::move(bars), std::move(scatter));
    };
    bool ready = true;
    for (const int step : {layer.q, layer.k, source.trace.program().findStep(layer.name + ".hook_qk")})
        ready = ready && (step < 0 || source.trace.kept(step));
    if (ready && (!plane || layer.q < 0 || elementCount(source.trace.axes(layer.q)) < queryKeyFewNumbers)) {
        auto [bars, scatter] = all();
        return take(std::move(bars), std::move(scatter));
    }
    m_session.background("query and key", [this, all](const std::stop_token&) -> Session::Finish {
        auto found = std::make_shared<decltype(all())>(all());
        return [this, found] { take(std::move(found->first), std::move(found->second)); };
    });
}

void QueryKeyPanel::take(Result<std::shared_ptr<QueryKeyFigure>> bars,
                         std::optional<Result<std::shared_ptr<ScatterFigure>>> plane)
{
    m_bars->setPlaceholder(bars ? QString() : errorText(bars.error()));
    m_bars->setFigure(bars ? std::move(*bars) : nullptr);
    if (plane) {
        m_scatter->setPlaceholder(*plane ? QString() : errorText(plane->error()));
        m_plane = *plane ? std::move(**plane) : nullptr;
        m_scatter->setFigure(m_plane);
    }
    if (m_plane && m_shown) {
        m_plane->setSelected(m_shown->query, m_shown->key);
        m_scatter->refresh();
    }
    showHighlight();
}

void QueryKeyPanel::showHighlight()
{
    const auto& hovered = m_selection.hovered();
    for (FigureView* view : {m_bars, m_scatter})
        view->setHighlight(hovered ? Highlight{hovered, {}} : Highlight{});
}

void QueryKeyPanel::clicked(const CellRef& cell)
{
    if (!m_plane || !m_shown || cell.cell.empty())
        return;
    const AttentionLayer& layer =
        m_session.trace().program().attention[static_cast<std::size_t>(m_shown->attention)];
    const Axes& axes = m_session.trace().axes(layer.pattern);
    if (cell.tensor.index == layer.q)
        m_selection.setQueryToken(axes[1].stream, cell.cell[0]);
    else if (cell.tensor.index == layer.k)
        m_selection.setKeyToken(axes[2].stream, cell.cell[0]);
}

} // namespace headlight
