// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Tokens beside the model's: they are found in the text before it is cut, and are never cut themselves.

#include "result/result.h"
#include "tokenizers/models/vocabulary.h"
#include "tokenizers/prefix_index.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

struct AddedToken
{
    std::string content;
    int id = 0;
    bool singleWord = false; ///< only where no word character touches it
    bool stripLeft = false;  ///< takes the whitespace before it along
    bool stripRight = false;
    bool normalized = false; ///< looked for in the normalised text, in its normalised spelling
    bool special = false;
};

class AddedTokens
{
public:
    struct Found
    {
        const AddedToken* token = nullptr;
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    /// A token with the content or the id of an earlier one takes its place.
    void add(AddedToken token);
    /// Must be called after the last add. @p normalize gives a content's normalised spelling.
    template <class Normalize>
    void prepare(Normalize normalize)
    {
        std::vector<std::string> spellings;
        for (const auto& [id, token] : m_tokens)
            spellings.push_back(token.normalized ? normalize(token.content) : token.content);
        prepare(std::move(spellings));
    }

    /// The leftmost, longest tokens in @p text, which has been normalised or not yet.
    [[nodiscard]] std::vector<Found> findAll(std::string_view text, bool normalized) const;

    [[nodiscard]] const AddedToken* find(int id) const;
    [[nodiscard]] const AddedToken* find(std::string_view content) const;
    [[nodiscard]] const std::map<int, AddedToken>& all() const { return m_tokens; }
    /// One more than the largest id; 0 without tokens.
    [[nodiscard]] int size() const { return m_tokens.empty() ? 0 : m_tokens.rbegin()->first + 1; }

private:
    void prepare(std::vector<std::string> spellings);

    std::map<int, AddedToken> m_tokens;
    std::map<std::string, int, std::less<>> m_ids;
    std::vector<std::string> m_spellings;
    PrefixIndex m_exact;
    PrefixIndex m_normalized;
};

} // namespace headlight
