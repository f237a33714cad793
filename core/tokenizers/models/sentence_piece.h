// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A SentencePiece model run by libsentencepiece: it normalises the text, keeps spaces as "▁" and finds the
// pieces.

#include "tokenizers/models/model.h"
#include "tokenizers/sentence_piece_file.h"

namespace headlight {

/// @p ids gives each piece of the file its id in @p vocabulary, which may have more.
[[nodiscard]] Result<std::unique_ptr<TokenModel>>
makeSentencePiece(const SentencePieceFile& file, Vocabulary vocabulary, std::vector<int> ids);

} // namespace headlight
