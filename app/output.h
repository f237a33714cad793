// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "failure.h"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace headlight::app {

/// Writes data to standard output. A pipe that nobody reads any more, or a full disk, is an error like
/// others.
[[nodiscard]] Outcome<void> printData(std::string_view bytes);
/// The value as strict JSON in UTF-8 with a line end: short values on a line, long ones indented.
[[nodiscard]] Outcome<void> printJson(const nlohmann::ordered_json& value);
/// The same, all on one line.
[[nodiscard]] Outcome<void> printJsonLine(const nlohmann::ordered_json& value);

/// JSON has no NaN and no infinity: they become the strings "NaN", "Infinity" and "-Infinity".
[[nodiscard]] nlohmann::ordered_json jsonNumber(double number);

/// Writes words to standard error: one line, whatever file names and foreign text it contains.
void printWords(std::string_view text);

} // namespace headlight::app
