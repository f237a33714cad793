// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace headlight {

/// A piece as a person should read it: spaces as "␣", line ends as "⏎", tabs as "⇥", bytes that are no
/// character and control characters as <0xE2>. @p byteLevel: the piece is spelt in GPT-2's stand-ins for
/// bytes.
[[nodiscard]] std::string labelOf(std::string_view piece, bool byteLevel);

} // namespace headlight
