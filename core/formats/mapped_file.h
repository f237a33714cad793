// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "result/result.h"

#include <filesystem>
#include <memory>
#include <string_view>

namespace headlight {

/// A whole file in memory, read-only; the operating system loads a page when it is first touched.
class MappedFile
{
public:
    [[nodiscard]] static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& file);

    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile();

    [[nodiscard]] std::string_view bytes() const { return m_bytes; }

private:
    explicit MappedFile(std::string_view bytes)
        : m_bytes(bytes)
    {
    }

    std::string_view m_bytes;
};

} // namespace headlight
