// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// SentencePiece's way to keep spaces: "▁" stands for one, and one is put in front of the first word.

#include <string>

namespace headlight {

class JsonNode;

struct Metaspace
{
    enum class Prepend { Always, First, Never };
    std::string replacement = "\xE2\x96\x81"; ///< ▁
    Prepend prepend = Prepend::Always;
    bool split = true;
};

/// The options of a Metaspace pre-tokenizer or decoder, in the present and in the older spelling.
[[nodiscard]] Metaspace readMetaspaceOptions(const JsonNode& node);

} // namespace headlight
