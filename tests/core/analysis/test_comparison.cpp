// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Two inputs and two models side by side: which token stands for which, and how far apart the heads are.

#include "../model_copy.h"
#include "../support.h"
#include "analysis/pattern_distance.h"
#include "analysis/trace_difference.h"

#include <QTest>

#include <cmath>

using namespace headlight;

namespace {

Trace onText(const Model& model, const std::string& text)
{
    const auto input = makeInput(model, {{text, {}}});
    if (!input)
        qFatal("%s", input.error().text().c_str());
    return test::run(model, *input);
}

/// "a=a b!c" for a pair of equal tokens and one of different ones; "-d" and "+e" for those without a partner.
QString drawn(const std::vector<std::string>& first, const std::vector<std::string>& second)
{
    const TokenAlignment alignment = alignTokens(first, second);
    const auto ofFirst = alignment.pairOfFirst(), ofSecond = alignment.pairOfSecond();
    QStringList words;
    for (const TokenPair& p : alignment.pairs)
        words << QString::fromStdString(first[std::size_t(p.first)] + (p.same ? "=" : "!") +
                                        second[std::size_t(p.second)]);
    for (std::size_t i = 0; i < first.size(); ++i)
        if (ofFirst[i] < 0)
            words << "-" + QString::fromStdString(first[i]);
    for (std::size_t i = 0; i < second.size(); ++i)
        if (ofSecond[i] < 0)
            words << "+" + QString::fromStdString(second[i]);
    return words.join(' ');
}

std::vector<std::string> letters(const char* text)
{
    std::vector<std::string> all;
    for (; *text != 0; ++text)
        all.emplace_back(1, *text);
    return all;
}

/// The length of a longest common subsequence, by its definition.
std::size_t common(const std::vector<std::string>& a, const std::vector<std::string>& b, std::size_t i = 0,
                   std::size_t j = 0)
{
    if (i == a.size() || j == b.size())
        return 0;
    if (a[i] == b[j])
        return 1 + common(a, b, i + 1, j + 1);
    return std::max(common(a, b, i + 1, j), common(a, b, i, j + 1));
}

} // namespace

class ComparisonTest : public QObject
{
    Q_OBJECT
private slots:
    void tokensAreAligned_data()
    {
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("second");
        QTest::addColumn<QString>("expected");
        QTest::newRow("same") << "abc"
                              << "abc"
                              << "a=a b=b c=c";
        QTest::newRow("replaced") << "abc"
                                  << "axc"
                                  << "a=a b!x c=c";
        QTest::newRow("inserted") << "abc"
                                  << "abxyc"
                                  << "a=a b=b c=c +x +y";
        QTest::newRow("removed") << "abcd"
                                 << "ad"
                                 << "a=a d=d -b -c";
        QTest::newRow("more in the place of one") << "abd"
                                                  << "axyd"
                                                  << "a=a b!x d=d +y";
        QTest::newRow("nothing in common") << "ab"
                                           << "xyz"
                                           << "a!x b!y +z";
        QTest::newRow("moved") << "abcd"
                               << "bcda"
                               << "b=b c=c d=d -a +a";
        QTest::newRow("empty") << ""
                               << "ab"
                               << "+a +b";
    }
    void tokensAreAligned()
    {
        QFETCH(QString, first);
        QFETCH(QString, second);
        QTEST(drawn(letters(first.toUtf8()), letters(second.toUtf8())), "expected");
    }

    void asManyEqualPairsAsThereCanBe()
    {
        std::srand(7);
        for (int round = 0; round < 200; ++round) {
            std::vector<std::string> a(std::size_t(std::rand() % 9)), b(std::size_t(std::rand() % 9));
            for (auto* list : {&a, &b})
                for (std::string& token : *list)
                    token = std::string(1, char('a' + std::rand() % 3));
            const TokenAlignment alignment = alignTokens(a, b);
            std::size_t equal = 0;
            TokenPair last{-1, -1, true};
            for (const TokenPair& p : alignment.pairs) {
                QVERIFY(p.first > last.first && p.second > last.second);
                QVERIFY(!p.same || a[std::size_t(p.first)] == b[std::size_t(p.second)]);
                equal += p.same ? 1 : 0;
                last = p;
            }
            QCOMPARE(equal, common(a, b));
            QCOMPARE(alignment.identical(), a == b);
        }
    }

    void tokenizersCutTheSameLetters()
    {
        // "in the beginning" is whole words to one and letters to the other: equal where the letters are.
        const auto words = test::bundled("kjv-bert");
        const Trace one = onText(*words, "in the beginning"), two = onText(*words, "in the  beginning of");
        const Axis axis = positions(0, std::int64_t(one.input().streams[0].labels.size())),
                   longer = positions(0, std::int64_t(two.input().streams[0].labels.size()));
        const auto alignment = alignAxes(one, axis, two, longer);
        QVERIFY(alignment);
        QCOMPARE(alignment->pairs.size(), std::size_t(axis.size)); // with [CLS] and [SEP]
        for (const TokenPair& p : alignment->pairs)
            QVERIFY(p.same);
        QVERIFY(alignAxes(one, named("d_model", 8), two, named("d_model", 8))->identical());
        QVERIFY(!alignAxes(one, named("d_model", 8), two, named("d_model", 9)));
    }

    void distances()
    {
        const Axes axes{named(axis::head, 2), positions(0, 2), positions(0, 3)};
        const Tensor p(axes, {1, 0, 0, 0.5, 0.5, 0, 1, 0, 0, 0, 0, 1}),
            q(axes, {1, 0, 0, 0.5, 0.5, 0, 0, 1, 0, 0, 0.5, 0.5});
        const auto same = patternDistance(p, q, 0), other = patternDistance(p, q, 1);
        QCOMPARE(same->cosine, 0.0);
        QCOMPARE(same->jensenShannon, 0.0);
        // Row 0 has no key in common: 1 bit. Row 1: (0, 1) and (½, ½).
        const double js = 0.5 * (0.5 * std::log2(0.5 / 0.25)) +
                          0.5 * (1 * std::log2(1 / 0.75) + 0.5 * std::log2(0.5 / 0.75));
        QVERIFY(std::abs(other->jensenShannon - (1 + js) / 2) < 1e-12);
        QVERIFY(std::abs(other->cosine - (1 + 1 - std::sqrt(0.5)) / 2) < 1e-12);
        QCOMPARE(other->largest, 1.0);

        const auto model = test::bundled("induction-2l");
        const Trace a = onText(*model, "dgmrbqwm"), b = onText(*model, "dgmrbqwd");
        const auto all = patternDistances(a, b);
        QVERIFY(all);
        QCOMPARE(all->front().attention, 1); // the last letter now looks elsewhere
        QVERIFY(all->front().jensenShannon > 0.05);
        const auto dates = test::bundled("date-seq2seq");
        QVERIFY(!patternDistances(a, test::run(*dates, test::anyInput(*dates))));
    }

    void distancesOverPairsOnly()
    {
        // Queries a b | a x b, keys the same: the second pattern looks at x with a quarter.
        const Tensor p({named(axis::head, 1), positions(0, 2), positions(0, 2)}, {1, 0, 0.5, 0.5}),
            q({named(axis::head, 1), positions(0, 3), positions(0, 3)},
              {1, 0, 0, 0.5, 0.5, 0, 0.5, 0.25, 0.25});
        const std::vector<std::string> ab{"a", "b"}, axb{"a", "x", "b"};
        const TokenAlignment pairs = alignTokens(ab, axb);
        const auto distance = patternDistance(p, q, 0, pairs, pairs);
        QVERIFY(distance);
        const auto part = [](double x, double m) { return x > 0 ? 0.5 * x * std::log2(x / m) : 0.0; };
        const double js = part(0.25, 0.125) + part(0.5, 0.375) + part(0.25, 0.375); // a is the same in both
        QVERIFY(std::abs(distance->jensenShannon - js / 2) < 1e-12);
        const double cosine = (0.5 * 0.5 + 0.5 * 0.25) / (std::sqrt(0.5) * std::sqrt(0.375));
        QVERIFY(std::abs(distance->cosine - (1 - cosine) / 2) < 1e-12);
        QCOMPARE(distance->largest, 0.25);
        QVERIFY(!patternDistance(p, q, 0)); // of different sizes
        QVERIFY(!patternDistance(p, q, 1, pairs, pairs));
    }

    void differenceOverPairs()
    {
        const auto model = test::bundled("shakespeare-char");
        const Trace a = onText(*model, "To be"), b = onText(*model, "To the be");
        const TensorRef pattern = model->program->find("blocks.1.attn.hook_pattern");
        const auto aligned = alignedDifference(a, pattern, b, pattern, {{"head", 2}});
        QVERIFY(aligned);
        QCOMPARE(aligned->values->rank(), 2);
        QCOMPARE(aligned->values->size(0), 5);
        const auto from = *a.tensor(pattern), to = *b.tensor(pattern);
        const auto& queries = aligned->axes[1].pairs;
        for (std::int64_t i = 0; i < 5; ++i)
            for (std::int64_t j = 0; j <= i; ++j) {
                const auto &x = queries[std::size_t(i)], &y = queries[std::size_t(j)];
                QCOMPARE(aligned->values->at({i, j}),
                         to->at({2, x.second, y.second}) - from->at({2, x.first, y.first}));
            }
        // Nothing comes before T in either, so nothing has changed there.
        QCOMPARE(aligned->values->at({0, 0}), 0.0F);
        QVERIFY(!alignedDifference(a, pattern, b, pattern, {{"head", 99}}));
        const TensorRef q = model->program->find("blocks.1.attn.hook_q"),
                        mlp = model->program->find("blocks.1.hook_mlp_out");
        QVERIFY(!alignedDifference(a, q, b, mlp, {{"head", 2}}));
    }

    void differencesOfAllPatterns()
    {
        const auto model = test::bundled("shakespeare-char");
        const Trace a = onText(*model, "To be"), b = onText(*model, "Ta the be");
        const AttentionLayer& layer = model->program->attention[1];
        const auto from = *a.step(layer.pattern), to = *b.step(layer.pattern);
        const auto all = patternDifference(a, b, 1);
        QVERIFY2(all, all ? "" : all.error().text().c_str());
        QCOMPARE(all->values->size(0), std::int64_t(layer.heads));
        const auto &queries = all->axes[1].pairs, &keys = all->axes[2].pairs;
        QCOMPARE(all->values->size(1), std::int64_t(queries.size()));
        for (std::int64_t h = 0; h < layer.heads; ++h)
            for (std::int64_t i = 0; i < all->values->size(1); ++i)
                for (std::int64_t j = 0; j < all->values->size(2); ++j) {
                    const auto &x = queries[std::size_t(i)], &y = keys[std::size_t(j)];
                    const float value = all->values->at({h, i, j});
                    if (j > i) // nobody may look there, which is no likeness
                        QVERIFY(std::isinf(value) && value < 0);
                    else
                        QCOMPARE(value, to->at({h, x.second, y.second}) - from->at({h, x.first, y.first}));
                }
        // Pairs are named, and a token in the place of another has both names.
        QCOMPARE((*all->values->axes()[2].labels)[0], std::string("T"));
        QCOMPARE((*all->values->axes()[2].labels)[1], std::string("o → a"));
        // Without the first key: what remains is compared as it is shown.
        const auto rest = patternDifference(a, b, 1, SinkTreatment::Renormalised);
        QVERIFY(rest && std::isinf(rest->values->at({0, 4, 0})));
        const auto row = [](const Tensor& pattern, std::int64_t query) {
            return 1 - double(pattern.at({0, query, 0}));
        };
        const auto &x = queries[4], &y = keys[2];
        QVERIFY(std::abs(rest->values->at({0, 4, 2}) -
                         (to->at({0, x.second, y.second}) / row(*to, x.second) -
                          from->at({0, x.first, y.first}) / row(*from, x.first))) < 1e-5);
        // Other heads can't be subtracted, and it says so in a line.
        const auto other = test::bundled("stories260k");
        const auto apart = patternDifference(onText(*other, "To be"), b, 0);
        QVERIFY(!apart && apart.error().message.find("in one run and") != std::string::npos);
    }

    void answersOfTwoModels()
    {
        const auto one = test::bundled("shakespeare-char");
        test::ModelCopy folder("shakespeare-char");
        const auto copy = openModel(folder.path().toStdString());
        QVERIFY(copy);
        const Trace a = onText(*one, "To be"), b = onText(**copy, "To be, or not");
        const auto alike = predictionChanges({*one, a, 4}, {**copy, b, 4}, 5);
        QVERIFY(alike);
        QCOMPARE(alike->size(), std::size_t(5));
        for (const PredictionChange& c : *alike)
            QVERIFY(c.before > 0 && std::abs(c.before - c.after) < 1e-6);
        // No vocabulary in common: what the other can't say has no share there.
        const auto tale = test::bundled("stories260k");
        const Trace c = onText(*tale, "Once upon a time");
        const auto other = predictionChanges({*one, a, 4}, {*tale, c, 4}, 40);
        QVERIFY(other);
        QVERIFY(std::any_of(other->begin(), other->end(),
                            [](const auto& p) { return std::isnan(p.before) && p.after > 0; }));
    }
};

QTEST_APPLESS_MAIN(ComparisonTest)
#include "test_comparison.moc"
