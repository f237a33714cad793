// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/combined_pattern.h"
#include "analysis/query_key.h"

#include "../support.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace headlight;

class QueryKeyTest : public QObject
{
    Q_OBJECT
private slots:
    void theSumIsTheStoredScore_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }
    void theSumIsTheStoredScore()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Trace trace = test::run(*model, test::anyInput(*model));
        const auto& layers = trace.program().attention;
        std::mt19937 random(7);
        for (std::size_t a = 0; a < layers.size(); ++a) {
            const Axes& axes = trace.axes(layers[a].pattern);
            for (int i = 0; i < 12; ++i) {
                const int head = static_cast<int>(random() % static_cast<unsigned>(layers[a].heads));
                const auto q = static_cast<std::int64_t>(random()) % axes[1].size,
                           k = static_cast<std::int64_t>(random()) % axes[2].size;
                const auto product = queryKeyProduct(trace, static_cast<int>(a), head, q, k);
                QVERIFY2(product.has_value(), product ? "" : product.error().text().c_str());
                QVERIFY(product->stored.has_value());
                double sum = 0, magnitude = 1;
                for (std::size_t d = 0; d < product->product.size(); ++d) {
                    QCOMPARE(product->product[d], product->query[d] * product->key[d]);
                    sum += product->product[d];
                    magnitude += std::abs(product->product[d]);
                }
                QVERIFY(std::abs(product->sum - sum) <= 1e-12 * magnitude);
                // The model sums in single precision.
                QVERIFY(std::abs(product->sum - *product->stored) <= 1e-5 * magnitude);
            }
            const auto plane = queryKeyPlane(trace, static_cast<int>(a), 0);
            QVERIFY(plane.has_value());
            QCOMPARE(static_cast<std::int64_t>(plane->queries.size()), axes[1].size);
            QCOMPARE(static_cast<std::int64_t>(plane->keys.size()), axes[2].size);
            QVERIFY(plane->explained[0] >= plane->explained[1] - 1e-12);
            QVERIFY(plane->explained[0] + plane->explained[1] <= 1 + 1e-9);
        }
        QVERIFY(!queryKeyProduct(trace, 99, 0, 0, 0));
        QVERIFY(!queryKeyProduct(trace, 0, 99, 0, 0));
        QVERIFY(!queryKeyProduct(trace, 0, 0, 1 << 20, 0));
    }

    void thePlaneKeepsWhatLiesInAPlane()
    {
        // Points of a plane in five dimensions: their distances survive, and so does the share of each
        // direction.
        const std::vector<double> u{3.0 / 5, 0, 4.0 / 5, 0, 0}, v{0, 1, 0, 0, 0};
        std::vector<std::vector<double>> rows;
        std::vector<std::array<double, 2>> flat{{4, 0}, {-4, 0}, {0, 1}, {0, -1}, {2, 0.5}, {-2, -0.5}};
        for (const auto& p : flat) {
            rows.emplace_back();
            for (std::size_t d = 0; d < 5; ++d)
                rows.back().push_back(7 + p[0] * u[d] + p[1] * v[d]);
        }
        const PlanePoints plane = principalPlane(rows);
        QVERIFY(std::abs(plane.explained[0] + plane.explained[1] - 1) < 1e-12);
        QVERIFY(plane.explained[0] > 0.9);
        for (std::size_t i = 0; i < flat.size(); ++i)
            for (std::size_t j = 0; j < i; ++j) {
                const auto distance = [&](const auto& points) {
                    return std::hypot(points[i][0] - points[j][0], points[i][1] - points[j][1]);
                };
                QVERIFY(std::abs(distance(plane.points) - distance(flat)) < 1e-10);
            }
        // The directions are unit vectors at right angles, and their signs are settled.
        double dot = 0, one = 0;
        for (std::size_t d = 0; d < 5; ++d) {
            dot += plane.directions[0][d] * plane.directions[1][d];
            one += plane.directions[0][d] * plane.directions[0][d];
        }
        QVERIFY(std::abs(dot) < 1e-12 && std::abs(one - 1) < 1e-12);
        auto mirrored = rows;
        for (auto& row : mirrored)
            for (double& x : row)
                x = -x;
        const PlanePoints other = principalPlane(mirrored);
        for (std::size_t d = 0; d < 5; ++d)
            QVERIFY(std::abs(other.directions[0][d] - plane.directions[0][d]) < 1e-10);
        // One dimension has no second direction.
        const PlanePoints line = principalPlane({{1.0}, {3.0}});
        QCOMPARE(line.points[1][0], 1.0);
        QCOMPARE(line.points[1][1], 0.0);
        QVERIFY(principalPlane({}).points.empty());
    }

    void headsTogether()
    {
        const auto model = test::bundled("stories260k");
        const Trace trace = test::run(*model, test::anyInput(*model));
        const auto mean = combinedPattern(trace, {{0, 1}, {2, 3}, {4, 5}}, PatternCombination::Mean);
        const auto largest = combinedPattern(trace, {{0, 1}, {2, 3}, {4, 5}}, PatternCombination::Largest);
        const auto difference = combinedPattern(trace, {{0, 1}, {2, 3}}, PatternCombination::Difference);
        QVERIFY(mean && largest && difference);
        const auto at = [&](int layer, int head, std::int64_t q, std::int64_t k) {
            return (*trace.step(trace.program().attention[static_cast<std::size_t>(layer)].pattern))
                ->at({head, q, k});
        };
        for (std::int64_t q = 0; q < (*mean)->size(0); ++q) {
            double sum = 0;
            for (std::int64_t k = 0; k < (*mean)->size(1); ++k) {
                sum += static_cast<double>((*mean)->at({q, k}));
                QCOMPARE((*largest)->at({q, k}), std::max({at(0, 1, q, k), at(2, 3, q, k), at(4, 5, q, k)}));
                QCOMPARE((*difference)->at({q, k}), at(0, 1, q, k) - at(2, 3, q, k));
            }
            QVERIFY(std::abs(sum - 1) < 1e-5);
        }
        QVERIFY(!combinedPattern(trace, {{0, 0}}, PatternCombination::Mean));
        QVERIFY(!combinedPattern(trace, {{0, 0}, {0, 8}}, PatternCombination::Mean));
        const auto dates = test::bundled("date-seq2seq");
        const Trace two = test::run(*dates, test::anyInput(*dates));
        const auto mixed =
            combinedPattern(two, {{0, 0}, {static_cast<int>(two.program().attention.size()) - 1, 0}},
                            PatternCombination::Mean);
        QVERIFY2(!mixed, "the encoder's tokens are not the decoder's");
    }
};

QTEST_GUILESS_MAIN(QueryKeyTest)
#include "query_key_test.moc"
