// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "result/result.h"

#include <cstddef>
#include <string>
#include <vector>

namespace headlight::app {

/// Reads a file, a pipe or standard input ("-") line by line; no line may be longer than 64 MiB.
class LineReader
{
public:
    [[nodiscard]] static Result<LineReader> open(const std::string& file);
    LineReader(LineReader&& other) noexcept;
    LineReader& operator=(LineReader&&) = delete;
    ~LineReader();

    /// Puts the next line, without its end, into @p line; false when there is none left.
    [[nodiscard]] Result<bool> next(std::string& line);

private:
    LineReader(std::string file, int descriptor);

    std::string m_file;
    int m_descriptor = -1;
    std::vector<char> m_buffer;
    std::size_t m_begin = 0, m_end = 0;
};

} // namespace headlight::app
