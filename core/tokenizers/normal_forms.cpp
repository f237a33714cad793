// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/normal_forms.h"

#include "tokenizers/unicode.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <optional>

namespace headlight {

namespace {

struct Character
{
    char32_t value = 0;
    int combiningClass = 0;
    std::size_t begin = 0; ///< the bytes of the text that it came from
    std::size_t end = 0;
    bool changed = true;
};

int combiningClassOf(char32_t c)
{
    return c < 0x300 ? 0 : utf8proc_get_property(static_cast<utf8proc_int32_t>(c))->combining_class;
}

std::vector<Character> decompose(std::string_view text, bool compatibility)
{
    // Unicode's longest decomposition of one character has 18 code points (U+FDFA).
    std::array<utf8proc_int32_t, 64> parts{};
    const auto options = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
                                                        (compatibility ? UTF8PROC_COMPAT : 0));
    std::vector<Character> characters;
    characters.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint c = codePointAt(text, at);
        const std::size_t end = at + c.length;
        int lastClass = 0;
        const auto count = c.value < 0x80
                               ? 0
                               : utf8proc_decompose_char(static_cast<utf8proc_int32_t>(c.value), parts.data(),
                                                         parts.size(), options, &lastClass);
        if (count < 1 || count > static_cast<utf8proc_ssize_t>(parts.size()) ||
            (count == 1 && static_cast<char32_t>(parts[0]) == c.value)) {
            characters.push_back({c.value, combiningClassOf(c.value), at, end, false});
        } else {
            for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
                const auto part = static_cast<char32_t>(parts[i]);
                characters.push_back({part, combiningClassOf(part), at, end, true});
            }
        }
        at = end;
    }
    return characters;
}

/// Runs of marks stand in the order of their combining classes, equal ones as they came.
void orderMarks(std::vector<Character>& characters)
{
    for (std::size_t i = 0; i < characters.size();) {
        if (characters[i].combiningClass == 0) {
            ++i;
            continue;
        }
        std::size_t end = i;
        while (end < characters.size() && characters[end].combiningClass != 0)
            ++end;
        std::stable_sort(
            characters.begin() + static_cast<std::ptrdiff_t>(i),
            characters.begin() + static_cast<std::ptrdiff_t>(end),
            [](const Character& a, const Character& b) { return a.combiningClass < b.combiningClass; });
        i = end;
    }
}

std::optional<char32_t> composePair(char32_t first, char32_t second)
{
    if (second < 0x300)
        return std::nullopt;
    std::array<utf8proc_int32_t, 3> pair{static_cast<utf8proc_int32_t>(first),
                                         static_cast<utf8proc_int32_t>(second), 0};
    const auto length = utf8proc_normalize_utf32(
        pair.data(), 2, static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    return length == 1 ? std::optional(static_cast<char32_t>(pair[0])) : std::nullopt;
}

/// The canonical composition algorithm: each character joins the last starter, unless something between
/// blocks it.
void compose(std::vector<Character>& characters)
{
    std::size_t kept = 0;
    std::optional<std::size_t> starter;
    int previousClass = 0;
    for (std::size_t i = 0; i < characters.size(); ++i) {
        const Character c = characters[i];
        const bool adjacent = starter && kept == *starter + 1;
        if (starter && (adjacent || (previousClass != 0 && previousClass < c.combiningClass))) {
            if (const auto joined = composePair(characters[*starter].value, c.value)) {
                Character& target = characters[*starter];
                target = {*joined, 0, std::min(target.begin, c.begin), std::max(target.end, c.end), true};
                continue;
            }
        }
        if (c.combiningClass == 0)
            starter = kept;
        previousClass = c.combiningClass;
        characters[kept++] = c;
    }
    characters.resize(kept);
}

} // namespace

AlignedText toNormalForm(const AlignedText& text, NormalForm form)
{
    const bool ascii = std::all_of(text.text().begin(), text.text().end(),
                                   [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (ascii)
        return text;
    std::vector<Character> characters =
        decompose(text.text(), form == NormalForm::KC || form == NormalForm::KD);
    orderMarks(characters);
    if (form == NormalForm::C || form == NormalForm::KC)
        compose(characters);

    AlignedText result;
    result.reserve(text.size());
    std::string utf8;
    for (const Character& c : characters) {
        utf8.clear();
        appendUtf8(utf8, c.value);
        // A character that went apart and came together again is the one that it was.
        if (!c.changed || std::string_view(text.text()).substr(c.begin, c.end - c.begin) == utf8)
            result.keep(text, c.begin, c.end);
        else
            result.put(utf8, text.origin(c.begin, c.end));
    }
    return result;
}

} // namespace headlight
