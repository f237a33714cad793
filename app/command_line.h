// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace headlight::app {

/// The whole program: a command with its arguments, or the window without any. Returns the exit code: 0; 1
/// for a failure, after one line on standard error; 2 for wrong usage, after one line with a hint.
[[nodiscard]] int runCommandLine(int argc, char* argv[]);

} // namespace headlight::app
