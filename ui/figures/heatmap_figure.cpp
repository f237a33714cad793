// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/heatmap_figure.h"

#include "figures/figure_names.h"
#include "figures/highlight_painter.h"
#include "figures/layout_fit.h"
#include "figures/matrix_block.h"
#include "figures/number_text.h"
#include "figures/patch_pictures.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <utility>

namespace headlight {

namespace {

/// Below this size of a cell only a window of the axis is drawn: positions keep their overall pattern when
/// cells share pixels, the thousands of entries of a vocabulary do not, and ids are nothing without digits.
double leastCell(const Axis* axis, const MatrixBlock& block, double wanted)
{
    if (block.look == MatrixBlock::Look::Ids)
        return wanted * 0.7;
    // A pattern is looked at as a whole, however long the text: its diagonal, its columns.
    const TensorSlice& slice = *block.slice;
    if (slice.rowAxis() && slice.rowAxis()->isPositions() && slice.columnAxis() &&
        slice.columnAxis()->isPositions())
        return 0.02;
    return axis && axis->isPositions() ? 0.2 : 0.75;
}

struct Layout
{
    QSizeF natural;
    MatrixBlock block;
    QRectF bar, note;
    QPointF rowName, columnName; ///< centres
    bool framed = true;          ///< names of axes and the colour bar are drawn
};

} // namespace

struct HeatmapFigure::Impl
{
    FigureSource source;
    HeatmapOptions options;
    MatrixBlock block;
    std::shared_ptr<const TensorSlice> numbers; ///< of the run, whatever is done about the sink
    QString ownTitle;                           ///< of a tensor that is not the trace's own
    bool explicitSlice = false;
    bool pattern = false;                         ///< its first key can be left out
    std::int64_t centreRow = 0, centreColumn = 0; ///< of windows
    LayoutCache<Layout> cache;

    /// Range and hidden cells, by the options.
    void measure();
    [[nodiscard]] Layout lay(const QSizeF& area, const FigureStyle& style, bool framed) const;
    [[nodiscard]] Ruler ruler(std::int64_t count, double room, double wanted, const Axis* axis,
                              std::int64_t centre) const;
    [[nodiscard]] AxisLabels labels(AxisLabels::Side side, const Ruler& ruler, double most,
                                    const FigureStyle& style) const;
    [[nodiscard]] bool framed(const QSizeF& area, const FigureStyle& style) const;
    [[nodiscard]] QString label(int axis, std::int64_t index) const
    {
        const auto own = options.names.find(axis);
        if (own != options.names.end() && static_cast<std::size_t>(index) < own->second.size())
            return own->second[static_cast<std::size_t>(index)];
        return source.label(block.slice->tensor()->axes()[static_cast<std::size_t>(axis)], index);
    }
    [[nodiscard]] const Layout& layout(const QSizeF& area, const FigureStyle& style) const
    {
        std::optional<bool> frame; // of the area, however often a layout is tried
        return cache.get(area, style, [&](const QSizeF& logical) {
            if (!frame)
                frame = framed(area, style);
            return lay(logical, style, *frame);
        });
    }
};

void HeatmapFigure::Impl::measure()
{
    block.slice = numbers;
    block.stored.reset();
    block.range = {};
    if (pattern)
        leaveOutSink(block, options.scale.sink);
    block.range = rangeOf(block, options.scale.extent);
    cache.clear();
}

Ruler HeatmapFigure::Impl::ruler(std::int64_t count, double room, double wanted, const Axis* axis,
                                 std::int64_t centre) const
{
    double cell = std::min(wanted, room / static_cast<double>(std::max<std::int64_t>(count, 1)));
    if (cell >= leastCell(axis, block, wanted))
        return {count, cell >= 1 ? std::floor(cell) : cell};
    Ruler r(count, wanted);
    const auto shown =
        std::max<std::int64_t>(1, static_cast<std::int64_t>((room - 2 * Ruler::ellipsis) / wanted));
    r.first = std::clamp<std::int64_t>(centre - shown / 2, 0, std::max<std::int64_t>(0, count - shown));
    r.last = std::min(count, r.first + shown);
    return r;
}

AxisLabels HeatmapFigure::Impl::labels(AxisLabels::Side side, const Ruler& ruler, double most,
                                       const FigureStyle& style) const
{
    const TensorSlice& slice = *block.slice;
    const bool top = side == AxisLabels::Side::Top;
    const Axis* axis = top ? slice.columnAxis() : slice.rowAxis();
    if (!axis)
        return {};
    AxisLabels::Spec spec;
    spec.side = side;
    spec.names = source.hasNames(*axis);
    spec.sparse = axis->isPositions();
    spec.most = std::min(spec.most, most);
    const int place = (top ? slice.columnAxes() : slice.rowAxes()).front();
    spec.text = [this, place](std::int64_t i) { return label(place, i); };
    spec.picture = patchPictureOf(source, *axis);
    return {std::move(spec), ruler, style};
}

Layout HeatmapFigure::Impl::lay(const QSizeF& area, const FigureStyle& style, bool framed) const
{
    const TensorSlice& slice = *block.slice;
    Layout l;
    l.block = block;
    MatrixBlock& b = l.block;
    b.scale = scaleOf(b, options.scale, style);
    const QFontMetricsF names(style.font);
    const QSizeF wanted = wantedCell(b, style);
    const double margin = framed ? 10 : 4, mostLabel = framed ? area.width() : 0.28 * area.width();
    const double stretch = framed ? 1.4 : 2; // of a cell, to use what little room there is
    const bool rowsNamed = framed && !slice.rowName().isEmpty();
    const bool bar = framed && b.look == MatrixBlock::Look::Heat;
    const double nameRoom = framed ? names.height() + 4 : 0;
    // Where there is no room for a bar there still is for what must be said.
    const bool note = !framed && b.range.sink != SinkTreatment::Shown;
    const double noteHeight = note ? QFontMetricsF(numberFontOf(style)).height() + 2 : 0;
    const double below = bar ? colorBarHeight(b.range, style) + 14 : noteHeight;
    // Labels take room from cells, and cells decide how labels stand: twice is enough to settle.
    double left = 60, top = framed ? 60 : 0, right = 0;
    for (int round = 0; round < 2; ++round) {
        const QSizeF room(area.width() - 2 * margin - left - right - (rowsNamed ? nameRoom : 0),
                          area.height() - 2 * margin - top - nameRoom - below);
        b.columns = ruler(slice.columns(), std::max(room.width(), 40.0), wanted.width(), slice.columnAxis(),
                          centreColumn);
        b.rows =
            ruler(slice.rows(), std::max(room.height(), 24.0), wanted.height(), slice.rowAxis(), centreRow);
        b.fitNumbers(style);
        if (!options.numbers)
            b.numbers = {};
        // Positions against positions are a square, or nearly; so are pixels.
        const bool square = (slice.rowAxis() && slice.rowAxis()->isPositions() && slice.columnAxis() &&
                             slice.columnAxis()->isPositions() && !b.numbers.fit()) ||
                            b.look == MatrixBlock::Look::Image;
        if (square) {
            const double side = std::min(b.rows.cell, b.columns.cell);
            b.rows.cell = std::min(b.rows.cell, side >= 4 ? side * stretch : side);
            b.columns.cell = std::min(b.columns.cell, side >= 4 ? side * stretch : side);
            if (b.look == MatrixBlock::Look::Image)
                b.rows.cell = b.columns.cell = side;
            if (side >= 1) {
                b.rows.cell = std::floor(b.rows.cell);
                b.columns.cell = std::floor(b.columns.cell);
            }
        }
        b.rowLabels = labels(AxisLabels::Side::Left, b.rows, mostLabel, style);
        b.columnLabels = labels(AxisLabels::Side::Top, b.columns, mostLabel, style);
        if (!framed && b.columnLabels.room() > 0.15 * area.height())
            b.columnLabels = {}; // turned labels would take the room of the cells
        left = b.rowLabels.room();
        top = b.columnLabels.room();
        right = b.columnLabels.overhang();
    }
    const double nameLeft = rowsNamed ? nameRoom : 0;
    b.origin = {std::round(margin + nameLeft + left), std::round(margin + nameRoom + top)};
    const QSizeF size = b.size();
    l.rowName = {margin + names.height() / 2, b.origin.y() + size.height() / 2};
    l.columnName = {b.origin.x() + size.width() / 2, margin + names.height() / 2};
    const double nameWidth = framed ? names.horizontalAdvance(slice.columnName()) : 0;
    const double barWidth = std::clamp(size.width(), 130.0, 280.0);
    const double legendWidth = colorLegendWidth(b.range, style);
    if (bar)
        l.bar =
            QRectF(b.origin.x(), b.origin.y() + size.height() + 12, barWidth, colorBarHeight(b.range, style));
    const double widest = std::max(
        {size.width() + right, bar ? std::max(barWidth, legendWidth) : 0, size.width() / 2 + nameWidth / 2});
    l.natural = {b.origin.x() + widest + margin, b.origin.y() + size.height() + below + margin};
    if (note) {
        const double wide = colorLegendWidth(b.range, style);
        l.natural.setWidth(std::max(l.natural.width(), wide + 2 * margin));
        l.note = QRectF(margin, l.natural.height() - margin - noteHeight + 2, l.natural.width() - 2 * margin,
                        noteHeight);
    }
    l.framed = framed;
    return l;
}

HeatmapFigure::HeatmapFigure() = default;
HeatmapFigure::~HeatmapFigure() = default;

Result<std::unique_ptr<HeatmapFigure>> HeatmapFigure::make(FigureSource source, TensorRef ref,
                                                           HeatmapOptions options)
{
    auto tensor = options.numbersOf ? Result<TensorPtr>(options.numbersOf) : source.trace.tensor(ref);
    if (!tensor)
        return tl::unexpected(tensor.error());
    if (!*tensor || (*tensor)->count() == 0)
        return fail(ErrorCode::NotFound, "expected a tensor with numbers in it, found none",
                    source.trace.program().nameOf(ref));
    std::unique_ptr<HeatmapFigure> figure(new HeatmapFigure);
    figure->m = std::make_unique<Impl>();
    Impl& m = *figure->m;
    m.numbers = std::make_shared<const TensorSlice>(TensorSlice::of(ref, *tensor, options.indices));
    m.explicitSlice = !options.indices.empty();
    m.block.mask = maskOf(source.trace, *m.numbers);
    m.block.look = lookOf(source.trace.program(), *m.numbers);
    m.pattern = isPattern(source.trace.program(), ref);
    m.centreColumn = likelyColumn(source, *m.numbers).value_or(0);
    m.source = std::move(source);
    m.options = std::move(options);
    m.measure();
    return figure;
}

std::unique_ptr<HeatmapFigure> HeatmapFigure::of(FigureSource source, TensorPtr tensor, QString title,
                                                 HeatmapOptions options)
{
    std::unique_ptr<HeatmapFigure> figure(new HeatmapFigure);
    figure->m = std::make_unique<Impl>();
    Impl& m = *figure->m;
    m.numbers =
        std::make_shared<const TensorSlice>(TensorSlice::of(TensorRef{}, std::move(tensor), options.indices));
    m.explicitSlice = true;
    m.ownTitle = std::move(title);
    m.source = std::move(source);
    m.options = std::move(options);
    m.measure();
    return figure;
}

bool HeatmapFigure::Impl::framed(const QSizeF& area, const FigureStyle& style) const
{
    if (area.height() > 14 * QFontMetricsF(style.font).height())
        return true;
    // A matrix of few rows leaves room in a low area, too: that of its own export, for one. Elsewhere the
    // frame would take it from the cells.
    const Layout l = lay(area, style, true);
    return l.natural.height() <= area.height() + 0.5 && l.natural.width() <= area.width() + 0.5 &&
           l.block.size().height() >= 0.7 * lay(area, style, false).block.size().height();
}

bool HeatmapFigure::framedIn(const QSizeF& area, const FigureStyle& style) const
{
    return m->framed(area, style);
}

const TensorSlice& HeatmapFigure::slice() const
{
    return *m->block.slice;
}

QString HeatmapFigure::label(int axis, std::int64_t index) const
{
    return m->label(axis, index);
}

const ValueRange& HeatmapFigure::range() const
{
    return m->block.range;
}

void HeatmapFigure::shareRange(const ValueRange& range)
{
    m->block.shared = range;
    m->cache.clear();
}

const TensorSlice& HeatmapFigure::tableSlice() const
{
    return slice();
}

const FigureSource& HeatmapFigure::figureSource() const
{
    return m->source;
}

ScaleChoices HeatmapFigure::scaleChoices() const
{
    ScaleChoices choices;
    if (m->block.look != MatrixBlock::Look::Heat)
        choices.limits = false;
    if (!chosenAxes().empty())
        choices.extents = {ScaleOptions::Extent::Slice, ScaleOptions::Extent::Tensor};
    choices.sink = m->pattern;
    choices.kind = m->ownTitle.isEmpty() ? kindOf(m->source.trace.program(), m->numbers->ref()) : m->ownTitle;
    return choices;
}

const ScaleOptions& HeatmapFigure::scale() const
{
    return m->options.scale;
}

void HeatmapFigure::setScale(const ScaleOptions& scale)
{
    const ScaleOptions before = std::exchange(m->options.scale, scale);
    if (before.extent != scale.extent || before.sink != scale.sink)
        return m->measure();
    // Everything stays in its place: only colours change.
    m->cache.change(
        [&](Layout& l, const FigureStyle& style) { l.block.scale = scaleOf(l.block, scale, style); });
}

std::optional<ColorBar> HeatmapFigure::colorBar(const QRectF& area, const FigureStyle& style) const
{
    const Layout& l = m->layout(area.size(), style);
    if (l.bar.isEmpty() || m->block.range.empty())
        return std::nullopt;
    return ColorBar{fitInto(l.natural, area, style).toPainter(colorStrip(l.bar)), l.block.scale};
}

std::vector<Axis> HeatmapFigure::chosenAxes() const
{
    std::vector<Axis> axes;
    for (const int a : TensorSlice::chosenAxes(slice().tensor()->axes()))
        axes.push_back(slice().tensor()->axes()[static_cast<std::size_t>(a)]);
    return axes;
}

QSizeF HeatmapFigure::preferredSize(const FigureStyle& style) const
{
    FigureStyle plain = style;
    plain.zoom = 1;
    return m->lay({1100, 760}, plain, true).natural;
}

void HeatmapFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                          const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    const Layout& l = m->layout(area.size(), style);
    const Fit fit = fitInto(l.natural, area, style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    fit.apply(painter);
    const MatrixBlock& b = l.block;
    b.paint(painter, style);
    b.rowLabels.paint(painter, b.origin, style);
    b.columnLabels.paint(painter, b.origin, style);
    if (l.framed) {
        paintAxisName(painter, l.columnName, slice().columnName(), false, style);
        paintAxisName(painter, l.rowName, slice().rowName(), true, style);
    }
    if (!l.bar.isEmpty())
        paintColorBar(painter, l.bar, b.scale, b.range, style);
    if (!l.note.isEmpty()) {
        painter.setFont(numberFontOf(style));
        painter.setPen(style.mutedText);
        painter.drawText(l.note, Qt::AlignLeft | Qt::AlignVCenter, sinkNote(b.range.sink));
    }
    painter.restore();
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void HeatmapFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                   const Highlight& highlight) const
{
    const Layout& l = m->layout(area.size(), style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    fitInto(l.natural, area, style).apply(painter);
    paintBlockHighlight(painter, l.block, highlight, style);
    if (l.block.stored && !l.bar.isEmpty() && highlight.focus && highlight.focus->tensor == slice().ref())
        if (const auto place = slice().find(highlight.focus->cell))
            paintSinkNumbers(painter, l.bar, l.block.range,
                             sinkNumbers(m->source, l.block, place->first, place->second), style);
    painter.restore();
}

std::optional<CellRef> HeatmapFigure::cellAt(const QPointF& point, const QRectF& area,
                                             const FigureStyle& style) const
{
    const Layout& l = m->layout(area.size(), style);
    const auto place = l.block.at(fitInto(l.natural, area, style).toLogical(point));
    if (!place)
        return std::nullopt;
    return CellRef{slice().ref(), slice().cell(place->first, place->second)};
}

QRectF HeatmapFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    if (cell.tensor != slice().ref())
        return {};
    const auto place = slice().find(cell.cell);
    if (!place)
        return {};
    const Layout& l = m->layout(area.size(), style);
    return fitInto(l.natural, area, style).toPainter(l.block.cellRect(place->first, place->second));
}

TensorRef HeatmapFigure::mainTensor() const
{
    return slice().ref();
}

std::optional<CellRef> HeatmapFigure::moved(const std::optional<CellRef>& from, int right, int down) const
{
    return movedWithin(slice(), from, right, down);
}

bool HeatmapFigure::reveal(const CellRef& cell)
{
    if (cell.tensor != slice().ref())
        return false;
    const auto place = slice().find(cell.cell);
    if (!place)
        return false;
    // What has not been laid out yet may or may not show the cell; then the windows move in any case.
    const auto& last = m->cache.last();
    bool changed = false;
    const auto centre = [&](const Ruler* ruler, std::int64_t index, std::int64_t& middle) {
        if (ruler && ruler->shows(index))
            return;
        middle = index;
        changed = true;
    };
    centre(last ? &last->block.rows : nullptr, place->first, m->centreRow);
    centre(last ? &last->block.columns : nullptr, place->second, m->centreColumn);
    if (changed)
        m->cache.clear();
    return changed;
}

QString HeatmapFigure::title() const
{
    if (!m->ownTitle.isEmpty())
        return m->ownTitle;
    return tensorTitle(m->source.trace.program(), slice().ref()) + chosenSuffix(slice());
}

QString HeatmapFigure::subtitle() const
{
    if (!m->ownTitle.isEmpty())
        return QString::fromStdString(describe(slice().tensor()->axes()));
    return tensorSubtitle(m->source.trace.program(), slice().ref(), slice().tensor()->axes());
}

QString HeatmapFigure::describeCell(const CellRef& cell) const
{
    if (m->block.stored && cell.tensor == slice().ref())
        if (const auto at = slice().find(cell.cell))
            return sinkNumbers(m->source, m->block, at->first, at->second);
    if (m->ownTitle.isEmpty())
        return cellWords(m->source, cell);
    const auto place = slice().find(cell.cell);
    const Axis *row = slice().rowAxis(), *column = slice().columnAxis();
    if (cell.tensor != slice().ref() || !place || !row || !column)
        return {};
    return QStringLiteral("%1 → %2: %3")
        .arg(m->label(slice().rowAxes().front(), place->first),
             m->label(slice().columnAxes().front(), place->second),
             shownNumber(static_cast<double>(slice().value(place->first, place->second)), 4));
}

FigureData HeatmapFigure::data() const
{
    return m->explicitSlice ? tableOf(m->source, slice()) : tableOf(m->source, slice().tensor());
}

} // namespace headlight
