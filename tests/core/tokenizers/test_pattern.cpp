// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Regular expressions mean what they mean to the reference library's engine, and cutting keeps every byte.

#include "tokenizers/pattern.h"
#include "tokenizers/split.h"

#include "testing.h"

using namespace headlight;
using namespace headlight::testing;

namespace {

std::vector<Pattern::Match> matchesOf(const Pattern& pattern, const QByteArray& text)
{
    return pattern.findAll(text.toStdString()).value_or(std::vector<Pattern::Match>{{999, 999}});
}

QString found(const char* expression, const QByteArray& text)
{
    const auto pattern = Pattern::regex(expression);
    if (!pattern)
        return errorOf(pattern);
    QStringList list;
    for (const Pattern::Match& match : matchesOf(*pattern, text))
        list << QString::fromUtf8(
            text.mid(static_cast<qsizetype>(match.begin), static_cast<qsizetype>(match.end - match.begin)));
    return list.join("|");
}

} // namespace

class TestPattern : public QObject
{
    Q_OBJECT
private slots:
    void expressions_data();
    void expressions();
    void emptyMatches();
    void literals();
    void behaviors_data();
    void behaviors();
};

void TestPattern::expressions_data()
{
    QTest::addColumn<QByteArray>("expression");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("matches");
    const auto row = [](const char* name, const char* expression, const char* text, const char* matches) {
        QTest::newRow(name) << QByteArray(expression) << QByteArray(text) << QString::fromUtf8(matches);
    };
    row("the next line control is a space", R"(\s)",
        "a\xC2\x85"
        "b",
        "\xC2\x85");
    row("the Mongolian separator is none", R"(\s)",
        "a\xE1\xA0\x8E"
        "b",
        "");
    row("nor within a class", R"([^\S])", "a\xE1\xA0\x8E b", " ");
    row("marks belong to words", R"(\w+)", "e\xCC\x81 \xE0\xA4\x95\xE0\xA4\xBF",
        "e\xCC\x81|\xE0\xA4\x95\xE0\xA4\xBF");
    row("superscript two does, too", R"(\w+)", "x\xC2\xB2+\xE2\x81\xB4", "x\xC2\xB2");
    row("borders of words see marks", R"(\b.)", "e\xCC\x81x y", "e| |y");
    row("hexadecimal digits", R"(\h+)", "g0aFx", "0aF");
    row("lines", R"(^.)", "ab\ncd", "a|c");
    row("escapes", R"(\u00e9\x{e8})", "\xC3\xA9\xC3\xA8", "\xC3\xA9\xC3\xA8");
    row("long names of categories", R"(\p{Uppercase_Letter}\p{^Letter})", "aB1C", "B1");
    row("a script without its extensions", R"(\p{Han}+)", "\xE4\xB8\xAD\xE3\x80\x82", "\xE4\xB8\xAD");
    row("classes of POSIX", R"([[:punct:]]+)", "a+,b", "+,");
    row("case of Unicode", R"((?i:'s))", "it\xC5\xBF'\xC5\xBF 'S", "'\xC5\xBF|'S");
    row("possessive", R"([^\r\n]?+\p{L}+)", "\nab c", "ab| c");
    row("look ahead", R"(\s+(?!\S)|\s+)", "a   b", "  | ");
    row("a bracket first in a class", R"([]a]+)", "a]b", "a]");
    row("nested classes", R"([a[b]])", "a",
        "expected a regular expression that PCRE2 can run, found a character class within a character class "
        "in \"[a[b]]\"");
}

void TestPattern::expressions()
{
    QFETCH(QByteArray, expression);
    QFETCH(QByteArray, text);
    QFETCH(QString, matches);
    QCOMPARE(found(expression.constData(), text), matches);
}

void TestPattern::emptyMatches()
{
    const auto pattern = Pattern::regex("b*");
    QVERIFY(pattern);
    // Before a, all of bb, at the end; no second empty one right after bb.
    const auto matches = matchesOf(*pattern, "abba");
    QCOMPARE(matches.size(), std::size_t{3});
    QCOMPARE(matches[1].begin, std::size_t{1});
    QCOMPARE(matches[1].end, std::size_t{3});
    QCOMPARE(matches[2].begin, std::size_t{4});
}

void TestPattern::literals()
{
    QCOMPARE(matchesOf(Pattern::literal("aa"), "aaaaa").size(), std::size_t{2});
    QCOMPARE(matchesOf(Pattern::literal(""), "aaaaa").size(), std::size_t{0});
    QCOMPARE(matchesOf(Pattern::literal("."), "a.b").size(), std::size_t{1});
}

void TestPattern::behaviors_data()
{
    QTest::addColumn<int>("behavior");
    QTest::addColumn<bool>("invert");
    QTest::addColumn<QString>("parts");
    const auto row = [](const char* name, SplitBehavior behavior, bool invert, const char* parts) {
        QTest::newRow(name) << static_cast<int>(behavior) << invert << QString(parts);
    };
    // The example of the reference library's documentation.
    row("removed", SplitBehavior::Removed, false, "the|final|countdown");
    row("isolated", SplitBehavior::Isolated, false, "the|-|final|-|-|countdown");
    row("with previous", SplitBehavior::MergedWithPrevious, false, "the-|final-|-|countdown");
    row("with next", SplitBehavior::MergedWithNext, false, "the|-final|-|-countdown");
    row("contiguous", SplitBehavior::Contiguous, false, "the|-|final|--|countdown");
    row("inverted", SplitBehavior::Removed, true, "-|-|-");
}

void TestPattern::behaviors()
{
    QFETCH(int, behavior);
    QFETCH(bool, invert);
    QFETCH(QString, parts);
    const AlignedText text("the-final--countdown", 5);
    std::vector<AlignedText> results;
    splitAt(text, matchesOf(Pattern::literal("-"), QByteArray::fromStdString(text.text())),
            static_cast<SplitBehavior>(behavior), invert, results);
    QStringList list;
    for (const AlignedText& part : results) {
        list << QString::fromStdString(part.text());
        const ByteSpan span = part.origin(0, part.size());
        QCOMPARE(text.text().substr(span.begin - 5, span.end - span.begin), part.text());
    }
    QCOMPARE(list.join("|"), parts);
}

QTEST_APPLESS_MAIN(TestPattern)
#include "test_pattern.moc"
