// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What went wrong, as a person reads it: one line, and where there is one, the action that mends it.

#include "result/result.h"

#include <QString>

#include <functional>

namespace headlight {

struct Issue
{
    QString text;
    QString actionText; ///< "Cut to 96 tokens"; empty without an action
    std::function<void()> action;
};

/// The one place where core's errors become words on the screen.
[[nodiscard]] QString errorText(const Error& error);

} // namespace headlight
