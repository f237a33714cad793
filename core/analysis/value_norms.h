// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Attention weighted by how long the vectors are that it moves: Kobayashi et al. 2020, "Attention is Not Only
// a Weight", eq. 5. A head can look at a token with much weight and still take nothing from it.
//
//   W[h,i,j] = ‖ P[h,i,j] · f_h(x_j) ‖₂,   f_h(x_j) = v_j W_O[h]

#include "run/trace.h"

namespace headlight {

/// W of one attention layer, [head, query, key]. @p attention indexes Program::attention. Errors: Unsupported
/// where the heads' outputs do not go through one matrix W_O.
[[nodiscard]] Result<TensorPtr> normWeightedAttention(const Trace& trace, int attention);

} // namespace headlight
