// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Direct logit attribution (Elhage et al. 2021, "A Mathematical Framework for Transformer Circuits";
// nostalgebraist 2020): a logit is a product of the last residual vector with a column of W_U, and that
// vector is a sum of what the embedding, each head and each MLP have written. With the norms' scales (and
// means) frozen at what they were in this run, the logit is the sum of these parts, and of the biases':
//
//   logit[t] = Σ_parts part · g + biases,    g = ∂ logit[t] / ∂ residual, norms' scales held
//
// In a post-norm model the same holds with the scale of every norm on the way frozen.

#include "analysis/residual_stream.h"

#include <string>
#include <vector>

namespace headlight {

struct LogitPart
{
    enum class Kind { Embedding, Head, AttentionBias, Mlp, Bias, Other };
    Kind kind = Kind::Other;
    std::string hook;              ///< the step or parameter that it comes from
    int layer = -1;                ///< of its stack; −1 for embeddings and what comes after the layers
    int attention = -1, head = -1; ///< Head: index into Program::attention, and the head
    double value = 0;
};

struct LogitAttribution
{
    std::int64_t position = 0; ///< whose logit
    int token = 0;
    double logit = 0; ///< as the run computed it
    std::vector<LogitPart> parts;
    /// What all heads together carried here from each position of a stream: Σ_{l,h} P[h,i,j] · (v_j W_O) · g.
    /// One list a stream of the program; empty for streams that no head of the stack reads.
    std::vector<std::vector<double>> bySource;

    [[nodiscard]] double sum() const;
};

/// The parts of the logit of @p token at @p position (ignored by models with one prediction for the whole
/// input); token −1 takes the most probable one. Errors: Unsupported with the reason (no logits, a prediction
/// head that is not linear), BadInput (position or token outside).
[[nodiscard]] Result<LogitAttribution> logitAttribution(const Trace& trace, std::int64_t position,
                                                        int token = -1);

} // namespace headlight
