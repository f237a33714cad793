// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/equation_solver.h"

#include "figures/equation_layout.h"
#include "figures/math_text.h"

#include <QFontMetricsF>

#include <algorithm>
#include <bit>
#include <cmath>

namespace headlight {

using namespace equation;

namespace {

using Kind = EquationPart::Kind;

double lengthOf(double cell, std::int64_t shown, std::int64_t count)
{
    return cell * static_cast<double>(shown) + (shown < count ? 2 * Ruler::ellipsis : 0);
}

/// Cells that would be smaller than this show a window of their axis instead of all of it. Positions may
/// share pixels, since their pattern stays; ids are nothing without their digits.
double leastSize(const BlockWish& wish, bool positions, double number)
{
    return wish.look == MatrixBlock::Look::Ids ? number : positions ? 0.2 : 0.99;
}

/// Cuts every wish at one height of water, so that all together are @p room.
double waterLevel(std::vector<double> wishes, double room)
{
    std::sort(wishes.begin(), wishes.end());
    double level = room;
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        level = room / static_cast<double>(wishes.size() - i);
        if (wishes[i] >= level)
            return level;
        room -= wishes[i];
    }
    return 1e9;
}

} // namespace

EquationSolver::EquationSolver(const Equation& equation, const FigureSource& source, const FigureStyle& style)
    : m_equation(equation)
    , m_style(style)
{
    const QFontMetricsF labels(style.font), numbers(numberFontOf(style)), names(nameFontOf(style));
    m_labelHeight = labels.height();
    m_numberHeight = numbers.ascent() + 2;
    m_head = QFontMetricsF(headingFont(style)).height() + names.height() + 8;
    for (const EquationBlock& block : equation.blocks) {
        const TensorSlice& slice = *block.matrix.slice;
        BlockWish w;
        w.rows = slice.rows();
        w.columns = slice.columns();
        w.cell = wantedCell(block.matrix, style);
        w.look = block.matrix.look;
        w.niceWidth = numberWidth(block.matrix, style, CellNumbers::likedDecimals(block.matrix.range));
        w.leastWidth = numberWidth(block.matrix, style, CellNumbers::leastDecimals(block.matrix.range));
        if (slice.someRows())
            for (std::int64_t r = 0; r + 1 < slice.rows(); ++r)
                w.rowGaps += slice.rowIndex(r) + 1 != slice.rowIndex(r + 1) ? Ruler::breakGap : 0;
        const auto longest = [&](const Axis& axis, std::int64_t count, const auto& entry) {
            double widest = 0;
            for (std::int64_t i = 0; i < std::min<std::int64_t>(count, 256); ++i)
                widest = std::max(widest, labels.horizontalAdvance(source.label(axis, entry(i))) * 0.92);
            return std::min(widest, longestLabel);
        };
        if (const Axis* axis = slice.rowAxis(); axis && block.matrix.look != MatrixBlock::Look::Image) {
            w.rowPositions = axis->isPositions();
            w.rowNames = source.hasNames(*axis);
            w.rowRoom = w.rowNames
                            ? longest(*axis, w.rows, [&](std::int64_t i) { return slice.rowIndex(i); }) + 6
                            : numbers.horizontalAdvance(QString::number(w.rows)) + 6;
        } else if (slice.rowAxes().size() > 1) {
            w.rowRoom = numbers.horizontalAdvance(QStringLiteral("88")) + 6;
        }
        if (const Axis* axis = slice.columnAxis(); axis && block.matrix.look != MatrixBlock::Look::Image) {
            w.columnPositions = axis->isPositions();
            w.columnNames = source.hasNames(*axis);
            w.longestColumn = w.columnNames ? longest(*axis, w.columns, [](std::int64_t i) { return i; }) : 8;
        } else if (slice.columnAxes().size() > 1) {
            w.longestColumn = 8;
        }
        if (w.rows == 1)
            w.rowRoom = 0;
        if (w.columns == 1)
            w.longestColumn = 0;
        const MathText heading(block.symbol, headingFont(style));
        w.slot = std::max(heading.size().width(), std::min(names.horizontalAdvance(namesOf(block)), 96.0));
        if (block.operand < 0 && block.matrix.look == MatrixBlock::Look::Heat)
            w.bar = colorBarHeight(block.matrix.range, style) + 12;
        m_wishes.push_back(w);
    }
    for (const EquationPart& part : equation.parts) {
        const QFont font = equationFont(part.kind, style);
        const QFontMetricsF fm(font);
        switch (part.kind) {
        case Kind::Block:
            m_partSizes.emplace_back();
            break;
        case Kind::Sign:
        case Kind::Function:
            m_partSizes.emplace_back(fm.horizontalAdvance(part.text), fm.height());
            break;
        case Kind::Words: {
            const QStringList lines = wordLines(part.text, fm);
            double width = 0;
            for (const QString& line : lines)
                width = std::max(width, fm.horizontalAdvance(line));
            m_partSizes.emplace_back(width, fm.height() * static_cast<double>(lines.size()));
            break;
        }
        case Kind::Factor:
            m_partSizes.push_back(MathText(part.text, font, true).size());
            break;
        case Kind::Open:
        case Kind::Close:
            m_partSizes.emplace_back(7, 0);
            break;
        }
    }
}

double EquationSolver::topRoom(const BlockWish& w, double cell) const
{
    if (w.longestColumn <= 0)
        return 0;
    if (!w.columnNames || w.longestColumn < cell - 2)
        return m_labelHeight + 2;
    if (!w.columnPositions && cell < m_labelHeight)
        return m_labelHeight + 2;
    return w.longestColumn * 0.77 + m_labelHeight * 0.35 + 5;
}

std::vector<double> EquationSolver::likedWidths(const std::vector<int>& blocks,
                                                const std::vector<BlockSize>& sizes, double room) const
{
    std::vector<double> liked;
    const auto sum = [&] {
        double all = 0;
        for (std::size_t i = 0; i < blocks.size(); ++i)
            all += std::max(wish(blocks[i]).slot, liked[i] * static_cast<double>(wish(blocks[i]).columns));
        return all;
    };
    // As wide as the numbers, where the height is enough for them.
    std::vector<double> wishes;
    for (const int b : blocks) {
        const BlockWish& w = wish(b);
        const double height = sizes[static_cast<std::size_t>(b)].height;
        liked.push_back(w.look == MatrixBlock::Look::Image ? height
                        : height >= m_numberHeight         ? w.cell.width()
                                                           : std::clamp(height * 2.5, 5.0, 16.0));
        wishes.push_back(liked.back() * static_cast<double>(w.columns));
    }
    // The same columns like the same width.
    for (std::size_t i = 0; i < blocks.size(); ++i)
        for (std::size_t j = 0; j < blocks.size(); ++j)
            if (sameColumns(blocks[i], blocks[j]))
                liked[i] = liked[j] = std::max(liked[i], liked[j]);
    if (sum() <= room)
        return liked;
    // All a little narrower, as long as every number still fits …
    double low = 0, high = 200;
    for (int i = 0; i < 24; ++i) {
        const double middle = (low + high) / 2;
        double all = 0;
        for (std::size_t k = 0; k < blocks.size(); ++k)
            all += std::max(wish(blocks[k]).slot, std::floor(std::min(liked[k], middle)) *
                                                      static_cast<double>(wish(blocks[k]).columns));
        (all <= room ? low : high) = middle;
    }
    bool fits = true;
    for (std::size_t i = 0; i < blocks.size(); ++i)
        fits = fits && std::floor(std::min(liked[i], low)) >= std::min(wish(blocks[i]).leastWidth, liked[i]);
    if (fits) {
        for (double& cell : liked)
            cell = std::floor(std::min(cell, low));
        return liked;
    }
    // … else those whose numbers can't fit anyway make room for the others, or all are as wide as there is
    // room.
    const double share = waterLevel(wishes, room);
    const auto fitting = [&](std::size_t i) {
        bool all = true;
        for (std::size_t j = 0; j < blocks.size(); ++j)
            if (i == j || sameColumns(blocks[i], blocks[j]))
                all =
                    all && share / static_cast<double>(wish(blocks[j]).columns) >= wish(blocks[j]).leastWidth;
        return all;
    };
    const std::vector<double> wide = liked;
    bool any = false;
    for (std::size_t i = 0; i < blocks.size(); ++i)
        any = any || (fitting(i) && wish(blocks[i]).columns > 1);
    for (double narrow = any ? 20 : std::floor(low); narrow >= 5; --narrow) {
        for (std::size_t i = 0; i < blocks.size(); ++i)
            if (!any || !fitting(i))
                liked[i] = std::min(wide[i], narrow);
        if (sum() <= room)
            break;
    }
    return liked;
}

EquationSolver::Solution EquationSolver::solve(EquationLines lines, const QSizeF& area) const
{
    Solution s;
    s.sizes.resize(m_wishes.size());
    const double width = area.width() - 2 * margin;
    double height = area.height() - 2 * margin - lineGap * static_cast<double>(lines.size() - 1);

    // Heights first: what a line needs besides its cells, and what its tallest matrix would like.
    std::vector<double> wanted;
    std::vector<std::vector<int>> blocks;
    for (const auto& line : lines) {
        auto& here = blocks.emplace_back();
        double tallest = 0, top = 0, bottom = 0;
        for (const int p : line) {
            const int b = m_equation.parts[static_cast<std::size_t>(p)].block;
            if (b < 0)
                continue;
            here.push_back(b);
            const BlockWish& w = wish(b);
            tallest = std::max(tallest, static_cast<double>(w.rows) * w.cell.height() + w.rowGaps);
            top = std::max(top, topRoom(w, w.cell.width()));
            bottom = std::max(bottom, w.bar);
        }
        height -= m_head + top + bottom;
        wanted.push_back(tallest);
    }
    const double level = waterLevel(wanted, std::max(height, 40.0 * static_cast<double>(lines.size())));

    double score = 0;
    for (std::size_t l = 0; l < lines.size(); ++l) {
        const double tall = std::min(wanted[l], level);
        // Rows.
        for (const int b : blocks[l]) {
            const BlockWish& w = wish(b);
            BlockSize& size = s.sizes[static_cast<std::size_t>(b)];
            size.rows = w.rows;
            size.height = std::min(w.cell.height(), (tall - w.rowGaps) / static_cast<double>(w.rows));
            if (size.height < leastSize(w, w.rowPositions, m_numberHeight) || size.height <= 0) {
                size.height = std::min(w.cell.height(), 16.0);
                size.rows = std::clamp<std::int64_t>(
                    static_cast<std::int64_t>((tall - 2 * Ruler::ellipsis) / size.height), 1, w.rows);
            } else if (size.height > 1) {
                size.height = std::floor(size.height);
            }
        }
        // Which blocks need row labels: the first of those that share their rows.
        double room = width;
        for (std::size_t i = 0; i < blocks[l].size(); ++i) {
            const int b = blocks[l][i];
            BlockSize& size = s.sizes[static_cast<std::size_t>(b)];
            const auto& key = m_equation.blocks[static_cast<std::size_t>(b)].rowKey;
            for (std::size_t j = 0; j < i; ++j)
                if (wish(b).rowNames &&
                    m_equation.blocks[static_cast<std::size_t>(blocks[l][j])].rowKey == key)
                    size.labelled = false;
            if (size.labelled)
                room -= wish(b).rowRoom;
        }
        for (const int p : lines[l])
            if (m_equation.parts[static_cast<std::size_t>(p)].block < 0)
                room -= partSize(p).width() + 2 * partGap;
        // Slanted labels reach past the last column, and must not run into the row labels of the next block.
        for (std::size_t i = 0; i < blocks[l].size(); ++i) {
            const BlockWish& w = wish(blocks[l][i]);
            if (!w.columnNames || w.longestColumn <= w.cell.width())
                continue;
            const double overhang = w.longestColumn * 0.65 - 6;
            if (i + 1 == blocks[l].size())
                room -= std::max(0.0, overhang);
            else if (const int next = blocks[l][i + 1];
                     s.sizes[static_cast<std::size_t>(next)].labelled && wish(next).rowRoom > 0)
                room -= std::max(0.0, overhang - 2 * partGap - 10);
        }
        room = std::max(room, 30.0 * static_cast<double>(blocks[l].size()));
        const auto liked = likedWidths(blocks[l], s.sizes, room);
        std::vector<double> wishes;
        for (std::size_t i = 0; i < blocks[l].size(); ++i) {
            const BlockWish& w = wish(blocks[l][i]);
            wishes.push_back(std::max(w.slot, liked[i] * static_cast<double>(w.columns)));
        }
        const double share = std::max(waterLevel(wishes, room), 12.0);
        for (std::size_t i = 0; i < blocks[l].size(); ++i) {
            const int b = blocks[l][i];
            const BlockWish& w = wish(b);
            BlockSize& size = s.sizes[static_cast<std::size_t>(b)];
            size.columns = w.columns;
            size.width = std::min(liked[i], share / static_cast<double>(w.columns));
            if (size.width < leastSize(w, w.columnPositions, w.leastWidth)) {
                // Numbers when three of them fit, else narrower cells and more of them.
                const double wide = w.cell.width();
                const bool readable = (share - 2 * Ruler::ellipsis) / wide >= 3;
                size.width = std::floor(readable ? wide : std::clamp(share / 8, 6.0, wide));
                size.columns = std::clamp<std::int64_t>(
                    static_cast<std::int64_t>((share - 2 * Ruler::ellipsis) / size.width), 1, w.columns);
            } else if (size.width > 1) {
                size.width = std::floor(size.width);
            }
            if (w.look == MatrixBlock::Look::Image)
                size.width = size.height = std::min(size.width, size.height);
        }
        // The same entries are equally wide and high.
        for (const int b : blocks[l])
            for (const int c : blocks[l]) {
                const auto& one = m_equation.blocks[static_cast<std::size_t>(b)];
                const auto& other = m_equation.blocks[static_cast<std::size_t>(c)];
                BlockSize& size = s.sizes[static_cast<std::size_t>(b)];
                const BlockSize& with = s.sizes[static_cast<std::size_t>(c)];
                if (one.columnKey == other.columnKey && !one.columnKey.isEmpty()) {
                    if (with.columns < size.columns ||
                        (with.columns == size.columns && with.width < size.width))
                        size.columns = with.columns, size.width = with.width;
                }
                if (one.rowKey == other.rowKey && !one.rowKey.isEmpty())
                    if (with.rows < size.rows || (with.rows == size.rows && with.height < size.height))
                        size.rows = with.rows, size.height = with.height;
            }
        // Room that is left shows more of what is cut.
        double used = 0;
        int cut = 0;
        for (const int b : blocks[l]) {
            const BlockSize& size = s.sizes[static_cast<std::size_t>(b)];
            used += std::max(wish(b).slot, lengthOf(size.width, size.columns, wish(b).columns));
            cut += size.columns < wish(b).columns ? 1 : 0;
        }
        if (cut > 0 && used < room)
            for (const int b : blocks[l])
                if (BlockSize& size = s.sizes[static_cast<std::size_t>(b)]; size.columns < wish(b).columns)
                    size.columns =
                        std::min(wish(b).columns,
                                 size.columns + static_cast<std::int64_t>((room - used) / cut / size.width));
        for (const int b : blocks[l]) {
            const BlockWish& w = wish(b);
            const BlockSize& size = s.sizes[static_cast<std::size_t>(b)];
            const double weight = m_equation.blocks[static_cast<std::size_t>(b)].operand < 0 ? 1.5 : 1;
            // Without numbers, cells are seen well enough from a few pixels on.
            score += weight * (std::log(std::clamp(size.width, 0.3, 6.0)) +
                               std::log(std::clamp(size.height, 0.3, 6.0)));
            if (size.height >= m_numberHeight && size.width >= w.leastWidth)
                score += weight * (size.width >= w.niceWidth ? 1.6 : 1);
            if (w.rowNames && size.labelled && size.height < m_labelHeight * 0.62)
                score -= 1.6;
            if (size.columns < w.columns)
                score -= weight * (5 - 0.6 * std::log2(static_cast<double>(size.columns)));
            score -= size.rows < w.rows ? 2 * weight : 0;
        }
        if (used > room + 1)
            score -= 8 * (used - room) / std::max(width, 1.0) + 1;
    }
    if (height < 40.0 * static_cast<double>(lines.size()))
        score -= 6;
    // One line reads best; a second one begins with "=" if it can.
    score -= 1.5 * static_cast<double>(lines.size() - 1);
    for (std::size_t l = 1; l < lines.size(); ++l)
        if (m_equation.parts[static_cast<std::size_t>(lines[l].front())].text != QLatin1String("="))
            score -= 1.5;
    s.score = score;
    s.lines = std::move(lines);
    return s;
}

EquationSolver::Solution EquationSolver::best(const QSizeF& area) const
{
    const auto& parts = m_equation.parts;
    std::vector<int> breaks;
    for (std::size_t p = 1; p < parts.size(); ++p)
        if (parts[p].kind == Kind::Sign && parts[p].depth == 0)
            breaks.push_back(static_cast<int>(p));
    if (breaks.size() > 8)
        breaks.resize(8);
    Solution best;
    // Every subset of at most three breaks.
    for (unsigned chosen = 0; chosen < (1U << breaks.size()); ++chosen) {
        if (std::popcount(chosen) > 3)
            continue;
        EquationLines lines(1);
        for (std::size_t p = 0; p < parts.size(); ++p) {
            const auto at = std::find(breaks.begin(), breaks.end(), static_cast<int>(p)) - breaks.begin();
            if (at < static_cast<std::ptrdiff_t>(breaks.size()) && (chosen >> at & 1U) != 0)
                lines.emplace_back();
            lines.back().push_back(static_cast<int>(p));
        }
        Solution s = solve(std::move(lines), area);
        if (s.score > best.score)
            best = std::move(s);
    }
    return best;
}

} // namespace headlight
