// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/normalizers.h"

#include "result/quote.h"
#include "tokenizers/byte_level.h"
#include "tokenizers/charsmap.h"
#include "tokenizers/json_node.h"
#include "tokenizers/normal_forms.h"
#include "tokenizers/pattern.h"
#include "tokenizers/read_pattern.h"
#include "tokenizers/unicode.h"

#include <utility>

namespace headlight {

namespace {

/// Goes through the characters; @p each appends what becomes of the one at [begin, end) to the result.
template <class Each>
AlignedText mapCharacters(const AlignedText& text, Each each)
{
    AlignedText result;
    result.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint c = codePointAt(text.text(), at);
        each(result, c.value, at, at + c.length);
        at += c.length;
    }
    return result;
}

template <class Predicate>
AlignedText without(const AlignedText& text, Predicate unwanted)
{
    return mapCharacters(text, [&](AlignedText& result, char32_t c, std::size_t begin, std::size_t end) {
        if (!unwanted(c))
            result.keep(text, begin, end);
    });
}

AlignedText lowerCase(const AlignedText& text)
{
    std::string lower;
    return mapCharacters(text, [&](AlignedText& result, char32_t c, std::size_t begin, std::size_t end) {
        lower.clear();
        appendLowerCase(lower, c);
        if (text.text().compare(begin, end - begin, lower) == 0)
            result.keep(text, begin, end);
        else
            result.put(lower, text.origin(begin, end));
    });
}

class SequenceNormalizer : public Normalizer
{
public:
    explicit SequenceNormalizer(std::vector<std::unique_ptr<Normalizer>> parts)
        : m_parts(std::move(parts))
    {
    }

    Result<void> apply(AlignedText& text) const override
    {
        for (const auto& part : m_parts) {
            if (auto done = part->apply(text); !done)
                return done;
        }
        return {};
    }

private:
    std::vector<std::unique_ptr<Normalizer>> m_parts;
};

/// A normalizer that is one function of the text.
template <class Function>
class FunctionNormalizer : public Normalizer
{
public:
    explicit FunctionNormalizer(Function function)
        : m_function(std::move(function))
    {
    }

    Result<void> apply(AlignedText& text) const override
    {
        text = m_function(text);
        if (text.size() > kMaxTextBytes)
            return fail(ErrorCode::TooLarge, "the text grows beyond 4 MiB when it is normalised");
        return {};
    }

private:
    Function m_function;
};

template <class Function>
std::unique_ptr<Normalizer> makeNormalizer(Function function)
{
    return std::make_unique<FunctionNormalizer<Function>>(std::move(function));
}

/// What BERT does to a text: removes control characters, makes all whitespace spaces, sets Chinese characters
/// apart, strips accents, lowers the case.
std::unique_ptr<Normalizer> readBertNormalizer(const JsonNode& node)
{
    const bool clean = node.flag("clean_text", true);
    const bool chinese = node.flag("handle_chinese_chars", true);
    const bool lower = node.flag("lowercase", true);
    const bool strip = node.flag("strip_accents", lower);
    return makeNormalizer([=](const AlignedText& given) {
        AlignedText text =
            mapCharacters(given, [&](AlignedText& result, char32_t c, std::size_t begin, std::size_t end) {
                const bool lineOrTab = c == '\t' || c == '\n' || c == '\r';
                if (clean && (c == 0 || c == 0xFFFD || (isControl(c) && !lineOrTab)))
                    return;
                if (clean && isWhitespace(c))
                    result.put(" ", given.origin(begin, end));
                else if (chinese && isChineseCharacter(c)) {
                    result.put(" ", given.origin(begin, end));
                    result.keep(given, begin, end);
                    result.put(" ", given.origin(begin, end));
                } else
                    result.keep(given, begin, end);
            });
        if (strip)
            text = without(toNormalForm(text, NormalForm::D), isNonspacingMark);
        return lower ? lowerCase(text) : text;
    });
}

std::unique_ptr<Normalizer> makeStrip(bool left, bool right)
{
    return makeNormalizer([=](const AlignedText& given) {
        const std::string& text = given.text();
        std::size_t begin = 0;
        std::size_t end = text.size();
        while (left && begin < end && isWhitespace(codePointAt(text, begin).value))
            begin += codePointAt(text, begin).length;
        while (right && begin < end && isWhitespace(codePointBefore(text, end).value))
            end -= codePointBefore(text, end).length;
        return given.slice(begin, end);
    });
}

/// The control characters and odd spaces that SentencePiece's nmt rules remove or turn into a space.
AlignedText applyNmt(const AlignedText& text)
{
    return mapCharacters(text, [&](AlignedText& result, char32_t c, std::size_t begin, std::size_t end) {
        const bool removed = (c >= 0x01 && c <= 0x08) || c == 0x0B || (c >= 0x0E && c <= 0x1F) || c == 0x7F ||
                             c == 0x8F || c == 0x9F;
        const bool space = c == 0x09 || c == 0x0A || c == 0x0C || c == 0x0D || c == 0x1680 ||
                           (c >= 0x200B && c <= 0x200F) || c == 0x2028 || c == 0x2029 || c == 0x2581 ||
                           c == 0xFEFF || c == 0xFFFD;
        if (space)
            result.put(" ", text.origin(begin, end));
        else if (!removed)
            result.keep(text, begin, end);
    });
}

class Replace : public Normalizer
{
public:
    Replace(Pattern pattern, std::string content)
        : m_pattern(std::move(pattern))
        , m_content(std::move(content))
    {
    }

    Result<void> apply(AlignedText& text) const override
    {
        const auto matches = m_pattern.findAll(text.text());
        if (!matches)
            return tl::unexpected(matches.error());
        if (text.size() > kMaxTextBytes || matches->size() * m_content.size() > kMaxTextBytes)
            return fail(ErrorCode::TooLarge, "the text grows beyond 4 MiB when it is normalised");
        AlignedText result;
        result.reserve(text.size());
        std::size_t kept = 0;
        for (const Pattern::Match& match : *matches) {
            result.keep(text, kept, match.begin);
            result.put(m_content, text.origin(match.begin, match.end));
            kept = match.end;
        }
        result.keep(text, kept, text.size());
        text = std::move(result);
        return {};
    }

private:
    Pattern m_pattern;
    std::string m_content;
};

std::unique_ptr<Normalizer> readNormalizerSequence(const JsonNode& node)
{
    std::vector<std::unique_ptr<Normalizer>> parts;
    for (const JsonNode& part : node.child("normalizers").elements()) {
        if (auto normalizer = readNormalizer(part))
            parts.push_back(std::move(normalizer));
    }
    return std::make_unique<SequenceNormalizer>(std::move(parts));
}

std::unique_ptr<Normalizer> readPrepend(const JsonNode& node)
{
    return makeNormalizer([prefix = node.text("prepend")](const AlignedText& given) {
        AlignedText text = given;
        if (!text.empty())
            text.prepend(prefix);
        return text;
    });
}

std::unique_ptr<Normalizer> readPrecompiled(const JsonNode& node)
{
    auto map = Charsmap::fromBase64(node.text("precompiled_charsmap"));
    if (!map) {
        node.child("precompiled_charsmap").fail(map.error().code, map.error().message);
        return nullptr;
    }
    return makeNormalizer([shared = std::make_shared<const Charsmap>(std::move(*map))](
                              const AlignedText& text) { return shared->apply(text); });
}

std::unique_ptr<Normalizer> readOneNormalizer(const JsonNode& node)
{
    const std::string type = node.text("type");
    const auto form = [](NormalForm to) {
        return makeNormalizer([to](const AlignedText& text) { return toNormalForm(text, to); });
    };
    if (type == "Sequence")
        return readNormalizerSequence(node);
    if (type == "BertNormalizer")
        return readBertNormalizer(node);
    if (type == "NFC")
        return form(NormalForm::C);
    if (type == "NFD")
        return form(NormalForm::D);
    if (type == "NFKC")
        return form(NormalForm::KC);
    if (type == "NFKD")
        return form(NormalForm::KD);
    if (type == "Lowercase")
        return makeNormalizer(lowerCase);
    if (type == "StripAccents")
        return makeNormalizer([](const AlignedText& text) { return without(text, isMark); });
    if (type == "Strip")
        return makeStrip(node.flag("strip_left", true), node.flag("strip_right", true));
    if (type == "Nmt")
        return makeNormalizer(applyNmt);
    if (type == "Replace")
        return std::make_unique<Replace>(readPattern(node.child("pattern")), node.text("content"));
    if (type == "Prepend")
        return readPrepend(node);
    if (type == "Precompiled")
        return readPrecompiled(node);
    if (type == "ByteLevel")
        return makeNormalizer(toByteLevel);
    node.fail(ErrorCode::Unsupported,
              "expected a normalizer that Headlight knows, found type " + quote(type));
    return nullptr;
}

} // namespace

std::unique_ptr<Normalizer> readNormalizer(const JsonNode& node)
{
    if (node.isNull() || node.failed())
        return nullptr;
    auto normalizer = readOneNormalizer(node);
    return node.failed() ? nullptr : std::move(normalizer);
}

} // namespace headlight
