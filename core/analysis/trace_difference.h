// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Two runs side by side: what a change, another text or another model does to a tensor, and to what the model
// says.

#include "analysis/attention_sink.h"
#include "analysis/token_alignment.h"
#include "models/model.h"

#include <map>
#include <string>
#include <vector>

namespace headlight {

/// changed − base, cell by cell, with the tensor's axes. Cells that are masked (−∞), infinite or no number in
/// both runs in the same way stay what they are; in one run alone they give an infinite difference.
/// Errors: NotFound (not reached in a run), BadShape (other inputs).
[[nodiscard]] Result<TensorPtr> difference(const Trace& base, const Trace& changed, TensorRef tensor);

/// The same of two runs whose inputs or models differ, where both have an entry.
struct AlignedDifference
{
    std::vector<TokenAlignment> axes; ///< one an axis of the tensors; the first run's entries are `first`
    /// changed − base over the pairs. Axes that an index was given for are left out; positions are counted in
    /// pairs.
    TensorPtr values;
};
/// @p fixed has the entry of axes of which one is looked at, by name: {"head", 3}.
/// Errors: NotFound (not reached in a run), BadShape (axes that have nothing to do with each other, an entry
/// that a run has not).
[[nodiscard]] Result<AlignedDifference> alignedDifference(const Trace& base, TensorRef was,
                                                          const Trace& changed, TensorRef is,
                                                          const std::map<std::string, std::int64_t>& fixed);

/// Whether both programs have the same heads in the same attention layers, so that all their patterns can be
/// compared. Errors: BadShape with what is different.
[[nodiscard]] Result<void> checkSameHeads(const Program& first, const Program& second);

/// changed − base of all patterns [head, query, key] of one attention layer of the changed run's program,
/// over the tokens that both runs have; the axes have the names of the pairs ("day → time"). Cells that no
/// query may look at in either run are −∞, and so is the first key where it is left out of both. Errors:
/// those of checkSameHeads(), NotFound (not reached in a run).
[[nodiscard]] Result<AlignedDifference> patternDifference(const Trace& base, const Trace& changed,
                                                          int attention,
                                                          SinkTreatment sink = SinkTreatment::Shown);

/// One answer before and after a change.
struct PredictionChange
{
    int id = 0;
    std::string label;
    double before = 0, after = 0; ///< probabilities; NaN where a model has no such answer
};
/// The likeliest @p count answers of either run, the largest of before and after first.
[[nodiscard]] Result<std::vector<PredictionChange>> predictionChanges(const Model& model, const Trace& base,
                                                                      const Trace& changed,
                                                                      std::int64_t position, int count);

/// What two models say at a position of each: answers are the same when they are written the same.
struct Speaker
{
    const Model& model;
    const Trace& trace;
    std::int64_t position;
};
[[nodiscard]] Result<std::vector<PredictionChange>> predictionChanges(const Speaker& before,
                                                                      const Speaker& after, int count);

} // namespace headlight
