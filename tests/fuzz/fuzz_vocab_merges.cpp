// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// An input is tokenizer_config.json, vocab.json, merges.txt and the text, with "----" lines between them.

#include "tokenizers/vocabulary_files.h"

#include "fuzz_tokenizer.h"

using namespace headlight;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const FileAndText configAndRest = splitInput(textOf(data, size));
    const FileAndText vocabAndRest = splitInput(configAndRest.text);
    const FileAndText mergesAndText = splitInput(vocabAndRest.text);
    SettingsFiles files;
    files.tokenizerConfig = configAndRest.file;
    const auto settings = readSettings(files, "");
    if (!settings) {
        requireOneLine(settings.error().text());
        return 0;
    }
    exercise(
        readVocabAndMerges({vocabAndRest.file, "vocab.json"}, {mergesAndText.file, "merges.txt"}, *settings),
        mergesAndText.text);
    return 0;
}
