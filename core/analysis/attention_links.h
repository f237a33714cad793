// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The entries of attention patterns that are worth a line. A row of a pattern sums to 1, so at most 1/least
// of its weights are as large as `least`: whatever the length of the text, a view of links has a bounded
// number of lines a token to choose from.

#include "tensor/tensor.h"

#include <cstdint>
#include <span>
#include <vector>

namespace headlight {

/// One head's query looking at one key.
struct AttentionLink
{
    std::int32_t head = 0, query = 0, key = 0;
    float weight = 0;
    bool operator==(const AttentionLink&) const = default;
};

class AttentionLinks
{
public:
    /// Weights below this one are never a line.
    static constexpr float leastWeight = 0.01F;

    AttentionLinks() = default;
    /// @p pattern is [head, query, key]. Each query's links come strongest first.
    explicit AttentionLinks(const Tensor& pattern, float least = leastWeight);

    [[nodiscard]] int heads() const { return m_heads; }
    [[nodiscard]] std::int64_t queries() const { return m_queries; }
    [[nodiscard]] std::int64_t keys() const { return m_keys; }
    /// The links of one query in one head, strongest first.
    [[nodiscard]] std::span<const AttentionLink> of(int head, std::int64_t query) const;
    /// Whether some query looks at a later key: texts are then drawn with arcs to both sides.
    [[nodiscard]] bool looksAhead() const { return m_looksAhead; }

    /// The threshold above which these heads together draw about @p linksPerQuery lines a query, rounded to a
    /// hundredth: what can still be read.
    [[nodiscard]] double readableThreshold(std::span<const int> ofHeads, double linksPerQuery = 2) const;

private:
    int m_heads = 0;
    std::int64_t m_queries = 0, m_keys = 0;
    bool m_looksAhead = false;
    std::vector<std::size_t> m_starts; ///< [head · queries + query], and one more
    std::vector<AttentionLink> m_links;
};

} // namespace headlight
