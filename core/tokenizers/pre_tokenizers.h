// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The "pre_tokenizer" of tokenizer.json: cuts the normalised text into the words that no token crosses.

#include "result/result.h"
#include "tokenizers/aligned_text.h"

#include <memory>
#include <vector>

namespace headlight {

class JsonNode;

class PreTokenizer
{
public:
    virtual ~PreTokenizer() = default;
    /// Cuts each of the parts further; none of the results is empty.
    [[nodiscard]] virtual Result<void> apply(std::vector<AlignedText>& parts) const = 0;
};

/// Null for null and when the node is in error. Types that are not known are Unsupported.
[[nodiscard]] std::unique_ptr<PreTokenizer> readPreTokenizer(const JsonNode& node);

} // namespace headlight
