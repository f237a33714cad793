// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/element_convert.h"

#include "formats/half.h"

#include <bit>
#include <cstddef>
#include <cstring>

namespace headlight {
namespace {

static_assert(std::endian::native == std::endian::little,
              "the file's numbers are used as they lie in memory");

template <class Source, class Convert>
void convertAll(std::string_view bytes, float* target, Convert convert)
{
    const std::size_t count = bytes.size() / sizeof(Source);
    for (std::size_t i = 0; i < count; ++i) {
        Source value;
        std::memcpy(&value, bytes.data() + i * sizeof(Source), sizeof(Source));
        target[i] = convert(value);
    }
}

template <class Source>
void castAll(std::string_view bytes, float* target)
{
    convertAll<Source>(bytes, target, [](Source value) { return static_cast<float>(value); });
}

} // namespace

std::uint64_t sizeOf(DType type)
{
    switch (type) {
    case DType::F64:
    case DType::I64:
        return 8;
    case DType::F32:
    case DType::I32:
        return 4;
    case DType::F16:
    case DType::BF16:
    case DType::I16:
        return 2;
    case DType::I8:
    case DType::U8:
    case DType::Bool:
        break;
    }
    return 1;
}

void convertElements(std::string_view bytes, DType type, float* target)
{
    if (bytes.empty())
        return;
    switch (type) {
    case DType::F32:
        std::memcpy(target, bytes.data(), bytes.size());
        break;
    case DType::F16:
        convertAll<std::uint16_t>(bytes, target, floatFromHalf);
        break;
    case DType::BF16:
        convertAll<std::uint16_t>(bytes, target, floatFromBfloat);
        break;
    case DType::F64:
        castAll<double>(bytes, target);
        break;
    case DType::I64:
        castAll<std::int64_t>(bytes, target);
        break;
    case DType::I32:
        castAll<std::int32_t>(bytes, target);
        break;
    case DType::I16:
        castAll<std::int16_t>(bytes, target);
        break;
    case DType::I8:
        castAll<std::int8_t>(bytes, target);
        break;
    case DType::U8:
        castAll<std::uint8_t>(bytes, target);
        break;
    case DType::Bool:
        convertAll<std::uint8_t>(bytes, target, [](std::uint8_t value) { return value != 0 ? 1.0F : 0.0F; });
        break;
    }
}

} // namespace headlight
