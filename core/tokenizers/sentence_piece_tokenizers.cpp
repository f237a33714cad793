// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/sentence_piece_tokenizers.h"

#include "result/quote.h"
#include "tokenizers/json_node.h"
#include "tokenizers/models/sentence_piece.h"
#include "tokenizers/surroundings.h"

#include <algorithm>
#include <array>
#include <utility>

namespace headlight {

namespace {

constexpr std::int64_t kDefaultExtraIds = 100;
constexpr std::int64_t kMaxExtraIds = 100'000;

/// The vocabulary of a model and the id of each of the file's pieces.
struct Numbering
{
    Vocabulary vocabulary;
    std::vector<int> ids;
};

Result<Numbering> numberInOrder(const SentencePieceFile& file)
{
    Numbering numbering;
    for (const auto& piece : file.pieces) {
        const auto id = static_cast<int>(numbering.ids.size());
        if (auto added = numbering.vocabulary.add(piece.text, id); !added)
            return tl::unexpected(std::move(added.error()));
        numbering.ids.push_back(id);
    }
    return numbering;
}

/// fairseq's order, which XLM-RoBERTa kept: <s> <pad> </s> <unk>, then the pieces from the fourth on.
Result<Numbering> numberLikeFairseq(const SentencePieceFile& file)
{
    constexpr std::array<std::string_view, 4> first = {"<s>", "<pad>", "</s>", "<unk>"};
    Numbering numbering;
    int next = 0;
    for (const std::string_view piece : first) {
        if (auto added = numbering.vocabulary.add(piece, next++); !added)
            return tl::unexpected(std::move(added.error()));
    }
    for (std::size_t i = 0; i < file.pieces.size(); ++i) {
        const std::string& text = file.pieces[i].text;
        const auto special = std::find(first.begin(), first.end(), text);
        if (special != first.end()) {
            numbering.ids.push_back(static_cast<int>(special - first.begin()));
            continue;
        }
        const auto id = static_cast<int>(i) + 1;
        if (auto added = numbering.vocabulary.add(text, id); !added)
            return tl::unexpected(std::move(added.error()));
        numbering.ids.push_back(id);
    }
    if (auto added = numbering.vocabulary.add("<mask>", static_cast<std::int64_t>(file.pieces.size()) + 1);
        !added)
        return tl::unexpected(std::move(added.error()));
    return numbering;
}

/// Marian's: vocab.json has the ids; pieces that it lacks are unknown.
Result<Numbering> numberByVocabulary(const SentencePieceFile& file, const VocabularyFile& vocab,
                                     const std::string& unknown)
{
    auto document = JsonDocument::parse(vocab.bytes, vocab.name);
    if (!document)
        return tl::unexpected(std::move(document.error()));
    const JsonNode root(*document);
    Numbering numbering;
    numbering.vocabulary = readVocabulary(root);
    if (root.failed())
        return tl::unexpected(root.error());
    const auto unknownId = numbering.vocabulary.find(unknown);
    if (!unknownId)
        return fail(ErrorCode::BadFile,
                    "expected the unknown token " + quote(unknown) + " among the pieces, found none",
                    vocab.name);
    for (const auto& piece : file.pieces)
        numbering.ids.push_back(numbering.vocabulary.find(piece.text).value_or(*unknownId));
    return numbering;
}

/// What a kind of model puts around the text, and the special tokens that its class has when no file names
/// them.
struct Convention
{
    std::string_view kind;
    std::string_view before; ///< a role, or nothing
    std::string_view after;
    bool asked = false; ///< add_bos_token and add_eos_token decide
    std::string_view beginning;
    std::string_view end;
};

constexpr std::array<Convention, 6> kConventions{{
    {"T5", "", "eos_token", false, "", "</s>"},
    {"Llama", "bos_token", "", true, "<s>", "</s>"},
    {"Gemma", "bos_token", "", true, "<bos>", "<eos>"},
    {"Marian", "", "eos_token", false, "", "</s>"},
    {"XLMRoberta", "bos_token", "eos_token", false, "<s>", "</s>"},
    {"Reformer", "", "", false, "", "</s>"},
}};

const Convention* conventionOf(std::string_view kind)
{
    const auto found = std::find_if(kConventions.begin(), kConventions.end(),
                                    [&](const Convention& convention) { return convention.kind == kind; });
    return found == kConventions.end() ? nullptr : &*found;
}

TokenizerSettings withDefaults(TokenizerSettings settings, const Convention& convention)
{
    const auto set = [&](const char* role, std::string_view content) {
        AddedToken token;
        token.content = content;
        token.special = true;
        if (!content.empty())
            settings.special.try_emplace(role, std::move(token));
    };
    set("bos_token", convention.beginning);
    set("eos_token", convention.end);
    set("unk_token", "<unk>");
    set("pad_token", "<pad>");
    if (convention.kind == "XLMRoberta")
        set("mask_token", "<mask>");
    return settings;
}

/// T5's <extra_id_0> is the last id, <extra_id_1> the one before.
Result<void> addExtraIds(const TokenizerSettings& settings, TokenizerParts& parts)
{
    const bool named = std::any_of(settings.added.begin(), settings.added.end(), [](const AddedToken& token) {
        return token.content.starts_with("<extra_id_");
    });
    const std::int64_t count = settings.extraIds.value_or(kDefaultExtraIds);
    if (named || parts.model->vocabulary().find("<extra_id_0>"))
        return {};
    if (count < 0 || count > kMaxExtraIds)
        return fail(ErrorCode::TooLarge,
                    "expected extra_ids from 0 to 100000, found " + std::to_string(count),
                    "tokenizer_config.json");
    const int size = parts.model->vocabulary().size();
    for (std::int64_t i = 0; i < count; ++i) {
        AddedToken token;
        token.content = "<extra_id_" + std::to_string(i) + ">";
        token.id = size + static_cast<int>(count - 1 - i);
        token.special = true;
        parts.added.add(std::move(token));
    }
    return {};
}

/// Marian's multilingual models begin a text with the language that they should write, such as >>fr<<.
void addLanguageCodes(TokenizerParts& parts)
{
    const Vocabulary& vocabulary = parts.model->vocabulary();
    for (int id = 0; id < vocabulary.size(); ++id) {
        const std::string_view piece = vocabulary.piece(id);
        if (piece.size() > 4 && piece.starts_with(">>") && piece.ends_with("<<"))
            parts.added.add({.content = std::string(piece), .id = id, .special = true});
    }
}

} // namespace

Result<TokenizerParts> readSentencePiece(const VocabularyFile& model,
                                         const std::optional<VocabularyFile>& vocab,
                                         const TokenizerSettings& given)
{
    const Convention* convention = conventionOf(given.kind);
    if (!convention)
        return fail(ErrorCode::Unsupported,
                    "expected a tokenizer_class of T5, Llama, Gemma, Marian, XLMRoberta or Reformer for a "
                    "SentencePiece model, found " +
                        quote(given.kind) + "; a tokenizer.json would say how it is used",
                    model.name);
    auto file = SentencePieceFile::read(model.bytes);
    if (!file)
        return fail(file.error().code, file.error().message, model.name);
    const TokenizerSettings settings = withDefaults(given, *convention);
    auto numbering = vocab ? numberByVocabulary(*file, *vocab, settings.contentOf("unk_token"))
                     : convention->kind == "XLMRoberta" ? numberLikeFairseq(*file)
                                                        : numberInOrder(*file);
    if (!numbering)
        return fail(numbering.error().code, numbering.error().message,
                    numbering.error().where.empty() ? model.name : numbering.error().where);
    auto made = makeSentencePiece(*file, std::move(numbering->vocabulary), std::move(numbering->ids));
    if (!made)
        return fail(made.error().code, made.error().message, model.name);

    TokenizerParts parts;
    parts.model = std::move(*made);
    addTokens(settings, parts);
    if (convention->kind == "T5") {
        if (auto done = addExtraIds(settings, parts); !done)
            return tl::unexpected(std::move(done.error()));
    }
    if (convention->kind == "Marian")
        addLanguageCodes(parts);
    std::string before = settings.contentOf(convention->before);
    std::string after = settings.contentOf(convention->after);
    if (convention->asked && !settings.addBos.value_or(true))
        before.clear();
    if (convention->asked && settings.addEos.value_or(false))
        after = settings.contentOf("eos_token");
    if (auto done = describeSentencePiece(before, after, file->addDummyPrefix, parts); !done)
        return tl::unexpected(std::move(done.error()));
    return parts;
}

} // namespace headlight
