// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The older forms of a tokenizer: vocab.json with merges.txt (byte-level BPE), and vocab.txt (WordPiece). How
// the text is treated does not stand in them; it follows from the kind of model that they were published
// with.

#include "result/result.h"
#include "tokenizers/pipeline_tokenizer.h"
#include "tokenizers/tokenizer_settings.h"

#include <string>
#include <string_view>

namespace headlight {

struct VocabularyFile
{
    std::string_view bytes;
    std::string name; ///< named in errors
};

/// GPT-2's and what is built like it: RoBERTa, BART, OPT, CLIP, Qwen2 by @p settings.kind.
[[nodiscard]] Result<TokenizerParts> readVocabAndMerges(const VocabularyFile& vocab,
                                                        const VocabularyFile& merges,
                                                        const TokenizerSettings& settings);
/// BERT's and what is built like it.
[[nodiscard]] Result<TokenizerParts> readWordPieceVocab(const VocabularyFile& vocab,
                                                        const TokenizerSettings& settings);

} // namespace headlight
