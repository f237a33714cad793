// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The search patterns of tokenizer.json: plain strings, and regular expressions in Oniguruma's syntax, which
// the reference library uses. PCRE2 runs them; where the two disagree the expression is translated first.

#include "result/result.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

class Pattern
{
public:
    struct Match
    {
        std::size_t begin = 0;
        std::size_t end = 0;
    };

    Pattern();
    Pattern(Pattern&&) noexcept;
    Pattern& operator=(Pattern&&) noexcept;
    ~Pattern();

    [[nodiscard]] static Pattern literal(std::string text);
    /// Errors: Unsupported, with what PCRE2 says of the expression.
    [[nodiscard]] static Result<Pattern> regex(std::string_view expression);

    /// All matches in valid UTF-8, from left to right, none overlapping. Errors: BadInput when the expression
    /// needs more steps than any sensible one would.
    [[nodiscard]] Result<std::vector<Match>> findAll(std::string_view text) const;

private:
    struct Code;
    std::string m_literal;
    std::unique_ptr<Code> m_code; ///< null for a literal
};

} // namespace headlight
