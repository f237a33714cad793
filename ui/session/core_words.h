// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Core speaks English: titles of stages, names of axes and streams, words of equations, metrics and what
// examples are about. Whoever shows them asks here, so that they are translated in one place; an unknown one
// (a model brings words of its own) is shown as it is. Hook names, symbols and files that are written keep
// core's own words.

#include "analysis/head_metrics.h"
#include "program/program.h"

#include <QString>

#include <string_view>

namespace headlight {

/// @p english in the person's language.
[[nodiscard]] QString coreWords(std::string_view english);
/// One of core's lines that have numbers and names in them: what went wrong, why something can't be.
[[nodiscard]] QString coreLine(std::string_view english);
/// What a head has been found to do: "induction", "offset −2".
[[nodiscard]] QString headLabel(std::string_view label);
/// By which number: "induction 0.93 > 0.5".
[[nodiscard]] QString headEvidence(const HeadFinding& finding);
/// "query", "key", "d_model": what stands at a heatmap's edge.
[[nodiscard]] QString axisName(const Axis& axis);
/// "Layer 1", "Scores q·kᵀ"
[[nodiscard]] QString stageTitle(const Stage& stage);
/// "Self-attention", "Decoder cross-attention"
[[nodiscard]] QString stackTitle(const AttentionLayer& layer);
/// "Layer 1", "Decoder layer 2 cross-attention"
[[nodiscard]] QString layerTitle(const AttentionLayer& layer);

} // namespace headlight
