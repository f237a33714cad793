// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command.h"
#include "quiet_start.h"
#include "window/run_window.h"

#include <QApplication>

#include <cstdlib>
#include <optional>

namespace headlight::app {

namespace {

/// Qt would end the program with a core dump.
bool hasDisplay()
{
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        if (const char* value = std::getenv(name); value && *value)
            return true;
    return false;
}

Outcome<void> run(const Arguments& arguments, const Context& context)
{
    if (arguments.operands.size() > 1)
        return tl::unexpected(
            Failure({ErrorCode::BadInput,
                     "expected one MODEL, found " + std::to_string(arguments.operands.size()), ""},
                    true));
    if (!hasDisplay())
        return tl::unexpected(
            Failure({ErrorCode::Unsupported,
                     "expected a display for the window, found none; the commands need none", ""},
                    false));
    WindowOptions options;
    options.resources = context.resources;
    if (!arguments.operands.empty())
        options.model = QString::fromStdString(arguments.operands.front());
    options.text = QString::fromStdString(arguments.value("--text").value_or(""));
    options.settingsFile = QString::fromStdString(arguments.value("--settings").value_or(""));
    options.version = QStringLiteral(HEADLIGHT_VERSION);
    int count = 1;
    char name[] = "headlight";
    char* words[] = {name, nullptr};
    std::optional<QuietStart> quiet(std::in_place);
    QApplication app(count, words);
    quiet.reset();
    if (runWindow(app, options) != 0)
        return tl::unexpected(Failure({ErrorCode::Io, "the window ended with an error", ""}, false));
    return {};
}

} // namespace

Command windowCommand()
{
    return {
        "window",
        "[MODEL] [--text TEXT]",
        "open the window",
        "Opens the window, which is also what headlight alone does. Without MODEL it opens the one that was "
        "open last.",
        {{"--text", "TEXT", "instead of the model's first example"},
         {"--settings", "FILE", "remember things in FILE, not in your own settings"}},
        "  headlight window shakespeare-char --text \"To be, or not to be\"\n",
        run};
}

} // namespace headlight::app
