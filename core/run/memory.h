// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "run/trace.h"

namespace headlight {

/// The input @p next of a model with a memory, as the segment that follows the one that @p before ran on: the
/// memory is what that one left, and its labels are the tokens that it comes from. A model without a memory
/// gets
/// @p next as it is.
[[nodiscard]] Result<ModelInput> continued(const Trace& before, ModelInput next);

} // namespace headlight
