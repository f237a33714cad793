// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the tokenizers' fuzzers share: an input is the file's bytes, and after a line of "----" the text that
// is tokenized with it.

#include "tokenizers/pipeline_tokenizer.h"
#include "tokenizers/unicode.h"

#include "fuzz.h"

#include <algorithm>
#include <string>
#include <vector>

struct FileAndText
{
    std::string_view file;
    std::string_view text;
};

inline FileAndText splitInput(std::string_view input)
{
    constexpr std::string_view rule = "\n----\n";
    const std::size_t at = input.find(rule);
    if (at == std::string_view::npos)
        return {input, "The quick caf\xC3\xA9 <s> 1234,\n \xF0\x9F\x98\x80 don't"};
    return {input.substr(0, at), input.substr(at + rule.size())};
}

/// Tokenizes and takes back; checks what holds for all tokens.
inline void exercise(const headlight::Tokenizer& tokenizer, std::string_view text)
{
    constexpr std::size_t longest = 2000;
    text = text.substr(0, longest);
    const int size = tokenizer.vocabularySize();
    require(size >= 0);
    for (const bool addSpecial : {true, false}) {
        const auto tokens = tokenizer.encode(text, addSpecial);
        if (!tokens) {
            requireOneLine(tokens.error().text());
            continue;
        }
        std::vector<int> ids;
        for (const headlight::Token& token : *tokens) {
            require(token.begin <= token.end && token.end <= text.size());
            (void)tokenizer.label(token.id);
            ids.push_back(token.id);
        }
        const auto decoded = tokenizer.decode(ids, addSpecial);
        if (!decoded)
            requireOneLine(decoded.error().text());
    }
    for (const int id : {-1, 0, 1, size - 1, size}) {
        (void)tokenizer.piece(id);
        (void)tokenizer.label(id);
        (void)tokenizer.isSpecial(id);
    }
    (void)tokenizer.idOf(text);
    require(!tokenizer.kind().empty());
}

inline void exercise(headlight::Result<headlight::TokenizerParts> parts, std::string_view text)
{
    if (!parts) {
        requireOneLine(parts.error().text());
        return;
    }
    exercise(*headlight::makeTokenizer(std::move(*parts)), text);
}
