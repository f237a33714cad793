// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Internal to core: include it from .cpp files only, nlohmann/json is a heavy header.

#include "result/result.h"

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace headlight {

/// What keeps a hostile file from taking all stack or memory.
struct JsonLimits
{
    std::size_t depth = 64;
    std::size_t values = 4'000'000;
};

/// Parses strict JSON, never throws, and refuses a key that stands twice in one object (readers that take
/// the first and readers that take the last would disagree about what the file says).
[[nodiscard]] Result<nlohmann::json> parseJson(std::string_view bytes, const std::string& where,
                                               const JsonLimits& limits = {});

/// A short word for what was found: `2.5`, `"abc"`, `null`, `an array of 3`, `an object`.
[[nodiscard]] std::string describeJson(const nlohmann::json& value);

} // namespace headlight
