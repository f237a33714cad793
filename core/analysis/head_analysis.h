// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Every metric of every head: those that follow from the patterns, and on demand those that need the model's
// weights or further runs.

#include "analysis/head_metrics.h"
#include "analysis/progress.h"

#include <string>
#include <vector>

namespace headlight {

struct HeadAnalysis
{
    std::vector<HeadMetrics> heads; ///< all heads of all attention layers, layer by layer
    struct Missing
    {
        std::string metric; ///< its key
        std::string reason; ///< one line
    };
    std::vector<Missing> missing; ///< what was asked for and does not apply to this model
};

/// The metrics of the patterns, and of the others (allMetricDefinitions()) those that @p keys names. Errors:
/// Cancelled, and those of computing; what does not apply is no error but missing.
[[nodiscard]] Result<HeadAnalysis> analyseHeads(const Model& model, const Trace& trace,
                                                std::shared_ptr<Workers> workers,
                                                const std::vector<std::string>& keys,
                                                std::stop_token stop = {},
                                                const AnalysisProgress& progress = {});

/// The keys of the metrics that do not follow from a pattern.
[[nodiscard]] std::vector<std::string> furtherMetrics();

} // namespace headlight
