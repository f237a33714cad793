// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/files.h"
#include "tokenizers/sentence_piece_tokenizers.h"
#include "tokenizers/tokenizer.h"
#include "tokenizers/tokenizer_json.h"
#include "tokenizers/vocabulary_files.h"

#include <array>
#include <utility>

namespace headlight {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{128} * 1024 * 1024;

/// Names of SentencePiece models, and whose they are when no file says it.
constexpr std::array<std::pair<const char*, const char*>, 5> kSentencePieceFiles{{
    {"tokenizer.model", "Llama"},
    {"spiece.model", "T5"},
    {"sentencepiece.bpe.model", "XLMRoberta"},
    {"source.spm", "Marian"},
    {"spm.model", "T5"},
}};

bool has(const fs::path& folder, const char* name)
{
    std::error_code ignored;
    return fs::exists(folder / name, ignored);
}

Result<TokenizerParts> openTokenizerJson(const fs::path& file, const TokenizerSettings& settings)
{
    const auto bytes = readFile(file, kMaxFileBytes);
    if (!bytes)
        return tl::unexpected(bytes.error());
    return readTokenizerJson(*bytes, file.string(), settings);
}

Result<TokenizerParts> openVocabAndMerges(const fs::path& folder, const TokenizerSettings& settings)
{
    const fs::path vocabFile = folder / "vocab.json";
    const fs::path mergesFile = folder / "merges.txt";
    const auto vocab = readFile(vocabFile, kMaxFileBytes);
    if (!vocab)
        return tl::unexpected(vocab.error());
    const auto merges = readFile(mergesFile, kMaxFileBytes);
    if (!merges)
        return tl::unexpected(merges.error());
    return readVocabAndMerges({*vocab, vocabFile.string()}, {*merges, mergesFile.string()}, settings);
}

Result<TokenizerParts> openWordPieceVocab(const fs::path& file, const TokenizerSettings& settings)
{
    const auto vocab = readFile(file, kMaxFileBytes);
    if (!vocab)
        return tl::unexpected(vocab.error());
    return readWordPieceVocab({*vocab, file.string()}, settings);
}

Result<TokenizerParts> openSentencePiece(const fs::path& file, const char* kind,
                                         const TokenizerSettings& given)
{
    TokenizerSettings settings = given;
    if (settings.kind.empty())
        settings.kind = kind;
    const auto model = readFile(file, kMaxFileBytes);
    if (!model)
        return tl::unexpected(model.error());
    if (settings.kind != "Marian")
        return readSentencePiece({*model, file.string()}, std::nullopt, settings);
    const fs::path vocabFile = file.parent_path() / "vocab.json";
    const auto vocab = readFile(vocabFile, kMaxFileBytes);
    if (!vocab)
        return tl::unexpected(vocab.error());
    return readSentencePiece({*model, file.string()}, VocabularyFile{*vocab, vocabFile.string()}, settings);
}

Result<TokenizerParts> openParts(const fs::path& folder, const TokenizerSettings& settings)
{
    if (has(folder, "tokenizer.json"))
        return openTokenizerJson(folder / "tokenizer.json", settings);
    if (has(folder, "vocab.json") && has(folder, "merges.txt"))
        return openVocabAndMerges(folder, settings);
    if (has(folder, "vocab.txt"))
        return openWordPieceVocab(folder / "vocab.txt", settings);
    for (const auto& [name, kind] : kSentencePieceFiles) {
        if (has(folder, name))
            return openSentencePiece(folder / name, kind, settings);
    }
    return fail(
        ErrorCode::NotFound,
        "expected tokenizer.json, vocab.json with merges.txt, vocab.txt or a SentencePiece model, found none",
        folder.string());
}

} // namespace

Result<std::unique_ptr<Tokenizer>> openTokenizer(const fs::path& folder)
{
    const auto files = readSettingsFiles(folder);
    if (!files)
        return tl::unexpected(files.error());
    const auto settings = readSettings(*files, folder.string());
    if (!settings)
        return tl::unexpected(settings.error());
    auto parts = openParts(folder, *settings);
    if (!parts)
        return tl::unexpected(std::move(parts.error()));
    return makeTokenizer(std::move(*parts));
}

} // namespace headlight
