// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/vocabulary_files.h"

#include "formats/json.h"
#include "result/quote.h"
#include "tokenizers/json_node.h"
#include "tokenizers/models/bpe.h"
#include "tokenizers/models/word_piece.h"
#include "tokenizers/surroundings.h"
#include "tokenizers/unicode.h"

#include <algorithm>
#include <utility>

namespace headlight {

namespace {

using nlohmann::json;

constexpr std::string_view kSpacePiece = "\xC4\xA0"; // Ġ

constexpr std::string_view kClipWords = R"('s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+)";
constexpr std::string_view kQwenWords =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

/// Calls @p each(line, number) for the lines without their ends; stops at the first error.
template <class Each>
Result<void> forEachLine(std::string_view text, Each each)
{
    std::int64_t number = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (Result<void> done = each(line, number++); !done)
            return done;
    }
    return {};
}

tl::unexpected<Error> inFile(Error error, const std::string& file, std::int64_t line)
{
    error.where = file + ", line " + std::to_string(line + 1);
    return tl::unexpected(std::move(error));
}

Result<MergeRules> readMerges(const VocabularyFile& file, const Vocabulary& vocabulary,
                              const BpeOptions& options)
{
    MergeRules merges;
    merges.reserve(static_cast<std::size_t>(std::count(file.bytes.begin(), file.bytes.end(), '\n')));
    auto done = forEachLine(file.bytes, [&](std::string_view line, std::int64_t number) -> Result<void> {
        if (line.empty() || (number == 0 && line.starts_with("#version")))
            return {};
        if (auto added = merges.add(vocabulary, line, options); !added)
            return inFile(std::move(added.error()), file.name, number);
        return {};
    });
    if (!done)
        return tl::unexpected(std::move(done.error()));
    return merges;
}

json split(std::string_view expression, const char* behavior, bool invert)
{
    return {
        {"type", "Split"}, {"pattern", {{"Regex", expression}}}, {"behavior", behavior}, {"invert", invert}};
}

json byteLevel(bool addPrefixSpace, bool splits)
{
    return {{"type", "ByteLevel"}, {"add_prefix_space", addPrefixSpace}, {"use_regex", splits}};
}

void setDefault(TokenizerSettings& settings, const char* role, const char* content)
{
    AddedToken token;
    token.content = content;
    token.special = true;
    settings.special.try_emplace(role, std::move(token));
}

json describeByteLevel(const TokenizerSettings& settings, const TokenizerParts& parts)
{
    const bool addSpace = settings.addPrefixSpace.value_or(false);
    json description = {{"pre_tokenizer", byteLevel(addSpace, true)}, {"decoder", {{"type", "ByteLevel"}}}};
    if (settings.kind == "Roberta") {
        description["post_processor"] = {
            {"type", "Sequence"},
            {"processors",
             {{{"type", "ByteLevel"}, {"trim_offsets", true}},
              around(parts, settings.contentOf("cls_token"), settings.contentOf("sep_token"))}}};
    } else if (settings.kind == "CLIP") {
        description["normalizer"] = {
            {"type", "Sequence"},
            {"normalizers",
             {{{"type", "NFC"}},
              {{"type", "Replace"}, {"pattern", {{"Regex", "\\s+"}}}, {"content", " "}},
              {{"type", "Lowercase"}}}}};
        description["pre_tokenizer"] = {
            {"type", "Sequence"},
            {"pretokenizers", {split(kClipWords, "Removed", true), byteLevel(false, true)}}};
        description["decoder"] = {
            {"type", "Sequence"},
            {"decoders",
             {{{"type", "ByteLevel"}},
              {{"type", "Replace"}, {"pattern", {{"String", "</w>"}}}, {"content", " "}}}}};
        description["post_processor"] =
            around(parts, settings.contentOf("bos_token"), settings.contentOf("eos_token"));
    } else if (settings.kind == "Qwen2") {
        description["normalizer"] = {{"type", "NFC"}};
        description["pre_tokenizer"] = {
            {"type", "Sequence"},
            {"pretokenizers", {split(kQwenWords, "Isolated", false), byteLevel(addSpace, false)}}};
    }
    if (settings.addBos.value_or(settings.kind == "OPT"))
        description["post_processor"] =
            around(parts, settings.contentOf("bos_token"),
                   settings.addEos.value_or(false) ? settings.contentOf("eos_token") : std::string());
    return description;
}

/// Special tokens that the class of tokenizer has when the files don't name them.
TokenizerSettings withByteLevelDefaults(TokenizerSettings settings)
{
    if (settings.kind == "Roberta") {
        setDefault(settings, "bos_token", "<s>");
        setDefault(settings, "eos_token", "</s>");
        setDefault(settings, "cls_token", "<s>");
        setDefault(settings, "sep_token", "</s>");
        setDefault(settings, "unk_token", "<unk>");
        setDefault(settings, "pad_token", "<pad>");
        setDefault(settings, "mask_token", "<mask>");
    } else if (settings.kind == "OPT") {
        setDefault(settings, "bos_token", "</s>");
        setDefault(settings, "eos_token", "</s>");
        setDefault(settings, "unk_token", "</s>");
        setDefault(settings, "pad_token", "<pad>");
    } else {
        setDefault(settings, "bos_token", settings.kind == "CLIP" ? "<|startoftext|>" : "<|endoftext|>");
        setDefault(settings, "eos_token", "<|endoftext|>");
        setDefault(settings, "unk_token", "<|endoftext|>");
    }
    return settings;
}

} // namespace

Result<TokenizerParts> readVocabAndMerges(const VocabularyFile& vocab, const VocabularyFile& merges,
                                          const TokenizerSettings& given)
{
    auto document = JsonDocument::parse(vocab.bytes, vocab.name);
    if (!document)
        return tl::unexpected(std::move(document.error()));
    const JsonNode root(*document);
    Vocabulary vocabulary = readVocabulary(root);
    if (root.failed())
        return tl::unexpected(root.error());
    if (!vocabulary.find(kSpacePiece))
        return fail(ErrorCode::Unsupported,
                    "expected a byte-level vocabulary, which has a piece \"Ġ\", found none", vocab.name);

    const TokenizerSettings settings = withByteLevelDefaults(given);
    BpeOptions options;
    options.byteLevel = true;
    if (settings.kind == "CLIP") {
        options.endSuffix = "</w>";
        options.unknown = settings.contentOf("unk_token");
    }
    auto rules = readMerges(merges, vocabulary, options);
    if (!rules)
        return tl::unexpected(std::move(rules.error()));

    TokenizerParts parts;
    parts.model = makeBpe(std::move(vocabulary), std::move(*rules), std::move(options));
    addTokens(settings, parts);
    if (auto done = describe(describeByteLevel(settings, parts), parts); !done)
        return tl::unexpected(std::move(done.error()));
    return parts;
}

Result<TokenizerParts> readWordPieceVocab(const VocabularyFile& vocab, const TokenizerSettings& given)
{
    TokenizerSettings settings = given;
    setDefault(settings, "unk_token", "[UNK]");
    setDefault(settings, "sep_token", "[SEP]");
    setDefault(settings, "pad_token", "[PAD]");
    setDefault(settings, "cls_token", "[CLS]");
    setDefault(settings, "mask_token", "[MASK]");

    Vocabulary vocabulary;
    auto done = forEachLine(vocab.bytes, [&](std::string_view line, std::int64_t number) -> Result<void> {
        if (auto added = vocabulary.add(line, number); !added)
            return inFile(std::move(added.error()), vocab.name, number);
        return {};
    });
    if (!done)
        return tl::unexpected(std::move(done.error()));
    WordPieceOptions options;
    options.unknown = settings.contentOf("unk_token");
    if (!vocabulary.find(options.unknown))
        return fail(ErrorCode::BadFile,
                    "expected the unknown token " + quote(options.unknown) + " among the pieces, found none",
                    vocab.name);

    TokenizerParts parts;
    parts.model = makeWordPiece(std::move(vocabulary), std::move(options));
    addTokens(settings, parts);
    json normalizer = {{"type", "BertNormalizer"},
                       {"clean_text", true},
                       {"lowercase", settings.lowerCase.value_or(true)},
                       {"handle_chinese_chars", settings.chineseCharacters.value_or(true)}};
    if (settings.stripAccents)
        normalizer["strip_accents"] = *settings.stripAccents;
    const json description = {
        {"normalizer", normalizer},
        {"pre_tokenizer", {{"type", "BertPreTokenizer"}}},
        {"post_processor", around(parts, settings.contentOf("cls_token"), settings.contentOf("sep_token"))},
        {"decoder", {{"type", "WordPiece"}, {"prefix", "##"}, {"cleanup", true}}},
    };
    if (done = describe(description, parts); !done)
        return tl::unexpected(std::move(done.error()));
    return parts;
}

} // namespace headlight
