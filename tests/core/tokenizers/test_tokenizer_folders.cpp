// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Which files of a folder are read, and what the settings beside a vocabulary change.

#include "testing.h"

#include <QDir>

using namespace headlight;
using namespace headlight::testing;

namespace {

const QByteArray kVocab =
    R"({"Ġ": 0, "t": 1, "h": 2, "e": 3, "th": 4, "the": 5, "Ġthe": 6, "<s>": 7, "</s>": 8,
    "<mask>": 9, "<unk>": 10, "<|endoftext|>": 11, "T": 12, "Ã": 13, "©": 14, "Ã©": 15, "Ì": 16, "ģ": 17})";
const QByteArray kMerges = "#version: 0.2\nt h\nth e\nĠ the\nÃ ©\n";
const QByteArray kBertVocab = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nthe\n##re\nThe\ncafe\ncaf\xC3\xA9\n";

} // namespace

class TestTokenizerFolders : public QObject
{
    Q_OBJECT
private slots:
    void init();
    void nothing();
    void gpt2();
    void prefixSpace();
    void roberta();
    void opt();
    void clip();
    void qwen2();
    void bert();
    void casedBert();
    void tokenizerJsonComesFirst();
    void settingsCompleteTokenizerJson();
    void switchesBesideTokenizerJson();
    void addedTokens();
    void malformed_data();
    void malformed();
    void fileThatIsAFolder();

private:
    void put(const char* name, const QByteArray& bytes) { writeFile(*m_folder, name, bytes); }
    void putByteLevel(const QByteArray& config)
    {
        put("vocab.json", kVocab);
        put("merges.txt", kMerges);
        put("tokenizer_config.json", config);
    }
    std::unique_ptr<Tokenizer> open()
    {
        auto tokenizer = openTokenizerAt(m_folder->path());
        if (!tokenizer)
            QTest::qFail(qPrintable(errorOf(tokenizer)), __FILE__, __LINE__);
        return tokenizer ? std::move(*tokenizer) : nullptr;
    }
    QString tokensOf(const QByteArray& text)
    {
        const auto tokenizer = open();
        return tokenizer ? piecesOf(encoded(*tokenizer, text)).join(" ") : QString();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestTokenizerFolders::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QVERIFY(m_folder->isValid());
}

void TestTokenizerFolders::nothing()
{
    for (const QString& path : {m_folder->path(), m_folder->filePath("missing")}) {
        const auto tokenizer = openTokenizerAt(path);
        QVERIFY(!tokenizer);
        QCOMPARE(tokenizer.error().code, ErrorCode::NotFound);
        QCOMPARE(QString::fromStdString(tokenizer.error().where), path);
    }
}

void TestTokenizerFolders::gpt2()
{
    putByteLevel("{}");
    QCOMPARE(tokensOf("the the<|endoftext|>"), QString("the Ġthe <|endoftext|>"));
    const auto tokenizer = open();
    QVERIFY(tokenizer->isSpecial(11));
    QVERIFY(!tokenizer->isSpecial(7));
    QCOMPARE(tokenizer->vocabularySize(), 18);
}

void TestTokenizerFolders::prefixSpace()
{
    putByteLevel(R"({"add_prefix_space": true})");
    QCOMPARE(tokensOf("the"), QString("Ġthe"));
    QCOMPARE(encoded(*open(), "the").front().begin, std::size_t{0});
}

void TestTokenizerFolders::roberta()
{
    putByteLevel(R"({"tokenizer_class": "RobertaTokenizerFast"})");
    QCOMPARE(tokensOf("the <mask> the"), QString("<s> the <mask> Ġthe </s>"));
    const std::vector<Token> tokens = encoded(*open(), "the <mask> the");
    QCOMPARE(tokens[2].begin, std::size_t{3});  // the mask takes the space before it along
    QCOMPARE(tokens[3].begin, std::size_t{11}); // the word is marked without its space
    // Without a tokenizer_config.json, the model's config tells it.
    put("tokenizer_config.json", "{}");
    put("config.json", R"({"model_type": "longformer"})");
    QCOMPARE(tokensOf("the"), QString("<s> the </s>"));
}

void TestTokenizerFolders::opt()
{
    putByteLevel(R"({"tokenizer_class": "GPT2Tokenizer", "add_bos_token": true, "bos_token":
                     {"__type": "AddedToken", "content": "</s>", "normalized": true}})");
    QCOMPARE(tokensOf("the"), QString("</s> the"));
    QVERIFY(open()->isSpecial(8));
}

void TestTokenizerFolders::clip()
{
    put("vocab.json", R"({"Ġ": 0, "t": 1, "h": 2, "e</w>": 3, "th": 4, "the</w>": 5, "<|startoftext|>": 6,
                          "<|endoftext|>": 7, "t</w>": 8})");
    put("merges.txt", "#version: 0.2\nt h\nth e</w>\n");
    put("config.json", R"({"model_type": "clip"})");
    QCOMPARE(tokensOf("The  t\n"), QString("<|startoftext|> the</w> t</w> <|endoftext|>"));
    const auto decoded = open()->decode(std::vector<int>{6, 5, 8, 7});
    QVERIFY(decoded);
    QCOMPARE(*decoded, std::string("the t "));
}

void TestTokenizerFolders::qwen2()
{
    putByteLevel(R"({"tokenizer_class": "Qwen2Tokenizer"})");
    QCOMPARE(tokensOf("the e\xCC\x81"), QString("the Ġ Ã©")); // composed before it is cut
    put("tokenizer_config.json", R"({"tokenizer_class": "GPT2Tokenizer"})");
    QCOMPARE(tokensOf("the e\xCC\x81"), QString("the Ġ e Ì ģ"));
}

void TestTokenizerFolders::bert()
{
    put("vocab.txt", kBertVocab);
    QCOMPARE(tokensOf("There [MASK] CAF\xC3\x89 x"), QString("[CLS] the ##re [MASK] cafe [UNK] [SEP]"));
    const auto decoded = open()->decode(std::vector<int>{2, 5, 6, 8, 3});
    QVERIFY(decoded);
    QCOMPARE(*decoded, std::string("there cafe"));
}

void TestTokenizerFolders::casedBert()
{
    put("vocab.txt", kBertVocab);
    put("tokenizer_config.json", R"({"do_lower_case": false})");
    QCOMPARE(tokensOf("There caf\xC3\xA9"), QString("[CLS] The ##re caf\u00E9 [SEP]"));
    put("tokenizer_config.json", R"({"do_lower_case": true, "strip_accents": false})");
    QCOMPARE(tokensOf("There caf\xC3\xA9"), QString("[CLS] the ##re caf\u00E9 [SEP]"));
}

void TestTokenizerFolders::tokenizerJsonComesFirst()
{
    putByteLevel("{}");
    put("vocab.txt", kBertVocab);
    QCOMPARE(QString::fromStdString(open()->kind()), QString("byte-level BPE"));
    put("tokenizer.json", R"({"model": {"type": "WordLevel", "vocab": {"the": 0}}})");
    QCOMPARE(QString::fromStdString(open()->kind()), QString("WordLevel"));
}

void TestTokenizerFolders::settingsCompleteTokenizerJson()
{
    put("tokenizer.json", R"({"model": {"type": "WordLevel", "vocab": {"<s>": 0, "a": 1, "</s>": 2}}})");
    put("tokenizer_config.json", R"({"bos_token": "<s>", "pad_token": "[PAD]",
        "added_tokens_decoder": {"3": {"content": "<x>", "special": true}, "1": {"content": "<y>"}}})");
    put("special_tokens_map.json", R"({"eos_token": {"content": "</s>", "lstrip": false}})");
    const auto tokenizer = open();
    QCOMPARE(piecesOf(encoded(*tokenizer, "<s>a</s><x>")).join(" "), QString("<s> a </s> <x>"));
    QVERIFY(tokenizer->isSpecial(0) && tokenizer->isSpecial(2) && tokenizer->isSpecial(3));
    // [PAD] has no id that the model would know; <y> contradicts the vocabulary.
    QCOMPARE(tokenizer->vocabularySize(), 4);
    QCOMPARE(tokenizer->piece(1), std::string("a"));
}

void TestTokenizerFolders::switchesBesideTokenizerJson()
{
    put("tokenizer.json", R"({"normalizer": {"type": "BertNormalizer", "lowercase": true},
        "model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "a": 1, "A": 2}}})");
    put("tokenizer_config.json", R"({"tokenizer_class": "BertTokenizer", "do_lower_case": false})");
    QCOMPARE(tokensOf("A"), QString("A"));

    put("tokenizer.json", R"({"model": {"type": "WordLevel", "vocab": {"<s>": 0, "a": 1, "</s>": 2}}})");
    put("tokenizer_config.json",
        R"({"tokenizer_class": "LlamaTokenizer", "bos_token": "<s>", "eos_token": "</s>",
        "add_bos_token": true, "add_eos_token": true})");
    QCOMPARE(tokensOf("a"), QString("<s> a </s>"));
    put("tokenizer_config.json", R"({"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<s>",
        "add_bos_token": true})");
    put("config.json", R"({"model_type": "llama"})");
    QCOMPARE(tokensOf("a"), QString("a"));
}

void TestTokenizerFolders::addedTokens()
{
    putByteLevel("{}");
    put("added_tokens.json", R"({"<|tool|>": 18})");
    QCOMPARE(idsOf(encoded(*open(), "the<|tool|>")), (QList<int>{5, 18}));
    QCOMPARE(open()->vocabularySize(), 19);
}

void TestTokenizerFolders::malformed_data()
{
    QTest::addColumn<QByteArray>("vocab");
    QTest::addColumn<QByteArray>("merges");
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<QString>("message"); // %1 is the folder
    const auto row = [](const char* name, const QByteArray& vocab, const QByteArray& merges,
                        const QByteArray& config, const char* message) {
        QTest::newRow(name) << vocab << merges << config << QString(message);
    };
    row("vocab.json cut off", kVocab.left(40), kMerges, "{}",
        "%1/vocab.json: expected JSON, found something else at line 1, column 41");
    row("a list", "[]", kMerges, "{}",
        "%1/vocab.json: expected an object of pieces and ids, found an array of 0");
    row("not byte-level", R"({"a": 0})", "", "{}",
        "%1/vocab.json: expected a byte-level vocabulary, which has a piece \"Ġ\", found none");
    row("a merge of one", kVocab, "#version\nt h\nth\n", "{}",
        "%1/merges.txt, line 3: expected two pieces with a space between them, found \"th\"");
    row("a merge of unknown pieces", kVocab, "t x\n", "{}",
        "%1/merges.txt, line 1: expected pieces of the vocabulary, found \"x\"");
    row("bytes that are no text", kVocab, "t \xFF\n", "{}",
        "%1/merges.txt, line 1: expected pieces of the vocabulary, found \"\xFF\"");
    row("config no object", kVocab, kMerges, "3", "%1/tokenizer_config.json: expected an object, found 3");
    row("a flag that is text", kVocab, kMerges, R"({"add_prefix_space": "yes"})",
        "%1/tokenizer_config.json, add_prefix_space: expected true or false, found \"yes\"");
    row("an added token's id", kVocab, kMerges, R"({"added_tokens_decoder": {"x": {"content": "y"}}})",
        "%1/tokenizer_config.json, added_tokens_decoder.x: expected an id from 0 to 2097151, found -1");
}

void TestTokenizerFolders::malformed()
{
    QFETCH(QByteArray, vocab);
    QFETCH(QByteArray, merges);
    QFETCH(QByteArray, config);
    QFETCH(QString, message);
    put("vocab.json", vocab);
    put("merges.txt", merges);
    put("tokenizer_config.json", config);
    const auto tokenizer = openTokenizerAt(m_folder->path());
    QVERIFY(!tokenizer);
    QCOMPARE(errorOf(tokenizer), message.arg(m_folder->path()));
}

void TestTokenizerFolders::fileThatIsAFolder()
{
    QVERIFY(QDir(m_folder->path()).mkdir("tokenizer.json"));
    const auto tokenizer = openTokenizerAt(m_folder->path());
    QVERIFY(!tokenizer);
    QCOMPARE(tokenizer.error().code, ErrorCode::Io);
}

QTEST_APPLESS_MAIN(TestTokenizerFolders)
#include "test_tokenizer_folders.moc"
