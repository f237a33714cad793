// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

/// What must hold for every input, whatever its bytes.
inline void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// A message is one line that says something.
inline void requireOneLine(std::string_view message)
{
    require(!message.empty() && message.find('\n') == std::string_view::npos);
}

inline std::string_view textOf(const std::uint8_t* data, std::size_t size)
{
    return {reinterpret_cast<const char*>(data), size};
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
