// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The known heads of the bundled models come out, and the numbers are what the definitions say.

#include "../support.h"
#include "analysis/head_metrics.h"

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

} // namespace

class HeadMetricsTest : public QObject
{
    Q_OBJECT
private slots:
    void inductionModelIsWhatItIsKnownFor()
    {
        const auto model = test::bundled("induction-2l");
        const auto heads = allHeadMetrics(onText(*model, "dgmrbqwm"));
        QVERIFY(heads);
        QCOMPARE(heads->size(), std::size_t(2));
        QCOMPARE(QString::fromStdString((*heads)[0].label()), "previous token");
        QCOMPARE(QString::fromStdString((*heads)[1].label()), "induction");
        QVERIFY(*(*heads)[1].value("induction") > 0.9);
        QVERIFY(!onText(*model, "abcdefgh").valid() ||
                !headMetrics(onText(*model, "abcdefgh"), 1, 0)->value("induction"));
    }

    void bertHeadsReadTheNeighbours()
    {
        const auto model = test::bundled("kjv-bert");
        const Trace trace = onText(*model, "The children of [MASK] went out of Egypt.");
        QCOMPARE(QString::fromStdString(headMetrics(trace, 1, 2)->label()), "previous token");
        QCOMPARE(QString::fromStdString(headMetrics(trace, 1, 3)->label()), "next token");
    }

    void storiesHeadOfTheExample()
    {
        const auto model = test::bundled("stories260k");
        const auto metrics = headMetrics(onText(*model, "Once upon a time, there was a little"), 1, 3);
        QCOMPARE(QString::fromStdString(metrics->label()), "previous token");
    }

    void numbersFollowTheDefinitions_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }
    void numbersFollowTheDefinitions()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Trace trace = test::run(*model, test::anyInput(*model));
        const auto heads = allHeadMetrics(trace);
        QVERIFY(heads);
        for (const HeadMetrics& metrics : *heads) {
            const AttentionLayer& layer = model->program->attention[std::size_t(metrics.layer)];
            const TensorPtr p = *trace.step(layer.pattern);
            double confidence = 0, entropy = 0, previous = 0;
            for (std::int64_t i = 0; i < p->size(1); ++i) {
                double most = 0;
                for (std::int64_t j = 0; j < p->size(2); ++j) {
                    const double w = p->at({metrics.head, i, j});
                    most = std::max(most, w);
                    entropy -= w > 0 ? w * std::log(w) : 0;
                }
                confidence += most;
                if (i > 0 && layer.kind == AttentionLayer::Kind::Self)
                    previous += p->at({metrics.head, i, i - 1});
            }
            const auto n = double(p->size(1));
            QVERIFY(std::abs(*metrics.value("confidence") - confidence / n) < 1e-9);
            QVERIFY(std::abs(*metrics.value("entropy") - entropy / n) < 1e-9);
            if (layer.kind == AttentionLayer::Kind::Self)
                QVERIFY(std::abs(*metrics.value("previous_token") - previous / (n - 1)) < 1e-9);
            else
                QVERIFY(!metrics.value("previous_token"));
            for (std::size_t i = 0; i < metrics.values.size(); ++i)
                if (metrics.values[i] && metricDefinitions()[i].most > 0)
                    QVERIFY(*metrics.values[i] >= -1e-6 &&
                            *metrics.values[i] <= metricDefinitions()[i].most + 1e-6);
        }
    }
};

QTEST_APPLESS_MAIN(HeadMetricsTest)
#include "head_metrics_test.moc"
