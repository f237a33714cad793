// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/post_processors.h"

#include "result/quote.h"
#include "tokenizers/json_node.h"
#include "tokenizers/models/vocabulary.h"

#include <map>
#include <optional>
#include <utility>

namespace headlight {

namespace {

constexpr std::size_t kMaxTemplatePieces = 1024;

int readId(const JsonNode& node)
{
    const std::int64_t id = node.integer();
    if (id >= 0 && id < Vocabulary::kMaxIds)
        return static_cast<int>(id);
    node.fail(ErrorCode::BadFile, "expected an id from 0 to " + std::to_string(Vocabulary::kMaxIds - 1) +
                                      ", found " + std::to_string(id));
    return 0;
}

/// Spans that begin or end with spaces are those of "Ġhead": the word alone is marked.
void trimSpans(std::vector<Token>& tokens, std::string_view text)
{
    constexpr std::string_view kSpace = "\xC4\xA0"; // Ġ
    for (Token& token : tokens) {
        while (token.piece.starts_with(kSpace) && token.begin < token.end && text[token.begin] == ' ')
            ++token.begin;
        while (token.piece.ends_with(kSpace) && token.begin < token.end && text[token.end - 1] == ' ')
            --token.end;
    }
}

Token specialToken(int id, std::string piece, int typeId, std::size_t place)
{
    return {id, std::move(piece), place, place, true, typeId};
}

class TemplateProcessor : public PostProcessor
{
public:
    struct Piece
    {
        std::vector<std::pair<int, std::string>> special; ///< ids and pieces; empty where the text goes
        std::optional<int> typeId;                        ///< nothing: as it is
    };

    explicit TemplateProcessor(std::vector<Piece> pieces)
        : m_pieces(std::move(pieces))
    {
    }

    void apply(std::vector<Token>& tokens, std::string_view text, bool addSpecial) const override
    {
        std::vector<Token> result;
        bool afterText = false;
        for (const Piece& piece : m_pieces) {
            if (piece.special.empty()) {
                for (Token& token : tokens) { // A template has the text once, so that its tokens can move.
                    token.typeId = piece.typeId.value_or(token.typeId);
                    result.push_back(std::move(token));
                }
                afterText = true;
            } else if (addSpecial) {
                for (const auto& [id, spelling] : piece.special)
                    result.push_back(
                        specialToken(id, spelling, piece.typeId.value_or(0), afterText ? text.size() : 0));
            }
        }
        tokens = std::move(result);
    }

private:
    std::vector<Piece> m_pieces;
};

/// RoBERTa's and the byte-level processor's trimming.
class TrimmingProcessor : public PostProcessor
{
public:
    void apply(std::vector<Token>& tokens, std::string_view text, bool) const override
    {
        trimSpans(tokens, text);
    }
};

class SequenceProcessor : public PostProcessor
{
public:
    explicit SequenceProcessor(std::vector<std::unique_ptr<PostProcessor>> steps)
        : m_steps(std::move(steps))
    {
    }

    void apply(std::vector<Token>& tokens, std::string_view text, bool addSpecial) const override
    {
        for (const auto& step : m_steps)
            step->apply(tokens, text, addSpecial);
    }

private:
    std::vector<std::unique_ptr<PostProcessor>> m_steps;
};

/// The ids and pieces of one entry of "special_tokens".
std::vector<std::pair<int, std::string>> readSpecial(const JsonNode& node)
{
    std::vector<std::pair<int, std::string>> special;
    const auto ids = node.child("ids").elements();
    const auto pieces = node.child("tokens").elements();
    if (ids.size() != pieces.size() || ids.empty() || ids.size() > kMaxTemplatePieces)
        node.fail(ErrorCode::BadFile, "expected as many tokens as ids, at least one, found " +
                                          std::to_string(pieces.size()) + " and " +
                                          std::to_string(ids.size()));
    for (std::size_t i = 0; i < ids.size() && !node.failed(); ++i)
        special.emplace_back(readId(ids[i]), pieces[i].text());
    return special;
}

std::unique_ptr<PostProcessor> readTemplate(const JsonNode& node)
{
    std::map<std::string, std::vector<std::pair<int, std::string>>> special;
    if (node.has("special_tokens")) {
        const JsonNode list = node.child("special_tokens");
        for (const std::string& name : list.keys())
            special[name] = readSpecial(list.child(name));
    }
    std::vector<TemplateProcessor::Piece> pieces;
    const auto elements = node.child("single").elements();
    if (elements.size() > kMaxTemplatePieces)
        node.fail(ErrorCode::TooLarge,
                  "expected a template of at most 1024 pieces, found " + std::to_string(elements.size()));
    std::size_t sequences = 0;
    for (const JsonNode& element : elements) {
        if (node.failed())
            break;
        TemplateProcessor::Piece piece;
        const bool sequence = element.has("Sequence");
        const JsonNode what = element.child(sequence ? "Sequence" : "SpecialToken");
        piece.typeId = static_cast<int>(what.integer("type_id", 0));
        const std::string id = what.text("id");
        if (sequence && (id != "A" || ++sequences > 1)) {
            what.fail(ErrorCode::Unsupported,
                      "expected sequence A once in the template of a single text, found " + quote(id));
        } else if (!sequence) {
            const auto found = special.find(id);
            if (found == special.end())
                what.fail(ErrorCode::BadFile, "expected a token of special_tokens, found " + quote(id));
            else
                piece.special = found->second;
        }
        pieces.push_back(std::move(piece));
    }
    return std::make_unique<TemplateProcessor>(std::move(pieces));
}

/// ["[SEP]", 102]
TemplateProcessor::Piece readNamedId(const JsonNode& node)
{
    TemplateProcessor::Piece piece;
    const auto pair = node.elements();
    if (pair.size() == 2)
        piece.special.emplace_back(readId(pair[1]), pair[0].text());
    else
        node.failExpected("a token and its id");
    return piece;
}

/// [CLS] text [SEP], or <s> text </s>. BERT leaves the text's type ids as they are, RoBERTa's are 0.
std::unique_ptr<PostProcessor> readAround(const JsonNode& node, std::optional<int> typeId)
{
    std::vector<TemplateProcessor::Piece> pieces(3);
    pieces[0] = readNamedId(node.child("cls"));
    pieces[1].typeId = typeId;
    pieces[2] = readNamedId(node.child("sep"));
    return std::make_unique<TemplateProcessor>(std::move(pieces));
}

std::unique_ptr<PostProcessor> readPostProcessorSequence(const JsonNode& node)
{
    std::vector<std::unique_ptr<PostProcessor>> steps;
    for (const JsonNode& step : node.child("processors").elements()) {
        if (auto processor = readPostProcessor(step))
            steps.push_back(std::move(processor));
    }
    return std::make_unique<SequenceProcessor>(std::move(steps));
}

std::unique_ptr<PostProcessor> readOnePostProcessor(const JsonNode& node)
{
    const std::string type = node.text("type");
    if (type == "TemplateProcessing")
        return readTemplate(node);
    if (type == "BertProcessing")
        return readAround(node, std::nullopt);
    if (type == "RobertaProcessing") {
        std::vector<std::unique_ptr<PostProcessor>> steps;
        if (node.flag("trim_offsets", true))
            steps.push_back(std::make_unique<TrimmingProcessor>());
        steps.push_back(readAround(node, 0));
        return std::make_unique<SequenceProcessor>(std::move(steps));
    }
    if (type == "ByteLevel")
        return node.flag("trim_offsets", true) ? std::make_unique<TrimmingProcessor>() : nullptr;
    if (type == "Sequence")
        return readPostProcessorSequence(node);
    node.fail(ErrorCode::Unsupported,
              "expected a post-processor that Headlight knows, found type " + quote(type));
    return nullptr;
}

} // namespace

std::unique_ptr<PostProcessor> readPostProcessor(const JsonNode& node)
{
    if (node.isNull() || node.failed())
        return nullptr;
    auto processor = readOnePostProcessor(node);
    return node.failed() ? nullptr : std::move(processor);
}

} // namespace headlight
