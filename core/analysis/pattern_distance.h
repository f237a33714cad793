// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How far apart two patterns of one head are: in two runs, of two inputs or of two models.

#include "run/trace.h"

#include <vector>

namespace headlight {

struct PatternDistance
{
    int attention = 0, head = 0;
    double cosine = 0; ///< mean over queries of 1 − cos(P[i,·], Q[i,·]); 0 same, 1 no key in common
    double jensenShannon =
        0;              ///< mean over queries of the Jensen–Shannon divergence (Lin 1991) in bits; 0 to 1
    double largest = 0; ///< max |P − Q|
};

/// Of one head of two patterns [head, query, key]. Errors: BadShape when they differ in size.
[[nodiscard]] Result<PatternDistance> patternDistance(const Tensor& p, const Tensor& q, int head);

/// Of all heads that both runs have, the most changed ones (Jensen–Shannon) first. The two programs must have
/// the same attention layers; the inputs as many positions.
[[nodiscard]] Result<std::vector<PatternDistance>> patternDistances(const Trace& a, const Trace& b);

} // namespace headlight
