// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What heads do by their weights and by further runs: each number against a plain computation in double
// precision, and the heads that are known for something.

#include "../support.h"
#include "analysis/ablation.h"
#include "analysis/circuits.h"
#include "analysis/head_analysis.h"
#include "analysis/repeated_sequence.h"
#include "analysis/value_norms.h"

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
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

Eigen::MatrixXd matrix(const Tensor& t)
{
    Eigen::MatrixXd m(t.size(0), t.size(1));
    for (std::int64_t r = 0; r < m.rows(); ++r)
        for (std::int64_t c = 0; c < m.cols(); ++c)
            m(r, c) = t.at({r, c});
    return m;
}

/// W_Q, W_K, W_V [d_model, head, d_head] of one head.
Eigen::MatrixXd projection(const Tensor& t, std::int64_t head)
{
    Eigen::MatrixXd m(t.size(0), t.size(2));
    for (std::int64_t r = 0; r < m.rows(); ++r)
        for (std::int64_t c = 0; c < m.cols(); ++c)
            m(r, c) = t.at({r, head, c});
    return m;
}

double share(const Eigen::MatrixXd& m)
{
    const auto values = Eigen::EigenSolver<Eigen::MatrixXd>(m, false).eigenvalues();
    double sum = 0, absolute = 0;
    for (Eigen::Index i = 0; i < values.size(); ++i) {
        sum += values[i].real();
        absolute += std::abs(values[i]);
    }
    return sum / absolute;
}

std::vector<double> softmax(const Tensor& logits, std::int64_t row)
{
    const std::int64_t n = logits.axes().back().size;
    double sum = 0;
    std::vector<double> p;
    for (std::int64_t i = 0; i < n; ++i)
        p.push_back(std::exp(double(logits[row * n + i])));
    for (const double e : p)
        sum += e;
    for (double& e : p)
        e /= sum;
    return p;
}

} // namespace

class HeadAnalysisTest : public QObject
{
    Q_OBJECT
private slots:
    void everyModel_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }

    void normWeighted_data() { everyModel_data(); }
    void normWeighted()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Trace trace = test::run(*model, test::anyInput(*model));
        for (std::size_t a = 0; a < model->program->attention.size(); ++a) {
            const AttentionLayer& layer = model->program->attention[a];
            const auto weighted = normWeightedAttention(trace, int(a));
            QVERIFY2(weighted, weighted ? "" : weighted.error().text().c_str());
            const Tensor &w = **weighted, &p = **trace.step(layer.pattern), &v = **trace.step(layer.v),
                         &o = **trace.tensor(layer.name + ".W_O");
            for (std::int64_t h = 0; h < layer.heads; ++h)
                for (const std::int64_t j : {std::int64_t(0), p.size(2) - 1}) {
                    const std::int64_t i = p.size(1) - 1;
                    double squares = 0;
                    for (std::int64_t c = 0; c < o.size(2); ++c) {
                        double sum = 0;
                        for (std::int64_t d = 0; d < v.size(2); ++d)
                            sum += double(v.at({j, h * layer.keyHeads / layer.heads, d})) * o.at({h, d, c});
                        squares += std::pow(p.at({h, i, j}) * sum, 2);
                    }
                    QVERIFY(std::abs(w.at({h, i, j}) - std::sqrt(squares)) <
                            1e-5 * std::max(1.0, std::sqrt(squares)));
                }
        }
    }

    /// The eigenvalues of the whole [vocab × vocab] matrices are those that the small product has.
    void circuitsAreTheWholeMatrices()
    {
        const auto model = test::bundled("shakespeare-char");
        const Trace trace = test::run(*model, test::anyInput(*model));
        const auto measures = circuitMeasures(trace, *test::workers());
        QVERIFY(measures);
        const Eigen::MatrixXd e = matrix(**trace.tensor("embed.W_E"));
        const auto fold = [&](const std::string& norm) {
            const TensorPtr w = *trace.tensor(norm);
            Eigen::MatrixXd m = Eigen::MatrixXd::Identity(e.cols(), e.cols());
            m.array() -= 1.0 / double(e.cols());
            for (Eigen::Index c = 0; c < m.cols(); ++c)
                m.col(c) *= w->at({c});
            return m;
        };
        for (const HeadCircuits& head : measures->heads) {
            if (head.head != 1)
                continue;
            const std::string block = "blocks." + std::to_string(head.attention);
            const Eigen::MatrixXd read = e * fold(block + ".ln1.w");
            const Eigen::MatrixXd q = read * projection(**trace.tensor(block + ".attn.W_Q"), head.head),
                                  k = read * projection(**trace.tensor(block + ".attn.W_K"), head.head),
                                  v = read * projection(**trace.tensor(block + ".attn.W_V"), head.head);
            const Tensor& o = **trace.tensor(block + ".attn.W_O");
            Eigen::MatrixXd out(o.size(1), o.size(2));
            for (Eigen::Index r = 0; r < out.rows(); ++r)
                for (Eigen::Index c = 0; c < out.cols(); ++c)
                    out(r, c) = o.at({head.head, r, c});
            const Eigen::MatrixXd ov = v * out * fold("ln_final.w") * matrix(**trace.tensor("unembed.W_U"));
            QVERIFY(std::abs(*head.qk - share(q * k.transpose())) < 1e-3);
            QVERIFY(std::abs(*head.ov - share(ov)) < 1e-3);
        }
    }

    void importanceIsWhatAblationChanges()
    {
        const auto model = test::bundled("stories260k");
        const Trace trace = test::run(*model, test::anyInput(*model));
        int steps = 0;
        const auto heads = headImportance(*model, trace, test::workers(), {}, [&](int done, int total) {
            QVERIFY(done <= total);
            ++steps;
        });
        QVERIFY(heads);
        QCOMPARE(steps, int(heads->size()));
        const Tensor& logits = **trace.step(model->program->prediction.logits);
        for (const HeadImportance& head : *heads) {
            if (head.head != 2)
                continue;
            RunOptions options;
            options.overrides = {std::make_shared<const Override>(
                Override{"blocks." + std::to_string(head.attention) + ".attn.hook_z",
                         Override::Ablate{"head", head.head, false}, "off"})};
            const Trace without = test::run(*model, trace.input(), options);
            const Tensor& changed = **without.step(model->program->prediction.logits);
            double drop = 0;
            for (std::int64_t i = 0; i < logits.size(0); ++i) {
                const auto before = softmax(logits, i), after = softmax(changed, i);
                const auto most = std::max_element(before.begin(), before.end()) - before.begin();
                drop += std::log(before[std::size_t(most)]) - std::log(after[std::size_t(most)]);
            }
            QVERIFY(std::abs(head.drop - drop / double(logits.size(0))) < 1e-5);
        }
        std::stop_source stopped;
        stopped.request_stop();
        QCOMPARE(headImportance(*model, trace, test::workers(), stopped.get_token()).error().code,
                 ErrorCode::Cancelled);
    }

    void inductionOnRandomTokens()
    {
        const auto model = test::bundled("shakespeare-char");
        const Trace trace = onText(*model, "To be, or not to be");
        const auto sequence = repeatedSequence(*model, trace.input());
        QVERIFY(sequence);
        const auto& labels = sequence->input.streams[0].labels;
        QCOMPARE(std::int64_t(labels.size()), 2 * sequence->length);
        for (std::int64_t i = 0; i < sequence->length; ++i) {
            QCOMPARE(labels[std::size_t(i)].id, labels[std::size_t(i + sequence->length)].id);
            for (std::int64_t j = 0; j < i; ++j)
                QVERIFY(labels[std::size_t(i)].id != labels[std::size_t(j)].id);
        }
        const Trace run = test::run(*model, sequence->input);
        const auto scores = repeatedScores(run, *sequence);
        QVERIFY(scores);
        for (const RepeatedScores& s : *scores) {
            const Tensor& p = **run.step(model->program->attention[std::size_t(s.attention)].pattern);
            double sum = 0;
            for (std::int64_t i = sequence->length; i < 2 * sequence->length; ++i)
                sum += p.at({s.head, i, i - sequence->length + 1});
            QVERIFY(std::abs(s.induction - sum / double(sequence->length)) < 1e-6);
        }
        QVERIFY(!repeatedSequence(*test::bundled("fashion-vit"), ModelInput{}));
    }

    /// The circuit of two heads that is known: who was before, and who came after that one.
    void inductionModel()
    {
        const auto model = test::bundled("induction-2l");
        const auto all = analyseHeads(*model, onText(*model, "dgmrbqwm"), test::workers(), furtherMetrics());
        QVERIFY2(all, all ? "" : all.error().text().c_str());
        QCOMPARE(QString::fromStdString(all->heads[0].label()), "previous token");
        QCOMPARE(QString::fromStdString(all->heads[1].label()), "induction");
        QCOMPARE(QString::fromStdString(std::string(all->heads[1].finding()->metric)), "induction");
        QVERIFY(*all->heads[1].value("ov_copying") > 0.9);
        QVERIFY(*all->heads[1].value("importance") > 1);
        // On random tokens, too, the second layer's head beats the first one's.
        QVERIFY(*all->heads[1].value("induction_repeated") > 0.5);
        QVERIFY(*all->heads[0].value("induction_repeated") < 0.1);
    }

    /// Compiled models do exactly what their examples say.
    void compiledSelectors()
    {
        {
            const auto model = test::bundled("tracr-histogram");
            const Trace trace = onText(*model, "abcab");
            const auto& labels = trace.input().streams[0].labels;
            const Tensor& p = **trace.step(model->program->attention[0].pattern);
            for (std::int64_t i = 1; i < p.size(1); ++i) {
                double equal = p.at({0, i, 0});
                for (std::int64_t j = 1; j < p.size(2); ++j)
                    if (labels[std::size_t(i)].id == labels[std::size_t(j)].id)
                        equal += p.at({0, i, j});
                QVERIFY(std::abs(equal - 1) < 1e-5);
            }
            const auto all = analyseHeads(*model, trace, test::workers(), furtherMetrics());
            QVERIFY(*all->heads[0].value("qk_matching") > 0.9); // looks at its own kind
        }
        {
            const auto model = test::bundled("tracr-reverse");
            const auto all = analyseHeads(*model, onText(*model, "abcd"), test::workers(), {});
            QVERIFY(*all->heads[0].value("confidence") < 0.4);  // counts: looks everywhere
            QVERIFY(*all->heads[1].value("confidence") > 0.99); // reads one place
            QVERIFY(*all->heads[1].value("entropy") < 0.01);
        }
        {
            const auto model = test::bundled("tracr-sort");
            const auto all = analyseHeads(*model, onText(*model, "3152"), test::workers(), {"importance"});
            QVERIFY(*all->heads[1].value("confidence") > 0.99);
            QVERIFY(*all->heads[1].value("importance") > 0);
        }
    }

    void bertHeadsOfItsExamples()
    {
        const auto model = test::bundled("kjv-bert");
        const auto all = analyseHeads(*model, onText(*model, "The children of [MASK] went out of Egypt."),
                                      test::workers(), furtherMetrics());
        QVERIFY2(all, all ? "" : all.error().text().c_str());
        struct Named
        {
            int layer, head;
            const char* label;
        };
        for (const Named& named :
             {Named{1, 2, "previous token"}, {1, 3, "next token"}, {0, 3, "previous token"}}) {
            const auto found = std::find_if(all->heads.begin(), all->heads.end(), [&](const HeadMetrics& m) {
                return m.layer == named.layer && m.head == named.head;
            });
            QCOMPARE(QString::fromStdString(found->label()), named.label);
            QVERIFY(found->finding()->evidence().find("_token 0.") != std::string::npos);
        }
        // A word is chosen by an MLP: what copies can't be read off one matrix, and that is said.
        QCOMPARE(all->missing.size(), std::size_t(1));
        QCOMPARE(QString::fromStdString(all->missing[0].metric), "ov_copying");
    }

    void everyMetricOrAReason_data() { everyModel_data(); }
    void everyMetricOrAReason()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        int last = 0;
        const auto all = analyseHeads(*model, test::run(*model, test::anyInput(*model)), test::workers(),
                                      furtherMetrics(), {}, [&](int done, int total) {
                                          QVERIFY(done >= last && done <= total);
                                          last = done;
                                      });
        QVERIFY2(all, all ? "" : all.error().text().c_str());
        for (const std::string& key : furtherMetrics()) {
            const bool missing = std::any_of(all->missing.begin(), all->missing.end(), [&](const auto& m) {
                return m.metric == key && !m.reason.empty();
            });
            const bool some = std::any_of(all->heads.begin(), all->heads.end(),
                                          [&](const HeadMetrics& h) { return h.value(key).has_value(); });
            QVERIFY2(missing != some, key.c_str());
        }
        for (const HeadMetrics& head : all->heads)
            for (std::size_t i = 0; i < head.values.size(); ++i)
                if (head.values[i] && allMetricDefinitions()[i].most > 0)
                    QVERIFY(std::abs(*head.values[i]) <= allMetricDefinitions()[i].most + 1e-5);
    }
};

QTEST_APPLESS_MAIN(HeadAnalysisTest)
#include "test_head_analysis.moc"
