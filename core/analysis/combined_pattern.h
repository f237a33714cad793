// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Several heads' patterns as one: what they have in common, and where they differ.

#include "run/trace.h"

#include <stop_token>
#include <utility>
#include <vector>

namespace headlight {

enum class PatternCombination {
    Mean,      ///< (1/n) Σ_h P_h: still a pattern, its rows sum to 1
    Largest,   ///< max_h P_h
    Difference ///< P of the first head minus the mean of the others; of two, simply the one minus the other
};

/// The heads' patterns combined cell by cell, [query, key]. @p heads are pairs of an index into
/// Program::attention and a head. Errors: BadInput for fewer heads than two, for one that does not exist, and
/// for patterns of different tokens; Cancelled.
[[nodiscard]] Result<TensorPtr> combinedPattern(const Trace& trace,
                                                const std::vector<std::pair<int, int>>& heads,
                                                PatternCombination how, std::stop_token stop = {});

} // namespace headlight
