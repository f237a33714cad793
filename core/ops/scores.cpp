// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/matrix.h"
#include "ops/op_support.h"
#include "ops/ops.h"

namespace headlight::ops {

namespace {

/// Grouped heads: key head g serves heads/keyHeads query heads.
Result<void> expectGroups(const Axes& heads, const Axes& keyHeads, std::size_t operand)
{
    const Axis& h = heads[1];
    const Axis& g = keyHeads[1];
    if (h.size > 0 && g.size > 0 && h.size % g.size == 0)
        return {};
    return tl::unexpected(
        wrongOperand(operand, "key heads that divide " + std::to_string(h.size) + " heads", keyHeads));
}

class Scores final : public Op
{
public:
    std::string_view name() const override { return "scores"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        for (std::size_t k : {std::size_t{0}, std::size_t{1}})
            if (auto ok = expectRank(o, k, 3, "[position, head, d_head]"); !ok)
                return tl::unexpected(ok.error());
        if (!o[1][2].fits(o[0][2]))
            return tl::unexpected(wrongOperand(1, describe(Axes{o[0][2]}) + " at the end", o[1]));
        if (auto ok = expectGroups(o[0], o[1], 1); !ok)
            return tl::unexpected(ok.error());
        return Axes{o[0][1], Axis{std::string(axis::query), o[0][0].size, o[0][0].stream, nullptr},
                    Axis{std::string(axis::key), o[1][0].size, o[1][0].stream, nullptr}};
    }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const Tensor& q = *o[0];
        const Tensor& k = *o[1];
        const std::int64_t heads = q.size(1), group = heads / k.size(1), width = q.size(2);
        const std::int64_t queries = q.size(0), keys = k.size(0);
        float* y = result.mutableValues().data();
        workers.forRanges(
            heads, queries * keys * width < (1 << 16) ? heads : 1, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t h = begin; h < end; ++h)
                    multiplyMatrices({q.data() + h * width, queries, width, heads * width, 1},
                                     {k.data() + h / group * width, width, keys, 1, k.size(1) * width},
                                     y + h * queries * keys, keys);
            });
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const std::int64_t group = o[0]->size(1) / o[1]->size(1);
        std::vector<Expr> terms;
        for (std::int64_t d = 0; d < o[0]->size(2); ++d)
            terms.push_back(Expr::product(Expr::at(0, {cell[1], cell[0], d}),
                                          Expr::at(1, {cell[2], cell[0] / group, d})));
        return {"{r}[i,j] = Σ_d {0}[i,d] · {1}[j,d]", {{resultSymbol, Expr::sum(std::move(terms))}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 2 * countOf({o[0][2]}));
    }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("·"), NotationPart::of(1, true),
                NotationPart::words("="), NotationPart::result()};
    }
};

class Mix final : public Op
{
public:
    std::string_view name() const override { return "mix"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 0, 3, "a pattern [head, query, key]"); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 1, 3, "values [position, head, d_head]"); !ok)
            return tl::unexpected(ok.error());
        const Axis& key = o[0][2];
        if (key.stream != o[1][0].stream ||
            (key.size != o[1][0].size && key.size != anySize && o[1][0].size != anySize))
            return tl::unexpected(wrongOperand(1, "one row a key of " + describe(o[0]), o[1]));
        const Axes heads{o[0][1], o[0][0]};
        if (auto ok = expectGroups(heads, o[1], 1); !ok)
            return tl::unexpected(ok.error());
        return Axes{positions(o[0][1].stream, o[0][1].size), o[0][0], o[1][2]};
    }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const Tensor& p = *o[0];
        const Tensor& v = *o[1];
        const std::int64_t heads = p.size(0), queries = p.size(1), keys = p.size(2);
        const std::int64_t group = heads / v.size(1), width = v.size(2);
        float* y = result.mutableValues().data();
        workers.forRanges(
            heads, queries * keys * width < (1 << 16) ? heads : 1, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t h = begin; h < end; ++h)
                    multiplyMatrices({p.data() + h * queries * keys, queries, keys, keys, 1},
                                     {v.data() + h / group * width, keys, width, v.size(1) * width, 1},
                                     y + h * width, heads * width);
            });
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const std::int64_t group = o[0]->size(0) / o[1]->size(1);
        std::vector<Expr> terms;
        for (std::int64_t j = 0; j < o[0]->size(2); ++j)
            terms.push_back(Expr::product(Expr::at(0, {cell[1], cell[0], j}),
                                          Expr::at(1, {j, cell[1] / group, cell[2]})));
        return {"{r}[i,d] = Σ_j {0}[i,j] · {1}[j,d]", {{resultSymbol, Expr::sum(std::move(terms))}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 2 * countOf({o[0][2]}));
    }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("·"), NotationPart::of(1), NotationPart::words("="),
                NotationPart::result()};
    }
};

} // namespace

OpPtr scores()
{
    return std::make_shared<Scores>();
}
OpPtr mix()
{
    return std::make_shared<Mix>();
}

} // namespace headlight::ops
