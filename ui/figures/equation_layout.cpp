// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/equation_layout.h"

#include "figures/math_text.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

using Kind = EquationPart::Kind;
using Lines = std::vector<std::vector<int>>; ///< parts of each line

constexpr double margin = 10;
constexpr double partGap = 9;
constexpr double lineGap = 16;
constexpr double longestLabel = 84;

/// What is known of a block before its size is: how many entries, what its cells want.
struct Wish
{
    std::int64_t rows = 1, columns = 1;
    QSizeF cell;                          ///< with its number
    double leastWidth = 0, niceWidth = 0; ///< of a cell with any number at all, and with enough decimals
    double rowGaps = 0;                   ///< between looked-up rows
    double rowRoom = 0;                   ///< for labels on the left
    double longestColumn = 0;             ///< longest label on top; 0 when there is none
    bool rowNames = false, columnNames = false;
    bool rowPositions = false, columnPositions = false;
    double slot = 0; ///< least width: the heading's
    double bar = 0;  ///< height under the cells
    MatrixBlock::Look look = MatrixBlock::Look::Heat;
};

/// Sizes of a block's cells in one way of breaking lines.
struct Size
{
    double width = 0, height = 0;       ///< of a cell
    std::int64_t rows = 0, columns = 0; ///< entries that are drawn
    bool labelled = true;               ///< has row labels of its own
};

double lengthOf(double cell, std::int64_t shown, std::int64_t count)
{
    return cell * static_cast<double>(shown) + (shown < count ? 2 * Ruler::ellipsis : 0);
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

class Solver
{
public:
    Solver(const Equation& equation, const FigureSource& source, const FigureStyle& style);

    struct Solution
    {
        Lines lines;
        std::vector<Size> sizes;
        double score = -1e9;
    };
    [[nodiscard]] Solution best(const QSizeF& area) const;
    [[nodiscard]] const Wish& wish(int block) const { return m_wishes[static_cast<std::size_t>(block)]; }
    [[nodiscard]] QSizeF partSize(int part) const { return m_partSizes[static_cast<std::size_t>(part)]; }
    [[nodiscard]] double headHeight() const { return m_head; }
    /// Room that a block's column labels need above its cells, about.
    [[nodiscard]] double topRoom(const Wish& w, double cell) const;

private:
    [[nodiscard]] Solution solve(Lines lines, const QSizeF& area) const;
    [[nodiscard]] std::vector<double> likedWidths(const std::vector<int>& blocks,
                                                  const std::vector<Size>& sizes, double room) const;
    [[nodiscard]] bool windowed(double cell, bool positions) const { return cell < (positions ? 0.2 : 0.99); }

    const Equation& m_equation;
    const FigureStyle& m_style;
    std::vector<Wish> m_wishes;
    std::vector<QSizeF> m_partSizes;
    double m_head = 0, m_labelHeight = 0, m_numberHeight = 0;
};

Solver::Solver(const Equation& equation, const FigureSource& source, const FigureStyle& style)
    : m_equation(equation)
    , m_style(style)
{
    const QFontMetricsF labels(style.font), numbers(numberFontOf(style)), names(nameFontOf(style));
    m_labelHeight = labels.height();
    m_numberHeight = numbers.ascent() + 2;
    m_head = QFontMetricsF(headingFont(style)).height() + names.height() + 8;
    for (const EquationBlock& block : equation.blocks) {
        const TensorSlice& slice = *block.matrix.slice;
        Wish w;
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

double Solver::topRoom(const Wish& w, double cell) const
{
    if (w.longestColumn <= 0)
        return 0;
    if (!w.columnNames || w.longestColumn < cell - 2)
        return m_labelHeight + 2;
    if (!w.columnPositions && cell < m_labelHeight)
        return m_labelHeight + 2;
    return w.longestColumn * 0.77 + m_labelHeight * 0.35 + 5;
}

std::vector<double> Solver::likedWidths(const std::vector<int>& blocks, const std::vector<Size>& sizes,
                                        double room) const
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
        const Wish& w = wish(b);
        const double height = sizes[static_cast<std::size_t>(b)].height;
        liked.push_back(w.look == MatrixBlock::Look::Image ? height
                        : height >= m_numberHeight         ? w.cell.width()
                                                           : std::clamp(height * 2.5, 5.0, 16.0));
        wishes.push_back(liked.back() * static_cast<double>(w.columns));
    }
    // The same columns like the same width.
    for (std::size_t i = 0; i < blocks.size(); ++i)
        for (std::size_t j = 0; j < blocks.size(); ++j)
            if (const auto& key = m_equation.blocks[static_cast<std::size_t>(blocks[i])].columnKey;
                !key.isEmpty() && key == m_equation.blocks[static_cast<std::size_t>(blocks[j])].columnKey)
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
    // … else those whose numbers can't fit anyway make room for the others.
    const double share = waterLevel(wishes, room);
    const std::vector<double> wide = liked;
    for (const double narrow : {20.0, 16.0, 12.0, 9.0, 7.0}) {
        for (std::size_t i = 0; i < blocks.size(); ++i)
            if (const Wish& w = wish(blocks[i]); share / static_cast<double>(w.columns) < w.leastWidth)
                liked[i] = std::min(wide[i], narrow);
        if (sum() <= room)
            break;
    }
    return liked;
}

Solver::Solution Solver::solve(Lines lines, const QSizeF& area) const
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
            const Wish& w = wish(b);
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
            const Wish& w = wish(b);
            Size& size = s.sizes[static_cast<std::size_t>(b)];
            size.rows = w.rows;
            size.height = std::min(w.cell.height(), (tall - w.rowGaps) / static_cast<double>(w.rows));
            if (windowed(size.height, w.rowPositions) || size.height <= 0) {
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
            Size& size = s.sizes[static_cast<std::size_t>(b)];
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
        // Slanted labels reach past the last column.
        if (!blocks[l].empty())
            if (const Wish& last = wish(blocks[l].back()); last.columnNames && last.columnPositions)
                room -= std::max(0.0, last.longestColumn * 0.65 - 6);
        room = std::max(room, 30.0 * static_cast<double>(blocks[l].size()));
        const auto liked = likedWidths(blocks[l], s.sizes, room);
        std::vector<double> wishes;
        for (std::size_t i = 0; i < blocks[l].size(); ++i) {
            const Wish& w = wish(blocks[l][i]);
            wishes.push_back(std::max(w.slot, liked[i] * static_cast<double>(w.columns)));
        }
        const double share = std::max(waterLevel(wishes, room), 12.0);
        for (std::size_t i = 0; i < blocks[l].size(); ++i) {
            const int b = blocks[l][i];
            const Wish& w = wish(b);
            Size& size = s.sizes[static_cast<std::size_t>(b)];
            size.columns = w.columns;
            size.width = std::min(liked[i], share / static_cast<double>(w.columns));
            if (windowed(size.width, w.columnPositions)) {
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
                Size& size = s.sizes[static_cast<std::size_t>(b)];
                const Size& with = s.sizes[static_cast<std::size_t>(c)];
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
            const Size& size = s.sizes[static_cast<std::size_t>(b)];
            used += std::max(wish(b).slot, lengthOf(size.width, size.columns, wish(b).columns));
            cut += size.columns < wish(b).columns ? 1 : 0;
        }
        if (cut > 0 && used < room)
            for (const int b : blocks[l])
                if (Size& size = s.sizes[static_cast<std::size_t>(b)]; size.columns < wish(b).columns)
                    size.columns =
                        std::min(wish(b).columns,
                                 size.columns + static_cast<std::int64_t>((room - used) / cut / size.width));
        for (const int b : blocks[l]) {
            const Wish& w = wish(b);
            const Size& size = s.sizes[static_cast<std::size_t>(b)];
            const double weight = m_equation.blocks[static_cast<std::size_t>(b)].operand < 0 ? 1.5 : 1;
            // Without numbers, cells are seen well enough from a few pixels on.
            score += weight * (std::log(std::clamp(size.width, 0.3, 6.0)) +
                               std::log(std::clamp(size.height, 0.3, 6.0)));
            if (size.height >= m_numberHeight && size.width >= w.leastWidth)
                score += weight * (size.width >= w.niceWidth ? 1.6 : 1);
            if (w.rowNames && size.labelled && size.height < m_labelHeight * 0.62)
                score -= 1.6;
            score -= size.columns < w.columns ? 3 * weight : 0;
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

Solver::Solution Solver::best(const QSizeF& area) const
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
        if (__builtin_popcount(chosen) > 3)
            continue;
        Lines lines(1);
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

EquationLayout layEquation(const Equation& equation, const FigureSource& source, const WindowStarts& windows,
                           const ScaleOptions& scale, bool numbers, const QSizeF& area,
                           const FigureStyle& style)
{
    const Solver solver(equation, source, style);
    const Solver::Solution solution = solver.best(area);

    EquationLayout layout;
    layout.blocks.resize(equation.blocks.size());
    layout.parts.resize(equation.parts.size());
    const auto ruler = [&](std::int64_t count, std::int64_t shown, double cell, const QString& key) {
        Ruler r(count, cell);
        if (shown < count) {
            const auto it = windows.find(key);
            r.first = std::clamp<std::int64_t>(it == windows.end() ? 0 : it->second, 0, count - shown);
            r.last = r.first + shown;
        }
        return r;
    };
    for (std::size_t b = 0; b < equation.blocks.size(); ++b) {
        const EquationBlock& block = equation.blocks[b];
        const Size& size = solution.sizes[b];
        MatrixBlock& m = layout.blocks[b].matrix;
        m = block.matrix;
        m.rows = ruler(m.slice->rows(), size.rows, size.height, QLatin1Char('r') + block.rowKey);
        m.columns = ruler(m.slice->columns(), size.columns, size.width, QLatin1Char('c') + block.columnKey);
        if (m.slice->someRows())
            for (std::int64_t r = 0; r + 1 < m.slice->rows(); ++r)
                if (m.slice->rowIndex(r) + 1 != m.slice->rowIndex(r + 1))
                    m.rows.breaks.push_back(r);
        m.scale = scaleOf(m, scale, style);
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
            const Wish& wish = solver.wish(part.block);
            block.slot = std::max(size.width(), wish.slot);
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
            x += block.slot;
            end = std::max({end, x, m.origin.x() + size.width() + m.columnLabels.overhang(),
                            block.bar.isEmpty() ? 0 : block.bar.right()});
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
    return layout;
}

} // namespace headlight
