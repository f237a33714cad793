// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the analyses across layers say must be what the run computed: the lens ends at the model's own logits,
// the parts of a logit sum to it, and each part is what a plain computation in double precision gives.

#include "../support.h"
#include "analysis/logit_attribution.h"
#include "analysis/logit_lens.h"
#include "analysis/residual_stream.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace headlight;

class AcrossLayersTest : public QObject
{
    Q_OBJECT
private slots:
    void everyModel_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }

    void everyStackHasItsStates_data() { everyModel_data(); }
    void everyStackHasItsStates()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Trace trace = test::run(*model, test::anyInput(*model));
        const auto streams = residualStreams(*model->program);
        QCOMPARE(streams.size(), name == "date-seq2seq" ? std::size_t(2) : std::size_t(1));
        for (const ResidualStream& stream : streams) {
            for (const AttentionLayer& layer : model->program->attention)
                if (layer.stack == stream.stack)
                    QVERIFY(layer.layer < stream.layers());
            const auto norms = residualNorms(trace, stream);
            QVERIFY(norms);
            const auto state = *trace.tensor(stream.states.back());
            double sum = 0;
            for (std::int64_t c = 0; c < state->size(1); ++c)
                sum += std::pow(double(state->at({0, c})), 2);
            QVERIFY(std::abs((*norms)->at({stream.layers(), 0}) - std::sqrt(sum)) < 1e-4);
        }
    }

    void lensEndsAtTheModelsLogits_data() { everyModel_data(); }
    void lensEndsAtTheModelsLogits()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Trace trace = test::run(*model, test::anyInput(*model));
        const auto lens = logitLens(trace, *test::workers());
        QVERIFY2(lens, lens ? "" : lens.error().text().c_str());
        const auto logits = *trace.step(model->program->prediction.logits);
        const bool everywhere = logits->rank() == 2;
        // The last state gives the model's own logits, to the bit; where the model reads one position only,
        // that is the first one.
        for (std::int64_t i = 0; i < (everywhere ? lens->positions : 1); ++i) {
            const LensCell& cell = lens->at(lens->states() - 1, i);
            const auto best = predictions(*model, trace, i, 5);
            QCOMPARE(cell.top.size(), best->size());
            for (std::size_t k = 0; k < best->size(); ++k) {
                QCOMPARE(cell.top[k].token, (*best)[k].id);
                QCOMPARE(double(cell.top[k].logit), (*best)[k].logit);
                QVERIFY(std::abs(cell.top[k].probability - (*best)[k].probability) < 1e-6);
            }
            QCOMPARE(cell.token, best->front().id);
            QCOMPARE(cell.rank, 1);
        }
    }

    /// Final RMS norm and unembedding of an inner state, by hand.
    void lensOfAnInnerState()
    {
        const auto model = test::bundled("stories260k");
        const Trace trace = test::run(*model, test::anyInput(*model));
        const int token = 300;
        const auto lens = logitLens(trace, *test::workers(), {.top = 1, .token = token});
        QVERIFY(lens);
        const auto x = *trace.tensor("blocks.2.hook_resid_pre"), w = *trace.tensor("ln_final.w"),
                   u = *trace.tensor("unembed.W_U");
        for (const std::int64_t i : {std::int64_t(0), x->size(0) - 1}) {
            double squares = 0;
            for (std::int64_t c = 0; c < x->size(1); ++c)
                squares += std::pow(double(x->at({i, c})), 2);
            const double sigma = std::sqrt(squares / double(x->size(1)) + 1e-5);
            std::vector<double> logits(std::size_t(u->size(1)), 0);
            for (std::size_t t = 0; t < logits.size(); ++t)
                for (std::int64_t c = 0; c < x->size(1); ++c)
                    logits[t] += x->at({i, c}) / sigma * w->at({c}) * u->at({c, std::int64_t(t)});
            const double most = *std::max_element(logits.begin(), logits.end());
            double sum = 0;
            int rank = 1;
            for (const double l : logits) {
                sum += std::exp(l - most);
                rank += l > logits[token];
            }
            const LensCell& cell = lens->at(2, i);
            QCOMPARE(cell.token, token);
            QVERIFY(std::abs(cell.logit - logits[token]) < 1e-4);
            QVERIFY(std::abs(cell.probability - std::exp(logits[token] - most) / sum) < 1e-5);
            QCOMPARE(cell.rank, rank);
            QCOMPARE(cell.top.front().token,
                     int(std::max_element(logits.begin(), logits.end()) - logits.begin()));
        }
        QVERIFY(!logitLens(trace, *test::workers(), {.top = 1, .token = 512}));
        std::stop_source stopped;
        stopped.request_stop();
        QCOMPARE(logitLens(trace, *test::workers(), {}, stopped.get_token()).error().code,
                 ErrorCode::Cancelled);
    }

    void partsSumToTheLogit_data() { everyModel_data(); }
    void partsSumToTheLogit()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Trace trace = test::run(*model, test::anyInput(*model));
        const auto logits = *trace.step(model->program->prediction.logits);
        const std::int64_t rows = logits->rank() == 2 ? logits->size(0) : 1;
        for (std::int64_t i = 0; i < rows; ++i)
            for (const int token : {-1, 0, 1}) {
                const auto parts = logitAttribution(trace, i, token);
                if (name == "kjv-bert") { // a word is chosen by an MLP of its own
                    QCOMPARE(parts.error().code, ErrorCode::Unsupported);
                    QVERIFY(parts.error().text().find("mlm_head") != std::string::npos);
                    continue;
                }
                QVERIFY2(parts, parts ? "" : parts.error().text().c_str());
                double largest = 1;
                for (const LogitPart& p : parts->parts)
                    largest = std::max(largest, std::abs(p.value));
                QVERIFY2(std::abs(parts->sum() - parts->logit) < 1e-4 * largest,
                         qPrintable(QString("%1 %2").arg(parts->sum()).arg(parts->logit)));
                // What heads carried is the same whether it is told by head or by where it came from.
                double heads = 0, sources = 0;
                for (const LogitPart& p : parts->parts)
                    heads += p.kind == LogitPart::Kind::Head ? p.value : 0;
                for (const auto& stream : parts->bySource)
                    for (const double v : stream)
                        sources += v;
                QVERIFY(std::abs(heads - sources) < 1e-4 * largest);
            }
        if (name != "kjv-bert") {
            QVERIFY(!logitAttribution(trace, rows == 1 && logits->rank() == 1 ? 0 : rows,
                                      logits->rank() == 1 ? 1 << 20 : -1));
        }
    }

    /// Two heads that copy: layer 1's writes the answer, layer 0's does not.
    void inductionIsDoneByTheSecondHead()
    {
        const auto model = test::bundled("induction-2l");
        const auto input = makeInput(*model, {{"dgmrbqwm", {}}});
        const Trace trace = test::run(*model, *input);
        const auto parts = logitAttribution(trace, std::int64_t((*input).streams[0].labels.size()) - 1);
        QVERIFY(parts);
        const auto most = std::max_element(parts->parts.begin(), parts->parts.end(),
                                           [](const auto& a, const auto& b) { return a.value < b.value; });
        QCOMPARE(most->kind, LogitPart::Kind::Head);
        QCOMPARE(most->layer, 1);
        // It came from the letter after the first m.
        const auto& from = parts->bySource[0];
        QCOMPARE(std::max_element(from.begin(), from.end()) - from.begin(), std::ptrdiff_t(3));
    }
};

QTEST_APPLESS_MAIN(AcrossLayersTest)
#include "test_across_layers.moc"
