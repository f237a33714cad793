// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The pieces of a tokenizer's model and their ids.

#include "result/result.h"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
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
    std::deque<std::string> m_strings; ///< never moves what it holds, so that views to it last
    std::vector<std::string_view> m_pieces;
    std::unordered_map<std::string_view, int> m_ids;
};

} // namespace headlight
