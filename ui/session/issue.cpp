// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/issue.h"

#include "session/core_words.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace headlight {

namespace {

struct IssueWords
{
    Q_DECLARE_TR_FUNCTIONS(Errors)
};

} // namespace

QString errorText(const Error& error)
{
    const QString said = coreLine(error.message);
    const QString message =
        error.where.empty() ? said : QString::fromStdString(error.where) + QStringLiteral(": ") + said;
    switch (error.code) {
    case ErrorCode::NotFound:
        return IssueWords::tr("Not found. %1").arg(message);
    case ErrorCode::BadFile:
        return IssueWords::tr("This file can't be read. %1").arg(message);
    case ErrorCode::Unsupported:
        return IssueWords::tr("Not supported. %1").arg(message);
    case ErrorCode::BadShape:
        return IssueWords::tr("The shapes don't fit. %1").arg(message);
    case ErrorCode::BadInput:
        return IssueWords::tr("This input can't be used. %1").arg(message);
    case ErrorCode::TooLong: {
        // Core says both numbers; a person reads them better in a sentence.
        static const QRegularExpression numbers(QStringLiteral("at most (\\d+) .*found (\\d+)"));
        const auto found = numbers.match(QString::fromStdString(error.message));
        return found.hasMatch()
                   ? IssueWords::tr(
                         "This text is too long: it has %1 tokens, and the model reads at most %2.")
                         .arg(found.captured(2), found.captured(1))
                   : IssueWords::tr("Too long. %1").arg(message);
    }
    case ErrorCode::TooLarge:
        return IssueWords::tr("Too large. %1").arg(message);
    case ErrorCode::Cancelled:
        return IssueWords::tr("Cancelled; everything is as it was");
    case ErrorCode::Io:
        return IssueWords::tr("Reading or writing failed. %1").arg(message);
    }
    return message;
}

} // namespace headlight
