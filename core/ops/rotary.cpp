// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/positions.h"

namespace headlight::ops {

namespace {

class Rotary final : public Op, public Positional
{
public:
    explicit Rotary(RotarySpec spec)
        : m_spec(std::move(spec))
    {
    }
    std::string_view name() const override { return "rotary"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 0, 3, "[position, head, d_head]"); !ok)
            return tl::unexpected(ok.error());
        if (o[0][2].size < m_spec.dims || static_cast<int>(m_spec.frequencies.size()) * 2 != m_spec.dims)
            return tl::unexpected(
                wrongOperand(0, "at least " + std::to_string(m_spec.dims) + " dimensions, in pairs", o[0]));
        return o[0];
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const Tensor& x = *o[0];
        const std::int64_t heads = x.size(1), width = x.size(2);
        const auto out = result.mutableValues();
        for (std::int64_t i = 0; i < x.size(0); ++i) {
            for (std::int64_t h = 0; h < heads; ++h) {
                const float* from = x.data() + (i * heads + h) * width;
                float* to = out.data() + (i * heads + h) * width;
                for (std::int64_t d = m_spec.dims; d < width; ++d)
                    to[d] = from[d];
            }
            for (std::size_t k = 0; k < m_spec.frequencies.size(); ++k) {
                const auto [a, b] = pair(static_cast<std::int64_t>(k));
                const double angle = angleOf(i, k);
                const auto c = static_cast<float>(std::cos(angle) * m_spec.magnitude);
                const auto s = static_cast<float>(std::sin(angle) * m_spec.magnitude);
                for (std::int64_t h = 0; h < heads; ++h) {
                    const float* from = x.data() + (i * heads + h) * width;
                    float* to = out.data() + (i * heads + h) * width;
                    const float first = from[a], second = from[b];
                    to[a] = first * c - second * s;
                    to[b] = second * c + first * s;
                }
            }
        }
    }
    Derivation derive(const Operands&, const Cell& cell) const override
    {
        const std::int64_t d = cell[2];
        if (d >= m_spec.dims)
            return {"{r}[i,d] = {0}[i,d]: this entry is not rotated", {{resultSymbol, Expr::at(0, cell)}}};
        const std::int64_t half = m_spec.dims / 2;
        const std::int64_t k = m_spec.interleaved ? d / 2 : d % half;
        const auto [a, b] = pair(k);
        const bool first = d == a;
        const auto at = [&](std::int64_t index) { return Expr::at(0, {cell[0], cell[1], index}); };
        const auto turn = [&](Expr::Kind function) {
            Expr e = Expr::of(function, {Expr::line(0)});
            return m_spec.magnitude == 1 ? e : Expr::product(std::move(e), Expr::constant(m_spec.magnitude));
        };
        Expr angle = Expr::product(Expr::constant(static_cast<double>(cell[0] + m_spec.firstPosition), "i"),
                                   Expr::constant(m_spec.frequencies[static_cast<std::size_t>(k)], "θ_k"));
        Expr own = Expr::product(at(d), turn(Expr::Kind::Cos));
        Expr other = Expr::product(at(first ? b : a), turn(Expr::Kind::Sin));
        if (first)
            other = Expr::of(Expr::Kind::Negate, {std::move(other)});
        return {first ? "{r}[i,a] = {0}[i,a] · cos(i·θ_k) − {0}[i,b] · sin(i·θ_k)"
                      : "{r}[i,b] = {0}[i,b] · cos(i·θ_k) + {0}[i,a] · sin(i·θ_k)",
                {{"angle", std::move(angle)}, {resultSymbol, Expr::sum({std::move(own), std::move(other)})}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 3);
    }
    Notation notation() const override
    {
        return {NotationPart::words("rotate pairs of"), NotationPart::of(0), NotationPart::words("="),
                NotationPart::result()};
    }
    std::optional<PositionRule> positionRule() const override
    {
        PositionRule rule;
        rule.kind = PositionRule::Kind::Rotation;
        rule.frequencies = m_spec.frequencies;
        rule.interleaved = m_spec.interleaved;
        rule.firstPosition = m_spec.firstPosition;
        rule.magnitude = m_spec.magnitude;
        return rule;
    }

private:
    std::pair<std::int64_t, std::int64_t> pair(std::int64_t k) const
    {
        if (m_spec.interleaved)
            return {2 * k, 2 * k + 1};
        return {k, k + m_spec.dims / 2};
    }
    /// Double precision keeps the angle of late positions exact; the references lose a little here.
    double angleOf(std::int64_t position, std::size_t k) const
    {
        return static_cast<double>(position + m_spec.firstPosition) * m_spec.frequencies[k];
    }

    RotarySpec m_spec;
};

} // namespace

OpPtr rotary(RotarySpec spec)
{
    return std::make_shared<Rotary>(std::move(spec));
}

} // namespace headlight::ops
