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

/// The metrics that follow from a pattern alone, the first ones of HeadMetrics::values.
[[nodiscard]] const std::vector<MetricDefinition>& metricDefinitions();
/// Those, and behind them the ones that need the model's weights or further runs (head_analysis.h); in the
/// order of HeadMetrics::values.
[[nodiscard]] const std::vector<MetricDefinition>& allMetricDefinitions();

/// What a head is called, and why.
struct HeadFinding
{
    std::string label;       ///< "previous token"
    std::string_view metric; ///< the key of the number that says so
    double value = 0;        ///< that number …
    double threshold = 0;    ///< … which is above this

    /// "previous_token 0.93 > 0.5"
    [[nodiscard]] std::string evidence() const;
};

struct HeadMetrics
{
    int layer = 0; ///< index into Program::attention
    int head = 0;
    /// One value for each of allMetricDefinitions(); none where the input gives no evidence (no token occurs
    /// twice, say) and for what has not been computed.
    std::vector<std::optional<double>> values;
    /// Of the positional metric: key position minus query position.
    int offset = 0;

    [[nodiscard]] std::optional<double> value(std::string_view key) const;
    /// What the head does by these numbers; none when nothing is clear. The thresholds are in
    /// head_metrics.cpp, beside their reasons.
    [[nodiscard]] std::optional<HeadFinding> finding() const;
    /// The finding's name; empty without one.
    [[nodiscard]] std::string label() const;
};

/// Metrics of one head. @p attention indexes Program::attention. Errors come from computing the pattern.
[[nodiscard]] Result<HeadMetrics> headMetrics(const Trace& trace, int attention, int head);

/// All heads of all attention layers, layer by layer. Cancelled when @p stop is requested.
[[nodiscard]] Result<std::vector<HeadMetrics>> allHeadMetrics(const Trace& trace, std::stop_token stop = {});

} // namespace headlight
