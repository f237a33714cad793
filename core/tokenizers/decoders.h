// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The "decoder" of tokenizer.json: makes text of pieces.

#include "result/result.h"

#include <memory>
#include <string>
#include <vector>

namespace headlight {

class JsonNode;

class Decoder
{
public:
    virtual ~Decoder() = default;
    /// Changes, joins or drops pieces; in the end they are put together without anything between them.
    [[nodiscard]] virtual Result<void> apply(std::vector<std::string>& pieces) const = 0;
};

/// Null for null and when the node is in error. Types that are not known are Unsupported.
[[nodiscard]] std::unique_ptr<Decoder> readDecoder(const JsonNode& node);

} // namespace headlight
