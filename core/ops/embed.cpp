// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/positions.h"

#include <algorithm>
#include <limits>

namespace headlight::ops {

namespace {

class Input final : public Op
{
public:
    std::string_view name() const override { return "input"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        return o[0];
    }
    bool isIdentity() const override { return true; }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        for (std::int64_t i = 0; i < result.count(); ++i)
            result.mutableValues()[static_cast<std::size_t>(i)] = (*o[0])[i];
    }
    Derivation derive(const Operands&, const Cell& cell) const override
    {
        return {"{r} = {0}: it comes from outside", {{resultSymbol, Expr::at(0, cell)}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes&) const override { return {}; }
    Notation notation() const override { return {NotationPart::result()}; }
};

class Embed final : public Op
{
public:
    explicit Embed(double factor)
        : m_factor(factor)
    {
    }
    std::string_view name() const override { return "embed"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        if (o[0].size() != 2)
            return tl::unexpected(wrongOperand(0, "a table [vocab, d_model]", o[0]));
        if (o[1].size() != 1)
            return tl::unexpected(wrongOperand(1, "ids [position]", o[1]));
        return Axes{o[1][0], o[0][1]};
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const Tensor& table = *o[0];
        const auto out = result.mutableValues();
        const std::int64_t width = result.size(1);
        const auto factor = static_cast<float>(m_factor);
        for (std::int64_t i = 0; i < result.size(0); ++i) {
            const std::int64_t row = rowOf(*o[1], i);
            const bool known = row >= 0 && row < table.size(0);
            for (std::int64_t c = 0; c < width; ++c)
                out[static_cast<std::size_t>(i * width + c)] =
                    known ? table.data()[row * table.strides()[0] + c * table.strides()[1]] * factor
                          : unknown;
        }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const std::int64_t row = rowOf(*o[1], cell[0]);
        if (row < 0 || row >= o[0]->size(0))
            return {"{r}[i,c] = NaN: there is no row id_i", {{resultSymbol, Expr::constant(unknown)}}};
        Expr e = Expr::at(0, {row, cell[1]});
        if (m_factor != 1)
            e = Expr::product(std::move(e), Expr::constant(static_cast<float>(m_factor), "√d_model"));
        return {m_factor != 1 ? "{r}[i,c] = {0}[id_i, c] · √d_model" : "{r}[i,c] = {0}[id_i, c]",
                {{resultSymbol, std::move(e)}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {m_factor != 1 ? countOf(result) : 0, 8 * countOf(result)};
    }
    Notation notation() const override
    {
        return {NotationPart::words("rows"), NotationPart::of(1),      NotationPart::words("of"),
                NotationPart::of(0),         NotationPart::words("="), NotationPart::result()};
    }

private:
    /// Inputs are checked, but a what-if may write any number over an id: −1 is none that a table has.
    static std::int64_t rowOf(const Tensor& ids, std::int64_t i)
    {
        return std::abs(ids[i]) < 1e9F ? static_cast<std::int64_t>(ids[i]) : -1;
    }
    static constexpr float unknown = std::numeric_limits<float>::quiet_NaN();
    double m_factor;
};

class PositionRows final : public Op, public Positional
{
public:
    PositionRows(int offset, int padding)
        : m_offset(offset)
        , m_padding(padding)
    {
    }
    std::string_view name() const override { return "position_rows"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        if (o[0].size() != 2)
            return tl::unexpected(wrongOperand(0, "a table [position, d_model]", o[0]));
        if (o[1].empty() || !o[1][0].isPositions())
            return tl::unexpected(wrongOperand(1, "a tensor whose first axis is position", o[1]));
        if (m_padding >= 0 && o[1].size() != 1)
            return tl::unexpected(wrongOperand(1, "ids [position]", o[1]));
        if (o[1][0].size != anySize && o[1][0].size + m_offset > o[0][0].size)
            return fail(ErrorCode::TooLong, "expected at most " + std::to_string(o[0][0].size - m_offset) +
                                                " positions, found " + std::to_string(o[1][0].size));
        return Axes{o[1][0], o[0][1]};
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        const std::int64_t width = result.size(1);
        std::int64_t tokens = 0;
        for (std::int64_t i = 0; i < result.size(0); ++i) {
            const std::int64_t row = m_offset + (isPadding(*o[1], i) ? -1 : tokens++);
            for (std::int64_t c = 0; c < width; ++c)
                out[static_cast<std::size_t>(i * width + c)] =
                    o[0]->data()[row * o[0]->strides()[0] + c * o[0]->strides()[1]];
        }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::int64_t before = 0;
        for (std::int64_t i = 0; i < cell[0]; ++i)
            before += !isPadding(*o[1], i);
        const std::int64_t row = m_offset + (isPadding(*o[1], cell[0]) ? -1 : before);
        return {m_offset ? "{r}[i,c] = {0}[i + o, c]: o = " + std::to_string(m_offset)
                         : "{r}[i,c] = {0}[i, c]",
                {{resultSymbol, Expr::at(0, {row, cell[1]})}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {0, 8 * countOf(result)};
    }
    Notation notation() const override
    {
        const auto first = [this](int i) { return std::to_string(m_offset + i) + (i < 2 ? ", " : " "); };
        return {NotationPart::words("rows " + first(0) + first(1) + first(2) + "… of"), NotationPart::of(0),
                NotationPart::words("="), NotationPart::result()};
    }
    std::optional<PositionRule> positionRule() const override { return PositionRule{}; }

private:
    bool isPadding(const Tensor& ids, std::int64_t i) const
    {
        return m_padding >= 0 && ids[i] == static_cast<float>(m_padding);
    }

    int m_offset, m_padding;
};

class SinusoidalPositions final : public Op, public Positional
{
public:
    SinusoidalPositions(std::int64_t dModel, bool halves, int offset)
        : m_dModel(dModel)
        , m_halves(halves)
        , m_offset(offset)
    {
    }
    std::string_view name() const override { return "sinusoidal_positions"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        if (o[0].empty() || !o[0][0].isPositions())
            return tl::unexpected(wrongOperand(0, "a tensor whose first axis is position", o[0]));
        return Axes{o[0][0], named(axis::dModel, m_dModel)};
    }
    void forward(const Operands&, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        for (std::int64_t i = 0; i < result.size(0); ++i)
            for (std::int64_t c = 0; c < m_dModel; ++c) {
                const double angle = static_cast<double>(i + m_offset) / divisor(c);
                out[static_cast<std::size_t>(i * m_dModel + c)] =
                    static_cast<float>(isSine(c) ? std::sin(angle) : std::cos(angle));
            }
    }
    Derivation derive(const Operands&, const Cell& cell) const override
    {
        const std::int64_t c = cell[1];
        Expr angle =
            Expr::of(Expr::Kind::Quotient,
                     {Expr::constant(static_cast<double>(cell[0] + m_offset), "i"),
                      Expr::of(Expr::Kind::Power,
                               {Expr::constant(10000), Expr::constant(2.0 * static_cast<double>(pairOf(c)) /
                                                                          static_cast<double>(m_dModel),
                                                                      "2k/d_model")})});
        const auto function = isSine(c) ? Expr::Kind::Sin : Expr::Kind::Cos;
        return {isSine(c) ? "{r}[i,c] = sin(i / 10000^(2k/d_model))"
                          : "{r}[i,c] = cos(i / 10000^(2k/d_model))",
                {{"angle", std::move(angle)}, {resultSymbol, Expr::of(function, {Expr::line(0)})}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {3 * countOf(result), 4 * countOf(result)};
    }
    Notation notation() const override
    {
        return {NotationPart::words("sin, cos of the position ="), NotationPart::result()};
    }
    std::optional<PositionRule> positionRule() const override
    {
        PositionRule rule;
        rule.kind = PositionRule::Kind::Sinusoids;
        for (std::int64_t k = 0; k < m_dModel / 2; ++k)
            rule.frequencies.push_back(1 / divisor(m_halves ? k : 2 * k));
        rule.interleaved = !m_halves;
        rule.firstPosition = m_offset;
        return rule;
    }

private:
    std::int64_t pairOf(std::int64_t c) const { return m_halves ? c % ((m_dModel + 1) / 2) : c / 2; }
    bool isSine(std::int64_t c) const { return m_halves ? c < (m_dModel + 1) / 2 : c % 2 == 0; }
    double divisor(std::int64_t c) const
    {
        return std::pow(10000.0, 2.0 * static_cast<double>(pairOf(c)) / static_cast<double>(m_dModel));
    }

    std::int64_t m_dModel;
    bool m_halves;
    int m_offset;
};

} // namespace

OpPtr input()
{
    return std::make_shared<Input>();
}
OpPtr embed(double factor)
{
    return std::make_shared<Embed>(factor);
}
OpPtr positionRows(int offset, int padding)
{
    return std::make_shared<PositionRows>(offset, padding);
}
OpPtr sinusoidalPositions(std::int64_t dModel, bool halves, int offset)
{
    return std::make_shared<SinusoidalPositions>(dModel, halves, offset);
}

} // namespace headlight::ops
