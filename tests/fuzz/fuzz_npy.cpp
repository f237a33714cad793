// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/npy.h"
#include "fuzz.h"

#include <cstring>

using namespace headlight;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto array = parseNpy(textOf(data, size), "f");
    if (!array) {
        requireOneLine(array.error().text());
        return 0;
    }
    // What was read is written and read again.
    std::string written = npyHeader(array->shape);
    if (!array->values.empty())
        written.append(reinterpret_cast<const char*>(array->values.data()),
                       array->values.size() * sizeof(float));
    const auto again = parseNpy(written, "f");
    require(again && again->shape == array->shape && again->values.size() == array->values.size());
    require(array->values.empty() || std::memcmp(again->values.data(), array->values.data(),
                                                 array->values.size() * sizeof(float)) == 0);
    return 0;
}
