// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/files.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace headlight;

namespace {

std::string slurp(const std::string& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void put(const std::string& file, const std::string& bytes)
{
    std::ofstream(file, std::ios::binary) << bytes;
}

template <class T>
std::string textOf(const Result<T>& result)
{
    return result ? "done" : result.error().text();
}

/// Every name in the folder, hidden ones too: a failed write must leave none behind.
QStringList namesIn(const QTemporaryDir& dir)
{
    return QDir(dir.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot | QDir::System);
}

} // namespace

class TestFiles : public QObject
{
    Q_OBJECT

private slots:
    void readsWhatIsThere()
    {
        const QTemporaryDir dir;
        const std::string file = dir.filePath("a").toStdString();
        put(file, std::string("a\0b", 3));
        QCOMPARE(readFile(file, 3).value(), std::string("a\0b", 3));
        QCOMPARE(textOf(readFile(file, 2)), file + ": expected at most 2 bytes, found 3");
        put(file, "");
        QCOMPARE(readFile(file, 0).value(), "");
    }

    void whatCannotBeReadIsNamed()
    {
        const QTemporaryDir dir;
        const std::string base = dir.path().toStdString();
        QCOMPARE(textOf(readFile(base + "/none", 9)), base + "/none: no such file");
        QCOMPARE(textOf(readFile(base, 9)), base + ": expected a file, found a folder");
        QCOMPARE(::mkfifo((base + "/pipe").c_str(), 0600), 0);
        QCOMPARE(textOf(readFile(base + "/pipe", 9)),
                 base + "/pipe: expected a file, found a pipe or device");
        // A file that tells no size is still held to the limit.
        QVERIFY(QString::fromStdString(textOf(readFile("/proc/self/maps", 9)))
                    .endsWith("expected at most 9 bytes, found more"));
        if (::geteuid() != 0) {
            put(base + "/secret", "x");
            ::chmod((base + "/secret").c_str(), 0);
            QCOMPARE(textOf(readFile(base + "/secret", 9)),
                     base + "/secret: cannot read the file (Permission denied)");
        }
    }

    void writesNewFilesAndReplacesOldOnes()
    {
        const QTemporaryDir dir;
        const std::string file = dir.filePath("a").toStdString();
        QVERIFY(writeFileAtomically(file, std::string_view("one")));
        QCOMPARE(slurp(file), "one");
        QVERIFY(writeFileAtomically(file, std::string_view("two")));
        QCOMPARE(slurp(file), "two");
        QVERIFY(writeFileAtomically(file, [](const ByteSink& sink) -> Result<void> {
            for (const char* piece : {"th", "r", "", "ee"}) {
                if (auto written = sink(piece); !written)
                    return written;
            }
            return {};
        }));
        QCOMPARE(slurp(file), "three");
        QCOMPARE(namesIn(dir), QStringList{"a"});
    }

    void permissionsAreThoseOfAnyFile()
    {
        const QTemporaryDir dir;
        const std::string file = dir.filePath("a").toStdString();
        const mode_t mask = ::umask(027);
        QVERIFY(writeFileAtomically(file, std::string_view("new")));
        ::umask(mask);
        struct stat status = {};
        QCOMPARE(::stat(file.c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777U, 0640U);
        ::chmod(file.c_str(), 0600);
        QVERIFY(writeFileAtomically(file, std::string_view("newer")));
        QCOMPARE(::stat(file.c_str(), &status), 0);
        QCOMPARE(status.st_mode & 0777U, 0600U);
    }

    void aLinkStaysALink()
    {
        const QTemporaryDir dir;
        const std::string file = dir.filePath("file").toStdString();
        const std::string link = dir.filePath("link").toStdString();
        put(file, "old");
        std::filesystem::create_symlink("file", link);
        QVERIFY(writeFileAtomically(link, std::string_view("new")));
        QVERIFY(std::filesystem::is_symlink(link));
        QCOMPARE(slurp(file), "new");
    }

    void aFailedWriterLeavesTheOldFile()
    {
        const QTemporaryDir dir;
        const std::string file = dir.filePath("a").toStdString();
        put(file, "old");
        const auto result = writeFileAtomically(file, [](const ByteSink& sink) -> Result<void> {
            if (auto written = sink("half"); !written)
                return written;
            return fail(ErrorCode::Cancelled, "stopped");
        });
        QCOMPARE(textOf(result), "stopped");
        QCOMPARE(slurp(file), "old");
        QCOMPARE(namesIn(dir), QStringList{"a"});
    }

    void aFullDiskLeavesTheOldFile()
    {
        const QTemporaryDir dir;
        const std::string file = dir.filePath("a").toStdString();
        put(file, "old");
        // A limit on the size of files stands for the disk's.
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit before = {};
        ::getrlimit(RLIMIT_FSIZE, &before);
        const rlimit small = {4096, before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &small);
        const auto result = writeFileAtomically(file, std::string(10'000, 'x'));
        ::setrlimit(RLIMIT_FSIZE, &before);
        QCOMPARE(textOf(result), file + ": cannot write the file (File too large)");
        QCOMPARE(slurp(file), "old");
        QCOMPARE(namesIn(dir), QStringList{"a"});
    }

    void placesThatCannotBeWrittenAreNamed()
    {
        const QTemporaryDir dir;
        const std::string base = dir.path().toStdString();
        const auto write = [](const std::string& file) {
            return textOf(writeFileAtomically(file, std::string_view("x")));
        };
        QCOMPARE(write(base + "/none/a"), base + "/none: no such folder to write a file to");
        QCOMPARE(write(base), base + ": expected a file to write, found a folder");
        QCOMPARE(write(base + "/"), base + "/: expected a file name, found none");
        QCOMPARE(write(""), "expected a file name, found none");
        QCOMPARE(write(base + "/" + std::string(300, 'n')),
                 base + "/" + std::string(300, 'n') + ": cannot write the file (File name too long)");
        QCOMPARE(write("/dev/full"), "/dev/full: cannot write the file (No space left on device)");
        QVERIFY(::mkfifo((base + "/pipe").c_str(), 0600) == 0);
        QCOMPARE(write(base + "/pipe"), base + "/pipe: cannot write the file (No such device or address)");
        put(base + "/file", "x");
        QCOMPARE(write(base + "/file/a"), base + "/file: no such folder to write a file to");
        if (::geteuid() != 0) {
            ::chmod((base + "/file").c_str(), 0444);
            QCOMPARE(write(base + "/file"), base + "/file: cannot write the file (Permission denied)");
            QCOMPARE(::mkdir((base + "/locked").c_str(), 0555), 0);
            QCOMPARE(write(base + "/locked/a"),
                     base + "/locked/a: cannot write the file (Permission denied)");
        }
        QVERIFY(!namesIn(dir).join(' ').contains("part"));
    }

    void devicesAreWrittenThrough()
    {
        QVERIFY(writeFileAtomically("/dev/null", std::string_view("x")));
        struct stat status = {};
        QCOMPARE(::stat("/dev/null", &status), 0);
        QVERIFY(S_ISCHR(status.st_mode));

        const QTemporaryDir dir;
        const std::string pipe = dir.filePath("pipe").toStdString();
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        std::string received;
        std::thread reader([&] { received = slurp(pipe); });
        const std::string sent(300'000, 'x'); // more than a pipe holds
        Result<void> written = fail(ErrorCode::Io, "");
        for (int attempt = 0; attempt < 1000 && !written; ++attempt) { // until the reader has opened its end
            written = writeFileAtomically(pipe, sent);
            QThread::msleep(1);
        }
        reader.join();
        QVERIFY(written);
        QCOMPARE(received, sent);
    }
};

QTEST_APPLESS_MAIN(TestFiles)
#include "test_files.moc"
