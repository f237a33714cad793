// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The logit lens (nostalgebraist 2020, "interpreting GPT: the logit lens"): what the model would say if it
// ended after each layer. The steps from the last state of the residual stream to the logits (final norm,
// unembedding, and whatever else the model has there) are applied to every state. For the last state that is
// the model's own prediction.

#include "analysis/progress.h"
#include "analysis/residual_stream.h"
#include "run/workers.h"

#include <memory>
#include <stop_token>

namespace headlight {

struct LensOptions
{
    int top = 5; ///< how many tokens to name in each cell
    /// Whose rank and probability is asked for; −1: at each position what the whole model holds most probable
    /// there.
    int token = -1;
};

/// One state at one position.
struct LensCell
{
    struct Entry
    {
        int token = 0;
        float logit = 0;
        float probability = 0;
    };
    std::vector<Entry> top; ///< the most probable first
    int token = 0;          ///< the chosen one
    int rank = 1;           ///< of the chosen one; 1: no token is more probable
    float logit = 0, probability = 0;
    float entropy = 0; ///< of the probabilities, in nats
};

struct LogitLens
{
    ResidualStream stream;
    std::int64_t positions = 0;
    Axis out;                    ///< what the logits are over: vocab or class
    std::vector<LensCell> cells; ///< [state, position]

    [[nodiscard]] int states() const { return static_cast<int>(stream.states.size()); }
    [[nodiscard]] const LensCell& at(int state, std::int64_t position) const
    {
        return cells[static_cast<std::size_t>(state * positions + position)];
    }
};

/// Errors: Unsupported with the reason in one line, BadInput for a token outside the vocabulary, Cancelled.
[[nodiscard]] Result<LogitLens> logitLens(const Trace& trace, Workers& workers,
                                          const LensOptions& options = {}, std::stop_token stop = {},
                                          const AnalysisProgress& progress = {});

} // namespace headlight
