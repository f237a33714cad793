// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/tokenizer_settings.h"

#include "formats/files.h"
#include "tokenizers/json_node.h"

#include <array>
#include <charconv>
#include <utility>

namespace headlight {

namespace {

constexpr std::uint64_t kMaxSettingsBytes = std::uint64_t{32} * 1024 * 1024;
constexpr std::size_t kMaxAdded = 200'000;

constexpr std::array<std::pair<std::string_view, std::string_view>, 28> kKindsOfModels{{
    {"gpt2", "GPT2"},        {"gpt_neo", "GPT2"},
    {"opt", "OPT"},          {"roberta", "Roberta"},
    {"bart", "Roberta"},     {"longformer", "Roberta"},
    {"clip", "CLIP"},        {"clip_text_model", "CLIP"},
    {"qwen2", "Qwen2"},      {"qwen3", "Qwen2"},
    {"bert", "Bert"},        {"distilbert", "Bert"},
    {"electra", "Bert"},     {"t5", "T5"},
    {"mt5", "T5"},           {"umt5", "T5"},
    {"llama", "Llama"},      {"mistral", "Llama"},
    {"mixtral", "Llama"},    {"gemma", "Gemma"},
    {"gemma2", "Gemma"},     {"xlm-roberta", "XLMRoberta"},
    {"marian", "Marian"},    {"reformer", "Reformer"},
    {"gpt_neox", "GPTNeoX"}, {"led", "Roberta"},
    {"mobilebert", "Bert"},  {"codegen", "GPT2"},
}};

constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kKindsOfClasses{{
    {"Bart", "Roberta"},
    {"Longformer", "Roberta"},
    {"LED", "Roberta"},
    {"DistilBert", "Bert"},
    {"Electra", "Bert"},
    {"MobileBert", "Bert"},
    {"Retribert", "Bert"},
    {"CodeGen", "GPT2"},
    {"MT5", "T5"},
    {"CodeLlama", "Llama"},
    {"OpenAIGPT", "OpenAIGPT"},
    {"PreTrained", ""}, // PreTrainedTokenizerFast says nothing.
}};

template <class Table>
std::optional<std::string> lookUp(const Table& table, std::string_view name)
{
    for (const auto& [from, to] : table) {
        if (from == name)
            return std::string(to);
    }
    return std::nullopt;
}

std::string kindOfClass(std::string name)
{
    for (const std::string_view suffix : {"Fast", "Tokenizer"}) {
        if (name.ends_with(suffix))
            name.resize(name.size() - suffix.size());
    }
    return lookUp(kKindsOfClasses, name).value_or(name);
}

/// "content" alone, or an object with it and how it is looked for.
AddedToken readToken(const JsonNode& node)
{
    AddedToken token;
    token.special = true;
    if (node.isText()) {
        token.content = node.text();
        return token;
    }
    token.content = node.text("content");
    token.singleWord = node.flag("single_word", false);
    token.stripLeft = node.flag("lstrip", false);
    token.stripRight = node.flag("rstrip", false);
    token.special = node.flag("special", true);
    token.normalized = node.flag("normalized", !token.special);
    return token;
}

constexpr std::array kRoles = {"bos_token", "eos_token", "unk_token", "sep_token",
                               "pad_token", "cls_token", "mask_token"};

void readSpecial(const JsonNode& root, TokenizerSettings& settings)
{
    for (const char* role : kRoles) {
        if (!root.has(role) || settings.special.contains(role))
            continue;
        const JsonNode node = root.child(role);
        if (node.isText() || node.isObject())
            settings.special.emplace(role, readToken(node));
    }
    if (root.has("additional_special_tokens") && root.child("additional_special_tokens").isArray()) {
        std::size_t count = 0;
        for (const JsonNode& node : root.child("additional_special_tokens").elements()) {
            if (node.isText() || node.isObject())
                settings.special.emplace("additional " + std::to_string(count), readToken(node));
            if (++count > kMaxAdded)
                node.fail(ErrorCode::TooLarge, "expected at most 200000 special tokens, found more");
            if (node.failed())
                return;
        }
    }
}

void addWithId(AddedToken token, std::int64_t id, const JsonNode& node, TokenizerSettings& settings)
{
    if (id < 0 || id >= Vocabulary::kMaxIds) {
        node.fail(ErrorCode::BadFile, "expected an id from 0 to " + std::to_string(Vocabulary::kMaxIds - 1) +
                                          ", found " + std::to_string(id));
        return;
    }
    if (settings.added.size() >= kMaxAdded) {
        node.fail(ErrorCode::TooLarge, "expected at most 200000 added tokens, found more");
        return;
    }
    token.id = static_cast<int>(id);
    settings.added.push_back(std::move(token));
}

/// {"50256": {"content": "<|endoftext|>", …}, …}
void readAddedTokensDecoder(const JsonNode& node, TokenizerSettings& settings)
{
    for (const std::string& key : node.keys()) {
        const JsonNode entry = node.child(key);
        std::int64_t id = -1;
        const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
        if (error != std::errc() || end != key.data() + key.size())
            id = -1;
        addWithId(readToken(entry), id, entry, settings);
        if (node.failed())
            return;
    }
}

/// {"<|endoftext|>": 50256, …}
void readAddedTokensFile(const JsonNode& root, TokenizerSettings& settings)
{
    for (const std::string& key : root.keys()) {
        const JsonNode id = root.child(key);
        AddedToken token;
        token.content = key;
        addWithId(std::move(token), id.integer(), id, settings);
        if (root.failed())
            return;
    }
}

std::optional<bool> readFlag(const JsonNode& root, std::string_view key)
{
    return root.has(key) ? std::optional(root.flag(key, false)) : std::nullopt;
}

void readTokenizerConfig(const JsonNode& root, TokenizerSettings& settings)
{
    if (root.has("tokenizer_class"))
        settings.kind = kindOfClass(root.text("tokenizer_class"));
    settings.lowerCase = readFlag(root, "do_lower_case");
    settings.stripAccents = readFlag(root, "strip_accents");
    settings.chineseCharacters = readFlag(root, "tokenize_chinese_chars");
    settings.addPrefixSpace = readFlag(root, "add_prefix_space");
    settings.addBos = readFlag(root, "add_bos_token");
    settings.addEos = readFlag(root, "add_eos_token");
    if (root.has("extra_ids"))
        settings.extraIds = root.integer("extra_ids", 0);
    readSpecial(root, settings);
    if (root.has("added_tokens_decoder"))
        readAddedTokensDecoder(root.child("added_tokens_decoder"), settings);
}

template <class Read>
Result<void> parseSettings(const std::string& bytes, const std::string& file, Read read)
{
    if (bytes.empty())
        return {};
    auto document = JsonDocument::parse(bytes, file);
    if (!document)
        return tl::unexpected(std::move(document.error()));
    const JsonNode root(*document);
    if (root.isObject())
        read(root);
    else
        root.failExpected("an object");
    if (root.failed())
        return tl::unexpected(root.error());
    return {};
}

} // namespace

std::string TokenizerSettings::contentOf(std::string_view role, std::string_view missing) const
{
    const auto found = special.find(role);
    return found == special.end() ? std::string(missing) : found->second.content;
}

Result<SettingsFiles> readSettingsFiles(const std::filesystem::path& folder)
{
    SettingsFiles files;
    const std::array<std::pair<const char*, std::string*>, 4> wanted{{
        {"tokenizer_config.json", &files.tokenizerConfig},
        {"special_tokens_map.json", &files.specialTokensMap},
        {"added_tokens.json", &files.addedTokens},
        {"config.json", &files.config},
    }};
    for (const auto& [name, bytes] : wanted) {
        auto read = readFile(folder / name, kMaxSettingsBytes);
        if (read)
            *bytes = std::move(*read);
        else if (read.error().code != ErrorCode::NotFound)
            return tl::unexpected(std::move(read.error()));
    }
    return files;
}

Result<TokenizerSettings> readSettings(const SettingsFiles& files, const std::string& folder)
{
    TokenizerSettings settings;
    const auto in = [&](const char* name) { return (std::filesystem::path(folder) / name).string(); };
    Result<void> done = parseSettings(files.tokenizerConfig, in("tokenizer_config.json"),
                                      [&](const JsonNode& root) { readTokenizerConfig(root, settings); });
    if (done)
        done = parseSettings(files.specialTokensMap, in("special_tokens_map.json"),
                             [&](const JsonNode& root) { readSpecial(root, settings); });
    if (done)
        done = parseSettings(files.addedTokens, in("added_tokens.json"),
                             [&](const JsonNode& root) { readAddedTokensFile(root, settings); });
    if (done && settings.kind.empty())
        done = parseSettings(files.config, in("config.json"), [&](const JsonNode& root) {
            settings.kind = lookUp(kKindsOfModels, root.text("model_type", "")).value_or("");
            settings.kindIsGuessed = true;
        });
    if (!done)
        return tl::unexpected(std::move(done.error()));
    return settings;
}

} // namespace headlight
