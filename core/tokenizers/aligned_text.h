// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Text on its way through a tokenizer. Each byte remembers which bytes of the given text it stands for, so
// that a token knows its place however much was normalised before it was found.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

/// No text may be longer than this, before or after it is normalised.
constexpr std::size_t kMaxTextBytes = std::size_t{4} * 1024 * 1024;

struct ByteSpan
{
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
};

class AlignedText
{
public:
    AlignedText() = default;
    /// @p text as it stands at byte @p begin of the given text.
    explicit AlignedText(std::string_view text, std::size_t begin = 0);

    [[nodiscard]] const std::string& text() const { return m_text; }
    [[nodiscard]] std::size_t size() const { return m_text.size(); }
    [[nodiscard]] bool empty() const { return m_text.empty(); }

    /// The bytes of the given text that bytes [begin, end) stand for.
    [[nodiscard]] ByteSpan origin(std::size_t begin, std::size_t end) const;
    [[nodiscard]] AlignedText slice(std::size_t begin, std::size_t end) const;

    /// Appends bytes [begin, end) of @p source as they are.
    void keep(const AlignedText& source, std::size_t begin, std::size_t end);
    /// Appends @p replacement, every byte of which stands for @p origin.
    void put(std::string_view replacement, ByteSpan origin);
    /// Puts @p inserted, which stands for nothing, in front.
    void prepend(std::string_view inserted);

    void reserve(std::size_t bytes);

private:
    std::string m_text;
    std::vector<ByteSpan> m_origins; ///< one for each byte of m_text
};

} // namespace headlight
