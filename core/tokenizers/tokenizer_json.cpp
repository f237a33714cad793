// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/tokenizer_json.h"

#include "formats/json.h"
#include "tokenizers/json_node.h"
#include "tokenizers/surroundings.h"

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

/// The switches that BERT's, GPT-2's and RoBERTa's classes set anew when they open a tokenizer.json.
void applySwitches(const TokenizerSettings& settings, nlohmann::json& root)
{
    if (!root.is_object())
        return;
    const auto partOfType = [&](const char* key, const char* type) -> nlohmann::json* {
        const auto part = root.find(key);
        const bool fits =
            part != root.end() && part->is_object() && part->contains("type") && (*part)["type"] == type;
        return fits ? &*part : nullptr;
    };
    nlohmann::json* normalizer = partOfType("normalizer", "BertNormalizer");
    if (normalizer && settings.kind == "Bert") {
        if (settings.lowerCase)
            (*normalizer)["lowercase"] = *settings.lowerCase;
        if (settings.stripAccents)
            (*normalizer)["strip_accents"] = *settings.stripAccents;
        if (settings.chineseCharacters)
            (*normalizer)["handle_chinese_chars"] = *settings.chineseCharacters;
    }
    nlohmann::json* preTokenizer = partOfType("pre_tokenizer", "ByteLevel");
    if (preTokenizer && settings.addPrefixSpace && (settings.kind == "GPT2" || settings.kind == "Roberta"))
        (*preTokenizer)["add_prefix_space"] = *settings.addPrefixSpace;
}

void addTokensBeside(const TokenizerSettings& settings, TokenizerParts& parts)
{
    for (const AddedToken& token : settings.added) {
        const Vocabulary& vocabulary = parts.model->vocabulary();
        const bool known = parts.added.find(std::string_view(token.content)) || parts.added.find(token.id);
        const bool fits = vocabulary.has(token.id) ? vocabulary.piece(token.id) == token.content
                                                   : !vocabulary.find(token.content);
        if (!known && fits)
            parts.added.add(token);
    }
    for (const auto& [role, given] : settings.special) {
        const auto id = parts.model->vocabulary().find(given.content);
        if (!id || parts.added.find(std::string_view(given.content)))
            continue;
        AddedToken token = given;
        token.id = *id;
        parts.added.add(std::move(token));
    }
}

/// LLaMA's and Gemma's classes write the template themselves, whatever stands in the file.
Result<void> applyTemplate(const TokenizerSettings& settings, TokenizerParts& parts)
{
    const bool writes = (settings.kind == "Llama" || settings.kind == "Gemma") && !settings.kindIsGuessed;
    const std::string bos = settings.contentOf("bos_token");
    if (!writes || bos.empty() || (!settings.addBos && !settings.addEos))
        return {};
    const std::string before = settings.addBos.value_or(true) ? bos : std::string();
    const std::string after =
        settings.addEos.value_or(false) ? settings.contentOf("eos_token") : std::string();
    return describe({{"post_processor", around(parts, before, after)}}, parts);
}

} // namespace

Result<TokenizerParts> readTokenizerJson(std::string_view bytes, const std::string& file,
                                         const TokenizerSettings& settings)
{
    auto document = JsonDocument::parse(bytes, file);
    if (!document)
        return tl::unexpected(std::move(document.error()));
    applySwitches(settings, document->root());
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
    addTokensBeside(settings, parts);
    if (auto done = applyTemplate(settings, parts); !done)
        return tl::unexpected(std::move(done.error()));
    return parts;
}

} // namespace headlight
