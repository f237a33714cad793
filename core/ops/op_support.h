// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the ops share: checks of operands that say what was expected, and sizes for cost.

#include "program/op.h"
#include "run/workers.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <utility>

namespace headlight::ops {

/// The score of a key that a query may not see: softmax makes 0 of it.
inline constexpr float masked = -std::numeric_limits<float>::infinity();

/// A number in as few digits as it takes to be that number again.
inline std::string decimal(float number)
{
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

inline Error wrongOperand(std::size_t index, const std::string& expected, const Axes& found)
{
    return {ErrorCode::BadShape, "expected " + expected + ", found " + describe(found),
            "operand " + std::to_string(index)};
}

inline Result<void> expectCount(const std::vector<Axes>& operands, std::size_t least, std::size_t most)
{
    if (operands.size() >= least && operands.size() <= most)
        return {};
    return fail(ErrorCode::BadShape, "expected " + std::to_string(least) +
                                         (least == most ? "" : " to " + std::to_string(most)) +
                                         " operands, found " + std::to_string(operands.size()));
}

inline Result<void> expectRank(const std::vector<Axes>& operands, std::size_t index, std::size_t rank,
                               const std::string& expected)
{
    if (operands[index].size() == rank)
        return {};
    return tl::unexpected(wrongOperand(index, expected, operands[index]));
}

/// anySize counts as 1, so that costs of a program without an input are those of one position.
inline double countOf(const Axes& axes)
{
    double n = 1;
    for (const Axis& a : axes)
        n *= a.size == anySize ? 1.0 : static_cast<double>(a.size);
    return n;
}

inline Cost elementwiseCost(const std::vector<Axes>& operands, const Axes& result, double flopsPerElement)
{
    double bytes = countOf(result);
    for (const Axes& o : operands)
        bytes += countOf(o);
    return {flopsPerElement * countOf(result), 4 * bytes};
}

/// The symbol of the result in a derivation's last line; whoever shows it puts the step's own in its place.
inline constexpr const char* resultSymbol = "{r}";

} // namespace headlight::ops
