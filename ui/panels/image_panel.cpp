// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/image_panel.h"

#include "session/selection.h"
#include "session/session.h"

#include <QVBoxLayout>

namespace headlight {

namespace {

/// Rollout of fewer positions is done before one notices; of more in the worker.
constexpr std::int64_t fewPositions = 64;

} // namespace

ImagePanel::ImagePanel(Session& session, Selection& selection, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_selection(selection)
    , m_view(new FigureView(this))
{
    setObjectName(QStringLiteral("imagePanel"));
    setAttribute(Qt::WA_StyledBackground);
    m_view->setObjectName(QStringLiteral("overlayView"));
    m_view->setAccessibleName(tr("Attention painted over the picture"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(10, 2, 10, 2);
    layout->addWidget(m_view);
    connect(&session, &Session::traceChanged, this, [this] {
        m_stale = true;
        follow();
    });
    connect(&selection, &Selection::stepChanged, this, &ImagePanel::follow);
    connect(&selection, &Selection::focusChanged, this, &ImagePanel::follow);
    connect(m_view, &FigureView::cellClicked, this, &ImagePanel::clicked);
    connect(m_view, &FigureView::cellActivated, this, [this](const CellRef& cell) {
        if (cell.cell.size() == 3 && cell.cell[2] >= 0)
            m_selection.jumpTo(cell);
        else
            clicked(cell);
    });
    connect(m_view, &FigureView::cellHovered, this, [this](const std::optional<CellRef>& cell) {
        m_pointed = cell;
        // Half a cell is a place in this picture only.
        m_selection.hover(cell && cell->cell[2] >= 0 ? cell : std::nullopt);
        showHighlight();
    });
}

void ImagePanel::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    follow();
}

void ImagePanel::follow()
{
    if (!isVisible() || !m_session.trace().valid())
        return;
    const Program& program = m_session.trace().program();
    int attention = m_selection.attention();
    if (!looksAtImage(program, attention))
        attention = lastImageAttention(program);
    if (m_stale || attention != m_attention || !m_figure) {
        m_stale = false;
        m_attention = attention;
        return make(attention);
    }
    const AttentionLayer& layer = program.attention[static_cast<std::size_t>(attention)];
    const std::int64_t query = m_selection.coordinate(m_session.trace().axes(layer.pattern)[1]);
    if (query != m_figure->options().query || m_selection.head() != m_figure->options().head) {
        m_figure->setQuery(query);
        m_figure->setHead(m_selection.head());
        m_view->refresh();
    }
    showHighlight();
}

void ImagePanel::make(int attention)
{
    const FigureSource source{m_session.trace(), m_session.model()};
    if (attention < 0)
        return take(nullptr, tr("This model sees no picture"));
    const AttentionLayer& layer = source.trace.program().attention[static_cast<std::size_t>(attention)];
    const Axes& axes = source.trace.axes(layer.pattern);
    OverlayOptions options;
    options.attention = attention;
    options.head = std::min(m_selection.head(), layer.heads - 1);
    // Until somebody chooses, the class token looks: its attention is what the answer is made of.
    options.query = m_selection.queryToken(layer.queries) < 0 ? 0 : m_selection.coordinate(axes[1]);
    options.image = m_session.input().image;
    const auto all = [source, options]() -> std::pair<std::shared_ptr<OverlayFigure>, QString> {
        auto figure = OverlayFigure::make(source, options);
        if (!figure)
            return {nullptr, errorText(figure.error())};
        return {std::move(*figure), {}};
    };
    if (source.trace.kept(layer.pattern) && axes[1].size <= fewPositions) {
        auto [figure, problem] = all();
        return take(std::move(figure), problem);
    }
    m_view->setPlaceholder(tr("Reading the layer's patterns…"));
    m_session.background("image", [this, all](const std::stop_token&) -> Session::Finish {
        auto [figure, problem] = all();
        return [this, shared = std::move(figure), text = problem] { take(shared, text); };
    });
}

void ImagePanel::take(std::shared_ptr<OverlayFigure> figure, const QString& problem)
{
    m_figure = std::move(figure);
    m_pointed.reset();
    m_view->setPlaceholder(problem);
    m_view->setFigure(m_figure);
    showHighlight();
}

void ImagePanel::clicked(const CellRef& cell)
{
    if (!m_figure || cell.tensor != m_figure->mainTensor() || cell.cell.size() != 3)
        return;
    if (cell.cell[2] >= 0)
        return m_selection.pin(cell);
    m_selection.setQueryToken(m_session.trace().axes(cell.tensor.index)[1].stream, cell.cell[1]);
}

void ImagePanel::showHighlight()
{
    if (!m_figure)
        return;
    const auto& hovered = m_selection.hovered();
    if (m_pointed)
        m_view->setHighlight({m_pointed, {}});
    else if (hovered && hovered->tensor == m_figure->mainTensor())
        m_view->setHighlight({hovered, {}});
    else
        m_view->setHighlight({});
}

} // namespace headlight
