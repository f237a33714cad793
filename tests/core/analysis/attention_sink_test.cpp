// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/attention_sink.h"

#include "../support.h"

#include <QTest>

#include <cmath>

using namespace headlight;
using namespace headlight::test;

class AttentionSinkTest : public QObject
{
    Q_OBJECT
private slots:
    void theRestSumsToOne()
    {
        const Tensor pattern({named(axis::head, 1), named(axis::query, 3), named(axis::key, 3)},
                             {1, 0, 0, //
                              0.75F, 0.25F, 0,
                              // the sink takes most
                              0.9F, 0.04F, 0.06F});
        const Tensor rest = withoutFirstKey(pattern, SinkTreatment::Renormalised);
        for (std::int64_t q = 0; q < 3; ++q)
            QVERIFY(std::isnan(rest.at({0, q, 0})));
        QCOMPARE(rest.at({0, 1, 1}), 1.0F);
        QVERIFY(std::abs(rest.at({0, 2, 1}) - 0.4F) < 1e-6F);
        QVERIFY(std::abs(rest.at({0, 2, 2}) - 0.6F) < 1e-6F);
        // Where nothing is left there is nothing to share out.
        QCOMPARE(rest.at({0, 0, 1}), 0.0F);
        QCOMPARE(rest.at({0, 0, 2}), 0.0F);
    }

    void hiddenLeavesTheOthersAlone()
    {
        const Tensor pattern({named(axis::query, 2), named(axis::key, 2)}, {1, 0, 0.7F, 0.3F});
        const Tensor hidden = withoutFirstKey(pattern, SinkTreatment::Hidden, -1);
        QCOMPARE(hidden.at({0, 0}), -1.0F);
        QCOMPARE(hidden.at({1, 1}), 0.3F);
        const Tensor shown = withoutFirstKey(pattern, SinkTreatment::Shown);
        QVERIFY(std::equal(shown.values().begin(), shown.values().end(), pattern.values().begin()));
    }

    /// Against a second way to write it, on every head of a trained model.
    void agreesWithOneMinusTheFirst()
    {
        const auto model = bundled("stories260k");
        const Trace trace = run(*model, anyInput(*model));
        const auto pattern = trace.tensor(model->program->find("blocks.2.attn.hook_pattern"));
        QVERIFY(pattern.has_value());
        const Tensor& p = **pattern;
        const Tensor rest = withoutFirstKey(p, SinkTreatment::Renormalised);
        for (std::int64_t h = 0; h < p.size(0); ++h)
            for (std::int64_t q = 1; q < p.size(1); ++q) {
                const double left = 1 - static_cast<double>(p.at({h, q, 0}));
                double sum = 0;
                for (std::int64_t k = 1; k < p.size(2); ++k) {
                    const double shown = static_cast<double>(rest.at({h, q, k}));
                    sum += shown;
                    // Single precision of 1 − p leaves about 1e-7 / left of relative error.
                    if (left > 1e-3)
                        QVERIFY(std::abs(shown * left - static_cast<double>(p.at({h, q, k}))) < 1e-5);
                }
                QVERIFY(std::abs(sum - 1) < 1e-5);
            }
    }
};

QTEST_GUILESS_MAIN(AttentionSinkTest)
#include "attention_sink_test.moc"
