// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The other side of a comparison on the command line.

#include "commands/model_input.h"

#include <optional>

namespace headlight::app {

/// --against and --against-text, for commands that put a second run beside the first.
[[nodiscard]] Options againstOptions();
/// Whether either is given.
[[nodiscard]] bool hasAgainst(const Arguments& arguments);
/// What can be said against them without a model.
[[nodiscard]] Outcome<void> checkAgainst(const Arguments& arguments);

struct OtherRun
{
    ModelPtr model;
    Trace trace;
};
/// Another model on the same input, without what-ifs; or the same model, with the same what-ifs, on another
/// text.
[[nodiscard]] Outcome<OtherRun> runAgainst(const Arguments& arguments, const Context& context);

} // namespace headlight::app
