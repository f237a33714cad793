// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/labels.h"

#include "tokenizers/byte_level.h"
#include "tokenizers/unicode.h"

namespace headlight {

namespace {

void appendVisibly(std::string& label, std::string_view character, char32_t c)
{
    if (c == ' ' || c == 0x2581) // SentencePiece writes a space as ▁.
        label += "␣";
    else if (c == '\n')
        label += "⏎";
    else if (c == '\t')
        label += "⇥";
    else if (c < 0x20 || c == 0x7F)
        label += fallbackPiece(static_cast<unsigned char>(c));
    else
        label += character;
}

} // namespace

std::string labelOf(std::string_view piece, bool byteLevel)
{
    const std::string bytes =
        byteLevel ? fromByteLevel(piece).value_or(std::string(piece)) : std::string(piece);
    std::string label;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::string_view rest = std::string_view(bytes).substr(at);
        const std::size_t valid = firstInvalidUtf8(rest).value_or(rest.size());
        if (valid == 0) {
            label += fallbackPiece(static_cast<unsigned char>(bytes[at++]));
            continue;
        }
        for (const std::size_t end = at + valid; at < end;) {
            const CodePoint c = codePointAt(bytes, at);
            appendVisibly(label, std::string_view(bytes).substr(at, c.length), c.value);
            at += c.length;
        }
    }
    return label;
}

} // namespace headlight
