// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/positions.h"

#include <algorithm>

namespace headlight::ops {

namespace {

class AppendMemory final : public Op
{
public:
    explicit AppendMemory(StreamIndex stream)
        : m_stream(stream)
    {
    }
    std::string_view name() const override { return "append_memory"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 0, 2, "[memory, d_model]"); !ok)
            return tl::unexpected(ok.error());
        if (o[1].size() != 2 || !o[1][0].isPositions() || !o[1][1].fits(o[0][1]))
            return tl::unexpected(
                wrongOperand(1, "[position, …] with the last axis of " + describe(o[0]), o[1]));
        return Axes{positions(m_stream, o[1][0].size == anySize ? anySize : o[0][0].size + o[1][0].size),
                    o[1][1]};
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto first = o[0]->values(), second = o[1]->values();
        const auto out = result.mutableValues();
        std::copy(second.begin(), second.end(), std::copy(first.begin(), first.end(), out.begin()));
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const std::int64_t memory = o[0]->size(0);
        if (cell[0] < memory)
            return {"{r}[i,c] = {0}[i,c]", {{resultSymbol, Expr::at(0, cell)}}};
        return {"{r}[i,c] = {1}[i − m, c]: m = " + std::to_string(memory),
                {{resultSymbol, Expr::at(1, {cell[0] - memory, cell[1]})}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 0);
    }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("in front of"), NotationPart::of(1),
                NotationPart::words("="), NotationPart::result()};
    }

private:
    StreamIndex m_stream;
};

/// The last rows of a tensor [position, …].
class LastRows final : public Op
{
public:
    LastRows(Axis rows, int without)
        : m_rows(std::move(rows))
        , m_without(without)
    {
    }
    std::string_view name() const override { return m_rows.isPositions() ? "without_memory" : "new_memory"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        if (o[0].empty() || !o[0][0].isPositions())
            return tl::unexpected(wrongOperand(0, "a tensor whose first axis is position", o[0]));
        Axes result = o[0];
        result[0] = m_rows;
        if (o[0][0].size == anySize)
            return result;
        if (m_rows.isPositions())
            result[0].size = o[0][0].size - m_without;
        if (result[0].size < 0 || result[0].size > o[0][0].size)
            return tl::unexpected(wrongOperand(
                0, "at least " + std::to_string(std::max<std::int64_t>(m_without, m_rows.size)) + " rows",
                o[0]));
        return result;
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto from = o[0]->values();
        std::copy(from.end() - static_cast<std::ptrdiff_t>(result.count()), from.end(),
                  result.mutableValues().begin());
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const std::int64_t skipped = m_rows.isPositions() ? m_without : o[0]->size(0) - m_rows.size;
        Cell from = cell;
        from[0] += skipped;
        return {"{r}[i] = {0}[i + n]: n = " + std::to_string(skipped),
                {{resultSymbol, Expr::at(0, std::move(from))}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {0, 8 * countOf(result)};
    }
    Notation notation() const override
    {
        return {NotationPart::words("the last rows of"), NotationPart::of(0), NotationPart::words("="),
                NotationPart::result()};
    }

private:
    Axis m_rows;
    int m_without;
};

class Distances final : public Op, public Positional
{
public:
    Distances(std::int64_t dModel, int furthest)
        : m_dModel(dModel)
        , m_furthest(furthest)
    {
    }
    std::string_view name() const override { return "distances"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        if (o[0].empty() || !o[0][0].isPositions())
            return tl::unexpected(wrongOperand(0, "a tensor whose first axis is position", o[0]));
        return Axes{named("distance", o[0][0].size), named(axis::dModel, m_dModel)};
    }
    void forward(const Operands&, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        for (std::int64_t i = 0; i < result.size(0); ++i)
            for (std::int64_t c = 0; c < m_dModel; ++c) {
                const double angle = distance(i) / divisor(c);
                out[static_cast<std::size_t>(i * m_dModel + c)] =
                    static_cast<float>(isSine(c) ? std::sin(angle) : std::cos(angle));
            }
    }
    Derivation derive(const Operands&, const Cell& cell) const override
    {
        const std::int64_t c = cell[1];
        Expr power =
            Expr::of(Expr::Kind::Power, {Expr::constant(10000), Expr::constant(exponent(c), "2k/d_model")});
        Expr angle =
            Expr::of(Expr::Kind::Quotient, {Expr::constant(distance(cell[0]), "t"), std::move(power)});
        return {isSine(c) ? "{r}[t,c] = sin(t / 10000^(2k/d_model))"
                          : "{r}[t,c] = cos(t / 10000^(2k/d_model))",
                {{"angle", std::move(angle)},
                 {resultSymbol, Expr::of(isSine(c) ? Expr::Kind::Sin : Expr::Kind::Cos, {Expr::line(0)})}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {3 * countOf(result), 4 * countOf(result)};
    }
    Notation notation() const override
    {
        return {NotationPart::words("sin, cos of the distance ="), NotationPart::result()};
    }
    std::optional<PositionRule> positionRule() const override
    {
        PositionRule rule;
        rule.kind = PositionRule::Kind::Distances;
        for (std::int64_t k = 0; k < m_dModel / 2; ++k)
            rule.frequencies.push_back(1 / divisor(k));
        rule.interleaved = false;
        return rule;
    }

private:
    std::int64_t half() const { return (m_dModel + 1) / 2; }
    bool isSine(std::int64_t c) const { return c < half(); }
    double exponent(std::int64_t c) const
    {
        return 2.0 * static_cast<double>(c % half()) / static_cast<double>(m_dModel);
    }
    double divisor(std::int64_t c) const { return std::pow(10000.0, exponent(c)); }
    double distance(std::int64_t i) const
    {
        return static_cast<double>(m_furthest > 0 ? std::min<std::int64_t>(i, m_furthest) : i);
    }

    std::int64_t m_dModel;
    int m_furthest;
};

class DistanceScores final : public Op
{
public:
    std::string_view name() const override { return "distance_scores"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 3, 3); !ok)
            return tl::unexpected(ok.error());
        for (std::size_t k : {std::size_t{0}, std::size_t{2}})
            if (auto ok = expectRank(o, k, 3, "[position, head, d_head]"); !ok)
                return tl::unexpected(ok.error());
        if (o[1].size() != 3 || !o[1][1].fits(o[0][1]) || !o[1][2].fits(o[0][2]))
            return tl::unexpected(wrongOperand(1, "[distance, head, d_head] of " + describe(o[0]), o[1]));
        if (o[1][0].size != anySize && o[2][0].size != anySize && o[1][0].size < o[2][0].size)
            return tl::unexpected(
                wrongOperand(1, "a distance for each of " + std::to_string(o[2][0].size) + " keys", o[1]));
        return Axes{o[0][1], Axis{std::string(axis::query), o[0][0].size, o[0][0].stream, nullptr},
                    Axis{std::string(axis::key), o[2][0].size, o[2][0].stream, nullptr}};
    }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const Tensor &q = *o[0], &r = *o[1];
        const std::int64_t heads = q.size(1), width = q.size(2), queries = result.size(1),
                           keys = result.size(2);
        float* y = result.mutableValues().data();
        workers.forRanges(heads, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t h = begin; h < end; ++h)
                for (std::int64_t i = 0; i < queries; ++i)
                    for (std::int64_t j = 0; j < keys; ++j) {
                        const std::int64_t distance = i + keys - queries - j;
                        float sum = 0;
                        for (std::int64_t d = 0; distance >= 0 && d < width; ++d)
                            sum += q.data()[(i * heads + h) * width + d] *
                                   r.data()[(distance * heads + h) * width + d];
                        y[(h * queries + i) * keys + j] = sum;
                    }
        });
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const std::string formula = "{r}[i,j] = Σ_d {0}[i,d] · {1}[i − j, d]";
        const std::int64_t distance = cell[1] + o[2]->size(0) - o[0]->size(0) - cell[2];
        if (distance < 0)
            return {formula, {{resultSymbol, Expr::constant(0, "0 (a later key)")}}};
        std::vector<Expr> terms;
        for (std::int64_t d = 0; d < o[0]->size(2); ++d)
            terms.push_back(
                Expr::product(Expr::at(0, {cell[1], cell[0], d}), Expr::at(1, {distance, cell[0], d})));
        return {formula, {{resultSymbol, Expr::sum(std::move(terms))}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 2 * countOf({o[0][2]}));
    }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("· the distance's row of"), NotationPart::of(1),
                NotationPart::words("="), NotationPart::result()};
    }
};

} // namespace

OpPtr appendMemory(StreamIndex stream)
{
    return std::make_shared<AppendMemory>(stream);
}
OpPtr withoutMemory(int rows, StreamIndex stream)
{
    return std::make_shared<LastRows>(positions(stream), rows);
}
OpPtr newMemory(int rows)
{
    return std::make_shared<LastRows>(named("memory", rows), 0);
}
OpPtr distances(std::int64_t dModel, int furthest)
{
    return std::make_shared<Distances>(dModel, furthest);
}
OpPtr distanceScores()
{
    return std::make_shared<DistanceScores>();
}

} // namespace headlight::ops
