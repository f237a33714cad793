// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headlight {

/// Foreign text within a message: in quotes, on one line, and cut when it is long, so that a name of a
/// megabyte or one with line breaks cannot spoil what a person reads.
[[nodiscard]] inline std::string quote(std::string_view text)
{
    constexpr std::size_t longest = 120;
    const bool cut = text.size() > longest;
    if (cut) {
        std::size_t end = longest;
        while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
            --end; // never within a UTF-8 character
        text = text.substr(0, end);
    }
    std::string result = "\"";
    for (const char c : text)
        result += static_cast<unsigned char>(c) < 0x20U || c == 0x7F ? '?' : c;
    result += cut ? "…\"" : "\"";
    return result;
}

} // namespace headlight
