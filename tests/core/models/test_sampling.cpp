// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The next token: what temperature, top-k and top-p leave, and a seed that repeats.

#include "../support.h"
#include "models/sampling.h"

#include <QTest>

#include <cmath>
#include <numeric>

using namespace headlight;

class SamplingTest : public QObject
{
    Q_OBJECT
private slots:
    void temperature()
    {
        const std::vector<float> logits{1, 3, 2, -1};
        for (const double t : {0.5, 1.0, 2.0}) {
            const auto p = samplingProbabilities(logits, {.temperature = t});
            double sum = 0;
            for (const float l : logits)
                sum += std::exp(l / t);
            for (std::size_t i = 0; i < logits.size(); ++i)
                QVERIFY(std::abs(p[i] - std::exp(logits[i] / t) / sum) < 1e-12);
        }
        QCOMPARE(samplingProbabilities(logits, {.temperature = 0}), (std::vector<double>{0, 1, 0, 0}));
    }

    void topKAndTopP()
    {
        const std::vector<float> logits{std::log(0.5F), std::log(0.1F), std::log(0.3F), std::log(0.1F)};
        const auto two = samplingProbabilities(logits, {.topK = 2});
        QVERIFY(std::abs(two[0] - 0.625) < 1e-6 && std::abs(two[2] - 0.375) < 1e-6);
        QCOMPARE(two[1], 0.0);
        // The fewest that reach 0.7 are the two largest; 0.5 is reached by the first alone.
        const auto most = samplingProbabilities(logits, {.topP = 0.7});
        QVERIFY(std::abs(most[0] - 0.625) < 1e-6 && most[3] == 0);
        QCOMPARE(samplingProbabilities(logits, {.topP = 0.4})[0], 1.0);
        QCOMPARE(samplingProbabilities(logits, {.topP = 0})[0], 1.0); // one always stays
        const auto both = samplingProbabilities(logits, {.topK = 3, .topP = 0.99});
        QVERIFY(std::abs(std::accumulate(both.begin(), both.end(), 0.0) - 1) < 1e-12);
        const auto broken = samplingProbabilities(std::vector<float>{std::nanf(""), 0}, {});
        QCOMPARE(broken, (std::vector<double>{0, 1}));
        QVERIFY(samplingProbabilities({}, {}).empty());
    }

    void aSeedRepeats()
    {
        const std::vector<double> p{0.25, 0, 0.5, 0.25};
        QCOMPARE(tokenAt(p, 0), 0);
        QCOMPARE(tokenAt(p, 0.2499), 0);
        QCOMPARE(tokenAt(p, 0.25), 2);
        QCOMPARE(tokenAt(p, 0.999999), 3);
        QCOMPARE(tokenAt(p, 1), 3);
        TokenSampler one(7), other(7), third(8);
        std::vector<int> counts(4, 0), a, b, c;
        for (int i = 0; i < 4000; ++i) {
            a.push_back(one.draw(p));
            b.push_back(other.draw(p));
            c.push_back(third.draw(p));
            ++counts[std::size_t(a.back())];
        }
        QCOMPARE(a, b);
        QVERIFY(a != c);
        QCOMPARE(counts[1], 0);
        QVERIFY(std::abs(counts[2] - 2000) < 200); // six standard deviations
    }

    void textGoesOn()
    {
        const auto model = test::bundled("stories260k");
        Trace trace = test::run(*model, *makeInput(*model, {{"Once upon a", {}}}));
        std::string text = "Once upon a";
        for (int i = 0; i < 4; ++i) {
            const auto n = std::int64_t(trace.input().streams[0].labels.size());
            const auto logits = logitsAt(trace, n - 1);
            const auto p = samplingProbabilities(*logits, {.temperature = 0});
            const auto longer =
                textWithToken(*model, trace, 0, int(std::max_element(p.begin(), p.end()) - p.begin()));
            QVERIFY(longer);
            QVERIFY(longer->starts_with(text) && longer->size() > text.size());
            text = *longer;
            trace = test::run(*model, *makeInput(*model, {{text, {}}}));
        }
        QVERIFY2(text.starts_with("Once upon a time"), text.c_str());
        QVERIFY(!textWithToken(*model, trace, 0, 1)); // a special token ends it
        QVERIFY(!logitsAt(trace, 1000));
    }

    void masked()
    {
        const auto model = test::bundled("kjv-bert");
        const Trace trace = test::run(*model, *makeInput(*model, {{"the children of israel", {}}}));
        QCOMPARE(*textWithMask(*model, trace, 0, 4), std::string("the children of [MASK]"));
        QVERIFY(!textWithMask(*model, trace, 0, 0)); // [CLS]
        const auto stories = test::bundled("stories260k");
        QVERIFY(!textWithMask(*stories, test::run(*stories, test::anyInput(*stories)), 0, 1));
    }
};

QTEST_APPLESS_MAIN(SamplingTest)
#include "test_sampling.moc"
