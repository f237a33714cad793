// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/models/word_piece.h"

#include "result/quote.h"
#include "tokenizers/json_node.h"

#include <algorithm>

namespace headlight {

namespace {

class WordPiece : public TokenModel
{
public:
    WordPiece(Vocabulary pieces, WordPieceOptions options)
        : TokenModel(std::move(pieces))
        , m_options(std::move(options))
        , m_unknown(vocabulary().find(m_options.unknown))
    {
        // No candidate needs to be longer than the longest piece.
        for (int id = 0; id < vocabulary().size(); ++id)
            m_longestPiece = std::max(m_longestPiece, vocabulary().piece(id).size());
    }

    Result<void> tokenize(std::string_view word, std::vector<ModelToken>& tokens) const override
    {
        const auto characters = std::count_if(
            word.begin(), word.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
        const std::size_t before = tokens.size();
        if (characters <= m_options.longestWord && cover(word, tokens))
            return {};
        tokens.resize(before);
        if (!m_unknown)
            return fail(ErrorCode::BadInput,
                        "expected pieces of the vocabulary, which has no unknown token, found " +
                            quote(word));
        tokens.push_back({*m_unknown, 0, static_cast<std::uint32_t>(word.size())});
        return {};
    }

    std::string kind() const override { return "WordPiece"; }

private:
    bool cover(std::string_view word, std::vector<ModelToken>& tokens) const
    {
        std::string candidate;
        for (std::size_t begin = 0; begin < word.size();) {
            candidate = begin > 0 ? m_options.prefix : std::string();
            const std::size_t prefix = candidate.size();
            candidate.append(word.substr(begin, m_longestPiece));
            std::optional<int> id;
            while (candidate.size() > prefix && !(id = vocabulary().find(candidate)))
                candidate.pop_back();
            if (!id)
                return false;
            const std::size_t end = begin + candidate.size() - prefix;
            tokens.push_back({*id, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
            begin = end;
        }
        return true;
    }

    WordPieceOptions m_options;
    std::optional<int> m_unknown;
    std::size_t m_longestPiece = 0;
};

} // namespace

std::unique_ptr<TokenModel> makeWordPiece(Vocabulary vocabulary, WordPieceOptions options)
{
    return std::make_unique<WordPiece>(std::move(vocabulary), std::move(options));
}

std::unique_ptr<TokenModel> readWordPiece(const JsonNode& node)
{
    WordPieceOptions options;
    options.unknown = node.text("unk_token", options.unknown);
    options.prefix = node.text("continuing_subword_prefix", options.prefix);
    options.longestWord = node.integer("max_input_chars_per_word", options.longestWord);
    return makeWordPiece(readVocabulary(node.child("vocab")), std::move(options));
}

} // namespace headlight
