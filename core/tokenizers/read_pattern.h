// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tokenizers/pattern.h"

namespace headlight {

class JsonNode;

/// {"String": "…"} or {"Regex": "…"}. What is wrong with it is remembered by the node's document.
[[nodiscard]] Pattern readPattern(const JsonNode& node);

} // namespace headlight
