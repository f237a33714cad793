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

/// What keeps a hostile file from taking all stack or memory, and what is let through.
struct JsonLimits
{
    std::size_t depth = 64;
    std::size_t values = 4'000'000;
    /// Whether a key may stand twice in one object; then the last one counts, as in Python. By default it may
    /// not: readers that take the first and readers that take the last would disagree about what a file says.
    bool repeatedKeys = false;
};

/// Parses strict JSON and never throws.
[[nodiscard]] Result<nlohmann::json> parseJson(std::string_view bytes, const std::string& where,
                                               const JsonLimits& limits = {});

/// A short word for what was found: `2.5`, `"abc"`, `null`, `an array of 3`, `an object`.
[[nodiscard]] std::string describeJson(const nlohmann::json& value);

} // namespace headlight
