// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Regular expressions as Oniguruma's Ruby syntax has them, spelt for PCRE2: what \s, \w and \h mean, \u
// escapes, long names of Unicode properties. (That ^ and $ match at every line is an option of PCRE2's.)

#include "result/result.h"

#include <string>
#include <string_view>

namespace headlight {

/// Errors: Unsupported for nested or intersected character classes.
[[nodiscard]] Result<std::string> translateExpression(std::string_view expression);

} // namespace headlight
