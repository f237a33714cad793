// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The promise of the whole program: a derivation, evaluated, equals the computed cell. All ops, all bundled
// models, random cells.

#include "../derivations.h"
#include "../support.h"
#include "ops/ops.h"

#include <QTest>

#include <cmath>
#include <random>
#include <set>

using namespace headlight;

class DerivationTest : public QObject
{
    Q_OBJECT
private slots:
    void equalsTheComputedCell_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }
    void equalsTheComputedCell()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Trace trace = test::run(*model, test::anyInput(*model));
        std::mt19937 random(20260101);
        std::set<std::string> seen;
        for (int i = 0; i < int(model->program->steps.size()); ++i) {
            const QString wrong = test::checkStep(trace, i, 24, random);
            QVERIFY2(wrong.isEmpty(),
                     qPrintable(QString::fromStdString(model->program->steps[std::size_t(i)].hook) + ": " +
                                wrong));
            seen.insert(std::string(trace.op(i)->name()));
        }
        QVERIFY(seen.size() > 5);
    }

    void holdsForWhatIfOps()
    {
        const auto model = test::bundled("stories260k");
        const ModelInput input = test::anyInput(*model);
        std::mt19937 random(7);
        ops::MaskRule window{.causal = true, .window = 3};
        ops::MaskRule strided{.causal = true, .stride = 3};
        ops::MaskRule fixed{.fixedBlock = 4};
        const std::vector<std::pair<std::string, OpPtr>> replacements{
            {"attn.hook_pattern", ops::softmax(0.5)},
            {"attn.hook_pattern", ops::uniformPattern()},
            {"attn.hook_pattern", ops::identityPattern()},
            {"attn.hook_attn_scores", ops::mask(window)},
            {"attn.hook_attn_scores", ops::mask(strided)},
            {"attn.hook_attn_scores", ops::mask(fixed)},
            {"attn.hook_scaled", ops::scale(2, "2")},
            {"mlp.hook_gate", ops::activation(ops::Activation::GeluErf)},
            {"mlp.hook_gate", ops::activation(ops::Activation::QuickGelu)},
            {"mlp.hook_gate", ops::activation(ops::Activation::Sigmoid)},
            {"mlp.hook_gate", ops::activation(ops::Activation::Tanh)},
        };
        for (const auto& [hook, op] : replacements) {
            RunOptions options;
            options.overrides = {
                std::make_shared<const Override>(Override{"blocks.1." + hook, Override::ReplaceOp{op}, ""})};
            const Trace trace = test::run(*model, input, options);
            const QString wrong =
                test::checkStep(trace, model->program->findStep("blocks.1." + hook), 100, random);
            QVERIFY2(wrong.isEmpty(), qPrintable(QString::fromStdString(hook + " ") + wrong));
        }
    }

    void patternsKeepTheirInvariants_data() { equalsTheComputedCell_data(); }
    void patternsKeepTheirInvariants()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Trace trace = test::run(*model, test::anyInput(*model));
        QVERIFY(!model->program->attention.empty());
        for (const AttentionLayer& layer : model->program->attention) {
            const TensorPtr scores = *trace.step(layer.scores), pattern = *trace.step(layer.pattern);
            for (std::int64_t h = 0; h < pattern->size(0); ++h)
                for (std::int64_t i = 0; i < pattern->size(1); ++i) {
                    double sum = 0;
                    for (std::int64_t j = 0; j < pattern->size(2); ++j) {
                        const float p = pattern->at({h, i, j});
                        sum += p;
                        if (std::isinf(scores->at({h, i, j})))
                            QCOMPARE(p, 0.0F); // masked cells are exactly 0
                    }
                    QVERIFY(std::abs(sum - 1) < 1e-5);
                }
        }
    }

    void rotaryScoresDependOnDistanceOnly()
    {
        // The same vectors at positions 2, 5 and 12, 15 must give the same score.
        const int dims = 8;
        std::mt19937 random(3);
        std::normal_distribution<float> normal;
        std::vector<float> q(dims), k(dims);
        for (int d = 0; d < dims; ++d) {
            q[std::size_t(d)] = normal(random);
            k[std::size_t(d)] = normal(random);
        }
        for (const bool interleaved : {false, true}) {
            ops::RotarySpec spec;
            spec.dims = dims;
            spec.interleaved = interleaved;
            for (int i = 0; i < dims / 2; ++i)
                spec.frequencies.push_back(std::pow(10000.0, -2.0 * i / dims));
            const auto at = [&](const std::vector<float>& x, std::int64_t position) {
                Axes axes{positions(0, position + 1), named(axis::head, 1), named(axis::dHead, dims)};
                Tensor t(axes);
                std::copy(x.begin(), x.end(), t.mutableValues().end() - dims);
                Tensor out(axes);
                Workers one(1);
                ops::rotary(spec)->forward({&t}, out, one);
                return std::vector<float>(out.values().end() - dims, out.values().end());
            };
            const auto score = [&](std::int64_t i, std::int64_t j) {
                const auto a = at(q, i), b = at(k, j);
                double sum = 0;
                for (int d = 0; d < dims; ++d)
                    sum += double(a[std::size_t(d)]) * b[std::size_t(d)];
                return sum;
            };
            QVERIFY(std::abs(score(5, 2) - score(15, 12)) < 1e-5);
            QVERIFY(std::abs(score(5, 2) - score(5, 3)) > 1e-3);
        }
    }

    void softmaxIsShiftInvariantAndStable()
    {
        const Axes axes{named(axis::query, 2), named(axis::key, 3)};
        const Tensor x(axes, {1, 2, 3, 1001, 1002, 1003});
        Tensor p(axes);
        Workers one(1);
        ops::softmax()->forward({&x}, p, one);
        for (std::int64_t j = 0; j < 3; ++j)
            QCOMPARE(p.at({0, j}), p.at({1, j}));
    }

    void shapesSayWhatDoesNotFit()
    {
        const Axes x{positions(0, 4), named(axis::dModel, 6)},
            w{named(axis::dModel, 5), named(axis::dMlp, 7)};
        const auto wrong = ops::linear()->shape({x, w});
        QVERIFY(!wrong);
        QCOMPARE(QString::fromStdString(wrong.error().text()),
                 "operand 1: expected a matrix whose first axes end [position 4, d_model 6], found [d_model "
                 "5, d_mlp 7]");
    }
};

QTEST_APPLESS_MAIN(DerivationTest)
#include "derivation_test.moc"
