// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/equation_figure.h"

#include "figures/equation_layout.h"
#include "figures/figure_names.h"
#include "figures/highlight_painter.h"
#include "figures/layout_fit.h"
#include "figures/math_text.h"
#include "figures/step_frame_painter.h"

#include <QFontMetricsF>
#include <QPainterPath>

#include <algorithm>
#include <cmath>
#include <utility>

namespace headlight {

namespace {

using Kind = EquationPart::Kind;

void paintParenthesis(QPainter& painter, const QPointF& centre, const QSizeF& size, bool open,
                      const QColor& color)
{
    const double half = size.height() / 2, bend = size.width() * (open ? 1 : -1);
    const double x = centre.x() + bend / 2;
    QPainterPath path(QPointF(x, centre.y() - half));
    const double curve = std::min(half, 26.0);
    path.quadTo(QPointF(x - bend, centre.y() - half + curve * 0.35),
                QPointF(x - bend, centre.y() - half + curve));
    path.lineTo(QPointF(x - bend, centre.y() + half - curve));
    path.quadTo(QPointF(x - bend, centre.y() + half - curve * 0.35), QPointF(x, centre.y() + half));
    painter.save();
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(color, 1.6, Qt::SolidLine, Qt::RoundCap));
    painter.drawPath(path);
    painter.restore();
}

void paintPart(QPainter& painter, const EquationPart& part, const EquationLayout::Part& place,
               const FigureStyle& style)
{
    const QFont font = equationFont(part.kind, style);
    const QFontMetricsF fm(font);
    switch (part.kind) {
    case Kind::Block:
        return;
    case Kind::Open:
    case Kind::Close:
        paintParenthesis(painter, place.centre, place.size, part.kind == Kind::Open, style.text);
        return;
    case Kind::Factor:
        MathText(part.text, font, true).draw(painter, place.centre, style.text);
        return;
    case Kind::Sign:
    case Kind::Function:
        painter.setFont(font);
        painter.setPen(style.text);
        painter.drawText(QPointF(place.centre.x() - place.size.width() / 2,
                                 place.centre.y() + (fm.ascent() - fm.descent()) / 2),
                         part.text);
        return;
    case Kind::Words: {
        painter.setFont(font);
        painter.setPen(style.mutedText);
        double y = place.centre.y() - place.size.height() / 2 + fm.ascent();
        for (const QString& line : wordLines(part.text, fm)) {
            painter.drawText(QPointF(place.centre.x() - fm.horizontalAdvance(line) / 2, y), line);
            y += fm.height();
        }
        return;
    }
    }
}

/// "query × d_head" with query in blue and key in orange, cut to the block's width.
void paintNames(QPainter& painter, const EquationBlock& block, const EquationLayout::Block& place,
                const FigureStyle& style)
{
    const QFont font = nameFontOf(style);
    const QFontMetricsF fm(font);
    painter.setFont(font);
    const QString whole = namesOf(block);
    const double most = place.slot + 24;
    double x = place.names.x() - std::min(fm.horizontalAdvance(whole), most) / 2;
    const double y = place.names.y() + fm.ascent() - fm.height() / 2;
    if (fm.horizontalAdvance(whole) > most) {
        painter.setPen(style.mutedText);
        painter.drawText(QPointF(x, y), fm.elidedText(whole, Qt::ElideRight, most));
        return;
    }
    for (const QString& word : whole.split(QLatin1Char(' '))) {
        painter.setPen(axisNameColor(word, style));
        painter.drawText(QPointF(x, y), word);
        x += fm.horizontalAdvance(word + QLatin1Char(' '));
    }
}

} // namespace

struct EquationFigure::Impl
{
    FigureSource source;
    EquationOptions options;
    int step = 0;
    Equation equation;
    WindowCentres windows;
    std::shared_ptr<const StepFrame> frame;
    LayoutCache<EquationLayout> cache;

    [[nodiscard]] EquationLayout lay(const QSizeF& logical, const FigureStyle& style) const
    {
        return layEquation(equation, source, windows, options.scale, options.numbers, logical, style);
    }
    [[nodiscard]] const EquationLayout& layout(const QSizeF& area, const FigureStyle& style) const
    {
        return cache.get(area, style, [&](const QSizeF& logical) { return lay(logical, style); });
    }
    [[nodiscard]] const TensorSlice& result() const
    {
        return *equation.blocks[static_cast<std::size_t>(equation.result)].matrix.slice;
    }
    /// The block that shows a cell, the result's first.
    [[nodiscard]] int blockOf(const CellRef& cell) const
    {
        if (cell.tensor == result().ref() && result().find(cell.cell))
            return equation.result;
        for (std::size_t b = 0; b < equation.blocks.size(); ++b) {
            const TensorSlice& slice = *equation.blocks[b].matrix.slice;
            if (slice.ref() == cell.tensor && slice.find(cell.cell))
                return static_cast<int>(b);
        }
        return -1;
    }
};

EquationFigure::EquationFigure() = default;
EquationFigure::~EquationFigure() = default;

Result<std::unique_ptr<EquationFigure>> EquationFigure::make(FigureSource source, int step,
                                                             EquationOptions options)
{
    auto equation = Equation::of(source, step, options.indices, options.scale);
    if (!equation)
        return tl::unexpected(equation.error());
    std::unique_ptr<EquationFigure> figure(new EquationFigure);
    figure->m = std::make_unique<Impl>();
    figure->m->source = std::move(source);
    figure->m->options = std::move(options);
    figure->m->step = step;
    const EquationBlock& result = equation->blocks[static_cast<std::size_t>(equation->result)];
    if (const auto column = likelyColumn(figure->m->source, *result.matrix.slice))
        figure->m->windows[QLatin1Char('c') + result.columnKey] = *column;
    figure->m->equation = std::move(*equation);
    return figure;
}

int EquationFigure::step() const
{
    return m->step;
}

const TensorSlice& EquationFigure::result() const
{
    return m->result();
}

std::vector<Axis> EquationFigure::chosenAxes() const
{
    std::vector<Axis> axes;
    for (const int a : TensorSlice::chosenAxes(m->result().tensor()->axes()))
        axes.push_back(m->result().tensor()->axes()[static_cast<std::size_t>(a)]);
    return axes;
}

void EquationFigure::setFrame(std::shared_ptr<const StepFrame> frame)
{
    m->frame = std::move(frame);
}

const std::shared_ptr<const StepFrame>& EquationFigure::frame() const
{
    return m->frame;
}

const TensorSlice& EquationFigure::tableSlice() const
{
    return result();
}

const FigureSource& EquationFigure::figureSource() const
{
    return m->source;
}

ScaleChoices EquationFigure::scaleChoices() const
{
    ScaleChoices choices;
    const Program& program = m->source.trace.program();
    const auto heat = [](const EquationBlock& b) { return b.matrix.look == MatrixBlock::Look::Heat; };
    const auto& blocks = m->equation.blocks;
    choices.limits = heat(blocks[static_cast<std::size_t>(m->equation.result)]);
    if (!chosenAxes().empty())
        choices.extents.push_back(ScaleOptions::Extent::Tensor);
    if (std::count_if(blocks.begin(), blocks.end(), heat) > 1)
        choices.extents.push_back(ScaleOptions::Extent::Figure);
    choices.sink = std::any_of(blocks.begin(), blocks.end(), [&](const EquationBlock& b) {
        return isPattern(program, b.matrix.slice->ref());
    });
    choices.kind = kindOf(program, m->result().ref());
    return choices;
}

const ScaleOptions& EquationFigure::scale() const
{
    return m->options.scale;
}

void EquationFigure::setScale(const ScaleOptions& scale)
{
    const ScaleOptions before = std::exchange(m->options.scale, scale);
    if (before.extent != scale.extent || before.sink != scale.sink) {
        if (auto equation = Equation::of(m->source, m->step, m->options.indices, scale))
            m->equation = std::move(*equation);
        m->cache.clear();
        return;
    }
    // Everything stays in its place: only colours change.
    m->cache.change([&](EquationLayout& layout, const FigureStyle& style) {
        recolor(layout, m->equation, scale, style);
    });
}

std::optional<ColorBar> EquationFigure::colorBar(const QRectF& area, const FigureStyle& style) const
{
    const EquationLayout& l = m->layout(area.size(), style);
    const EquationLayout::Block& result = l.blocks[static_cast<std::size_t>(m->equation.result)];
    if (result.bar.isEmpty() || result.matrix.range.empty())
        return std::nullopt;
    return ColorBar{fitInto(l.natural, area, style).toPainter(colorStrip(result.bar)), result.matrix.scale};
}

QSizeF EquationFigure::preferredSize(const FigureStyle& style) const
{
    FigureStyle plain = style;
    plain.zoom = 1;
    return m->lay({1140, 620}, plain).natural;
}

void EquationFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                           const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    const EquationLayout& l = m->layout(area.size(), style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    fitInto(l.natural, area, style).apply(painter);
    for (std::size_t p = 0; p < l.parts.size(); ++p)
        paintPart(painter, m->equation.parts[p], l.parts[p], style);
    for (std::size_t b = 0; b < l.blocks.size(); ++b) {
        const EquationLayout::Block& place = l.blocks[b];
        const EquationBlock& block = m->equation.blocks[b];
        MathText(block.symbol, headingFont(style)).draw(painter, place.heading, style.text);
        paintNames(painter, block, place, style);
        place.matrix.paint(painter, style);
        place.matrix.rowLabels.paint(painter, place.matrix.origin, style);
        place.matrix.columnLabels.paint(painter, place.matrix.origin, style);
        if (!place.bar.isEmpty())
            paintColorBar(painter, place.bar, place.matrix.scale, place.matrix.range, style);
    }
    painter.restore();
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void EquationFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                    const Highlight& highlight) const
{
    if (!highlight.focus)
        return;
    const EquationLayout& l = m->layout(area.size(), style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    fitInto(l.natural, area, style).apply(painter);
    // The first operand asks, the second answers.
    const auto colorOf = [&](const EquationBlock& block) {
        return block.operand == 0 ? style.query : block.operand == 1 ? style.key : style.accent;
    };
    if (m->frame)
        for (std::size_t b = 0; b < l.blocks.size(); ++b) {
            const EquationBlock& block = m->equation.blocks[b];
            if (static_cast<int>(b) == m->equation.result)
                paintBuilt(painter, *m->frame, l.blocks[b].matrix, style);
            else
                paintLights(painter, *m->frame, l.blocks[b].matrix, colorOf(block), style);
        }
    const int focused = m->blockOf(*highlight.focus);
    // The rows and columns that the focus stands in carry their token's colour wherever they are labelled.
    const auto labelled = [&](const QString& rowKey, const QString& columnKey, std::int64_t row,
                              std::int64_t column) {
        for (std::size_t b = 0; b < l.blocks.size(); ++b) {
            const MatrixBlock& m2 = l.blocks[b].matrix;
            if (!rowKey.isEmpty() && m->equation.blocks[b].rowKey == rowKey)
                m2.rowLabels.paintOne(painter, m2.origin, row, style.query, style);
            if (!columnKey.isEmpty() && m->equation.blocks[b].columnKey == columnKey)
                m2.columnLabels.paintOne(painter, m2.origin, column, style.key, style);
        }
    };
    std::optional<std::pair<std::int64_t, std::int64_t>> place;
    if (focused >= 0) {
        const EquationBlock& block = m->equation.blocks[static_cast<std::size_t>(focused)];
        place = block.matrix.slice->find(highlight.focus->cell);
        if (place)
            labelled(block.rowKey, block.columnKey, place->first, place->second);
    }
    for (std::size_t b = 0; b < l.blocks.size(); ++b) {
        const EquationBlock& block = m->equation.blocks[b];
        if (block.operand < 0)
            continue;
        const TensorSlice& slice = *block.matrix.slice;
        std::vector<std::pair<std::int64_t, std::int64_t>> places;
        for (const CellRef& s : highlight.sources)
            if (s.tensor == slice.ref())
                if (const auto at = slice.find(s.cell))
                    places.push_back(*at);
        const QColor color = colorOf(block);
        if (slice.someRows() && !places.empty())
            l.blocks[b].matrix.rowLabels.paintOne(painter, l.blocks[b].matrix.origin, places.front().first,
                                                  color, style);
        paintSources(painter, l.blocks[b].matrix, std::move(places), color, style);
    }
    // A whole tensor: its heading in colour, and a frame with some room around the cells.
    const CellRef& last = highlight.sources.empty() ? *highlight.focus : highlight.sources.back();
    for (std::size_t b = 0; b < l.blocks.size() && last.cell.empty(); ++b) {
        const EquationBlock& block = m->equation.blocks[b];
        if (block.matrix.slice->ref() != last.tensor)
            continue;
        const QColor color = block.operand == 0 ? style.query : block.operand == 1 ? style.key : style.accent;
        MathText(block.symbol, headingFont(style)).draw(painter, l.blocks[b].heading, color);
        paintFrame(painter, l.blocks[b].matrix.rect().adjusted(-4, -4, 4, 4), color, style);
    }
    if (place)
        paintFrame(painter,
                   l.blocks[static_cast<std::size_t>(focused)].matrix.cellRect(place->first, place->second),
                   style.text, style);
    const auto resultAt = static_cast<std::size_t>(m->equation.result);
    if (const EquationLayout::Block& r = l.blocks[resultAt];
        place && focused >= 0 && !r.bar.isEmpty() &&
        m->equation.blocks[static_cast<std::size_t>(focused)].matrix.stored)
        paintSinkNumbers(painter, r.bar, r.matrix.range,
                         sinkNumbers(m->source, m->equation.blocks[static_cast<std::size_t>(focused)].matrix,
                                     place->first, place->second),
                         style);
    painter.restore();
}

std::optional<CellRef> EquationFigure::cellAt(const QPointF& point, const QRectF& area,
                                              const FigureStyle& style) const
{
    const EquationLayout& l = m->layout(area.size(), style);
    const QPointF p = fitInto(l.natural, area, style).toLogical(point);
    for (const EquationLayout::Block& block : l.blocks)
        if (const auto place = block.matrix.at(p)) {
            const TensorSlice& slice = *block.matrix.slice;
            return CellRef{slice.ref(), slice.cell(place->first, place->second)};
        }
    return std::nullopt;
}

QRectF EquationFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    const int b = m->blockOf(cell);
    if (b < 0)
        return {};
    const EquationLayout& l = m->layout(area.size(), style);
    const MatrixBlock& block = l.blocks[static_cast<std::size_t>(b)].matrix;
    const auto place = block.slice->find(cell.cell);
    return fitInto(l.natural, area, style).toPainter(block.cellRect(place->first, place->second));
}

TensorRef EquationFigure::mainTensor() const
{
    return m->result().ref();
}

std::optional<CellRef> EquationFigure::moved(const std::optional<CellRef>& from, int right, int down) const
{
    const int b = from ? m->blockOf(*from) : -1;
    return movedWithin(b < 0 ? m->result() : *m->equation.blocks[static_cast<std::size_t>(b)].matrix.slice,
                       b < 0 ? std::nullopt : from, right, down);
}

bool EquationFigure::reveal(const CellRef& cell)
{
    const int b = m->blockOf(cell);
    if (b < 0)
        return false;
    const EquationBlock& block = m->equation.blocks[static_cast<std::size_t>(b)];
    const auto place = block.matrix.slice->find(cell.cell);
    // What has not been laid out yet may or may not show the cell; then the windows move in any case.
    const auto& last = m->cache.last();
    bool changed = false;
    const auto centre = [&](const Ruler* ruler, std::int64_t index, const QString& key) {
        if (ruler && ruler->shows(index))
            return;
        m->windows[key] = index;
        changed = true;
    };
    const MatrixBlock* drawn = last ? &last->blocks[static_cast<std::size_t>(b)].matrix : nullptr;
    centre(drawn ? &drawn->rows : nullptr, place->first, QLatin1Char('r') + block.rowKey);
    centre(drawn ? &drawn->columns : nullptr, place->second, QLatin1Char('c') + block.columnKey);
    if (changed)
        m->cache.clear();
    return changed;
}

QString EquationFigure::title() const
{
    return stepTitle(m->source.trace.program(), m->step) + chosenSuffix(m->result());
}

QString EquationFigure::subtitle() const
{
    return tensorSubtitle(m->source.trace.program(), m->result().ref(), m->result().tensor()->axes());
}

QString EquationFigure::describeCell(const CellRef& cell) const
{
    if (const int b = m->blockOf(cell); b >= 0)
        if (const MatrixBlock& matrix = m->equation.blocks[static_cast<std::size_t>(b)].matrix; matrix.stored)
            if (const auto at = matrix.slice->find(cell.cell))
                return sinkNumbers(m->source, matrix, at->first, at->second);
    return cellWords(m->source, cell);
}

FigureData EquationFigure::data() const
{
    return m->options.indices.empty() ? tableOf(m->source, m->result().tensor())
                                      : tableOf(m->source, m->result());
}

} // namespace headlight
