// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How alike two positions are, by their vectors: what a dot product in attention can feel of them. Of
// sinusoids and rotations the likeness depends on the offset alone (Vaswani et al. 2017, 3.5: PE(i + o) is a
// linear function of PE(i)); of learned vectors one sees how far that is so.

#include "result/result.h"
#include "tensor/tensor.h"

#include <vector>

namespace headlight {

enum class Likeness {
    Dot,   ///< p_i · p_j
    Cosine ///< p_i · p_j / (|p_i| |p_j|); 0 where a vector is 0
};

/// At most so many positions are compared: more could not be told apart on a screen.
inline constexpr std::int64_t mostCompared = 512;

/// Of values [dimension, position]: [position, position], of the first mostCompared positions. Computed in
/// double precision. Errors: BadShape for another rank.
[[nodiscard]] Result<TensorPtr> positionSimilarity(const Tensor& values, Likeness likeness);

/// Of a square matrix M: over all i, mean and standard deviation of M[i, i − offset], and their ends.
struct OffsetCurve
{
    std::vector<double> mean, deviation, least, most; ///< one an offset, from 0
};
[[nodiscard]] OffsetCurve byOffset(const Tensor& matrix);

} // namespace headlight
