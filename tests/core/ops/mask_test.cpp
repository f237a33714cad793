// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Which keys a query may look at, rule by rule, drawn as the papers draw them: # sees, . does not.

#include "ops/ops.h"
#include "run/workers.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace headlight;

namespace {

/// One row a query, from the mask that the op makes of @p keys keys, the last ones of which are the queries.
QStringList drawn(const ops::MaskRule& rule, int queries, int keys, const std::vector<float>& marks = {})
{
    const Axis query{std::string(axis::query), queries, 0, nullptr},
        key{std::string(axis::key), keys, 0, nullptr};
    const Axes axes{named(axis::head, 2), query, key};
    Tensor scores(axes), masked(axes);
    for (float& x : scores.mutableValues())
        x = 1;
    std::vector<const Tensor*> operands{&scores};
    const Tensor marked({positions(0, static_cast<std::int64_t>(marks.size()))}, marks);
    if (!marks.empty())
        operands.push_back(&marked);
    Workers one(1);
    ops::mask(rule)->forward(operands, masked, one);
    QStringList rows;
    for (int i = 0; i < queries; ++i) {
        QString row;
        for (int j = 0; j < keys; ++j) {
            const float x = masked.at({1, i, j});
            row += x == 1 ? '#' : x == -std::numeric_limits<float>::infinity() ? '.' : '?';
        }
        rows << row;
    }
    return rows;
}

} // namespace

class MaskTest : public QObject
{
    Q_OBJECT
private slots:
    void causal()
    {
        QCOMPARE(drawn({.causal = true}, 4, 4), QStringList({"#...", //
                                                             "##..", //
                                                             "###.", //
                                                             "####"}));
    }
    void causalWithAMemoryInFront()
    {
        QCOMPARE(drawn({.causal = true}, 3, 5), QStringList({"###..", //
                                                             "####.", //
                                                             "#####"}));
    }
    void causalWindow() // GPT-3's and GPT-Neo's banded layers: the query and the two before it
    {
        QCOMPARE(drawn({.causal = true, .window = 3}, 5, 5), QStringList({"#....", //
                                                                          "##...", //
                                                                          "###..", //
                                                                          ".###.", //
                                                                          "..###"}));
    }
    void windowBothWays()
    {
        QCOMPARE(drawn({.window = 2}, 5, 5), QStringList({"##...", //
                                                          "###..", //
                                                          ".###.", //
                                                          "..###", //
                                                          "...##"}));
    }
    void windowWithGlobalTokens() // Beltagy et al. 2020, figure 2 (d)
    {
        const QStringList expected{"######", //
                                   "###...", //
                                   "####..", //
                                   "#.###.", //
                                   "#..###", //
                                   "#...##"};
        QCOMPARE(drawn({.window = 2, .global = {0}}, 6, 6), expected);
        QCOMPARE(drawn({.window = 2}, 6, 6, {1, 0, 0, 0, 0, 0}), expected);
    }
    void strided() // Child et al. 2019, figure 3 (b), stride 3
    {
        QCOMPARE(drawn({.causal = true, .stride = 3}, 9, 9), QStringList({"#........", //
                                                                          "##.......", //
                                                                          "###......", //
                                                                          "####.....", //
                                                                          ".####....", //
                                                                          "..####...", //
                                                                          "#..####..", //
                                                                          ".#..####.", //
                                                                          "..#..####"}));
    }
    void fixed() // Child et al. 2019, figure 3 (c), blocks of 3
    {
        QCOMPARE(drawn({.causal = true, .fixedBlock = 3}, 9, 9), QStringList({"#........", //
                                                                              "##.......", //
                                                                              "###......", //
                                                                              "..##.....", //
                                                                              "..###....", //
                                                                              "..####...", //
                                                                              "..#..##..", //
                                                                              "..#..###.", //
                                                                              "..#..####"}));
    }
    void saysWhatItIs()
    {
        QCOMPARE(ops::MaskRule{}.description(), std::string("no mask"));
        QCOMPARE((ops::MaskRule{.causal = true, .stride = 3}.description()),
                 std::string("causal, strided by 3"));
        QVERIFY(ops::mask({})->isIdentity());
        QVERIFY(!ops::mask({.fixedBlock = 2})->isIdentity());
    }
    void distancesFallIntoBuckets() // Raffel et al. 2019: 8 buckets, from 20 on all in the last
    {
        ops::RelativeBuckets rule{.buckets = 8, .maxDistance = 20, .bothWays = false};
        std::vector<std::int64_t> behind, ahead, near;
        for (const int distance : {0, 1, 2, 3, 4, 5, 8, 19, 20, 1000})
            behind.push_back(rule.bucket(-distance));
        QCOMPARE(behind, (std::vector<std::int64_t>{0, 1, 2, 3, 4, 4, 5, 7, 7, 7}));
        QCOMPARE(rule.bucket(5), 0); // keys ahead all share the first
        rule.bothWays = true;
        for (const int distance : {-20, -2, -1, 0, 1, 2, 20})
            ahead.push_back(rule.bucket(distance));
        QCOMPARE(ahead, (std::vector<std::int64_t>{3, 2, 1, 0, 5, 6, 7}));
    }
    void alibiSlopesHalve() // Press et al. 2022: 2^-1 … 2^-8 for 8 heads; 12 have every second of 16 besides
    {
        const auto slopes = [](int heads) {
            const auto op = ops::alibi(heads);
            const Axes x{positions(0, 2), named(axis::dModel, 1)};
            const auto axes = op->shape({x});
            Tensor bias(*axes);
            Workers one(1);
            const Tensor operand(x);
            op->forward({&operand}, bias, one);
            std::vector<double> all;
            for (int h = 0; h < heads; ++h)
                all.push_back(std::round(2e3 * std::log2(static_cast<double>(bias.at({h, 1})))) /
                              2e3); // float32 has 7 digits
            return all;
        };
        QCOMPARE(slopes(8), (std::vector<double>{-1, -2, -3, -4, -5, -6, -7, -8}));
        QCOMPARE(slopes(12), (std::vector<double>{-1, -2, -3, -4, -5, -6, -7, -8, -0.5, -1.5, -2.5, -3.5}));
    }
};

QTEST_APPLESS_MAIN(MaskTest)
#include "mask_test.moc"
