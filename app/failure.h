// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "result/result.h"

#include <string>
#include <utility>

namespace headlight::app {

/// Why a command ends early: something went wrong (exit code 1), or it was called in a way that it does not
/// understand (exit code 2, with a hint where to read more).
struct Failure
{
    Failure(Error e,
            bool wrongUsage = false) // NOLINT(google-explicit-constructor): core's errors pass through
        : error(std::move(e))
        , usage(wrongUsage)
    {
    }
    Error error;
    bool usage = false;
};

template <class T>
using Outcome = tl::expected<T, Failure>;

/// `return wrongUsage("expected …, found …");`
[[nodiscard]] inline tl::unexpected<Failure> wrongUsage(std::string message, std::string where = {})
{
    return tl::unexpected<Failure>(
        Failure({ErrorCode::BadInput, std::move(message), std::move(where)}, true));
}

} // namespace headlight::app
