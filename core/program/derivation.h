// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How one cell of a step's result follows from cells of its operands, as data: a few named lines, each an
// expression over operand cells, constants and earlier lines; the last line is the cell. The panel prints it,
// the stage view lights up its cells, and the property test evaluates it: what the screen says can't drift
// from what the core did.
//
//   softmax:  m = max(x₀, x₁, …)      e = exp(x₂ − m)      Z = Σ exp(xⱼ − m)      p = e / Z

#include "tensor/tensor.h"

#include <functional>
#include <string>
#include <vector>

namespace headlight {

struct Expr
{
    enum class Kind {
        Operand,  ///< operand `operand` at `cell`
        Constant, ///< `value`, shown as `symbol` when that is not empty
        Line,     ///< the value of line `operand` of the derivation
        Sum,      ///< args[0] + args[1] + …
        Product,  ///< args[0] · args[1] · …
        Difference,
        Quotient,
        Negate,
        Max,
        Exp,
        Log,
        Sqrt,
        Sin,
        Cos,
        Tanh,
        Erf,
        Sigmoid,
        Relu,
        Power, ///< args[0] to the args[1]
    };

    Kind kind = Kind::Constant;
    int operand = 0;
    headlight::Cell cell;
    double value = 0;
    std::string symbol;
    std::vector<Expr> args;

    static Expr at(int operandIndex, headlight::Cell where);
    static Expr constant(double number, std::string shown = {});
    static Expr line(int index);
    static Expr of(Kind kind, std::vector<Expr> arguments);
    static Expr sum(std::vector<Expr> terms) { return of(Kind::Sum, std::move(terms)); }
    static Expr product(Expr a, Expr b) { return of(Kind::Product, {std::move(a), std::move(b)}); }
};

struct Derivation
{
    struct Line
    {
        std::string symbol; ///< "μ", "Z", or the result's own symbol on the last line
        Expr expr;
    };
    /// The step's formula in plain Unicode with axis names as indices: "S[h,i,j] = Σ_d Q[i,h,d] · K[j,h,d]".
    std::string formula;
    std::vector<Line> lines;
};

using Operands = std::vector<const Tensor*>;

/// The value of every line in double precision, from the operands' stored cells; the last one is the cell.
[[nodiscard]] std::vector<double> evaluate(const Derivation& derivation, const Operands& operands);
/// The value of one expression, given the values of the lines before it.
[[nodiscard]] double evaluate(const Expr& expr, const Operands& operands, const std::vector<double>& lines);
/// A bound on what float32 may lose while it computes the last line: the largest magnitude that any partial
/// result can have, so that a tolerance can be a multiple of it.
[[nodiscard]] double magnitude(const Derivation& derivation, const Operands& operands);
/// Calls @p visit for every operand cell that the derivation reads, in order.
void visitCells(const Derivation& derivation,
                const std::function<void(int operand, const Cell& cell)>& visit);

} // namespace headlight
