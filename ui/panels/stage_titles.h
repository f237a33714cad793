// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What steps, sizes and attention layers are called.

#include "program/program.h"
#include "run/trace.h"
#include "session/core_words.h"

#include <QString>

namespace headlight {

/// "Layer 1 › Attention › Scores q·kᵀ"
[[nodiscard]] QString breadcrumb(const Program& program, int step);
/// A step within its stage: the hook's last part in words, with its symbol: "normalized · x̂".
[[nodiscard]] QString stepTitle(const Step& step);
/// "8 × 10 × 10"
[[nodiscard]] QString sizeText(const Axes& axes);
/// A hook's last part: "hook_qk".
[[nodiscard]] QString hookTail(const std::string& hook);
/// "Layer 1", "Decoder layer 2 cross-attention".
[[nodiscard]] QString attentionTitle(const Program& program, int attention);

} // namespace headlight
