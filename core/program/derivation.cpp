// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/derivation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace headlight {

Expr Expr::at(int operandIndex, headlight::Cell where)
{
    Expr e;
    e.kind = Kind::Operand;
    e.operand = operandIndex;
    e.cell = std::move(where);
    return e;
}

Expr Expr::constant(double number, std::string shown)
{
    Expr e;
    e.kind = Kind::Constant;
    e.value = number;
    e.symbol = std::move(shown);
    return e;
}

Expr Expr::line(int index)
{
    Expr e;
    e.kind = Kind::Line;
    e.operand = index;
    return e;
}

Expr Expr::of(Kind kind, std::vector<Expr> arguments)
{
    Expr e;
    e.kind = kind;
    e.args = std::move(arguments);
    return e;
}

namespace {

/// One walk serves the value and its magnitude. The magnitude of a sum is the sum of magnitudes: float32
/// rounds each partial sum relative to that, not to the (perhaps cancelled) total.
struct Evaluated
{
    double value = 0;
    double magnitude = 0;
};

Evaluated walk(const Expr& e, const Operands& operands, const std::vector<Evaluated>& lines)
{
    const auto arg = [&](std::size_t i) { return walk(e.args[i], operands, lines); };
    // A function of one argument loses what its argument lost, times its slope, and its own rounding.
    const auto apply = [&](auto function, auto slope) {
        const Evaluated a = arg(0);
        const double v = function(a.value);
        return Evaluated{v, std::max(std::abs(v), std::abs(slope(a.value, v)) * a.magnitude)};
    };
    switch (e.kind) {
    case Expr::Kind::Operand: {
        const double v = operands[static_cast<std::size_t>(e.operand)]->at(e.cell);
        return {v, std::abs(v)};
    }
    case Expr::Kind::Constant:
        return {e.value, std::abs(e.value)};
    case Expr::Kind::Line:
        return lines[static_cast<std::size_t>(e.operand)];
    case Expr::Kind::Sum: {
        Evaluated total;
        for (const Expr& a : e.args) {
            const Evaluated t = walk(a, operands, lines);
            total.value += t.value;
            total.magnitude += t.magnitude;
        }
        return total;
    }
    case Expr::Kind::Product: {
        Evaluated total{1, 1};
        for (const Expr& a : e.args) {
            const Evaluated t = walk(a, operands, lines);
            total.value *= t.value;
            total.magnitude *= t.magnitude;
        }
        return total;
    }
    case Expr::Kind::Difference: {
        const Evaluated a = arg(0), b = arg(1);
        return {a.value - b.value, a.magnitude + b.magnitude};
    }
    case Expr::Kind::Quotient: {
        const Evaluated a = arg(0), b = arg(1);
        const double v = a.value / b.value;
        return {v, a.magnitude / std::abs(b.value) + std::abs(v) * (b.magnitude / std::abs(b.value))};
    }
    case Expr::Kind::Negate: {
        const Evaluated a = arg(0);
        return {-a.value, a.magnitude};
    }
    case Expr::Kind::Max: {
        Evaluated best{-std::numeric_limits<double>::infinity(), 0};
        bool nan = false;
        for (const Expr& a : e.args) {
            const Evaluated t = walk(a, operands, lines);
            nan = nan || std::isnan(t.value);
            if (t.value > best.value)
                best = t;
        }
        return nan ? Evaluated{std::numeric_limits<double>::quiet_NaN(), 0} : best;
    }
    case Expr::Kind::Exp:
        return apply([](double x) { return std::exp(x); }, [](double, double v) { return v; });
    case Expr::Kind::Log:
        return apply([](double x) { return std::log(x); }, [](double x, double) { return 1 / x; });
    case Expr::Kind::Sqrt:
        return apply([](double x) { return std::sqrt(x); },
                     [](double, double v) { return v > 0 ? 0.5 / v : 1.0; });
    case Expr::Kind::Sin:
        return apply([](double x) { return std::sin(x); }, [](double, double) { return 1.0; });
    case Expr::Kind::Cos:
        return apply([](double x) { return std::cos(x); }, [](double, double) { return 1.0; });
    case Expr::Kind::Tanh:
        return apply([](double x) { return std::tanh(x); }, [](double, double v) { return 1 - v * v; });
    case Expr::Kind::Erf:
        return apply([](double x) { return std::erf(x); }, [](double, double) { return 1.2; });
    case Expr::Kind::Sigmoid:
        return apply([](double x) { return 1 / (1 + std::exp(-x)); }, [](double, double) { return 0.25; });
    case Expr::Kind::Relu:
        return apply([](double x) { return std::isnan(x) ? x : std::max(x, 0.0); },
                     [](double, double) { return 1.0; });
    case Expr::Kind::Power: {
        const Evaluated a = arg(0), b = arg(1);
        const double v = std::pow(a.value, b.value);
        return {v, std::max(std::abs(v), std::abs(b.value * std::pow(a.value, b.value - 1)) * a.magnitude)};
    }
    }
    return {};
}

std::vector<Evaluated> walkLines(const Derivation& derivation, const Operands& operands)
{
    std::vector<Evaluated> lines;
    lines.reserve(derivation.lines.size());
    for (const auto& line : derivation.lines)
        lines.push_back(walk(line.expr, operands, lines));
    return lines;
}

void visit(const Expr& e, const std::function<void(int, const Cell&)>& f)
{
    if (e.kind == Expr::Kind::Operand)
        f(e.operand, e.cell);
    for (const Expr& a : e.args)
        visit(a, f);
}

} // namespace

std::vector<double> evaluate(const Derivation& derivation, const Operands& operands)
{
    std::vector<double> values;
    for (const Evaluated& line : walkLines(derivation, operands))
        values.push_back(line.value);
    return values;
}

double evaluate(const Expr& expr, const Operands& operands, const std::vector<double>& lines)
{
    std::vector<Evaluated> known;
    known.reserve(lines.size());
    for (const double v : lines)
        known.push_back({v, std::abs(v)});
    return walk(expr, operands, known).value;
}

double magnitude(const Derivation& derivation, const Operands& operands)
{
    const auto lines = walkLines(derivation, operands);
    return lines.empty() ? 0 : lines.back().magnitude;
}

void visitCells(const Derivation& derivation, const std::function<void(int, const Cell&)>& f)
{
    for (const auto& line : derivation.lines)
        visit(line.expr, f);
}

} // namespace headlight
