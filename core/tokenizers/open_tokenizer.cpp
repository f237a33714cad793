// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/files.h"
#include "tokenizers/tokenizer.h"
#include "tokenizers/tokenizer_json.h"

namespace headlight {

namespace {

constexpr std::uint64_t kMaxFileBytes = std::uint64_t{128} * 1024 * 1024;

} // namespace

Result<std::unique_ptr<Tokenizer>> openTokenizer(const std::filesystem::path& folder)
{
    const std::filesystem::path file = folder / "tokenizer.json";
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
        const auto bytes = readFile(file, kMaxFileBytes);
        if (!bytes)
            return tl::unexpected(bytes.error());
        auto parts = readTokenizerJson(*bytes, file.string());
        if (!parts)
            return tl::unexpected(std::move(parts.error()));
        return makeTokenizer(std::move(*parts));
    }
    return fail(
        ErrorCode::NotFound,
        "expected tokenizer.json, vocab.json with merges.txt, vocab.txt or a SentencePiece model, found none",
        folder.string());
}

} // namespace headlight
