// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "quiet_start.h"

#include "output.h"

#include <QString>

#include <unistd.h>

namespace headlight::app {

namespace {

QString firstWarning; // It says why; the fatal message behind it only says that.

void handle(QtMsgType type, const QMessageLogContext& /*context*/, const QString& message)
{
    const QString line = message.section(QLatin1Char('\n'), 0, 0);
    if (type != QtFatalMsg) {
        if (firstWarning.isEmpty() && type != QtDebugMsg && type != QtInfoMsg)
            firstWarning = line;
        return;
    }
    printWords("headlight: " + (firstWarning.isEmpty() ? line : firstWarning).toStdString());
    ::_exit(1);
}

} // namespace

QuietStart::QuietStart()
    : m_usual(qInstallMessageHandler(handle))
{
}

QuietStart::~QuietStart()
{
    qInstallMessageHandler(m_usual);
}

} // namespace headlight::app
