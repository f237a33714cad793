// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The pieces of a tokenizer's model and their ids.

#include "result/result.h"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

class Vocabulary
{
public:
    /// Ids beyond this are refused: a file of a few bytes could ask for gigabytes with them.
    static constexpr std::int64_t kMaxIds = std::int64_t{2} * 1024 * 1024;

    Vocabulary() = default;
    Vocabulary(Vocabulary&&) = default;
    Vocabulary& operator=(Vocabulary&&) = default;

    void reserve(std::size_t pieces);
    /// The last one wins where a piece or an id comes twice, as in the reference library. Errors: BadFile for
    /// a negative id and for a piece that is no UTF-8, TooLarge for an id over the limit.
    [[nodiscard]] Result<void> add(std::string_view piece, std::int64_t id);

    /// One more than the largest id.
    [[nodiscard]] int size() const { return static_cast<int>(m_pieces.size()); }
    /// Empty for an id that has no piece.
    [[nodiscard]] std::string_view piece(int id) const;
    [[nodiscard]] bool has(int id) const;
    [[nodiscard]] std::optional<int> find(std::string_view piece) const;

private:
    struct Entry
    {
        std::string_view piece;
        std::uint32_t hash = 0;
        int id = 0;
    };

    [[nodiscard]] std::size_t slotOf(std::string_view piece, std::uint32_t hash) const;
    void growTo(std::size_t slots);

    std::deque<std::string> m_strings; ///< never moves what it holds, so that views to it last
    std::vector<std::string_view> m_pieces;
    // A hash table with open addressing: half the time of std::unordered_map when a file is opened, and a
    // merge rule looks up three pieces.
    std::vector<Entry> m_entries;
    std::vector<std::uint32_t> m_slots; ///< one more than the place of an entry; 0 is free
};

} // namespace headlight
