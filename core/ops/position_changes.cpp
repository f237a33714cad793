// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What if positions were told in another way: tokens counted in another order, and encodings that a model
// was not trained with.

#include "ops/op_support.h"
#include "ops/positions.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <random>

namespace headlight::ops {

namespace {

/// The words come before the sign of equality: "X · W + b, then turned by position = Q".
Notation withWords(Notation notation, const std::string& words)
{
    for (std::size_t i = notation.size(); i-- > 0;)
        if (NotationPart& part = notation[i];
            part.kind == NotationPart::Kind::Text && part.text.ends_with("=")) {
            part.text.pop_back();
            while (part.text.ends_with(' '))
                part.text.pop_back();
            part.text += (part.text.empty() ? "" : " ") + words + " =";
            return notation;
        }
    notation.push_back(NotationPart::words(words));
    return notation;
}

/// Calls @p visit(from, to) with the flat indices of every cell of a dense tensor with @p axes and of its
/// place in one with @p larger axes, where entry i of axis a goes to maps[a][i] (or stays, for an empty map).
template <class Visit>
void eachCell(const Axes& axes, const Axes& larger, const std::vector<std::vector<std::int64_t>>& maps,
              const Visit& visit)
{
    const std::size_t rank = axes.size();
    std::vector<std::int64_t> strides(rank, 1), at(rank, 0);
    for (std::size_t a = rank; a-- > 1;)
        strides[a - 1] = strides[a] * larger[a].size;
    const std::int64_t count = elementCount(axes);
    for (std::int64_t from = 0; from < count; ++from) {
        std::int64_t to = 0;
        for (std::size_t a = 0; a < rank; ++a)
            to += strides[a] * (maps[a].empty() ? at[a] : maps[a][static_cast<std::size_t>(at[a])]);
        visit(from, to);
        for (std::size_t a = rank; a-- > 0 && ++at[a] == axes[a].size;)
            at[a] = 0;
    }
}

class Relocated final : public Op, public Positional
{
public:
    Relocated(OpPtr op, TokenOrder order)
        : m_op(std::move(op))
        , m_order(order)
    {
    }
    std::string_view name() const override { return m_op->name(); }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        // The op must also be able to give the places that the tokens go to (a table may end before them).
        std::vector<Axes> wide;
        for (const Axes& axes : o)
            wide.push_back(widened(axes));
        if (auto ok = m_op->shape(wide); !ok)
            return ok;
        return m_op->shape(o);
    }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const auto spread = spreadOperands(o);
        Tensor wide(widened(result.axes()));
        m_op->forward(pointers(spread, o), wide, workers);
        const auto out = result.mutableValues();
        eachCell(result.axes(), wide.axes(), maps(result.axes()),
                 [&](std::int64_t to, std::int64_t from) { out[static_cast<std::size_t>(to)] = wide[from]; });
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const auto spread = spreadOperands(o);
        std::vector<Axes> axes;
        for (const Tensor* t : o)
            axes.push_back(t->axes());
        const auto own = m_op->shape(axes);
        Cell there = cell;
        for (std::size_t a = 0; own && a < own->size() && a < there.size(); ++a)
            if ((*own)[a].isPositions())
                there[a] = m_order.places((*own)[a].size)[static_cast<std::size_t>(there[a])];
        Derivation derivation = m_op->derive(pointers(spread, o), there);
        derivation.formula += " (" + m_order.description() + ")";
        for (Derivation::Line& line : derivation.lines)
            bringBack(line.expr, o);
        return derivation;
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override { return m_op->cost(o, result); }
    Notation notation() const override
    {
        return withWords(m_op->notation(), "(" + m_order.description() + ")");
    }
    std::optional<PositionRule> positionRule() const override
    {
        auto rule = positionRuleOf(*m_op);
        if (rule)
            rule->order = m_order;
        return rule;
    }

private:
    [[nodiscard]] Axes widened(Axes axes) const
    {
        for (Axis& a : axes)
            if (a.isPositions() && a.size != anySize)
                a.size = m_order.length(a.size);
        return axes;
    }
    [[nodiscard]] std::vector<std::vector<std::int64_t>> maps(const Axes& axes) const
    {
        std::vector<std::vector<std::int64_t>> all;
        for (const Axis& a : axes)
            all.push_back(a.isPositions() ? m_order.places(a.size) : std::vector<std::int64_t>());
        return all;
    }
    /// Operands with positions, each row in its place; nothing for the others.
    [[nodiscard]] std::vector<std::optional<Tensor>> spreadOperands(const Operands& o) const
    {
        std::vector<std::optional<Tensor>> all;
        for (const Tensor* t : o) {
            auto& one = all.emplace_back();
            if (std::none_of(t->axes().begin(), t->axes().end(),
                             [](const Axis& a) { return a.isPositions(); }))
                continue;
            one.emplace(widened(t->axes()));
            const auto out = one->mutableValues();
            eachCell(t->axes(), one->axes(), maps(t->axes()), [&](std::int64_t from, std::int64_t to) {
                out[static_cast<std::size_t>(to)] = (*t)[from];
            });
        }
        return all;
    }
    [[nodiscard]] static Operands pointers(const std::vector<std::optional<Tensor>>& spread, Operands o)
    {
        for (std::size_t i = 0; i < o.size(); ++i)
            if (spread[i])
                o[i] = &*spread[i];
        return o;
    }
    /// The cells of the spread operands are those of the tokens that were put there.
    void bringBack(Expr& expr, const Operands& o) const
    {
        for (Expr& argument : expr.args)
            bringBack(argument, o);
        if (expr.kind != Expr::Kind::Operand)
            return;
        const Axes& axes = o[static_cast<std::size_t>(expr.operand)]->axes();
        for (std::size_t a = 0; a < axes.size(); ++a) {
            if (!axes[a].isPositions())
                continue;
            const auto places = m_order.places(axes[a].size);
            const auto at = std::find(places.begin(), places.end(), expr.cell[a]);
            if (at == places.end()) { // one of the zeros that stand where no token does
                expr = Expr::constant(0);
                return;
            }
            expr.cell[a] = at - places.begin();
        }
    }

    OpPtr m_op;
    TokenOrder m_order;
};

/// One op after the other: what the first one gives is the second one's only operand.
class Composed final : public Op, public Positional
{
public:
    Composed(OpPtr first, OpPtr then, std::string words)
        : m_first(std::move(first))
        , m_then(std::move(then))
        , m_words(std::move(words))
    {
    }
    std::string_view name() const override { return m_then->name(); }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        auto between = m_first->shape(o);
        if (!between)
            return between;
        return m_then->shape({*between});
    }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const Tensor between = made(o, workers);
        m_then->forward({&between}, result, workers);
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        Workers one(1);
        const Tensor between = made(o, one);
        const Derivation outer = m_then->derive({&between}, cell);
        // Each cell of what lies between is a line of its own, made as the first op makes it.
        Derivation all{outer.formula, {}};
        std::map<Cell, int> lineOf;
        visitCells(outer, [&](int, const Cell& at) {
            if (lineOf.contains(at))
                return;
            const Derivation inner = m_first->derive(o, at);
            const int start = static_cast<int>(all.lines.size());
            for (Derivation::Line line : inner.lines) {
                shiftLines(line.expr, start);
                if (line.symbol == resultSymbol)
                    line.symbol = "x" + describe(at);
                all.lines.push_back(std::move(line));
            }
            lineOf[at] = static_cast<int>(all.lines.size()) - 1;
        });
        const int start = static_cast<int>(all.lines.size());
        for (Derivation::Line line : outer.lines) {
            shiftLines(line.expr, start);
            putLines(line.expr, lineOf);
            all.lines.push_back(std::move(line));
        }
        const std::size_t at = all.formula.find("{0}");
        for (std::size_t i = at; i != std::string::npos; i = all.formula.find("{0}", i + 1))
            all.formula.replace(i, 3, "x");
        all.formula += ", x as the model has it";
        return all;
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        Cost sum = m_first->cost(o, result);
        const Cost then = m_then->cost({result}, result);
        sum.flops += then.flops;
        sum.bytes += then.bytes;
        return sum;
    }
    Notation notation() const override { return withWords(m_first->notation(), m_words); }
    std::optional<PositionRule> positionRule() const override { return positionRuleOf(*m_then); }

private:
    [[nodiscard]] Tensor made(const Operands& o, Workers& workers) const
    {
        std::vector<Axes> axes;
        for (const Tensor* t : o)
            axes.push_back(t->axes());
        Tensor between(m_first->shape(axes).value());
        m_first->forward(o, between, workers);
        return between;
    }
    static void shiftLines(Expr& expr, int by)
    {
        if (expr.kind == Expr::Kind::Line)
            expr.operand += by;
        for (Expr& argument : expr.args)
            shiftLines(argument, by);
    }
    static void putLines(Expr& expr, const std::map<Cell, int>& lineOf)
    {
        if (expr.kind == Expr::Kind::Operand)
            expr = Expr::line(lineOf.at(expr.cell));
        for (Expr& argument : expr.args)
            putLines(argument, lineOf);
    }

    OpPtr m_first, m_then;
    std::string m_words;
};

/// Operand x [position, d_model]: sines and cosines of the position as long as x's rows on average, alone or
/// added to x. A pair's sine and cosine have a root mean square of 1/√2.
class Sinusoids final : public Op, public Positional
{
public:
    explicit Sinusoids(bool add)
        : m_add(add)
    {
    }
    std::string_view name() const override { return "sinusoidal_positions"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        if (o[0].size() != 2 || !o[0][0].isPositions())
            return tl::unexpected(wrongOperand(0, "[position, d_model]", o[0]));
        return o[0];
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        const double size = amplitude(*o[0]);
        for (std::int64_t i = 0; i < result.size(0); ++i)
            for (std::int64_t c = 0; c < result.size(1); ++c) {
                const double angle = static_cast<double>(i) * frequency(c, result.size(1));
                const double wave = size * (c % 2 == 0 ? std::sin(angle) : std::cos(angle));
                const auto at = static_cast<std::size_t>(i * result.size(1) + c);
                out[at] = static_cast<float>(
                    (m_add ? static_cast<double>((*o[0])[static_cast<std::int64_t>(at)]) : 0) + wave);
            }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const bool sine = cell[1] % 2 == 0;
        Expr angle = Expr::of(
            Expr::Kind::Quotient,
            {Expr::constant(static_cast<double>(cell[0]), "i"),
             Expr::of(Expr::Kind::Power, {Expr::constant(10000),
                                          Expr::constant(exponent(cell[1], o[0]->size(1)), "2k/d_model")})});
        Expr wave = Expr::product(Expr::constant(amplitude(*o[0]), "a"),
                                  Expr::of(sine ? Expr::Kind::Sin : Expr::Kind::Cos, {Expr::line(0)}));
        const std::string formula = std::string("a · ") + (sine ? "sin" : "cos") +
                                    "(i / 10000^(2k/d_model)), a = √2 · root mean square of {0}";
        if (!m_add)
            return {"{r}[i,c] = " + formula, {{"angle", std::move(angle)}, {resultSymbol, std::move(wave)}}};
        return {
            "{r}[i,c] = {0}[i,c] + " + formula,
            {{"angle", std::move(angle)}, {resultSymbol, Expr::sum({Expr::at(0, cell), std::move(wave)})}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 5);
    }
    Notation notation() const override
    {
        return {NotationPart::words("sin, cos of the position ="), NotationPart::result()};
    }
    std::optional<PositionRule> positionRule() const override
    {
        PositionRule rule;
        rule.kind = PositionRule::Kind::Sinusoids;
        rule.alone = !m_add;
        return rule; // its frequencies follow from the width of what it is given
    }

private:
    static double amplitude(const Tensor& x)
    {
        double squares = 0;
        for (std::int64_t i = 0; i < x.count(); ++i)
            squares += static_cast<double>(x[i]) * static_cast<double>(x[i]);
        return x.count() > 0 ? std::sqrt(2 * squares / static_cast<double>(x.count())) : 0;
    }
    static double exponent(std::int64_t c, std::int64_t width)
    {
        return 2.0 * static_cast<double>(c / 2) / static_cast<double>(width);
    }
    static double frequency(std::int64_t c, std::int64_t width)
    {
        return std::pow(10000.0, -exponent(c, width));
    }

    bool m_add;
};

/// Operand S [head, query, key]: S − slope · |i − j|.
class DistanceBias final : public Op, public Positional
{
public:
    explicit DistanceBias(std::vector<double> slopes)
        : m_slopes(std::move(slopes))
    {
    }
    std::string_view name() const override { return "alibi"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        if (o[0].size() != 3 || o[0][0].size != static_cast<std::int64_t>(m_slopes.size()))
            return tl::unexpected(
                wrongOperand(0, "[head " + std::to_string(m_slopes.size()) + ", query, key]", o[0]));
        return o[0];
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        const std::int64_t queries = result.size(1), keys = result.size(2);
        std::int64_t at = 0;
        for (std::int64_t h = 0; h < result.size(0); ++h)
            for (std::int64_t i = 0; i < queries; ++i)
                for (std::int64_t j = 0; j < keys; ++j, ++at)
                    out[static_cast<std::size_t>(at)] = static_cast<float>(
                        static_cast<double>((*o[0])[at]) -
                        m_slopes[static_cast<std::size_t>(h)] * distance(i, j, queries, keys));
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        Expr bias = Expr::product(
            Expr::constant(m_slopes[static_cast<std::size_t>(cell[0])], "m_h"),
            Expr::constant(distance(cell[1], cell[2], o[0]->size(1), o[0]->size(2)), "|i − j|"));
        return {"{r}[h,i,j] = {0}[h,i,j] − m_h · |i − j|",
                {{resultSymbol, Expr::of(Expr::Kind::Difference, {Expr::at(0, cell), std::move(bias)})}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 2);
    }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("− slope · distance ="), NotationPart::result()};
    }
    std::optional<PositionRule> positionRule() const override
    {
        PositionRule rule;
        rule.kind = PositionRule::Kind::Slopes;
        rule.slopes = m_slopes;
        rule.alone = false;
        return rule;
    }

private:
    static double distance(std::int64_t i, std::int64_t j, std::int64_t queries, std::int64_t keys)
    {
        return static_cast<double>(std::abs(i + keys - queries - j));
    }

    std::vector<double> m_slopes;
};

} // namespace

std::vector<std::int64_t> TokenOrder::places(std::int64_t tokens) const
{
    std::vector<std::int64_t> all(static_cast<std::size_t>(std::max<std::int64_t>(tokens, 0)));
    std::iota(all.begin(), all.end(), kind == Kind::Shifted ? amount : 0);
    if (kind == Kind::Reversed)
        std::reverse(all.begin(), all.end());
    if (kind == Kind::Shuffled) {
        // Fisher and Yates' way, with the generator's own numbers: the same everywhere, unlike std::shuffle.
        std::mt19937 random(static_cast<std::uint32_t>(amount));
        for (std::size_t i = all.size(); i > 1; --i)
            std::swap(all[i - 1], all[random() % i]);
    }
    return all;
}

std::int64_t TokenOrder::length(std::int64_t tokens) const
{
    return kind == Kind::Shifted ? tokens + amount : tokens;
}

std::string TokenOrder::description() const
{
    switch (kind) {
    case Kind::Reversed:
        return "positions reversed";
    case Kind::Shuffled:
        return "positions shuffled";
    case Kind::Shifted:
        return "positions shifted by " + std::to_string(amount);
    }
    return {};
}

std::pair<std::int64_t, std::int64_t> PositionRule::pair(std::int64_t k) const
{
    if (interleaved)
        return {2 * k, 2 * k + 1};
    return {k, k + static_cast<std::int64_t>(frequencies.size())};
}

std::optional<PositionRule> positionRuleOf(const Op& op)
{
    const auto* positional = dynamic_cast<const Positional*>(&op);
    return positional ? positional->positionRule() : std::nullopt;
}

OpPtr relocated(OpPtr op, TokenOrder order)
{
    return std::make_shared<Relocated>(std::move(op), order);
}
OpPtr thenSinusoids(OpPtr op, bool add)
{
    return std::make_shared<Composed>(std::move(op), std::make_shared<Sinusoids>(add),
                                      add ? "+ sines and cosines of the position"
                                          : "replaced by sines and cosines of the position");
}
OpPtr thenRotary(OpPtr op, RotarySpec spec)
{
    return std::make_shared<Composed>(std::move(op), rotary(std::move(spec)), ", turned by the position");
}
OpPtr thenAlibi(OpPtr op, std::vector<double> slopes)
{
    return std::make_shared<Composed>(std::move(op), std::make_shared<DistanceBias>(std::move(slopes)),
                                      "− slope · distance");
}

} // namespace headlight::ops
