// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/pre_tokenizers.h"

#include "result/quote.h"
#include "tokenizers/byte_level.h"
#include "tokenizers/json_node.h"
#include "tokenizers/metaspace.h"
#include "tokenizers/read_pattern.h"
#include "tokenizers/split.h"

#include <utility>

namespace headlight {

namespace {

// GPT-2's words: contractions; letters, digits or other signs with one space before them; spaces, of which
// the last stays with the word that follows (Radford et al. 2019, encoder.py).
constexpr std::string_view kGpt2Words =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

class SequencePreTokenizer : public PreTokenizer
{
public:
    explicit SequencePreTokenizer(std::vector<std::unique_ptr<PreTokenizer>> steps)
        : m_steps(std::move(steps))
    {
    }

    Result<void> apply(std::vector<AlignedText>& parts) const override
    {
        for (const auto& step : m_steps) {
            if (auto done = step->apply(parts); !done)
                return done;
        }
        return {};
    }

private:
    std::vector<std::unique_ptr<PreTokenizer>> m_steps;
};

/// Cuts each part by a function (part, list that gets the results) that may fail.
template <class Cut>
class CuttingPreTokenizer : public PreTokenizer
{
public:
    explicit CuttingPreTokenizer(Cut cut)
        : m_cut(std::move(cut))
    {
    }

    Result<void> apply(std::vector<AlignedText>& parts) const override
    {
        std::vector<AlignedText> results;
        results.reserve(parts.size());
        for (AlignedText& part : parts) {
            if (Result<void> done = m_cut(part, results); !done)
                return done;
        }
        parts = std::move(results);
        return {};
    }

private:
    Cut m_cut;
};

using Parts = std::vector<AlignedText>;

template <class Cut>
std::unique_ptr<PreTokenizer> makePreTokenizer(Cut cut)
{
    return std::make_unique<CuttingPreTokenizer<Cut>>(std::move(cut));
}

template <class Predicate>
std::unique_ptr<PreTokenizer> splitAtCharacters(Predicate predicate, SplitBehavior behavior)
{
    return makePreTokenizer([=](const AlignedText& part, Parts& results) -> Result<void> {
        splitAt(part, matchCharacters(part.text(), predicate), behavior, false, results);
        return {};
    });
}

std::unique_ptr<PreTokenizer> splitAtPattern(Pattern pattern, SplitBehavior behavior, bool invert)
{
    return makePreTokenizer([pattern = std::move(pattern), behavior, invert](const AlignedText& part,
                                                                             Parts& results) -> Result<void> {
        const auto matches = pattern.findAll(part.text());
        if (!matches)
            return tl::unexpected(matches.error());
        splitAt(part, *matches, behavior, invert, results);
        return {};
    });
}

std::unique_ptr<PreTokenizer> makeSequence(std::unique_ptr<PreTokenizer> first,
                                           std::unique_ptr<PreTokenizer> second)
{
    std::vector<std::unique_ptr<PreTokenizer>> steps;
    steps.push_back(std::move(first));
    steps.push_back(std::move(second));
    return std::make_unique<SequencePreTokenizer>(std::move(steps));
}

/// Words and runs of other signs, without the whitespace between them.
std::unique_ptr<PreTokenizer> makeWhitespace()
{
    const auto kindOf = [](char32_t c) { return isWhitespace(c) ? 0 : isWordCharacter(c) ? 1 : 2; };
    return makePreTokenizer([kindOf](const AlignedText& part, Parts& results) -> Result<void> {
        const std::string& text = part.text();
        std::size_t begin = 0;
        int kind = 0;
        for (std::size_t at = 0; at <= text.size();) {
            const CodePoint c = at < text.size() ? codePointAt(text, at) : CodePoint{' ', 1};
            if (at == text.size() || kindOf(c.value) != kind) {
                if (kind != 0)
                    results.push_back(part.slice(begin, at));
                begin = at;
                kind = kindOf(c.value);
            }
            at += c.length;
        }
        return {};
    });
}

std::unique_ptr<PreTokenizer> readByteLevel(const JsonNode& node)
{
    const bool addSpace = node.flag("add_prefix_space", true);
    const bool splits = node.flag("use_regex", true);
    auto words = Pattern::regex(kGpt2Words);
    if (!words) {
        node.fail(words.error().code, words.error().message);
        return nullptr;
    }
    return makePreTokenizer(
        [words = std::move(*words), addSpace, splits](AlignedText& part, Parts& results) -> Result<void> {
            if (addSpace && !part.text().starts_with(' '))
                part.prepend(" ");
            Parts pieces;
            if (splits) {
                const auto matches = words.findAll(part.text());
                if (!matches)
                    return tl::unexpected(matches.error());
                splitAt(part, *matches, SplitBehavior::Isolated, false, pieces);
            } else {
                pieces.push_back(std::move(part));
            }
            for (const AlignedText& piece : pieces)
                results.push_back(toByteLevel(piece));
            return {};
        });
}

std::unique_ptr<PreTokenizer> readMetaspace(const JsonNode& node)
{
    const Metaspace metaspace = readMetaspaceOptions(node);
    return makePreTokenizer([metaspace](const AlignedText& part, Parts& results) -> Result<void> {
        AlignedText marked;
        marked.reserve(part.size() + metaspace.replacement.size());
        for (std::size_t i = 0; i < part.size(); ++i) {
            if (part.text()[i] == ' ')
                marked.put(metaspace.replacement, part.origin(i, i + 1));
            else
                marked.keep(part, i, i + 1);
        }
        const bool wanted = metaspace.prepend == Metaspace::Prepend::Always ||
                            (metaspace.prepend == Metaspace::Prepend::First && part.origin(0, 0).begin == 0);
        if (wanted && !marked.text().starts_with(metaspace.replacement))
            marked.prepend(metaspace.replacement);
        if (!metaspace.split) {
            results.push_back(std::move(marked));
            return {};
        }
        const auto matches = Pattern::literal(metaspace.replacement).findAll(marked.text());
        if (!matches)
            return tl::unexpected(matches.error());
        splitAt(marked, *matches, SplitBehavior::MergedWithNext, false, results);
        return {};
    });
}

SplitBehavior readBehavior(const JsonNode& node, std::string_view missing)
{
    const std::string name = node.text("behavior", missing);
    if (name == "Removed")
        return SplitBehavior::Removed;
    if (name == "Isolated")
        return SplitBehavior::Isolated;
    if (name == "MergedWithPrevious")
        return SplitBehavior::MergedWithPrevious;
    if (name == "MergedWithNext")
        return SplitBehavior::MergedWithNext;
    if (name == "Contiguous")
        return SplitBehavior::Contiguous;
    node.fail(ErrorCode::Unsupported,
              "expected Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous, "
              "found behavior " +
                  quote(name));
    return SplitBehavior::Isolated;
}

std::unique_ptr<PreTokenizer> readCharDelimiterSplit(const JsonNode& node)
{
    const std::string delimiter = node.text("delimiter");
    return splitAtPattern(Pattern::literal(delimiter), SplitBehavior::Removed, false);
}

std::unique_ptr<PreTokenizer> readPreTokenizerSequence(const JsonNode& node)
{
    std::vector<std::unique_ptr<PreTokenizer>> steps;
    for (const JsonNode& step : node.child("pretokenizers").elements()) {
        if (auto preTokenizer = readPreTokenizer(step))
            steps.push_back(std::move(preTokenizer));
    }
    return std::make_unique<SequencePreTokenizer>(std::move(steps));
}

std::unique_ptr<PreTokenizer> readOnePreTokenizer(const JsonNode& node)
{
    const std::string type = node.text("type");
    if (type == "Sequence")
        return readPreTokenizerSequence(node);
    if (type == "ByteLevel")
        return readByteLevel(node);
    if (type == "BertPreTokenizer")
        return makeSequence(splitAtCharacters(isWhitespace, SplitBehavior::Removed),
                            splitAtCharacters(isPunctuation, SplitBehavior::Isolated));
    if (type == "Whitespace")
        return makeWhitespace();
    if (type == "WhitespaceSplit")
        return splitAtCharacters(isWhitespace, SplitBehavior::Removed);
    if (type == "Metaspace")
        return readMetaspace(node);
    if (type == "Split")
        return splitAtPattern(readPattern(node.child("pattern")), readBehavior(node, ""),
                              node.flag("invert", false));
    if (type == "Punctuation")
        return splitAtCharacters(isPunctuation, readBehavior(node, "Isolated"));
    if (type == "Digits")
        return splitAtCharacters(isNumeric, node.flag("individual_digits", false)
                                                ? SplitBehavior::Isolated
                                                : SplitBehavior::Contiguous);
    if (type == "CharDelimiterSplit")
        return readCharDelimiterSplit(node);
    node.fail(ErrorCode::Unsupported,
              "expected a pre-tokenizer that Headlight knows, found type " + quote(type));
    return nullptr;
}

} // namespace

std::unique_ptr<PreTokenizer> readPreTokenizer(const JsonNode& node)
{
    if (node.isNull() || node.failed())
        return nullptr;
    auto preTokenizer = readOnePreTokenizer(node);
    return node.failed() ? nullptr : std::move(preTokenizer);
}

} // namespace headlight
