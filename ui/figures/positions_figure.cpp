// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/positions_figure.h"

#include "figures/core_words.h"
#include "figures/curve_plot.h"
#include "figures/figure_names.h"
#include "figures/highlight_painter.h"
#include "figures/layout_fit.h"
#include "figures/position_encodings.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

constexpr double margin = 10;

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(PositionsFigure)
};

QString noPositions()
{
    return Words::tr("This model adds nothing that says where a token stands. Without a mask it would read "
                     "its input as a bag of tokens in no order; with a causal mask it can at most feel how "
                     "many tokens came before.");
}

struct Layout
{
    QSizeF natural;
    MatrixBlock block;
    QPointF rowName;
    QRectF bar, curves, legend, about;
    double curvesLeft = 0, curvesRight = 0; ///< where the curves' first and last positions stand
};

} // namespace

struct PositionsFigure::Impl
{
    FigureSource source;
    PositionsOptions options;
    std::vector<QString> titles;
    std::optional<PositionEncoding> encoding;
    MatrixBlock block;
    LayoutCache<Layout> cache;

    [[nodiscard]] Layout lay(const QSizeF& area, const FigureStyle& style) const;
    [[nodiscard]] const Layout& layout(const QSizeF& area, const FigureStyle& style) const
    {
        return cache.get(area, style, [&](const QSizeF& logical) { return lay(logical, style); });
    }
    [[nodiscard]] std::optional<std::pair<std::int64_t, std::int64_t>> place(const CellRef& cell) const;
    [[nodiscard]] QString curveName(std::int64_t dimension) const
    {
        const Axis& axis = encoding->values->axes()[0];
        const QString label = source.label(axis, dimension);
        return axis.labels ? label : axisName(axis) + QLatin1Char(' ') + label;
    }
};

Layout PositionsFigure::Impl::lay(const QSizeF& area, const FigureStyle& style) const
{
    Layout l;
    const QFontMetricsF small(nameFontOf(style)), text(style.font);
    if (!encoding) {
        l.natural = {std::min(area.width(), 480.0), std::min(area.height(), 140.0)};
        l.about = QRectF(QPointF(margin, margin), l.natural - QSizeF(2 * margin, 2 * margin));
        return l;
    }
    l.block = block;
    MatrixBlock& b = l.block;
    b.scale = scaleOf(b, options.scale, style);
    const Axis& rows = encoding->values->axes()[0];
    const Axis& columns = encoding->values->axes()[1];
    const double barHeight = colorBarHeight(b.range, style);
    // In a low, wide area the curves stand beside the heatmap, else beneath it.
    const bool beside = area.height() < 340 && area.width() > 2.4 * area.height();
    const double aboutHeight = (beside ? 1 : 2) * small.height() + 8;
    const double fixed = 2 * margin + aboutHeight + barHeight + (beside ? 12 : 34 + small.height());
    const double room = std::max(area.height() - fixed, beside ? 60.0 : 120.0);
    const double heatWidth = beside ? area.width() * 0.5 : area.width();
    double left = 40, top = 18, right = 6;
    for (int round = 0; round < 2; ++round) {
        const double width = std::max(heatWidth - 2 * margin - left - right - text.height(), 60.0);
        double cell = std::min(width / static_cast<double>(columns.size), 26.0);
        cell = cell >= 1 ? std::floor(cell) : cell;
        b.columns = Ruler(columns.size, cell);
        const double share = beside ? 1 : 0.58; // the rest is the curves'
        double height = std::min((room * share - top) / static_cast<double>(rows.size), 20.0);
        height = height >= 1 ? std::floor(height) : height;
        b.rows = Ruler(rows.size, std::max(height, 20.0 / static_cast<double>(rows.size)));
        const auto labels = [&](AxisLabels::Side side, const Axis& axis, const Ruler& ruler) {
            AxisLabels::Spec spec;
            spec.side = side;
            spec.names =
                source.hasNames(axis) && (!axis.isPositions() || axis.size == encoding->knownPositions);
            spec.sparse = true;
            spec.most = 80;
            spec.text = [this, axis](std::int64_t i) { return source.label(axis, i); };
            return AxisLabels(std::move(spec), ruler, style);
        };
        b.rowLabels = labels(AxisLabels::Side::Left, rows, b.rows);
        b.columnLabels = labels(AxisLabels::Side::Top, columns, b.columns);
        left = std::max(b.rowLabels.room(), small.horizontalAdvance(QStringLiteral("−0.05")) + 8);
        top = b.columnLabels.room();
        right = std::max(b.columnLabels.overhang(), 6.0);
    }
    const double x = margin + text.height() + 4 + left;
    double y = margin + aboutHeight + top;
    b.origin = {std::round(x), std::round(y)};
    const QSizeF size = b.size();
    l.rowName = {margin + text.height() / 2, y + size.height() / 2};
    const double heatRight = b.origin.x() + size.width();
    l.bar = QRectF(b.origin.x(), y + size.height() + 10, std::clamp(size.width(), 120.0, 260.0), barHeight);
    if (beside) {
        l.about = QRectF(margin, margin, area.width() - 2 * margin, aboutHeight);
        const double bottom = std::max(area.height() - margin, l.bar.bottom());
        l.curves = QRectF(QPointF(heatRight + 28, l.about.bottom()),
                          QPointF(area.width() - margin, bottom - small.height() - 6));
        l.curvesLeft = l.curves.left() + small.horizontalAdvance(QStringLiteral("−0.05")) + 14;
        l.curvesRight = l.curves.right() - 4;
        l.legend =
            QRectF(l.curvesLeft, l.curves.bottom() + 2, l.curvesRight - l.curvesLeft, small.height() + 2);
        l.natural = {area.width(), bottom + margin};
        return l;
    }
    l.about = QRectF(margin, margin, std::max(heatRight - margin, 300.0), aboutHeight);
    y = l.bar.bottom() + 10;
    const double curves = std::max(area.height() - y - margin - small.height() - 4, 90.0);
    l.curvesLeft = b.origin.x();
    l.curvesRight = heatRight;
    l.curves = QRectF(margin, y, heatRight + 4 - margin, std::min(curves, 220.0));
    y += l.curves.height();
    l.legend = QRectF(b.origin.x(), y + 2, size.width(), small.height() + 2);
    l.natural = {std::max(heatRight + right, l.about.right()) + margin, y + small.height() + 4 + margin};
    return l;
}

std::optional<std::pair<std::int64_t, std::int64_t>> PositionsFigure::Impl::place(const CellRef& cell) const
{
    if (!encoding || !encoding->ref.valid() || cell.tensor != encoding->ref || cell.cell.size() != 2)
        return std::nullopt;
    std::pair<std::int64_t, std::int64_t> at{cell.cell[0], cell.cell[1]};
    if (encoding->transposed)
        std::swap(at.first, at.second);
    if (at.first < 0 || at.first >= encoding->values->size(0) || at.second < 0 ||
        at.second >= encoding->knownPositions)
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
    auto all = positionEncodings(source.trace);
    for (const PositionEncoding& e : all)
        m.titles.push_back(e.title);
    if (!all.empty()) {
        if (options.encoding < 0 || options.encoding >= static_cast<int>(all.size()))
            return fail(ErrorCode::BadInput, "expected an encoding from 0 to " +
                                                 std::to_string(all.size() - 1) + ", found " +
                                                 std::to_string(options.encoding));
        m.encoding = std::move(all[static_cast<std::size_t>(options.encoding)]);
        if (!options.curves.empty())
            m.encoding->curves = options.curves;
        std::erase_if(m.encoding->curves,
                      [&](std::int64_t d) { return d < 0 || d >= m.encoding->values->size(0); });
        m.block.slice = std::make_shared<const TensorSlice>(m.encoding->ref, m.encoding->values,
                                                            std::vector<int>{0}, std::vector<int>{1}, Cell{});
        m.block.range = rangeOf(m.block, ScaleOptions::Extent::Slice);
    }
    m.source = std::move(source);
    m.options = std::move(options);
    return figure;
}

const std::vector<QString>& PositionsFigure::encodings() const
{
    return m->titles;
}

ScaleChoices PositionsFigure::scaleChoices() const
{
    ScaleChoices choices;
    choices.limits = m->encoding.has_value();
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
    if (!m->encoding) {
        painter.setFont(style.font);
        painter.setPen(style.text);
        painter.drawText(l.about, Qt::AlignCenter | Qt::TextWordWrap, noPositions());
        painter.restore();
        return;
    }
    const PositionEncoding& e = *m->encoding;
    painter.setFont(nameFontOf(style));
    painter.setPen(style.mutedText);
    painter.drawText(l.about, Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, e.about);
    l.block.paint(painter, style);
    l.block.rowLabels.paint(painter, l.block.origin, style);
    l.block.columnLabels.paint(painter, l.block.origin, style);
    const Axes& axes = e.values->axes();
    paintAxisName(painter, l.rowName, axisName(axes[0]), true, style);
    paintColorBar(painter, l.bar, l.block.scale, l.block.range, style);

    const auto colors = curveColors(style);
    std::vector<Curve> curves;
    for (const std::int64_t d : e.curves) {
        Curve curve{m->curveName(d), {}, colors[curves.size() % colors.size()], Qt::SolidLine};
        if (curves.size() >= colors.size())
            curve.line = Qt::DashLine;
        for (std::int64_t p = 0; p < axes[1].size; ++p)
            curve.values.push_back((*e.values)[d * axes[1].size + p]);
        curves.push_back(std::move(curve));
    }
    paintCurves(painter, l.curves, l.curvesLeft, l.curvesRight, axisName(axes[1]), curves, style);
    // The legend, and a tick at each curve's row of the heatmap.
    painter.setFont(nameFontOf(style));
    const QFontMetricsF fm(nameFontOf(style));
    double x = l.legend.left();
    for (std::size_t i = 0; i < curves.size(); ++i) {
        painter.setPen(QPen(curves[i].color, 2.4, curves[i].line));
        const double y = l.legend.center().y();
        painter.drawLine(QPointF(x, y), QPointF(x + 18, y));
        painter.setPen(style.text);
        painter.drawText(QPointF(x + 23, y + fm.ascent() / 2 - fm.descent() / 2), curves[i].name);
        x += 23 + fm.horizontalAdvance(curves[i].name) + 16;
        const double row = l.block.origin.y() + l.block.rows.middle(e.curves[i]);
        const double edge = l.block.origin.x() + l.block.size().width();
        painter.setPen(Qt::NoPen);
        painter.setBrush(curves[i].color);
        painter.drawPolygon(
            QPolygonF{QPointF(edge + 1, row), QPointF(edge + 7, row - 4), QPointF(edge + 7, row + 4)});
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
    if (!m->encoding || !m->encoding->ref.valid())
        return std::nullopt;
    const Layout& l = m->layout(area.size(), style);
    const auto at = l.block.at(fitInto(l.natural, area, style).toLogical(point));
    if (!at || at->second >= m->encoding->knownPositions)
        return std::nullopt;
    return CellRef{m->encoding->ref,
                   m->encoding->transposed ? Cell{at->second, at->first} : Cell{at->first, at->second}};
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
    return m->encoding ? m->encoding->ref : TensorRef{};
}

std::optional<CellRef> PositionsFigure::moved(const std::optional<CellRef>& from, int right, int down) const
{
    if (!m->encoding || !m->encoding->ref.valid() || m->encoding->knownPositions == 0)
        return std::nullopt;
    auto at = from ? m->place(*from) : std::nullopt;
    if (!at)
        at = {0, 0};
    else
        at = {std::clamp<std::int64_t>(at->first + down, 0, m->encoding->values->size(0) - 1),
              std::clamp<std::int64_t>(at->second + right, 0, m->encoding->knownPositions - 1)};
    return CellRef{m->encoding->ref,
                   m->encoding->transposed ? Cell{at->second, at->first} : Cell{at->first, at->second}};
}

QString PositionsFigure::title() const
{
    return m->encoding ? m->encoding->title : Words::tr("No positions");
}

QString PositionsFigure::subtitle() const
{
    if (!m->encoding || !m->encoding->ref.valid())
        return {};
    return QString::fromStdString(m->source.trace.program().nameOf(m->encoding->ref));
}

QString PositionsFigure::describeCell(const CellRef& cell) const
{
    return m->place(cell) ? cellWords(m->source, cell) : QString();
}

FigureData PositionsFigure::data() const
{
    if (!m->encoding)
        return {};
    // As the trace has it: a row for each position.
    return tableOf(m->source, m->encoding->transposed || !m->encoding->ref.valid()
                                  ? m->block.slice->transposed()
                                  : *m->block.slice);
}

} // namespace headlight
