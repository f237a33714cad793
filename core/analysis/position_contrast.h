// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Two real runs that differ in their positions alone: what positions do to the heads, or what another
// encoding does to them. Nothing is approximated: what an added vector becomes behind norms and layers, only
// a run can say.

#include "models/model.h"
#include "run/trace.h"

#include <memory>
#include <stop_token>

namespace headlight {

struct PositionContrast
{
    /// The run with the model's own positions, and the other: without any, or, when the run was changed by a
    /// what-if of positions, the changed one. All other what-ifs are in both.
    Trace own, other;
    bool swapped = false; ///< the other is a what-if's, not the one without positions
};

/// @p trace and the run that it is to be compared with, which shares all that is the same. Errors: NotFound
/// for a model that has no positions to leave out; Cancelled.
[[nodiscard]] Result<PositionContrast> positionContrast(const Model& model, const Trace& trace,
                                                        std::shared_ptr<Workers> workers,
                                                        const std::stop_token& stop = {});

} // namespace headlight
