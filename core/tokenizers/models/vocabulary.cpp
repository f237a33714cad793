// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/models/vocabulary.h"

#include "tokenizers/unicode.h"

#include <bit>
#include <functional>

namespace headlight {

namespace {

std::uint32_t hashOf(std::string_view piece)
{
    const std::size_t hash = std::hash<std::string_view>()(piece);
    return static_cast<std::uint32_t>(hash ^ hash >> 32);
}

} // namespace

void Vocabulary::reserve(std::size_t pieces)
{
    m_entries.reserve(pieces);
    m_pieces.reserve(pieces);
    growTo(std::bit_ceil(pieces * 2));
}

std::size_t Vocabulary::slotOf(std::string_view piece, std::uint32_t hash) const
{
    const std::size_t mask = m_slots.size() - 1;
    std::size_t slot = hash & mask;
    for (; m_slots[slot] != 0; slot = (slot + 1) & mask) {
        const Entry& entry = m_entries[m_slots[slot] - 1];
        if (entry.hash == hash && entry.piece == piece)
            break;
    }
    return slot;
}

void Vocabulary::growTo(std::size_t slots)
{
    if (slots <= m_slots.size())
        return;
    m_slots.assign(slots, 0);
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        m_slots[slotOf(m_entries[i].piece, m_entries[i].hash)] = static_cast<std::uint32_t>(i + 1);
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
    growTo(std::bit_ceil((m_entries.size() + 1) * 2));
    const std::uint32_t hash = hashOf(piece);
    std::uint32_t& slot = m_slots[slotOf(piece, hash)];
    if (slot == 0) {
        m_entries.push_back({stored, hash, static_cast<int>(id)});
        slot = static_cast<std::uint32_t>(m_entries.size());
    } else {
        m_entries[slot - 1].id = static_cast<int>(id);
    }
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
    if (m_slots.empty())
        return std::nullopt;
    const std::uint32_t place = m_slots[slotOf(piece, hashOf(piece))];
    return place == 0 ? std::nullopt : std::optional(m_entries[place - 1].id);
}

} // namespace headlight
