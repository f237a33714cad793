// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Reading whole small files with a limit, and writing files so that a reader never sees half of one.

#include "result/result.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

namespace headlight {

/// The bytes of a file of at most @p limit bytes. Errors: NotFound, Io, TooLarge.
[[nodiscard]] Result<std::string> readFile(const std::filesystem::path& file, std::uint64_t limit);

/// Writes @p bytes to a temporary file beside @p file, flushes it to disk and renames it into place: an
/// interrupted or failed write leaves what was there before.
[[nodiscard]] Result<void> writeFileAtomically(const std::filesystem::path& file, std::string_view bytes);

/// The same for large output: @p write gets a sink for successive pieces; an error from it leaves nothing
/// behind.
using ByteSink = std::function<Result<void>(std::string_view piece)>;
[[nodiscard]] Result<void> writeFileAtomically(const std::filesystem::path& file,
                                               const std::function<Result<void>(const ByteSink&)>& write);

/// Whether a model's folder is one; otherwise one line that says what was found in its place.
[[nodiscard]] Result<void> requireFolder(const std::filesystem::path& folder);

} // namespace headlight
