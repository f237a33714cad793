// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Two runs of one program on one input side by side: what a change has done to a tensor, and to what the
// model says.

#include "models/model.h"

#include <string>
#include <vector>

namespace headlight {

/// changed − base, cell by cell, with the tensor's axes. Cells that are masked (−∞), infinite or no number in
/// both runs in the same way stay what they are; in one run alone they give an infinite difference.
/// Errors: NotFound (not reached in a run), BadShape (other inputs).
[[nodiscard]] Result<TensorPtr> difference(const Trace& base, const Trace& changed, TensorRef tensor);

/// One answer before and after a change.
struct PredictionChange
{
    int id = 0;
    std::string label;
    double before = 0, after = 0; ///< probabilities
};
/// The likeliest @p count answers of either run, the largest of before and after first.
[[nodiscard]] Result<std::vector<PredictionChange>> predictionChanges(const Model& model, const Trace& base,
                                                                      const Trace& changed,
                                                                      std::int64_t position, int count);

} // namespace headlight
