// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/models/vocabulary.h"

#include "tokenizers/unicode.h"

namespace headlight {

void Vocabulary::reserve(std::size_t pieces)
{
    m_ids.reserve(pieces);
    m_pieces.reserve(pieces);
}

Result<void> Vocabulary::add(std::string_view piece, std::int64_t id)
{
    if (id < 0)
        return fail(ErrorCode::BadFile, "expected ids from 0, found " + std::to_string(id));
    if (id >= kMaxIds)
        return fail(ErrorCode::TooLarge,
                    "expected ids below " + std::to_string(kMaxIds) + ", found " + std::to_string(id));
    if (firstInvalidUtf8(piece))
        return fail(ErrorCode::BadFile,
                    "expected UTF-8, found other bytes in the piece of id " + std::to_string(id));
    const auto place = static_cast<std::size_t>(id);
    if (place >= m_pieces.size())
        m_pieces.resize(place + 1);
    const std::string_view stored = m_strings.emplace_back(piece);
    m_pieces[place] = stored;
    m_ids.insert_or_assign(stored, static_cast<int>(id));
    return {};
}

std::string_view Vocabulary::piece(int id) const
{
    return id >= 0 && id < size() ? m_pieces[static_cast<std::size_t>(id)] : std::string_view();
}

bool Vocabulary::has(int id) const
{
    return id >= 0 && id < size() && m_pieces[static_cast<std::size_t>(id)].data() != nullptr;
}

std::optional<int> Vocabulary::find(std::string_view piece) const
{
    const auto found = m_ids.find(piece);
    return found == m_ids.end() ? std::nullopt : std::optional(found->second);
}

} // namespace headlight
