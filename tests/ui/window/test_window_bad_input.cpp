// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Whatever is wrong with a folder or a text, the window says it in one line and keeps what it had.

#include "../../core/model_copy.h"
#include "window_fixture.h"

#include <QComboBox>
#include <QPushButton>

#include <limits>

using namespace headlight;
using namespace headlight::test;

namespace {

const QString weight = "transformer.h.1.ln_1.weight";
using Break = std::function<void(const ModelCopy&)>;

void shiftOffsets(const ModelCopy& copy, qint64 by)
{
    copy.editHeader([by](QJsonObject& header) {
        QJsonObject entry = header[weight].toObject();
        const QJsonArray offsets = entry["data_offsets"].toArray();
        entry["data_offsets"] = QJsonArray({offsets[0].toInteger() + by, offsets[1].toInteger() + by});
        header[weight] = entry;
    });
}

} // namespace

Q_DECLARE_METATYPE(Break)

class TestWindowBadInput : public QObject
{
    Q_OBJECT
private slots:
    void aBrokenModelIsOneLineAndNothingIsLost_data()
    {
        QTest::addColumn<Break>("harm");
        QTest::addColumn<QStringList>("says");
        const auto row = [](const char* name, const QStringList& says, Break harm) {
            QTest::newRow(name) << std::move(harm) << says;
        };
        row("missing folder", {"expected a model folder", "found nothing"},
            [](const ModelCopy& copy) { QDir(copy.path()).removeRecursively(); });
        row("no config.json", {"config.json"}, [](const ModelCopy& copy) { copy.remove("config.json"); });
        row("config.json is no JSON", {"config.json"},
            [](const ModelCopy& copy) { copy.write("config.json", QByteArray(100'000, '[')); });
        row("unknown model_type", {"perceptron", "gpt2"},
            [](const ModelCopy& copy) { copy.write("config.json", R"({"model_type": "perceptron"})"); });
        row("missing tensor", {weight, "[48]"}, [](const ModelCopy& copy) {
            copy.editHeader([](QJsonObject& header) { header["another.name"] = header.take(weight); });
        });
        row("misshapen tensor", {weight, "[48]", "[24, 2]"}, [](const ModelCopy& copy) {
            copy.editHeader([](QJsonObject& header) {
                QJsonObject entry = header[weight].toObject();
                entry["shape"] = QJsonArray({24, 2});
                header[weight] = entry;
            });
        });
        row("truncated header", {"model.safetensors"}, [](const ModelCopy& copy) {
            copy.write("model.safetensors", copy.read("model.safetensors").left(100));
        });
        row("truncated data", {"model.safetensors"}, [](const ModelCopy& copy) {
            copy.write("model.safetensors", copy.read("model.safetensors").chopped(1));
        });
        row("lying header length", {"model.safetensors"}, [](const ModelCopy& copy) {
            copy.write("model.safetensors", QByteArray(8, '\x7f') + copy.read("model.safetensors").mid(8));
        });
        row("overlapping offsets", {"model.safetensors"},
            [](const ModelCopy& copy) { shiftOffsets(copy, -4); });
        row("offsets beyond the file", {"model.safetensors"},
            [](const ModelCopy& copy) { shiftOffsets(copy, qint64(1) << 40); });
        row("only a pickle", {"pytorch_model.bin", "safetensors"}, [](const ModelCopy& copy) {
            copy.remove("model.safetensors");
            copy.write("pytorch_model.bin", "PK\x03\x04");
        });
    }
    void aBrokenModelIsOneLineAndNothingIsLost()
    {
        QFETCH(Break, harm);
        QFETCH(QStringList, says);
        const ModelCopy copy;
        harm(copy);
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        const QStringList before = tokens(f.session);
        f.folderAnswer = copy.path();
        f.trigger("file.open");
        QVERIFY(f.settled());
        verifyOneLine(f, says);
        if (QTest::currentTestFailed())
            return;
        QCOMPARE(f.session.model()->name, std::string("stories260k"));
        QCOMPARE(tokens(f.session), before);
        QVERIFY(f.window->inputBar().models().currentText().startsWith("stories260k"));
        QTest::keyClicks(f.window->inputBar().field(0), " girl");
        QVERIFY(f.settled());
        QVERIFY(tokens(f.session).size() > before.size());
        QVERIFY2(!f.window->messageBar().isVisible(), "a run that succeeds takes the message away");
    }

    void notANumberRunsAndIsSeen()
    {
        const ModelCopy copy;
        copy.editNumbers(weight, [](std::span<float> numbers) {
            numbers[3] = std::numeric_limits<float>::quiet_NaN();
            numbers[5] = std::numeric_limits<float>::infinity();
        });
        WindowFixture f;
        QVERIFY(f.open(copy.path()));
        f.go("blocks.1.ln1.hook_normalized");
        QVERIFY2(!f.window->messageBar().isVisible(), qPrintable(f.window->messageBar().text()));
        const auto described = [&](std::int64_t dimension) {
            return f.window->stage().view().figure()->describeCell({f.result(), {0, dimension}});
        };
        QVERIFY2(described(3).contains("NaN"), qPrintable(described(3)));
        QVERIFY2(described(5).contains("∞"), qPrintable(described(5)));
        QVERIFY(!described(4).contains("NaN") && !described(4).contains("∞"));
        f.window->selection().pin({f.result(), {0, 3}});
        QTest::qWait(5);
        QVERIFY(f.window->explain().plainText().contains("NaN"));
    }

    void textsThatDoNotFitLeaveTheRunAsItWas()
    {
        WindowFixture f;
        QVERIFY(f.open("nano-sort"));
        const QStringList before = tokens(f.session);
        TextField* field = f.window->inputBar().field(0);
        const auto type = [&](const QString& text) {
            field->selectAll();
            QTest::keyClick(field, Qt::Key_Delete);
            QTest::keyClicks(field, text);
            return f.settled();
        };
        QVERIFY(type(QString(12, 'A')));
        verifyOneLine(f, {"12 tokens", "at most 11"});
        QVERIFY(f.window->messageBar().action().isVisible()); // offers to cut
        QVERIFY(type({}));
        verifyOneLine(f, {"found none"});
        QCOMPARE(tokens(f.session), before);
        QVERIFY(type("B"));
        QCOMPARE(tokens(f.session), QStringList{"B"});
        QVERIFY(!f.window->messageBar().isVisible());
    }

    void idsOutOfRangeAreNamed()
    {
        const ModelCopy copy;
        copy.remove("tokenizer.json");
        WindowFixture f;
        QVERIFY(f.open(copy.path()));
        const QStringList before = tokens(f.session);
        TextField* field = f.window->inputBar().field(0);
        for (const QString id : {"3", "-1", "99999999999"}) {
            field->selectAll();
            QTest::keyClicks(field, "0 " + id);
            QVERIFY(f.settled());
            verifyOneLine(f, {id});
        }
        field->selectAll();
        QTest::keyClicks(field, "2 1");
        QVERIFY(f.settled());
        QCOMPARE(tokens(f.session), (QStringList{"2", "1"}));
        QVERIFY(before != tokens(f.session));
    }

private:
    static void verifyOneLine(WindowFixture& f, const QStringList& says)
    {
        const QString line = f.window->messageBar().text();
        QVERIFY(f.window->messageBar().isVisible());
        QVERIFY2(!line.contains('\n'), qPrintable(line));
        for (const QString& part : says)
            QVERIFY2(line.contains(part), qPrintable(line + " lacks " + part));
    }
};

QTEST_MAIN(TestWindowBadInput)
#include "test_window_bad_input.moc"
