// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Asking for files. Tests put functions of their own in place of the dialogs. Nothing waits: the answer comes
// to a function, and no answer when the person thinks better of it.

#include <QString>

#include <functional>

class QWidget;

namespace headlight {

struct FileDialogs
{
    using Answer = std::function<void(const QString& path)>;
    std::function<void(QWidget*parent, const Answer&answer)> openFolder, openImage, openArrays;
    std::function<void(QWidget* parent, const QString& suggested, const Answer& answer)> saveFile;

    /// Qt's own dialogs.
    [[nodiscard]] static FileDialogs real();
};

} // namespace headlight
