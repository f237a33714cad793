// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/lines.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace headlight::app {

namespace {

constexpr std::size_t longestLine = std::size_t{64} << 20U;

tl::unexpected<Error> cannotRead(const std::string& file)
{
    const int error = errno;
    return fail(error == ENOENT ? ErrorCode::NotFound : ErrorCode::Io,
                "cannot read the file (" + std::generic_category().message(error) + ")", file);
}

} // namespace

LineReader::LineReader(std::string file, int descriptor)
    : m_file(std::move(file))
    , m_descriptor(descriptor)
    , m_buffer(1 << 16)
{
}

LineReader::LineReader(LineReader&& other) noexcept
    : m_file(std::move(other.m_file))
    , m_descriptor(std::exchange(other.m_descriptor, -1))
    , m_buffer(std::move(other.m_buffer))
    , m_begin(other.m_begin)
    , m_end(other.m_end)
{
}

LineReader::~LineReader()
{
    if (m_descriptor > STDIN_FILENO)
        ::close(m_descriptor);
}

Result<LineReader> LineReader::open(const std::string& file)
{
    if (file == "-")
        return LineReader("standard input", STDIN_FILENO);
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return cannotRead(file);
    return LineReader(file, descriptor);
}

Result<bool> LineReader::next(std::string& line)
{
    line.clear();
    for (;;) {
        const auto begin = m_buffer.begin() + static_cast<std::ptrdiff_t>(m_begin);
        const auto end = m_buffer.begin() + static_cast<std::ptrdiff_t>(m_end);
        const auto lineEnd = std::find(begin, end, '\n');
        line.append(begin, lineEnd);
        if (line.size() > longestLine)
            return fail(ErrorCode::TooLarge,
                        "expected lines of at most " + std::to_string(longestLine) +
                            " bytes, found a longer one",
                        m_file);
        if (lineEnd != end) {
            m_begin = static_cast<std::size_t>(lineEnd - m_buffer.begin()) + 1;
            return true;
        }
        ssize_t count = 0;
        do
            count = ::read(m_descriptor, m_buffer.data(), m_buffer.size());
        while (count < 0 && errno == EINTR);
        if (count < 0)
            return cannotRead(m_file);
        m_begin = 0;
        m_end = static_cast<std::size_t>(count);
        if (count == 0)
            return !line.empty();
    }
}

} // namespace headlight::app
