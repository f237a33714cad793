// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/aligned_text.h"

#include <algorithm>

namespace headlight {

namespace {

std::ptrdiff_t place(std::size_t i)
{
    return static_cast<std::ptrdiff_t>(i);
}

} // namespace

AlignedText::AlignedText(std::string_view text, std::size_t begin)
    : m_text(text)
    , m_origins(text.size())
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto at = static_cast<std::uint32_t>(begin + i);
        m_origins[i] = {at, at + 1};
    }
}

ByteSpan AlignedText::origin(std::size_t begin, std::size_t end) const
{
    if (begin >= end) {
        if (m_origins.empty())
            return {};
        const std::uint32_t at = begin < size() ? m_origins[begin].begin : m_origins.back().end;
        return {at, at};
    }
    // Canonical ordering may have moved marks around, so the ends are not always those of the first and last.
    ByteSpan span = m_origins[begin];
    for (std::size_t i = begin + 1; i < end; ++i) {
        span.begin = std::min(span.begin, m_origins[i].begin);
        span.end = std::max(span.end, m_origins[i].end);
    }
    return span;
}

AlignedText AlignedText::slice(std::size_t begin, std::size_t end) const
{
    AlignedText part;
    part.keep(*this, begin, end);
    return part;
}

void AlignedText::keep(const AlignedText& source, std::size_t begin, std::size_t end)
{
    m_text.append(source.m_text, begin, end - begin);
    m_origins.insert(m_origins.end(), source.m_origins.begin() + place(begin),
                     source.m_origins.begin() + place(end));
}

void AlignedText::put(std::string_view replacement, ByteSpan origin)
{
    m_text.append(replacement);
    m_origins.insert(m_origins.end(), replacement.size(), origin);
}

void AlignedText::prepend(std::string_view inserted)
{
    const ByteSpan nothing = origin(0, 0);
    m_text.insert(0, inserted);
    m_origins.insert(m_origins.begin(), inserted.size(), nothing);
}

void AlignedText::reserve(std::size_t bytes)
{
    m_text.reserve(bytes);
    m_origins.reserve(bytes);
}

} // namespace headlight
