// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/positions.h"

#include <algorithm>

namespace headlight::ops {

namespace {

class Alibi final : public Op, public Positional
{
public:
    explicit Alibi(int heads)
        : m_slopes(alibiSlopes(heads))
    {
    }
    std::string_view name() const override { return "alibi"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        if (o[0].empty() || !o[0][0].isPositions())
            return tl::unexpected(wrongOperand(0, "a tensor whose first axis is position", o[0]));
        return Axes{named(axis::head, static_cast<std::int64_t>(m_slopes.size())),
                    Axis{std::string(axis::key), o[0][0].size, o[0][0].stream, nullptr}};
    }
    void forward(const Operands&, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        for (std::int64_t h = 0; h < result.size(0); ++h)
            for (std::int64_t j = 0; j < result.size(1); ++j)
                out[static_cast<std::size_t>(h * result.size(1) + j)] =
                    static_cast<float>(m_slopes[static_cast<std::size_t>(h)] * static_cast<double>(j));
    }
    Derivation derive(const Operands&, const Cell& cell) const override
    {
        return {
            "{r}[h,j] = m_h · j",
            {{resultSymbol, Expr::product(Expr::constant(m_slopes[static_cast<std::size_t>(cell[0])], "m_h"),
                                          Expr::constant(static_cast<double>(cell[1]), "j"))}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {countOf(result), 4 * countOf(result)};
    }
    Notation notation() const override
    {
        return {NotationPart::words("slope of the head · position of the key ="), NotationPart::result()};
    }
    std::optional<PositionRule> positionRule() const override
    {
        PositionRule rule;
        rule.kind = PositionRule::Kind::Slopes;
        rule.slopes = m_slopes;
        return rule;
    }

private:
    std::vector<double> m_slopes;
};

class RelativeBias final : public Op, public Positional
{
public:
    explicit RelativeBias(RelativeBuckets rule)
        : m_rule(rule)
    {
    }
    std::string_view name() const override { return "relative_bias"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 3, 3); !ok)
            return tl::unexpected(ok.error());
        if (o[0].size() != 2 || o[0][0].size < m_rule.buckets)
            return tl::unexpected(
                wrongOperand(0, "[bucket " + std::to_string(m_rule.buckets) + ", head]", o[0]));
        for (std::size_t k : {std::size_t{1}, std::size_t{2}})
            if (o[k].empty() || !o[k][0].isPositions())
                return tl::unexpected(wrongOperand(k, "a tensor whose first axis is position", o[k]));
        return Axes{o[0][1], Axis{std::string(axis::query), o[1][0].size, o[1][0].stream, nullptr},
                    Axis{std::string(axis::key), o[2][0].size, o[2][0].stream, nullptr}};
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        std::size_t next = 0;
        for (std::int64_t h = 0; h < result.size(0); ++h)
            for (std::int64_t i = 0; i < result.size(1); ++i)
                for (std::int64_t j = 0; j < result.size(2); ++j)
                    out[next++] =
                        o[0]->data()[m_rule.bucket(j - i) * o[0]->strides()[0] + h * o[0]->strides()[1]];
    }
    Derivation derive(const Operands&, const Cell& cell) const override
    {
        return {"{r}[h,i,j] = {0}[bucket of j − i, h]",
                {{resultSymbol, Expr::at(0, {m_rule.bucket(cell[2] - cell[1]), cell[0]})}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {0, 8 * countOf(result)};
    }
    Notation notation() const override
    {
        return {NotationPart::words("by the distance's bucket, from"), NotationPart::of(0),
                NotationPart::words("="), NotationPart::result()};
    }
    std::optional<PositionRule> positionRule() const override
    {
        PositionRule rule;
        rule.kind = PositionRule::Kind::Buckets;
        rule.buckets = m_rule;
        return rule;
    }

private:
    RelativeBuckets m_rule;
};

} // namespace

std::vector<double> alibiSlopes(int heads)
{
    int power = 1;
    while (power * 2 <= heads)
        power *= 2;
    std::vector<double> slopes;
    for (int h = 0; h < heads; ++h)
        slopes.push_back(h < power ? std::pow(2.0, -8.0 * (h + 1) / power)
                                   : std::pow(2.0, -4.0 * (2 * (h - power) + 1) / power));
    return slopes;
}

std::int64_t RelativeBuckets::bucket(std::int64_t distance) const
{
    std::int64_t first = 0, count = buckets;
    if (bothWays) {
        count /= 2;
        first = distance > 0 ? count : 0;
        distance = std::abs(distance);
    } else {
        distance = std::max<std::int64_t>(-distance, 0);
    }
    // Half of the buckets are for one distance each; the others grow with its logarithm. Single precision, as
    // in the reference, so that a distance at the edge of a bucket falls on the same side.
    const std::int64_t exact = count / 2;
    if (distance < exact)
        return first + distance;
    const float share =
        std::log(static_cast<float>(distance) / static_cast<float>(exact)) /
        static_cast<float>(std::log(static_cast<double>(maxDistance) / static_cast<double>(exact)));
    const auto beyond = static_cast<std::int64_t>(share * static_cast<float>(count - exact));
    return first + std::min(exact + beyond, count - 1);
}

OpPtr alibi(int heads)
{
    return std::make_shared<Alibi>(heads);
}
OpPtr relativeBias(RelativeBuckets rule)
{
    return std::make_shared<RelativeBias>(rule);
}

} // namespace headlight::ops
