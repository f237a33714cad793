// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// An input is special_tokens_map.json, vocab.txt and the text, with "----" lines between them.

#include "tokenizers/vocabulary_files.h"

#include "fuzz_tokenizer.h"

using namespace headlight;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const FileAndText mapAndRest = splitInput(textOf(data, size));
    const FileAndText vocabAndText = splitInput(mapAndRest.text);
    SettingsFiles files;
    files.specialTokensMap = mapAndRest.file;
    const auto settings = readSettings(files, "");
    if (!settings) {
        requireOneLine(settings.error().text());
        return 0;
    }
    exercise(readWordPieceVocab({vocabAndText.file, "vocab.txt"}, *settings), vocabAndText.text);
    return 0;
}
