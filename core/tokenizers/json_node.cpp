// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/json_node.h"

#include "formats/json.h"

#include <utility>

namespace headlight {

namespace {

// Large vocabularies have half a million pieces and as many merges, each a pair.
constexpr JsonLimits kLimits{64, 8'000'000};

const nlohmann::json& nothing()
{
    static const nlohmann::json null;
    return null;
}

} // namespace

JsonDocument::JsonDocument()
    : m_root(std::make_unique<nlohmann::json>())
{
}
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;
JsonDocument::~JsonDocument() = default;

Result<JsonDocument> JsonDocument::parse(std::string_view bytes, std::string file)
{
    auto root = parseJson(bytes, file, kLimits);
    if (!root)
        return tl::unexpected(std::move(root.error()));
    JsonDocument document;
    *document.m_root = std::move(*root);
    document.m_file = std::move(file);
    return document;
}

void JsonDocument::setError(Error error)
{
    if (!m_error)
        m_error = std::move(error);
}

JsonNode::JsonNode(JsonDocument& document)
    : JsonNode(document, document.root(), {})
{
}

JsonNode::JsonNode(JsonDocument& document, const nlohmann::json& value, std::string path)
    : m_document(&document)
    , m_value(&value)
    , m_path(std::move(path))
{
}

bool JsonNode::has(std::string_view key) const
{
    if (!m_value->is_object())
        return false;
    const auto found = m_value->find(key);
    return found != m_value->end() && !found->is_null();
}

bool JsonNode::isObject() const
{
    return m_value->is_object();
}

bool JsonNode::isArray() const
{
    return m_value->is_array();
}

bool JsonNode::isText() const
{
    return m_value->is_string();
}

bool JsonNode::isNull() const
{
    return m_value->is_null();
}

JsonNode JsonNode::child(std::string_view key) const
{
    std::string path = m_path.empty() ? std::string(key) : m_path + "." + std::string(key);
    if (!has(key)) {
        const JsonNode missing(*m_document, nothing(), std::move(path));
        if (m_value->is_object())
            missing.failExpected("a value");
        else
            failExpected("an object");
        return missing;
    }
    return {*m_document, *m_value->find(key), std::move(path)};
}

std::vector<JsonNode> JsonNode::elements() const
{
    std::vector<JsonNode> nodes;
    if (!m_value->is_array()) {
        failExpected("a list");
        return nodes;
    }
    nodes.reserve(m_value->size());
    for (const auto& element : *m_value)
        nodes.push_back({*m_document, element, m_path + "[" + std::to_string(nodes.size()) + "]"});
    return nodes;
}

std::vector<std::string> JsonNode::keys() const
{
    std::vector<std::string> keys;
    if (!m_value->is_object()) {
        failExpected("an object");
        return keys;
    }
    for (auto it = m_value->begin(); it != m_value->end(); ++it)
        keys.push_back(it.key());
    return keys;
}

std::string JsonNode::text() const
{
    if (const auto* text = m_value->get_ptr<const nlohmann::json::string_t*>())
        return *text;
    failExpected("a string");
    return {};
}

double JsonNode::number() const
{
    if (m_value->is_number())
        return m_value->get<double>();
    failExpected("a number");
    return 0;
}

std::int64_t JsonNode::integer() const
{
    // Unsigned numbers over 2^63 would wrap, no count or id of ours comes near that.
    if (m_value->is_number_integer() &&
        (!m_value->is_number_unsigned() || m_value->get<std::uint64_t>() <= std::uint64_t{1} << 62))
        return m_value->get<std::int64_t>();
    failExpected("a whole number");
    return 0;
}

bool JsonNode::flag() const
{
    if (m_value->is_boolean())
        return m_value->get<bool>();
    failExpected("true or false");
    return false;
}

std::string JsonNode::text(std::string_view key, std::string_view missing) const
{
    return has(key) ? child(key).text() : std::string(missing);
}

bool JsonNode::flag(std::string_view key, bool missing) const
{
    return has(key) ? child(key).flag() : missing;
}

std::int64_t JsonNode::integer(std::string_view key, std::int64_t missing) const
{
    return has(key) ? child(key).integer() : missing;
}

std::string JsonNode::where() const
{
    return m_path.empty() ? m_document->file() : m_document->file() + ", " + m_path;
}

void JsonNode::fail(ErrorCode code, std::string message) const
{
    m_document->setError({code, std::move(message), where()});
}

void JsonNode::failExpected(std::string_view expected) const
{
    fail(ErrorCode::BadFile,
         "expected " + std::string(expected) + ", found " + (isNull() ? "nothing" : describeJson(*m_value)));
}

} // namespace headlight
