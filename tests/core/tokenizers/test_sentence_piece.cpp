// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// SentencePiece models: the families' conventions, spans, and that nothing reaches libsentencepiece which
// would make it read where it must not.

#include "tokenizers/charsmap.h"
#include "tokenizers/sentence_piece_file.h"

#include "testing.h"

#include <limits>

using namespace headlight;
using namespace headlight::testing;

namespace {

using Type = SentencePieceFile::PieceType;

/// <unk>, <s>, </s>, then pieces of descending score.
SentencePieceFile smallModel(SentencePieceFile::Algorithm algorithm)
{
    SentencePieceFile file;
    file.algorithm = algorithm;
    file.pieces = {
        {"<unk>", 0.0F, Type::Unknown}, {"<s>", 0.0F, Type::Control}, {"</s>", 0.0F, Type::Control}};
    float score = -1.0F;
    for (const char* piece : {"\xE2\x96\x81the", "\xE2\x96\x81", "the", "th", "e", "t", "h", "a", "b", "."})
        file.pieces.push_back({piece, score -= 0.5F, Type::Normal});
    return file;
}

SentencePieceFile withBytes(SentencePieceFile file)
{
    file.byteFallback = true;
    for (int byte = 0; byte < 256; ++byte)
        file.pieces.push_back(
            {QStringLiteral("<0x%1>").arg(byte, 2, 16, QChar('0')).toUpper().replace("X", "x").toStdString(),
             0.0F, Type::Byte});
    return file;
}

QString spansOf(const std::vector<Token>& tokens)
{
    QStringList list;
    for (const Token& token : tokens)
        list << QStringLiteral("%1 %2-%3")
                    .arg(QString::fromStdString(token.piece))
                    .arg(token.begin)
                    .arg(token.end);
    return list.join(", ");
}

} // namespace

class TestSentencePiece : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void t5();
    void llama();
    void marian();
    void xlmRoberta();
    void kinds();
    void unknownConvention();
    void writtenFileReadsTheSame();
    void malformed_data();
    void malformed();
    void brokenBytes();
    void characterMaps();

private:
    std::unique_ptr<Tokenizer> open(const SentencePieceFile& file, const char* name)
    {
        writeFile(*m_folder, name, QByteArray::fromStdString(file.write()));
        auto tokenizer = openTokenizerAt(m_folder->path());
        if (!tokenizer)
            QTest::qFail(qPrintable(errorOf(tokenizer)), __FILE__, __LINE__);
        return tokenizer ? std::move(*tokenizer) : nullptr;
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestSentencePiece::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestSentencePiece::t5()
{
    const auto tokenizer = open(smallModel(SentencePieceFile::Algorithm::Unigram), "spiece.model");
    QVERIFY(tokenizer);
    QCOMPARE(tokenizer->vocabularySize(), 13 + 100);
    QCOMPARE(spansOf(encoded(*tokenizer, "the  the.")), QString("▁the 0-3, ▁the 3-8, . 8-9, </s> 9-9"));
    QCOMPARE(idsOf(encoded(*tokenizer, "the<extra_id_0>")), (QList<int>{3, 112, 2}));
    QCOMPARE(tokenizer->idOf("<extra_id_99>"), std::optional(13));
    QCOMPARE(idsOf(encoded(*tokenizer, "")), (QList<int>{2}));
    QCOMPARE(spansOf(encoded(*tokenizer, "xyz")), QString("▁ 0-0, <unk> 0-3, </s> 3-3"));
    const auto decoded = tokenizer->decode(std::vector<int>{3, 3, 12, 2});
    QVERIFY(decoded);
    QCOMPARE(*decoded, std::string("the the."));
    QCOMPARE(tokenizer->label(3), std::string("␣the"));
}

void TestSentencePiece::llama()
{
    SentencePieceFile file = withBytes(smallModel(SentencePieceFile::Algorithm::Bpe));
    file.removeExtraSpaces = false;
    const auto tokenizer = open(file, "tokenizer.model");
    QVERIFY(tokenizer);
    // Each byte of a character without a piece has a token and a place of its own.
    QCOMPARE(spansOf(encoded(*tokenizer, "the \xC3\xA9")),
             QString("<s> 0-0, ▁the 0-3, ▁ 3-4, <0xC3> 4-5, <0xA9> 5-6"));
    const auto decoded = tokenizer->decode(std::vector<int>(std::vector<int>{1, 3, 4, 13 + 0xC3, 13 + 0xA9}));
    QVERIFY(decoded);
    QCOMPARE(*decoded, std::string("the \xC3\xA9"));

    writeFile(*m_folder, "tokenizer_config.json", R"({"add_bos_token": false, "add_eos_token": true})");
    QCOMPARE(piecesOf(encoded(*open(file, "tokenizer.model"), "the")), (QStringList{"▁the", "</s>"}));
}

void TestSentencePiece::marian()
{
    writeFile(*m_folder, "vocab.json",
              R"({"</s>": 0, "<unk>": 1, "▁the": 2, "a": 3, "<pad>": 4, ">>fr<<": 5})");
    const auto tokenizer = open(smallModel(SentencePieceFile::Algorithm::Unigram), "source.spm");
    QVERIFY(tokenizer);
    QCOMPARE(idsOf(encoded(*tokenizer, "theab")), (QList<int>{2, 3, 1, 0})); // b is no piece of vocab.json
    QCOMPARE(idsOf(encoded(*tokenizer, ">>fr<< the")), (QList<int>{5, 2, 0}));
    QCOMPARE(tokenizer->vocabularySize(), 6);
}

void TestSentencePiece::xlmRoberta()
{
    const auto tokenizer = open(smallModel(SentencePieceFile::Algorithm::Unigram), "sentencepiece.bpe.model");
    QVERIFY(tokenizer);
    QCOMPARE(idsOf(encoded(*tokenizer, "the <mask>x")), (QList<int>{0, 4, 14, 5, 3, 2}));
    QCOMPARE(tokenizer->piece(1), std::string("<pad>"));
}

void TestSentencePiece::kinds()
{
    using Algorithm = SentencePieceFile::Algorithm;
    QCOMPARE(open(smallModel(Algorithm::Unigram), "spiece.model")->kind(),
             std::string("SentencePiece Unigram"));
    QCOMPARE(open(smallModel(Algorithm::Bpe), "spiece.model")->kind(), std::string("SentencePiece BPE"));
    QCOMPARE(open(smallModel(Algorithm::Word), "spiece.model")->kind(), std::string("SentencePiece words"));
    const auto characters = open(smallModel(Algorithm::Character), "spiece.model");
    QCOMPARE(characters->kind(), std::string("SentencePiece characters"));
    QCOMPARE(piecesOf(encoded(*characters, "the")), (QStringList{"▁", "t", "h", "e", "</s>"}));
}

void TestSentencePiece::unknownConvention()
{
    writeFile(*m_folder, "tokenizer_config.json", R"({"tokenizer_class": "XLNetTokenizer"})");
    writeFile(*m_folder, "spiece.model",
              QByteArray::fromStdString(smallModel(SentencePieceFile::Algorithm::Unigram).write()));
    const auto tokenizer = openTokenizerAt(m_folder->path());
    QVERIFY(!tokenizer);
    QCOMPARE(tokenizer.error().code, ErrorCode::Unsupported);
    QVERIFY(errorOf(tokenizer).contains("XLNet"));
}

void TestSentencePiece::writtenFileReadsTheSame()
{
    SentencePieceFile file = withBytes(smallModel(SentencePieceFile::Algorithm::Bpe));
    file.spaceIsSuffix = true;
    file.addDummyPrefix = false;
    file.escapeSpaces = false;
    file.charsmap = Charsmap::identity();
    const auto read = SentencePieceFile::read(file.write());
    QVERIFY2(read, qPrintable(errorOf(read)));
    QCOMPARE(read->write(), file.write());
    QCOMPARE(read->pieces.size(), file.pieces.size());
    QVERIFY(read->spaceIsSuffix && !read->addDummyPrefix && !read->escapeSpaces && read->removeExtraSpaces);
}

void TestSentencePiece::malformed_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("message");
    const char* const messages[] = {
        "expected a SentencePiece model, found 0 unknown pieces instead of one",
        "expected a SentencePiece model, found 2 unknown pieces instead of one",
        "expected a SentencePiece model, found the piece \"the\" twice",
        "expected a SentencePiece model, found piece 13 empty, with a zero byte or not in UTF-8",
        "expected a SentencePiece model, found piece 13 empty, with a zero byte or not in UTF-8",
        "expected a SentencePiece model, found piece 13 without a finite score",
        "expected a SentencePiece model, found no piece for the byte 1",
        "expected a SentencePiece model, found the byte piece \"<0x00>\" in a model that can't have it",
        "expected pieces of at most 1024 bytes, found 1025",
        "expected at most 32 user-defined symbols that begin with each other, found more",
        "expected a SentencePiece model, found piece 13 of type 9",
    };
    int number = 0;
    for (const char* message : messages) {
        QTest::newRow(qPrintable(QString::number(number) + " " + message)) << number << QString(message);
        ++number;
    }
}

void TestSentencePiece::malformed()
{
    QFETCH(int, which);
    QFETCH(QString, message);
    SentencePieceFile file = smallModel(SentencePieceFile::Algorithm::Unigram);
    const auto add = [&](const std::string& text, Type type = Type::Normal, float score = -9.0F) {
        file.pieces.push_back({text, score, type});
    };
    switch (which) {
    case 0:
        file.pieces.erase(file.pieces.begin());
        break;
    case 1:
        add("<u>", Type::Unknown);
        break;
    case 2:
        add("the");
        break;
    case 3:
        add(std::string("a\0b", 3));
        break;
    case 4:
        add("\xC3");
        break;
    case 5:
        add("nan", Type::Normal, std::numeric_limits<float>::quiet_NaN());
        break;
    case 6:
        file.byteFallback = true;
        add("<0x00>", Type::Byte);
        break;
    case 7:
        add("<0x00>", Type::Byte);
        break;
    case 8:
        add(std::string(1025, 'x'));
        break;
    case 9:
        for (std::size_t i = 1; i <= 40; ++i)
            add(std::string(i, 'x'), Type::UserDefined);
        break;
    default:
        add("x", static_cast<Type>(9));
    }
    writeFile(*m_folder, "spiece.model", QByteArray::fromStdString(file.write()));
    const auto tokenizer = openTokenizerAt(m_folder->path());
    QVERIFY(!tokenizer);
    QCOMPARE(errorOf(tokenizer), m_folder->filePath("spiece.model") + ": " + message);
}

void TestSentencePiece::brokenBytes()
{
    const QByteArray whole =
        QByteArray::fromStdString(smallModel(SentencePieceFile::Algorithm::Unigram).write());
    // Cut off anywhere, it is refused, or is a shorter model of whole pieces.
    for (qsizetype size = 0; size < whole.size(); ++size) {
        const auto file = SentencePieceFile::read(whole.left(size).toStdString());
        QVERIFY(file || file.error().code == ErrorCode::BadFile);
    }
    // Any byte changed, it is refused or it works.
    for (qsizetype at = 0; at < whole.size(); at += 3) {
        QByteArray changed = whole;
        changed[at] = static_cast<char>(~changed[at]);
        writeFile(*m_folder, "spiece.model", changed);
        const auto tokenizer = openTokenizerAt(m_folder->path());
        if (tokenizer)
            (void)(*tokenizer)->encode("the theab");
        else
            QVERIFY(!tokenizer.error().message.empty());
    }
}

void TestSentencePiece::characterMaps()
{
    QVERIFY(Charsmap::fromBytes({}));
    QVERIFY(Charsmap::fromBytes(Charsmap::identity()));
    const auto changed = [](std::size_t unit, std::uint32_t value) {
        std::string blob = Charsmap::identity();
        for (std::size_t i = 0; i < 4; ++i)
            blob[4 + unit * 4 + i] = static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
        return blob;
    };
    // A transition by 'a' whose next place lies outside the array; one that leads back; one whose rule has no
    // replacement; and a root outside.
    QVERIFY(!Charsmap::fromBytes(changed('a', std::uint32_t{'a'} | 1000U << 10)));
    QVERIFY(!Charsmap::fromBytes(changed('a', std::uint32_t{'a'} | std::uint32_t{'a'} << 10)));
    QVERIFY(!Charsmap::fromBytes(changed(0, 400U << 10)));
    QVERIFY(!Charsmap::fromBytes("\x01"));
    QVERIFY(!Charsmap::fromBytes(std::string("\xFF\xFF\xFF\xFF\0\0\0\0", 8)));

    // "a" becomes "xyz": the transition is marked as a rule's end, and the place it leads to holds the rule's
    // place.
    std::string blob = changed('a', std::uint32_t{'a'} | 1U << 8 | (std::uint32_t{'a'} ^ 2U) << 10);
    blob[4 + 2 * 4] = 0;
    blob[4 + 2 * 4 + 3] = static_cast<char>(0x80);
    blob.pop_back();
    blob += std::string("xyz\0", 4);
    const auto map = Charsmap::fromBytes(blob);
    QVERIFY2(map, qPrintable(errorOf(map)));
    QCOMPARE(map->growth(), std::size_t{3});
    const AlignedText mapped = map->apply(AlignedText("bab"));
    QCOMPARE(mapped.text(), std::string("bxyzb"));
    QCOMPARE(mapped.origin(1, 4).begin, 1U);
    QCOMPARE(mapped.origin(1, 4).end, 2U);
}

QTEST_APPLESS_MAIN(TestSentencePiece)
#include "test_sentence_piece.moc"
