// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Starts the window: what `headlight` without a command does.

#include <QString>

#include <filesystem>

class QApplication;

namespace headlight {

struct WindowOptions
{
    std::filesystem::path resources; ///< see findResources()
    QString model;                   ///< a folder or a bundled name; empty takes the last one, else the first
    QString text;                    ///< instead of the model's first example
    QString settingsFile;            ///< instead of the person's own
    QString version;
};

/// Shows the window and runs until it is closed. The exit code.
[[nodiscard]] int runWindow(QApplication& app, const WindowOptions& options);

} // namespace headlight
