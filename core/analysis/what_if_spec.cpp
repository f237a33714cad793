// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What-ifs as text.

#include "analysis/what_if.h"
#include "result/quote.h"
#include "result/trimmed.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <utility>

namespace headlight {

namespace {

constexpr std::array<std::pair<std::string_view, WhatIf::Kind>, 10> changeNames{
    {{"no-scale", WhatIf::Kind::NoScale},
     {"temperature", WhatIf::Kind::Temperature},
     {"mask", WhatIf::Kind::Mask},
     {"uniform", WhatIf::Kind::Uniform},
     {"identity", WhatIf::Kind::Identity},
     {"no-positions", WhatIf::Kind::NoPositions},
     {"positions", WhatIf::Kind::Positions},
     {"off", WhatIf::Kind::Off},
     {"head-off", WhatIf::Kind::HeadOff},
     {"head-mean", WhatIf::Kind::HeadMean}}};

constexpr std::array<std::pair<std::string_view, WhatIf::Mask>, 6> maskNames{
    {{"none", WhatIf::Mask::None},
     {"causal", WhatIf::Mask::Causal},
     {"window", WhatIf::Mask::Window},
     {"strided", WhatIf::Mask::Strided},
     {"fixed", WhatIf::Mask::Fixed},
     {"alternating", WhatIf::Mask::Alternating}}};

constexpr std::array<std::pair<std::string_view, WhatIf::Positions>, 6> positionNames{
    {{"sinusoidal", WhatIf::Positions::Sinusoidal},
     {"rotary", WhatIf::Positions::Rotary},
     {"alibi", WhatIf::Positions::Alibi},
     {"reversed", WhatIf::Positions::Reversed},
     {"shuffled", WhatIf::Positions::Shuffled},
     {"shifted", WhatIf::Positions::Shifted}}};

/// Beyond this a shift only costs memory.
constexpr int mostShift = 1 << 16;

template <class List, class Value>
std::string_view nameOf(const List& names, Value value)
{
    for (const auto& [name, one] : names)
        if (one == value)
            return name;
    return {};
}

template <class List>
std::string allNames(const List& names)
{
    std::string text;
    for (const auto& [name, one] : names)
        text += (text.empty() ? "" : ", ") + std::string(name);
    return text;
}

bool needsSize(WhatIf::Mask mask)
{
    return mask != WhatIf::Mask::None && mask != WhatIf::Mask::Causal;
}

template <class Number>
std::optional<Number> numberIn(std::string_view text)
{
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size())
        return std::nullopt;
    return number;
}

std::string shown(double number)
{
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

std::string shown(float number)
{
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

std::vector<std::string_view> split(std::string_view text)
{
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t comma = std::min(text.find(','), text.size());
        parts.push_back(trimmed(text.substr(0, comma)));
        if (comma == text.size())
            return parts;
        text.remove_prefix(comma + 1);
    }
}

tl::unexpected<Error> wrong(std::string_view expected, std::string_view found, std::string_view spec)
{
    return fail(ErrorCode::BadInput, "expected " + std::string(expected) + ", found " + quote(found),
                quote(spec));
}

Result<WhatIf> parseEdit(std::string_view spec, std::size_t open, std::size_t close)
{
    WhatIf edit;
    edit.kind = WhatIf::Kind::Edit;
    edit.target = std::string(trimmed(spec.substr(0, open)));
    for (const std::string_view index : split(spec.substr(open + 1, close - open - 1))) {
        if (index == "*") {
            edit.cell.emplace_back();
            continue;
        }
        const auto number = numberIn<std::int64_t>(index);
        if (!number || *number < 0)
            return wrong("an index from 0, or * for all", index, spec);
        edit.cell.emplace_back(*number);
    }
    for (const std::string_view text : split(spec.substr(close + 2))) {
        const auto number = parseCellValue(text);
        if (!number)
            return wrong("a number", text, spec);
        edit.values.push_back(*number);
    }
    return edit;
}

Result<WhatIf> parseMask(WhatIf change, std::string_view value, std::string_view spec)
{
    const std::size_t colon = std::min(value.find(':'), value.size());
    const std::string_view name = value.substr(0, colon);
    bool known = false;
    for (const auto& [text, mask] : maskNames)
        if (text == name) {
            change.mask = mask;
            known = true;
        }
    if (!known)
        return wrong("a mask among " + allNames(maskNames), name, spec);
    if (!needsSize(change.mask)) {
        if (colon < value.size())
            return wrong("no number behind " + std::string(name), value, spec);
        return change;
    }
    const auto size =
        colon < value.size() ? numberIn<int>(trimmed(value.substr(colon + 1))) : std::optional<int>();
    if (!size || *size < 1)
        return wrong(std::string(name) + ":N with a whole number from 1", value, spec);
    change.size = *size;
    return change;
}

Result<WhatIf> parsePositions(WhatIf change, std::string_view value, std::string_view spec)
{
    using Positions = WhatIf::Positions;
    const std::size_t colon = std::min(value.find(':'), value.size());
    const std::string_view name = trimmed(value.substr(0, colon));
    const auto known = std::find_if(positionNames.begin(), positionNames.end(),
                                    [&](const auto& entry) { return entry.first == name; });
    if (known == positionNames.end())
        return wrong("positions among " + allNames(positionNames), name, spec);
    change.positions = known->second;
    const bool numbered = change.positions == Positions::Shuffled || change.positions == Positions::Shifted;
    if (colon == value.size()) {
        if (change.positions == Positions::Shifted)
            return wrong("shifted:N with the number of positions", value, spec);
        change.size = numbered ? 1 : 0;
        return change;
    }
    const auto number = numberIn<int>(trimmed(value.substr(colon + 1)));
    if (!numbered)
        return wrong("no number behind " + std::string(name), value, spec);
    if (!number || *number < 1 || *number > mostShift)
        return wrong(std::string(name) + ":N with a whole number from 1 to " + std::to_string(mostShift),
                     value, spec);
    change.size = *number;
    return change;
}

} // namespace

std::optional<float> parseCellValue(std::string_view text)
{
    std::string plain(trimmed(text));
    // A minus sign as it is printed is one too.
    if (const std::size_t at = plain.find("\u2212"); at == 0)
        plain.replace(0, std::string_view("\u2212").size(), "-");
    if (!plain.empty() && plain.front() == '+')
        plain.erase(0, 1);
    if (plain == "-inf" || plain == "-∞")
        return -std::numeric_limits<float>::infinity();
    if (plain == "inf" || plain == "∞")
        return std::numeric_limits<float>::infinity();
    const auto number = numberIn<float>(plain);
    if (!number || !std::isfinite(*number))
        return std::nullopt;
    return number;
}

Result<WhatIf> parseWhatIf(std::string_view spec)
{
    // "HOOK[…]=…" is an edit; hooks have no brackets of their own.
    const std::size_t open = spec.find('['), close = spec.find("]=");
    if (open != std::string_view::npos && close != std::string_view::npos && open < close && open > 0)
        return parseEdit(spec, open, close);

    const std::size_t colon = spec.find(':');
    if (colon == std::string_view::npos || colon == 0)
        return wrong("TARGET:CHANGE or HOOK[I,J,...]=VALUE", spec, spec);
    WhatIf change;
    change.target = std::string(trimmed(spec.substr(0, colon)));
    const std::string_view rest = trimmed(spec.substr(colon + 1));
    const std::size_t equals = std::min(rest.find('='), rest.size());
    const std::string_view name = rest.substr(0, equals);
    const bool hasValue = equals < rest.size();
    const std::string_view value = hasValue ? trimmed(rest.substr(equals + 1)) : std::string_view();
    bool known = false;
    for (const auto& [text, kind] : changeNames)
        if (text == name) {
            change.kind = kind;
            known = true;
        }
    if (!known)
        return wrong("a change among " + allNames(changeNames), name, spec);
    switch (change.kind) {
    case WhatIf::Kind::Temperature: {
        const auto t = numberIn<double>(value);
        // Beyond these the float32 quotient is no use to anybody.
        if (!t || !(*t >= 1e-6 && *t <= 1e6))
            return wrong("temperature=T with T from 0.000001 to 1000000", value, spec);
        change.temperature = *t;
        return change;
    }
    case WhatIf::Kind::Mask:
        return parseMask(std::move(change), value, spec);
    case WhatIf::Kind::Positions:
        return parsePositions(std::move(change), value, spec);
    case WhatIf::Kind::HeadOff:
    case WhatIf::Kind::HeadMean: {
        const auto head = numberIn<int>(value);
        if (!head || *head < 0)
            return wrong(std::string(name) + "=N with a head's number from 0", value, spec);
        change.head = *head;
        return change;
    }
    default:
        if (hasValue)
            return wrong("no value behind " + std::string(name), rest, spec);
        return change;
    }
}

std::string changeText(const WhatIf& whatIf)
{
    std::string text(nameOf(changeNames, whatIf.kind));
    switch (whatIf.kind) {
    case WhatIf::Kind::Temperature:
        return text + "=" + shown(whatIf.temperature);
    case WhatIf::Kind::Mask:
        text += "=" + std::string(nameOf(maskNames, whatIf.mask));
        return needsSize(whatIf.mask) ? text + ":" + std::to_string(whatIf.size) : text;
    case WhatIf::Kind::Positions:
        text += "=" + std::string(nameOf(positionNames, whatIf.positions));
        return whatIf.positions == WhatIf::Positions::Shuffled ||
                       whatIf.positions == WhatIf::Positions::Shifted
                   ? text + ":" + std::to_string(whatIf.size)
                   : text;
    case WhatIf::Kind::HeadOff:
    case WhatIf::Kind::HeadMean:
        return text + "=" + std::to_string(whatIf.head);
    case WhatIf::Kind::Edit: {
        text = "[";
        for (std::size_t i = 0; i < whatIf.cell.size(); ++i)
            text += (i ? "," : "") + (whatIf.cell[i] ? std::to_string(*whatIf.cell[i]) : "*");
        text += "]=";
        for (std::size_t i = 0; i < whatIf.values.size(); ++i)
            text += (i ? "," : "") + shown(whatIf.values[i]);
        return text;
    }
    default:
        return text;
    }
}

std::string specOf(const WhatIf& whatIf)
{
    return whatIf.target + (whatIf.kind == WhatIf::Kind::Edit ? "" : ":") + changeText(whatIf);
}

} // namespace headlight
