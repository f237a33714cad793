// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Byte-pair encoding (Sennrich et al. 2016): a word begins as its characters; of all neighbours that a rule
// merges, those of the earliest rule are merged first, until no rule fits.

#include "tokenizers/models/model.h"

namespace headlight {

struct BpeOptions
{
    std::optional<std::string> unknown;
    std::string continuingPrefix; ///< spelt before characters that don't begin the word
    std::string endSuffix;        ///< spelt after the character that ends the word
    bool fuseUnknown = false;     ///< unknown characters in a row are one token
    bool byteFallback = false;    ///< unknown characters become <0xE2> …
    bool ignoreMerges = false;    ///< a word that is in the vocabulary is taken as it is
    bool byteLevel = false;       ///< only for the name of the kind
};

class MergeRules
{
public:
    struct Rule
    {
        int rank = 0;
        int id = 0; ///< of the merged piece
    };

    void reserve(std::size_t rules);
    /// The next rule, in order of rank. Errors: BadFile when a piece or the merged one is not in the
    /// vocabulary.
    [[nodiscard]] Result<void> add(const Vocabulary& vocabulary, std::string_view left,
                                   std::string_view right, const BpeOptions& options);
    /// The rule "left right" as merges.txt spells it.
    [[nodiscard]] Result<void> add(const Vocabulary& vocabulary, std::string_view line,
                                   const BpeOptions& options);
    [[nodiscard]] const Rule* find(int left, int right) const;
    [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(m_next); }

private:
    /// A hash table with open addressing; rules are looked up at every step of every word.
    struct Slot
    {
        int left = -1; ///< -1 where it is free
        int right = -1;
        Rule rule;
    };
    [[nodiscard]] std::size_t slotOf(int left, int right) const;
    void growTo(std::size_t slots);

    std::vector<Slot> m_slots;
    std::size_t m_used = 0;
    int m_next = 0;
};

[[nodiscard]] std::unique_ptr<TokenModel> makeBpe(Vocabulary vocabulary, MergeRules merges,
                                                  BpeOptions options);

} // namespace headlight
