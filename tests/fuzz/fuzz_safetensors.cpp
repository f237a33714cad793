// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/element_convert.h"
#include "formats/safetensors_header.h"
#include "fuzz.h"

#include <cstring>
#include <string>
#include <vector>

using namespace headlight;

namespace {

void check(std::string_view file)
{
    const auto header = parseSafetensorsHeader(file, "f");
    if (!header) {
        requireOneLine(header.error().text());
        return;
    }
    std::uint64_t covered = 0;
    std::vector<float> floats;
    for (const SafetensorsEntry& tensor : header->entries) {
        const auto count = static_cast<std::uint64_t>(tensor.entry.count);
        require(tensor.begin <= tensor.end && tensor.end <= file.size() - header->dataBegin);
        require(tensor.end - tensor.begin == count * sizeOf(tensor.entry.type));
        covered += tensor.end - tensor.begin;
        floats.resize(count);
        convertElements(file.substr(header->dataBegin + tensor.begin, tensor.end - tensor.begin),
                        tensor.entry.type, floats.data());
    }
    require(covered == file.size() - header->dataBegin);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes = textOf(data, size);
    check(bytes);
    // The same bytes as the header alone, so that its length need not be guessed.
    const std::uint64_t length = size;
    std::string framed(8, '\0');
    std::memcpy(framed.data(), &length, 8);
    framed += bytes;
    check(framed);
    check(framed + std::string(16, 'x'));
    return 0;
}
