// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/equation_layout.h"

#include "figures/equation_solver.h"
#include "figures/patch_pictures.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

using namespace equation;

namespace {

using Kind = EquationPart::Kind;

AxisLabels labelsFor(AxisLabels::Side side, const EquationBlock& block, const MatrixBlock& m,
                     const FigureSource& source, const FigureStyle& style)
{
    const TensorSlice& slice = *m.slice;
    const bool top = side == AxisLabels::Side::Top;
    const auto& axes = top ? slice.columnAxes() : slice.rowAxes();
    if (axes.empty() || m.look == MatrixBlock::Look::Image)
        return {};
    AxisLabels::Spec spec;
    spec.side = side;
    spec.most = longestLabel;
    const Axis* axis = top ? slice.columnAxis() : slice.rowAxis();
    if (axis) {
        spec.names = source.hasNames(*axis);
        spec.sparse = axis->isPositions();
        spec.text = [source, a = *axis, rows = top ? nullptr : m.slice](std::int64_t i) {
            return source.label(a, rows ? rows->rowIndex(i) : i);
        };
        if (top || !m.slice->someRows())
            spec.picture = patchPictureOf(source, *axis);
    } else {
        spec.names = false;
        spec.unit = top ? m.columnUnit : m.rowUnit;
    }
    Q_UNUSED(block);
    return {std::move(spec), top ? m.columns : m.rows, style};
}

} // namespace

QFont equationFont(EquationPart::Kind kind, const FigureStyle& style)
{
    QFont font = style.mathFont;
    switch (kind) {
    case Kind::Sign:
        font.setItalic(false);
        font.setPixelSize(qRound(style.font.pixelSize() * 1.9));
        break;
    case Kind::Function:
        font.setItalic(false);
        break;
    case Kind::Words:
        font = style.font;
        font.setItalic(true);
        break;
    default:
        break;
    }
    return font;
}

QFont headingFont(const FigureStyle& style)
{
    QFont font = style.mathFont;
    font.setBold(true);
    return font;
}

QStringList wordLines(const QString& text, const QFontMetricsF& metrics)
{
    constexpr double widest = 66;
    QStringList lines;
    for (const QString& word : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        if (!lines.isEmpty() && metrics.horizontalAdvance(lines.back() + QLatin1Char(' ') + word) <= widest)
            lines.back() += QLatin1Char(' ') + word;
        else
            lines << word;
    }
    return lines;
}

QString namesOf(const EquationBlock& block)
{
    if (block.rowName.isEmpty() || block.columnName.isEmpty())
        return block.rowName + block.columnName;
    return block.rowName + QStringLiteral(" × ") + block.columnName;
}

void recolor(EquationLayout& layout, const Equation& equation, const ScaleOptions& scale,
             const FigureStyle& style)
{
    for (std::size_t b = 0; b < layout.blocks.size(); ++b) {
        // Typed limits are the result's, unless all share one scale; operands keep their own.
        ScaleOptions own = scale;
        if (static_cast<int>(b) != equation.result && scale.extent != ScaleOptions::Extent::Figure)
            own.low = own.high = std::nullopt;
        MatrixBlock& matrix = layout.blocks[b].matrix;
        matrix.scale = scaleOf(matrix, own, style);
    }
}

EquationLayout layEquation(const Equation& equation, const FigureSource& source, const WindowCentres& windows,
                           const ScaleOptions& scale, bool numbers, const QSizeF& area,
                           const FigureStyle& style)
{
    const EquationSolver solver(equation, source, style);
    const EquationSolver::Solution solution = solver.best(area);

    EquationLayout layout;
    layout.blocks.resize(equation.blocks.size());
    layout.parts.resize(equation.parts.size());
    const auto ruler = [&](std::int64_t count, std::int64_t shown, double cell, const QString& key) {
        Ruler r(count, cell);
        if (shown < count) {
            const auto it = windows.find(key);
            const std::int64_t centre = it == windows.end() ? 0 : it->second;
            r.first = std::clamp<std::int64_t>(centre - shown / 2, 0, count - shown);
            r.last = r.first + shown;
        }
        return r;
    };
    for (std::size_t b = 0; b < equation.blocks.size(); ++b) {
        const EquationBlock& block = equation.blocks[b];
        const BlockSize& size = solution.sizes[b];
        MatrixBlock& m = layout.blocks[b].matrix;
        m = block.matrix;
        m.rows = ruler(m.slice->rows(), size.rows, size.height, QLatin1Char('r') + block.rowKey);
        m.columns = ruler(m.slice->columns(), size.columns, size.width, QLatin1Char('c') + block.columnKey);
        if (m.slice->someRows())
            for (std::int64_t r = 0; r + 1 < m.slice->rows(); ++r)
                if (m.slice->rowIndex(r) + 1 != m.slice->rowIndex(r + 1))
                    m.rows.breaks.push_back(r);
        if (numbers)
            m.fitNumbers(style);
        if (size.labelled)
            m.rowLabels = labelsFor(AxisLabels::Side::Left, block, m, source, style);
        m.columnLabels = labelsFor(AxisLabels::Side::Top, block, m, source, style);
    }

    // From top to bottom, from left to right; then the lines are centred.
    double y = margin;
    double widest = 0;
    std::vector<std::pair<std::vector<int>, double>> widths;
    for (const auto& line : solution.lines) {
        double above = 0, below = 0;
        for (const int p : line)
            if (const int b = equation.parts[static_cast<std::size_t>(p)].block; b >= 0) {
                const MatrixBlock& m = layout.blocks[static_cast<std::size_t>(b)].matrix;
                const double half = m.size().height() / 2;
                above = std::max(above, m.columnLabels.room() + half);
                below = std::max(below, half + solver.wish(b).bar);
            }
        const double axis = std::round(y + solver.headHeight() + above);
        double x = margin, end = margin;
        double reach = 0;   // of the slanted labels of the block before
        double tallest = 0; // of what a parenthesis encloses
        for (const int p : line)
            if (const int b = equation.parts[static_cast<std::size_t>(p)].block; b >= 0)
                tallest =
                    std::max(tallest, layout.blocks[static_cast<std::size_t>(b)].matrix.size().height());
        for (const int p : line) {
            const EquationPart& part = equation.parts[static_cast<std::size_t>(p)];
            if (part.block < 0) {
                const bool paren = part.kind == Kind::Open || part.kind == Kind::Close;
                const double gap = paren ? 3 : partGap;
                QSizeF size = solver.partSize(p);
                if (paren)
                    size.setHeight(tallest + 8);
                x += gap;
                layout.parts[static_cast<std::size_t>(p)] = {{x + size.width() / 2, axis}, size, true};
                x += size.width() + gap;
                end = std::max(end, x);
                continue;
            }
            EquationLayout::Block& block = layout.blocks[static_cast<std::size_t>(part.block)];
            MatrixBlock& m = block.matrix;
            const QSizeF size = m.size();
            const BlockWish& wish = solver.wish(part.block);
            block.slot = std::max(size.width(), wish.slot);
            if (!m.rowLabels.empty())
                x = std::max(x, reach + 4);
            x += m.rowLabels.room();
            m.origin = {std::round(x + (block.slot - size.width()) / 2),
                        std::round(axis - size.height() / 2)};
            const double centre = m.origin.x() + size.width() / 2;
            // Headings of one line stand level, unless that would part one from its matrix.
            const double highest = m.origin.y() - m.columnLabels.room() - solver.headHeight();
            const double top = highest - y > 60 ? highest : y;
            const double headingHeight = QFontMetricsF(headingFont(style)).height();
            block.heading = {centre, top + headingHeight / 2};
            block.names = {centre, top + headingHeight + 2 + QFontMetricsF(nameFontOf(style)).height() / 2};
            if (wish.bar > 0)
                block.bar = QRectF(centre - std::clamp(size.width(), 110.0, 260.0) / 2,
                                   m.origin.y() + size.height() + 10, std::clamp(size.width(), 110.0, 260.0),
                                   wish.bar - 12);
            const double legend = block.bar.isEmpty() ? 0 : colorLegendWidth(m.range, style);
            x += block.slot;
            reach = m.origin.x() + size.width() + m.columnLabels.overhang();
            end =
                std::max({end, x, m.origin.x() + size.width() + m.columnLabels.overhang(),
                          block.bar.isEmpty() ? 0 : block.bar.left() + std::max(block.bar.width(), legend)});
        }
        widths.emplace_back(line, end - margin);
        widest = std::max(widest, end - margin);
        y = axis + below + lineGap;
    }
    for (const auto& [line, width] : widths) {
        const double shift = std::round((widest - width) / 2);
        for (const int p : line) {
            layout.parts[static_cast<std::size_t>(p)].centre.rx() += shift;
            if (const int b = equation.parts[static_cast<std::size_t>(p)].block; b >= 0) {
                EquationLayout::Block& block = layout.blocks[static_cast<std::size_t>(b)];
                block.matrix.origin.rx() += shift;
                block.heading.rx() += shift;
                block.names.rx() += shift;
                block.bar.translate(shift, 0);
            }
        }
    }
    layout.natural = {widest + 2 * margin, y - lineGap + margin};
    recolor(layout, equation, scale, style);
    return layout;
}

} // namespace headlight
