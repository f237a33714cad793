// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What positions do to one row of attention. What acts within a layer (a bias, a rotation, the distance terms
// of Dai et al. 2019) is a part of each score that can be told exactly. What is added to the embedding is
// not: norms and layers stand between, so its part is what a run without it, a real one, makes of the row.

#include "run/trace.h"

#include <array>
#include <vector>

namespace headlight {

struct PositionScores
{
    enum class Part {
        None,     ///< nothing within this layer knows positions
        Bias,     ///< content + bias
        Rotation, ///< the product unturned + what the turning changes
        Distance  ///< (q + u) · k + (q + v) · r
    };
    Part part = Part::None;
    /// One a key: what goes into the mask. score = content + position, but for rounding.
    std::vector<double> score, content, position;
    /// Distance, Dai et al. 2019, page 5: (a) q·k, (b) q·r, (c) u·k, (d) v·r, scaled as the scores are.
    std::array<std::vector<double>, 4> terms;
    std::vector<char> masked;    ///< this key's score is −∞ after the mask
    std::vector<double> pattern; ///< after the softmax
};

/// Errors: NotFound (only the pattern is known, no such layer), BadInput (no such head or query).
[[nodiscard]] Result<PositionScores> positionScores(const Trace& trace, int attention, int head,
                                                    std::int64_t query);

} // namespace headlight
