// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What the animation inside a step shows: partial results, of which the last one is the stored cell.

#include "../support.h"
#include "program/build_up.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace headlight;

class BuildUpTest : public QObject
{
    Q_OBJECT
private slots:
    void theLastPartialIsTheStoredCell_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }
    void theLastPartialIsTheStoredCell()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Trace trace = test::run(*model, test::anyInput(*model));
        std::mt19937 random(20260211);
        int several = 0;
        for (int step = 0; step < int(model->program->steps.size()); ++step) {
            const TensorPtr stored = *trace.step(step);
            const auto operands = *trace.operands(step);
            Operands plain;
            for (const TensorPtr& t : operands)
                plain.push_back(t.get());
            for (int n = 0; n < 8 && stored->count() > 0; ++n) {
                const Cell cell = stored->cellAt(
                    std::uniform_int_distribution<std::int64_t>(0, stored->count() - 1)(random));
                const Derivation derivation = trace.derive(step, plain, cell);
                const BuildUp built = buildUp(derivation, plain);
                QCOMPARE(built.lines.size(), derivation.lines.size());
                const double value = stored->at(cell);
                const std::string where = model->program->steps[std::size_t(step)].hook + describe(cell);
                if (std::isfinite(value)) {
                    // The bound of the derivation test: 3e-6 of the largest magnitude that was handled.
                    const double tolerance = 3e-6 * magnitude(derivation, plain) + 1e-12;
                    QVERIFY2(std::abs(built.value() - value) <= tolerance, where.c_str());
                } else {
                    QVERIFY2(built.value() == value || std::isnan(value), where.c_str());
                }
                // And not only nearly what the explanation says: exactly.
                const std::vector<double> lines = evaluate(derivation, plain);
                for (std::size_t l = 0; l < lines.size(); ++l) {
                    const BuildUp::Line& line = built.lines[l];
                    QCOMPARE(line.terms.size(), line.partials.size());
                    QCOMPARE(line.terms.size(), termsOf(derivation.lines[l].expr).size());
                    QVERIFY2(line.partials.back() == lines[l] || std::isnan(lines[l]), where.c_str());
                    several += line.terms.size() > 2 ? 1 : 0;
                }
            }
        }
        QVERIFY2(several > 8, "sums and maxima are taken apart");
    }

    void sumsAndMaximaAreTakenApartInOrder()
    {
        const Tensor x({named(axis::dHead, 4)}, {3, -1, 4, 1.5F});
        const auto at = [](std::int64_t i) { return Expr::at(0, {i}); };
        const Derivation derivation{
            "",
            {{"m", Expr::of(Expr::Kind::Max, {at(0), at(1), at(2), at(3)})},
             {"d", Expr::of(Expr::Kind::Difference, {at(1), Expr::line(0)})},
             {"{r}", Expr::sum({at(0), Expr::product(at(1), at(2)), Expr::line(1)})}}};
        const BuildUp built = buildUp(derivation, {&x});
        QCOMPARE(built.lines[0].partials, (std::vector<double>{3, 3, 4, 4}));
        QCOMPARE(built.lines[1].partials, (std::vector<double>{-5}));
        QCOMPARE(built.lines[2].terms, (std::vector<double>{3, -4, -5}));
        QCOMPARE(built.lines[2].partials, (std::vector<double>{3, -1, -6}));
        QCOMPARE(built.value(), -6.0);
        std::vector<std::int64_t> read;
        visitCells(derivation.lines[2].expr.args[1], [&](int, const Cell& cell) { read.push_back(cell[0]); });
        QCOMPARE(read, (std::vector<std::int64_t>{1, 2}));
    }

    void tellsSharedArithmeticFromOneCellsOwn()
    {
        const auto model = test::bundled("stories260k");
        const Trace trace = test::run(*model, test::anyInput(*model));
        const int step = model->program->findStep("blocks.1.attn.hook_pattern");
        const auto operands = *trace.operands(step);
        const Operands plain{operands[0].get()};
        const std::int64_t last = (*trace.step(step))->size(1) - 1;
        const auto line = [&](std::int64_t row, std::int64_t key, std::size_t index) {
            return trace.derive(step, plain, {0, row, key}).lines[index].expr;
        };
        QVERIFY2(sameArithmetic(line(last, 0, 0), line(last, 1, 0)), "the largest of one row");
        QVERIFY2(!sameArithmetic(line(last, 0, 1), line(last, 1, 1)), "each key's own exponential");
        QVERIFY2(sameArithmetic(line(last, 0, 2), line(last, 1, 2)), "the sum of one row");
        QVERIFY2(!sameArithmetic(line(last, 0, 0), line(last - 1, 0, 0)), "another row's largest");
    }
};

QTEST_APPLESS_MAIN(BuildUpTest)
#include "build_up_test.moc"
