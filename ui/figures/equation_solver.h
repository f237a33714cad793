// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Decides how large the cells of an equation are, and where its lines break. Every way of breaking is tried;
// in each the matrices share the room as water fills basins: small ones get what they like, large ones what
// is left. The way with the most readable cells wins.

#include "figures/equation_parts.h"

#include <vector>

namespace headlight {

using EquationLines = std::vector<std::vector<int>>; ///< parts of each line

namespace equation {
inline constexpr double margin = 10;       ///< around the whole
inline constexpr double partGap = 9;       ///< on both sides of a sign
inline constexpr double lineGap = 16;      ///< between lines
inline constexpr double longestLabel = 84; ///< of a token, in pixels
} // namespace equation

/// What is known of a block before its size is: how many entries, what its cells want.
struct BlockWish
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
struct BlockSize
{
    double width = 0, height = 0;       ///< of a cell
    std::int64_t rows = 0, columns = 0; ///< entries that are drawn
    bool labelled = true;               ///< has row labels of its own
};

class EquationSolver
{
public:
    EquationSolver(const Equation& equation, const FigureSource& source, const FigureStyle& style);

    struct Solution
    {
        EquationLines lines;
        std::vector<BlockSize> sizes;
        double score = -1e9;
    };
    [[nodiscard]] Solution best(const QSizeF& area) const;
    [[nodiscard]] const BlockWish& wish(int block) const { return m_wishes[static_cast<std::size_t>(block)]; }
    [[nodiscard]] QSizeF partSize(int part) const { return m_partSizes[static_cast<std::size_t>(part)]; }
    [[nodiscard]] double headHeight() const { return m_head; }
    /// Room that a block's column labels need above its cells, about.
    [[nodiscard]] double topRoom(const BlockWish& w, double cell) const;

private:
    [[nodiscard]] Solution solve(EquationLines lines, const QSizeF& area) const;
    [[nodiscard]] std::vector<double> likedWidths(const std::vector<int>& blocks,
                                                  const std::vector<BlockSize>& sizes, double room) const;
    [[nodiscard]] bool sameColumns(int a, int b) const
    {
        const QString& key = m_equation.blocks[static_cast<std::size_t>(a)].columnKey;
        return !key.isEmpty() && key == m_equation.blocks[static_cast<std::size_t>(b)].columnKey;
    }

    const Equation& m_equation;
    const FigureStyle& m_style;
    std::vector<BlockWish> m_wishes;
    std::vector<QSizeF> m_partSizes;
    double m_head = 0, m_labelHeight = 0, m_numberHeight = 0;
};

} // namespace headlight
