// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Changing a run in the real window, and seeing what that does.

#include "figures/compare_figure.h"
#include "panels/cell_editor.h"
#include "panels/compare_panel.h"
#include "panels/history_panel.h"
#include "panels/what_if_bar.h"
#include "window_fixture.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QUndoView>
#include <QWheelEvent>

using namespace headlight;
using namespace headlight::test;

namespace {

template <class Widget>
Widget* shown(WindowFixture& f, const char* name)
{
    auto* widget = f.window->findChild<Widget*>(name);
    return widget && widget->isVisible() ? widget : nullptr;
}

void choose(QComboBox* box, int index)
{
    box->setCurrentIndex(index);
    emit box->activated(index);
}

float value(const Trace& trace, const char* hook, const Cell& cell)
{
    return (*trace.tensor(hook))->at(cell);
}

} // namespace

class TestWhatIfWindow : public QObject
{
    Q_OBJECT
private slots:
    void theScaleGoesAndComesBack()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go("blocks.1.attn.hook_scaled");
        QVERIFY(f.window->stage().whatIfs().changedText().isEmpty());
        auto* box = shown<QCheckBox>(f, "whatIfScale");
        QVERIFY(box);
        QVERIFY(!shown<QComboBox>(f, "whatIfMask"));
        // With the keyboard alone.
        const QPoint place = box->mapTo(f.window.get(), QPoint());
        box->setFocus(Qt::TabFocusReason);
        f.key(Qt::Key_Space);
        QVERIFY(f.settled());
        QVERIFY(box->isChecked());
        const Cell cell{3, 5, 2};
        QCOMPARE(value(f.session.trace(), "blocks.1.attn.hook_scaled", cell),
                 value(f.session.trace(), "blocks.1.attn.hook_qk", cell));
        QVERIFY(f.window->stage().whatIfs().changedText().contains("no 1/√d"));
        // What says that the run is changed does not push the switch away from under the mouse.
        QCOMPARE(box->mapTo(f.window.get(), QPoint()), place);
        QVERIFY(f.window->explain().plainText().contains("not divided by √d"));
        QVERIFY(f.session.undoStack().undoText().contains("no 1/√d"));
        // The outline says where the change is and what feels it.
        const OutlineModel& outline = f.window->outline().model();
        const auto mark = [&](const char* hook) {
            return static_cast<StepChange>(
                outline.indexOf(stepOf(f.session, hook), false).data(OutlineModel::ChangeRole).toInt());
        };
        QCOMPARE(mark("blocks.1.attn.hook_scaled"), StepChange::Changed);
        QCOMPARE(mark("blocks.1.attn.hook_pattern"), StepChange::Downstream);
        QCOMPARE(mark("blocks.0.attn.hook_pattern"), StepChange::None);
        f.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(f.settled());
        QVERIFY(!box->isChecked());
        QVERIFY(!f.session.changed());
        QVERIFY(f.window->stage().whatIfs().changedText().isEmpty());
        QCOMPARE(mark("blocks.1.attn.hook_scaled"), StepChange::None);
        f.key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(f.settled());
        QVERIFY(f.session.changed());
    }

    void aNumberIsTypedAndTheWheelChangesNone()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go("blocks.1.attn.hook_pattern");
        auto* box = shown<QDoubleSpinBox>(f, "whatIfTemperature");
        QVERIFY(box);
        const QPointF middle(box->width() / 2.0, box->height() / 2.0);
        QWheelEvent wheel(middle, box->mapToGlobal(middle), {}, {0, 120}, Qt::NoButton, {}, Qt::NoScrollPhase,
                          false);
        QCoreApplication::sendEvent(box, &wheel);
        QVERIFY(f.settled());
        QCOMPARE(box->value(), 1.0);
        QVERIFY(!f.session.changed());
        auto* line = box->findChild<QLineEdit*>();
        QTest::mouseClick(line, Qt::LeftButton, {}, QPoint(line->width() - 4, line->height() / 2));
        QVERIFY(box->hasFocus());
        QTest::keyClick(box, Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(box, "0.5");
        QTest::keyClick(box, Qt::Key_Return);
        QVERIFY(f.settled());
        QCOMPARE(box->value(), 0.5);
        QVERIFY(f.session.changed());
        f.window->selection().pin({f.result(), {0, 3, 1}});
        QVERIFY(QTest::qWaitFor([&] { return f.window->explain().plainText().contains("t = 0.5"); }, 5000));
    }

    void eachStageHasItsSwitches()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go("blocks.1.attn.hook_attn_scores");
        choose(shown<QComboBox>(f, "whatIfMask"), 3);
        QVERIFY(f.settled());
        auto* size = shown<QSpinBox>(f, "whatIfMaskSize");
        QVERIFY(size);
        size->setValue(2);
        QVERIFY(f.settled());
        QVERIFY(std::isinf(value(f.session.trace(), "blocks.1.attn.hook_attn_scores", {0, 5, 3})));
        QVERIFY(std::isfinite(value(f.session.trace(), "blocks.1.attn.hook_attn_scores", {0, 5, 4})));
        f.go("blocks.1.attn.hook_pattern");
        choose(shown<QComboBox>(f, "whatIfScope"), 1);
        choose(shown<QComboBox>(f, "whatIfPattern"), 1);
        QVERIFY(f.settled());
        QCOMPARE(value(f.session.trace(), "blocks.1.attn.hook_pattern", {0, 5, 5}), 0.5F);
        QCOMPARE(value(f.session.trace(), "blocks.0.attn.hook_pattern", {0, 3, 0}), 0.25F);
        // A temperature takes the place of the uniform pattern.
        choose(shown<QComboBox>(f, "whatIfScope"), 0);
        shown<QDoubleSpinBox>(f, "whatIfTemperature")->setValue(50);
        QVERIFY(f.settled());
        QCOMPARE(shown<QComboBox>(f, "whatIfPattern")->currentIndex(), 0);
        QVERIFY(std::abs(value(f.session.trace(), "blocks.1.attn.hook_pattern", {0, 5, 5}) - 0.5F) < 0.1F);
        f.window->selection().setHead(2);
        choose(shown<QComboBox>(f, "whatIfHead"), 1);
        QVERIFY(f.settled());
        QCOMPARE(value(f.session.trace(), "blocks.1.attn.hook_z", {4, 2, 0}), 0.0F);
        f.go("blocks.1.hook_resid_post");
        auto* mlp = shown<QCheckBox>(f, "whatIfOff");
        QVERIFY(mlp);
        QCOMPARE(mlp->text(), QString("MLP off"));
        QTest::mouseClick(mlp, Qt::LeftButton, {}, QPoint(8, mlp->height() / 2));
        QVERIFY(f.settled());
        QCOMPARE(value(f.session.trace(), "blocks.1.hook_mlp_out", {1, 1}), 0.0F);
        f.go("blocks.2.attn.hook_rot_q");
        auto* positions = shown<QCheckBox>(f, "whatIfPositions");
        QVERIFY(positions);
        QTest::mouseClick(positions, Qt::LeftButton, {}, QPoint(8, positions->height() / 2));
        QVERIFY(f.settled());
        QCOMPARE(value(f.session.trace(), "blocks.2.attn.hook_rot_k", {4, 0, 0}),
                 value(f.session.trace(), "blocks.2.attn.hook_k", {4, 0, 0}));

        // All of it stands in the history, and goes at once.
        f.trigger("edit.history");
        QCOMPARE(f.window->tabs().currentWidget(), &f.window->history());
        QVERIFY(f.window->history().changes().count() >= 5);
        QCOMPARE(f.window->history().history().model()->rowCount(), f.session.undoStack().count() + 1);
        QTest::mouseClick(shown<QPushButton>(f, "resetWhatIfs"), Qt::LeftButton);
        QVERIFY(f.settled());
        QVERIFY(!f.session.changed());
        QCOMPARE(f.window->history().changes().count(), 0);
        f.trigger("edit.undo");
        QVERIFY(f.settled());
        QVERIFY(f.session.changed());
    }

    void aCellIsTyped()
    {
        WindowFixture f;
        QVERIFY(f.open("nano-sort", "CABBA"));
        f.go("blocks.1.attn.hook_pattern");
        const CellRef cell{f.result(), {0, 3, 1}};
        f.window->selection().pin(cell);
        FigureView& view = f.window->stage().view();
        const QRectF place = view.figure()->cellRect(cell, view.figureArea(), view.figureStyle());
        QTest::mouseDClick(&view, Qt::LeftButton, {}, place.center().toPoint());
        CellEditor& editor = f.window->stage().editor();
        QVERIFY(editor.isVisible());
        QTest::keyClicks(&editor, "a lot");
        QTest::keyClick(&editor, Qt::Key_Return);
        QVERIFY2(editor.isVisible(), "what is no number is not taken");
        QVERIFY(editor.problem().contains("expected a number"));
        QVERIFY(!f.session.changed());
        editor.selectAll();
        QTest::keyClicks(&editor, "0.75");
        QTest::keyClick(&editor, Qt::Key_Return);
        QVERIFY(!editor.isVisible());
        QVERIFY(f.settled());
        QCOMPARE(value(f.session.trace(), "blocks.1.attn.hook_pattern", {0, 3, 1}), 0.75F);
        QVERIFY(f.session.undoStack().undoText().contains("[0, 3, 1] = 0.75"));
        QCoreApplication::processEvents();
        QVERIFY(f.window->explain().derivation().has_value());

        // A row, with the keyboard, and given up once.
        view.setFocus(Qt::TabFocusReason);
        view.setCursorCell(cell);
        f.key(Qt::Key_F2, Qt::ShiftModifier);
        QVERIFY(editor.isVisible() && editor.row());
        QTest::keyClicks(&editor, "9");
        QTest::keyClick(&editor, Qt::Key_Escape);
        QVERIFY(!editor.isVisible());
        QCOMPARE(value(f.session.trace(), "blocks.1.attn.hook_pattern", {0, 3, 1}), 0.75F);
        f.key(Qt::Key_Return, Qt::ShiftModifier);
        QVERIFY(editor.isVisible());
        editor.selectAll();
        QTest::keyClicks(&editor, "0.25 0.25");
        QTest::keyClick(&editor, Qt::Key_Return);
        QVERIFY2(editor.isVisible(), "neither one number nor one for each");
        editor.selectAll();
        QTest::keyClicks(&editor, "0.125");
        QTest::keyClick(&editor, Qt::Key_Return);
        QVERIFY(f.settled());
        for (std::int64_t j = 0; j < 5; ++j)
            QCOMPARE(value(f.session.trace(), "blocks.1.attn.hook_pattern", {0, 3, j}), 0.125F);
        f.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(f.settled());
        QCOMPARE(value(f.session.trace(), "blocks.1.attn.hook_pattern", {0, 3, 1}), 0.75F);

        // An open editor goes when something else is clicked, and keeps no keys.
        f.key(Qt::Key_F2);
        QVERIFY(editor.isVisible());
        QTabBar* tabs = f.window->tabs().tabBar();
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(1).center());
        QVERIFY(!editor.isVisible());
        f.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(f.settled());
        QVERIFY(!f.session.changed());
    }

    void aWeightIsTyped()
    {
        WindowFixture f;
        QVERIFY(f.open("nano-sort"));
        f.go("blocks.0.attn.hook_q");
        const TensorRef weight = f.session.model()->program->find("blocks.0.attn.W_Q");
        f.window->stage().view().setCursorCell(CellRef{weight, {0, 0, 0}});
        f.trigger("edit.cell");
        CellEditor& editor = f.window->stage().editor();
        QVERIFY(editor.isVisible());
        editor.selectAll();
        QTest::keyClicks(&editor, "2.5");
        QTest::keyClick(&editor, Qt::Key_Return);
        QVERIFY(f.settled());
        QCOMPARE(value(f.session.trace(), "blocks.0.attn.W_Q", {0, 0, 0}), 2.5F);
        QVERIFY(f.window->stage().whatIfs().changedText().contains("1 cell edited"));
        // Ids belong to the text.
        f.go("hook_tokens");
        f.window->stage().view().setCursorCell(CellRef{f.result(), {0}});
        f.trigger("edit.cell");
        QVERIFY(!editor.isVisible());
        QVERIFY(f.window->messageBar().text().contains("change the text"));
    }

    void beforeAndAfterStandSideBySide_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto& folder : bundledModels(resourceFolder()))
            QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.filename().string());
    }
    void beforeAndAfterStandSideBySide()
    {
        QFETCH(QString, name);
        WindowFixture f;
        QVERIFY(f.open(name));
        f.trigger("view.compare");
        QCOMPARE(f.window->tabs().currentWidget(), &f.window->compare());
        FigureView& view = f.window->compare().view();
        QVERIFY2(!view.figure(), "nothing is changed yet");
        const Program& program = *f.session.model()->program;
        const AttentionLayer& layer = program.attention.back();
        f.go(program.steps[static_cast<std::size_t>(layer.pattern)].hook.c_str());
        choose(shown<QComboBox>(f, "whatIfPattern"), 1);
        QVERIFY(f.settled());
        const auto figure = [&] { return dynamic_cast<CompareFigure*>(view.figure()); };
        QVERIFY(QTest::qWaitFor([&] { return figure() != nullptr; }, patience));
        const TensorPtr before = *f.session.plainTrace().step(layer.pattern),
                        after = *f.session.trace().step(layer.pattern);
        QVERIFY(figure()->mainTensor() == f.result());
        for (std::int64_t i = 0; i < after->count(); ++i)
            QCOMPARE((*figure()->differences())[i], (*after)[i] - (*before)[i]);
        if (program.prediction.logits >= 0)
            QVERIFY(!figure()->predictions().empty());
        // Low as the tab is, the cells are what it shows, not their labels.
        const QRectF area = view.figureArea();
        const std::int64_t head = f.window->selection().head();
        const QRectF corner = figure()->cellRect({f.result(), {head, 0, 0}}, area, view.figureStyle());
        const QRectF last = figure()->cellRect({f.result(), {head, after->size(1) - 1, after->size(2) - 1}},
                                               area, view.figureStyle());
        QVERIFY(!corner.isEmpty() && !last.isEmpty());
        QVERIFY2(last.bottom() - corner.top() > area.height() / 2,
                 qPrintable(QString("%1 of %2").arg(last.bottom() - corner.top()).arg(area.height())));
        f.go(program.steps[static_cast<std::size_t>(layer.z)].hook.c_str());
        QVERIFY(QTest::qWaitFor([&] { return figure() && figure()->mainTensor() == f.result(); }, patience));
        f.trigger("edit.undo");
        QVERIFY(f.settled());
        QVERIFY(QTest::qWaitFor([&] { return !view.figure(); }, patience));
    }
};

QTEST_MAIN(TestWhatIfWindow)
#include "test_what_if_window.moc"
