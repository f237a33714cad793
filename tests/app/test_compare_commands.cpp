// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// --against and --against-text: two runs beside each other on the command line.

#include "../core/support.h"
#include "program.h"

#include "formats/npy.h"

#include <QImage>
#include <QTemporaryDir>
#include <QTest>

using namespace headlight;
using namespace headlight::test;

namespace {

QByteArray contents(const QString& file)
{
    QFile f(file);
    return f.open(QIODevice::ReadOnly) ? f.readAll() : QByteArray();
}

/// Pixels that are not the background's.
int inked(const QImage& image)
{
    const QRgb background = image.pixel(0, 0);
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            count += image.pixel(x, y) != background;
    return count;
}

} // namespace

class CompareCommandsTest : public QObject
{
    Q_OBJECT
private slots:
    void headsOfTwoRuns()
    {
        const QStringList input{"heads", "stories260k", "--text", "Once upon a time"};
        const auto finished = program(input + QStringList{"--against-text", "Once upon a day"});
        VERIFY_SUCCESS(finished);
        const QJsonObject object = jsonObject(finished.out);
        const QJsonArray heads = object["heads"].toArray();
        QCOMPARE(heads.size(), 40);
        for (qsizetype i = 1; i < heads.size(); ++i)
            QVERIFY(heads[i - 1]["jensen_shannon"].toDouble() >= heads[i]["jensen_shannon"].toDouble());
        QVERIFY(heads[0]["jensen_shannon"].toDouble() > 0.01);
        const QJsonArray pairs = object["streams"][0]["pairs"].toArray();
        QCOMPARE(pairs.size(), 5);
        for (const auto& pair : pairs)
            QCOMPARE(pair.toObject()["same"].toBool(), pair.toObject()["position"].toInt() < 4);
        QCOMPARE(pairs.last()["other_token"].toString(), "␣day");
        // The same model and text: nothing is far from itself.
        const auto same = program(input + QStringList{"--against", "stories260k", "--format", "csv"});
        VERIFY_SUCCESS(same);
        const QList<QByteArray> lines = same.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 41);
        QVERIFY(lines[1].trimmed().endsWith(",0.0,0.0,0.0"));
        // Another tokenizer, other layers: what both have is compared.
        const auto other = program(input + QStringList{"--against", "shakespeare-char"});
        VERIFY_SUCCESS(other);
        QVERIFY(!jsonObject(other.out)["heads"].toArray().isEmpty());
        VERIFY_FAILURE(program(input + QStringList{"--against", "date-seq2seq"}));
        const auto both = program(input + QStringList{"--against", "x", "--against-text", "y"});
        QCOMPARE(both.exitCode, 2);
    }

    void everyViewBesideAnotherText_data()
    {
        QTest::addColumn<QStringList>("options");
        const QString pattern = "blocks.1.attn.hook_pattern";
        for (const QStringList& options : {QStringList{"grid"},
                                           {"links", "--layer", "1", "--head", "2"},
                                           {"qk"},
                                           {"rollout"},
                                           {"lens"},
                                           {"dla", "--position", "1"},
                                           {"scatter"},
                                           {"norms"},
                                           {"flow"},
                                           {"positions"},
                                           {"head", "--layer", "1", "--head", "2"},
                                           {"compare", "--hook", pattern, "--head", "2"},
                                           {"tensor", "--hook", pattern}})
            QTest::newRow(qPrintable(options.first())) << QStringList{"--view"} + options;
    }
    void everyViewBesideAnotherText()
    {
        QFETCH(QStringList, options);
        const QTemporaryDir dir;
        const QStringList input{"export", "shakespeare-char", "--text", "To be"};
        const QString file = dir.filePath("p.png");
        const auto finished =
            program(input + options + QStringList{"--against-text", "To the bee", "-o", file});
        VERIFY_SUCCESS(finished);
        const QImage pair(file);
        QVERIFY2(inked(pair) > 100, "an empty picture");
        QVERIFY(pair.width() > 500);
    }

    /// Positions go with their tokens: the last one of a text is beyond the end of a shorter one.
    void aPositionThatTheOtherTextHasElsewhere()
    {
        const QTemporaryDir dir;
        for (const QStringList& options :
             {QStringList{"qk", "--query", "9", "--key", "7"}, QStringList{"dla", "--position", "9"},
              QStringList{"flow", "--position", "9"}}) {
            const auto finished =
                program(QStringList{"export", "shakespeare-char", "--text", "To the bees", "--against-text",
                                    "To be", "-o", dir.filePath("p.png"), "--view"} +
                        options);
            VERIFY_SUCCESS(finished);
        }
    }

    void differencesOfTwoTexts()
    {
        const QTemporaryDir dir;
        const auto saved = [&](const QString& name, const QStringList& options) {
            const QString file = dir.filePath(name);
            const auto finished = program(QStringList{"export", "shakespeare-char", "-o", file} + options);
            return finished.exitCode == 0 ? readNpy(file.toStdString())
                                          : fail(ErrorCode::Io, finished.words.toStdString());
        };
        const QStringList head{"--view", "head", "--layer", "1", "--head", "2"};
        const auto mine = saved("a.npy", head + QStringList{"--text", "To be"}),
                   other = saved("b.npy", head + QStringList{"--text", "Ta bed"}),
                   both = saved("c.npy", head + QStringList{"--text", "To be", "--against-text", "Ta bed"});
        QVERIFY2(both, both ? "" : both.error().text().c_str());
        QVERIFY(mine && other);
        QCOMPARE(both->shape, (std::vector<std::int64_t>{5, 5}));
        for (std::size_t i = 0; i < 5; ++i)
            for (std::size_t j = 0; j < 5; ++j)
                QCOMPARE(both->values[i * 5 + j], mine->values[i * 5 + j] - other->values[i * 6 + j]);
        // All heads at once: the same numbers, and all of them.
        const auto grid = saved("g.npy", {"--view", "heads", "--text", "To be", "--against-text", "Ta bed"});
        QVERIFY2(grid, grid ? "" : grid.error().text().c_str());
        QCOMPARE(grid->shape.size(), std::size_t(4));
        QCOMPARE(grid->shape[3], std::int64_t(5));
        const auto at = [&](std::size_t i, std::size_t j) {
            return grid->values[((1 * std::size_t(grid->shape[1]) + 2) * 5 + i) * 5 + j];
        };
        for (std::size_t i = 0; i < 5; ++i)
            for (std::size_t j = 0; j <= i; ++j)
                QCOMPARE(at(i, j), both->values[i * 5 + j]);
        // Names of two tokens where one stands for another.
        const QString csv = dir.filePath("d.csv");
        VERIFY_SUCCESS(program(QStringList{"export", "shakespeare-char", "-o", csv, "--text", "To be",
                                           "--against", "stories260k", "--view", "lens"}));
        QVERIFY(contents(csv).contains("→"));
    }
};

QTEST_APPLESS_MAIN(CompareCommandsTest)
#include "test_compare_commands.moc"
