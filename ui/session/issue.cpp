// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/issue.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace headlight {

QString errorText(const Error& error)
{
    const QString message = QString::fromStdString(error.text());
    const auto say = [](const char* words) { return QCoreApplication::translate("Errors", words); };
    switch (error.code) {
    case ErrorCode::NotFound:
        return say("Not found. %1").arg(message);
    case ErrorCode::BadFile:
        return say("This file can't be read. %1").arg(message);
    case ErrorCode::Unsupported:
        return say("Not supported. %1").arg(message);
    case ErrorCode::BadShape:
        return say("The shapes don't fit. %1").arg(message);
    case ErrorCode::BadInput:
        return say("This input can't be used. %1").arg(message);
    case ErrorCode::TooLong: {
        // Core says both numbers; a person reads them better in a sentence.
        static const QRegularExpression numbers(QStringLiteral("at most (\\d+) .*found (\\d+)"));
        const auto found = numbers.match(message);
        return found.hasMatch()
                   ? say("This text is too long: it has %1 tokens, and the model reads at most %2.")
                         .arg(found.captured(2), found.captured(1))
                   : say("Too long. %1").arg(message);
    }
    case ErrorCode::TooLarge:
        return say("Too large. %1").arg(message);
    case ErrorCode::Cancelled:
        return say("Cancelled; everything is as it was");
    case ErrorCode::Io:
        return say("Reading or writing failed. %1").arg(message);
    }
    return message;
}

} // namespace headlight
