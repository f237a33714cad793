// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// tokenizer.json, the one-file form of the hub's fast tokenizers.

#include "result/result.h"
#include "tokenizers/pipeline_tokenizer.h"
#include "tokenizers/tokenizer_settings.h"

#include <string>
#include <string_view>

namespace headlight {

/// @p file is named in errors. @p settings, from the files beside it, count where the reference library lets
/// them: tokens that tokenizer.json does not have (but none that would need a new id, for which a model has
/// no embedding), and a few switches.
[[nodiscard]] Result<TokenizerParts> readTokenizerJson(std::string_view bytes, const std::string& file,
                                                       const TokenizerSettings& settings = {});

} // namespace headlight
