// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// tokenizer.json: whole pipelines against the reference library's answers, added tokens, spans, and what is
// refused.

#include "tokenizers/tokenizer_json.h"

#include "testing.h"

using namespace headlight;
using namespace headlight::testing;

namespace {

std::unique_ptr<Tokenizer> tokenizerOf(const QJsonObject& description)
{
    auto parts = readTokenizerJson(QJsonDocument(description).toJson().toStdString(), "tokenizer.json");
    if (!parts) {
        QTest::qFail(qPrintable(errorOf(parts)), __FILE__, __LINE__);
        return nullptr;
    }
    return makeTokenizer(std::move(*parts));
}

QJsonObject parsed(const char* json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (error.error != QJsonParseError::NoError)
        qFatal("the test's own JSON is wrong: %s", qPrintable(error.errorString()));
    return document.object();
}

/// "[CLS] 0-0, the 0-3, …": pieces and spans on one line.
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

const char* const kWordLevel =
    R"({"model": {"type": "WordLevel", "unk_token": "?", "vocab": {"?": 0, "a": 1, "b": 2, "ab": 3}}})";

} // namespace

class TestTokenizerJson : public QObject
{
    Q_OBJECT
private slots:
    void pipelines_data();
    void pipelines();
    void addedTokens_data();
    void addedTokens();
    void spans_data();
    void spans();
    void typeIds();
    void emptyText();
    void invalidUtf8();
    void tooLongText();
    void unknownIds();
    void labels_data();
    void labels();
    void longTextIsFast();
    void malformed_data();
    void malformed();
    void hostileSizes();
};

void TestTokenizerJson::pipelines_data()
{
    QTest::addColumn<QJsonObject>("pipeline");
    const QJsonArray pipelines =
        readJsonFile(HEADLIGHT_SOURCE_DIR "/tests/core/tokenizers/pipeline-cases.json")["pipelines"]
            .toArray();
    QVERIFY(pipelines.size() > 50);
    for (qsizetype i = 0; i < pipelines.size(); ++i)
        QTest::newRow(qPrintable(QString::number(i))) << pipelines[i].toObject();
}

void TestTokenizerJson::pipelines()
{
    QFETCH(QJsonObject, pipeline);
    const auto tokenizer = tokenizerOf(pipeline["tokenizer"].toObject());
    QVERIFY(tokenizer);
    for (const QJsonValue& value : pipeline["cases"].toArray()) {
        const std::vector<Token> tokens = encoded(*tokenizer, value["text"].toString().toUtf8());
        const QList<int> ids = idsOf(tokens);
        QCOMPARE(ids, intsOf(value["ids"].toArray()));
        QList<int> types;
        for (const Token& token : tokens)
            types << token.typeId;
        QCOMPARE(types, intsOf(value["types"].toArray()));
        const auto decoded = tokenizer->decode({ids.constData(), static_cast<std::size_t>(ids.size())});
        QVERIFY2(decoded, qPrintable(errorOf(decoded)));
        QCOMPARE(QString::fromStdString(*decoded), value["decoded"].toString());
    }
}

void TestTokenizerJson::addedTokens_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("expected");
    QTest::newRow("in the middle") << QByteArray(R"({})") << QByteArray("ab<x>ab")
                                   << "ab 0-2, <x> 2-5, ab 5-7";
    QTest::newRow("twice") << QByteArray(R"({})") << QByteArray("<x><x>") << "<x> 0-3, <x> 3-6";
    QTest::newRow("single word") << QByteArray(R"({"content": "a", "single_word": true})")
                                 << QByteArray("ab a b") << "? 0-3, a 3-4, ? 4-6";
    QTest::newRow("takes spaces before")
        << QByteArray(R"({"lstrip": true})") << QByteArray("ab  <x> b") << "ab 0-2, <x> 2-7, ? 7-9";
    QTest::newRow("takes spaces after")
        << QByteArray(R"({"rstrip": true})") << QByteArray("ab <x>\t b") << "? 0-3, <x> 3-8, b 8-9";
    QTest::newRow("in the normalised text") << QByteArray(R"({"content": "Ä", "normalized": true})")
                                            << QByteArray("ab\xC3\x84"
                                                          "a\xC3\xA4")
                                            << "ab 0-2, Ä 2-4, a 4-5, Ä 5-7";
    QTest::newRow("not in the normalised text") << QByteArray(R"({"content": "Ä", "normalized": false})")
                                                << QByteArray("ab\xC3\x84"
                                                              "a\xC3\xA4")
                                                << "ab 0-2, Ä 2-4, ? 4-7";
}

void TestTokenizerJson::addedTokens()
{
    QFETCH(QByteArray, token);
    QFETCH(QByteArray, text);
    QFETCH(QString, expected);
    QJsonObject added{{"id", 9}, {"content", "<x>"}, {"special", true}, {"normalized", false}};
    const QJsonObject changes = QJsonDocument::fromJson(token).object();
    for (auto it = changes.begin(); it != changes.end(); ++it)
        added[it.key()] = it.value();
    QJsonObject description = parsed(kWordLevel);
    description["normalizer"] = QJsonObject{{"type", "Lowercase"}};
    description["added_tokens"] = QJsonArray{added};
    const auto tokenizer = tokenizerOf(description);
    QVERIFY(tokenizer);
    QCOMPARE(spansOf(encoded(*tokenizer, text)), expected);
    if (added["content"] == "<x>") {
        QCOMPARE(tokenizer->vocabularySize(), 10);
        QCOMPARE(tokenizer->idOf("<x>"), std::optional(9));
        QVERIFY(tokenizer->isSpecial(9));
        QVERIFY(!tokenizer->isSpecial(1));
    }
}

void TestTokenizerJson::spans_data()
{
    QTest::addColumn<QByteArray>("normalizer");
    QTest::addColumn<QByteArray>("preTokenizer");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("expected");
    const QByteArray spaces = R"({"type": "WhitespaceSplit"})";
    QTest::newRow("composed: the span of both")
        << QByteArray(R"({"type": "NFC"})") << spaces << QByteArray("a e\xCC\x81 b") << "a 0-1, ? 2-5, b 6-7";
    QTest::newRow("taken apart, accents dropped") << QByteArray(R"({"type": "BertNormalizer"})") << spaces
                                                  << QByteArray("\xC3\x84 B") << "a 0-2, b 3-4";
    QTest::newRow("replaced") << QByteArray(
                                     R"({"type": "Replace", "pattern": {"Regex": "x+"}, "content": "a"})")
                              << spaces << QByteArray("xxx xb") << "a 0-3, ab 4-6";
    QTest::newRow("put in front") << QByteArray(R"({"type": "Prepend", "prepend": "a"})") << spaces
                                  << QByteArray("b b") << "ab 0-1, b 2-3";
    QTest::newRow("stripped") << QByteArray(R"({"type": "Strip", "strip_left": true, "strip_right": true})")
                              << QByteArray("null") << QByteArray("  a ") << "a 2-3";
    QTest::newRow("Chinese characters apart") << QByteArray(R"({"type": "BertNormalizer"})") << spaces
                                              << QByteArray("a\xE4\xB8\xAD"
                                                            "b")
                                              << "a 0-1, ? 1-4, b 4-5";
}

void TestTokenizerJson::spans()
{
    QFETCH(QByteArray, normalizer);
    QFETCH(QByteArray, preTokenizer);
    QFETCH(QByteArray, text);
    QFETCH(QString, expected);
    QJsonObject description = parsed(kWordLevel);
    description["normalizer"] = QJsonDocument::fromJson(normalizer).object();
    if (preTokenizer != "null")
        description["pre_tokenizer"] = QJsonDocument::fromJson(preTokenizer).object();
    const auto tokenizer = tokenizerOf(description);
    QVERIFY(tokenizer);
    QCOMPARE(spansOf(encoded(*tokenizer, text)), expected);
}

void TestTokenizerJson::typeIds()
{
    QJsonObject description = parsed(kWordLevel);
    description["post_processor"] = parsed(R"({"type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "b", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 1}},
                   {"SpecialToken": {"id": "b", "type_id": 2}}],
        "special_tokens": {"b": {"id": "b", "ids": [2], "tokens": ["b"]}}})");
    const auto tokenizer = tokenizerOf(description);
    QVERIFY(tokenizer);
    const std::vector<Token> tokens = encoded(*tokenizer, "a");
    QCOMPARE(idsOf(tokens), (QList<int>{2, 1, 2}));
    QCOMPARE(tokens[0].typeId, 0);
    QCOMPARE(tokens[1].typeId, 1);
    QCOMPARE(tokens[2].typeId, 2);
    QVERIFY(tokens[0].special && !tokens[1].special);
    QCOMPARE(tokens[2].begin, std::size_t{1});
    QCOMPARE(tokens[2].end, std::size_t{1});
    QCOMPARE(idsOf(encoded(*tokenizer, "a", false)), (QList<int>{1}));
}

void TestTokenizerJson::emptyText()
{
    QCOMPARE(encoded(*tokenizerOf(parsed(kWordLevel)), "").size(), std::size_t{0});
    const std::vector<int> none;
    const auto decoded = tokenizerOf(parsed(kWordLevel))->decode(none);
    QVERIFY(decoded);
    QCOMPARE(*decoded, std::string());
}

void TestTokenizerJson::invalidUtf8()
{
    const auto tokenizer = tokenizerOf(parsed(kWordLevel));
    for (const std::string_view wrong :
         {"ab\xFF", "ab\xC3", "ab\xE2\x82", "ab\xED\xA0\x80", "ab\xC0\x80", "ab\xF4\x90\x80\x80", "ab\x80"}) {
        const auto tokens = tokenizer->encode(wrong);
        QVERIFY(!tokens);
        QCOMPARE(tokens.error().code, ErrorCode::BadInput);
        QCOMPARE(tokens.error().where, std::string("text, byte 2"));
    }
}

void TestTokenizerJson::tooLongText()
{
    const auto tokens = tokenizerOf(parsed(kWordLevel))->encode(std::string(5 * 1024 * 1024, 'a'));
    QVERIFY(!tokens);
    QCOMPARE(tokens.error().code, ErrorCode::TooLarge);
}

void TestTokenizerJson::unknownIds()
{
    const auto tokenizer = tokenizerOf(parsed(kWordLevel));
    for (const int id : {-1, 4, 1'000'000}) {
        const auto decoded = tokenizer->decode(std::vector<int>{1, id});
        QVERIFY(!decoded);
        QCOMPARE(decoded.error().code, ErrorCode::BadInput);
        QCOMPARE(tokenizer->piece(id), std::string());
        QCOMPARE(tokenizer->label(id), std::string());
    }
}

void TestTokenizerJson::labels_data()
{
    QTest::addColumn<QString>("piece");
    QTest::addColumn<QString>("label");
    QTest::newRow("space") << "Ġhead"
                           << "␣head";
    QTest::newRow("line feed") << "Ċ"
                               << "⏎";
    QTest::newRow("two bytes") << "ĠcafÃ©"
                               << "␣café";
    QTest::newRow("half a character") << "ðŁĺ"
                                      << "<0xF0><0x9F><0x98>";
    QTest::newRow("plain") << "ab"
                           << "ab";
    QTest::newRow("continued") << "##ing"
                               << "##ing";
    QTest::newRow("control") << "Ā"
                             << "<0x00>";
    QTest::newRow("added") << "<|x y|>"
                           << "<|x␣y|>";
}

void TestTokenizerJson::labels()
{
    QFETCH(QString, piece);
    QFETCH(QString, label);
    const bool added = piece.startsWith("<|");
    QJsonObject description{{"model", QJsonObject{{"type", "BPE"},
                                                  {"merges", QJsonArray{}},
                                                  {"vocab", QJsonObject{{"Ġ", 1}, {piece, 0}}}}}};
    if (added)
        description["added_tokens"] =
            QJsonArray{QJsonObject{{"id", 0}, {"content", piece}, {"special", true}}};
    const auto tokenizer = tokenizerOf(description);
    QVERIFY(tokenizer);
    QCOMPARE(tokenizer->kind(), std::string("byte-level BPE"));
    QCOMPARE(QString::fromStdString(tokenizer->label(0)), label);
    QCOMPARE(QString::fromStdString(tokenizer->label(1)), QString("␣"));
}

void TestTokenizerJson::longTextIsFast()
{
    // One word of 100,000 characters, merged and merged again: a search of all pairs at each step would take
    // hours.
    const auto tokenizer = tokenizerOf(parsed(
        R"({"model": {"type": "BPE", "vocab": {"a": 0, "aa": 1, "aaaa": 2, "b": 3}, "merges": ["a a", "aa aa"]}})"));
    QVERIFY(tokenizer);
    const std::vector<Token> tokens = encoded(*tokenizer, QByteArray(100'001, 'a'));
    QCOMPARE(tokens.size(), std::size_t{25'001});
    QCOMPARE(tokens.back().id, 0);
    QCOMPARE(tokens.back().end, std::size_t{100'001});

    // An unknown word of that length.
    const auto wordPiece = tokenizerOf(
        parsed(R"({"model": {"type": "WordPiece", "unk_token": "?", "vocab": {"?": 0, "a": 1, "##a": 2}}})"));
    QVERIFY(wordPiece);
    QCOMPARE(idsOf(encoded(*wordPiece, QByteArray(100'000, 'a'))), (QList<int>{0}));
    QCOMPARE(idsOf(encoded(*wordPiece, "aab")), (QList<int>{0}));
    QCOMPARE(idsOf(encoded(*wordPiece, "aaa")), (QList<int>{1, 2, 2}));
}

void TestTokenizerJson::malformed_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const QByteArray& json, const char* message) {
        QTest::newRow(name) << json << QString(message);
    };
    const QByteArray model = R"("model": {"type": "WordLevel", "vocab": {"a": 0}})";
    row("no JSON", "vocab", "tokenizer.json: expected JSON, found something else at line 1, column 1");
    row("no model", "{}", "tokenizer.json, model: expected a value, found nothing");
    row("a list", "[]", "tokenizer.json: expected an object, found an array of 0");
    row("unknown model", R"({"model": {"type": "Markov", "vocab": {}}})",
        R"(tokenizer.json, model: expected BPE, WordPiece, WordLevel or Unigram, found type "Markov")");
    row("unknown normalizer", "{" + model + R"(, "normalizer": {"type": "Zalgo"}})",
        R"(tokenizer.json, normalizer: expected a normalizer that Headlight knows, found type "Zalgo")");
    row("unknown part of a sequence",
        "{" + model + R"(, "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Emoji"}]}})",
        R"(tokenizer.json, pre_tokenizer.pretokenizers[0]: expected a pre-tokenizer that Headlight knows, found type "Emoji")");
    row("unknown decoder", "{" + model + R"(, "decoder": {"type": "CTC"}})",
        R"(tokenizer.json, decoder: expected a decoder that Headlight knows, found type "CTC")");
    row("unknown post-processor", "{" + model + R"(, "post_processor": {"type": "X"}})",
        R"(tokenizer.json, post_processor: expected a post-processor that Headlight knows, found type "X")");
    row("a number for a type", "{" + model + R"(, "decoder": {"type": 3}})",
        "tokenizer.json, decoder.type: expected a string, found 3");
    row("an id that is text", R"({"model": {"type": "WordLevel", "vocab": {"a": "0"}}})",
        R"(tokenizer.json, model.vocab: expected a whole number as the id of "a", found "0")");
    row("a negative id", R"({"model": {"type": "WordLevel", "vocab": {"a": -1}}})",
        "tokenizer.json, model.vocab: expected ids from 0, found -1");
    row("a huge id", R"({"model": {"type": "WordLevel", "vocab": {"a": 4000000000}}})",
        "tokenizer.json, model.vocab: expected ids below 2097152, found 4000000000");
    row("a merge of three", R"({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a a a"]}})",
        R"(tokenizer.json, model.merges: merge 0: expected two pieces with a space between them, found "a a a")");
    row("a merge of unknown pieces",
        R"({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": [["a", "b"]]}})",
        R"(tokenizer.json, model.merges: merge 0: expected pieces of the vocabulary, found "b")");
    row("a merge without a result", R"({"model": {"type": "BPE", "vocab": {"a": 0}, "merges": ["a a"]}})",
        R"(tokenizer.json, model.merges: merge 0: expected the merged piece in the vocabulary, found none for "aa")");
    row("no score", R"({"model": {"type": "Unigram", "unk_id": 0, "vocab": [["a"]]}})",
        "tokenizer.json, model.vocab: expected a piece and its score at 0, found an array of 1");
    row("unknown id beyond the end", R"({"model": {"type": "Unigram", "unk_id": 1, "vocab": [["a", 0]]}})",
        "tokenizer.json, model.unk_id: expected an id below 1, found 1");
    row("a regular expression",
        "{" + model +
            R"(, "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(a"}, "behavior": "Isolated"}})",
        R"(tokenizer.json, pre_tokenizer.pattern: expected a regular expression that PCRE2 can run, found "(a": missing closing parenthesis)");
    row("an intersection of classes",
        "{" + model +
            R"(, "normalizer": {"type": "Replace", "pattern": {"Regex": "[a&&b]"}, "content": ""}})",
        R"(tokenizer.json, normalizer.pattern: expected a regular expression that PCRE2 can run, found an intersection (&&) of character classes in "[a&&b]")");
    row("a behavior", "{" + model + R"(, "pre_tokenizer": {"type": "Punctuation", "behavior": "Eaten"}})",
        R"(tokenizer.json, pre_tokenizer: expected Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous, found behavior "Eaten")");
    row("a character map",
        "{" + model + R"(, "normalizer": {"type": "Precompiled", "precompiled_charsmap": "!"}})",
        "tokenizer.json, normalizer.precompiled_charsmap: expected base64, found other characters");
    row("a short character map",
        "{" + model + R"(, "normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAEAAAA="}})",
        "tokenizer.json, normalizer.precompiled_charsmap: expected a character map's trie of at most 1 "
        "bytes, found 256");
    row("an added token's id", "{" + model + R"(, "added_tokens": [{"content": "<x>", "id": 99999999}]})",
        "tokenizer.json, added_tokens[0].id: expected an id from 0 to 2097151, found 99999999");
    row("an unnamed special token",
        "{" + model +
            R"(, "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "x"}}]}})",
        R"(tokenizer.json, post_processor.single[0].SpecialToken: expected a token of special_tokens, found "x")");
    row("deep nesting", QByteArray(100, '['),
        "tokenizer.json: expected at most 64 levels of nesting, found more");
}

void TestTokenizerJson::malformed()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, message);
    const auto parts = readTokenizerJson(json.toStdString(), "tokenizer.json");
    QVERIFY(!parts);
    QCOMPARE(errorOf(parts), message);
}

void TestTokenizerJson::hostileSizes()
{
    // Each step doubles the text: it is given up long before it fills the memory.
    QJsonArray steps;
    for (int i = 0; i < 60; ++i)
        steps << parsed(R"({"type": "Replace", "pattern": {"String": "a"}, "content": "aa"})");
    QJsonObject description = parsed(kWordLevel);
    description["normalizer"] = QJsonObject{{"type", "Sequence"}, {"normalizers", steps}};
    const auto grown = tokenizerOf(description)->encode("a");
    QVERIFY(!grown);
    QCOMPARE(grown.error().code, ErrorCode::TooLarge);

    // An expression that would try all ways to divide the text.
    description = parsed(kWordLevel);
    description["pre_tokenizer"] =
        parsed(R"({"type": "Split", "pattern": {"Regex": "(a+)+$"}, "behavior": "Isolated"})");
    const auto tried = tokenizerOf(description)->encode(std::string(60, 'a') + "b");
    QVERIFY(!tried);
    QCOMPARE(tried.error().code, ErrorCode::BadInput);
}

QTEST_APPLESS_MAIN(TestTokenizerJson)
#include "test_tokenizer_json.moc"
