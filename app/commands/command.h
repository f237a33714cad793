// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One command a file. Each says what it is called, how it is used and which options it has; main.cpp does the
// rest.

#include "arguments.h"

#include <filesystem>
#include <string_view>
#include <vector>

namespace headlight::app {

struct Context
{
    std::filesystem::path resources; ///< the program's resource folder
};

struct Command
{
    std::string_view name;
    std::string_view usage;   ///< what stands behind the name: "MODEL INPUT -o FILE"
    std::string_view summary; ///< one line of the overall help
    std::string_view about;   ///< the command's own help, between usage and options
    Options options;
    std::string_view examples;
    Outcome<void> (*run)(const Arguments& arguments, const Context& context) = nullptr;
};

[[nodiscard]] Command infoCommand();
[[nodiscard]] Command tokenizeCommand();
[[nodiscard]] Command traceCommand();
[[nodiscard]] Command explainCommand();
[[nodiscard]] Command exportCommand();
[[nodiscard]] Command headsCommand();
[[nodiscard]] Command benchCommand();
[[nodiscard]] Command windowCommand();

/// The model's folder: an existing one, or the bundled model of that name.
[[nodiscard]] Outcome<std::filesystem::path> modelFolder(const Arguments& arguments, const Context& context);

} // namespace headlight::app
