// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How far apart two patterns of one head are: in two runs, of two inputs or of two models.

#include "analysis/token_alignment.h"

#include <stop_token>
#include <vector>

namespace headlight {

struct PatternDistance
{
    int attention = 0; ///< of the second run's program
    int head = 0;
    double cosine = 0; ///< mean over queries of 1 − cos(P[i,·], Q[i,·]); 0 same, 1 no key in common
    double jensenShannon =
        0;              ///< mean over queries of the Jensen–Shannon divergence (Lin 1991) in bits; 0 to 1
    double largest = 0; ///< max |P − Q|
};

/// Of one head of two patterns [head, query, key], over the queries that are paired. A key without a partner
/// is one that the other pattern does not look at. Errors: BadShape when there is no such head, when a
/// pattern and an alignment differ in size, or when no query is paired.
[[nodiscard]] Result<PatternDistance> patternDistance(const Tensor& p, const Tensor& q, int head,
                                                      const TokenAlignment& queries,
                                                      const TokenAlignment& keys);
/// Of patterns of one size, position by position.
[[nodiscard]] Result<PatternDistance> patternDistance(const Tensor& p, const Tensor& q, int head);

/// Of all heads that both runs have (attention layers go by their names, heads by their numbers), the most
/// changed ones (Jensen–Shannon) first. Errors: NotFound when the programs have no attention in common,
/// Cancelled.
[[nodiscard]] Result<std::vector<PatternDistance>> patternDistances(const Trace& first, const Trace& second,
                                                                    std::stop_token stop = {});

} // namespace headlight
