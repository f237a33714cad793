// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "output.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <nlohmann/json.hpp>
#include <system_error>
#include <unistd.h>

namespace headlight::app {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t lineLength = 100;

std::string inOneLine(const Json& value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool isScalarArray(const Json& value)
{
    return value.is_array() &&
           std::none_of(value.begin(), value.end(), [](const Json& item) { return item.is_structured(); });
}

/// Matrices and lists of small objects are read by people, too: one row a line.
void appendJson(std::string& text, const Json& value, std::size_t indent)
{
    if (!value.is_structured() || isScalarArray(value)) {
        text += inOneLine(value);
        return;
    }
    if (std::string line = inOneLine(value); indent + line.size() <= lineLength) {
        text += line;
        return;
    }
    const std::string margin(indent + 1, ' ');
    const bool object = value.is_object();
    text += object ? "{" : "[";
    bool first = true;
    for (auto it = value.begin(); it != value.end(); ++it) {
        text += first ? "\n" : ",\n";
        first = false;
        text += margin;
        if (object)
            text += inOneLine(Json(it.key())) + ": ";
        appendJson(text, *it, indent + 1);
    }
    text += "\n" + std::string(indent, ' ') + (object ? "}" : "]");
}

bool writeAll(int descriptor, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

/// Bytes of the first character, or 0 when they are no UTF-8.
std::size_t characterLength(std::string_view text)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80U)
        return 1;
    const std::size_t length = first < 0xC2U   ? 0
                               : first < 0xE0U ? 2
                               : first < 0xF0U ? 3
                               : first < 0xF5U ? 4
                                               : 0;
    if (length == 0 || text.size() < length)
        return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((byte(i) & 0xC0U) != 0x80U)
            return 0;
    // Overlong forms, surrogates and what lies beyond the last character of Unicode.
    const unsigned char second = byte(1);
    if ((first == 0xE0U && second < 0xA0U) || (first == 0xEDU && second > 0x9FU) ||
        (first == 0xF0U && second < 0x90U) || (first == 0xF4U && second > 0x8FU))
        return 0;
    return length;
}

} // namespace

Outcome<void> printData(std::string_view bytes)
{
    if (writeAll(STDOUT_FILENO, bytes))
        return {};
    return fail(ErrorCode::Io, "cannot write (" + std::generic_category().message(errno) + ")",
                "standard output");
}

Outcome<void> printJson(const Json& value)
{
    std::string text;
    appendJson(text, value, 0);
    return printData(text + "\n");
}

Outcome<void> printJsonLine(const Json& value)
{
    return printData(inOneLine(value) + "\n");
}

Json jsonNumber(double number)
{
    if (std::isnan(number))
        return "NaN";
    if (std::isinf(number))
        return number > 0 ? "Infinity" : "-Infinity";
    return number;
}

void printWords(std::string_view text)
{
    std::string line;
    while (!text.empty()) {
        const std::size_t length = characterLength(text);
        if (length == 0)
            line += "\uFFFD";
        else if (length == 1 && (static_cast<unsigned char>(text[0]) < 0x20U || text[0] == 0x7F))
            line += '?';
        else
            line += text.substr(0, length);
        text.remove_prefix(std::max<std::size_t>(length, 1));
    }
    (void)writeAll(STDERR_FILENO, line + "\n");
}

} // namespace headlight::app
