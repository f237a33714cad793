// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A tokenizer put together from the hub's kinds of parts: added tokens are found, what lies between them is
// normalised, cut into words and tokenised, and special tokens are put around it.

#include "tokenizers/added_tokens.h"
#include "tokenizers/decoders.h"
#include "tokenizers/models/model.h"
#include "tokenizers/normalizers.h"
#include "tokenizers/post_processors.h"
#include "tokenizers/pre_tokenizers.h"
#include "tokenizers/tokenizer.h"

namespace headlight {

/// All but the model may be null.
struct TokenizerParts
{
    AddedTokens added;
    std::unique_ptr<Normalizer> normalizer;
    std::unique_ptr<PreTokenizer> preTokenizer;
    std::unique_ptr<TokenModel> model;
    std::unique_ptr<PostProcessor> postProcessor;
    std::unique_ptr<Decoder> decoder; ///< without one, pieces are joined with spaces
};

/// What every tokenizer asks of a text. Errors: TooLarge; BadInput with the place of the first byte that is
/// no UTF-8.
[[nodiscard]] Result<void> checkText(std::string_view text);

[[nodiscard]] std::unique_ptr<Tokenizer> makeTokenizer(TokenizerParts parts);

} // namespace headlight
