// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// WordPiece (Schuster and Nakajima 2012, as in BERT): the longest piece that begins the word, then the
// longest that goes on, and so forth; pieces that go on are spelt with a prefix. A word that can't be covered
// is unknown as a whole.

#include "tokenizers/models/model.h"

namespace headlight {

struct WordPieceOptions
{
    std::string unknown = "[UNK]";
    std::string prefix = "##";
    std::int64_t longestWord = 100; ///< in characters; longer ones are unknown
};

[[nodiscard]] std::unique_ptr<TokenModel> makeWordPiece(Vocabulary vocabulary, WordPieceOptions options);

} // namespace headlight
