// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command.h"
#include "commands/lines.h"
#include "formats/json.h"
#include "output.h"
#include "tokenizers/tokenizer.h"

namespace headlight::app {

namespace {

using Json = nlohmann::ordered_json;

Result<Json> tokenized(const Tokenizer& tokenizer, std::string_view text, bool special)
{
    auto tokens = tokenizer.encode(text, special);
    if (!tokens)
        return tl::unexpected(tokens.error());
    Json ids = Json::array(), pieces = Json::array(), spans = Json::array(), flags = Json::array();
    for (const Token& token : *tokens) {
        ids.push_back(token.id);
        pieces.push_back(token.piece);
        spans.push_back(Json::array({token.begin, token.end}));
        flags.push_back(token.special);
    }
    return Json{{"ids", std::move(ids)},
                {"pieces", std::move(pieces)},
                {"spans", std::move(spans)},
                {"special", std::move(flags)}};
}

/// One JSON string a line in, one JSON object a line out, in order.
Outcome<void> tokenizeLines(const Tokenizer& tokenizer, const std::string& file, bool special)
{
    auto lines = LineReader::open(file);
    if (!lines)
        return tl::unexpected(lines.error());
    std::string line;
    for (std::int64_t number = 1;; ++number) {
        auto more = lines->next(line);
        if (!more)
            return tl::unexpected(more.error());
        if (!*more)
            return {};
        const std::string where =
            (file == "-" ? "standard input" : file) + ", line " + std::to_string(number);
        auto text = parseJson(line, where);
        if (!text)
            return tl::unexpected(text.error());
        const auto* string = text->get_ptr<const std::string*>();
        if (!string)
            return fail(ErrorCode::BadFile, "expected a JSON string, found " + describeJson(*text), where);
        auto result = tokenized(tokenizer, *string, special);
        if (!result) {
            Error error = result.error();
            error.where = where + (error.where.empty() ? "" : ": " + error.where);
            return tl::unexpected<Failure>(error);
        }
        if (auto ok = printJsonLine(*result); !ok)
            return ok;
    }
}

Outcome<void> run(const Arguments& arguments, const Context& context)
{
    const auto text = arguments.value("--text"), file = arguments.value("--jsonl");
    if (auto ok = arguments.notTogether("--text", "--jsonl"); !ok)
        return ok;
    if (!text && !file)
        return wrongUsage("expected --text or --jsonl, found neither");
    auto folder = modelFolder(arguments, context);
    if (!folder)
        return tl::unexpected(folder.error());
    auto tokenizer = openTokenizer(*folder);
    if (!tokenizer)
        return tl::unexpected(tokenizer.error());
    const bool special = !arguments.has("--no-special");
    if (file)
        return tokenizeLines(**tokenizer, *file, special);
    auto result = tokenized(**tokenizer, *text, special);
    if (!result)
        return tl::unexpected(result.error());
    return printJson(*result);
}

} // namespace

Command tokenizeCommand()
{
    return {
        .name = "tokenize",
        .usage = "MODEL (--text TEXT | --jsonl FILE) [--no-special]",
        .summary = "split text into tokens, as JSON",
        .about =
            "Prints one JSON object: \"ids\"; \"pieces\", the vocabulary's own spelling of each token; "
            "\"spans\", the bytes [begin, end) of the text that each stands for (empty for tokens that the "
            "tokenizer adds); \"special\", whether it is a special token. A folder with only tokenizer files "
            "will do for MODEL.",
        .options =
            {{"--text", "TEXT", "the text"},
             {"--jsonl", "FILE",
              "many texts: one JSON string a line in, one JSON object a line out; - is standard input"},
             {"--no-special", "", "leave out the tokens that the model expects around the text"}},
        .examples = "  headlight tokenize stories260k --text \"Once upon a time\"\n",
        .run = run,
    };
}

} // namespace headlight::app
