// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "expression_text.h"

#include "run/trace.h"

#include <charconv>

namespace headlight::app {

namespace {

/// How tightly an expression holds together; a looser one within a tighter one needs brackets.
enum class Binding { Sum, Product, Sign, Power, Atom };

Binding bindingOf(const Expr& expr)
{
    switch (expr.kind) {
    case Expr::Kind::Sum:
    case Expr::Kind::Product:
        if (expr.args.size() == 1)
            return bindingOf(expr.args.front());
        return expr.kind == Expr::Kind::Sum ? Binding::Sum : Binding::Product;
    case Expr::Kind::Difference:
        return Binding::Sum;
    case Expr::Kind::Quotient:
        return Binding::Product;
    case Expr::Kind::Negate:
        return Binding::Sign;
    case Expr::Kind::Power:
        return Binding::Power;
    case Expr::Kind::Constant:
        return expr.symbol.empty() && expr.value < 0 ? Binding::Sign : Binding::Atom;
    default:
        return Binding::Atom;
    }
}

std::string_view functionName(Expr::Kind kind)
{
    switch (kind) {
    case Expr::Kind::Max:
        return "max";
    case Expr::Kind::Exp:
        return "exp";
    case Expr::Kind::Log:
        return "ln";
    case Expr::Kind::Sqrt:
        return "√";
    case Expr::Kind::Sin:
        return "sin";
    case Expr::Kind::Cos:
        return "cos";
    case Expr::Kind::Tanh:
        return "tanh";
    case Expr::Kind::Erf:
        return "erf";
    case Expr::Kind::Sigmoid:
        return "sigmoid";
    case Expr::Kind::Relu:
        return "relu";
    default:
        return "";
    }
}

struct Writer
{
    const Derivation& derivation;
    const Program& program;
    int step;
    std::string text = {};

    void within(const Expr& expr, Binding least)
    {
        const bool brackets = bindingOf(expr) < least;
        text += brackets ? "(" : "";
        write(expr);
        text += brackets ? ")" : "";
    }

    void list(const std::vector<Expr>& args, const char* between, Binding least)
    {
        for (std::size_t i = 0; i < args.size(); ++i) {
            text += i > 0 ? between : "";
            within(args[i], args.size() > 1 ? least : Binding::Sum);
        }
    }

    /// Negated terms are taken away rather than added.
    void writeSum(const std::vector<Expr>& args)
    {
        for (std::size_t i = 0; i < args.size(); ++i) {
            const bool negated = i > 0 && args[i].kind == Expr::Kind::Negate;
            text += i == 0 ? "" : negated ? " − " : " + ";
            if (negated)
                within(args[i].args[0], Binding::Product);
            else
                write(args[i]);
        }
    }

    void write(const Expr& expr)
    {
        switch (expr.kind) {
        case Expr::Kind::Operand: {
            const auto& operands = program.steps[static_cast<std::size_t>(step)].operands;
            text += program.symbolOf(operands[static_cast<std::size_t>(expr.operand)]);
            text += "[";
            for (std::size_t i = 0; i < expr.cell.size(); ++i)
                text += (i > 0 ? "," : "") + std::to_string(expr.cell[i]);
            text += "]";
            break;
        }
        case Expr::Kind::Constant: {
            char digits[32];
            text += expr.symbol.empty()
                        ? std::string(digits, std::to_chars(digits, digits + sizeof digits, expr.value).ptr)
                        : expr.symbol;
            break;
        }
        case Expr::Kind::Line:
            text +=
                withSymbols(derivation.lines[static_cast<std::size_t>(expr.operand)].symbol, program, step);
            break;
        case Expr::Kind::Sum:
            writeSum(expr.args);
            break;
        case Expr::Kind::Product:
            list(expr.args, " · ", Binding::Product);
            break;
        case Expr::Kind::Difference:
            within(expr.args[0], Binding::Sum);
            text += " − ";
            within(expr.args[1], Binding::Product);
            break;
        case Expr::Kind::Quotient:
            within(expr.args[0], Binding::Product);
            text += " / ";
            within(expr.args[1], Binding::Sign);
            break;
        case Expr::Kind::Negate:
            text += "−";
            within(expr.args[0], Binding::Power);
            break;
        case Expr::Kind::Power:
            within(expr.args[0], Binding::Atom);
            text += "^";
            within(expr.args[1], Binding::Atom);
            break;
        default:
            text += functionName(expr.kind);
            text += "(";
            list(expr.args, ", ", Binding::Sum);
            text += ")";
        }
    }
};

} // namespace

std::string expressionText(const Derivation& derivation, const Expr& expr, const Program& program, int step)
{
    Writer writer{derivation, program, step};
    writer.write(expr);
    return std::move(writer.text);
}

} // namespace headlight::app
