// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Runs the real program as a person's shell would, and looks at what comes back.

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QProcessEnvironment>
#include <QString>
#include <QStringDecoder>
#include <QStringList>
#include <QTest>

namespace headlight::test {

struct Finished
{
    int exitCode = -1;
    QByteArray out, words;

    /// The one line that a failure says, or nothing if it says anything else.
    [[nodiscard]] QString line() const
    {
        const bool oneLine =
            words.startsWith("headlight: ") && words.endsWith('\n') && words.count('\n') == 1;
        return oneLine ? QString::fromUtf8(words).trimmed().mid(11) : QString();
    }
};

/// Without a display and without a word about a platform: data commands need none.
inline Finished program(const QStringList& arguments, const QByteArray& input = {},
                        const QString& folder = {})
{
    QProcess process;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "XDG_RUNTIME_DIR"})
        environment.remove(name);
    process.setProcessEnvironment(environment);
    if (!folder.isEmpty())
        process.setWorkingDirectory(folder);
    process.start(HEADLIGHT_PROGRAM, arguments);
    process.write(input);
    process.closeWriteChannel();
    if (!process.waitForFinished(120'000) || process.exitStatus() != QProcess::NormalExit)
        return {-1, process.readAllStandardOutput(), "crashed or hung: " + process.readAllStandardError()};
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

/// Through a shell, for redirections; "$0" is the program.
inline Finished shell(const QString& script, const QStringList& arguments = {})
{
    QProcess process;
    process.start("/bin/bash", QStringList{"-c", script, HEADLIGHT_PROGRAM} + arguments);
    process.closeWriteChannel();
    process.waitForFinished(120'000);
    return {process.exitCode(), process.readAllStandardOutput(), process.readAllStandardError()};
}

/// The object that is the whole output; an empty one, and a failed test, when it is not strict JSON in UTF-8.
inline QJsonObject jsonObject(const QByteArray& bytes)
{
    QStringDecoder decode(QStringDecoder::Utf8);
    const QString text = decode(bytes);
    QJsonParseError error;
    const auto document = QJsonDocument::fromJson(bytes, &error);
    if (decode.hasError() || error.error != QJsonParseError::NoError || !document.isObject()) {
        QTest::qFail(qPrintable("expected JSON: " + error.errorString() + " in " + text.left(300)), __FILE__,
                     __LINE__);
        return {};
    }
    return document.object();
}

} // namespace headlight::test

// NOLINTBEGIN(cppcoreguidelines-macro-usage): they must return from the test.
/// The program did what it was asked to, without a word.
#define VERIFY_SUCCESS(finished)                                                                             \
    QVERIFY2((finished).exitCode == 0 && (finished).words.isEmpty(), (finished).words.constData())
/// One line, exit code 1, no data.
#define VERIFY_FAILURE(finished)                                                                             \
    QVERIFY2((finished).exitCode == 1 && !(finished).line().isEmpty() && (finished).out.isEmpty(),           \
             ((finished).words + (finished).out).constData())
/// The line contains all of these.
#define VERIFY_SAYS(finished, ...)                                                                           \
    for (const QString& part : QStringList{__VA_ARGS__})                                                     \
    QVERIFY2((finished).line().contains(part), qPrintable("expected " + part + " in " + (finished).line()))
// NOLINTEND(cppcoreguidelines-macro-usage)
