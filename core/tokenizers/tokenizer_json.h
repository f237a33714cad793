// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// tokenizer.json, the one-file form of the hub's fast tokenizers.

#include "result/result.h"
#include "tokenizers/pipeline_tokenizer.h"

#include <string>
#include <string_view>

namespace headlight {

/// @p file is named in errors.
[[nodiscard]] Result<TokenizerParts> readTokenizerJson(std::string_view bytes, const std::string& file);

} // namespace headlight
