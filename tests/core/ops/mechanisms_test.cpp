// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Small cases of the mechanisms of single families, worked out by hand, and what their ops say about operands
// that do not fit. That derivations agree with results is tested on whole models.

#include "ops/ops.h"
#include "run/workers.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace headlight;

namespace {

constexpr float none = -std::numeric_limits<float>::infinity();

Axis at(std::string_view name, std::int64_t size)
{
    return {std::string(name), size, 0, nullptr};
}

std::vector<float> run(const OpPtr& op, const std::vector<const Tensor*>& operands)
{
    std::vector<Axes> axes;
    for (const Tensor* t : operands)
        axes.push_back(t->axes());
    const auto shape = op->shape(axes);
    if (!shape)
        qFatal("%s", shape.error().text().c_str());
    Tensor result(*shape);
    Workers one(1);
    op->forward(operands, result, one);
    return {result.values().begin(), result.values().end()};
}

} // namespace

class MechanismsTest : public QObject
{
    Q_OBJECT
private slots:
    void positionsSkipPadding() // RoBERTa: padding is token 1, and the first token has row 2
    {
        const Tensor table({named("position", 6), named(axis::dModel, 1)}, {0, 10, 20, 30, 40, 50});
        const Tensor ids({positions(0, 4)}, {7, 1, 8, 9});
        QCOMPARE(run(ops::positionRows(2, 1), {&table, &ids}), (std::vector<float>{20, 10, 30, 40}));
    }
    void aRowThatIsNotThereIsNoNumber()
    {
        const Tensor table({named(axis::vocab, 2), named(axis::dModel, 1)}, {5, 6});
        const Tensor ids({positions(0, 3)}, {1, 2, std::numeric_limits<float>::infinity()});
        const auto rows = run(ops::embed(), {&table, &ids});
        QCOMPARE(rows[0], 6.0F);
        QVERIFY(std::isnan(rows[1]) && std::isnan(rows[2]));
    }
    void memoryStandsInFront()
    {
        const Tensor memory({named("memory", 2), named(axis::dModel, 1)}, {1, 2});
        const Tensor x({positions(0, 1), named(axis::dModel, 1)}, {3});
        QCOMPARE(run(ops::appendMemory(1), {&memory, &x}), (std::vector<float>{1, 2, 3}));
        const Tensor both({positions(1, 3), named(axis::dModel, 1)}, {1, 2, 3});
        QCOMPARE(run(ops::newMemory(2), {&both}), (std::vector<float>{2, 3}));
        QCOMPARE(run(ops::withoutMemory(2, 0), {&both}), (std::vector<float>{3}));
    }
    void distanceScoresSlide() // Dai et al. 2019, appendix B: row i has r[i − j]
    {
        const Tensor q({positions(0, 2), named(axis::head, 1), named(axis::dHead, 1)}, {1, 10});
        const Tensor r({named("distance", 3), named(axis::head, 1), named(axis::dHead, 1)}, {1, 2, 3});
        const Tensor keys({positions(1, 3), named(axis::head, 1), named(axis::dHead, 1)});
        QCOMPARE(run(ops::distanceScores(), {&q, &r, &keys}), (std::vector<float>{2, 1, 0, //
                                                                                  30, 20, 10}));
    }
    void clustersShareTheirProbability()
    {
        // Two words in the head, one cluster with two more: all even.
        const Tensor head({positions(0, 1), named(axis::vocab, 2)}, {0, 0});
        const Tensor cluster({positions(0, 1), named("cluster", 1)}, {0});
        const Tensor tail({positions(0, 1), named(axis::vocab, 2)}, {5, 5});
        const auto logs = run(ops::adaptiveLogProbs(), {&head, &cluster, &tail});
        const std::vector<float> expected{std::log(1 / 3.F), std::log(1 / 3.F), std::log(1 / 6.F),
                                          std::log(1 / 6.F)};
        for (std::size_t i = 0; i < 4; ++i)
            QVERIFY(std::abs(logs[i] - expected[i]) < 1e-6F);
    }
    void chunksOfTheText() // two chunks of two; each sees itself and the one before, the first one the last
    {
        std::vector<float> ones(16, 1);
        const Tensor s({named(axis::head, 1), at(axis::query, 4), at(axis::key, 4)}, ones);
        const float two = 1 + std::log(2.F);
        QCOMPARE(run(ops::chunkScores({.length = 2, .causal = true, .padTo = 2, .padAbove = 2}), {&s}),
                 (std::vector<float>{1, none, none, none, //
                                     1, 1, none, none,    //
                                     1, 1, 1, none,       //
                                     1, 1, 1, 1}));
        // Three chunks around each of two: everybody's own chunk is met once, the other one twice.
        QCOMPARE(
            run(ops::chunkScores({.length = 2, .before = 1, .after = 1, .padTo = 2, .padAbove = 2}), {&s}),
            (std::vector<float>{1, 1, two, two, //
                                1, 1, two, two, //
                                two, two, 1, 1, //
                                two, two, 1, 1}));
    }
    void chunksOfSortedBuckets()
    {
        std::vector<float> ones(16, 1);
        const Tensor s({named(axis::head, 1), at(axis::query, 4), at(axis::key, 4)}, ones);
        // Sorted: tokens 1, 3 (bucket 0), then 0, 2 (bucket 1); nobody looks around.
        const Tensor b({named(axis::head, 1), named("hash", 1), positions(0, 4)}, {1, 0, 1, 0});
        const ops::ChunkRule rule{.length = 2, .before = 0, .selfValue = -9, .padTo = 2, .padAbove = 2};
        QCOMPARE(run(ops::chunkScores(rule), {&s, &b}), (std::vector<float>{-9, none, 1, none, //
                                                                            none, -9, none, 1, //
                                                                            1, none, -9, none, //
                                                                            none, 1, none, -9}));
    }
    void chunksComeOutEvenByPadding()
    {
        const ops::ChunkRule rule{.length = 4, .padTo = 8, .padAbove = 4};
        QCOMPARE(rule.paddedLength(3), 3);
        QCOMPARE(rule.paddedLength(5), 8);
        QCOMPARE(rule.paddedLength(8), 8);
        QCOMPARE(rule.paddedLength(9), 16);
    }
    void bucketsAreTheLargestSide()
    {
        const Tensor x({named(axis::head, 1), named("hash", 1), positions(0, 3), named("rotation", 2)},
                       {3, 1, -3, 1, 0, -2});
        QCOMPARE(run(ops::buckets({4}), {&x}), (std::vector<float>{0, 2, 3}));
        // Two factors of two: the signs are the digits.
        QCOMPARE(run(ops::buckets({2, 2}), {&x}), (std::vector<float>{0, 1, 2}));
    }
    void endTokenIsTheLargestOrTheNamed()
    {
        const Tensor x({positions(0, 3), named(axis::dModel, 1)}, {1, 2, 3});
        const Tensor ids({positions(0, 3)}, {4, 9, 5});
        QCOMPARE(run(ops::selectToken(-1, "text"), {&x, &ids}), (std::vector<float>{2}));
        QCOMPARE(run(ops::selectToken(5, "text"), {&x, &ids}), (std::vector<float>{3}));
        QCOMPARE(run(ops::selectToken(7, "text"), {&x, &ids}), (std::vector<float>{1}));
    }
    void globalRowsComeFromTheSecond()
    {
        const Axes axes{positions(0, 3), named(axis::head, 1), named(axis::dHead, 1)};
        const Tensor a(axes, {1, 2, 3}), b(axes, {10, 20, 30}), marks({positions(0, 3)}, {0, 1, 0});
        QCOMPARE(run(ops::whereGlobal(), {&a, &b, &marks}), (std::vector<float>{1, 20, 3}));
    }

    void shapesSayWhatDoesNotFit_data()
    {
        QTest::addColumn<OpPtr>("op");
        QTest::addColumn<std::vector<Axes>>("operands");
        QTest::addColumn<QString>("message");
        const Axes rows{positions(0, 3), named(axis::dModel, 4)}, ids{positions(0, 3)};
        const Axes scores{named(axis::head, 2), at(axis::query, 3), at(axis::key, 3)};
        QTest::newRow("alibi")
            << ops::alibi(2) << std::vector<Axes>{{named(axis::dModel, 4)}}
            << "operand 0: expected a tensor whose first axis is position, found [d_model 4]";
        QTest::newRow("relative bias")
            << ops::relativeBias({.buckets = 8})
            << std::vector<Axes>{{named("bucket", 4), named(axis::head, 2)}, rows, rows}
            << "operand 0: expected [bucket 8, head], found [bucket 4, head 2]";
        QTest::newRow("memory") << ops::appendMemory(1)
                                << std::vector<Axes>{{named("memory", 2), named(axis::dModel, 5)}, rows}
                                << "operand 1: expected [position, …] with the last axis of [memory 2, "
                                   "d_model 5], found [position 3, "
                                   "d_model 4]";
        QTest::newRow("chunks") << ops::chunkScores({})
                                << std::vector<Axes>{scores,
                                                     {named(axis::head, 2), named("hash", 1),
                                                      positions(0, 4)}}
                                << "operand 1: expected [head, hash, position] of [head 2, query 3, key 3], "
                                   "found [head 2, hash 1, "
                                   "position 4]";
        QTest::newRow("similarity")
            << ops::similarity() << std::vector<Axes>{{named("image", 1), named("d_embed", 4)}, rows}
            << "operand 1: expected rows of [d_embed 4], found [position 3, d_model 4]";
        QTest::newRow("end token") << ops::selectToken(-1, "text") << std::vector<Axes>{rows, rows}
                                   << "operand 1: expected ids [position], found [position 3, d_model 4]";
        QTest::newRow("clusters")
            << ops::adaptiveLogProbs()
            << std::vector<Axes>{rows, {positions(0, 3), named("cluster", 2)}, rows}
            << "operand 1: expected logits of 1 clusters, found [position 3, cluster 2]";
        QTest::newRow("streams")
            << ops::concatenate("d_streams") << std::vector<Axes>{rows, ids}
            << "operand 1: expected all axes but the last of [position 3, d_model 4], found "
               "[position 3]";
        QTest::newRow("terms") << ops::add(3) << std::vector<Axes>{rows, rows}
                               << "expected 3 operands, found 2";
    }
    void shapesSayWhatDoesNotFit()
    {
        QFETCH(OpPtr, op);
        QFETCH(std::vector<Axes>, operands);
        QFETCH(QString, message);
        const auto shape = op->shape(operands);
        QVERIFY(!shape);
        QCOMPARE(QString::fromStdString(shape.error().text()), message);
    }
};

QTEST_APPLESS_MAIN(MechanismsTest)
#include "mechanisms_test.moc"
