// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// GPT-2's way to write bytes as printable characters, so that a vocabulary can be a list of strings:
// printable Latin-1 stands for itself, the other 68 bytes follow from U+0100 on; a space is Ġ, a line feed Ċ.

#include "tokenizers/aligned_text.h"

#include <optional>
#include <string>
#include <string_view>

namespace headlight {

/// The character that stands for a byte.
[[nodiscard]] char32_t byteLevelCharacter(unsigned char byte);
/// Each byte as its character; each character keeps the byte's place.
[[nodiscard]] AlignedText toByteLevel(const AlignedText& text);
/// The bytes that @p piece spells; nothing when one of its characters stands for no byte.
[[nodiscard]] std::optional<std::string> fromByteLevel(std::string_view piece);

/// The byte that a piece like <0xE2> stands for.
[[nodiscard]] std::optional<unsigned char> byteOfFallbackPiece(std::string_view piece);
[[nodiscard]] std::string fallbackPiece(unsigned char byte);

} // namespace headlight
