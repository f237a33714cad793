// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The "normalizer" of tokenizer.json: what is done to the text before it is cut.

#include "result/result.h"
#include "tokenizers/aligned_text.h"

#include <memory>

namespace headlight {

class JsonNode;

class Normalizer
{
public:
    virtual ~Normalizer() = default;
    /// Errors: TooLarge when the text would grow beyond all measure; BadInput from a regular expression.
    [[nodiscard]] virtual Result<void> apply(AlignedText& text) const = 0;
};

/// Null for null and when the node is in error. Types that are not known are Unsupported.
[[nodiscard]] std::unique_ptr<Normalizer> readNormalizer(const JsonNode& node);

} // namespace headlight
