// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A what-if: one change of one tensor of a run. A list of them, applied in order, belongs to a Trace; two
// Traces side by side are the comparison.

#include "program/op.h"

#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace headlight {

struct Override
{
    /// Another op in the step's place, with the same operands (no mask, another temperature).
    struct ReplaceOp
    {
        OpPtr op;
    };
    /// New numbers for single cells.
    struct EditCells
    {
        std::vector<std::pair<Cell, float>> cells;
    };
    /// One entry of a named axis (a head) is switched off: zero, or its mean over the positions of this
    /// input.
    struct Ablate
    {
        std::string axis;
        std::int64_t index = 0;
        bool mean = false;
    };
    /// The result is operand 0: what the step adds is left out (a layer off).
    struct PassFirst
    {
    };

    std::string target; ///< hook of a step, or the name of a parameter or input (EditCells only)
    std::variant<ReplaceOp, EditCells, Ablate, PassFirst> change;
    std::string description; ///< "head 3 off", for lists
    std::string what{};      ///< the change in the words of a what-if: "temperature=0.5"; may be empty
};

using OverridePtr = std::shared_ptr<const Override>;
using Overrides = std::vector<OverridePtr>;

} // namespace headlight
