// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Attention from elsewhere: the arrays of a run, written and opened again, give the same numbers; what can't
// be patterns is told in one line.

#include "../support.h"
#include "analysis/head_metrics.h"
#include "analysis/rollout.h"
#include "analysis/what_if.h"
#include "formats/npz.h"
#include "formats/safetensors_writer.h"
#include "models/attention_file.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QTemporaryDir>
#include <QTest>

using namespace headlight;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, const QByteArray& text)
{
    QFile f(QString::fromStdString(file.string()));
    QVERIFY(f.open(QIODevice::WriteOnly));
    f.write(text);
}

Tensor numbers(std::vector<std::int64_t> sizes)
{
    Axes axes;
    std::int64_t count = 1;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        axes.push_back(named("axis" + std::to_string(i), sizes[i]));
        count *= sizes[i];
    }
    std::vector<float> values;
    for (std::int64_t i = 0; i < count; ++i)
        values.push_back(float(i));
    return {std::move(axes), std::move(values)};
}

} // namespace

class AttentionFileTest : public QObject
{
    Q_OBJECT
private slots:
    /// The patterns of a run, saved as PyTorch users save them, have the metrics of that run.
    void arraysOfARun_data()
    {
        QTest::addColumn<QString>("ending");
        QTest::newRow("npz, one array a layer") << "npz";
        QTest::newRow("safetensors, one array a layer") << "safetensors";
        QTest::newRow("npy, all layers") << "npy";
    }
    void arraysOfARun()
    {
        QFETCH(QString, ending);
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("mine." + ending).toStdString();
        const auto model = test::bundled("stories260k");
        const auto input = makeInput(*model, {{"Once upon a time, there was a little girl", {}}});
        const Trace trace = test::run(*model, *input);
        std::vector<TensorSource> sources;
        std::vector<float> all;
        std::int64_t n = 0;
        for (std::size_t l = 0; l < model->program->attention.size(); ++l) {
            const TensorPtr p = *trace.step(model->program->attention[l].pattern);
            n = p->size(1);
            all.insert(all.end(), p->values().begin(), p->values().end());
            sources.emplace_back("arr_" + std::to_string(l), p);
        }
        if (ending == "npz")
            QVERIFY(writeNpz(file, sources));
        else if (ending == "safetensors")
            QVERIFY(writeSafetensors(file, sources));
        else
            QVERIFY(writeNpy(
                file, Tensor({named("layer", 5), named(axis::head, 8), named("q", n), named("k", n)}, all)));
        QByteArray tokens = "[";
        for (const PositionLabel& l : input->streams[0].labels)
            tokens += (tokens.size() > 1 ? ", \"" : "\"") + QByteArray::fromStdString(l.text) + "\"";
        write(folder.filePath("mine.json").toStdString(), tokens + "]");

        const auto opened = openModel(file);
        QVERIFY2(opened, opened ? "" : opened.error().text().c_str());
        QCOMPARE(QString::fromStdString((*opened)->name), "mine");
        const auto given = makeInput(**opened, {{(*opened)->examples.front().text, {}}});
        QVERIFY2(given, given ? "" : given.error().text().c_str());
        const Trace other = test::run(**opened, *given);
        QCOMPARE(other.label(0, 1), input->streams[0].labels[1].text);
        const auto mine = allHeadMetrics(trace), theirs = allHeadMetrics(other);
        QCOMPARE(theirs->size(), mine->size());
        for (std::size_t h = 0; h < mine->size(); ++h)
            for (const char* key :
                 {"previous_token", "entropy", "duplicate_token", "induction", "first_token"})
                QCOMPARE((*theirs)[h].value(key), (*mine)[h].value(key));
        const auto rolled = attentionRollout(trace, ""), again = attentionRollout(other, "");
        QCOMPARE((*again)->at({4, n - 1, 0}), (*rolled)->at({4, n - 1, 0}));
    }

    void shapes_data()
    {
        QTest::addColumn<QList<int>>("shape");
        QTest::addColumn<int>("layers");
        QTest::addColumn<int>("heads");
        QTest::addColumn<double>("second"); ///< the number of the last layer's first cell
        QTest::newRow("layer, head") << QList<int>{2, 3, 4, 4} << 2 << 3 << 48.0;
        QTest::newRow("layer, batch, head") << QList<int>{2, 5, 3, 4, 4} << 2 << 3 << 240.0;
        QTest::newRow("batch of one in front") << QList<int>{1, 2, 3, 4, 4} << 2 << 3 << 48.0;
        QTest::newRow("one layer") << QList<int>{3, 4, 4} << 1 << 3 << 0.0;
        QTest::newRow("one head") << QList<int>{4, 4} << 1 << 1 << 0.0;
    }
    void shapes()
    {
        QFETCH(QList<int>, shape);
        QFETCH(int, layers);
        QFETCH(int, heads);
        QFETCH(double, second);
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("a.npy").toStdString();
        QVERIFY(writeNpy(file, numbers({shape.begin(), shape.end()})));
        const auto model = openModel(file);
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        const auto& attention = (*model)->program->attention;
        QCOMPARE(int(attention.size()), layers);
        QCOMPARE(attention[0].heads, heads);
        const Trace trace = test::run(**model, *makeInput(**model, {{"anything", {}}}));
        QCOMPARE(double((*trace.step(attention.back().pattern))->at({0, 0, 0})), second);
        QCOMPARE(trace.label(0, 3), std::string("3")); // no tokens beside it: numbers
        QVERIFY(!trace.step(attention[0].z));          // nothing but the pattern is known
    }

    void refusals_data()
    {
        QTest::addColumn<QList<int>>("shape");
        QTest::addColumn<QByteArray>("tokens");
        QTest::addColumn<QString>("says");
        QTest::newRow("one axis") << QList<int>{4} << QByteArray()
                                  << "expected [layer, head, query, key], found [4]";
        QTest::newRow("empty") << QList<int>{2, 3, 0, 0} << QByteArray()
                               << "expected [layer, head, query, key]";
        QTest::newRow("cross") << QList<int>{2, 3, 4, 5} << QByteArray() << "found 4 queries and 5 keys";
        QTest::newRow("tokens") << QList<int>{1, 3, 3} << QByteArray("[\"a\", \"b\"]") << "expected 3 tokens";
        QTest::newRow("no list") << QList<int>{1, 3, 3} << QByteArray("{\"a\": 1}")
                                 << "expected a list of tokens";
        QTest::newRow("numbers") << QList<int>{1, 3, 3} << QByteArray("[1, 2, 3]") << "as a string, found 1";
        QTest::newRow("no JSON") << QList<int>{1, 3, 3} << QByteArray("[\"a\"") << "a.json";
    }
    void refusals()
    {
        QFETCH(QList<int>, shape);
        QFETCH(QByteArray, tokens);
        QFETCH(QString, says);
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("a.npy").toStdString();
        QVERIFY(writeNpy(file, numbers({shape.begin(), shape.end()})));
        if (!tokens.isEmpty())
            write(folder.filePath("a.json").toStdString(), tokens);
        const auto model = openModel(file);
        QVERIFY(!model);
        const QString error = QString::fromStdString(model.error().text());
        QVERIFY2(error.contains(says), qPrintable(error));
        QVERIFY(!error.contains('\n'));
    }

    /// Of such a layer there is nothing but its pattern: no change but that of its cells can be asked for.
    void noWhatIfOfWhatIsNotThere()
    {
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("a.npy").toStdString();
        QVERIFY(writeNpy(file, numbers({2, 3, 4, 4})));
        const auto model = openModel(file);
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        for (const char* spec : {"blocks.0.attn:head-off=1", "blocks.1.attn:head-mean=0",
                                 "blocks.0.attn:uniform", "blocks.0.attn:no-scale", "blocks.0:off"}) {
            const auto whatIf = parseWhatIf(spec);
            QVERIFY(whatIf);
            const auto changes = overridesOf(*(*model)->program, *whatIf, {});
            QVERIFY2(!changes, spec);
            QVERIFY(!changes.error().text().empty());
        }
    }

    /// The text is what the tokens stand for, however they are spelt, and each knows its bytes.
    void spellings_data()
    {
        QTest::addColumn<QString>("tokens");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("labels");
        const auto row = [](const char* name, const char* tokens, const char* text, const char* labels) {
            QTest::newRow(name) << QString(tokens) << QString(text) << QString(labels);
        };
        row("bytes", "<s>|It|'s|Ġcaf|Ã©|ĊĊ|End", "<s>It's café\n\nEnd", "<s>|It|'s|␣caf|é|⏎⏎|End");
        row("half a character", "Ġcaf|Ã", "Ġcaf Ã", "␣caf|<0xC3>");
        row("pieces", "<s>|▁Once|▁upon|s|.", "<s> Once upons.", "<s>|␣Once|␣upon|s|.");
        row("word pieces", "[CLS]|un|##able|to|[SEP]", "[CLS] unable to [SEP]", "[CLS]|un|##able|to|[SEP]");
        row("words", "the|cat|##|sat", "the cat ## sat", "the|cat|##|sat");
    }
    void spellings()
    {
        QFETCH(QString, tokens);
        QFETCH(QString, text);
        QFETCH(QString, labels);
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("a.npy").toStdString();
        const QStringList expected = labels.split('|');
        QVERIFY(writeNpy(file, numbers({1, expected.size(), expected.size()})));
        write(folder.filePath("a.json").toStdString(),
              QJsonDocument(QJsonArray::fromStringList(tokens.split('|'))).toJson());
        const auto model = openModel(file);
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        const std::string shown = (*model)->examples.front().text;
        QCOMPARE(QString::fromStdString(shown), text);
        const auto input = makeInput(**model, {{shown, {}}});
        QVERIFY(input);
        QStringList found;
        std::size_t end = 0;
        for (const PositionLabel& l : input->streams[0].labels) {
            found << QString::fromStdString(l.text);
            QVERIFY(l.begin >= end && l.end > l.begin);
            end = l.end;
        }
        QCOMPARE(found, expected);
        QCOMPARE(end, shown.size());
    }

    void oneTokenALine()
    {
        const QTemporaryDir folder;
        const fs::path file = folder.filePath("a.npy").toStdString();
        QVERIFY(writeNpy(file, numbers({1, 3, 3})));
        write(folder.filePath("tokens.txt").toStdString(), "[CLS]\r\n\xC4\xA0the\n cat");
        const auto model = openModel(file);
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        const auto input = makeInput(**model, {{"x", {}}});
        const auto& labels = input->streams[0].labels;
        QCOMPARE(labels.size(), std::size_t(3));
        QVERIFY(labels[0].special);
        QCOMPARE(QString::fromStdString(labels[1].text), QStringLiteral("␣the"));
        QCOMPARE(QString::fromStdString(labels[2].text), QStringLiteral("␣cat"));
    }
};

QTEST_APPLESS_MAIN(AttentionFileTest)
#include "test_attention_file.moc"
