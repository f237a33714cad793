// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../core/support.h"
#include "panels/derivation_view.h"
#include "panels/explain_html.h"
#include "run/workers.h"

#include <QRegularExpression>
#include <QTest>

#include <cmath>
#include <random>

using namespace headlight;

namespace {

std::filesystem::path resources()
{
    return std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "resources";
}

FigureSource run(const std::string& name, const std::string& text)
{
    const auto model = openModel(resources() / "models" / name);
    if (!model)
        qFatal("%s", model.error().text().c_str());
    auto input = makeInput(**model, {{text, std::nullopt}});
    if (!input)
        qFatal("%s", input.error().text().c_str());
    auto trace = runModel((*model)->program, (*model)->parameters, *input, std::make_shared<Workers>(1));
    if (!trace)
        qFatal("%s", trace.error().text().c_str());
    return {*trace, *model};
}

CellRef cellOf(const FigureSource& source, const char* hook, Cell cell)
{
    return {{TensorRef::Kind::Step, source.trace.program().findStep(hook)}, std::move(cell)};
}

} // namespace

class TestDerivationView : public QObject
{
    Q_OBJECT
private slots:
    void showsADotProductTermByTerm()
    {
        const FigureSource source = run("stories260k", "Once upon a time, there was a little");
        const auto view = derivationView(source, cellOf(source, "blocks.1.attn.hook_qk", {3, 9, 8}));
        QVERIFY(view);
        QString heading;
        for (const Span& s : view->heading)
            heading += s.text;
        QCOMPARE(heading, QString("␣little looks at ␣a"));
        QCOMPARE(view->place, QString("head 3 · row 9, column 8"));
        QCOMPARE(view->hook, QString("blocks.1.attn.hook_qk[3, 9, 8]"));
        QCOMPARE(view->lines.size(), 1U);
        const auto& line = view->lines.front();
        QVERIFY(line.sum);
        QCOMPARE(line.terms.size(), 8U);
        QCOMPARE(line.terms[2].name, QString("d2"));
        double sum = 0;
        for (const auto& term : line.terms) {
            QVERIFY(term.product);
            QCOMPARE(term.expression.size(), 2U);
            // The numbers are the operands' own, and the links lead to them.
            const double a =
                (*source.trace.tensor(term.expression[0].cell->tensor))->at(term.expression[0].cell->cell);
            const double b =
                (*source.trace.tensor(term.expression[1].cell->tensor))->at(term.expression[1].cell->cell);
            QVERIFY(std::abs(parseNumber(term.expression[0].text) - a) <= 0.0005001);
            QVERIFY(std::abs(parseNumber(term.expression[1].text) - b) <= 0.0005001);
            QVERIFY(std::abs(term.value - a * b) < 1e-9);
            sum += term.value;
        }
        QVERIFY(std::abs(sum - view->result) < 1e-9);
        QVERIFY(!view->changed);
        // Row 9 is the query's, column 8 the key's; key heads are shared by two.
        QCOMPARE(line.terms[2].expression[0].cell->cell, (Cell{9, 3, 2}));
        QCOMPARE(line.terms[2].expression[1].cell->cell, (Cell{8, 1, 2}));
    }

    void showsASoftmaxInItsFourLines()
    {
        const FigureSource source = run("stories260k", "Once upon a time");
        const auto view = derivationView(source, cellOf(source, "blocks.1.attn.hook_pattern", {3, 3, 2}));
        QVERIFY(view);
        QCOMPARE(view->lines.size(), 4U);
        QCOMPARE(view->lines[0].symbol, QString("m"));
        QCOMPARE(view->lines[2].symbol, QString("Z"));
        QVERIFY(view->lines[2].sum);
        QCOMPARE(view->lines[2].terms.size(), 4U); // the masked key is left out
        QCOMPARE(view->lines[2].terms[2].name, QString("␣upon"));
        QVERIFY(std::abs(view->lines[3].value - view->lines[1].value / view->lines[2].value) < 1e-12);
    }

    void putsTheLargestContributionsFirst()
    {
        const FigureSource source = run("stories260k", "Once upon a time");
        const CellRef cell = cellOf(source, "hook_logits", {3, 17});
        const auto few = derivationView(source, cell);
        QVERIFY(few);
        const auto& line = few->lines.front();
        QCOMPARE(line.terms.size(), 12U);
        QCOMPARE(line.hiddenTerms, 52);
        double sum = line.hiddenSum;
        for (std::size_t i = 0; i < line.terms.size(); ++i) {
            sum += line.terms[i].value;
            QVERIFY(i == 0 || std::abs(line.terms[i].value) <= std::abs(line.terms[i - 1].value));
        }
        QVERIFY(std::abs(sum - line.value) < 1e-9);
        DerivationOptions all;
        all.showAll = true;
        const auto every = derivationView(source, cell, all);
        QVERIFY(every);
        QCOMPARE(every->lines.front().terms.size(), 64U);
        QCOMPARE(every->lines.front().hiddenTerms, 0);
        QCOMPARE(every->lines.front().terms[5].name, QString("c5"));
    }

    void everyResultParsesBackToTheStoredNumber_data()
    {
        QTest::addColumn<QString>("model");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }
    void everyResultParsesBackToTheStoredNumber()
    {
        QFETCH(QString, model);
        const ModelPtr opened = test::bundled(model);
        const FigureSource source{test::run(*opened, test::anyInput(*opened)), opened};
        std::mt19937 random(7);
        for (int step = 0; step < static_cast<int>(source.trace.program().steps.size()); ++step) {
            const auto tensor = source.trace.step(step);
            QVERIFY(tensor);
            for (int i = 0; i < 6; ++i) {
                const auto flat =
                    std::uniform_int_distribution<std::int64_t>(0, (*tensor)->count() - 1)(random);
                const CellRef cell{{TensorRef::Kind::Step, step}, (*tensor)->cellAt(flat)};
                DerivationOptions options;
                options.showAll = i % 2 == 0;
                const auto view = derivationView(source, cell, options);
                QVERIFY(view);
                const QString where = view->hook;
                QVERIFY2(!view->changed, qPrintable(where));
                // The lines are the result, and the partial sums end in their sums.
                QVERIFY2(!view->lines.empty(), qPrintable(where));
                QVERIFY2(view->lines.back().value == view->result || std::isnan(view->result),
                         qPrintable(where));
                for (const auto& line : view->lines)
                    if (line.sum && std::isfinite(line.value))
                        QVERIFY2(std::abs(line.terms.back().partial + line.hiddenSum - line.value) <=
                                     1e-9 * std::max(1.0, line.largest * 100),
                                 qPrintable(where));
                const auto stored = static_cast<double>(view->stored);
                QVERIFY2(parseNumber(storedNumber(view->stored)) == stored ||
                             static_cast<float>(parseNumber(storedNumber(view->stored))) == view->stored,
                         qPrintable(where));
                for (const int digits : {1, 2, 4, 7, 10}) {
                    const QString text = printedResult(view->result, view->stored, digits);
                    const double read = parseNumber(text);
                    const QString about =
                        where + " prints " + text + " and stores " + QString::number(stored, 'g', 10);
                    if (!std::isfinite(stored)) {
                        QVERIFY2(read == stored, qPrintable(about));
                        continue;
                    }
                    // The last printed digit, told from the text alone.
                    static const QRegularExpression number("^−?(\\d+)(?:\\.(\\d+))?(?:e(−?\\d+))?$");
                    const auto match = number.match(text);
                    QVERIFY2(match.hasMatch(), qPrintable(about));
                    const int exponent = match.captured(3).replace("−", "-").toInt();
                    const double place = std::pow(10.0, exponent - match.captured(2).size());
                    QVERIFY2(std::abs(read - stored) <= 0.5001 * place, qPrintable(about));
                    QVERIFY2(match.captured(2).size() <= digits, qPrintable(about));
                }
            }
        }
    }

    void printsTheDigitsThatFloat32HasInCommon()
    {
        QCOMPARE(printedResult(27.367672310, 27.367670F, 4), QString("27.3677"));
        QCOMPARE(printedResult(27.367672310, 27.367670F, 9), QString("27.36767"));
        QCOMPARE(printedResult(0.5, 0.5F, 3), QString("0.500"));
        // Nothing in common but that both are nearly zero: what is stored is what counts.
        QCOMPARE(printedResult(1e-9, 3e-9F, 4), QString("3.00e−09"));
        QCOMPARE(printedResult(-std::numeric_limits<double>::infinity(),
                               -std::numeric_limits<float>::infinity(), 3),
                 QString("−∞"));
        QCOMPARE(storedNumber(0.1F), QString("0.1"));
        QCOMPARE(storedNumber(-27.36767F).left(4), QString("−27."));
    }

    void whatIsNoNumberComesFirst()
    {
        // A weight that is no number among many: the sum is none either, and the panel says at once why.
        const ModelPtr model = test::bundled("stories260k");
        const int step = model->program->findStep("hook_logits");
        Override::EditCells cells;
        cells.cells.emplace_back(Cell{1, 40}, std::numeric_limits<float>::quiet_NaN());
        RunOptions options;
        options.overrides = {
            std::make_shared<const Override>(Override{"ln_final.hook_normalized", cells, ""})};
        const FigureSource source{test::run(*model, test::anyInput(*model), options), model};
        const auto view = derivationView(source, {{TensorRef::Kind::Step, step}, {1, 17}});
        QVERIFY(view);
        QVERIFY(std::isnan(view->stored) && std::isnan(view->result) && !view->changed);
        QVERIFY(std::isnan(view->lines.front().terms.front().value));
        QCOMPARE(view->lines.front().terms.front().name, QString("c40"));
        QVERIFY(std::abs(view->lines.front().terms[1].value) >= std::abs(view->lines.front().terms[2].value));
        QCOMPARE(printedResult(view->result, view->stored, 3), QString("NaN"));
    }

    void aMaskedCellSaysWhy()
    {
        const FigureSource source = run("stories260k", "Once upon a time");
        const auto masked =
            derivationView(source, cellOf(source, "blocks.1.attn.hook_attn_scores", {3, 1, 2}));
        QVERIFY(masked);
        QVERIFY(masked->formula.contains("−∞ for j > i"));
        QCOMPARE(printedResult(masked->result, masked->stored, 3), QString("−∞"));
        const auto none = derivationView(source, cellOf(source, "blocks.1.attn.hook_pattern", {3, 1, 2}));
        QVERIFY(none);
        QCOMPARE(none->result, 0.0);
        QVERIFY(!none->changed);
    }

    void isCopiedAsProgramsReadIt()
    {
        const FigureSource source = run("stories260k", "Once upon a time, there was a little");
        const auto view = derivationView(source, cellOf(source, "blocks.1.attn.hook_qk", {3, 9, 8}));
        QVERIFY(view);
        const QStringList lines = derivationText(*view, "S = Q·K").split('\n');
        QCOMPARE(lines[0], QString("blocks.1.attn.hook_qk[3, 9, 8]"));
        QCOMPARE(lines[1], QString("S = Q·K"));
        double sum = 0;
        for (int i = 0; i < 8; ++i) {
            const QStringList cells = lines[2 + i].split('\t');
            QCOMPARE(cells[0], QStringLiteral("d%1").arg(i));
            bool ok = false;
            sum += cells[2].toDouble(&ok);
            QVERIFY(ok);
            QVERIFY(std::abs(cells[3].toDouble() - sum) < 1e-8);
        }
        QVERIFY(std::abs(sum - view->result) < 1e-8);
        QCOMPARE(lines[11].section('\t', 1).toFloat(), view->stored);
    }

    void numbersNeverShrinkToZero()
    {
        QCOMPARE(signedNumber(3.4484, 3), QString("+3.448"));
        QCOMPARE(signedNumber(-0.0213, 3), QString("−0.021"));
        QCOMPARE(plainNumber(0, 3), QString("0.000"));
        QCOMPARE(plainNumber(1.234e-7, 3), QString("1.2e−07"));
        QCOMPARE(plainNumber(-1.5e9, 3), QString("−1.5e09"));
        QCOMPARE(plainNumber(-std::numeric_limits<double>::infinity(), 3), QString("−∞"));
        QCOMPARE(signedNumber(std::nan(""), 3), QString("NaN"));
        for (const double value : {1e-9, -0.4999, 12345.6, 3e17})
            QVERIFY(std::abs(parseNumber(plainNumber(value, 4)) - value) <=
                    std::max(1e-4, std::abs(value) * 1e-2));
    }

    void linksSurviveTheirText()
    {
        const CellRef cell{{TensorRef::Kind::Step, 31}, {3, 9, 8}};
        QVERIFY(cellOfLink(cellLink(cell)) == cell);
        QVERIFY(!cellOfLink("all:"));
        QVERIFY(!cellOfLink("cell:2"));
    }

    void formulasAreTypeset()
    {
        const FigureSource source = run("stories260k", "Once");
        const int step = source.trace.program().findStep("blocks.1.attn.hook_qk");
        const QString html = formulaHtml("{r}[h,i,j] = Σ_d {0}[i,h,d] · {1}[j,h,d]", source.trace.program(),
                                         step, "#00f", "#f80");
        QCOMPARE(html, QString("(<i>QKᵀ</i>)<sub><i>hij</i></sub> = Σ<sub><i>d</i></sub> "
                               "<span style='color:#00f'><i>Q′</i><sub><i>ihd</i></sub></span> · "
                               "<span style='color:#f80'><i>K′</i><sub><i>jhd</i></sub></span>"));
    }
};

QTEST_MAIN(TestDerivationView)
#include "test_derivation_view.moc"
