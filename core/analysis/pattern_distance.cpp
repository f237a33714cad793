// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/pattern_distance.h"

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

/// ½ Σ p log₂(p / m) with 0 log 0 = 0.
double half(double p, double m)
{
    return p > 0 ? 0.5 * p * std::log2(p / m) : 0;
}

/// Which entries have no partner.
std::vector<std::int64_t> alone(const std::vector<std::int64_t>& pairs)
{
    std::vector<std::int64_t> all;
    for (std::size_t i = 0; i < pairs.size(); ++i)
        if (pairs[i] < 0)
            all.push_back(static_cast<std::int64_t>(i));
    return all;
}

TokenAlignment oneByOne(std::int64_t count)
{
    TokenAlignment all;
    all.firstCount = all.secondCount = count;
    for (std::int64_t i = 0; i < count; ++i)
        all.pairs.push_back({i, i, true});
    return all;
}

} // namespace

Result<PatternDistance> patternDistance(const Tensor& p, const Tensor& q, int head,
                                        const TokenAlignment& queries, const TokenAlignment& keys)
{
    if (p.rank() != 3 || q.rank() != 3 || p.size(1) != queries.firstCount ||
        q.size(1) != queries.secondCount || p.size(2) != keys.firstCount || q.size(2) != keys.secondCount ||
        head < 0 || head >= p.size(0) || head >= q.size(0))
        return fail(ErrorCode::BadShape, "expected two patterns of one size, found " + describe(p.axes()) +
                                             " and " + describe(q.axes()));
    if (queries.pairs.empty())
        return fail(ErrorCode::BadShape, "expected a query that is in both runs, found none");
    PatternDistance distance;
    distance.head = head;
    const auto onlyP = alone(keys.pairOfFirst()), onlyQ = alone(keys.pairOfSecond());
    const std::int64_t keyStep = p.strides()[2], otherStep = q.strides()[2];
    for (const TokenPair& query : queries.pairs) {
        double pp = 0, qq = 0, pq = 0, divergence = 0;
        const float* row = p.data() + p.offset({head, query.first, 0});
        const float* other = q.data() + q.offset({head, query.second, 0});
        const auto add = [&](double a, double b) {
            if (a == 0 && b == 0)
                return; // half of a causal pattern
            const double middle = (a + b) / 2;
            pp += a * a;
            qq += b * b;
            pq += a * b;
            divergence += half(a, middle) + half(b, middle);
            distance.largest = std::max(distance.largest, std::abs(a - b));
        };
        for (const TokenPair& key : keys.pairs)
            add(row[key.first * keyStep], other[key.second * otherStep]);
        for (const std::int64_t key : onlyP)
            add(row[key * keyStep], 0);
        for (const std::int64_t key : onlyQ)
            add(0, other[key * otherStep]);
        distance.cosine += pp > 0 && qq > 0 ? 1 - pq / std::sqrt(pp * qq) : (pp == qq ? 0 : 1);
        distance.jensenShannon += divergence;
    }
    // Rounding must not make a pattern differ from itself.
    const auto count = static_cast<double>(queries.pairs.size());
    distance.cosine = std::max(0.0, distance.cosine / count);
    distance.jensenShannon = std::max(0.0, distance.jensenShannon / count);
    return distance;
}

Result<PatternDistance> patternDistance(const Tensor& p, const Tensor& q, int head)
{
    const bool three = p.rank() == 3;
    return patternDistance(p, q, head, oneByOne(three ? p.size(1) : 0), oneByOne(three ? p.size(2) : 0));
}

Result<std::vector<PatternDistance>> patternDistances(const Trace& first, const Trace& second,
                                                      std::stop_token stop)
{
    const auto &ones = first.program().attention, &others = second.program().attention;
    std::vector<PatternDistance> all;
    for (std::size_t l = 0; l < others.size(); ++l) {
        const AttentionLayer& other = others[l];
        const auto one = std::find_if(ones.begin(), ones.end(),
                                      [&](const AttentionLayer& a) { return a.name == other.name; });
        if (one == ones.end())
            continue;
        auto p = first.step(one->pattern), q = second.step(other.pattern);
        if (!p || !q)
            return tl::unexpected(p ? q.error() : p.error());
        const Axes &from = (*p)->axes(), &to = (*q)->axes();
        if (from.size() != 3 || to.size() != 3)
            continue;
        const auto queries = alignAxes(first, from[1], second, to[1]),
                   keys = alignAxes(first, from[2], second, to[2]);
        if (!queries || !keys)
            return tl::unexpected(queries ? keys.error() : queries.error());
        for (int h = 0; h < std::min(one->heads, other.heads); ++h) {
            if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled");
            auto distance = patternDistance(**p, **q, h, *queries, *keys);
            if (!distance)
                return tl::unexpected(distance.error());
            distance->attention = static_cast<int>(l);
            all.push_back(*distance);
        }
    }
    if (all.empty())
        return fail(ErrorCode::NotFound, "the two models have no attention layer of the same name");
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& x, const auto& y) { return x.jensenShannon > y.jensenShannon; });
    return all;
}

} // namespace headlight
