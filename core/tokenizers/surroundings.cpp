// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/surroundings.h"

#include "formats/json.h"
#include "tokenizers/json_node.h"

#include <utility>

namespace headlight {

using nlohmann::json;

void addTokens(const TokenizerSettings& settings, TokenizerParts& parts)
{
    const Vocabulary& vocabulary = parts.model->vocabulary();
    for (AddedToken token : settings.added) {
        token.id = vocabulary.find(token.content).value_or(token.id);
        if (vocabulary.has(token.id) && vocabulary.piece(token.id) != token.content)
            continue; // The id is another piece's.
        for (const auto& [role, special] : settings.special)
            token.special = token.special || special.content == token.content;
        parts.added.add(std::move(token));
    }
    for (const auto& [role, given] : settings.special) {
        AddedToken token = given;
        const auto id = vocabulary.find(token.content);
        if (!id || parts.added.find(token.content))
            continue;
        token.id = *id;
        // RoBERTa's mask takes the space before it along, as the slow tokenizer has it.
        token.stripLeft = token.stripLeft || (role == "mask_token" && settings.kind == "Roberta");
        parts.added.add(std::move(token));
    }
}

Result<void> describe(const json& description, TokenizerParts& parts)
{
    auto document = JsonDocument::parse(description.dump(), "built-in tokenizer");
    if (!document)
        return tl::unexpected(std::move(document.error()));
    const JsonNode root(*document);
    if (root.has("normalizer"))
        parts.normalizer = readNormalizer(root.child("normalizer"));
    if (root.has("pre_tokenizer"))
        parts.preTokenizer = readPreTokenizer(root.child("pre_tokenizer"));
    if (root.has("post_processor"))
        parts.postProcessor = readPostProcessor(root.child("post_processor"));
    if (root.has("decoder"))
        parts.decoder = readDecoder(root.child("decoder"));
    if (root.failed())
        return tl::unexpected(root.error());
    return {};
}

json around(const TokenizerParts& parts, const std::string& before, const std::string& after)
{
    json single = json::array();
    json special = json::object();
    const auto put = [&](const std::string& content) {
        const AddedToken* added = parts.added.find(std::string_view(content));
        const auto id = added ? std::optional(added->id) : parts.model->vocabulary().find(content);
        if (content.empty() || !id)
            return;
        single.push_back({{"SpecialToken", {{"id", content}, {"type_id", 0}}}});
        special[content] = {{"ids", {*id}}, {"tokens", {content}}};
    };
    put(before);
    single.push_back({{"Sequence", {{"id", "A"}, {"type_id", 0}}}});
    put(after);
    return {{"type", "TemplateProcessing"}, {"single", single}, {"special_tokens", special}};
}

Result<void> describeSentencePiece(const std::string& before, const std::string& after, bool dummyPrefix,
                                   TokenizerParts& parts)
{
    json decoders = {{{"type", "Replace"}, {"pattern", {{"String", "\xE2\x96\x81"}}}, {"content", " "}},
                     {{"type", "ByteFallback"}},
                     {{"type", "Fuse"}}};
    if (dummyPrefix)
        decoders.push_back({{"type", "Strip"}, {"content", " "}, {"start", 1}, {"stop", 0}});
    return describe({{"post_processor", around(parts, before, after)},
                     {"decoder", {{"type", "Sequence"}, {"decoders", decoders}}}},
                    parts);
}

} // namespace headlight
