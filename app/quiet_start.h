// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGlobal>

namespace headlight::app {

/// Lives while Qt's application object is made. What Qt finds odd about the environment is not worth a word;
/// if it can't go on at all, that is one line and exit code 1 rather than a lecture and a core file.
class QuietStart
{
public:
    QuietStart();
    ~QuietStart();
    QuietStart(const QuietStart&) = delete;
    QuietStart& operator=(const QuietStart&) = delete;

private:
    QtMessageHandler m_usual;
};

} // namespace headlight::app
