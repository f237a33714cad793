// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Numbers that say what an attention head does, from its pattern on one input. Each has its definition and
// source beside it, as text, so that no view shows a score without saying what it is.

#include "models/model.h"
#include "run/trace.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

/// What a metric means; P[i,j] is the weight with which query i looks at key j, n the number of queries.
struct MetricDefinition
{
    std::string_view key;        ///< "previous_token", as in CSV and JSON
    std::string_view title;      ///< "previous token"
    std::string_view definition; ///< one sentence
    std::string_view source;     ///< paper
    double most = 1;             ///< the largest value it can have, for bars; 0 when it depends on the input
};

/// All metrics, in the order of HeadMetrics::values.
[[nodiscard]] const std::vector<MetricDefinition>& metricDefinitions();

struct HeadMetrics
{
    int layer = 0; ///< index into Program::attention
    int head = 0;
    /// One value a definition; none where the input gives no evidence (no token occurs twice, say).
    std::vector<std::optional<double>> values;
    /// Of the positional metric: key position minus query position.
    int offset = 0;

    [[nodiscard]] std::optional<double> value(std::string_view key) const;
    /// What the head does by these numbers ("previous token"), with the number that says so; empty when none
    /// is clear. The thresholds are in head_metrics.cpp, beside their reasons.
    [[nodiscard]] std::string label() const;
};

/// Metrics of one head. @p attention indexes Program::attention. Errors come from computing the pattern.
[[nodiscard]] Result<HeadMetrics> headMetrics(const Trace& trace, int attention, int head);

/// All heads of all attention layers, layer by layer. Cancelled when @p stop is requested.
[[nodiscard]] Result<std::vector<HeadMetrics>> allHeadMetrics(const Trace& trace, std::stop_token stop = {});

} // namespace headlight
