// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Text to token ids and back. Every token knows the bytes of the text that it stands for.

#include "result/result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

struct Token
{
    int id = 0;
    std::string piece;     ///< the vocabulary's own spelling: "Ġhead", "▁little", "##ing"
    std::size_t begin = 0; ///< first byte in the text that was given
    std::size_t end = 0;   ///< one past the last; begin == end for tokens that the tokenizer added
    bool special = false;  ///< [CLS], <s> …
    int typeId = 0;        ///< segment (token type) id, from the post-processor's template
};

class Tokenizer
{
public:
    virtual ~Tokenizer() = default;

    /// Splits @p text (UTF-8; invalid bytes are an error that names the first one's place) into tokens.
    /// @p addSpecial puts the tokens that the model expects around the text ([CLS] … [SEP], <s>).
    /// A special token's own spelling inside the text becomes that token, as in the reference libraries.
    [[nodiscard]] virtual Result<std::vector<Token>> encode(std::string_view text,
                                                            bool addSpecial = true) const = 0;

    /// The text that the ids stand for; ids outside the vocabulary are an error.
    [[nodiscard]] virtual Result<std::string> decode(std::span<const int> ids,
                                                     bool skipSpecial = true) const = 0;

    /// Number of ids, added tokens included; ids run from 0.
    [[nodiscard]] virtual int vocabularySize() const = 0;
    /// The vocabulary's spelling of an id; empty for an id that has none.
    [[nodiscard]] virtual std::string piece(int id) const = 0;
    [[nodiscard]] virtual std::optional<int> idOf(std::string_view piece) const = 0;
    [[nodiscard]] virtual bool isSpecial(int id) const = 0;

    /// The piece as a person should read it on a label: a leading space as "␣", a line end as "⏎", byte-level
    /// spelling turned back into characters ("Ġcafé" not "ĠcafÃ©"), "##ing" kept. Bytes that are no whole
    /// character are shown as <0xE2>.
    [[nodiscard]] virtual std::string label(int id) const = 0;

    /// What kind it is, for the info panel: "byte-level BPE", "WordPiece", "WordLevel", "Unigram".
    [[nodiscard]] virtual std::string kind() const = 0;
};

/// Opens the tokenizer of a model folder: tokenizer.json, else vocab.json with merges.txt, else vocab.txt,
/// else a SentencePiece model (tokenizer.model, spiece.model, sentencepiece.bpe.model). tokenizer_config.json
/// and special_tokens_map.json are honoured. Errors: NotFound when the folder has none of these files;
/// BadFile, Unsupported or TooLarge with the file, the key and what was found.
[[nodiscard]] Result<std::unique_ptr<Tokenizer>> openTokenizer(const std::filesystem::path& folder);

} // namespace headlight
