// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How one cell comes about, in the order in which a person would compute it: every line of its derivation,
// and within a sum or a maximum every term, with what the line amounts to so far. It is read off the
// derivation and the operands alone, so it holds for every op; the last partial result is the cell.

#include "program/derivation.h"

#include <functional>
#include <span>
#include <vector>

namespace headlight {

struct BuildUp
{
    struct Line
    {
        std::vector<double> terms;    ///< what is added or compared; for any other line only its value
        std::vector<double> partials; ///< the line's value after each term; the last one is the line
    };
    std::vector<Line> lines;

    /// The cell, as evaluate() gives it.
    [[nodiscard]] double value() const { return lines.back().partials.back(); }
};

/// The partial results of every line. @p derivation must have lines.
[[nodiscard]] BuildUp buildUp(const Derivation& derivation, const Operands& operands);

/// What a line is made of: the summands of a sum, the candidates of a maximum, else the expression itself.
[[nodiscard]] std::span<const Expr> termsOf(const Expr& expr);

/// Calls @p visit for every operand cell of one expression, in order.
void visitCells(const Expr& expr, const std::function<void(int operand, const Cell& cell)>& visit);

/// Whether two expressions are the same arithmetic with the same cells: a line that all cells of a row have
/// in common, such as a softmax's largest score, need be computed only once.
[[nodiscard]] bool sameArithmetic(const Expr& a, const Expr& b);

} // namespace headlight
