// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// SentencePiece's model files (a protobuf), read by ourselves before libsentencepiece sees them. The library
// trusts a model: it walks the normalisation trie without looking at its size, keeps at most 32 matches of it
// but reads all of them, aborts on user-defined symbols that it can't sort, and runs whatever self-test the
// file brings. So we take from the file what tokenizing needs, check that, and write a fresh file of it.

#include "result/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace headlight {

struct SentencePieceFile
{
    enum class Algorithm { Unigram = 1, Bpe = 2, Word = 3, Character = 4 };
    enum class PieceType { Normal = 1, Unknown = 2, Control = 3, UserDefined = 4, Unused = 5, Byte = 6 };
    struct Piece
    {
        std::string text;
        float score = 0.0F;
        PieceType type = PieceType::Normal;
    };

    std::vector<Piece> pieces;
    Algorithm algorithm = Algorithm::Unigram;
    bool byteFallback = false;
    bool spaceIsSuffix = false;
    std::string charsmap;
    bool addDummyPrefix = true;
    bool removeExtraSpaces = true;
    bool escapeSpaces = true;
    /// A byte of text becomes at most this many when it is normalised.
    std::size_t growth = 1;

    /// Errors: BadFile, TooLarge.
    [[nodiscard]] static Result<SentencePieceFile> read(std::string_view bytes);
    /// The same model, as libsentencepiece can safely read it.
    [[nodiscard]] std::string write() const;
};

} // namespace headlight
