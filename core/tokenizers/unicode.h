// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Code points in UTF-8, and the few classes of them that tokenizers ask for. Except for firstInvalidUtf8 and
// lossyUtf8, which judge foreign bytes, every function expects valid UTF-8.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace headlight {

struct CodePoint
{
    char32_t value = 0;
    std::size_t length = 1; ///< bytes that it takes in UTF-8
};

/// The place of the first byte that is no part of valid UTF-8 (surrogates and overlong forms are invalid).
[[nodiscard]] std::optional<std::size_t> firstInvalidUtf8(std::string_view bytes);
/// Valid UTF-8 in which each maximal wrong sequence has become U+FFFD, as the Unicode standard recommends.
[[nodiscard]] std::string lossyUtf8(std::string_view bytes);

[[nodiscard]] CodePoint codePointAt(std::string_view text, std::size_t at);
/// The code point that ends just before @p end.
[[nodiscard]] CodePoint codePointBefore(std::string_view text, std::size_t end);
void appendUtf8(std::string& text, char32_t codePoint);

/// The White_Space property.
[[nodiscard]] bool isWhitespace(char32_t c);
/// General categories P*, and all printable ASCII that is neither letter nor digit: what BERT splits off.
[[nodiscard]] bool isPunctuation(char32_t c);
/// General categories Cc, Cf, Co.
[[nodiscard]] bool isControl(char32_t c);
/// General categories M*.
[[nodiscard]] bool isMark(char32_t c);
/// General category Mn.
[[nodiscard]] bool isNonspacingMark(char32_t c);
/// General categories N*.
[[nodiscard]] bool isNumeric(char32_t c);
/// What \w means in Unicode's regular expressions: letters, marks, decimal digits, connectors, joiners.
[[nodiscard]] bool isWordCharacter(char32_t c);
/// The blocks of Chinese characters that BERT sets apart from their neighbours.
[[nodiscard]] bool isChineseCharacter(char32_t c);
/// Lower case without regard to the context, appended to @p text; U+0130 gives two code points.
void appendLowerCase(std::string& text, char32_t c);

} // namespace headlight
