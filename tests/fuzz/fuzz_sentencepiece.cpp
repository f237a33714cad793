// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// An input is a kind of model, a SentencePiece file and the text, with "----" lines between them. The file is
// also read as a character map alone.

#include "tokenizers/charsmap.h"
#include "tokenizers/sentence_piece_tokenizers.h"

#include "fuzz_tokenizer.h"

using namespace headlight;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const FileAndText kindAndRest = splitInput(textOf(data, size));
    const FileAndText modelAndText = splitInput(kindAndRest.text);
    if (const auto map = Charsmap::fromBytes(modelAndText.file)) {
        const std::string text = lossyUtf8(modelAndText.text.substr(0, 200));
        const AlignedText mapped = map->apply(AlignedText(text));
        require(!firstInvalidUtf8(mapped.text()));
        require(mapped.size() <= text.size() * map->growth());
    }
    TokenizerSettings settings;
    settings.kind = kindAndRest.file;
    std::optional<VocabularyFile> vocab;
    if (settings.kind == "Marian")
        vocab = VocabularyFile{R"({"<unk>":1,"</s>":0,"the":2})", "vocab.json"};
    exercise(readSentencePiece({modelAndText.file, "spiece.model"}, vocab, settings), modelAndText.text);
    return 0;
}
