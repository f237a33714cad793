// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What tokenizer_config.json, special_tokens_map.json, added_tokens.json and config.json say beside a
// vocabulary: which class of tokenizer it is for, its special tokens, and how the text is treated.

#include "result/result.h"
#include "tokenizers/added_tokens.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

struct TokenizerSettings
{
    /// "GPT2", "Roberta", "CLIP", "Bert", "T5", "Llama" …: tokenizer_class without "Tokenizer" and "Fast";
    /// without one, what the model_type of config.json goes with. Empty when neither is known.
    std::string kind;
    bool kindIsGuessed = false; ///< from model_type
    /// "bos_token", "cls_token" … and what they are; ids are not known yet.
    std::map<std::string, AddedToken, std::less<>> special;
    /// Tokens that were added after training, with ids, in the order of the files.
    std::vector<AddedToken> added;

    std::optional<bool> lowerCase;
    std::optional<bool> stripAccents;
    std::optional<bool> chineseCharacters;
    std::optional<bool> addPrefixSpace;
    std::optional<bool> addBos;
    std::optional<bool> addEos;
    std::optional<std::int64_t> extraIds; ///< T5's <extra_id_0> …

    /// The content of a special token, or @p missing.
    [[nodiscard]] std::string contentOf(std::string_view role, std::string_view missing = {}) const;
};

/// The four files as bytes; the ones that are not there are empty.
struct SettingsFiles
{
    std::string tokenizerConfig;
    std::string specialTokensMap;
    std::string addedTokens;
    std::string config;
};

[[nodiscard]] Result<SettingsFiles> readSettingsFiles(const std::filesystem::path& folder);
/// @p folder is named in errors.
[[nodiscard]] Result<TokenizerSettings> readSettings(const SettingsFiles& files, const std::string& folder);

} // namespace headlight
