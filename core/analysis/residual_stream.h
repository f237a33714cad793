// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The residual stream of a program, found by its hook names and by what reads what; and its way from the last
// layer to the logits. What analyses across layers start from, so that none of them knows a family.

#include "run/trace.h"

#include <optional>
#include <string>
#include <vector>

namespace headlight {

/// The states of one stack between its layers.
struct ResidualStream
{
    std::string stack; ///< "", "encoder", "decoder", "text", "vision"
    StreamIndex positions = noStream;
    /// [position, d_model] each: what layer 0, 1, … reads, and last what the last layer leaves. Where the
    /// norm comes after the sum (BERT) they are the normalised ones.
    std::vector<TensorRef> states;

    [[nodiscard]] int layers() const { return static_cast<int>(states.size()) - 1; }
};

/// One for every stack that names its states as TransformerLens does (blocks.0.hook_resid_pre …).
[[nodiscard]] std::vector<ResidualStream> residualStreams(const Program& program);

/// The way from a stack's last state to the logits.
struct OutputHead
{
    ResidualStream stream;
    std::vector<int> steps; ///< in order; the last one makes the logits
};
/// Errors: Unsupported, with the reason in one line (a model without logits, an unknown residual stream).
[[nodiscard]] Result<OutputHead> outputHead(const Program& program);

/// The parameter by which the heads' outputs z are multiplied, W_O [head, d_head, d_model], and its bias.
/// None where something else reads z.
struct OutputProjection
{
    int step = -1;
    TensorRef weight, bias;
};
[[nodiscard]] std::optional<OutputProjection> outputProjection(const Program& program,
                                                               const AttentionLayer& layer);

/// The number of the layer whose stage @p step lies in, or −1.
[[nodiscard]] int layerOf(const Program& program, int step);

/// One number a state and position: ‖x‖₂ of the residual stream.
/// Result [state, position], as many states as layers and one more. Errors: Unsupported, NotFound (a step
/// that the run has not reached).
[[nodiscard]] Result<TensorPtr> residualNorms(const Trace& trace, const ResidualStream& stream);

} // namespace headlight
