// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The "post_processor" of tokenizer.json: puts special tokens around the text's, and trims spans.

#include "result/result.h"
#include "tokenizers/tokenizer.h"

#include <memory>
#include <string_view>
#include <vector>

namespace headlight {

class JsonNode;

class PostProcessor
{
public:
    virtual ~PostProcessor() = default;
    /// @p text is what was encoded. Tokens that are put around it get empty spans.
    virtual void apply(std::vector<Token>& tokens, std::string_view text, bool addSpecial) const = 0;
};

/// Null for null and when the node is in error. Types that are not known are Unsupported.
[[nodiscard]] std::unique_ptr<PostProcessor> readPostProcessor(const JsonNode& node);

} // namespace headlight
