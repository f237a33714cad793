// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Unigram language model (Kudo 2018): of all ways to cut the text into pieces, the one whose pieces' log
// probabilities have the largest sum, found by Viterbi's algorithm.

#include "formats/json.h"
#include "result/quote.h"
#include "tokenizers/byte_level.h"
#include "tokenizers/json_node.h"
#include "tokenizers/models/model.h"
#include "tokenizers/prefix_index.h"
#include "tokenizers/unicode.h"

#include <algorithm>
#include <array>

namespace headlight {

namespace {

/// An unknown character is this much less likely than the least likely piece.
constexpr double kUnknownPenalty = 10.0;

class Unigram : public TokenModel
{
public:
    Unigram(Vocabulary pieces, std::vector<double> scores, std::optional<int> unknown, bool byteFallback)
        : TokenModel(std::move(pieces))
        , m_scores(std::move(scores))
        , m_unknown(unknown)
    {
        std::vector<PrefixIndex::Entry> entries;
        entries.reserve(m_scores.size());
        double least = m_scores.empty() ? 0.0 : m_scores.front();
        for (std::size_t i = 0; i < m_scores.size(); ++i) {
            least = std::min(least, m_scores[i]);
            const auto id = static_cast<int>(i);
            // Where two entries have one spelling, the later is the one that is found.
            if (!vocabulary().piece(id).empty() && vocabulary().find(vocabulary().piece(id)) == id)
                entries.push_back({vocabulary().piece(id), id});
        }
        m_unknownScore = least - kUnknownPenalty;
        m_index = PrefixIndex(std::move(entries));
        m_bytes.fill(-1);
        m_allBytes = byteFallback;
        for (int byte = 0; byteFallback && byte < 256; ++byte)
            m_bytes[static_cast<std::size_t>(byte)] =
                vocabulary().find(fallbackPiece(static_cast<unsigned char>(byte))).value_or(-1);
    }

    Result<void> tokenize(std::string_view word, std::vector<ModelToken>& tokens) const override
    {
        std::vector<Best> best(word.size() + 1);
        if (auto done = search(word, best); !done)
            return done;

        std::vector<ModelToken> path;
        for (auto end = static_cast<std::uint32_t>(word.size()); end > 0; end = best[end].begin) {
            // Unknown characters in a row are one token.
            if (best[end].id == m_unknown && !path.empty() && path.back().id == m_unknown)
                path.back().begin = best[end].begin;
            else
                path.push_back({best[end].id, best[end].begin, end});
        }
        for (auto token = path.rbegin(); token != path.rend(); ++token) {
            if (token->id == m_unknown &&
                !vocabulary().find(word.substr(token->begin, token->end - token->begin)) &&
                putBytes(word, *token, tokens))
                continue;
            tokens.push_back(*token);
        }
        return {};
    }

    std::string kind() const override { return "Unigram"; }

private:
    /// The best way to cut the text that ends at a byte, and its last piece.
    struct Best
    {
        double score = 0.0;
        int id = 0;
        std::uint32_t begin = UINT32_MAX;
    };

    Result<void> search(std::string_view word, std::vector<Best>& best) const
    {
        const auto offer = [&](std::size_t begin, std::size_t end, int id, double score) {
            const double sum = best[begin].score + score;
            if (best[end].begin == UINT32_MAX || sum > best[end].score)
                best[end] = {sum, id, static_cast<std::uint32_t>(begin)};
        };
        for (std::size_t begin = 0; begin < word.size();) {
            const std::size_t character = codePointAt(word, begin).length;
            bool single = false;
            m_index.forEachPrefix(word.substr(begin), [&](int id, std::size_t length) {
                offer(begin, begin + length, id, m_scores[static_cast<std::size_t>(id)]);
                single = single || length == character;
            });
            if (!single) {
                if (!m_unknown)
                    return fail(ErrorCode::BadInput,
                                "expected a character of the vocabulary, which has no unknown "
                                "token, found " +
                                    quote(word.substr(begin, character)));
                offer(begin, begin + character, *m_unknown, m_unknownScore);
            }
            begin += character;
        }
        return {};
    }

    bool putBytes(std::string_view word, const ModelToken& token, std::vector<ModelToken>& tokens) const
    {
        if (!m_allBytes)
            return false;
        for (std::uint32_t i = token.begin; i < token.end; ++i) {
            if (m_bytes[static_cast<unsigned char>(word[i])] < 0)
                return false;
        }
        for (std::uint32_t i = token.begin; i < token.end; ++i)
            tokens.push_back({m_bytes[static_cast<unsigned char>(word[i])], i, i + 1});
        return true;
    }

    std::vector<double> m_scores;
    std::optional<int> m_unknown;
    double m_unknownScore = 0.0;
    PrefixIndex m_index;
    std::array<int, 256> m_bytes{};
    bool m_allBytes = false;
};

} // namespace

std::unique_ptr<TokenModel> readUnigram(const JsonNode& node)
{
    Vocabulary vocabulary;
    std::vector<double> scores;
    const JsonNode list = node.child("vocab");
    if (!list.isArray())
        list.failExpected("a list of pieces with scores");
    else {
        vocabulary.reserve(list.value().size());
        for (const auto& entry : list.value()) {
            if (!entry.is_array() || entry.size() != 2 || !entry[0].is_string() || !entry[1].is_number()) {
                list.fail(ErrorCode::BadFile, "expected a piece and its score at " +
                                                  std::to_string(scores.size()) + ", found " +
                                                  describeJson(entry));
                return nullptr;
            }
            if (auto added = vocabulary.add(entry[0].get_ref<const std::string&>(),
                                            static_cast<std::int64_t>(scores.size()));
                !added) {
                list.fail(added.error().code, added.error().message);
                return nullptr;
            }
            scores.push_back(entry[1].get<double>());
        }
    }
    std::optional<int> unknown;
    if (node.has("unk_id")) {
        const std::int64_t id = node.integer("unk_id", 0);
        if (id < 0 || id >= vocabulary.size())
            node.child("unk_id").fail(ErrorCode::BadFile, "expected an id below " +
                                                              std::to_string(vocabulary.size()) + ", found " +
                                                              std::to_string(id));
        unknown = static_cast<int>(id);
    }
    if (node.failed())
        return nullptr;
    return std::make_unique<Unigram>(std::move(vocabulary), std::move(scores), unknown,
                                     node.flag("byte_fallback", false));
}

} // namespace headlight
