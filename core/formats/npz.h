// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// NumPy's file of several arrays: a zip archive of NAME.npy.

#include "formats/npy.h"
#include "formats/tensor_source.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

/// What an archive may unpack to, all arrays together; more is refused before it is unpacked.
inline constexpr std::uint64_t npzLimit = std::uint64_t(2) << 30U;

/// All arrays by their names without ".npy". Entries may be stored or deflated; anything that is no array is
/// an error.
[[nodiscard]] Result<std::map<std::string, NumpyArray>> readNpz(const std::filesystem::path& file,
                                                                std::uint64_t limit = npzLimit);
/// @p where names the bytes' source in errors.
[[nodiscard]] Result<std::map<std::string, NumpyArray>>
parseNpz(std::string_view bytes, const std::string& where, std::uint64_t limit = npzLimit);

/// Writes float32 tensors, sorted by name and uncompressed, atomically and one tensor at a time. The same
/// tensors give the same bytes.
[[nodiscard]] Result<void> writeNpz(const std::filesystem::path& file, std::vector<TensorSource> tensors);

} // namespace headlight
