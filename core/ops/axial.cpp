// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/positions.h"

namespace headlight::ops {

namespace {

class AxialPositions final : public Op, public Positional
{
public:
    explicit AxialPositions(std::vector<int> shape)
        : m_shape(std::move(shape))
    {
    }
    std::string_view name() const override { return "axial_positions"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, m_shape.size() + 1, m_shape.size() + 1); !ok)
            return tl::unexpected(ok.error());
        std::int64_t width = 0, most = 1;
        for (std::size_t k = 0; k < m_shape.size(); ++k) {
            if (o[k].size() != 2 || o[k][0].size != m_shape[k])
                return tl::unexpected(
                    wrongOperand(k, "a table of " + std::to_string(m_shape[k]) + " rows", o[k]));
            width += o[k][1].size;
            most *= m_shape[k];
        }
        const Axes& like = o.back();
        if (like.empty() || !like[0].isPositions())
            return tl::unexpected(
                wrongOperand(m_shape.size(), "a tensor whose first axis is position", like));
        if (like[0].size != anySize && like[0].size > most)
            return fail(ErrorCode::TooLong, "expected at most " + std::to_string(most) +
                                                " positions, found " + std::to_string(like[0].size));
        return Axes{like[0], named(axis::dModel, width)};
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        const std::int64_t width = result.size(1);
        for (std::int64_t i = 0; i < result.size(0); ++i)
            for (std::int64_t c = 0; c < width; ++c) {
                const auto [table, cell] = source(o, i, c);
                out[static_cast<std::size_t>(i * width + c)] = o[table]->at(cell);
            }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        auto [table, from] = source(o, cell[0], cell[1]);
        return {"{r}[i,c] = {" + std::to_string(table) + "}[i_" + std::to_string(table) + ", c]: i_" +
                    std::to_string(table) + " is a digit of i",
                {{resultSymbol, Expr::at(static_cast<int>(table), std::move(from))}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {0, 8 * countOf(result)};
    }
    Notation notation() const override
    {
        return {NotationPart::words("rows of"),
                NotationPart::of(0),
                NotationPart::words("beside rows of"),
                NotationPart::of(1),
                NotationPart::words("="),
                NotationPart::result()};
    }
    std::optional<PositionRule> positionRule() const override { return PositionRule{}; }

private:
    std::pair<std::size_t, Cell> source(const Operands& o, std::int64_t i, std::int64_t c) const
    {
        std::size_t table = 0;
        while (c >= o[table]->size(1))
            c -= o[table++]->size(1);
        // The last coordinate counts fastest.
        for (std::size_t k = m_shape.size() - 1; k > table; --k)
            i /= m_shape[k];
        return {table, {i % m_shape[table], c}};
    }

    std::vector<int> m_shape;
};

} // namespace

OpPtr axialPositions(std::vector<int> shape)
{
    return std::make_shared<AxialPositions>(std::move(shape));
}

} // namespace headlight::ops
