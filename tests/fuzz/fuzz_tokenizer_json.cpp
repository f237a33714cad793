// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/tokenizer_json.h"

#include "fuzz_tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const FileAndText input = splitInput(textOf(data, size));
    exercise(headlight::readTokenizerJson(input.file, "tokenizer.json"), input.text);
    return 0;
}
