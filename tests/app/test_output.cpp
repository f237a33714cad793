// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Where data can't be written, it is one clear line, and what was there before stays.

#include "program.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace headlight::test;

namespace {

QStringList everything(const QString& folder)
{
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

} // namespace

class OutputTest : public QObject
{
    Q_OBJECT
private slots:
    void fullDisk_data()
    {
        QTest::addColumn<QString>("command");
        for (const char* command :
             {"--help", "--version", "info nano-sort", "tokenize nano-sort --text A",
              "bench nano-sort --repeat 1", "explain nano-sort --ids 1 --hook hook_embed --cell 0,0"})
            QTest::newRow(command) << command;
    }
    void fullDisk()
    {
        QFETCH(QString, command);
        const auto full = shell("\"$0\" " + command + " > /dev/full");
        VERIFY_FAILURE(full);
        VERIFY_SAYS(full, "standard output", "No space left");
        const auto closed = shell("\"$0\" " + command + " >&-");
        VERIFY_FAILURE(closed);
        VERIFY_SAYS(closed, "standard output");
    }

    void brokenPipe()
    {
        // true has ended before the data comes; pipefail gives the program's exit code.
        const auto finished = shell("set -o pipefail; (sleep 0.2; exec \"$0\" info stories260k) | true");
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "standard output", "Broken pipe");
    }

    void closedErrorStreamDoesNoHarm()
    {
        const QTemporaryDir dir;
        const auto finished =
            shell("cd \"$1\" && \"$0\" trace nano-sort --ids 1 -o t.npz 0<&- 2>&-", {dir.path()});
        QCOMPARE(finished.exitCode, 0);
        QCOMPARE(everything(dir.path()), QStringList{"t.npz"});
    }

    void unwritable_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("says");
        for (const char* ending : {".npz", ".safetensors"}) {
            QTest::addRow("no folder%s", ending) << QString("none/t") + ending << "none";
            QTest::addRow("a folder%s", ending) << QString("folder") + ending << "found a folder";
            QTest::addRow("no name%s", ending)
                << QString("folder") + ending + "/x/" + ending << "no such folder";
        }
    }
    void unwritable()
    {
        QFETCH(QString, file);
        QFETCH(QString, says);
        const QTemporaryDir dir;
        QDir(dir.path()).mkdir("folder.npz");
        QDir(dir.path()).mkdir("folder.safetensors");
        const QStringList before = everything(dir.path());
        const auto finished = program({"trace", "nano-sort", "--ids", "1", "-o", file}, {}, dir.path());
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, says);
        QCOMPARE(everything(dir.path()), before);
    }

    void writeProtected()
    {
        if (::geteuid() == 0)
            QSKIP("nothing is write-protected for root");
        const QTemporaryDir dir;
        QFile::setPermissions(dir.path(), QFile::ReadOwner | QFile::ExeOwner);
        const auto finished = program({"trace", "nano-sort", "--ids", "1", "-o", "t.npz"}, {}, dir.path());
        QFile::setPermissions(dir.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        VERIFY_FAILURE(finished);
        QVERIFY(everything(dir.path()).isEmpty());
    }

    void fileSizeLimit()
    {
        // The limit stands for a disk that becomes full half-way.
        const QTemporaryDir dir;
        for (const char* file : {"t.npz", "t.safetensors"}) {
            const auto finished = shell("cd \"$1\" && ulimit -f 8 && trap '' XFSZ && exec \"$0\" trace "
                                        "shakespeare-char --text 'To be' -o \"$2\"",
                                        {dir.path(), file});
            VERIFY_FAILURE(finished);
            VERIFY_SAYS(finished, file, "cannot write");
            QVERIFY2(everything(dir.path()).isEmpty(), qPrintable(everything(dir.path()).join(' ')));
        }
    }

    void anOldFileIsReplacedOrKept()
    {
        const QTemporaryDir dir;
        QFile old(dir.filePath("t.npz"));
        QVERIFY(old.open(QIODevice::WriteOnly) && old.write("old") == 3);
        old.close();
        const auto failed = program({"trace", "nano-sort", "--ids", "7", "-o", "t.npz"}, {}, dir.path());
        VERIFY_FAILURE(failed);
        QCOMPARE(QFile(dir.filePath("t.npz")).size(), 3);
        const auto done = program({"trace", "nano-sort", "--ids", "2", "-o", "t.npz"}, {}, dir.path());
        VERIFY_SUCCESS(done);
        QVERIFY(QFile(dir.filePath("t.npz")).size() > 1000);
    }
};

QTEST_APPLESS_MAIN(OutputTest)
#include "test_output.moc"
