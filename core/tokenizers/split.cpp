// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tokenizers/split.h"

namespace headlight {

namespace {

struct Section
{
    std::size_t begin = 0;
    std::size_t end = 0;
    bool delimiter = false;
};

/// Matches and what lies between them, from the first byte to the last.
std::vector<Section> sectionsOf(std::size_t size, const std::vector<Pattern::Match>& matches, bool invert)
{
    std::vector<Section> sections;
    std::size_t at = 0;
    for (const Pattern::Match& match : matches) {
        if (match.begin > at)
            sections.push_back({at, match.begin, invert});
        sections.push_back({match.begin, match.end, !invert});
        at = match.end;
    }
    if (at < size)
        sections.push_back({at, size, invert});
    return sections;
}

/// Joins each section with the one before it where @p joins says so; it is asked with the one before and
/// itself.
template <class Joins>
std::vector<Section> joined(const std::vector<Section>& sections, Joins joins)
{
    std::vector<Section> result;
    for (std::size_t i = 0; i < sections.size(); ++i) {
        if (i > 0 && joins(sections[i - 1].delimiter, sections[i].delimiter))
            result.back().end = sections[i].end;
        else
            result.push_back(sections[i]);
    }
    return result;
}

} // namespace

void splitAt(const AlignedText& text, const std::vector<Pattern::Match>& matches, SplitBehavior behavior,
             bool invert, std::vector<AlignedText>& parts)
{
    std::vector<Section> sections = sectionsOf(text.size(), matches, invert);
    switch (behavior) {
    case SplitBehavior::Removed:
        std::erase_if(sections, [](const Section& section) { return section.delimiter; });
        break;
    case SplitBehavior::Isolated:
        break;
    case SplitBehavior::MergedWithPrevious:
        sections = joined(sections, [](bool before, bool now) { return now && !before; });
        break;
    case SplitBehavior::MergedWithNext:
        sections = joined(sections, [](bool before, bool now) { return before && !now; });
        break;
    case SplitBehavior::Contiguous:
        sections = joined(sections, [](bool before, bool now) { return before == now; });
        break;
    }
    for (const Section& section : sections) {
        if (section.begin < section.end)
            parts.push_back(text.slice(section.begin, section.end));
    }
}

} // namespace headlight
