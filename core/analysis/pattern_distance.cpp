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

} // namespace

Result<PatternDistance> patternDistance(const Tensor& p, const Tensor& q, int head)
{
    if (p.rank() != 3 || q.rank() != 3 || p.size(0) != q.size(0) || p.size(1) != q.size(1) ||
        p.size(2) != q.size(2) || head < 0 || head >= p.size(0))
        return fail(ErrorCode::BadShape, "expected two patterns of one size, found " + describe(p.axes()) +
                                             " and " + describe(q.axes()));
    PatternDistance distance;
    distance.head = head;
    const std::int64_t n = p.size(1), m = p.size(2);
    for (std::int64_t i = 0; i < n; ++i) {
        double pp = 0, qq = 0, pq = 0, divergence = 0;
        for (std::int64_t j = 0; j < m; ++j) {
            const double a = p.at({head, i, j}), b = q.at({head, i, j}), middle = (a + b) / 2;
            pp += a * a;
            qq += b * b;
            pq += a * b;
            divergence += half(a, middle) + half(b, middle);
            distance.largest = std::max(distance.largest, std::abs(a - b));
        }
        distance.cosine += pp > 0 && qq > 0 ? 1 - pq / std::sqrt(pp * qq) : (pp == qq ? 0 : 1);
        distance.jensenShannon += divergence;
    }
    if (n > 0) {
        // Rounding must not make a pattern differ from itself.
        distance.cosine = std::max(0.0, distance.cosine / static_cast<double>(n));
        distance.jensenShannon = std::max(0.0, distance.jensenShannon / static_cast<double>(n));
    }
    return distance;
}

Result<std::vector<PatternDistance>> patternDistances(const Trace& a, const Trace& b)
{
    const auto &one = a.program().attention, &other = b.program().attention;
    if (one.size() != other.size())
        return fail(ErrorCode::BadShape, "expected " + std::to_string(one.size()) +
                                             " attention layers in both models, found " +
                                             std::to_string(other.size()));
    std::vector<PatternDistance> all;
    for (std::size_t l = 0; l < one.size(); ++l) {
        auto p = a.step(one[l].pattern), q = b.step(other[l].pattern);
        if (!p || !q)
            return tl::unexpected(p ? q.error() : p.error());
        for (int h = 0; h < one[l].heads; ++h) {
            auto distance = patternDistance(**p, **q, h);
            if (!distance)
                return tl::unexpected(distance.error());
            distance->attention = static_cast<int>(l);
            all.push_back(*distance);
        }
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const auto& x, const auto& y) { return x.jensenShannon > y.jensenShannon; });
    return all;
}

} // namespace headlight
