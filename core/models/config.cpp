// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/config.h"

#include "formats/files.h"
#include "formats/json.h"
#include "result/quote.h"

#include <cmath>

namespace headlight {
namespace {

using nlohmann::json;

constexpr std::uint64_t maxFileBytes = 64'000'000;
constexpr JsonLimits limits = {.depth = 64, .values = 1'000'000, .repeatedKeys = true};

std::optional<double> asNumber(const json& value)
{
    if (!value.is_number())
        return std::nullopt;
    const auto number = value.get<double>();
    return std::isfinite(number) ? std::optional(number) : std::nullopt;
}

std::optional<int> asInteger(const json& value)
{
    // Each int is a double too, so the one comparison serves all three kinds of JSON numbers.
    const std::optional<double> number = asNumber(value);
    if (!number || *number < std::numeric_limits<int>::min() || *number > std::numeric_limits<int>::max() ||
        *number != std::floor(*number))
        return std::nullopt;
    return static_cast<int>(*number);
}

std::optional<std::string> asText(const json& value)
{
    const auto* text = value.get_ptr<const json::string_t*>();
    return text != nullptr ? std::optional(*text) : std::nullopt;
}

std::string integerRange(int least, int most)
{
    return "a whole number from " + std::to_string(least) + " to " + std::to_string(most);
}
const std::string anyInteger = integerRange(std::numeric_limits<int>::min(), std::numeric_limits<int>::max());

} // namespace

struct Config::Document
{
    std::string name;
    json root;
    mutable std::optional<Error> error;
};

/// One object of the document and how to get there.
struct Config::Node
{
    std::shared_ptr<const Document> document;
    const json* object = nullptr; ///< a null pointer where an object was expected and none found
    std::string path;             ///< "", "text_config.", "layers[2]."

    [[nodiscard]] const json* find(std::string_view key) const
    {
        if (object == nullptr)
            return nullptr;
        const auto found = object->find(key);
        return found == object->end() || found->is_null() ? nullptr : &*found;
    }

    void refuse(std::string_view key, std::string message) const
    {
        if (!document->error)
            document->error = Error{ErrorCode::BadFile, std::move(message),
                                    document->name + ": " + path + std::string(key)};
    }

    void refuse(std::string_view key, const std::string& expected, const json* found) const
    {
        refuse(key, "expected " + expected + ", found " + (found == nullptr ? "none" : describeJson(*found)));
    }

    /// What @p convert makes of the value; @p failed (with an error) where it makes nothing of it.
    template <class T>
    [[nodiscard]] T read(std::string_view key, std::optional<T> (*convert)(const json&),
                         const std::string& expected, T failed) const
    {
        const json* value = find(key);
        if (value != nullptr) {
            if (std::optional<T> converted = convert(*value))
                return *std::move(converted);
        }
        refuse(key, expected, value);
        return failed;
    }

    template <class T>
    [[nodiscard]] std::vector<T> readList(std::string_view key, std::optional<T> (*convert)(const json&),
                                          const std::string& expected) const
    {
        const json* list = find(key);
        if (list == nullptr || !list->is_array()) {
            refuse(key, "a list", list);
            return {};
        }
        std::vector<T> result;
        for (const json& value : *list) {
            std::optional<T> converted = convert(value);
            if (!converted) {
                refuse(std::string(key) + "[" + std::to_string(result.size()) + "]", expected, &value);
                return {};
            }
            result.push_back(*std::move(converted));
        }
        return result;
    }
};

Config::Config(std::shared_ptr<const Node> node)
    : m_node(std::move(node))
{
}

Result<Config> Config::read(const std::filesystem::path& folder)
{
    if (auto usable = requireFolder(folder); !usable)
        return tl::unexpected(std::move(usable.error()));
    auto config = readFile(folder / "config.json");
    if (!config && config.error().code == ErrorCode::NotFound)
        return fail(ErrorCode::NotFound, "expected config.json in the model's folder, found none",
                    folder.string());
    return config;
}

Result<Config> Config::readFile(const std::filesystem::path& file)
{
    const auto bytes = headlight::readFile(file, maxFileBytes);
    if (!bytes)
        return tl::unexpected(bytes.error());
    auto config = parse(*bytes, file.filename().string());
    if (!config)
        config.error().where = file.string();
    return config;
}

Result<Config> Config::parse(std::string_view bytes, const std::string& name)
{
    auto root = parseJson(bytes, name, limits);
    if (!root)
        return tl::unexpected(std::move(root.error()));
    if (!root->is_object())
        return fail(ErrorCode::BadFile, "expected a JSON object, found " + describeJson(*root), name);
    auto document = std::make_shared<Document>(Document{name, *std::move(root), std::nullopt});
    return Config(std::make_shared<Node>(Node{document, &document->root, ""}));
}

bool Config::has(std::string_view key) const
{
    return m_node->find(key) != nullptr;
}

bool Config::isObject(std::string_view key) const
{
    const json* value = m_node->find(key);
    return value != nullptr && value->is_object();
}

bool Config::isList(std::string_view key) const
{
    const json* value = m_node->find(key);
    return value != nullptr && value->is_array();
}

int Config::integer(std::string_view key) const
{
    return m_node->read<int>(key, asInteger, anyInteger, 0);
}

int Config::integerOr(std::string_view key, int absent) const
{
    return has(key) ? integer(key) : absent;
}

int Config::positive(std::string_view key, int most) const
{
    const json* value = m_node->find(key);
    const std::optional<int> number = value != nullptr ? asInteger(*value) : std::nullopt;
    if (number && *number >= 1 && *number <= most)
        return *number;
    m_node->refuse(key, integerRange(1, most), value);
    return 1;
}

int Config::positiveOr(std::string_view key, int absent, int most) const
{
    return has(key) ? positive(key, most) : absent;
}

double Config::number(std::string_view key) const
{
    return m_node->read<double>(key, asNumber, "a number", 0.0);
}

double Config::numberOr(std::string_view key, double absent) const
{
    return has(key) ? number(key) : absent;
}

bool Config::flagOr(std::string_view key, bool absent) const
{
    const json* value = m_node->find(key);
    if (value == nullptr)
        return absent;
    if (value->is_boolean())
        return value->get<bool>();
    m_node->refuse(key, "true or false", value);
    return absent;
}

std::string Config::text(std::string_view key) const
{
    return m_node->read<std::string>(key, asText, "text", {});
}

std::string Config::textOr(std::string_view key, std::string absent) const
{
    return has(key) ? text(key) : std::move(absent);
}

std::vector<std::string> Config::texts(std::string_view key) const
{
    return m_node->readList<std::string>(key, asText, "text");
}

std::vector<std::string> Config::textsOr(std::string_view key, std::vector<std::string> absent) const
{
    return has(key) ? texts(key) : std::move(absent);
}

std::vector<int> Config::integers(std::string_view key) const
{
    return m_node->readList<int>(key, asInteger, anyInteger);
}

std::vector<int> Config::integersOr(std::string_view key, std::vector<int> absent) const
{
    return has(key) ? integers(key) : std::move(absent);
}

std::vector<double> Config::numbers(std::string_view key) const
{
    return m_node->readList<double>(key, asNumber, "a number");
}

std::vector<double> Config::numbersOr(std::string_view key, std::vector<double> absent) const
{
    return has(key) ? numbers(key) : std::move(absent);
}

std::map<std::string, std::string> Config::textMap(std::string_view key) const
{
    const json* object = m_node->find(key);
    if (object == nullptr)
        return {};
    if (!object->is_object()) {
        m_node->refuse(key, "an object", object);
        return {};
    }
    std::map<std::string, std::string> result;
    for (const auto& [name, value] : object->items()) {
        std::optional<std::string> converted = asText(value);
        if (!converted) {
            m_node->refuse(std::string(key) + "." + quote(name), "text", &value);
            return {};
        }
        result.emplace(name, *std::move(converted));
    }
    return result;
}

Config Config::child(std::string_view key) const
{
    const json* object = m_node->find(key);
    if (object == nullptr || !object->is_object()) {
        m_node->refuse(key, "an object", object);
        object = nullptr;
    }
    return Config(
        std::make_shared<Node>(Node{m_node->document, object, m_node->path + std::string(key) + "."}));
}

std::vector<Config> Config::children(std::string_view key) const
{
    const json* list = m_node->find(key);
    if (list == nullptr)
        return {};
    if (!list->is_array()) {
        m_node->refuse(key, "a list", list);
        return {};
    }
    std::vector<Config> result;
    for (const json& value : *list) {
        const std::string item = std::string(key) + "[" + std::to_string(result.size()) + "]";
        if (!value.is_object()) {
            m_node->refuse(item, "an object", &value);
            return {};
        }
        result.push_back(
            Config(std::make_shared<Node>(Node{m_node->document, &value, m_node->path + item + "."})));
    }
    return result;
}

void Config::refuse(std::string_view key, std::string message) const
{
    m_node->refuse(key, std::move(message));
}

const std::optional<Error>& Config::error() const
{
    return m_node->document->error;
}

} // namespace headlight
