// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// --what-if on the command line: the changed run reaches every command that shows one.

#include "../core/support.h"
#include "program.h"

#include "formats/npy.h"
#include "formats/npz.h"

#include <QTemporaryDir>
#include <QTest>

using namespace headlight;
using namespace headlight::test;

class WhatIfCommandTest : public QObject
{
    Q_OBJECT
private slots:
    void explainHoldsInTheChangedRun()
    {
        const QStringList start{"explain", "nano-sort", "--ids", "2,1,0"};
        const auto at = [&](const QString& spec, const QString& hook, const QString& cell) {
            return program(start + QStringList{"--what-if", spec, "--hook", hook, "--cell", cell});
        };
        const auto unscaled = at("*:no-scale", "blocks.0.attn.hook_scaled", "0,2,1");
        VERIFY_SUCCESS(unscaled);
        const QJsonObject scale = jsonObject(unscaled.out);
        QCOMPARE(scale["stored"].toDouble(), scale["terms"][0].toObject()["value"].toDouble());
        const auto even = at("blocks.1.attn:uniform", "blocks.1.attn.hook_pattern", "0,2,0");
        VERIFY_SUCCESS(even);
        QVERIFY(qAbs(jsonObject(even.out)["result"].toDouble() - 1.0 / 3) < 1e-7);
        const auto edited =
            at("blocks.1.attn.hook_pattern[0,2,*]=0.5,0.25,-1", "blocks.1.attn.hook_pattern", "0,2,2");
        VERIFY_SUCCESS(edited);
        QCOMPARE(jsonObject(edited.out)["stored"].toDouble(), -1.0);
        QCOMPARE(jsonObject(edited.out)["result"].toDouble(), -1.0);
        QCOMPARE(jsonObject(edited.out)["terms"].toArray().size(), qsizetype(0));
    }

    void traceHeadsAndExportTakeThem()
    {
        QTemporaryDir folder;
        const QStringList input{"nano-sort", "--ids", "2,1,0"};
        const QStringList twice{"--what-if", "*:no-positions", "--what-if", "blocks.0.attn:head-off=1"};
        const QString file = folder.filePath("z.npz"), other = folder.filePath("base.npz");
        VERIFY_SUCCESS(program(QStringList{"trace"} + input + twice + QStringList{"-o", file}));
        VERIFY_SUCCESS(program(QStringList{"trace"} + input + QStringList{"-o", other}));
        const auto changed = readNpz(file.toStdString()), base = readNpz(other.toStdString());
        QVERIFY(changed && base);
        const auto& z = changed->at("blocks.0.attn.hook_z");
        const std::int64_t heads = z.shape[1], width = z.shape[2];
        for (std::int64_t i = 0; i < z.shape[0]; ++i)
            for (std::int64_t d = 0; d < width; ++d)
                QCOMPARE(z.values[std::size_t((i * heads + 1) * width + d)], 0.0F);
        QVERIFY(changed->at("hook_probs").values != base->at("hook_probs").values);

        const auto even = program(QStringList{"heads"} + input + QStringList{"--what-if", "*:uniform"});
        VERIFY_SUCCESS(even);
        QVERIFY(even.out != program(QStringList{"heads"} + input).out);
        const QString table = folder.filePath("p.csv");
        VERIFY_SUCCESS(program(QStringList{"export"} + input +
                               QStringList{"--what-if", "*:identity", "--view", "tensor", "--hook",
                                           "blocks.0.attn.hook_pattern", "--head", "0", "-o", table}));
        QFile csv(table);
        QVERIFY(csv.open(QIODevice::ReadOnly));
        QVERIFY2(csv.readAll().contains(",1,0,0"), "each position looks at itself");
    }

    void positionsAreSwappedAndDrawn()
    {
        QTemporaryDir folder;
        const auto table = [&](const QStringList& options) {
            const QString file = folder.filePath("positions.csv");
            const auto finished = program(
                QStringList{"export", "nano-sort", "--ids", "2,1,0", "--view", "positions", "-o", file} +
                options);
            if (finished.exitCode != 0)
                return finished.words;
            QFile csv(file);
            return csv.open(QIODevice::ReadOnly) ? csv.readAll() : QByteArray("no file");
        };
        QVERIFY(table({}).contains("d_model"));
        const QByteArray alike = table({"--picture", "similarity", "--cosine"});
        QVERIFY2(alike.contains("\n0,1"), alike.constData()); // a position is like itself
        // Without what-ifs the other run has no positions; with one it is the changed one.
        const QStringList row{"--picture", "row", "--layer", "1", "--head", "0"};
        const QByteArray without = table(row),
                         alibi = table(row + QStringList{"--what-if", "*:positions=alibi"});
        QVERIFY2(without.startsWith("key \\ quantity,own positions,without positions"), without.constData());
        QVERIFY2(alibi.startsWith("key \\ quantity,own positions,changed,score,content,positions"),
                 alibi.constData());
        QVERIFY(table({"--picture", "heads"}).count('\n') >= 3);
        QVERIFY(table({"--picture", "dial", "--what-if", "*:positions=rotary"}).contains("wavelength"));
        QVERIFY(table({"--picture", "dial"}).contains("no rotating pairs"));
        QVERIFY(table({"--picture", "pie"}).contains("expected"));
        QVERIFY(table({"--encoding", "99"}).contains("expected an encoding from 0 to"));
    }

    void comparedIsTheDifference()
    {
        QTemporaryDir folder;
        const QString hook = "blocks.1.attn.hook_pattern", spec = "blocks.1.attn:uniform";
        const auto saved = [&](const QString& name, const QStringList& options) {
            const QString file = folder.filePath(name);
            const auto finished = program(
                QStringList{"export", "nano-sort", "--ids", "2,1,0", "--hook", hook, "-o", file} + options);
            return finished.exitCode == 0 ? readNpy(file.toStdString())
                                          : fail(ErrorCode::Io, finished.words.toStdString());
        };
        const auto before = saved("before.npy", {"--view", "tensor"});
        const auto after = saved("after.npy", {"--view", "tensor", "--what-if", spec});
        const auto difference = saved("difference.npy", {"--view", "compare", "--what-if", spec});
        QVERIFY2(difference, difference ? "" : difference.error().text().c_str());
        QVERIFY(before && after);
        QCOMPARE(difference->values.size(), before->values.size());
        for (std::size_t i = 0; i < before->values.size(); ++i)
            QCOMPARE(difference->values[i], after->values[i] - before->values[i]);
        const auto alone = program({"export", "nano-sort", "--ids", "2,1,0", "--view", "compare", "--hook",
                                    hook, "-o", folder.filePath("x.png")});
        QCOMPARE(alone.exitCode, 2);
        VERIFY_SAYS(alone, "expected --what-if with --view compare");
    }

    void worksForImagesAndTwoStacks()
    {
        const auto seq = program({"explain", "date-seq2seq", "--text", "25th of september 2009", "--what-if",
                                  "decoder.blocks.0.cross_attn:uniform", "--what-if", "encoder.*:off",
                                  "--hook", "decoder.blocks.0.cross_attn.hook_pattern", "--cell", "0,0,0"});
        VERIFY_SUCCESS(seq);
        const QString pixels = QString::fromStdString(goldenFolder().string()) + "/fashion-vit/boot/";
        const QDir dir(pixels);
        const QStringList npy = dir.entryList({"*pixel*.npy"});
        QVERIFY(!npy.isEmpty());
        const auto vit =
            program({"explain", "fashion-vit", "--pixels", pixels + npy.first(), "--what-if", "*:mask=causal",
                     "--hook", "blocks.0.attn.hook_pattern", "--cell", "0,0,1"});
        VERIFY_SUCCESS(vit);
        QCOMPARE(jsonObject(vit.out)["stored"].toDouble(), 0.0);
    }

    void wrongOnesAreToldInOneLine()
    {
        const auto with = [](const QString& spec) {
            return program({"heads", "nano-sort", "--ids", "2,1,0", "--what-if", spec});
        };
        const auto unknown = with("*:louder");
        QCOMPARE(unknown.exitCode, 2);
        VERIFY_SAYS(unknown, "--what-if", "expected a change among", "louder");
        QCOMPARE(with("nonsense").exitCode, 2);
        QCOMPARE(with("*:temperature=0").exitCode, 2);
        const auto nowhere = with("blocks.7.attn:no-scale");
        VERIFY_FAILURE(nowhere);
        VERIFY_SAYS(nowhere, "blocks.7.attn", "expected one of blocks.0.attn");
        const auto head = with("blocks.0.attn:head-off=99");
        VERIFY_FAILURE(head);
        VERIFY_SAYS(head, "expected a head from 0 to 2, found 99");
        const auto cell = with("blocks.0.attn.hook_pattern[0,3,0]=1");
        VERIFY_FAILURE(cell);
        VERIFY_SAYS(cell, "expected a cell of [head 3, query 3, key 3], found [0,3,0]");
        VERIFY_FAILURE(with("hook_tokens[0]=1"));
    }
};

QTEST_APPLESS_MAIN(WhatIfCommandTest)
#include "test_what_if.moc"
