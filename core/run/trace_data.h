// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a Trace points to; shared by Trace and Execution, seen by nobody else.

#include "run/trace.h"
#include "run/workers.h"

#include <list>
#include <mutex>
#include <unordered_map>

namespace headlight {

struct Trace::Data
{
    std::shared_ptr<const Program> program;
    std::shared_ptr<const Parameters> parameters;
    std::shared_ptr<Workers> workers;
    ModelInput input;
    Overrides overrides;
    std::vector<Axes> axes;                               ///< of each step
    std::vector<std::vector<OverridePtr>> stepOverrides;  ///< of each step, in order
    std::unordered_map<int, TensorPtr> changedParameters; ///< edited copies
    std::vector<TensorPtr> results;                       ///< of each step; null when not kept
    int reached = 0;                                      ///< steps computed

    /// Results computed again, the most recently used first.
    struct Recomputed
    {
        std::mutex mutex;
        std::list<std::pair<int, TensorPtr>> recent;
        std::size_t bytes = 0;
    };
    std::shared_ptr<Recomputed> again = std::make_shared<Recomputed>();

    [[nodiscard]] OpPtr opOf(int step) const;
    /// An input or parameter.
    [[nodiscard]] Result<TensorPtr> source(TensorRef ref) const;
    /// Computes one step from its operands.
    [[nodiscard]] Result<TensorPtr> compute(int step, const std::vector<TensorPtr>& operands) const;
};

/// Whether the cells or the entry that a change names lie within @p axes.
[[nodiscard]] Result<void> checkCells(const Override& change, const Axes& axes);

/// @p tensor with the change applied; it has passed checkCells().
[[nodiscard]] TensorPtr applied(const Override& change, TensorPtr tensor,
                                const std::vector<TensorPtr>& operands);

} // namespace headlight
