// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Cutting a text at the matches of a pattern.

#include "tokenizers/aligned_text.h"
#include "tokenizers/pattern.h"
#include "tokenizers/unicode.h"

#include <vector>

namespace headlight {

/// What becomes of the delimiter.
enum class SplitBehavior {
    Removed,            ///< "the-end" at "-": the, end
    Isolated,           ///< the, -, end
    MergedWithPrevious, ///< the-, end
    MergedWithNext,     ///< the, -end
    Contiguous,         ///< as Isolated, but "--" stays together
};

/// Appends the parts of @p text to @p parts, without the empty ones. @p invert takes what lies between the
/// matches for the delimiters.
void splitAt(const AlignedText& text, const std::vector<Pattern::Match>& matches, SplitBehavior behavior,
             bool invert, std::vector<AlignedText>& parts);

/// Each character for which @p predicate holds is a match.
template <class Predicate>
[[nodiscard]] std::vector<Pattern::Match> matchCharacters(std::string_view text, Predicate predicate)
{
    std::vector<Pattern::Match> matches;
    for (std::size_t at = 0; at < text.size();) {
        const CodePoint c = codePointAt(text, at);
        if (predicate(c.value))
            matches.push_back({at, at + c.length});
        at += c.length;
    }
    return matches;
}

} // namespace headlight
