// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/models/model.h"

#include "formats/json.h"
#include "result/quote.h"
#include "tokenizers/json_node.h"

namespace headlight {

Vocabulary readVocabulary(const JsonNode& node)
{
    Vocabulary vocabulary;
    if (!node.isObject()) {
        node.failExpected("an object of pieces and ids");
        return vocabulary;
    }
    vocabulary.reserve(node.value().size());
    for (auto it = node.value().begin(); it != node.value().end(); ++it) {
        if (!it->is_number_integer() || (it->is_number_unsigned() && it->get<std::uint64_t>() > UINT32_MAX)) {
            node.fail(ErrorCode::BadFile, "expected a whole number as the id of " + quote(it.key()) +
                                              ", found " + describeJson(*it));
            return vocabulary;
        }
        if (auto added = vocabulary.add(it.key(), it->get<std::int64_t>()); !added) {
            node.fail(added.error().code, added.error().message);
            return vocabulary;
        }
    }
    return vocabulary;
}

std::unique_ptr<TokenModel> readModel(const JsonNode& node)
{
    // The first versions of the format had no type: the keys tell it.
    const auto guessed = [&]() -> std::string {
        if (node.has("merges"))
            return "BPE";
        if (node.has("unk_id"))
            return "Unigram";
        return node.has("continuing_subword_prefix") ? "WordPiece" : "WordLevel";
    };
    const std::string type = node.has("type") ? node.text("type") : guessed();
    std::unique_ptr<TokenModel> model;
    if (type == "BPE")
        model = readBpe(node);
    else if (type == "WordPiece")
        model = readWordPiece(node);
    else if (type == "WordLevel")
        model = readWordLevel(node);
    else if (type == "Unigram")
        model = readUnigram(node);
    else
        node.fail(ErrorCode::Unsupported,
                  "expected BPE, WordPiece, WordLevel or Unigram, found type " + quote(type));
    return node.failed() ? nullptr : std::move(model);
}

} // namespace headlight
