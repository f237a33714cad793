// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// SentencePiece's compiled normalisation rules, as tokenizer.json's "Precompiled" normalizer holds them: a
// double array trie (darts-clone) from byte strings to places in a list of NUL-terminated replacements.

#include "result/result.h"
#include "tokenizers/aligned_text.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

class Charsmap
{
public:
    [[nodiscard]] static Result<Charsmap> fromBase64(std::string_view base64);
    /// @p blob: the trie's size in bytes (32 bits, little endian), the trie, the replacements.
    [[nodiscard]] static Result<Charsmap> fromBytes(std::string_view blob);

    /// Replaces as the hub's library does: a grapheme cluster of less than six bytes as a whole, by the rule
    /// for its shortest prefix; else each of its characters alone.
    [[nodiscard]] AlignedText apply(const AlignedText& text) const;

private:
    [[nodiscard]] std::optional<std::string_view> replacementFor(std::string_view part) const;

    std::vector<std::uint32_t> m_trie;
    std::string m_replacements;
};

} // namespace headlight
