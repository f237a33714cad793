// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/ops.h"

#include <algorithm>
#include <span>

namespace headlight::ops {

namespace {

/// Who meets whom in one head: numbers of times that query i finds key j in its chunk or the chunks around.
class ChunkMeetings
{
public:
    /// @p buckets are [hash, position], or none for the text's own order.
    ChunkMeetings(const ChunkRule& rule, const float* buckets, std::int64_t hashes, std::int64_t length)
        : m_length(length)
        , m_counts(static_cast<std::size_t>(hashes * length * length))
    {
        const std::int64_t padded = rule.paddedLength(length);
        const bool whole = padded <= rule.length;
        // All rounds stand behind each other, each in the order of its buckets; padding comes last.
        std::vector<std::int64_t> order;
        for (std::int64_t n = 0; n < hashes; ++n) {
            std::vector<std::int64_t> round(static_cast<std::size_t>(padded));
            for (std::int64_t i = 0; i < padded; ++i)
                round[static_cast<std::size_t>(i)] = i;
            if (buckets && !whole) {
                const auto bucket = [&](std::int64_t i) {
                    const float b = i < length ? buckets[n * length + i] : 1e9F;
                    return b < 1e9F ? static_cast<double>(b) : 1e9; // a what-if may write any number
                };
                std::stable_sort(round.begin(), round.end(),
                                 [&](std::int64_t a, std::int64_t b) { return bucket(a) < bucket(b); });
            }
            order.insert(order.end(), round.begin(), round.end());
        }
        const std::int64_t chunk = whole ? padded : rule.length;
        const auto chunks = static_cast<std::int64_t>(order.size()) / chunk;
        for (std::int64_t c = 0; c < chunks; ++c)
            for (std::int64_t around = whole ? 0 : -rule.before; around <= (whole ? 0 : rule.after);
                 ++around) {
                const std::int64_t other = ((c + around) % chunks + chunks) % chunks;
                for (std::int64_t a = 0; a < chunk; ++a)
                    for (std::int64_t b = 0; b < chunk; ++b)
                        meet(rule, c * chunk / padded, order[static_cast<std::size_t>(c * chunk + a)],
                             order[static_cast<std::size_t>(other * chunk + b)]);
            }
    }
    [[nodiscard]] int count(std::int64_t hash, std::int64_t query, std::int64_t key) const
    {
        return m_counts[static_cast<std::size_t>((hash * m_length + query) * m_length + key)];
    }

private:
    void meet(const ChunkRule& rule, std::int64_t hash, std::int64_t query, std::int64_t key)
    {
        if (query < m_length && key < m_length && (!rule.causal || key <= query))
            ++m_counts[static_cast<std::size_t>((hash * m_length + query) * m_length + key)];
    }

    std::int64_t m_length;
    std::vector<std::uint8_t> m_counts;
};

class ChunkScores final : public Op
{
public:
    explicit ChunkScores(ChunkRule rule)
        : m_rule(rule)
    {
    }
    std::string_view name() const override { return "chunk_scores"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 2); !ok)
            return tl::unexpected(ok.error());
        if (o[0].size() != 3 || o[0][1].size != o[0][2].size)
            return tl::unexpected(wrongOperand(0, "[head, query, key] with as many keys as queries", o[0]));
        if (o.size() == 1)
            return o[0];
        if (o[1].size() != 3 || !o[1][0].fits(o[0][0]) || o[1][2].size != o[0][1].size)
            return tl::unexpected(wrongOperand(1, "[head, hash, position] of " + describe(o[0]), o[1]));
        return Axes{o[0][0], o[1][1], o[0][1], o[0][2]};
    }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const std::int64_t heads = o[0]->size(0), length = o[0]->size(1), hashes = hashesOf(o);
        float* y = result.mutableValues().data();
        workers.forRanges(heads, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t h = begin; h < end; ++h) {
                const ChunkMeetings meetings = meetingsOf(o, h);
                for (std::int64_t n = 0; n < hashes; ++n)
                    for (std::int64_t i = 0; i < length; ++i)
                        for (std::int64_t j = 0; j < length; ++j)
                            y[((h * hashes + n) * length + i) * length + j] =
                                score(o[0]->values()[static_cast<std::size_t>((h * length + i) * length + j)],
                                      meetings.count(n, i, j), i == j);
            }
        });
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const std::int64_t h = cell.front(), i = cell[cell.size() - 2], j = cell.back();
        const int count = meetingsOf(o, h).count(o.size() > 1 ? cell[1] : 0, i, j);
        if (count == 0)
            return {"{r}[i,j] = −∞: they don't meet in a chunk",
                    {{resultSymbol, Expr::constant(masked, "−∞")}}};
        const bool self = i == j && m_rule.selfValue != 0;
        std::string formula = self ? "{r}[i,i] = c" : "{r}[i,j] = {0}[i,j]", words;
        if (self)
            words = ": c = " + std::to_string(static_cast<int>(m_rule.selfValue)) +
                    ", only where there is nobody else";
        Expr e = self ? Expr::constant(m_rule.selfValue) : Expr::at(0, {h, i, j});
        if (count > 1) {
            formula += " + ln n";
            words += (self ? ", n = " : ": n = ") + std::to_string(count) + ", as they meet so often";
            e = Expr::sum({std::move(e), Expr::of(Expr::Kind::Log, {Expr::constant(count)})});
        }
        return {formula + words, {{resultSymbol, std::move(e)}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 0);
    }
    Notation notation() const override
    {
        return {NotationPart::words("within chunks"), NotationPart::of(0), NotationPart::words("="),
                NotationPart::result()};
    }

private:
    static std::int64_t hashesOf(const Operands& o) { return o.size() > 1 ? o[1]->size(1) : 1; }
    ChunkMeetings meetingsOf(const Operands& o, std::int64_t head) const
    {
        const std::int64_t length = o[0]->size(1), hashes = hashesOf(o);
        const float* buckets = o.size() > 1 ? o[1]->values().data() + head * hashes * length : nullptr;
        return {m_rule, buckets, hashes, length};
    }
    /// A key that is met twice counts twice in the softmax: exp(s + ln 2) = 2 exp(s).
    float score(float s, int count, bool self) const
    {
        if (count == 0)
            return masked;
        if (self && m_rule.selfValue != 0)
            s = static_cast<float>(m_rule.selfValue);
        return count == 1 ? s : s + std::log(static_cast<float>(count));
    }

    ChunkRule m_rule;
};

class LogSumExp final : public Op
{
public:
    std::string_view name() const override { return "log_sum_exp"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        if (o[0].empty())
            return tl::unexpected(wrongOperand(0, "at least one axis", o[0]));
        return Axes(o[0].begin(), o[0].end() - 1);
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto x = o[0]->values();
        const auto width = static_cast<std::size_t>(o[0]->axes().back().size);
        const auto out = result.mutableValues();
        for (std::size_t r = 0; r < out.size(); ++r) {
            const auto row = x.subspan(r * width, width);
            const float most = row.empty() ? masked : *std::max_element(row.begin(), row.end());
            double sum = 0;
            for (const float v : row)
                sum += v == masked ? 0 : std::exp(static_cast<double>(v) - most);
            out[r] = sum == 0 ? masked : static_cast<float>(most + std::log(sum));
        }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::vector<Expr> present, powers;
        for (std::int64_t j = 0; j < o[0]->axes().back().size; ++j) {
            Cell at = cell;
            at.push_back(j);
            if (o[0]->at(at) == masked)
                continue;
            Expr x = Expr::at(0, std::move(at));
            powers.push_back(
                Expr::of(Expr::Kind::Exp, {Expr::of(Expr::Kind::Difference, {x, Expr::line(0)})}));
            present.push_back(std::move(x));
        }
        const std::string formula = "{r}[i] = m + ln Σ_j exp({0}[i,j] − m)";
        if (present.empty())
            return {formula, {{resultSymbol, Expr::constant(masked, "ln 0")}}};
        return {formula,
                {{"m", Expr::of(Expr::Kind::Max, std::move(present))},
                 {"Σ", Expr::sum(std::move(powers))},
                 {resultSymbol, Expr::sum({Expr::line(0), Expr::of(Expr::Kind::Log, {Expr::line(1)})})}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 3 * countOf({o[0].back()}));
    }
    Notation notation() const override
    {
        return {NotationPart::words("ln Σ exp"), NotationPart::of(0), NotationPart::words("="),
                NotationPart::result()};
    }
};

/// Softmax over the rounds of hashing, the second axis of [head, hash, query].
class HashWeights final : public Op
{
public:
    std::string_view name() const override { return "hash_weights"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 0, 3, "[head, hash, query]"); !ok)
            return tl::unexpected(ok.error());
        return o[0];
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        for (std::int64_t at = 0; at < result.count(); ++at) {
            const Cell cell = result.cellAt(at);
            double most = masked, sum = 0;
            for (std::int64_t n = 0; n < result.size(1); ++n)
                most = std::max(most, logit(*o[0], cell, n));
            for (std::int64_t n = 0; n < result.size(1); ++n)
                sum += std::exp(logit(*o[0], cell, n) - most);
            out[static_cast<std::size_t>(at)] =
                static_cast<float>(std::exp(logit(*o[0], cell, cell[1]) - most) / sum);
        }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::vector<Expr> rounds, powers;
        const auto power = [](Expr x) {
            return Expr::of(Expr::Kind::Exp,
                            {Expr::of(Expr::Kind::Difference, {std::move(x), Expr::line(0)})});
        };
        for (std::int64_t n = 0; n < o[0]->size(1); ++n) {
            rounds.push_back(Expr::at(0, {cell[0], n, cell[2]}));
            powers.push_back(power(rounds.back()));
        }
        return {"{r}[n,i] = exp({0}[n,i] − m) / Σ_n exp({0}[n,i] − m)",
                {{"m", Expr::of(Expr::Kind::Max, std::move(rounds))},
                 {"e", power(Expr::at(0, cell))},
                 {"Z", Expr::sum(std::move(powers))},
                 {resultSymbol, Expr::of(Expr::Kind::Quotient, {Expr::line(1), Expr::line(2)})}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 4);
    }
    Notation notation() const override
    {
        return {NotationPart::words("softmax over rounds of"), NotationPart::of(0), NotationPart::words("="),
                NotationPart::result()};
    }

private:
    static double logit(const Tensor& x, const Cell& cell, std::int64_t n)
    {
        return x.at({cell[0], n, cell[2]});
    }
};

class CombineHashes final : public Op
{
public:
    std::string_view name() const override { return "combine_hashes"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 0, 4, "[head, hash, query, key]"); !ok)
            return tl::unexpected(ok.error());
        for (std::size_t i = 0; i < 3; ++i)
            if (o[1].size() != 3 || !o[1][i].fits(o[0][i]))
                return tl::unexpected(wrongOperand(1, "[head, hash, query] of " + describe(o[0]), o[1]));
        return Axes{o[0][0], o[0][2], o[0][3]};
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const std::int64_t heads = o[0]->size(0), hashes = o[0]->size(1), queries = o[0]->size(2),
                           keys = o[0]->size(3);
        const float *p = o[0]->values().data(), *w = o[1]->values().data();
        float* y = result.mutableValues().data();
        for (std::int64_t h = 0; h < heads; ++h)
            for (std::int64_t n = 0; n < hashes; ++n)
                for (std::int64_t i = 0; i < queries; ++i, ++w)
                    for (std::int64_t j = 0; j < keys; ++j)
                        y[(h * queries + i) * keys + j] += *w * *p++;
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::vector<Expr> terms;
        for (std::int64_t n = 0; n < o[0]->size(1); ++n)
            terms.push_back(Expr::product(Expr::at(1, {cell[0], n, cell[1]}),
                                          Expr::at(0, {cell[0], n, cell[1], cell[2]})));
        return {"{r}[i,j] = Σ_n {1}[n,i] · {0}[n,i,j]", {{resultSymbol, Expr::sum(std::move(terms))}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 2 * countOf({o[0][1]}));
    }
    Notation notation() const override
    {
        return {NotationPart::words("Σ over rounds of"),
                NotationPart::of(1),
                NotationPart::words("·"),
                NotationPart::of(0),
                NotationPart::words("="),
                NotationPart::result()};
    }
};

} // namespace

std::int64_t ChunkRule::paddedLength(std::int64_t positions) const
{
    return positions <= padAbove || positions % padTo == 0 ? positions : (positions / padTo + 1) * padTo;
}

OpPtr chunkScores(ChunkRule rule)
{
    return std::make_shared<ChunkScores>(rule);
}
OpPtr logSumExp()
{
    return std::make_shared<LogSumExp>();
}
OpPtr hashWeights()
{
    return std::make_shared<HashWeights>();
}
OpPtr combineHashes()
{
    return std::make_shared<CombineHashes>();
}

} // namespace headlight::ops
