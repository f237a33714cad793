// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>

namespace headlight {

/// IEEE 754 binary16 to float32; every value has an exact one, NaN payloads included. Without branches, so
/// that compilers turn a loop of it into vector instructions.
[[nodiscard]] inline float floatFromHalf(std::uint16_t half)
{
    // Moved to float32's place, exponent and fraction stand for the value times 2^-112, since the exponents'
    // biases are 15 and 127. The product is exact for subnormal numbers too.
    const auto small = std::bit_cast<float>((half & 0x7FFFU) << 13U);
    const float scaled = small * 0x1p112F;
    auto bits = std::bit_cast<std::uint32_t>(scaled);
    bits |= scaled >= 65536.0F ? 0x7F800000U : 0U; // The largest exponent means infinity or NaN.
    bits |= (half & 0x8000U) << 16U;
    return std::bit_cast<float>(bits);
}

/// bfloat16 is the upper half of a float32.
[[nodiscard]] inline float floatFromBfloat(std::uint16_t bfloat)
{
    return std::bit_cast<float>(static_cast<std::uint32_t>(bfloat) << 16U);
}

} // namespace headlight
