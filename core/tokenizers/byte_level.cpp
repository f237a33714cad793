// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/byte_level.h"

#include "tokenizers/unicode.h"

#include <array>

namespace headlight {

namespace {

constexpr bool standsForItself(unsigned byte)
{
    return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

constexpr unsigned kFirstStandIn = 0x100;
constexpr unsigned kCharacters = kFirstStandIn + 68;

struct ByteTable
{
    std::array<char32_t, 256> character{};
    std::array<int, kCharacters> byte{}; ///< -1 for characters that stand for none
};

constexpr ByteTable makeTable()
{
    ByteTable table;
    for (int& byte : table.byte)
        byte = -1;
    unsigned next = kFirstStandIn;
    for (unsigned byte = 0; byte < 256; ++byte) {
        const unsigned character = standsForItself(byte) ? byte : next++;
        table.character[byte] = character;
        table.byte[character] = static_cast<int>(byte);
    }
    return table;
}

constexpr ByteTable kTable = makeTable();

} // namespace

char32_t byteLevelCharacter(unsigned char byte)
{
    return kTable.character[byte];
}

AlignedText toByteLevel(const AlignedText& text)
{
    AlignedText result;
    result.reserve(text.size() * 2);
    std::string character;
    for (std::size_t i = 0; i < text.size(); ++i) {
        character.clear();
        appendUtf8(character, byteLevelCharacter(static_cast<unsigned char>(text.text()[i])));
        result.put(character, text.origin(i, i + 1));
    }
    return result;
}

std::optional<std::string> fromByteLevel(std::string_view piece)
{
    std::string bytes;
    bytes.reserve(piece.size());
    for (std::size_t at = 0; at < piece.size();) {
        const CodePoint c = codePointAt(piece, at);
        if (c.value >= kCharacters || kTable.byte[c.value] < 0)
            return std::nullopt;
        bytes.push_back(static_cast<char>(static_cast<unsigned char>(kTable.byte[c.value])));
        at += c.length;
    }
    return bytes;
}

std::optional<unsigned char> byteOfFallbackPiece(std::string_view piece)
{
    if (piece.size() != 6 || !piece.starts_with("<0x") || !piece.ends_with('>'))
        return std::nullopt;
    unsigned value = 0;
    for (const char c : piece.substr(3, 2)) {
        const unsigned digit = c >= '0' && c <= '9'   ? static_cast<unsigned>(c - '0')
                               : c >= 'A' && c <= 'F' ? static_cast<unsigned>(c - 'A') + 10
                               : c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a') + 10
                                                      : 16;
        if (digit == 16)
            return std::nullopt;
        value = value * 16 + digit;
    }
    return static_cast<unsigned char>(value);
}

std::string fallbackPiece(unsigned char byte)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    return {'<', '0', 'x', digits[byte >> 4], digits[byte & 15], '>'};
}

} // namespace headlight
