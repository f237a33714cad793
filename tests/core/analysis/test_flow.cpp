// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Rollout and flow: the product of the layers' matrices as the paper writes it, rows that sum to 1, and a
// largest flow that equals the smallest cut.

#include "../support.h"
#include "analysis/rollout.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace headlight;

namespace {

struct Pipe
{
    int from, to;
    double capacity;
};

/// The smallest cut of all: every way to put the nodes on two sides.
double smallestCut(int nodes, const std::vector<Pipe>& pipes, int source, int sink)
{
    double smallest = std::numeric_limits<double>::infinity();
    for (int side = 0; side < 1 << nodes; ++side) {
        if (!(side >> source & 1) || (side >> sink & 1))
            continue;
        double cut = 0;
        for (const Pipe& p : pipes)
            if ((side >> p.from & 1) && !(side >> p.to & 1))
                cut += p.capacity;
        smallest = std::min(smallest, cut);
    }
    return smallest;
}

/// The mean of a layer's heads and the identity, in double precision.
std::vector<double> layerMatrix(const Trace& trace, int attention)
{
    const Tensor& p = **trace.step(trace.program().attention[std::size_t(attention)].pattern);
    const std::int64_t n = p.size(1);
    std::vector<double> a(std::size_t(n * n), 0);
    for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t j = 0; j < n; ++j) {
            for (std::int64_t h = 0; h < p.size(0); ++h)
                a[std::size_t(i * n + j)] += 0.5 * p.at({h, i, j}) / double(p.size(0));
            a[std::size_t(i * n + j)] += i == j ? 0.5 : 0;
        }
    return a;
}

} // namespace

class FlowTest : public QObject
{
    Q_OBJECT
private slots:
    void largestFlowIsTheSmallestCut()
    {
        std::mt19937 random(7);
        for (int round = 0; round < 200; ++round) {
            const int nodes = 2 + int(random() % 7);
            std::vector<Pipe> pipes;
            FlowNetwork network(nodes);
            for (int k = 0; k < nodes * 3; ++k) {
                const Pipe p{int(random() % unsigned(nodes)), int(random() % unsigned(nodes)),
                             double(random() % 1000) / 999};
                if (p.from == p.to)
                    continue;
                pipes.push_back(p);
                network.addEdge(p.from, p.to, p.capacity);
            }
            QVERIFY(std::abs(network.maximumFlow(0, nodes - 1) - smallestCut(nodes, pipes, 0, nodes - 1)) <
                    1e-9);
        }
    }

    void everyModel_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }

    void rollout_data() { everyModel_data(); }
    void rollout()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Trace trace = test::run(*model, test::anyInput(*model));
        const auto stacks = selfAttentionStacks(*model->program);
        QCOMPARE(stacks.size(), name == "date-seq2seq" ? std::size_t(2) : std::size_t(1));
        for (const std::string& stack : stacks) {
            const auto rolled = attentionRollout(trace, stack);
            QVERIFY(rolled);
            const Tensor& r = **rolled;
            const std::int64_t n = r.size(1);
            std::vector<double> product(std::size_t(n * n), 0);
            for (std::int64_t i = 0; i < n; ++i)
                product[std::size_t(i * n + i)] = 1;
            const auto layers = selfAttentionLayers(*model->program, stack);
            QCOMPARE(r.size(0), std::int64_t(layers.size()));
            for (std::int64_t l = 0; l < r.size(0); ++l) {
                const auto a = layerMatrix(trace, layers[std::size_t(l)]);
                std::vector<double> next(product.size(), 0);
                for (std::int64_t i = 0; i < n; ++i)
                    for (std::int64_t k = 0; k < n; ++k)
                        for (std::int64_t j = 0; j < n; ++j)
                            next[std::size_t(i * n + j)] +=
                                a[std::size_t(i * n + k)] * product[std::size_t(k * n + j)];
                product = next;
                for (std::int64_t i = 0; i < n; ++i) {
                    double sum = 0;
                    for (std::int64_t j = 0; j < n; ++j) {
                        QVERIFY(std::abs(r.at({l, i, j}) - product[std::size_t(i * n + j)]) < 1e-6);
                        sum += r.at({l, i, j});
                    }
                    QVERIFY(std::abs(sum - 1) < 1e-5);
                }
            }
        }
    }

    void flow_data() { everyModel_data(); }
    void flow()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Trace trace = test::run(*model, test::anyInput(*model));
        const std::string stack = selfAttentionStacks(*model->program).front();
        const auto rolled = attentionRollout(trace, stack);
        const std::int64_t n = (*rolled)->size(1), query = n - 1;
        const auto flowed = attentionFlow(trace, stack, query);
        QVERIFY2(flowed, flowed ? "" : flowed.error().text().c_str());
        const Tensor& f = **flowed;
        const auto first = layerMatrix(trace, selfAttentionLayers(*model->program, stack).front());
        for (std::int64_t j = 0; j < n; ++j) {
            // One layer has one pipe a key; more layers can only carry what leaves the query, and at least
            // what rollout sends along, which is a flow too.
            QVERIFY(std::abs(f.at({0, j}) - first[std::size_t(query * n + j)]) < 1e-6);
            for (std::int64_t l = 0; l < f.size(0); ++l) {
                QVERIFY(f.at({l, j}) <= 1 + 1e-5);
                QVERIFY(f.at({l, j}) >= (*rolled)->at({l, query, j}) - 1e-5);
            }
        }
        QCOMPARE(attentionFlow(trace, stack, n).error().code, ErrorCode::BadInput);
        QCOMPARE(attentionRollout(trace, "elsewhere").error().code, ErrorCode::Unsupported);
    }
};

QTEST_APPLESS_MAIN(FlowTest)
#include "test_flow.moc"
