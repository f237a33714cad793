// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/positions_figure.h"

#include "figures/curve_plot.h"
#include "figures/figure_names.h"
#include "figures/highlight_painter.h"
#include "figures/layout_fit.h"
#include "figures/matrix_block.h"
#include "session/core_words.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

constexpr double positionsMargin = 10;

struct Layout
{
    QSizeF natural;
    MatrixBlock block;
    QPointF rowName, columnName;
    QRectF bar, curves, legend, about;
    double curvesLeft = 0, curvesRight = 0; ///< where the curves' first and last positions stand
    bool named = false;                     ///< the columns' axis is written above them
};

/// What is drawn: a matrix, and curves of its rows or of what is told apart.
struct Content
{
    QString title, about;
    TensorPtr values; ///< [row, column]
    TensorRef ref;    ///< the trace's tensor that holds the first knownColumns
    std::int64_t knownColumns = 0;
    bool transposed = true; ///< the trace has the columns first
    bool fixed = false;     ///< the curves are these, not chosen rows
    std::vector<Curve> curves;
    QString curvesName;           ///< of what the curves run over; else the columns' name
    std::int64_t firstColumn = 0; ///< the number of the first column
};

} // namespace

struct PositionsFigure::Impl
{
    FigureSource source;
    PositionsOptions options;
    std::vector<PositionEncoding> encodings;
    std::optional<Content> content;
    QString nothing; ///< said where there is nothing to draw
    std::vector<std::int64_t> curves;
    MatrixBlock block;
    LayoutCache<Layout> cache;

    [[nodiscard]] Layout lay(const QSizeF& area, const FigureStyle& style) const;
    [[nodiscard]] const Layout& layout(const QSizeF& area, const FigureStyle& style) const
    {
        return cache.get(area, style, [&](const QSizeF& logical) { return lay(logical, style); });
    }
    [[nodiscard]] std::optional<std::pair<std::int64_t, std::int64_t>> place(const CellRef& cell) const;
    [[nodiscard]] CellRef cellOf(std::int64_t row, std::int64_t column) const
    {
        if (!content->ref.valid() || column >= content->knownColumns)
            return {{}, {row, column}};
        return {content->ref, content->transposed ? Cell{column, row} : Cell{row, column}};
    }
    [[nodiscard]] QString entryName(int axisIndex, std::int64_t index) const
    {
        const Axis& axis = content->values->axes()[static_cast<std::size_t>(axisIndex)];
        const QString label = named(axis) ? source.label(axis, index) : QString::number(index);
        return axis.labels ? label : axisName(axis) + QLatin1Char(' ') + label;
    }
    /// Computed positions beyond the input's have no token to be called by.
    [[nodiscard]] bool named(const Axis& axis) const
    {
        return source.hasNames(axis) && (!axis.isPositions() || axis.size == content->knownColumns);
    }
    [[nodiscard]] std::vector<Curve> curvesFor(const FigureStyle& style) const;
    [[nodiscard]] Result<Content> contentOf(const PositionEncoding& encoding) const;
};

Result<Content> PositionsFigure::Impl::contentOf(const PositionEncoding& encoding) const
{
    const PositionCode& code = encoding.code;
    Content c;
    c.title = encoding.title;
    c.about = encoding.about;
    if (!hasPicture(encoding, options.picture))
        return fail(ErrorCode::BadInput,
                    "these positions have no picture \"" + std::string(pictureId(options.picture)) + "\"",
                    encoding.title.toStdString());
    switch (options.picture) {
    case PositionPicture::Similarity: {
        auto matrix = positionSimilarity(*code.values, options.likeness);
        if (!matrix)
            return tl::unexpected(matrix.error());
        c.values = *matrix;
        c.knownColumns =
            code.ref.valid() && code.knownPositions == c.values->size(1) ? code.knownPositions : 0;
        c.title = PositionWords::tr("%1: how alike two positions are").arg(encoding.title);
        c.about = options.likeness == Likeness::Dot
                      ? PositionWords::tr(
                            "Dot products of the positions' vectors, and their mean by the offset between "
                            "two positions, with one standard deviation to each side.")
                      : PositionWords::tr(
                            "Cosines between the positions' vectors, and their mean by the offset between "
                            "two positions, with one standard deviation to each side.");
        const OffsetCurve mean = byOffset(*c.values);
        Curve curve{
            PositionWords::tr("mean over all pairs this far apart"), mean.mean, {}, Qt::SolidLine, {}, {}};
        for (std::size_t o = 0; o < mean.mean.size(); ++o) {
            curve.low.push_back(mean.mean[o] - mean.deviation[o]);
            curve.high.push_back(mean.mean[o] + mean.deviation[o]);
        }
        c.curves.push_back(std::move(curve));
        c.curvesName = PositionWords::tr("offset");
        c.fixed = true;
        return c;
    }
    case PositionPicture::Distance: {
        auto bias = biasByDistance(source.trace, code, options.attention, leastPositions);
        if (!bias)
            return tl::unexpected(bias.error());
        c.values = *bias;
        c.title = PositionWords::tr("%1: what it adds by distance").arg(encoding.title);
        if (code.rule.kind == ops::PositionRule::Kind::Slopes) {
            QStringList slopes;
            for (std::size_t h = 0; h < code.rule.slopes.size() && h < 8; ++h)
                slopes << QString::number(code.rule.slopes[h], 'g', 3);
            if (code.rule.slopes.size() > 8)
                slopes << QStringLiteral("…");
            c.about = PositionWords::tr("Bias = −slope · distance. Slopes of the heads: %1.")
                          .arg(slopes.join(QStringLiteral(", ")));
        } else if (code.rule.kind == ops::PositionRule::Kind::Distances) {
            c.about = PositionWords::tr(
                "v · r of each head: what a distance is worth whatever the query is (term d of Dai "
                "et al. 2019), divided like the scores.");
        } else {
            c.about = PositionWords::tr(
                "The learned bias of each head for keys that stand so far behind the query.");
        }
        return c;
    }
    case PositionPicture::Buckets: {
        const auto operands = source.trace.operands(code.step);
        if (!operands)
            return tl::unexpected(operands.error());
        const Tensor& table = *operands->front(); // [bucket, head]
        Tensor turned({table.axes()[1], table.axes()[0]});
        for (std::int64_t h = 0; h < table.size(1); ++h)
            for (std::int64_t b = 0; b < table.size(0); ++b)
                turned.mutableValues()[static_cast<std::size_t>(h * table.size(0) + b)] = table.at({b, h});
        c.values = std::make_shared<const Tensor>(std::move(turned));
        c.ref = source.trace.program().steps[static_cast<std::size_t>(code.step)].operands.front();
        c.knownColumns = c.values->size(1);
        c.title = PositionWords::tr("%1: buckets").arg(encoding.title);
        c.about = PositionWords::tr(
            "The learned bias of each bucket and head, and which bucket each distance is in, of keys before "
            "and after the query.");
        std::vector<double> before, after;
        for (std::int64_t d = 0; d <= 2 * code.rule.buckets.maxDistance; ++d) {
            before.push_back(static_cast<double>(code.rule.buckets.bucket(-d)));
            after.push_back(static_cast<double>(code.rule.buckets.bucket(d)));
        }
        c.curves.push_back({PositionWords::tr("keys before the query"), before, {}, Qt::SolidLine, {}, {}});
        c.curves.push_back({PositionWords::tr("keys after it"), after, {}, Qt::SolidLine, {}, {}});
        c.curvesName = PositionWords::tr("distance");
        c.fixed = true;
        return c;
    }
    default:
        c.values = code.values;
        c.ref = code.ref;
        c.knownColumns = code.knownPositions;
        c.transposed = code.transposed;
        if (code.rule.kind == ops::PositionRule::Kind::Buckets)
            c.firstColumn = -(c.values->size(1) / 2);
        return c;
    }
}

std::vector<Curve> PositionsFigure::Impl::curvesFor(const FigureStyle& style) const
{
    const auto colors = curveColors(style);
    std::vector<Curve> list;
    const auto color = [&](Curve& curve, std::size_t at) {
        curve.color = colors[at % colors.size()];
        curve.line = at >= 2 * colors.size() ? Qt::DotLine
                     : at >= colors.size()   ? Qt::DashLine
                                             : Qt::SolidLine;
    };
    if (content->fixed) {
        list = content->curves;
        for (std::size_t i = 0; i < list.size(); ++i)
            color(list[i], i);
        return list;
    }
    const std::int64_t columns = content->values->size(1);
    for (std::size_t i = 0; i < curves.size(); ++i) {
        if (curves[i] < 0)
            continue;
        Curve curve{source.label(content->values->axes()[0], curves[i]), {}, {}, Qt::SolidLine, {}, {}};
        for (std::int64_t p = 0; p < columns; ++p)
            curve.values.push_back((*content->values)[curves[i] * columns + p]);
        color(curve, i);
        list.push_back(std::move(curve));
    }
    return list;
}

Layout PositionsFigure::Impl::lay(const QSizeF& area, const FigureStyle& style) const
{
    Layout l;
    const QFontMetricsF small(nameFontOf(style)), text(style.font);
    if (!content) {
        l.natural = {std::min(area.width(), 480.0), std::min(area.height(), 140.0)};
        l.about = QRectF(QPointF(positionsMargin, positionsMargin),
                         l.natural - QSizeF(2 * positionsMargin, 2 * positionsMargin));
        return l;
    }
    l.block = block;
    MatrixBlock& b = l.block;
    b.scale = scaleOf(b, options.scale, style);
    const Axis& rows = content->values->axes()[0];
    const Axis& columns = content->values->axes()[1];
    const double barHeight = colorBarHeight(b.range, style);
    // In a low, wide area the curves stand beside the heatmap, else beneath it.
    // A matrix of positions is square; its curves are worth the rest of the width.
    const bool square = options.picture == PositionPicture::Similarity;
    const bool beside = square ? area.width() > 1.35 * area.height()
                               : area.height() < 340 && area.width() > 1.9 * area.height();
    const bool low = beside && area.height() < 200;
    const double aboutWidth = small.horizontalAdvance(content->about);
    const int aboutLines =
        beside ? (area.height() < 150 ? 0 : 1)
               : std::clamp(static_cast<int>(std::ceil(
                                aboutWidth / std::max(area.width() - 2 * positionsMargin - 30, 200.0))),
                            1, 3);
    const double aboutHeight = aboutLines * small.height() + (aboutLines ? 6 : 0);
    const double barRoom = low ? 0 : barHeight + 10;
    const double edge = low ? 4 : positionsMargin;
    const double fixed = 2 * edge + aboutHeight + barRoom + (beside ? 0 : 24 + small.height());
    const double room = std::max(area.height() - fixed, beside ? 60.0 : 120.0);
    const double heatWidth = beside ? area.width() * 0.5 : area.width();
    double left = 40, top = 18, right = 6;
    for (int round = 0; round < 2; ++round) {
        const double share = beside ? 1 : square ? 0.66 : 0.58; // the rest is the curves'
        double height = std::min((room * share - top) / static_cast<double>(rows.size), square ? 26.0 : 20.0);
        const double width = std::max(heatWidth - 2 * positionsMargin - left - right - text.height(), 60.0);
        double cell = std::min(width / static_cast<double>(columns.size), 26.0);
        if (square)
            cell = height = std::min(cell, height);
        // Whole pixels, unless that would cost a good part of the room.
        const auto whole = [](double size) { return size >= 4 ? std::floor(size) : size; };
        cell = whole(cell);
        b.columns = Ruler(columns.size, cell);
        height = whole(height);
        b.rows = Ruler(rows.size, std::max(height, 20.0 / static_cast<double>(rows.size)));
        const auto labels = [&](AxisLabels::Side side, const Axis& axis, const Ruler& ruler) {
            AxisLabels::Spec spec;
            spec.side = side;
            spec.names = named(axis);
            spec.sparse = true;
            spec.most = 80;
            spec.text = [this, axis, named = spec.names](std::int64_t i) {
                return named ? source.label(axis, i) : QString::number(i);
            };
            return AxisLabels(std::move(spec), ruler, style);
        };
        b.rowLabels = labels(AxisLabels::Side::Left, rows, b.rows);
        b.columnLabels = labels(AxisLabels::Side::Top, columns, b.columns);
        left = std::max(b.rowLabels.room(), small.horizontalAdvance(QStringLiteral("−0.05")) + 8);
        top = b.columnLabels.room();
        right = std::max(b.columnLabels.overhang(), 6.0);
    }
    const double x = positionsMargin + text.height() + 4 + left;
    double y = edge + aboutHeight + top;
    b.origin = {std::round(x), std::round(y)};
    const QSizeF size = b.size();
    l.rowName = {positionsMargin + text.height() / 2, y + size.height() / 2};
    const double heatRight = b.origin.x() + size.width();
    l.bar =
        low ? QRectF()
            : QRectF(b.origin.x(), y + size.height() + 8, std::clamp(size.width(), 120.0, 260.0), barHeight);
    const double valueRoom = small.horizontalAdvance(QStringLiteral("−0.005")) + 14;
    const double bottomOfMap = low ? y + size.height() : l.bar.bottom();
    if (beside) {
        l.about = aboutLines ? QRectF(positionsMargin, edge, area.width() - 2 * positionsMargin, aboutHeight)
                             : QRectF();
        const double bottom = std::max(area.height() - edge, bottomOfMap);
        l.curves = QRectF(QPointF(heatRight + 24, edge + aboutHeight),
                          QPointF(area.width() - positionsMargin, bottom - small.height() - 4));
        l.curvesLeft = l.curves.left() + valueRoom;
        l.curvesRight = l.curves.right() - 4;
        l.legend =
            QRectF(l.curvesLeft, l.curves.bottom() + 2, l.curvesRight - l.curvesLeft, small.height() + 2);
        l.natural = {area.width(), bottom + edge};
        return l;
    }
    l.about = QRectF(positionsMargin, edge,
                     std::max(std::max(heatRight, area.width() - 30) - positionsMargin, 300.0), aboutHeight);
    y = l.bar.bottom() + 10;
    const double plotHeight = std::max(area.height() - y - edge - small.height() - 4, 90.0);
    const bool under = !content->fixed || square;
    l.curvesLeft = under ? b.origin.x() : positionsMargin + valueRoom;
    l.curvesRight = under ? heatRight : std::max(heatRight, area.width() - 2 * positionsMargin);
    l.curves = QRectF(QPointF(std::min(positionsMargin, l.curvesLeft - valueRoom), y),
                      QPointF(l.curvesRight + 4, y + std::min(plotHeight, 220.0)));
    y += l.curves.height();
    l.legend = QRectF(l.curvesLeft, y + 2, l.curvesRight - l.curvesLeft, small.height() + 2);
    l.natural = {std::max({heatRight + right, l.curvesRight + 4, l.about.right()}) + positionsMargin,
                 y + small.height() + 4 + edge};
    return l;
}

std::optional<std::pair<std::int64_t, std::int64_t>> PositionsFigure::Impl::place(const CellRef& cell) const
{
    if (!content || cell.cell.size() != 2 || (cell.tensor.valid() && cell.tensor != content->ref))
        return std::nullopt;
    std::pair<std::int64_t, std::int64_t> at{cell.cell[0], cell.cell[1]};
    if (cell.tensor.valid() && content->transposed)
        std::swap(at.first, at.second);
    const std::int64_t columns = cell.tensor.valid() ? content->knownColumns : content->values->size(1);
    if (at.first < 0 || at.first >= content->values->size(0) || at.second < 0 || at.second >= columns)
        return std::nullopt;
    return at;
}

PositionsFigure::PositionsFigure() = default;
PositionsFigure::~PositionsFigure() = default;

Result<std::unique_ptr<PositionsFigure>> PositionsFigure::make(FigureSource source, PositionsOptions options)
{
    std::unique_ptr<PositionsFigure> figure(new PositionsFigure);
    figure->m = std::make_unique<Impl>();
    Impl& m = *figure->m;
    m.source = std::move(source);
    m.options = std::move(options);
    m.encodings = positionEncodings(m.source.trace);
    if (m.options.encoding < 0 || m.options.encoding >= static_cast<int>(m.encodings.size()))
        return fail(ErrorCode::BadInput, "expected an encoding from 0 to " +
                                             std::to_string(m.encodings.size() - 1) + ", found " +
                                             std::to_string(m.options.encoding));
    const PositionEncoding& encoding = m.encodings[static_cast<std::size_t>(m.options.encoding)];
    if (!encoding.code.values && m.options.picture == PositionPicture::Values) {
        m.nothing = encoding.about;
        return figure;
    }
    auto content = m.contentOf(encoding);
    if (!content)
        return tl::unexpected(content.error());
    m.content = std::move(*content);
    m.curves = encoding.code.curves;
    if (m.options.picture == PositionPicture::Distance) {
        m.curves.clear();
        const std::int64_t heads = m.content->values->size(0), shown = std::min<std::int64_t>(heads, 4);
        for (std::int64_t h = 0; h < shown; ++h)
            m.curves.push_back(h * heads / shown);
    }
    if (m.options.curves)
        m.curves = *m.options.curves;
    for (std::int64_t& d : m.curves)
        d = d < m.content->values->size(0) ? d : -1;
    m.block.slice = std::make_shared<const TensorSlice>(m.content->ref, m.content->values,
                                                        std::vector<int>{0}, std::vector<int>{1}, Cell{});
    m.block.range = rangeOf(m.block, ScaleOptions::Extent::Slice);
    return figure;
}

const std::vector<PositionEncoding>& PositionsFigure::encodings() const
{
    return m->encodings;
}

const std::vector<std::int64_t>& PositionsFigure::curves() const
{
    return m->curves;
}

std::optional<std::int64_t> PositionsFigure::rowOf(const CellRef& cell) const
{
    const auto at = m->place(cell);
    return at && !m->content->fixed ? std::optional(at->first) : std::nullopt;
}

ScaleChoices PositionsFigure::scaleChoices() const
{
    ScaleChoices choices;
    choices.limits = m->content.has_value();
    choices.kind = title();
    return choices;
}

const ScaleOptions& PositionsFigure::scale() const
{
    return m->options.scale;
}

void PositionsFigure::setScale(const ScaleOptions& scale)
{
    m->options.scale = scale;
    m->cache.clear();
}

std::optional<ColorBar> PositionsFigure::colorBar(const QRectF& area, const FigureStyle& style) const
{
    const Layout& l = m->layout(area.size(), style);
    if (l.bar.isEmpty() || m->block.range.empty())
        return std::nullopt;
    return ColorBar{fitInto(l.natural, area, style).toPainter(colorStrip(l.bar)), l.block.scale};
}

QSizeF PositionsFigure::preferredSize(const FigureStyle& style) const
{
    FigureStyle plain = style;
    plain.zoom = 1;
    return m->lay({900, 620}, plain).natural;
}

void PositionsFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                            const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    const Layout& l = m->layout(area.size(), style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    fitInto(l.natural, area, style).apply(painter);
    if (!m->content) {
        painter.setFont(style.font);
        painter.setPen(style.text);
        painter.drawText(l.about, Qt::AlignCenter | Qt::TextWordWrap, describeCell({}));
        painter.restore();
        return;
    }
    const Content& c = *m->content;
    const QFontMetricsF fm(nameFontOf(style));
    painter.setFont(nameFontOf(style));
    painter.setPen(style.mutedText);
    if (!l.about.isEmpty()) {
        const bool oneLine = l.about.height() < 1.9 * fm.height();
        painter.drawText(l.about, Qt::AlignLeft | Qt::AlignTop | (oneLine ? 0 : int(Qt::TextWordWrap)),
                         oneLine ? fm.elidedText(c.about, Qt::ElideRight, l.about.width()) : c.about);
    }
    l.block.paint(painter, style);
    l.block.rowLabels.paint(painter, l.block.origin, style);
    l.block.columnLabels.paint(painter, l.block.origin, style);
    const Axes& axes = c.values->axes();
    paintAxisName(painter, l.rowName, axisName(axes[0]), true, style);
    if (!l.bar.isEmpty())
        paintColorBar(painter, l.bar, l.block.scale, l.block.range, style);

    const std::vector<Curve> curves = m->curvesFor(style);
    paintCurves(painter, l.curves,
                {l.curvesLeft,
                 l.curvesRight,
                 c.curvesName.isEmpty() ? axisName(axes[1]) : c.curvesName,
                 c.fixed ? 0 : c.firstColumn,
                 {}},
                curves, style);
    // The legend, and a tick at each curve's row of the heatmap.
    painter.setFont(nameFontOf(style));
    double x = l.legend.left();
    std::size_t next = 0;
    // "d_model", once, before the numbers of its entries.
    if (!c.fixed && !axes[0].labels && !curves.empty()) {
        const QString name = axisName(axes[0]);
        painter.setPen(style.mutedText);
        painter.drawText(QPointF(x, l.legend.center().y() + fm.ascent() / 2 - fm.descent() / 2), name);
        x += fm.horizontalAdvance(name) + 10;
    }
    for (std::size_t i = 0; i < curves.size(); ++i) {
        const double y = l.legend.center().y();
        const double width = 23 + fm.horizontalAdvance(curves[i].name) + 14;
        if (x + width - 14 <= l.natural.width()) {
            painter.setPen(QPen(curves[i].color, 2.4, curves[i].line));
            painter.drawLine(QPointF(x, y), QPointF(x + 18, y));
            painter.setPen(style.text);
            painter.drawText(QPointF(x + 23, y + fm.ascent() / 2 - fm.descent() / 2), curves[i].name);
            x += width;
        }
        if (c.fixed)
            continue;
        while (next < m->curves.size() && m->curves[next] < 0)
            ++next;
        const double row = l.block.origin.y() + l.block.rows.middle(m->curves[next++]);
        const double edge = l.block.origin.x() + l.block.size().width();
        painter.setPen(Qt::NoPen);
        painter.setBrush(curves[i].color);
        painter.drawPolygon(
            QPolygonF{QPointF(edge + 1, row), QPointF(edge + 7, row - 4), QPointF(edge + 7, row + 4)});
    }
    if (curves.empty()) {
        painter.setPen(style.mutedText);
        painter.drawText(l.legend, Qt::AlignLeft | Qt::AlignVCenter,
                         PositionWords::tr("click a row for its curve"));
    }
    painter.restore();
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void PositionsFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                     const Highlight& highlight) const
{
    const auto at = highlight.focus ? m->place(*highlight.focus) : std::nullopt;
    if (!at)
        return;
    const Layout& l = m->layout(area.size(), style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    fitInto(l.natural, area, style).apply(painter);
    l.block.rowLabels.paintOne(painter, l.block.origin, at->first, style.accent, style);
    l.block.columnLabels.paintOne(painter, l.block.origin, at->second, style.accent, style);
    paintFrame(painter, l.block.cellRect(at->first, at->second), style.text, style);
    painter.restore();
}

std::optional<CellRef> PositionsFigure::cellAt(const QPointF& point, const QRectF& area,
                                               const FigureStyle& style) const
{
    if (!m->content)
        return std::nullopt;
    const Layout& l = m->layout(area.size(), style);
    const auto at = l.block.at(fitInto(l.natural, area, style).toLogical(point));
    return at ? std::optional(m->cellOf(at->first, at->second)) : std::nullopt;
}

QRectF PositionsFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    const auto at = m->place(cell);
    if (!at)
        return {};
    const Layout& l = m->layout(area.size(), style);
    return fitInto(l.natural, area, style).toPainter(l.block.cellRect(at->first, at->second));
}

TensorRef PositionsFigure::mainTensor() const
{
    return m->content ? m->content->ref : TensorRef{};
}

std::optional<CellRef> PositionsFigure::moved(const std::optional<CellRef>& from, int right, int down) const
{
    if (!m->content)
        return std::nullopt;
    auto at = from ? m->place(*from) : std::nullopt;
    if (!at)
        at = {0, 0};
    else
        at = {std::clamp<std::int64_t>(at->first + down, 0, m->content->values->size(0) - 1),
              std::clamp<std::int64_t>(at->second + right, 0, m->content->values->size(1) - 1)};
    return m->cellOf(at->first, at->second);
}

QString PositionsFigure::title() const
{
    return m->content ? m->content->title : PositionWords::tr("No positions");
}

QString PositionsFigure::subtitle() const
{
    if (!m->content || !m->content->ref.valid())
        return {};
    return QString::fromStdString(m->source.trace.program().nameOf(m->content->ref));
}

QString PositionsFigure::describeCell(const CellRef& cell) const
{
    if (!m->content)
        return m->nothing;
    const auto at = m->place(cell);
    if (!at)
        return {};
    if (cell.tensor.valid())
        return cellWords(m->source, cell);
    const QString number =
        shownNumber(static_cast<double>(m->content->values->at({at->first, at->second})), 5);
    if (m->options.picture == PositionPicture::Similarity)
        return PositionWords::tr("%1 and %2, offset %3: %4")
            .arg(m->entryName(0, at->first), m->entryName(1, at->second))
            .arg(std::abs(at->first - at->second))
            .arg(number);
    return QStringLiteral("%1, %2: %3").arg(m->entryName(0, at->first), m->entryName(1, at->second), number);
}

FigureData PositionsFigure::data() const
{
    if (!m->content)
        return {};
    // As the trace has it: a row for each position.
    return tableOf(m->source, m->content->transposed && m->content->ref.valid() ? m->block.slice->transposed()
                                                                                : *m->block.slice);
}

std::vector<std::int64_t> toggledCurve(std::vector<std::int64_t> curves, std::int64_t row)
{
    if (const auto at = std::find(curves.begin(), curves.end(), row); at != curves.end()) {
        *at = -1;
        while (!curves.empty() && curves.back() < 0)
            curves.pop_back();
        return curves;
    }
    if (const auto free = std::find_if(curves.begin(), curves.end(), [](std::int64_t d) { return d < 0; });
        free != curves.end())
        *free = row;
    else
        curves.push_back(row);
    return curves;
}

} // namespace headlight
