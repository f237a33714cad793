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
    /// @p blob: the trie's size in bytes (32 bits, little endian), the trie, the replacements. All ways
    /// through the trie are walked: none leaves it, none is endless, none passes more than 31 rules, and each
    /// rule's replacement is there. libsentencepiece relies on all of that. An empty blob has no rules.
    [[nodiscard]] static Result<Charsmap> fromBytes(std::string_view blob);
    /// A blob that changes nothing. (About an empty one, libsentencepiece prints a line.)
    [[nodiscard]] static std::string identity();

    /// A byte of text becomes at most this many.
    [[nodiscard]] std::size_t growth() const { return m_growth; }

    /// Replaces as the hub's library does: a grapheme cluster of less than six bytes as a whole, by the rule
    /// for its shortest prefix; else each of its characters alone.
    [[nodiscard]] AlignedText apply(const AlignedText& text) const;

private:
    [[nodiscard]] Result<void> check();
    [[nodiscard]] std::optional<std::string_view> replacementAt(std::uint32_t leaf) const;
    [[nodiscard]] std::optional<std::string_view> replacementFor(std::string_view part) const;

    std::vector<std::uint32_t> m_trie;
    std::string m_replacements;
    std::size_t m_growth = 1;
};

} // namespace headlight
