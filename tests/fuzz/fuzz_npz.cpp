// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/npz.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    constexpr std::uint64_t limit = 1U << 20U;
    const auto arrays = headlight::parseNpz(textOf(data, size), "f", limit);
    if (!arrays) {
        requireOneLine(arrays.error().text());
        return 0;
    }
    for (const auto& [name, array] : *arrays)
        require(array.values.size() <= limit);
    return 0;
}
