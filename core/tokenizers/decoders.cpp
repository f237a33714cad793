// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/decoders.h"

#include "result/quote.h"
#include "tokenizers/byte_level.h"
#include "tokenizers/json_node.h"
#include "tokenizers/metaspace.h"
#include "tokenizers/read_pattern.h"
#include "tokenizers/unicode.h"

#include <array>
#include <utility>

namespace headlight {

namespace {

using Pieces = std::vector<std::string>;

constexpr std::size_t kMaxDecodedBytes = std::size_t{256} * 1024 * 1024;

template <class Function>
class FunctionDecoder : public Decoder
{
public:
    explicit FunctionDecoder(Function function)
        : m_function(std::move(function))
    {
    }
    Result<void> apply(Pieces& pieces) const override { return m_function(pieces); }

private:
    Function m_function;
};

template <class Function>
std::unique_ptr<Decoder> makeDecoder(Function function)
{
    return std::make_unique<FunctionDecoder<Function>>(std::move(function));
}

Result<std::string> replaced(const std::string& text, const Pattern& pattern, std::string_view content)
{
    const auto matches = pattern.findAll(text);
    if (!matches)
        return tl::unexpected(matches.error());
    if (matches->size() * content.size() > kMaxDecodedBytes)
        return fail(ErrorCode::TooLarge, "the text grows beyond 256 MiB when it is decoded");
    std::string result;
    std::size_t kept = 0;
    for (const Pattern::Match& match : *matches) {
        result.append(text, kept, match.begin - kept);
        result += content;
        kept = match.end;
    }
    result.append(text, kept);
    return result;
}

std::string joined(const Pieces& pieces)
{
    std::string text;
    for (const std::string& piece : pieces)
        text += piece;
    return text;
}

/// Bytes of all pieces first, since a character may be spread over several.
Result<void> decodeByteLevel(Pieces& pieces)
{
    std::string bytes;
    for (const std::string& piece : pieces)
        bytes += fromByteLevel(piece).value_or(piece);
    pieces.assign(1, lossyUtf8(bytes));
    return {};
}

/// Runs of <0xE2> … become their characters, or one U+FFFD for each byte when they are none.
Result<void> decodeByteFallback(Pieces& pieces)
{
    Pieces result;
    std::string bytes;
    const auto flush = [&] {
        if (bytes.empty())
            return;
        if (firstInvalidUtf8(bytes))
            result.insert(result.end(), bytes.size(), "\xEF\xBF\xBD");
        else
            result.push_back(bytes);
        bytes.clear();
    };
    for (std::string& piece : pieces) {
        if (const auto byte = byteOfFallbackPiece(piece)) {
            bytes.push_back(static_cast<char>(*byte));
            continue;
        }
        flush();
        result.push_back(std::move(piece));
    }
    flush();
    pieces = std::move(result);
    return {};
}

std::unique_ptr<Decoder> readMetaspace(const JsonNode& node)
{
    return makeDecoder([metaspace = readMetaspaceOptions(node)](Pieces& pieces) -> Result<void> {
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            const bool drops = i == 0 && metaspace.prepend != Metaspace::Prepend::Never;
            auto text = replaced(pieces[i], Pattern::literal(metaspace.replacement), drops ? "" : " ");
            if (!text)
                return tl::unexpected(std::move(text.error()));
            pieces[i] = std::move(*text);
        }
        return {};
    });
}

/// Takes back the spaces that cutting off punctuation has made, as the reference library does.
std::string cleanedUp(std::string text)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 11> rules{{
        {" .", "."},
        {" ?", "?"},
        {" !", "!"},
        {" ,", ","},
        {" ' ", "'"},
        {" n't", "n't"},
        {" 'm", "'m"},
        {" do not", " don't"},
        {" 's", "'s"},
        {" 've", "'ve"},
        {" 're", "'re"},
    }};
    for (const auto& [from, to] : rules) {
        std::string result;
        std::size_t kept = 0;
        for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, kept)) {
            result.append(text, kept, at - kept);
            result += to;
            kept = at + from.size();
        }
        result.append(text, kept);
        text = std::move(result);
    }
    return text;
}

std::unique_ptr<Decoder> readWordPieceDecoder(const JsonNode& node)
{
    const std::string prefix = node.text("prefix", "##");
    const bool cleanup = node.flag("cleanup", true);
    return makeDecoder([prefix, cleanup](Pieces& pieces) -> Result<void> {
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            std::string& piece = pieces[i];
            if (i > 0 && piece.starts_with(prefix))
                piece.erase(0, prefix.size());
            else if (i > 0)
                piece = " " + piece;
            if (cleanup)
                piece = cleanedUp(std::move(piece));
        }
        return {};
    });
}

std::unique_ptr<Decoder> readBpeDecoder(const JsonNode& node)
{
    const std::string suffix = node.text("suffix", "</w>");
    return makeDecoder([suffix](Pieces& pieces) -> Result<void> {
        const Pattern pattern = Pattern::literal(suffix);
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            auto text = replaced(pieces[i], pattern, i + 1 < pieces.size() ? " " : "");
            if (!text)
                return tl::unexpected(std::move(text.error()));
            pieces[i] = std::move(*text);
        }
        return {};
    });
}

std::unique_ptr<Decoder> readStrip(const JsonNode& node)
{
    const std::string content = node.text("content");
    const auto start = static_cast<std::size_t>(std::max<std::int64_t>(node.integer("start", 0), 0));
    const auto stop = static_cast<std::size_t>(std::max<std::int64_t>(node.integer("stop", 0), 0));
    if (content.empty())
        node.fail(ErrorCode::BadFile, "expected a character to strip, found none");
    return makeDecoder([content, start, stop](Pieces& pieces) -> Result<void> {
        for (std::string& piece : pieces) {
            for (std::size_t i = 0; i < start && piece.starts_with(content); ++i)
                piece.erase(0, content.size());
            for (std::size_t i = 0; i < stop && piece.ends_with(content); ++i)
                piece.erase(piece.size() - content.size());
        }
        return {};
    });
}

std::unique_ptr<Decoder> readReplace(const JsonNode& node)
{
    auto pattern = std::make_shared<const Pattern>(readPattern(node.child("pattern")));
    return makeDecoder([pattern, content = node.text("content")](Pieces& pieces) -> Result<void> {
        std::size_t total = 0;
        for (std::string& piece : pieces) {
            auto text = replaced(piece, *pattern, content);
            if (!text)
                return tl::unexpected(std::move(text.error()));
            piece = std::move(*text);
            total += piece.size();
            if (total > kMaxDecodedBytes)
                return fail(ErrorCode::TooLarge, "the text grows beyond 256 MiB when it is decoded");
        }
        return {};
    });
}

std::unique_ptr<Decoder> readDecoderSequence(const JsonNode& node)
{
    auto steps = std::make_shared<std::vector<std::unique_ptr<Decoder>>>();
    for (const JsonNode& step : node.child("decoders").elements()) {
        if (auto decoder = readDecoder(step))
            steps->push_back(std::move(decoder));
    }
    return makeDecoder([steps](Pieces& pieces) -> Result<void> {
        for (const auto& step : *steps) {
            if (auto done = step->apply(pieces); !done)
                return done;
        }
        return {};
    });
}

std::unique_ptr<Decoder> readOneDecoder(const JsonNode& node)
{
    const std::string type = node.text("type");
    if (type == "ByteLevel")
        return makeDecoder(decodeByteLevel);
    if (type == "Metaspace")
        return readMetaspace(node);
    if (type == "WordPiece")
        return readWordPieceDecoder(node);
    if (type == "BPEDecoder")
        return readBpeDecoder(node);
    if (type == "ByteFallback")
        return makeDecoder(decodeByteFallback);
    if (type == "Fuse")
        return makeDecoder([](Pieces& pieces) -> Result<void> {
            pieces.assign(1, joined(pieces));
            return {};
        });
    if (type == "Strip")
        return readStrip(node);
    if (type == "Replace")
        return readReplace(node);
    if (type == "Sequence")
        return readDecoderSequence(node);
    node.fail(ErrorCode::Unsupported, "expected a decoder that Headlight knows, found type " + quote(type));
    return nullptr;
}

} // namespace

std::unique_ptr<Decoder> readDecoder(const JsonNode& node)
{
    if (node.isNull() || node.failed())
        return nullptr;
    auto decoder = readOneDecoder(node);
    return node.failed() ? nullptr : std::move(decoder);
}

} // namespace headlight
