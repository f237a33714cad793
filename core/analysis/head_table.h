// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/head_metrics.h"

#include <string>
#include <vector>

namespace headlight {

/// The metrics of the patterns and, of the others, those that @p keys names, in the order of
/// allMetricDefinitions().
[[nodiscard]] std::vector<MetricDefinition> definitionsWith(const std::vector<std::string>& keys);

/// All heads as RFC 4180 says: attention, stack, kind, layer, head, label, evidence, offset, and a column for
/// each metric; a field is empty where there is no value. Numbers are the shortest decimals that read back as
/// the same.
[[nodiscard]] std::string headsAsCsv(const Program& program, const std::vector<HeadMetrics>& heads,
                                     const std::vector<MetricDefinition>& definitions);

} // namespace headlight
