// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/figure_names.h"
#include "figures/number_text.h"
#include "figures/query_key_figure.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

struct ScatterWords
{
    Q_DECLARE_TR_FUNCTIONS(ScatterFigure)
};

constexpr double scatterMargin = 12;
/// More labels than this are never tried: the picture is full long before.
constexpr std::int64_t mostLabels = 600;

} // namespace

Result<std::unique_ptr<ScatterFigure>> ScatterFigure::make(FigureSource source, QueryKeyOptions options)
{
    auto plane = queryKeyPlane(source.trace, options.attention, options.head);
    if (!plane)
        return tl::unexpected(plane.error());
    std::unique_ptr<ScatterFigure> figure(new ScatterFigure);
    figure->m_source = std::move(source);
    figure->m_options = options;
    figure->m_plane = std::move(*plane);
    bool first = true;
    for (const auto* all : {&figure->m_plane.queries, &figure->m_plane.keys})
        for (const auto& p : *all) {
            figure->m_left = first ? p[0] : std::min(figure->m_left, p[0]);
            figure->m_right = first ? p[0] : std::max(figure->m_right, p[0]);
            figure->m_bottom = first ? p[1] : std::min(figure->m_bottom, p[1]);
            figure->m_top = first ? p[1] : std::max(figure->m_top, p[1]);
            first = false;
        }
    return figure;
}

const AttentionLayer& ScatterFigure::layer() const
{
    return m_source.trace.program().attention[static_cast<std::size_t>(m_options.attention)];
}

void ScatterFigure::setSelected(std::int64_t query, std::int64_t key)
{
    m_options.query = query;
    m_options.key = key;
}

QRectF ScatterFigure::field(const QRectF& area, const FigureStyle& style) const
{
    const double line = QFontMetricsF(style.font).height();
    return area.adjusted(scatterMargin + line + 4, scatterMargin + line, -scatterMargin,
                         -scatterMargin - line);
}

QPointF ScatterFigure::place(const Point& point, const QRectF& area, const FigureStyle& style) const
{
    const auto& all = point.query ? m_plane.queries : m_plane.keys;
    const auto& p = all[static_cast<std::size_t>(point.position)];
    // Distances mean something, so that both directions have one scale.
    const QRectF inner = field(area, style).adjusted(18, 12, -18, -12);
    const double width = std::max(m_right - m_left, 1e-9), height = std::max(m_top - m_bottom, 1e-9);
    const double scale = std::min(inner.width() / width, inner.height() / height);
    return {inner.center().x() + (p[0] - (m_left + m_right) / 2) * scale,
            inner.center().y() - (p[1] - (m_bottom + m_top) / 2) * scale};
}

QString ScatterFigure::name(const Point& point) const
{
    const int step = point.query ? layer().q : layer().k;
    return m_source.label(m_source.trace.axes(step)[0], point.position);
}

CellRef ScatterFigure::cellOf(const Point& point) const
{
    return point.query ? CellRef{{TensorRef::Kind::Step, layer().q}, {point.position, m_options.head, 0}}
                       : CellRef{{TensorRef::Kind::Step, layer().k}, {point.position, m_plane.keyHead, 0}};
}

std::optional<ScatterFigure::Point> ScatterFigure::pointOf(const CellRef& cell) const
{
    if (cell.tensor.kind != TensorRef::Kind::Step || cell.cell.size() != 3)
        return std::nullopt;
    const bool query = cell.tensor.index == layer().q, key = cell.tensor.index == layer().k;
    if (!query && !key)
        return std::nullopt;
    const auto count = static_cast<std::int64_t>(query ? m_plane.queries.size() : m_plane.keys.size());
    if (cell.cell[0] < 0 || cell.cell[0] >= count ||
        cell.cell[1] != (query ? m_options.head : m_plane.keyHead))
        return std::nullopt;
    return Point{query, cell.cell[0]};
}

std::vector<ScatterFigure::Label> ScatterFigure::labels(const QRectF& area, const FigureStyle& style) const
{
    QFont font = style.font;
    font.setPixelSize(std::max(8, qRound(style.font.pixelSize() * 0.88)));
    const QFontMetricsF fm(font);
    const QRectF room = field(area, style);
    const auto queries = static_cast<std::int64_t>(m_plane.queries.size()),
               keys = static_cast<std::int64_t>(m_plane.keys.size());
    // The selected ones first, so that they have their labels whatever else has none.
    std::vector<Point> order;
    const auto selected = [&](const Point& p) {
        return p.position == (p.query ? m_options.query : m_options.key);
    };
    for (const Point& p : {Point{true, m_options.query}, Point{false, m_options.key}})
        if (p.position >= 0 && p.position < (p.query ? queries : keys))
            order.push_back(p);
    const std::int64_t step = std::max<std::int64_t>(1, (queries + keys) / mostLabels);
    for (std::int64_t i = 0; i < std::max(queries, keys); i += step)
        for (const bool query : {true, false})
            if (const Point p{query, i}; i < (query ? queries : keys) && !selected(p))
                order.push_back(p);
    // Labels keep clear of points too, while these can be counted.
    std::vector<QRectF> taken;
    if (queries + keys <= 160)
        for (const Point& p : order) {
            const QPointF at = place(p, area, style);
            taken.emplace_back(at.x() - 3, at.y() - 3, 6, 6);
        }
    std::vector<Label> found;
    for (const Point& p : order) {
        const QString text = fm.elidedText(name(p), Qt::ElideMiddle, 90);
        const QSizeF size(fm.horizontalAdvance(text), fm.height() * 0.84);
        const QPointF at = place(p, area, style);
        const double r = 6;
        for (const QPointF& corner :
             {QPointF(r, -size.height() / 2), QPointF(-r - size.width(), -size.height() / 2),
              QPointF(-size.width() / 2, -r - size.height()), QPointF(-size.width() / 2, r),
              QPointF(r - 2, -size.height() - r + 3), QPointF(r - 2, r - 3),
              QPointF(-size.width() - r + 2, -size.height() - r + 3),
              QPointF(-size.width() - r + 2, r - 3)}) {
            const QRectF rect(at + corner, size);
            if (!room.contains(rect) ||
                std::any_of(taken.begin(), taken.end(), [&](const QRectF& t) { return t.intersects(rect); }))
                continue;
            taken.push_back(rect);
            found.push_back({rect, text, p});
            break;
        }
    }
    return found;
}

std::vector<QRectF> ScatterFigure::labelRects(const QRectF& area, const FigureStyle& style) const
{
    std::vector<QRectF> rects;
    for (const Label& label : labels(area, style))
        rects.push_back(label.rect);
    return rects;
}

QSizeF ScatterFigure::preferredSize(const FigureStyle& style) const
{
    Q_UNUSED(style);
    return {760, 560};
}

void ScatterFigure::paintPoint(QPainter& painter, const Point& point, double radius, const QRectF& area,
                               const FigureStyle& style) const
{
    const QPointF at = place(point, area, style);
    painter.setBrush(point.query ? style.query : style.key);
    // Queries and keys differ in shape too, for eyes that see no colours.
    if (point.query)
        painter.drawEllipse(at, radius, radius);
    else
        painter.drawRect(QRectF(at.x() - radius * 0.9, at.y() - radius * 0.9, radius * 1.8, radius * 1.8));
}

void ScatterFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                          const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QFontMetricsF fm(style.font);
    const QRectF room = field(area, style);
    painter.setPen(QPen(style.line, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(room);
    painter.setFont(style.font);
    // Legend above, directions along the edges.
    double x = room.left();
    const double base = room.top() - fm.descent() - 3;
    for (const bool query : {true, false}) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(query ? style.query : style.key);
        const QRectF mark(x, base - 9, 8, 8);
        query ? painter.drawEllipse(mark) : painter.drawRect(mark);
        const QString text = query ? ScatterWords::tr("queries") : ScatterWords::tr("keys");
        painter.setPen(query ? style.query : style.key);
        painter.drawText(QPointF(x + 13, base), text);
        x += 13 + fm.horizontalAdvance(text) + 16;
    }
    const auto direction = [&](int c) {
        return ScatterWords::tr("component %1: %2 %")
            .arg(c + 1)
            .arg(shownNumber(std::round(100 * m_plane.explained[static_cast<std::size_t>(c)]), 3));
    };
    painter.setPen(style.mutedText);
    painter.drawText(QRectF(room.left(), room.bottom() + 1, room.width(), fm.height()), Qt::AlignHCenter,
                     direction(0));
    painter.save();
    painter.translate(room.left() - 6, room.center().y());
    painter.rotate(-90);
    if (fm.horizontalAdvance(direction(1)) < room.height())
        painter.drawText(QPointF(-fm.horizontalAdvance(direction(1)) / 2, 0), direction(1));
    painter.restore();

    painter.setPen(Qt::NoPen);
    const std::size_t count = m_plane.queries.size() + m_plane.keys.size();
    const double radius = count > 400 ? 2 : 3;
    for (const bool query : {true, false})
        for (std::size_t i = 0; i < (query ? m_plane.queries : m_plane.keys).size(); ++i)
            paintPoint(painter, {query, static_cast<std::int64_t>(i)}, radius, area, style);
    for (const bool query : {true, false}) {
        const Point p{query, query ? m_options.query : m_options.key};
        if (p.position >= static_cast<std::int64_t>((query ? m_plane.queries : m_plane.keys).size()))
            continue;
        painter.setPen(QPen(style.text, 1.4));
        paintPoint(painter, p, 5, area, style);
    }
    QFont font = style.font;
    font.setPixelSize(std::max(8, qRound(style.font.pixelSize() * 0.88)));
    const QFontMetricsF small(font);
    for (const Label& label : labels(area, style)) {
        const bool selected = label.point.position == (label.point.query ? m_options.query : m_options.key);
        painter.setFont(font);
        QColor color = label.point.query ? style.query : style.key;
        if (!selected)
            color.setAlphaF(0.85F);
        painter.setPen(color);
        painter.drawText(
            QPointF(label.rect.left(), label.rect.top() + small.ascent() - small.height() * 0.08),
            label.text);
        if (selected)
            painter.drawLine(label.rect.bottomLeft(), label.rect.bottomRight());
    }
    painter.restore();
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void ScatterFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                   const Highlight& highlight) const
{
    const auto point = highlight.focus ? pointOf(*highlight.focus) : std::nullopt;
    if (!point)
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(style.text, 1.6));
    paintPoint(painter, *point, 6, area, style);
    const QFontMetricsF fm(style.font);
    const QString text = fm.elidedText(name(*point), Qt::ElideMiddle, 140);
    const QPointF at = place(*point, area, style);
    QRectF rect(at.x() + 9, at.y() - fm.height() / 2, fm.horizontalAdvance(text) + 8, fm.height());
    if (rect.right() > area.right())
        rect.moveRight(at.x() - 9);
    painter.setPen(QPen(style.line, 1));
    painter.setBrush(style.background);
    painter.drawRoundedRect(rect, 3, 3);
    painter.setFont(style.font);
    painter.setPen(point->query ? style.query : style.key);
    painter.drawText(rect, Qt::AlignCenter, text);
    painter.restore();
}

std::optional<CellRef> ScatterFigure::cellAt(const QPointF& point, const QRectF& area,
                                             const FigureStyle& style) const
{
    std::optional<Point> nearest;
    double least = 9 * 9;
    for (const bool query : {true, false})
        for (std::size_t i = 0; i < (query ? m_plane.queries : m_plane.keys).size(); ++i) {
            const Point p{query, static_cast<std::int64_t>(i)};
            const QPointF d = place(p, area, style) - point;
            if (const double square = QPointF::dotProduct(d, d); square < least) {
                least = square;
                nearest = p;
            }
        }
    return nearest ? std::optional(cellOf(*nearest)) : std::nullopt;
}

QRectF ScatterFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    const auto point = pointOf(cell);
    if (!point)
        return {};
    const QPointF at = place(*point, area, style);
    return {at.x() - 5, at.y() - 5, 10, 10};
}

TensorRef ScatterFigure::mainTensor() const
{
    return {TensorRef::Kind::Step, layer().q};
}

std::optional<CellRef> ScatterFigure::moved(const std::optional<CellRef>& from, int right, int down) const
{
    Point p = from ? pointOf(*from).value_or(Point{true, 0}) : Point{true, m_options.query};
    if (down != 0)
        p.query = down < 0;
    const auto count = static_cast<std::int64_t>((p.query ? m_plane.queries : m_plane.keys).size());
    p.position = std::clamp<std::int64_t>(p.position + right, 0, count - 1);
    return cellOf(p);
}

QString ScatterFigure::title() const
{
    return ScatterWords::tr("%1 · head %2 · queries and keys in one plane")
        .arg(stepTitle(m_source.trace.program(), layer().q))
        .arg(m_options.head);
}

QString ScatterFigure::subtitle() const
{
    const Program& program = m_source.trace.program();
    return QString::fromStdString(program.steps[static_cast<std::size_t>(layer().q)].hook + ", " +
                                  program.steps[static_cast<std::size_t>(layer().k)].hook);
}

QString ScatterFigure::describeCell(const CellRef& cell) const
{
    const auto point = pointOf(cell);
    if (!point)
        return {};
    const auto& p =
        (point->query ? m_plane.queries : m_plane.keys)[static_cast<std::size_t>(point->position)];
    return (point->query ? ScatterWords::tr("query %1: %2, %3") : ScatterWords::tr("key %1: %2, %3"))
        .arg(name(*point), shownNumber(p[0], 3), shownNumber(p[1], 3));
}

FigureData ScatterFigure::data() const
{
    FigureData data;
    Tensor values({named("point", static_cast<std::int64_t>(m_plane.queries.size() + m_plane.keys.size())),
                   named("component", 2)});
    auto to = values.mutableValues().begin();
    for (const bool query : {true, false})
        for (std::size_t i = 0; i < (query ? m_plane.queries : m_plane.keys).size(); ++i) {
            const auto& p = (query ? m_plane.queries : m_plane.keys)[i];
            *to++ = static_cast<float>(p[0]);
            *to++ = static_cast<float>(p[1]);
            data.rows.push_back((query ? "query " : "key ") + std::to_string(i) + " " +
                                name({query, static_cast<std::int64_t>(i)}).toStdString());
        }
    data.corner = "point \\ component";
    data.columns = {"1", "2"};
    data.tensor = std::make_shared<const Tensor>(std::move(values));
    return data;
}

} // namespace headlight
