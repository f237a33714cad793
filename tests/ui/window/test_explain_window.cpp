// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The explain panel in the real window: the typeset formula and its symbols, the numbers of any cell, how
// many digits they have, where they lead.

#include "window_fixture.h"

#include <QAbstractButton>
#include <QClipboard>
#include <QLabel>
#include <QSpinBox>

#include <set>
#include <string_view>

using namespace headlight;
using namespace headlight::test;

namespace {

TensorRef named(const WindowFixture& f, const char* name)
{
    return f.session.trace().program().find(name);
}

bool says(WindowFixture& f, const QString& text)
{
    return QTest::qWaitFor([&] { return f.window->explain().plainText().contains(text); }, 2000);
}

/// The panel shows a move a moment later.
bool derives(WindowFixture& f, const CellRef& cell)
{
    return QTest::qWaitFor(
        [&] {
            const auto& view = f.window->explain().derivation();
            return view && view->cell == cell;
        },
        2000);
}

} // namespace

class TestExplainWindow : public QObject
{
    Q_OBJECT
private slots:
    void theFormulasSymbolsStandForTheTensors()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go("blocks.1.attn.hook_qk");
        FormulaView& formula = f.window->explain().formula();
        QVERIFY(QTest::qWaitFor([&] { return formula.buttonsOf("operand-1").size() == 1; }, 2000));
        QVERIFY(!formula.content().svg.isEmpty());
        QCOMPARE(formula.accessibleName(), QString("Formula: QKᵀ[i,j] = Σ_d Q′[i,d] · K′[j,d]"));
        const TensorRef keys = named(f, "blocks.1.attn.hook_rot_k");
        QAbstractButton* k = formula.buttonsOf("operand-1").front();
        QVERIFY(k->accessibleName().contains("blocks.1.attn.hook_rot_k [position 10, head 8, d_head 8]") ||
                k->accessibleName().contains("blocks.1.attn.hook_rot_k [position"));
        // Pointing at K frames it in the stage view and names it below; the arithmetic stays.
        const auto before = f.window->explain().derivation()->cell;
        QTest::mouseMove(k, k->rect().center());
        QVERIFY(QTest::qWaitFor([&] { return f.window->selection().pointed() == keys; }, 2000));
        const Highlight& lit = f.window->stage().view().highlight();
        QCOMPARE(lit.sources.back(), (CellRef{keys, {}}));
        QVERIFY(f.window->findChild<QLabel*>("statusText")->text().contains("blocks.1.attn.hook_rot_k"));
        QCOMPARE(f.window->explain().derivation()->cell, before);
        const QImage with = f.window->stage().view().grab().toImage();
        f.window->selection().point({});
        QVERIFY(f.window->stage().view().highlight().sources.back().cell.size() == 3);
        QVERIFY(with != f.window->stage().view().grab().toImage());
        // A click leads to the step that made it, and back.
        QTest::mouseClick(k, Qt::LeftButton);
        QCOMPARE(f.hook(), QString("blocks.1.attn.hook_rot_k"));
        f.key(Qt::Key_Backspace);
        QCOMPARE(f.hook(), QString("blocks.1.attn.hook_qk"));
    }

    void symbolsAreReachedWithTheKeyboard()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go("blocks.1.attn.hook_q");
        FormulaView& formula = f.window->explain().formula();
        QVERIFY(QTest::qWaitFor([&] { return formula.buttonsOf("operand-1").size() == 1; }, 2000));
        QAbstractButton* weights = formula.buttonsOf("operand-1").front();
        formula.buttonsOf("operand-0").front()->setFocus(Qt::TabFocusReason);
        f.key(Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget(), weights);
        const TensorRef w = named(f, "blocks.1.attn.W_Q");
        QCOMPARE(f.window->selection().pointed(), w);
        // No step made a weight: it is said what it is and where it stands.
        f.key(Qt::Key_Space);
        QVERIFY(f.window->selection().held().has_value());
        QCOMPARE(f.window->selection().held()->tensor, w);
        QCOMPARE(f.hook(), QString("blocks.1.attn.hook_q"));
        QVERIFY(says(f, "learned number"));
        QVERIFY(says(
            f, QString::fromStdString(
                   f.session.trace().program().parameters[static_cast<std::size_t>(w.index)].source.tensor)));
        // The formula is still this step's, and back leads to its own number.
        QCOMPARE(formula.content().symbols.front().tensor, f.result());
        f.trigger("step.back");
        QVERIFY(!f.window->selection().held());
        QVERIFY(derives(f, *f.window->selection().pinned()));
    }

    void anyCellOfTheEquationIsExplained()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go("blocks.1.attn.hook_qk");
        const TensorRef q = named(f, "blocks.1.attn.hook_rot_q");
        const CellRef cell{q, {4, 3, 2}};
        const QString formula = f.window->explain().formula().content().plain;
        QVERIFY(f.hover(cell) || f.hover(cell)); // the first may come before the picture has its size
        QVERIFY(derives(f, cell));
        QVERIFY(says(f, "blocks.1.attn.hook_rot_q[4, 3, 2]"));
        QVERIFY(says(f, "Made by"));
        QVERIFY(says(f, storedNumber((*f.session.trace().tensor(q))->at(cell.cell))));
        QCOMPARE(f.window->explain().formula().content().plain, formula);
        // A click keeps it when the mouse goes; a click on the result brings that back.
        f.window->selection().pin(cell);
        f.window->selection().hover(std::nullopt);
        QTest::qWait(5);
        QVERIFY(derives(f, cell));
        const CellRef own{f.result(), {3, 9, 6}};
        f.window->selection().pin(own);
        QVERIFY(derives(f, own));
        // Another step has other operands.
        f.window->selection().pin(cell);
        f.key(Qt::Key_Right);
        QVERIFY(!f.window->selection().held());
    }

    void aWeightsNumberLeadsToWhatItIs()
    {
        WindowFixture f;
        QVERIFY(f.open("nano-sort"));
        f.go("blocks.1.attn.hook_q");
        QVERIFY(QTest::qWaitFor([&] { return f.window->explain().derivation().has_value(); }, 2000));
        const auto& terms = f.window->explain().derivation()->lines.front().terms;
        const CellRef weight = *terms.front().expression[1].cell;
        QCOMPARE(weight.tensor.kind, TensorRef::Kind::Parameter);
        auto* browser = f.window->findChild<QTextBrowser*>("explainText");
        emit browser->anchorClicked(QUrl(cellLink(weight)));
        QVERIFY(derives(f, weight));
        QVERIFY(says(f, "learned number"));
        QCOMPARE(f.hook(), QString("blocks.1.attn.hook_q"));
        f.key(Qt::Key_Backspace);
        QVERIFY(derives(f, *f.window->selection().pinned()));
    }

    void layerByLayerAStepWithinIsExplainedItself()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.window->selection().setGranularity(Granularity::Layer);
        f.go("blocks.1.hook_resid_post");
        QVERIFY(says(f, "One block of the model"));
        f.go("blocks.1.attn.hook_pattern");
        QVERIFY(says(f, "Each row of scores"));
        QVERIFY(!f.window->explain().plainText().contains("One block of the model"));
    }

    void digitsAndColumnsAreRemembered()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("settings.ini");
        {
            WindowFixture f(file);
            QVERIFY(f.open("stories260k"));
            f.go("blocks.1.attn.hook_qk");
            auto* digits = f.window->findChild<QSpinBox*>("explainDigits");
            QVERIFY(digits && digits->isVisible());
            QCOMPARE(digits->value(), 3);
            QVERIFY(says(f, "so far"));
            const DerivationView view = *f.window->explain().derivation(); // the panel makes another soon
            const auto& term = view.lines.front().terms[5];
            QVERIFY(says(f, plainNumber(term.partial, 3)));
            QVERIFY(!f.window->explain().plainText().contains(plainNumber(std::abs(term.value), 6)));
            digits->setFocus(Qt::TabFocusReason);
            for (int i = 0; i < 3; ++i)
                f.key(Qt::Key_Up);
            QCOMPARE(digits->value(), 6);
            QVERIFY(says(f, plainNumber(std::abs(term.value), 6)));
            QVERIFY(says(f, printedResult(view.result, view.stored, 7)));
            auto* browser = f.window->findChild<QTextBrowser*>("explainText");
            emit browser->anchorClicked(QUrl("sums:"));
            QVERIFY(
                QTest::qWaitFor([&] { return !f.window->explain().plainText().contains("so far"); }, 2000));
        }
        WindowFixture f(file);
        QCOMPARE(f.window->explain().digits(), 6);
        QVERIFY(!f.window->explain().partialSums());
    }

    void theSumSoFarCountsTheHiddenTerms()
    {
        WindowFixture f;
        QVERIFY(f.open("shakespeare-char"));
        f.go("blocks.1.attn.hook_q");
        QVERIFY(says(f, "show the other"));
        const auto& line = f.window->explain().derivation()->lines.front();
        QVERIFY(line.hiddenTerms > 0);
        const QString sum = plainNumber(line.terms.back().partial + line.hiddenSum, 3);
        const QStringList words = f.window->explain().plainText().split(QChar('\n'));
        const auto hidden = std::find_if(words.begin(), words.end(),
                                         [](const QString& w) { return w.contains("the other"); });
        QVERIFY2((hidden + 1)->endsWith(sum), qPrintable(*(hidden + 1)));
    }

    void theWordsComeAfterThePixels()
    {
        // Whoever types sees the heatmaps first, and does not wait for the arithmetic beside them.
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go("blocks.1.attn.hook_pattern");
        QVERIFY(QTest::qWaitFor([&] { return f.window->explain().derivation().has_value(); }, 2000));
        const QString before = f.window->explain().plainText();
        QString whenPainted;
        connect(&f.window->stage().view(), &FigureView::painted, this,
                [&] { whenPainted = f.window->explain().plainText(); });
        f.window->selection().setHead(2);
        QVERIFY(QTest::qWaitFor([&] { return f.window->explain().plainText() != before; }, 2000));
        QCOMPARE(whenPainted, before);
    }

    void theArithmeticIsCopied()
    {
        WindowFixture f;
        QVERIFY(f.open("nano-sort"));
        f.go("blocks.1.attn.hook_qk");
        QVERIFY(QTest::qWaitFor([&] { return f.window->explain().derivation().has_value(); }, 2000));
        f.trigger("edit.copyArithmetic");
        const QString text = QApplication::clipboard()->text();
        const auto& view = *f.window->explain().derivation();
        QVERIFY(text.startsWith(view.hook));
        QCOMPARE(text.trimmed().section('\t', -1).toFloat(), view.stored);
    }

    void everyKindOfStepOfAPictureAndOfATranslationIsExplained_data()
    {
        QTest::addColumn<QString>("model");
        for (const char* model : {"fashion-vit", "date-seq2seq"})
            QTest::newRow(model) << model;
    }
    void everyKindOfStepOfAPictureAndOfATranslationIsExplained()
    {
        QFETCH(QString, model);
        WindowFixture f;
        QVERIFY(f.open(model));
        FormulaView& formula = f.window->explain().formula();
        const int steps = static_cast<int>(f.session.trace().program().steps.size());
        std::set<std::string_view> seen; // one step of each kind
        for (int step = 0; step < steps; ++step) {
            if (!seen.insert(f.session.trace().op(step)->name()).second)
                continue;
            f.window->selection().jumpTo(step);
            QVERIFY(QTest::qWaitFor(
                [&] {
                    const auto& view = f.window->explain().derivation();
                    return view && view->cell.tensor.index == step;
                },
                2000));
            QVERIFY2(!formula.content().svg.isEmpty(), qPrintable(f.hook()));
            QVERIFY2(!formula.buttonsOf("result").empty(), qPrintable(f.hook()));
            for (const FormulaView::Symbol& symbol : formula.content().symbols)
                for (QAbstractButton* button : formula.buttonsOf(symbol.element))
                    QVERIFY2(formula.rect().contains(button->geometry()), qPrintable(f.hook()));
        }
    }
};

QTEST_MAIN(TestExplainWindow)
#include "test_explain_window.moc"
