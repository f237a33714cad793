// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The ways in which a model knows where a token stands, read off its program's steps: tables that were
// learned, sines and cosines, rotations of queries and keys, biases by distance.

#include "figures/tensor_slice.h"

#include <vector>

namespace headlight {

struct PositionEncoding
{
    QString title;    ///< "Learned positions"
    QString about;    ///< one line on what is seen
    TensorPtr values; ///< [dimension, position]: each dimension's value over the positions
    /// The tensor of the trace that the values are part of (transposed), for the first knownPositions; None
    /// when they were computed for this picture.
    TensorRef ref;
    std::int64_t knownPositions = 0;
    bool transposed = true;           ///< the trace's tensor is [position, dimension]
    std::vector<std::int64_t> curves; ///< dimensions worth a curve
};

/// At least so many positions are shown of an encoding that has no end of its own.
inline constexpr std::int64_t leastPositions = 64;

[[nodiscard]] std::vector<PositionEncoding> positionEncodings(const Trace& trace);

} // namespace headlight
