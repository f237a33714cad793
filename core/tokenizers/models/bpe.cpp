// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/models/bpe.h"

#include "formats/json.h"
#include "result/quote.h"
#include "tokenizers/byte_level.h"
#include "tokenizers/json_node.h"
#include "tokenizers/unicode.h"

#include <algorithm>
#include <array>
#include <bit>
#include <queue>

namespace headlight {

namespace {

constexpr std::uint32_t kNone = UINT32_MAX;

struct Symbol
{
    int id = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    std::uint32_t previous = kNone;
    std::uint32_t next = kNone;
    bool merged = false; ///< it has become part of the one before
};

struct Candidate
{
    int rank = 0;
    std::uint32_t left = 0;
    int leftId = 0; ///< what the two were when the candidate was found; else it is out of date
    int rightId = 0;
    int id = 0;

    /// Earliest rule first, leftmost first.
    bool operator<(const Candidate& other) const
    {
        return rank != other.rank ? rank > other.rank : left > other.left;
    }
};

class Bpe : public TokenModel
{
public:
    Bpe(Vocabulary pieces, MergeRules merges, BpeOptions options)
        : TokenModel(std::move(pieces))
        , m_merges(std::move(merges))
        , m_options(std::move(options))
    {
        if (m_options.unknown)
            m_unknown = vocabulary().find(*m_options.unknown);
        for (int byte = 0; byte < 256; ++byte)
            m_bytes[static_cast<std::size_t>(byte)] =
                vocabulary().find(fallbackPiece(static_cast<unsigned char>(byte))).value_or(-1);
    }

    Result<void> tokenize(std::string_view word, std::vector<ModelToken>& tokens) const override
    {
        if (m_options.ignoreMerges) {
            if (const auto id = vocabulary().find(word)) {
                tokens.push_back({*id, 0, static_cast<std::uint32_t>(word.size())});
                return {};
            }
        }
        std::vector<Symbol> symbols;
        if (auto done = begin(word, symbols); !done)
            return done;
        merge(symbols);
        for (const Symbol& symbol : symbols) {
            if (!symbol.merged)
                tokens.push_back({symbol.id, symbol.begin, symbol.end});
        }
        return {};
    }

    std::string kind() const override
    {
        if (m_options.byteLevel)
            return "byte-level BPE";
        return m_options.byteFallback ? "BPE with byte fallback" : "BPE";
    }

private:
    std::optional<int> idOfCharacter(std::string_view word, std::size_t at, std::size_t end) const
    {
        const bool prefixed = at > 0 && !m_options.continuingPrefix.empty();
        const bool suffixed = end == word.size() && !m_options.endSuffix.empty();
        if (!prefixed && !suffixed)
            return vocabulary().find(word.substr(at, end - at));
        std::string piece = prefixed ? m_options.continuingPrefix : std::string();
        piece.append(word.substr(at, end - at));
        if (suffixed)
            piece += m_options.endSuffix;
        return vocabulary().find(piece);
    }

    /// The characters of a word, or their bytes, or unknown tokens. A character for which there is none of
    /// these is left out, as in the reference library.
    Result<void> begin(std::string_view word, std::vector<Symbol>& symbols) const
    {
        symbols.reserve(word.size());
        bool lastUnknown = false;
        const auto put = [&](int id, std::size_t from, std::size_t to) {
            Symbol symbol{id, static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to)};
            if (!symbols.empty()) {
                symbol.previous = static_cast<std::uint32_t>(symbols.size() - 1);
                symbols.back().next = static_cast<std::uint32_t>(symbols.size());
            }
            symbols.push_back(symbol);
        };
        for (std::size_t at = 0; at < word.size();) {
            const std::size_t end = at + codePointAt(word, at).length;
            const auto id = idOfCharacter(word, at, end);
            bool unknown = false;
            if (id) {
                put(*id, at, end);
            } else if (m_options.byteFallback && bytesKnown(word, at, end)) {
                for (std::size_t i = at; i < end; ++i)
                    put(m_bytes[static_cast<unsigned char>(word[i])], i, i + 1);
            } else if (m_options.unknown) {
                if (!m_unknown)
                    return fail(ErrorCode::BadInput, "expected a character of the vocabulary, which has no " +
                                                         quote(*m_options.unknown) + ", found " +
                                                         quote(word.substr(at, end - at)));
                unknown = true;
                if (lastUnknown && m_options.fuseUnknown)
                    symbols.back().end = static_cast<std::uint32_t>(end);
                else
                    put(*m_unknown, at, end);
            }
            lastUnknown = unknown;
            at = end;
        }
        return {};
    }

    bool bytesKnown(std::string_view word, std::size_t begin, std::size_t end) const
    {
        return std::all_of(word.begin() + static_cast<std::ptrdiff_t>(begin),
                           word.begin() + static_cast<std::ptrdiff_t>(end),
                           [&](char c) { return m_bytes[static_cast<unsigned char>(c)] >= 0; });
    }

    void merge(std::vector<Symbol>& symbols) const
    {
        std::priority_queue<Candidate> candidates;
        const auto consider = [&](std::uint32_t left) {
            const std::uint32_t right = symbols[left].next;
            if (right == kNone)
                return;
            const int leftId = symbols[left].id;
            const int rightId = symbols[right].id;
            if (const MergeRules::Rule* rule = m_merges.find(leftId, rightId))
                candidates.push({rule->rank, left, leftId, rightId, rule->id});
        };
        for (std::uint32_t i = 0; i + 1 < symbols.size(); ++i)
            consider(i);
        while (!candidates.empty()) {
            const Candidate best = candidates.top();
            candidates.pop();
            Symbol& left = symbols[best.left];
            if (left.merged || left.id != best.leftId || left.next == kNone ||
                symbols[left.next].id != best.rightId)
                continue;
            Symbol& right = symbols[left.next];
            left.id = best.id;
            left.end = right.end;
            left.next = right.next;
            right.merged = true;
            if (left.next != kNone)
                symbols[left.next].previous = best.left;
            if (left.previous != kNone)
                consider(left.previous);
            consider(best.left);
        }
    }

    MergeRules m_merges;
    BpeOptions m_options;
    std::optional<int> m_unknown;
    std::array<int, 256> m_bytes{};
};

void readMerges(const JsonNode& node, const Vocabulary& vocabulary, const BpeOptions& options,
                MergeRules& merges)
{
    if (!node.isArray()) {
        node.failExpected("a list of merges");
        return;
    }
    merges.reserve(node.value().size());
    for (const auto& merge : node.value()) {
        Result<void> added;
        const bool pair =
            merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string();
        if (pair)
            added = merges.add(vocabulary, merge[0].get_ref<const std::string&>(),
                               merge[1].get_ref<const std::string&>(), options);
        else if (merge.is_string())
            added = merges.add(vocabulary, merge.get_ref<const std::string&>(), options);
        else
            added = fail(ErrorCode::BadFile, "expected two pieces, found " + describeJson(merge));
        if (!added) {
            node.fail(added.error().code,
                      "merge " + std::to_string(merges.size()) + ": " + added.error().message);
            return;
        }
    }
}

} // namespace

Result<void> MergeRules::add(const Vocabulary& vocabulary, std::string_view left, std::string_view right,
                             const BpeOptions& options)
{
    const auto leftId = vocabulary.find(left);
    const auto rightId = vocabulary.find(right);
    if (!leftId || !rightId)
        return fail(ErrorCode::BadFile,
                    "expected pieces of the vocabulary, found " + quote(leftId ? right : left));
    std::string whole(left);
    whole +=
        right.starts_with(options.continuingPrefix) ? right.substr(options.continuingPrefix.size()) : right;
    const auto id = vocabulary.find(whole);
    if (!id)
        return fail(ErrorCode::BadFile,
                    "expected the merged piece in the vocabulary, found none for " + quote(whole));
    growTo(std::bit_ceil((m_used + 1) * 2));
    Slot& slot = m_slots[slotOf(*leftId, *rightId)];
    m_used += slot.left < 0 ? 1 : 0;
    slot = {*leftId, *rightId, {m_next++, *id}}; // The last of two rules for one pair counts.
    return {};
}

Result<void> MergeRules::add(const Vocabulary& vocabulary, std::string_view line, const BpeOptions& options)
{
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos)
        return fail(ErrorCode::BadFile,
                    "expected two pieces with a space between them, found " + quote(line));
    return add(vocabulary, line.substr(0, space), line.substr(space + 1), options);
}

const MergeRules::Rule* MergeRules::find(int left, int right) const
{
    if (m_slots.empty())
        return nullptr;
    const Slot& slot = m_slots[slotOf(left, right)];
    return slot.left < 0 ? nullptr : &slot.rule;
}

void MergeRules::reserve(std::size_t rules)
{
    growTo(std::bit_ceil(rules * 2));
}

std::size_t MergeRules::slotOf(int left, int right) const
{
    const auto key = static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right);
    const std::uint64_t mixed =
        key * 0x9E3779B97F4A7C15U; // Fibonacci hashing: the high bits are the good ones.
    const std::size_t mask = m_slots.size() - 1;
    std::size_t slot = static_cast<std::size_t>(mixed >> 32) & mask;
    while (m_slots[slot].left >= 0 && (m_slots[slot].left != left || m_slots[slot].right != right))
        slot = (slot + 1) & mask;
    return slot;
}

void MergeRules::growTo(std::size_t slots)
{
    if (slots <= m_slots.size())
        return;
    std::vector<Slot> old(slots);
    old.swap(m_slots);
    for (const Slot& slot : old) {
        if (slot.left >= 0)
            m_slots[slotOf(slot.left, slot.right)] = slot;
    }
}

std::unique_ptr<TokenModel> makeBpe(Vocabulary vocabulary, MergeRules merges, BpeOptions options)
{
    return std::make_unique<Bpe>(std::move(vocabulary), std::move(merges), std::move(options));
}

std::unique_ptr<TokenModel> readBpe(const JsonNode& node)
{
    BpeOptions options;
    if (node.has("unk_token"))
        options.unknown = node.text("unk_token");
    options.continuingPrefix = node.text("continuing_subword_prefix", "");
    options.endSuffix = node.text("end_of_word_suffix", "");
    options.fuseUnknown = node.flag("fuse_unk", false);
    options.byteFallback = node.flag("byte_fallback", false);
    options.ignoreMerges = node.flag("ignore_merges", false);
    Vocabulary vocabulary = readVocabulary(node.child("vocab"));
    // Ġ alone is a piece of every byte-level vocabulary, and of no other.
    options.byteLevel = vocabulary.find("\xC4\xA0").has_value() && !options.byteFallback;
    MergeRules merges;
    if (!node.failed())
        readMerges(node.child("merges"), vocabulary, options, merges);
    return makeBpe(std::move(vocabulary), std::move(merges), std::move(options));
}

} // namespace headlight
