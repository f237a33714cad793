// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Reading foreign JSON without an exception and without a check after each key: a node knows its place in the
// file; the first thing that is not as expected is remembered, with file and key, and everything read after
// it is a default.

#include "result/result.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

/// Parsed JSON and the first error that was met while it was read.
class JsonDocument
{
public:
    /// Errors: BadFile for bytes that are no JSON; TooLarge for nesting or counts that no tokenizer file has,
    /// which are found out while it is parsed.
    [[nodiscard]] static Result<JsonDocument> parse(std::string_view bytes, std::string file);

    JsonDocument(JsonDocument&&) noexcept;
    JsonDocument& operator=(JsonDocument&&) noexcept;
    ~JsonDocument();

    [[nodiscard]] nlohmann::json& root() { return *m_root; }
    [[nodiscard]] const std::string& file() const { return m_file; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    void setError(Error error);

private:
    JsonDocument();
    std::unique_ptr<nlohmann::json> m_root;
    std::string m_file;
    std::optional<Error> m_error;
};

class JsonNode
{
public:
    explicit JsonNode(JsonDocument& document);

    /// False for a missing key and for null.
    [[nodiscard]] bool has(std::string_view key) const;
    [[nodiscard]] bool isObject() const;
    [[nodiscard]] bool isArray() const;
    [[nodiscard]] bool isText() const;
    [[nodiscard]] bool isNull() const;

    /// The value under a key that must be there. Missing: an error, and a null node.
    [[nodiscard]] JsonNode child(std::string_view key) const;
    /// The elements of an array; an error for anything else.
    [[nodiscard]] std::vector<JsonNode> elements() const;
    /// The keys of an object; an error for anything else.
    [[nodiscard]] std::vector<std::string> keys() const;

    /// The node's own value.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] double number() const;
    [[nodiscard]] std::int64_t integer() const;
    [[nodiscard]] bool flag() const;

    /// Values under keys; the ones with a default may be missing or null.
    [[nodiscard]] std::string text(std::string_view key) const { return child(key).text(); }
    [[nodiscard]] std::string text(std::string_view key, std::string_view missing) const;
    [[nodiscard]] bool flag(std::string_view key, bool missing) const;
    [[nodiscard]] std::int64_t integer(std::string_view key, std::int64_t missing) const;

    [[nodiscard]] const nlohmann::json& value() const { return *m_value; }
    [[nodiscard]] std::string where() const;
    [[nodiscard]] bool failed() const { return m_document->error().has_value(); }
    [[nodiscard]] Error error() const { return m_document->error().value_or(Error{}); }
    /// Remembers an error at this place, unless there is one already.
    void fail(ErrorCode code, std::string message) const;
    /// "expected …, found …" at this place.
    void failExpected(std::string_view expected) const;

private:
    JsonNode(JsonDocument& document, const nlohmann::json& value, std::string path);
    JsonDocument* m_document;
    const nlohmann::json* m_value;
    std::string m_path;
};

} // namespace headlight
