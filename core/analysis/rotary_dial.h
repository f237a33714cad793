// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One query and one key of a rotary layer, pair by pair, before they are turned: to turn them to any two
// positions and see that their product follows the offset alone (Su et al. 2021, eq. 16: q_m · k_n =
// Re Σ_k q_k k̄_k e^(i (m − n) θ_k)).

#include "analysis/position_codes.h"

#include <array>

namespace headlight {

struct RotatedPair
{
    double frequency = 0;           ///< radians a position
    std::array<double, 2> q{}, k{}; ///< as they are at position 0

    /// @p which turned to a position.
    [[nodiscard]] std::array<double, 2> turned(const std::array<double, 2>& which, double position) const;
    /// What the pair adds to the dot product when the query stands @p offset positions after the key.
    [[nodiscard]] double product(double offset) const;
};

struct RotaryDial
{
    std::vector<RotatedPair> pairs;
    double rest = 0;                           ///< the product of the dimensions that are not turned
    std::int64_t queryPlace = 0, keyPlace = 0; ///< where the two stand in the run

    /// q · k, of the vectors turned to these positions.
    [[nodiscard]] double score(double queryPosition, double keyPosition) const;
};

/// Of a head's query and key in the run. Errors: BadInput when the layer does not turn its queries and keys.
[[nodiscard]] Result<RotaryDial> rotaryDial(const Trace& trace, int attention, int head, std::int64_t query,
                                            std::int64_t key);
/// All pairs of length 1, pointing the same way at position 0: of an encoding without vectors to turn.
[[nodiscard]] RotaryDial plainDial(const ops::PositionRule& rule);

} // namespace headlight
