// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Internal to core/formats: the temporary file behind writeFileAtomically, for writers that need a path.

#include "result/result.h"

#include <filesystem>
#include <memory>
#include <string_view>

namespace headlight {

/// A new file beside @p target that takes its place when it is committed, and is removed otherwise.
class AtomicFile
{
public:
    /// Fails with one clear line where the target could not be written: a folder, a read-only file, no such
    /// folder, a pipe or device.
    [[nodiscard]] static Result<std::unique_ptr<AtomicFile>> create(const std::filesystem::path& target);

    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    ~AtomicFile();

    /// Where the new file is; a library may write there, or replace it.
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] Result<void> write(std::string_view bytes);
    /// Flushes the file to the disk and renames it into place.
    [[nodiscard]] Result<void> commit();

private:
    AtomicFile() = default;

    std::filesystem::path m_asked;  ///< as the caller named it, for messages
    std::filesystem::path m_target; ///< behind links
    std::filesystem::path m_path;
    int m_descriptor = -1;
    unsigned m_mode = 0; ///< permissions of the file that is replaced; 0 if there is none
};

} // namespace headlight
