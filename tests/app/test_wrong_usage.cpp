// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Wrong usage is told before any work is done: exit code 2, one line with a hint, nothing on standard output.

#include "program.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace headlight::test;

class WrongUsageTest : public QObject
{
    Q_OBJECT
private slots:
    void isOneLineWithAHint_data()
    {
        QTest::addColumn<QString>("command");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* command, const char* says) {
            QTest::newRow(command) << QString(command) << QString(says);
        };
        row("frobnicate", "found \"frobnicate\"");
        row("--frobnicate", "found \"--frobnicate\"");
        row("info", "expected MODEL");
        row("info nano-sort kjv-bert", "\"kjv-bert\"");
        row("info nano-sort --frobnicate", "\"--frobnicate\"");
        row("info nano-sort --help=yes", "--help");
        row("info -x", "\"-x\"");
        row("tokenize nano-sort", "--text or --jsonl");
        row("tokenize nano-sort --text A --jsonl -", "found both");
        row("tokenize nano-sort --text", "--text: expected TEXT");
        row("tokenize nano-sort --text A --text B", "found twice");
        row("trace nano-sort --ids 1", "--output");
        row("trace nano-sort -o t.npz", "expected an input");
        row("trace nano-sort --ids 1 -o t.bin", ".safetensors or .npz");
        row("trace nano-sort --ids 1 --text A -o t.npz", "found both");
        row("trace nano-sort --ids 1;2 -o t.npz", "\"1;2\"");
        row("trace nano-sort --ids 1,,2 -o t.npz", "\"1,,2\"");
        row("trace nano-sort --ids 1,2, -o t.npz", "after the last comma");
        row("trace nano-sort --ids 1.5 -o t.npz", "\"1.5\"");
        row("explain nano-sort --ids 1 --cell 0", "--hook");
        row("explain nano-sort --ids 1 --hook hook_embed", "--cell");
        row("explain nano-sort --ids 1 --hook hook_embed --cell x", "\"x\"");
        row("heads nano-sort --ids 1 --format xml", "json, csv");
        row("bench nano-sort --tokens none", "\"none\"");
        row("bench nano-sort --tokens 0", "from 1 to");
        row("bench nano-sort --repeat 1e3", "\"1e3\"");
        row("bench nano-sort --threads 99999999999", "\"99999999999\"");
    }
    void isOneLineWithAHint()
    {
        QFETCH(QString, command);
        QFETCH(QString, says);
        QTemporaryDir dir;
        const auto finished = program(command.split(' '), {}, dir.path());
        QVERIFY2(finished.exitCode == 2 && finished.out.isEmpty(), finished.words.constData());
        QVERIFY2(finished.line().endsWith("--help)"), finished.words.constData());
        VERIFY_SAYS(finished, says);
        QVERIFY(QDir(dir.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    }

    void aDashedValueIsAValue()
    {
        const auto finished = program({"tokenize", "shakespeare-char", "--text", "--help"});
        VERIFY_SUCCESS(finished);
        QCOMPARE(jsonObject(finished.out)["ids"].toArray().size(), 6);
    }

    void afterTwoDashesAllIsAnOperand()
    {
        const auto finished = program({"info", "--", "--help"});
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "--help: expected a model's folder");
    }
};

QTEST_APPLESS_MAIN(WrongUsageTest)
#include "test_wrong_usage.moc"
