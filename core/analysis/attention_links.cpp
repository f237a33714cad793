// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/attention_links.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace headlight {

AttentionLinks::AttentionLinks(const Tensor& pattern, float least)
{
    if (pattern.rank() != 3)
        return;
    m_heads = static_cast<int>(pattern.size(0));
    m_queries = pattern.size(1);
    m_keys = pattern.size(2);
    const auto& strides = pattern.strides();
    m_starts.reserve(static_cast<std::size_t>(m_heads * m_queries) + 1);
    m_starts.push_back(0);
    for (std::int64_t h = 0; h < m_heads; ++h)
        for (std::int64_t q = 0; q < m_queries; ++q) {
            const float* row = pattern.data() + h * strides[0] + q * strides[1];
            const auto first = static_cast<std::ptrdiff_t>(m_links.size());
            for (std::int64_t k = 0; k < m_keys; ++k)
                if (const float w = row[k * strides[2]]; w >= least) {
                    m_links.push_back({static_cast<std::int32_t>(h), static_cast<std::int32_t>(q),
                                       static_cast<std::int32_t>(k), w});
                    m_looksAhead = m_looksAhead || k > q;
                }
            std::stable_sort(m_links.begin() + first, m_links.end(),
                             [](const auto& a, const auto& b) { return a.weight > b.weight; });
            m_starts.push_back(m_links.size());
        }
}

std::span<const AttentionLink> AttentionLinks::of(int head, std::int64_t query) const
{
    if (head < 0 || head >= m_heads || query < 0 || query >= m_queries)
        return {};
    const auto row = static_cast<std::size_t>(head * m_queries + query);
    return std::span(m_links).subspan(m_starts[row], m_starts[row + 1] - m_starts[row]);
}

double AttentionLinks::readableThreshold(std::span<const int> ofHeads, double linksPerQuery) const
{
    std::vector<float> weights;
    for (const int h : ofHeads)
        for (std::int64_t q = 0; q < m_queries; ++q)
            for (const AttentionLink& link : of(h, q))
                weights.push_back(link.weight);
    const auto wanted = static_cast<std::size_t>(linksPerQuery * static_cast<double>(m_queries));
    double threshold = leastWeight;
    if (weights.size() > wanted && wanted > 0) {
        std::nth_element(weights.begin(), weights.begin() + static_cast<std::ptrdiff_t>(wanted - 1),
                         weights.end(), std::greater<>());
        threshold = weights[wanted - 1];
    }
    // Half of all that a query gives is always worth a line.
    return std::clamp(std::floor(threshold * 100 + 1e-4) / 100, static_cast<double>(leastWeight), 0.5);
}

} // namespace headlight
