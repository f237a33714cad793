// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Internal to core/formats: numbers of files as float32.

#include "formats/checkpoint.h"

#include <cstdint>
#include <string_view>

namespace headlight {

/// Bytes of one element.
[[nodiscard]] std::uint64_t sizeOf(DType type);

/// Converts all elements of @p bytes, which need not lie aligned, to the nearest float32; F16 and BF16 are
/// exact, a Bool is 0 or 1.
void convertElements(std::string_view bytes, DType type, float* target);

} // namespace headlight
