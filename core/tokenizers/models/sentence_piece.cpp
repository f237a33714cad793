// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/models/sentence_piece.h"

#include "result/quote.h"

#include <algorithm>
#include <exception>
#include <sentencepiece_processor.h>

namespace headlight {

namespace {

/// What a text may take when it is normalised; with the places that the library keeps it is nine times that.
constexpr std::size_t kMaxNormalizedBytes = std::size_t{32} * 1024 * 1024;

class SentencePiece : public TokenModel
{
public:
    SentencePiece(const SentencePieceFile& file, Vocabulary pieces, std::vector<int> ids)
        : TokenModel(std::move(pieces))
        , m_ids(std::move(ids))
        , m_maxBytes(kMaxNormalizedBytes / file.growth)
        , m_algorithm(file.algorithm)
    {
    }

    Result<void> load(const std::string& bytes)
    {
        try {
            const auto status = m_processor.LoadFromSerializedProto(bytes);
            if (!status.ok())
                return fail(ErrorCode::BadFile,
                            "expected a SentencePiece model, but libsentencepiece says: " +
                                quote(status.message()));
        } catch (const std::exception& problem) { // Building its trie throws for pieces that it can't hold.
            return fail(ErrorCode::BadFile,
                        std::string("expected a SentencePiece model, but libsentencepiece says: ") +
                            quote(problem.what()));
        }
        return {};
    }

    Result<void> tokenize(std::string_view word, std::vector<ModelToken>& tokens) const override
    {
        if (word.size() > m_maxBytes)
            return fail(ErrorCode::TooLarge, "expected a text of at most " + std::to_string(m_maxBytes) +
                                                 " bytes, found " + std::to_string(word.size()));
        const std::size_t before = tokens.size();
        try {
            sentencepiece::ImmutableSentencePieceText result;
            const auto status = m_processor.Encode({word.data(), word.size()}, result.mutable_proto());
            if (!status.ok())
                return fail(ErrorCode::BadInput, "libsentencepiece says: " + quote(status.message()));
            const std::size_t count = result.pieces_size();
            for (std::size_t i = 0; i < count; ++i) {
                const auto piece = result.pieces(static_cast<int>(i));
                if (piece.id() >= m_ids.size() || piece.begin() > piece.end() || piece.end() > word.size())
                    return fail(ErrorCode::BadInput, "libsentencepiece gave a piece outside the text");
                tokens.push_back({m_ids[piece.id()], piece.begin(), piece.end()});
            }
        } catch (const std::exception& problem) {
            return fail(ErrorCode::BadInput, std::string("libsentencepiece says: ") + quote(problem.what()));
        }
        spreadBytes(tokens, before);
        return {};
    }

    std::string kind() const override
    {
        switch (m_algorithm) {
        case SentencePieceFile::Algorithm::Bpe:
            return "SentencePiece BPE";
        case SentencePieceFile::Algorithm::Word:
            return "SentencePiece words";
        case SentencePieceFile::Algorithm::Character:
            return "SentencePiece characters";
        default:
            return "SentencePiece Unigram";
        }
    }

private:
    /// Of the bytes of an unknown character, the library gives the last one the whole span and the others
    /// none. Where there is one token for each byte, each can have its own.
    static void spreadBytes(std::vector<ModelToken>& tokens, std::size_t first)
    {
        std::size_t empty = 0;
        for (std::size_t i = first; i < tokens.size(); ++i) {
            if (tokens[i].begin == tokens[i].end) {
                ++empty;
                continue;
            }
            const std::uint32_t length = tokens[i].end - tokens[i].begin;
            if (length > 1 && length - 1 <= empty && tokens[i - (length - 1)].begin == tokens[i].begin) {
                const std::uint32_t begin = tokens[i].begin;
                for (std::uint32_t k = 0; k < length; ++k) {
                    ModelToken& token = tokens[i - (length - 1) + k];
                    token.begin = begin + k;
                    token.end = begin + k + 1;
                }
            }
            empty = 0;
        }
    }

    sentencepiece::SentencePieceProcessor m_processor;
    std::vector<int> m_ids;
    std::size_t m_maxBytes;
    SentencePieceFile::Algorithm m_algorithm;
};

} // namespace

Result<std::unique_ptr<TokenModel>> makeSentencePiece(const SentencePieceFile& file, Vocabulary vocabulary,
                                                      std::vector<int> ids)
{
    auto model = std::make_unique<SentencePiece>(file, std::move(vocabulary), std::move(ids));
    if (auto loaded = model->load(file.write()); !loaded)
        return tl::unexpected(std::move(loaded.error()));
    return model;
}

} // namespace headlight
