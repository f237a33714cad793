// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/tokenizer_json.h"

#include "tokenizers/json_node.h"

#include <algorithm>

namespace headlight {

namespace {

constexpr std::size_t kMaxAddedTokens = 200'000;

void readAddedTokens(const JsonNode& list, const Vocabulary& vocabulary, AddedTokens& added)
{
    const auto nodes = list.elements();
    if (nodes.size() > kMaxAddedTokens)
        list.fail(ErrorCode::TooLarge,
                  "expected at most 200000 added tokens, found " + std::to_string(nodes.size()));
    for (const JsonNode& node : nodes) {
        if (node.failed())
            return;
        AddedToken token;
        token.content = node.text("content");
        const std::int64_t id = node.child("id").integer();
        if (id < 0 || id >= Vocabulary::kMaxIds)
            node.child("id").fail(ErrorCode::BadFile, "expected an id from 0 to " +
                                                          std::to_string(Vocabulary::kMaxIds - 1) +
                                                          ", found " + std::to_string(id));
        // The model's own id counts where the file has two; one that is another piece's makes way.
        token.id = vocabulary.find(token.content).value_or(static_cast<int>(id));
        if (vocabulary.has(token.id) && vocabulary.piece(token.id) != token.content)
            token.id = std::max(vocabulary.size(), added.size());
        token.singleWord = node.flag("single_word", false);
        token.stripLeft = node.flag("lstrip", false);
        token.stripRight = node.flag("rstrip", false);
        token.special = node.flag("special", false);
        token.normalized = node.flag("normalized", !token.special);
        if (!node.failed())
            added.add(std::move(token));
    }
}

} // namespace

Result<TokenizerParts> readTokenizerJson(std::string_view bytes, const std::string& file)
{
    auto document = JsonDocument::parse(bytes, file);
    if (!document)
        return tl::unexpected(std::move(document.error()));
    const JsonNode root(*document);
    TokenizerParts parts;
    parts.model = readModel(root.child("model"));
    if (root.has("normalizer"))
        parts.normalizer = readNormalizer(root.child("normalizer"));
    if (root.has("pre_tokenizer"))
        parts.preTokenizer = readPreTokenizer(root.child("pre_tokenizer"));
    if (root.has("post_processor"))
        parts.postProcessor = readPostProcessor(root.child("post_processor"));
    if (root.has("decoder"))
        parts.decoder = readDecoder(root.child("decoder"));
    if (root.has("added_tokens") && parts.model)
        readAddedTokens(root.child("added_tokens"), parts.model->vocabulary(), parts.added);
    if (root.failed())
        return tl::unexpected(root.error());
    return parts;
}

} // namespace headlight
