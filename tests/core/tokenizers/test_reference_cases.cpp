// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// GPT-2's and BERT's vocabularies on the texts that several reference implementations agree about.

#include "testing.h"

using namespace headlight;
using namespace headlight::testing;

namespace {

const QString kShared = QStringLiteral(HEADLIGHT_SHARED_DIR "/tokenizers/");

void addCases(const char* name)
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QJsonObject>("reference");
    int number = 0;
    for (const QJsonValue& value : readJsonFile(kShared + name + "-cases.json").value("cases").toArray()) {
        const QJsonObject reference = value.toObject();
        QTest::newRow(qPrintable(reference["category"].toString() + " " + QString::number(number++)))
            << reference["text"].toString() << reference;
    }
    if (number == 0)
        QTest::newRow("none") << QString() << QJsonObject();
}

/// The place of each code point's first byte, and the length of the whole.
QList<std::size_t> codePointStarts(const QByteArray& text)
{
    QList<std::size_t> starts;
    for (qsizetype i = 0; i <= text.size(); ++i) {
        if (i == text.size() || (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80)
            starts << static_cast<std::size_t>(i);
    }
    return starts;
}

} // namespace

class TestReferenceCases : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void gpt2_data() { addCases("gpt2"); }
    void gpt2();
    void bert_data() { addCases("bert"); }
    void bert();

private:
    std::unique_ptr<Tokenizer> m_gpt2;
    std::unique_ptr<Tokenizer> m_bert;
};

void TestReferenceCases::initTestCase()
{
    if (!QFile::exists(kShared))
        QSKIP("the reference data is not beside the source");
    auto gpt2 = openTokenizerAt(kShared + "gpt2");
    QVERIFY2(gpt2, qPrintable(errorOf(gpt2)));
    m_gpt2 = std::move(*gpt2);
    auto bert = openTokenizerAt(kShared + "bert-uncased");
    QVERIFY2(bert, qPrintable(errorOf(bert)));
    m_bert = std::move(*bert);
    QCOMPARE(m_gpt2->vocabularySize(), 50257);
    QCOMPARE(m_bert->vocabularySize(), 30522);
    QCOMPARE(m_gpt2->kind(), std::string("byte-level BPE"));
    QCOMPARE(m_bert->kind(), std::string("WordPiece"));
}

void TestReferenceCases::gpt2()
{
    QFETCH(QString, text);
    QFETCH(QJsonObject, reference);
    const QByteArray utf8 = text.toUtf8();
    const std::vector<Token> tokens = encoded(*m_gpt2, utf8);
    QCOMPARE(idsOf(tokens), intsOf(reference["ids"].toArray()));
    QCOMPARE(piecesOf(tokens), stringsOf(reference["pieces"].toArray()));

    // Bytes are neither lost nor shared, and the ids give the text back.
    std::size_t at = 0;
    std::vector<int> ids;
    for (const Token& token : tokens) {
        QCOMPARE(token.begin, at);
        QVERIFY(token.end > token.begin);
        at = token.end;
        ids.push_back(token.id);
    }
    QCOMPARE(at, static_cast<std::size_t>(utf8.size()));
    const auto decoded = m_gpt2->decode(ids, false);
    QVERIFY2(decoded, qPrintable(errorOf(decoded)));
    QCOMPARE(QByteArray::fromStdString(*decoded), utf8);
}

void TestReferenceCases::bert()
{
    QFETCH(QString, text);
    QFETCH(QJsonObject, reference);
    const QByteArray utf8 = text.toUtf8();
    const std::vector<Token> tokens = encoded(*m_bert, utf8, false);
    QCOMPARE(idsOf(tokens), intsOf(reference["ids"].toArray()));
    QCOMPARE(piecesOf(tokens), stringsOf(reference["pieces"].toArray()));

    const QList<std::size_t> starts = codePointStarts(utf8);
    const QJsonArray offsets = reference["offsets"].toArray();
    QCOMPARE(static_cast<qsizetype>(tokens.size()), offsets.size());
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const QJsonValue span = offsets[static_cast<qsizetype>(i)];
        QCOMPARE(tokens[i].begin, starts[span[0].toInt()]);
        QCOMPARE(tokens[i].end, starts[span[1].toInt()]);
    }

    const std::vector<Token> whole = encoded(*m_bert, utf8, true);
    QCOMPARE(whole.size(), tokens.size() + 2);
    QCOMPARE(whole.front().id, 101);
    QCOMPARE(whole.back().id, 102);
    QVERIFY(whole.front().special && whole.back().special);
}

QTEST_APPLESS_MAIN(TestReferenceCases)
#include "test_reference_cases.moc"
