// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/added_tokens.h"

#include "tokenizers/unicode.h"

#include <algorithm>

namespace headlight {

void AddedTokens::add(AddedToken token)
{
    if (token.content.empty())
        return;
    if (const auto same = m_ids.find(token.content); same != m_ids.end()) {
        m_tokens.erase(same->second);
        m_ids.erase(same);
    }
    if (const auto same = m_tokens.find(token.id); same != m_tokens.end()) {
        m_ids.erase(same->second.content);
        m_tokens.erase(same);
    }
    m_ids.emplace(token.content, token.id);
    m_tokens.emplace(token.id, std::move(token));
}

void AddedTokens::prepare(std::vector<std::string> spellings)
{
    m_spellings = std::move(spellings);
    std::vector<PrefixIndex::Entry> exact;
    std::map<std::string_view, int> normalized; // Two contents may have one normalised spelling.
    std::size_t i = 0;
    for (const auto& [id, token] : m_tokens) {
        const std::string_view spelling = m_spellings[i++];
        if (spelling.empty())
            continue;
        if (token.normalized)
            normalized.emplace(spelling, id);
        else
            exact.push_back({spelling, id});
    }
    m_exact = PrefixIndex(std::move(exact));
    std::vector<PrefixIndex::Entry> entries;
    entries.reserve(normalized.size());
    for (const auto& [spelling, id] : normalized)
        entries.push_back({spelling, id});
    m_normalized = PrefixIndex(std::move(entries));
}

std::vector<AddedTokens::Found> AddedTokens::findAll(std::string_view text, bool normalized) const
{
    const PrefixIndex& index = normalized ? m_normalized : m_exact;
    std::vector<Found> found;
    std::size_t taken = 0; // everything before it belongs to a token that was found
    for (std::size_t at = 0; at < text.size();) {
        int id = 0;
        std::size_t length = 0;
        index.forEachPrefix(text.substr(at), [&](int candidate, std::size_t candidateLength) {
            id = candidate;
            length = candidateLength;
        });
        if (length == 0) {
            ++at;
            continue;
        }
        const AddedToken* token = find(id);
        std::size_t begin = at;
        std::size_t end = at + length;
        at = end;
        if (token->singleWord && ((begin > 0 && isWordCharacter(codePointBefore(text, begin).value)) ||
                                  (end < text.size() && isWordCharacter(codePointAt(text, end).value))))
            continue;
        while (token->stripLeft && begin > taken && isWhitespace(codePointBefore(text, begin).value))
            begin -= codePointBefore(text, begin).length;
        while (token->stripRight && end < text.size() && isWhitespace(codePointAt(text, end).value))
            end += codePointAt(text, end).length;
        begin = std::max(begin, taken);
        if (begin >= end)
            continue;
        found.push_back({token, begin, end});
        taken = end;
    }
    return found;
}

const AddedToken* AddedTokens::find(int id) const
{
    const auto found = m_tokens.find(id);
    return found == m_tokens.end() ? nullptr : &found->second;
}

const AddedToken* AddedTokens::find(std::string_view content) const
{
    const auto found = m_ids.find(content);
    return found == m_ids.end() ? nullptr : find(found->second);
}

} // namespace headlight
