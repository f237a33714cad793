// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How much a prediction needs a head: the model runs once more with the head's output set to zero (Michel et
// al. 2019, "Are Sixteen Heads Really Better than One?"), and what it then thinks of the token that the whole
// model held most probable is compared.

#include "analysis/progress.h"
#include "models/model.h"

#include <stop_token>
#include <vector>

namespace headlight {

struct HeadImportance
{
    int attention = 0, head = 0;
    /// Mean over positions of ln p(t) − ln p'(t), in nats: t the most probable token of the whole model, p'
    /// its probability without the head. Positive: the head speaks for what the model says.
    double drop = 0;
    /// The same of the probability itself, from −1 to 1.
    double probabilityDrop = 0;
};

/// All heads, layer by layer; one run of what comes after the head for each. Errors: Unsupported (no logits),
/// Cancelled.
[[nodiscard]] Result<std::vector<HeadImportance>> headImportance(const Model& model, const Trace& trace,
                                                                 std::shared_ptr<Workers> workers,
                                                                 std::stop_token stop = {},
                                                                 const AnalysisProgress& progress = {});

} // namespace headlight
