// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/build_up.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace headlight {

namespace {

/// The maximum as evaluate() takes it: a NaN among the candidates stays visible.
double larger(double best, double candidate)
{
    if (std::isnan(best) || std::isnan(candidate))
        return std::numeric_limits<double>::quiet_NaN();
    return std::max(best, candidate);
}

} // namespace

std::span<const Expr> termsOf(const Expr& expr)
{
    const bool several = (expr.kind == Expr::Kind::Sum || expr.kind == Expr::Kind::Max) && !expr.args.empty();
    return several ? std::span<const Expr>(expr.args) : std::span<const Expr>(&expr, 1);
}

BuildUp buildUp(const Derivation& derivation, const Operands& operands)
{
    BuildUp result;
    std::vector<double> known;
    for (const Derivation::Line& given : derivation.lines) {
        const bool max = given.expr.kind == Expr::Kind::Max && !given.expr.args.empty();
        double so = max ? -std::numeric_limits<double>::infinity() : 0;
        BuildUp::Line line;
        for (const Expr& term : termsOf(given.expr)) {
            const double value = evaluate(term, operands, known);
            so = max ? larger(so, value) : so + value;
            line.terms.push_back(value);
            line.partials.push_back(so);
        }
        known.push_back(so);
        result.lines.push_back(std::move(line));
    }
    return result;
}

void visitCells(const Expr& expr, const std::function<void(int, const Cell&)>& visit)
{
    if (expr.kind == Expr::Kind::Operand)
        visit(expr.operand, expr.cell);
    for (const Expr& a : expr.args)
        visitCells(a, visit);
}

bool sameArithmetic(const Expr& a, const Expr& b)
{
    // NaN constants count as equal: they stand for the same number.
    const bool sameValue = a.value == b.value || (std::isnan(a.value) && std::isnan(b.value));
    return a.kind == b.kind && a.operand == b.operand && sameValue && a.cell == b.cell &&
           std::equal(a.args.begin(), a.args.end(), b.args.begin(), b.args.end(), sameArithmetic);
}

} // namespace headlight
