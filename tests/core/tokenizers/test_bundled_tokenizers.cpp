// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The tokenizers of the bundled models agree with what the reference implementations made of the golden
// texts.

#include "testing.h"

#include <QDir>

using namespace headlight;
using namespace headlight::testing;

class TestBundledTokenizers : public QObject
{
    Q_OBJECT
private slots:
    void open_data();
    void open();
    void goldenTexts_data();
    void goldenTexts();
    void examples_data() { open_data(); }
    void examples();
    void unknownLetterIsAnError();
};

namespace {

const QString kModels = QStringLiteral(HEADLIGHT_SOURCE_DIR "/resources/models/");
const QString kGolden = QStringLiteral(HEADLIGHT_SHARED_DIR "/models/");

QStringList modelsWithTokenizer()
{
    QStringList names;
    for (const QString& name : QDir(kModels).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        if (QFile::exists(kModels + name + "/tokenizer.json"))
            names << name;
    }
    return names;
}

} // namespace

void TestBundledTokenizers::open_data()
{
    QTest::addColumn<QString>("name");
    for (const QString& name : modelsWithTokenizer())
        QTest::newRow(qPrintable(name)) << name;
}

void TestBundledTokenizers::open()
{
    QFETCH(QString, name);
    const auto tokenizer = openTokenizerAt(kModels + name);
    QVERIFY2(tokenizer, qPrintable(errorOf(tokenizer)));
    QCOMPARE((*tokenizer)->vocabularySize(), readJsonFile(kModels + name + "/tokenizer.json")
                                                 .value("model")
                                                 .toObject()
                                                 .value("vocab")
                                                 .toObject()
                                                 .size());
    for (int id = 0; id < (*tokenizer)->vocabularySize(); ++id) {
        const std::string piece = (*tokenizer)->piece(id);
        QVERIFY2(!piece.empty(), qPrintable(QString::number(id)));
        QCOMPARE((*tokenizer)->idOf(piece), std::optional(id));
        QVERIFY(!(*tokenizer)->label(id).empty());
    }
}

void TestBundledTokenizers::goldenTexts_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("folder");
    for (const QString& name : modelsWithTokenizer()) {
        const QString golden = kGolden + name + "/golden/";
        for (const QString& text : QDir(golden).entryList(QDir::Dirs | QDir::NoDotAndDotDot))
            QTest::newRow(qPrintable(name + " " + text)) << name << golden + text;
    }
    if (!QFile::exists(kGolden))
        QTest::newRow("none") << QString() << QString();
}

void TestBundledTokenizers::goldenTexts()
{
    QFETCH(QString, name);
    QFETCH(QString, folder);
    if (name.isEmpty())
        QSKIP("the golden data is not beside the source");
    const auto tokenizer = openTokenizerAt(kModels + name);
    QVERIFY(tokenizer);
    const QJsonObject manifest = readJsonFile(folder + "/manifest.json");
    const QJsonArray ids = readJsonFile(folder + "/inputs.json").value("input_ids").toArray().at(0).toArray();
    QVERIFY(!ids.isEmpty());
    // A two-stack model has two texts and two lists of tokens; what the decoder gets begins with a token of
    // its own.
    QJsonValue text = manifest.value("text");
    QJsonValue pieces = manifest.value("tokens");
    if (text.isObject()) {
        text = text["source"];
        pieces = pieces["source"];
    }
    const std::vector<Token> tokens = encoded(**tokenizer, text.toString().toUtf8());
    QCOMPARE(idsOf(tokens), intsOf(ids));
    if (!pieces.isUndefined())
        QCOMPARE(piecesOf(tokens), stringsOf(pieces.toArray()));
}

void TestBundledTokenizers::examples()
{
    QFETCH(QString, name);
    const auto tokenizer = openTokenizerAt(kModels + name);
    QVERIFY(tokenizer);
    int looked = 0;
    for (const QJsonValue& example :
         readJsonFile(kModels + name + "/examples.json").value("examples").toArray()) {
        // Of a two-stack model's attention, the keys are the source's tokens.
        const bool twoTexts = example["text"].isUndefined();
        const QJsonValue text = twoTexts ? example["source_text"] : example["text"];
        const std::vector<Token> tokens = encoded(**tokenizer, text.toString().toUtf8());
        QVERIFY(!tokens.empty());
        for (const QJsonValue& look : example["look_at"].toArray()) {
            for (const char* side : {"query", "key"}) {
                const QJsonValue place = look[QLatin1String(side)];
                if (twoTexts &&
                    (look["attention"].toString() != "cross" || side == std::string_view("query")))
                    continue;
                const auto position = static_cast<std::size_t>(place["position"].toInt());
                QVERIFY(position < tokens.size());
                QCOMPARE(QString::fromStdString(tokens[position].piece), place["token"].toString());
                ++looked;
            }
        }
    }
    QVERIFY(looked > 0);
}

void TestBundledTokenizers::unknownLetterIsAnError()
{
    const auto tokenizer = openTokenizerAt(kModels + "shakespeare-char");
    QVERIFY(tokenizer);
    const auto tokens = (*tokenizer)->encode("caf\xC3\xA9");
    QVERIFY(!tokens);
    QCOMPARE(tokens.error().code, ErrorCode::BadInput);
    QCOMPARE(tokens.error().where, std::string("text, byte 3"));
}

QTEST_APPLESS_MAIN(TestBundledTokenizers)
#include "test_bundled_tokenizers.moc"
