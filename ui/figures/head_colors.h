// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One colour a head, the same in every view.

#include "figures/figure.h"

namespace headlight {

/// Neighbouring heads differ in hue and in lightness, so that they are told apart without colour vision too.
[[nodiscard]] QColor headColor(int head, const FigureStyle& style);

} // namespace headlight
