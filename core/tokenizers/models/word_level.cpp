// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/models/model.h"

#include "result/quote.h"
#include "tokenizers/json_node.h"

namespace headlight {

namespace {

/// Each word is one entry of the vocabulary.
class WordLevel : public TokenModel
{
public:
    WordLevel(Vocabulary words, std::string unknown)
        : TokenModel(std::move(words))
        , m_unknown(std::move(unknown))
    {
    }

    Result<void> tokenize(std::string_view word, std::vector<ModelToken>& tokens) const override
    {
        auto id = vocabulary().find(word);
        if (!id)
            id = vocabulary().find(m_unknown);
        if (!id)
            return fail(ErrorCode::BadInput,
                        "expected a word of the vocabulary, which has no unknown token, found " +
                            quote(word));
        tokens.push_back({*id, 0, static_cast<std::uint32_t>(word.size())});
        return {};
    }

    std::string kind() const override { return "WordLevel"; }

private:
    std::string m_unknown;
};

} // namespace

std::unique_ptr<TokenModel> readWordLevel(const JsonNode& node)
{
    return std::make_unique<WordLevel>(readVocabulary(node.child("vocab")), node.text("unk_token", "<unk>"));
}

} // namespace headlight
