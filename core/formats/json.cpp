// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/json.h"

#include "result/quote.h"

#include <algorithm>
#include <optional>
#include <vector>

namespace headlight {
namespace {

using nlohmann::json;

/// Builds the document from the parser's events; the parser itself keeps its nesting on the heap.
class Builder
{
public:
    Builder(std::string_view bytes, const JsonLimits& limits)
        : m_bytes(bytes)
        , m_limits(limits)
    {
    }

    // NOLINTBEGIN(readability-identifier-naming): the names are the parser's.
    bool null() { return add(nullptr); }
    bool boolean(bool value) { return add(value); }
    bool number_integer(json::number_integer_t value) { return add(value); }
    bool number_unsigned(json::number_unsigned_t value) { return add(value); }
    bool number_float(json::number_float_t value, const std::string&) { return add(value); }
    bool string(std::string& value) { return add(std::move(value)); }
    bool binary(json::binary_t&) { return false; }
    bool start_object(std::size_t) { return open(json::object()); }
    bool end_object() { return close(); }
    bool start_array(std::size_t) { return open(json::array()); }
    bool end_array() { return close(); }
    bool key(std::string& name)
    {
        m_key = std::move(name);
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const json::exception& exception)
    {
        constexpr int numberOutOfRange = 406; // nlohmann's id for a number that no double can hold
        return refuse(ErrorCode::BadFile,
                      (exception.id == numberOutOfRange ? "found a number that is too large at "
                                                        : "expected JSON, found something else at ") +
                          place(position));
    }
    // NOLINTEND(readability-identifier-naming)

    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] json take() { return std::move(m_root); }

private:
    bool refuse(ErrorCode code, std::string message)
    {
        if (!m_error)
            m_error = Error{code, std::move(message), {}};
        return false;
    }

    /// "line 3, column 7" of the last byte that was read; columns are bytes.
    [[nodiscard]] std::string place(std::size_t position) const
    {
        const std::string_view before = m_bytes.substr(0, position > 0 ? position - 1 : 0);
        const std::size_t lineStart = before.rfind('\n') + 1; // npos + 1 is 0, the first line's start
        return "line " + std::to_string(1 + std::count(before.begin(), before.end(), '\n')) + ", column " +
               std::to_string(before.size() - lineStart + 1);
    }

    template <class Value>
    bool add(Value&& value)
    {
        return put(json(std::forward<Value>(value))) != nullptr;
    }

    json* put(json value)
    {
        if (++m_count > m_limits.values) {
            refuse(ErrorCode::TooLarge,
                   "expected at most " + std::to_string(m_limits.values) + " values, found more");
            return nullptr;
        }
        if (m_open.empty())
            return &(m_root = std::move(value));
        if (auto* array = m_open.back()->get_ptr<json::array_t*>())
            return &array->emplace_back(std::move(value));
        // One look-up both finds a second key and adds a first one: vocabularies have hundreds of thousands.
        auto& object = *m_open.back()->get_ptr<json::object_t*>();
        const auto [entry, added] = object.try_emplace(std::move(m_key), std::move(value));
        if (!added && !m_limits.repeatedKeys) {
            refuse(ErrorCode::BadFile, "expected each key once, found " + quote(entry->first) + " twice");
            return nullptr;
        }
        if (!added)
            entry->second = std::move(value);
        return &entry->second;
    }

    bool open(json container)
    {
        if (m_open.size() >= m_limits.depth) {
            return refuse(ErrorCode::TooLarge, "expected at most " + std::to_string(m_limits.depth) +
                                                   " levels of nesting, found more");
        }
        json* placed = put(std::move(container));
        if (placed == nullptr)
            return false;
        m_open.push_back(placed);
        return true;
    }

    bool close()
    {
        m_open.pop_back();
        return true;
    }

    std::string_view m_bytes;
    JsonLimits m_limits;
    std::size_t m_count = 0;
    json m_root;
    std::vector<json*> m_open; // Only the last child of each is open, so no pointer outlives a reallocation.
    std::string m_key;
    std::optional<Error> m_error;
};

} // namespace

Result<json> parseJson(std::string_view bytes, const std::string& where, const JsonLimits& limits)
{
    Builder builder(bytes, limits);
    if (!json::sax_parse(bytes.begin(), bytes.end(), &builder)) {
        Error error = builder.error().value_or(Error{ErrorCode::BadFile, "expected JSON", {}});
        error.where = where;
        return tl::unexpected(std::move(error));
    }
    return builder.take();
}

std::string describeJson(const json& value)
{
    if (value.is_object())
        return "an object";
    if (value.is_array())
        return "an array of " + std::to_string(value.size());
    if (const auto* text = value.get_ptr<const json::string_t*>())
        return quote(*text);
    return value.dump(); // numbers, true, false and null: short, and no text whose encoding could throw
}

} // namespace headlight
