// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The parts around a model that has no tokenizer.json, written in tokenizer.json's own words and read as
// such.

#include "result/result.h"
#include "tokenizers/pipeline_tokenizer.h"
#include "tokenizers/tokenizer_settings.h"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace headlight {

/// Adds the settings' tokens, with the ids that the vocabulary or the settings give them.
void addTokens(const TokenizerSettings& settings, TokenizerParts& parts);

/// Reads the normalizer, pre_tokenizer, post_processor and decoder of @p description.
[[nodiscard]] Result<void> describe(const nlohmann::json& description, TokenizerParts& parts);

/// A post-processor that puts these tokens before and after the text; empty ones, and ones that are not in
/// the vocabulary, are left out.
[[nodiscard]] nlohmann::json around(const TokenizerParts& parts, const std::string& before,
                                    const std::string& after);

/// What surrounds a SentencePiece model, which does all else itself.
[[nodiscard]] Result<void> describeSentencePiece(const std::string& before, const std::string& after,
                                                 bool dummyPrefix, TokenizerParts& parts);

} // namespace headlight
