// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/ops.h"

#include <algorithm>

namespace headlight::ops {

namespace {

class SelectToken final : public Op
{
public:
    SelectToken(int id, std::string axisName)
        : m_id(id)
        , m_axis(std::move(axisName))
    {
    }
    std::string_view name() const override { return "select_token"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        if (o[1].size() != 1 || !o[1][0].isPositions())
            return tl::unexpected(wrongOperand(1, "ids [position]", o[1]));
        if (o[0].empty() || !o[0][0].fits(o[1][0]))
            return tl::unexpected(wrongOperand(0, "one row a position of " + describe(o[1]), o[0]));
        Axes result = o[0];
        result[0] = named(m_axis, 1);
        return result;
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        std::copy_n(o[0]->values().data() + rowIn(*o[1]) * result.count(), result.count(), out.begin());
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        Cell from = cell;
        from[0] = rowIn(*o[1]);
        return {m_id < 0 ? "{r}[c] = {0}[n, c]: n is the place of the largest id"
                         : "{r}[c] = {0}[n, c]: n is the first place of token " + std::to_string(m_id),
                {{resultSymbol, Expr::at(0, std::move(from))}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {0, 8 * countOf(result)};
    }
    Notation notation() const override
    {
        return {NotationPart::words("the end token's row of"), NotationPart::of(0), NotationPart::words("="),
                NotationPart::result()};
    }

private:
    /// The first position when the token is not there, as in the reference.
    std::int64_t rowIn(const Tensor& ids) const
    {
        std::int64_t best = 0;
        for (std::int64_t i = 0; i < ids.count(); ++i) {
            if (m_id >= 0 && ids[i] == static_cast<float>(m_id))
                return i;
            if (m_id < 0 && ids[i] > ids[best])
                best = i;
        }
        return best;
    }

    int m_id;
    std::string m_axis;
};

class UnitLength final : public Op
{
public:
    std::string_view name() const override { return "unit_length"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        if (o[0].empty())
            return tl::unexpected(wrongOperand(0, "at least one axis", o[0]));
        return o[0];
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto x = o[0]->values();
        const auto out = result.mutableValues();
        const auto width = static_cast<std::size_t>(result.axes().back().size);
        for (std::size_t r = 0; r < out.size(); r += width) {
            double sum = 0;
            for (std::size_t c = r; c < r + width; ++c)
                sum += static_cast<double>(x[c]) * x[c];
            const double length = std::sqrt(sum);
            for (std::size_t c = r; c < r + width; ++c)
                out[c] = static_cast<float>(x[c] / length);
        }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::vector<Expr> squares;
        for (std::int64_t c = 0; c < o[0]->axes().back().size; ++c) {
            Cell at = cell;
            at.back() = c;
            squares.push_back(Expr::of(Expr::Kind::Power, {Expr::at(0, std::move(at)), Expr::constant(2)}));
        }
        return {"{r}[i,c] = {0}[i,c] / √(Σ_c {0}[i,c]²)",
                {{"Σ", Expr::sum(std::move(squares))},
                 {"length", Expr::of(Expr::Kind::Sqrt, {Expr::line(0)})},
                 {resultSymbol, Expr::of(Expr::Kind::Quotient, {Expr::at(0, cell), Expr::line(1)})}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 3);
    }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("/ its length ="), NotationPart::result()};
    }
};

class Similarity final : public Op
{
public:
    std::string_view name() const override { return "similarity"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 0, 2, "[image, d_embed]"); !ok)
            return tl::unexpected(ok.error());
        if (o[1].size() != 2 || !o[1][1].fits(o[0][1]))
            return tl::unexpected(wrongOperand(1, "rows of " + describe(Axes{o[0][1]}), o[1]));
        return Axes{o[0][0], o[1][0]};
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        const std::int64_t width = o[0]->size(1);
        for (std::int64_t i = 0; i < result.size(0); ++i)
            for (std::int64_t t = 0; t < result.size(1); ++t) {
                double sum = 0;
                for (std::int64_t c = 0; c < width; ++c)
                    sum += static_cast<double>((*o[0])[i * width + c]) * (*o[1])[t * width + c];
                out[static_cast<std::size_t>(i * result.size(1) + t)] = static_cast<float>(sum);
            }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::vector<Expr> terms;
        for (std::int64_t c = 0; c < o[0]->size(1); ++c)
            terms.push_back(Expr::product(Expr::at(0, {cell[0], c}), Expr::at(1, {cell[1], c})));
        return {"{r}[i,t] = Σ_c {0}[i,c] · {1}[t,c]", {{resultSymbol, Expr::sum(std::move(terms))}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 2 * countOf({o[0][1]}));
    }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("·"), NotationPart::of(1, true),
                NotationPart::words("="), NotationPart::result()};
    }
};

class LearnedScale final : public Op
{
public:
    std::string_view name() const override { return "learned_scale"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        if (o[1].size() != 1 || o[1][0].size != 1)
            return tl::unexpected(wrongOperand(1, "one number", o[1]));
        return o[0];
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const double factor = std::exp(static_cast<double>((*o[1])[0]));
        const auto out = result.mutableValues();
        for (std::int64_t i = 0; i < result.count(); ++i)
            out[static_cast<std::size_t>(i)] = static_cast<float>((*o[0])[i] * factor);
    }
    Derivation derive(const Operands&, const Cell& cell) const override
    {
        return {"{r} = {0} · exp({1})",
                {{"factor", Expr::of(Expr::Kind::Exp, {Expr::at(1, {0})})},
                 {resultSymbol, Expr::product(Expr::at(0, cell), Expr::line(0))}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 1);
    }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("· exp("), NotationPart::of(1),
                NotationPart::words(") ="), NotationPart::result()};
    }
};

} // namespace

OpPtr selectToken(int id, std::string axisName)
{
    return std::make_shared<SelectToken>(id, std::move(axisName));
}
OpPtr unitLength()
{
    return std::make_shared<UnitLength>();
}
OpPtr similarity()
{
    return std::make_shared<Similarity>();
}
OpPtr learnedScale()
{
    return std::make_shared<LearnedScale>();
}

} // namespace headlight::ops
