// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What-ifs as a person reads them: in the history, in the list of changes, above the stage.

#include "analysis/what_if.h"

#include <QString>

namespace headlight {

/// "Layer 1: no 1/√d", "All layers: temperature 0.5", "blocks.1.attn.hook_pattern[3, 5, 0] = 0.25"
[[nodiscard]] QString whatIfWords(const Program& program, const WhatIf& whatIf);
/// The same for taking it back: "Layer 1: 1/√d again".
[[nodiscard]] QString whatIfUndoneWords(const Program& program, const WhatIf& whatIf);
/// All changes of a run, one line each; what-ifs of several layers with the same words are one line.
[[nodiscard]] QStringList changeWords(const Program& program, const Overrides& list);

} // namespace headlight
