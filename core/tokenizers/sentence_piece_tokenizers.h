// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// SentencePiece models as the families use them: which ids the pieces have, and which tokens stand around the
// text.

#include "result/result.h"
#include "tokenizers/pipeline_tokenizer.h"
#include "tokenizers/tokenizer_settings.h"
#include "tokenizers/vocabulary_files.h"

#include <optional>

namespace headlight {

/// @p vocab is Marian's vocab.json, which gives the pieces their ids. Kinds that are known: T5, Llama, Gemma,
/// Marian, XLMRoberta, Reformer. Errors: Unsupported for other kinds, whose conventions would be guesses.
[[nodiscard]] Result<TokenizerParts> readSentencePiece(const VocabularyFile& model,
                                                       const std::optional<VocabularyFile>& vocab,
                                                       const TokenizerSettings& settings);

} // namespace headlight
