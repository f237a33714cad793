// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/safetensors_header.h"
#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto shards = headlight::parseSafetensorsIndex(textOf(data, size), "f");
    if (!shards) {
        requireOneLine(shards.error().text());
        return 0;
    }
    require(!shards->empty());
    for (const auto& [name, file] : *shards)
        require(!file.empty() && file != ".." && file.find('/') == std::string::npos);
    return 0;
}
