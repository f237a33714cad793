// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/ops.h"

#include <algorithm>
#include <limits>
#include <span>

namespace headlight::ops {

namespace {

class EmbedCluster final : public Op
{
public:
    explicit EmbedCluster(int first)
        : m_first(first)
    {
    }
    std::string_view name() const override { return "embed_cluster"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 0, 2, "a table [vocab, d_embed]"); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 1, 1, "ids [position]"); !ok)
            return tl::unexpected(ok.error());
        return Axes{o[1][0], o[0][1]};
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        const std::int64_t width = result.size(1);
        for (std::int64_t i = 0; i < result.size(0); ++i)
            if (const std::int64_t row = rowOf(o, i); row >= 0)
                for (std::int64_t c = 0; c < width; ++c)
                    out[static_cast<std::size_t>(i * width + c)] =
                        o[0]->data()[row * o[0]->strides()[0] + c * o[0]->strides()[1]];
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const std::int64_t row = rowOf(o, cell[0]);
        if (row < 0)
            return {"{r}[i,c] = 0: the token belongs to another cluster",
                    {{resultSymbol, Expr::constant(0)}}};
        return {m_first ? "{r}[i,c] = {0}[id_i − n, c]: n = " + std::to_string(m_first)
                        : "{r}[i,c] = {0}[id_i, c]",
                {{resultSymbol, Expr::at(0, {row, cell[1]})}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {0, 8 * countOf(result)};
    }
    Notation notation() const override
    {
        return {NotationPart::words("rows"), NotationPart::of(1),      NotationPart::words("of"),
                NotationPart::of(0),         NotationPart::words("="), NotationPart::result()};
    }

private:
    /// −1 for tokens of other clusters, and for numbers that no id is.
    std::int64_t rowOf(const Operands& o, std::int64_t i) const
    {
        const float id = (*o[1])[i];
        if (!(std::abs(id) < 1e9F))
            return -1;
        const std::int64_t row = static_cast<std::int64_t>(id) - m_first;
        return row < o[0]->size(0) ? row : -1;
    }

    int m_first;
};

/// ln Σ exp, as a maximum and a sum, so that no exponential overflows.
double logSumExp(std::span<const float> first, std::span<const float> second)
{
    double most = -std::numeric_limits<double>::infinity();
    for (const auto& part : {first, second})
        for (const float x : part)
            most = std::max(most, static_cast<double>(x));
    double sum = 0;
    for (const auto& part : {first, second})
        for (const float x : part)
            sum += std::exp(x - most);
    return most + std::log(sum);
}

class AdaptiveLogProbs final : public Op
{
public:
    std::string_view name() const override { return "adaptive_log_probs"; }
    /// Operands: words of the head; where there are clusters, their logits, and the words of each.
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 64); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 0, 2, "logits [position, vocab]"); !ok)
            return tl::unexpected(ok.error());
        std::int64_t words = o[0][1].size;
        for (std::size_t k = 1; k < o.size(); ++k) {
            if (o[k].size() != 2 || !o[k][0].fits(o[0][0]))
                return tl::unexpected(wrongOperand(k, "one row a position of " + describe(o[0]), o[k]));
            words += k > 1 ? o[k][1].size : 0;
        }
        if (o.size() > 1 && o[1][1].size + 2 != static_cast<std::int64_t>(o.size()))
            return tl::unexpected(
                wrongOperand(1, "logits of " + std::to_string(o.size() - 2) + " clusters", o[1]));
        return Axes{o[0][0], named(axis::vocab, words)};
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        std::size_t next = 0;
        for (std::int64_t i = 0; i < result.size(0); ++i) {
            const auto head = row(o, 0, i), clusters = o.size() > 1 ? row(o, 1, i) : std::span<const float>();
            const double headSum = logSumExp(head, clusters);
            for (const float x : head)
                out[next++] = static_cast<float>(x - headSum);
            for (std::size_t k = 2; k < o.size(); ++k) {
                const auto tail = row(o, k, i);
                const double share = clusters[k - 2] - headSum, tailSum = logSumExp(tail, {});
                for (const float x : tail)
                    out[next++] = static_cast<float>(share + x - tailSum);
            }
        }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::vector<Expr> heads;
        for (std::size_t k = 0; k < std::min<std::size_t>(o.size(), 2); ++k)
            addRow(heads, o, k, cell[0]);
        Derivation d{"{r}[i,w] = {0}[i,w] − ln Σ exp {0}[i]", {}};
        addLogSum(d, std::move(heads), "Z");
        std::int64_t word = cell[1];
        std::size_t k = 0;
        for (; word >= o[k]->size(1); k = k == 0 ? 2 : k + 1)
            word -= o[k]->size(1);
        const Expr own = Expr::at(static_cast<int>(k), {cell[0], word});
        if (k == 0) {
            d.lines.push_back({resultSymbol, Expr::of(Expr::Kind::Difference, {own, Expr::line(1)})});
            return d;
        }
        d.formula = "{r}[i,w] = ln p(cluster) + ln p(w in the cluster)";
        d.lines.push_back(
            {"ln p(cluster)",
             Expr::of(Expr::Kind::Difference,
                      {Expr::at(1, {cell[0], static_cast<std::int64_t>(k) - 2}), Expr::line(1)})});
        std::vector<Expr> tail;
        addRow(tail, o, k, cell[0]);
        addLogSum(d, std::move(tail), "Z'");
        d.lines.push_back({resultSymbol, Expr::sum({Expr::line(2), Expr::of(Expr::Kind::Difference,
                                                                            {own, Expr::line(4)})})});
        return d;
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 4);
    }
    Notation notation() const override
    {
        return {NotationPart::words("log softmax"), NotationPart::of(0), NotationPart::words("="),
                NotationPart::result()};
    }

private:
    static std::span<const float> row(const Operands& o, std::size_t operand, std::int64_t i)
    {
        const auto width = static_cast<std::size_t>(o[operand]->size(1));
        return o[operand]->values().subspan(static_cast<std::size_t>(i) * width, width);
    }
    static void addRow(std::vector<Expr>& terms, const Operands& o, std::size_t operand, std::int64_t i)
    {
        for (std::int64_t c = 0; c < o[operand]->size(1); ++c)
            terms.push_back(Expr::at(static_cast<int>(operand), {i, c}));
    }
    /// Adds the lines m = max and `symbol` = m + ln Σ exp(x − m).
    static void addLogSum(Derivation& d, std::vector<Expr> terms, const std::string& symbol)
    {
        const int most = static_cast<int>(d.lines.size());
        std::vector<Expr> powers;
        for (const Expr& x : terms)
            powers.push_back(
                Expr::of(Expr::Kind::Exp, {Expr::of(Expr::Kind::Difference, {x, Expr::line(most)})}));
        d.lines.push_back({"m", Expr::of(Expr::Kind::Max, std::move(terms))});
        d.lines.push_back(
            {"ln " + symbol,
             Expr::sum({Expr::line(most), Expr::of(Expr::Kind::Log, {Expr::sum(std::move(powers))})})});
    }
};

} // namespace

OpPtr embedCluster(int first)
{
    return std::make_shared<EmbedCluster>(first);
}
OpPtr adaptiveLogProbs()
{
    return std::make_shared<AdaptiveLogProbs>();
}

} // namespace headlight::ops
