// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/ops.h"

#include <algorithm>
#include <cstdlib>

namespace headlight::ops {

bool MaskRule::allows(std::int64_t query, std::int64_t key) const
{
    if (causal && key > query)
        return false;
    if (std::find(global.begin(), global.end(), query) != global.end() ||
        std::find(global.begin(), global.end(), key) != global.end())
        return true;
    if (window > 0 && std::abs(query - key) >= window)
        return false;
    // Child et al. 2019, section 4.2: the last `stride` positions, and every stride-th before them.
    if (stride > 0 && std::abs(query - key) >= stride && (query - key) % stride != 0)
        return false;
    // Section 4.3: the query's own block, and the last column of every block.
    if (fixedBlock > 0 && query / fixedBlock != key / fixedBlock && key % fixedBlock != fixedBlock - 1)
        return false;
    return true;
}

std::string MaskRule::description() const
{
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    if (causal)
        add("causal");
    if (window > 0)
        add("window of " + std::to_string(window));
    if (stride > 0)
        add("strided by " + std::to_string(stride));
    if (fixedBlock > 0)
        add("fixed blocks of " + std::to_string(fixedBlock));
    return text.empty() ? "no mask" : text;
}

namespace {

class Mask final : public Op
{
public:
    explicit Mask(MaskRule rule)
        : m_rule(std::move(rule))
    {
    }
    std::string_view name() const override { return "mask"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 2); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 0, 3, "[head, query, key]"); !ok)
            return tl::unexpected(ok.error());
        if (o.size() == 2 && (o[1].size() != 1 || o[1][0].stream != o[0][2].stream))
            return tl::unexpected(wrongOperand(1, "one number a key of " + describe(o[0]), o[1]));
        return o[0];
    }
    bool isIdentity() const override { return m_rule.allowsAll(); }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const Tensor& x = *o[0];
        const std::int64_t queries = x.size(1), keys = x.size(2);
        const std::int64_t before = keys - queries; // keys of a memory in front
        const auto out = result.mutableValues();
        const MaskRule rule = withGlobal(o);
        // The rule is the same for every head: find each row's runs of allowed keys once.
        std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> runs(
            static_cast<std::size_t>(queries));
        for (std::int64_t i = 0; i < queries; ++i)
            for (std::int64_t j = 0; j < keys; ++j) {
                if (!rule.allows(i + before, j))
                    continue;
                auto& row = runs[static_cast<std::size_t>(i)];
                if (!row.empty() && row.back().second == j)
                    ++row.back().second;
                else
                    row.emplace_back(j, j + 1);
            }
        const std::int64_t heads = x.size(0);
        workers.forRanges(
            heads, queries * keys < (1 << 15) ? heads : 1, [&](std::int64_t begin, std::int64_t end) {
                for (std::int64_t row = begin * queries; row < end * queries; ++row) {
                    const float* from = x.data() + row * keys;
                    float* to = out.data() + row * keys;
                    std::int64_t done = 0;
                    for (const auto& [first, last] : runs[static_cast<std::size_t>(row % queries)]) {
                        std::fill(to + done, to + first, masked);
                        std::copy(from + first, from + last, to + first);
                        done = last;
                    }
                    std::fill(to + done, to + keys, masked);
                }
            });
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        if (withGlobal(o).allows(cell[1] + o[0]->size(2) - o[0]->size(1), cell[2]))
            return {"{r}[i,j] = {0}[i,j]", {{resultSymbol, Expr::at(0, cell)}}};
        const bool later = m_rule.causal && cell[2] > cell[1] + o[0]->size(2) - o[0]->size(1);
        return {later ? "{r}[i,j] = −∞ for j > i" : "{r}[i,j] = −∞: the rule is " + m_rule.description(),
                {{resultSymbol, Expr::constant(masked, "−∞")}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 0);
    }
    Notation notation() const override
    {
        return {NotationPart::words("mask("), NotationPart::of(0), NotationPart::words(") ="),
                NotationPart::result()};
    }
    const MaskRule& rule() const { return m_rule; }

private:
    MaskRule withGlobal(const Operands& o) const
    {
        MaskRule rule = m_rule;
        for (std::int64_t i = 0; o.size() == 2 && i < o[1]->count(); ++i)
            if ((*o[1])[i] != 0)
                rule.global.push_back(static_cast<int>(i));
        return rule;
    }

    MaskRule m_rule;
};

class WhereGlobal final : public Op
{
public:
    std::string_view name() const override { return "where_global"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 3, 3); !ok)
            return tl::unexpected(ok.error());
        if (o[0].size() != 3 || rowAxis(o[0]) < 0)
            return tl::unexpected(wrongOperand(0, "[head, query, key] or [position, head, d_head]", o[0]));
        for (std::size_t i = 0; i < o[0].size(); ++i)
            if (o[1].size() != o[0].size() || !o[1][i].fits(o[0][i]))
                return tl::unexpected(wrongOperand(1, describe(o[0]), o[1]));
        if (o[2].size() != 1 || o[2][0].stream != o[0][static_cast<std::size_t>(rowAxis(o[0]))].stream)
            return tl::unexpected(wrongOperand(2, "one number a row of " + describe(o[0]), o[2]));
        return o[0];
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto at = static_cast<std::size_t>(rowAxis(result.axes()));
        const auto out = result.mutableValues();
        const std::int64_t inner = result.strides()[at], rows = result.size(static_cast<int>(at));
        for (std::int64_t i = 0; i < result.count(); ++i)
            out[static_cast<std::size_t>(i)] = (*o[(*o[2])[i / inner % rows] != 0 ? 1 : 0])[i];
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const auto at = static_cast<std::size_t>(rowAxis(o[0]->axes()));
        const bool global = (*o[2])[cell[at]] != 0;
        return {global ? "{r}[i] = {1}[i]: i is global" : "{r}[i] = {0}[i]: i is not global",
                {{resultSymbol, Expr::at(global ? 1 : 0, cell)}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {0, 8 * countOf(result)};
    }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("with global rows of"), NotationPart::of(1),
                NotationPart::words("="), NotationPart::result()};
    }

private:
    static int rowAxis(const Axes& axes)
    {
        const int query = findAxis(axes, axis::query);
        return query >= 0 ? query : findAxis(axes, axis::position);
    }
};

} // namespace

std::optional<MaskRule> maskRuleOf(const Op& op)
{
    const auto* mask = dynamic_cast<const Mask*>(&op);
    return mask ? std::optional(mask->rule()) : std::nullopt;
}
OpPtr mask(MaskRule rule)
{
    return std::make_shared<Mask>(std::move(rule));
}

OpPtr whereGlobal()
{
    return std::make_shared<WhereGlobal>();
}

} // namespace headlight::ops
