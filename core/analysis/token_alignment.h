// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which position of one run stands for which of another, so that what happens there can be compared: two
// texts in one model, or one text that two models cut into tokens in their own ways.

#include "run/trace.h"

#include <span>
#include <string>
#include <vector>

namespace headlight {

struct TokenPair
{
    std::int64_t first = 0, second = 0;
    bool same = true; ///< else one stands in the place of the other
    bool operator==(const TokenPair&) const = default;
};

/// Pairs ascend in both lists. Equal tokens are paired by a longest common subsequence; of what lies between
/// two of those pairs, the first tokens of both sides take each other's place, and the rest has no partner.
struct TokenAlignment
{
    std::int64_t firstCount = 0, secondCount = 0;
    std::vector<TokenPair> pairs;

    /// Every entry is paired with the equal one at its own place.
    [[nodiscard]] bool identical() const;
    /// For every entry of the first (second) list its pair, an index into pairs, or −1.
    [[nodiscard]] std::vector<std::int64_t> pairOfFirst() const;
    [[nodiscard]] std::vector<std::int64_t> pairOfSecond() const;
};

[[nodiscard]] TokenAlignment alignTokens(std::span<const std::string> first,
                                         std::span<const std::string> second);

/// The entries of two axes: positions by their tokens, where equal is what stands for the same letters
/// (blanks around them, and the marks of different tokenizers, do not count); other axes one by one.
/// Errors: BadShape when axes that are no positions differ in size.
[[nodiscard]] Result<TokenAlignment> alignAxes(const Trace& first, const Axis& firstAxis, const Trace& second,
                                               const Axis& secondAxis);

/// The position of @p other that stands for @p position of a stream of @p trace; its last one where none
/// does. The streams go by their index.
[[nodiscard]] std::int64_t counterpart(const Trace& trace, StreamIndex stream, std::int64_t position,
                                       const Trace& other);

} // namespace headlight
