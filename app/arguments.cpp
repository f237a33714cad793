// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "arguments.h"

#include "result/quote.h"
#include "result/trimmed.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace headlight::app {

namespace {

constexpr std::size_t lineLength = 80;

const Option* findOption(const Options& options, std::string_view name)
{
    const auto it = std::find_if(options.begin(), options.end(), [&](const Option& o) {
        return o.name == name || (!o.letter.empty() && o.letter == name);
    });
    return it == options.end() ? nullptr : &*it;
}

template <class Number>
std::errc parseNumber(std::string_view text, Number& number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end != text.data() + text.size())
        return std::errc::invalid_argument;
    return error;
}

std::string shown(double number)
{
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
    return {digits, end};
}

/// Characters of UTF-8 text, which is near enough to columns for our own help.
std::size_t columns(std::string_view text)
{
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

} // namespace

Outcome<Arguments> Arguments::parse(const Options& options, std::span<const std::string> arguments)
{
    Arguments result;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        if (argument == "--") {
            result.operands.insert(result.operands.end(), arguments.begin() + static_cast<long>(i) + 1,
                                   arguments.end());
            break;
        }
        if (argument.size() < 2 || argument[0] != '-') {
            result.operands.push_back(argument);
            continue;
        }
        const bool isLong = argument[1] == '-';
        const std::size_t equals = isLong ? argument.find('=') : std::string::npos;
        const std::string name = argument.substr(0, equals);
        const Option* option = findOption(options, name);
        if (!option)
            return wrongUsage("unknown option " + quote(name));
        std::string value;
        if (option->value.empty()) {
            if (equals != std::string::npos)
                return wrongUsage("expected no value, found " + quote(argument.substr(equals + 1)), name);
        } else if (equals != std::string::npos) {
            value = argument.substr(equals + 1);
        } else if (i + 1 < arguments.size()) {
            value = arguments[++i];
        } else {
            return wrongUsage("expected " + std::string(option->value) + ", found nothing", name);
        }
        auto& values = result.m_values[std::string(option->name)];
        if (!values.empty() && !option->repeatable)
            return wrongUsage("expected once, found twice", name);
        values.push_back(std::move(value));
    }
    return result;
}

std::optional<std::string> Arguments::value(std::string_view name) const
{
    const auto it = m_values.find(name);
    return it == m_values.end() ? std::nullopt : std::optional(it->second.front());
}

std::vector<std::string> Arguments::values(std::string_view name) const
{
    const auto it = m_values.find(name);
    return it == m_values.end() ? std::vector<std::string>() : it->second;
}

Outcome<std::string> Arguments::required(std::string_view name) const
{
    if (auto given = value(name))
        return *given;
    return wrongUsage("expected " + std::string(name) + ", found none");
}

Outcome<std::string> Arguments::word(std::string_view name, const std::vector<std::string_view>& words,
                                     std::string_view absent) const
{
    const std::string given = value(name).value_or(std::string(absent));
    if (std::find(words.begin(), words.end(), given) != words.end())
        return given;
    std::string list;
    for (const std::string_view word : words)
        list += (list.empty() ? "" : ", ") + std::string(word);
    return wrongUsage("expected one of " + list + "; found " + quote(given), std::string(name));
}

Outcome<int> Arguments::integer(std::string_view name, int absent, int least, int most) const
{
    const auto given = value(name);
    if (!given)
        return absent;
    int number = 0;
    if (parseNumber(trimmed(*given), number) != std::errc() || number < least || number > most)
        return wrongUsage("expected a whole number from " + std::to_string(least) + " to " +
                              std::to_string(most) + ", found " + quote(*given),
                          std::string(name));
    return number;
}

Outcome<double> Arguments::number(std::string_view name, double absent, double least, double most) const
{
    const auto given = value(name);
    if (!given)
        return absent;
    double parsed = 0;
    if (parseNumber(trimmed(*given), parsed) != std::errc() || !(parsed >= least && parsed <= most))
        return wrongUsage("expected a number from " + shown(least) + " to " + shown(most) + ", found " +
                              quote(*given),
                          std::string(name));
    return parsed;
}

Outcome<std::optional<std::vector<int>>> Arguments::integers(std::string_view name) const
{
    const auto given = value(name);
    if (!given)
        return std::nullopt;
    std::vector<int> numbers;
    std::string_view rest = trimmed(*given);
    while (!rest.empty()) {
        const std::size_t comma = std::min(rest.find(','), rest.size());
        const std::string_view part = trimmed(rest.substr(0, comma));
        int number = 0;
        const std::errc error = parseNumber(part, number);
        if (error == std::errc::result_out_of_range) // A number all right, but of no use to any model.
            return tl::unexpected<Failure>(Error{ErrorCode::BadInput,
                                                 "expected numbers up to " +
                                                     std::to_string(std::numeric_limits<int>::max()) +
                                                     ", found " + quote(part),
                                                 std::string(name)});
        if (error != std::errc())
            return wrongUsage("expected whole numbers with commas between them, found " + quote(*given),
                              std::string(name));
        numbers.push_back(number);
        if (comma + 1 == rest.size())
            return wrongUsage("expected a number after the last comma, found nothing", std::string(name));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
    return numbers;
}

Outcome<std::optional<std::pair<double, double>>> Arguments::range(std::string_view name) const
{
    const auto given = value(name);
    if (!given)
        return std::nullopt;
    std::pair<double, double> limits;
    const std::size_t comma = given->find(',');
    const std::string_view whole(*given);
    if (comma == std::string::npos ||
        parseNumber(trimmed(whole.substr(0, comma)), limits.first) != std::errc() ||
        parseNumber(trimmed(whole.substr(comma + 1)), limits.second) != std::errc() ||
        !std::isfinite(limits.first) || !std::isfinite(limits.second) || !(limits.first < limits.second))
        return wrongUsage("expected two numbers LOW,HIGH with the smaller one first, found " + quote(*given),
                          std::string(name));
    return limits;
}

Outcome<void> Arguments::notTogether(std::string_view one, std::string_view other) const
{
    if (has(one) && has(other))
        return wrongUsage("expected " + std::string(one) + " or " + std::string(other) + ", found both");
    return {};
}

std::string wrapped(std::string_view text, std::size_t indent)
{
    const std::string margin(indent, ' ');
    std::string result;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.front() == ' ') {
            result += (line.empty() ? "" : margin) + std::string(line) + "\n";
            continue;
        }
        std::size_t column = 0;
        while (!line.empty()) {
            const std::size_t space = std::min(line.find(' '), line.size());
            const std::string_view word = line.substr(0, space);
            line.remove_prefix(std::min(space + 1, line.size()));
            if (column > 0 && column + 1 + columns(word) > lineLength) {
                result += "\n";
                column = 0;
            }
            result += column > 0 ? " " : margin;
            column += (column > 0 ? 1 : indent) + columns(word);
            result += word;
        }
        result += "\n";
    }
    return result;
}

std::string optionsHelp(const Options& options)
{
    const auto heading = [](const Option& o) {
        return (o.letter.empty() ? "" : std::string(o.letter) + ", ") + std::string(o.name) +
               (o.value.empty() ? "" : " " + std::string(o.value));
    };
    constexpr std::size_t left = 2, column = 24;
    std::string text;
    for (const Option& option : options) {
        const std::string head = heading(option);
        std::string help = wrapped(option.help, column);
        text += std::string(left, ' ') + head;
        if (left + head.size() + 2 <= column)
            text += help.substr(left + head.size());
        else
            text += "\n" + help;
    }
    return text;
}

} // namespace headlight::app
