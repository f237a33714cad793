// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/pipeline_tokenizer.h"

#include "tokenizers/labels.h"
#include "tokenizers/unicode.h"

#include <algorithm>

namespace headlight {

namespace {

/// Errors of parts say what is wrong; this adds where in the text.
tl::unexpected<Error> inText(Error error, std::size_t begin)
{
    if (error.where.empty())
        error.where = "text, byte " + std::to_string(begin);
    return tl::unexpected(std::move(error));
}

class PipelineTokenizer : public Tokenizer
{
public:
    explicit PipelineTokenizer(TokenizerParts parts)
        : m_parts(std::move(parts))
    {
        m_parts.added.prepare([this](const std::string& content) {
            AlignedText text(content);
            const bool done = !m_parts.normalizer || m_parts.normalizer->apply(text).has_value();
            return done ? text.text() : content;
        });
    }

    Result<std::vector<Token>> encode(std::string_view text, bool addSpecial) const override
    {
        if (auto checked = checkText(text); !checked)
            return tl::unexpected(std::move(checked.error()));
        std::vector<Token> tokens;
        std::size_t at = 0;
        for (const AddedTokens::Found& found : m_parts.added.findAll(text, false)) {
            if (auto done = encodePart(text.substr(at, found.begin - at), at, tokens); !done)
                return tl::unexpected(std::move(done.error()));
            put(*found.token, found.begin, found.end, tokens);
            at = found.end;
        }
        if (auto done = encodePart(text.substr(at), at, tokens); !done)
            return tl::unexpected(std::move(done.error()));
        if (m_parts.postProcessor)
            m_parts.postProcessor->apply(tokens, text, addSpecial);
        return tokens;
    }

    Result<std::string> decode(std::span<const int> ids, bool skipSpecial) const override
    {
        std::vector<std::string> pieces;
        pieces.reserve(ids.size());
        for (const int id : ids) {
            if (!has(id))
                return fail(ErrorCode::BadInput, "expected ids of the vocabulary (0 to " +
                                                     std::to_string(vocabularySize() - 1) + "), found " +
                                                     std::to_string(id));
            if (!skipSpecial || !isSpecial(id))
                pieces.push_back(piece(id));
        }
        if (m_parts.decoder) {
            if (auto done = m_parts.decoder->apply(pieces); !done)
                return tl::unexpected(std::move(done.error()));
        }
        std::string text;
        for (std::size_t i = 0; i < pieces.size(); ++i) {
            text += i > 0 && !m_parts.decoder ? " " : "";
            text += pieces[i];
        }
        return text;
    }

    int vocabularySize() const override { return std::max(vocabulary().size(), m_parts.added.size()); }

    std::string piece(int id) const override
    {
        const AddedToken* added = m_parts.added.find(id);
        return added ? added->content : std::string(vocabulary().piece(id));
    }

    std::optional<int> idOf(std::string_view piece) const override
    {
        const AddedToken* added = m_parts.added.find(piece);
        return added ? added->id : vocabulary().find(piece);
    }

    bool isSpecial(int id) const override
    {
        const AddedToken* added = m_parts.added.find(id);
        return added && added->special;
    }

    std::string label(int id) const override
    {
        const bool byteLevel = !m_parts.added.find(id) && kind() == "byte-level BPE";
        return labelOf(piece(id), byteLevel);
    }

    std::string kind() const override { return m_parts.model->kind(); }

private:
    const Vocabulary& vocabulary() const { return m_parts.model->vocabulary(); }
    bool has(int id) const { return m_parts.added.find(id) || vocabulary().has(id); }

    static void put(const AddedToken& token, std::size_t begin, std::size_t end, std::vector<Token>& tokens)
    {
        tokens.push_back({token.id, token.content, begin, end, token.special, 0});
    }

    /// @p part stands at byte @p begin of the text and holds no added token but normalised ones.
    Result<void> encodePart(std::string_view part, std::size_t begin, std::vector<Token>& tokens) const
    {
        if (part.empty())
            return {};
        AlignedText text(part, begin);
        if (m_parts.normalizer) {
            if (auto done = m_parts.normalizer->apply(text); !done)
                return inText(std::move(done.error()), begin);
        }
        std::size_t at = 0;
        for (const AddedTokens::Found& found : m_parts.added.findAll(text.text(), true)) {
            if (auto done = encodeWords(text.slice(at, found.begin), tokens); !done)
                return done;
            const ByteSpan span = text.origin(found.begin, found.end);
            put(*found.token, span.begin, span.end, tokens);
            at = found.end;
        }
        return encodeWords(at == 0 ? std::move(text) : text.slice(at, text.size()), tokens);
    }

    Result<void> encodeWords(AlignedText text, std::vector<Token>& tokens) const
    {
        if (text.empty())
            return {};
        const std::size_t begin = text.origin(0, 0).begin;
        std::vector<AlignedText> words;
        words.push_back(std::move(text));
        if (m_parts.preTokenizer) {
            if (auto done = m_parts.preTokenizer->apply(words); !done)
                return inText(std::move(done.error()), begin);
        }
        std::vector<ModelToken> found;
        for (const AlignedText& word : words) {
            found.clear();
            if (auto done = m_parts.model->tokenize(word.text(), found); !done)
                return inText(std::move(done.error()), word.origin(0, 0).begin);
            for (const ModelToken& token : found) {
                const ByteSpan span = word.origin(token.begin, token.end);
                tokens.push_back({token.id, piece(token.id), span.begin, span.end, isSpecial(token.id), 0});
            }
        }
        return {};
    }

    TokenizerParts m_parts;
};

} // namespace

Result<void> checkText(std::string_view text)
{
    if (text.size() > kMaxTextBytes)
        return fail(ErrorCode::TooLarge, "expected a text of at most " + std::to_string(kMaxTextBytes) +
                                             " bytes, found " + std::to_string(text.size()));
    if (const auto bad = firstInvalidUtf8(text))
        return fail(ErrorCode::BadInput, "expected UTF-8, found a byte that is none",
                    "text, byte " + std::to_string(*bad));
    return {};
}

std::unique_ptr<Tokenizer> makeTokenizer(TokenizerParts parts)
{
    return std::make_unique<PipelineTokenizer>(std::move(parts));
}

} // namespace headlight
