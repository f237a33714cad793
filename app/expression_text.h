// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "program/program.h"

#include <string>

namespace headlight::app {

/// A line's expression in plain Unicode: "Q[0,3,0] · K[1,3,0] + Q[0,3,1] · K[1,3,1]".
[[nodiscard]] std::string expressionText(const Derivation& derivation, const Expr& expr,
                                         const Program& program, int step);

} // namespace headlight::app
