// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What figures call things: titles from the outline, axes in words, cells by name.

#include "figures/tensor_slice.h"

namespace headlight {

/// "Layer 1 · Scores q·kᵀ", from the stages around a step.
[[nodiscard]] QString stepTitle(const Program& program, int step);
/// The step's title, or a parameter's or input's name.
[[nodiscard]] QString tensorTitle(const Program& program, TensorRef tensor);
/// " · head 3" for every index that is chosen instead of drawn.
[[nodiscard]] QString chosenSuffix(const TensorSlice& slice);
/// "blocks.1.attn.hook_qk [head 8, query 10, key 10]"
[[nodiscard]] QString tensorSubtitle(const Program& program, TensorRef tensor, const Axes& axes);

/// The rows and columns of a tensor as a table: all axes but the last run down.
[[nodiscard]] FigureData tableOf(const FigureSource& source, TensorPtr tensor);
/// The same for a slice.
[[nodiscard]] FigureData tableOf(const FigureSource& source, const TensorSlice& slice);

} // namespace headlight
