// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The "model" of tokenizer.json: cuts a word into pieces of the vocabulary.

#include "result/result.h"
#include "tokenizers/models/vocabulary.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace headlight {

class JsonNode;

struct ModelToken
{
    int id = 0;
    std::uint32_t begin = 0; ///< bytes of the word that it covers
    std::uint32_t end = 0;
};

class TokenModel
{
public:
    explicit TokenModel(Vocabulary vocabulary)
        : m_vocabulary(std::move(vocabulary))
    {
    }
    virtual ~TokenModel() = default;

    /// Appends the tokens of @p word (valid UTF-8, not empty). Errors: BadInput for what is not in the
    /// vocabulary when there is no unknown token.
    [[nodiscard]] virtual Result<void> tokenize(std::string_view word,
                                                std::vector<ModelToken>& tokens) const = 0;
    [[nodiscard]] virtual std::string kind() const = 0;

    [[nodiscard]] const Vocabulary& vocabulary() const { return m_vocabulary; }

private:
    Vocabulary m_vocabulary;
};

/// Null when the node is in error. Models that are not known are Unsupported.
[[nodiscard]] std::unique_ptr<TokenModel> readModel(const JsonNode& node);

/// {"piece": id, …} of a model's "vocab" or of a vocab.json.
[[nodiscard]] Vocabulary readVocabulary(const JsonNode& node);

[[nodiscard]] std::unique_ptr<TokenModel> readBpe(const JsonNode& node);
[[nodiscard]] std::unique_ptr<TokenModel> readWordPiece(const JsonNode& node);
[[nodiscard]] std::unique_ptr<TokenModel> readWordLevel(const JsonNode& node);
[[nodiscard]] std::unique_ptr<TokenModel> readUnigram(const JsonNode& node);

} // namespace headlight
