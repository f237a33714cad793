// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Whatever can fail because of what a person or a file gave us returns a Result. The error says what was
// expected, what was found and where, in one line of plain English; the window translates and shows it,
// the command line prints it. Exceptions never leave core; asserts are for our own mistakes only.

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace headlight {

enum class ErrorCode {
    NotFound,    ///< a file, a model or a name that does not exist
    BadFile,     ///< bytes that are not what the format says
    Unsupported, ///< well formed, but not something Headlight can do
    BadShape,    ///< a tensor whose axes do not fit
    BadInput,    ///< text, ids, cells or options that make no sense
    TooLong,     ///< an input longer than the model's context; the caller may offer to cut it
    TooLarge,    ///< sizes that are refused before memory is taken for them
    Cancelled,   ///< the person asked to stop
    Io,          ///< the operating system could not read or write
};

struct Error
{
    ErrorCode code = ErrorCode::BadInput;
    std::string message; ///< expected and found, without a full stop at the end
    std::string where;   ///< the file, tensor, key or hook concerned; may be empty

    /// The one line that a person reads: "where: message".
    [[nodiscard]] std::string text() const { return where.empty() ? message : where + ": " + message; }
};

template <class T>
using Result = tl::expected<T, Error>;

/// `return fail(ErrorCode::BadFile, "expected …, found …", path);`
[[nodiscard]] inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string where = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(where)});
}

} // namespace headlight
