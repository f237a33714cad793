// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Many heads that have nothing to look at look at the first token: it is an attention sink (Xiao et al. 2023,
// "Efficient streaming language models with attention sinks"; Gu et al. 2024). Its column outshines all
// others, so a person wants to leave it out when looking at what else the head does.

#include "tensor/tensor.h"

#include <cstdint>
#include <limits>

namespace headlight {

/// What is done about the first key of an attention pattern when it is looked at.
enum class SinkTreatment : std::uint8_t {
    Shown,
    Hidden,      ///< left out; the other weights as they are
    Renormalised ///< left out; the others are divided by what is left of their row
};

/// A pattern [head, query, key] (or [query, key]) without its first key. Renormalised, the rest of each row
/// sums to 1: P'[h, i, j] = P[h, i, j] / Σ_{k ≥ 1} P[h, i, k] for j ≥ 1, summed in double precision. Rows in
/// which nothing is left stay 0. The first column is filled with @p left.
[[nodiscard]] Tensor withoutFirstKey(const Tensor& pattern, SinkTreatment treatment,
                                     float left = std::numeric_limits<float>::quiet_NaN());

} // namespace headlight
