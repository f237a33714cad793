// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which of our tensors a tensor of the reference is. The reference names outputs of its modules by their
// path; the rules say, family by family, which hook has the same numbers, and how they lie there.

#include "golden_files.h"

#include <functional>
#include <optional>

namespace golden {

/// Where the numbers of one hook lie in the reference's array.
struct Target
{
    QString hook;
    std::vector<std::size_t> order; ///< our row-major cell → index into the reference's values, or absent
};
inline constexpr std::size_t absent = static_cast<std::size_t>(-1);

struct Match
{
    bool known = false;          ///< a rule names it
    std::vector<Target> targets; ///< empty when the rule says that there is no such hook
    double factor = 1;           ///< our numbers are so many times the reference's
    bool secondSegment = false;  ///< belongs to the run that has the first one's memory
};

/// @p knows says whether the program has a tensor of that name.
[[nodiscard]] Match hooksOf(const Case& c, const Entry& entry, const Array& reference,
                            const std::function<bool(const QString&)>& knows);

} // namespace golden
