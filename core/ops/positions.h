// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the ops that know positions are made of, for views that draw an encoding, and the ops that put another
// encoding in the place of a model's own. The latter work on any op, by what it is given and what it gives.

#include "ops/ops.h"

#include <optional>
#include <string>
#include <vector>

namespace headlight::ops {

/// Another order in which the tokens are counted. Only those ops see it that ask where a token stands: the
/// tokens themselves, the mask and the outcome stay in the order of the text.
struct TokenOrder
{
    enum class Kind {
        Reversed, ///< the last token stands first
        Shuffled, ///< in an order drawn with the seed `amount`
        Shifted,  ///< `amount` positions later, as if so many tokens came before
    };
    Kind kind = Kind::Reversed;
    int amount = 0;

    /// The place that each of so many tokens is given; all are different.
    [[nodiscard]] std::vector<std::int64_t> places(std::int64_t tokens) const;
    /// One more than the last place.
    [[nodiscard]] std::int64_t length(std::int64_t tokens) const;
    [[nodiscard]] std::string description() const; ///< "positions reversed"
};

/// What an op has to do with positions.
struct PositionRule
{
    enum class Kind {
        Rows,      ///< a learned vector for each position (positionRows, axialPositions)
        Sinusoids, ///< sines and cosines of the position, added (sinusoidalPositions)
        Rotation,  ///< pairs of dimensions turn with the position (rotary)
        Slopes,    ///< a bias on the scores that falls with the distance (alibi)
        Buckets,   ///< a learned bias on the scores by the bucket of the distance (relativeBias)
        Distances, ///< sines and cosines of the distance, looked up by it (distances)
    };
    Kind kind = Kind::Rows;
    /// Sinusoids, Rotation, Distances: radians a position, one a pair of dimensions.
    std::vector<double> frequencies;
    bool interleaved = true;         ///< pairs are (2k, 2k + 1), else (k, k + pairs)
    int firstPosition = 0;           ///< what the first token's position counts as
    double magnitude = 1;            ///< length of a pair's turned unit vector
    std::vector<double> slopes;      ///< Slopes: one a head; the bias is −slope · distance
    RelativeBuckets buckets;         ///< Buckets
    std::optional<TokenOrder> order; ///< a what-if counts the tokens in another order
    bool alone = true;               ///< the op's result is the encoding and nothing else

    /// The two dimensions of pair @p k: first the one that is the sine (Sinusoids) or the cosine's own.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> pair(std::int64_t k) const;
};

/// An op that has to do with positions.
class Positional
{
public:
    virtual ~Positional() = default;
    [[nodiscard]] virtual std::optional<PositionRule> positionRule() const = 0;
};
[[nodiscard]] std::optional<PositionRule> positionRuleOf(const Op& op);

/// Press et al. 2022, section 3: a geometric sequence for a power of two of heads; other numbers take every
/// second slope of twice as many for the heads that are left (their footnote 3 and code).
[[nodiscard]] std::vector<double> alibiSlopes(int heads);

// ---- position_changes.cpp ---- what-ifs
/// What @p op would give if the tokens stood in another order: its operands' rows go to their places, and its
/// result's rows come back from there.
[[nodiscard]] OpPtr relocated(OpPtr op, TokenOrder order);
/// @p op's result, then sines and cosines of the position (Vaswani et al. 2017, 3.5), as long on average as
/// its rows (root mean square): in their place, or, with @p add, on top of them. Result [position, d_model].
[[nodiscard]] OpPtr thenSinusoids(OpPtr op, bool add);
/// @p op's result [position, head, d_head], then turned as rotary() does.
[[nodiscard]] OpPtr thenRotary(OpPtr op, RotarySpec spec);
/// @p op's result [head, query, key] less slope · distance (Press et al. 2022, eq. in section 3; |i − j|
/// where a model also looks ahead). The last query stands where the last key does.
[[nodiscard]] OpPtr thenAlibi(OpPtr op, std::vector<double> slopes);

} // namespace headlight::ops
