// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The views below the stage that show attention in their own way, through the window's real widgets.

#include "analysis/head_analysis.h"
#include "figures/head_grid_figure.h"
#include "figures/overlay_figure.h"
#include "figures/query_key_figure.h"
#include "panels/head_toggles.h"
#include "panels/image_panel.h"
#include "panels/links_panel.h"
#include "panels/query_key_panel.h"
#include "window_fixture.h"

#include <QComboBox>
#include <QLabel>
#include <QScrollBar>
#include <QSlider>

using namespace headlight;
using namespace headlight::test;

namespace {

/// Brings the tab of @p widget to the front and gives it room.
void front(WindowFixture& f, QWidget& widget)
{
    f.window->tabs().setCurrentWidget(&widget);
    if (!f.window->actionRegistry().find("view.enlarge")->isChecked())
        f.trigger("view.enlarge");
    QCoreApplication::processEvents();
}

QPoint middle(const FigureView& view, const CellRef& cell)
{
    return view.figure()->cellRect(cell, view.figureArea(), view.figureStyle()).center().toPoint();
}

/// Brings the grid of heads to the front, in this order.
void sortHeads(WindowFixture& f, const char* order)
{
    HeadsPanel& panel = f.window->heads();
    front(f, panel);
    auto* sort = panel.findChild<QComboBox*>("headSort");
    sort->setCurrentIndex(sort->findText(order));
}

} // namespace

class TestWindowViews : public QObject
{
    Q_OBJECT
private slots:
    void aLongNameLeavesThePatternItsRoom()
    {
        WindowFixture f;
        f.window->resize(1024, 700);
        QVERIFY(f.open("date-seq2seq"));
        f.go("decoder.blocks.1.cross_attn.hook_pattern");
        const auto* pattern = f.window->heads().findChild<FigureView*>("headPattern");
        QVERIFY(pattern);
        QVERIFY2(pattern->width() > 150, qPrintable(QString::number(pattern->width())));
    }
    void largeLettersFoldTheViewsBelow()
    {
        WindowFixture f;
        f.window->resize(1440, 900);
        QVERIFY(f.open("stories260k"));
        QTabWidget& tabs = f.window->tabs();
        FigureView& stage = f.window->stage().view();
        const auto heads = [&] { return f.window->heads().isVisible() && f.window->heads().height() > 100; };
        QVERIFY(heads());
        for (int i = 0; i < 8; ++i) // 1.1 to the 8th is 2.1
            f.trigger("view.larger");
        QVERIFY(QTest::qWaitFor([&] { return !heads(); }, 5000));
        QVERIFY2(stage.height() > 240, qPrintable(QString::number(stage.height())));
        QVERIFY(!f.window->findChild<QWidget*>("unfoldWhatIfs")->isVisible());
        // What there is no room for is not cut off: three dots say so.
        f.window->resize(1024, 700);
        auto* title = f.window->findChild<QLabel*>("stageTitle");
        const QRect room = title->rect();
        QVERIFY(title->fontMetrics().horizontalAdvance(title->text()) > room.width());
        const QImage before = title->grab().toImage();
        const QString all = title->text();
        title->setText(title->fontMetrics().elidedText(all, Qt::ElideLeft, title->contentsRect().width()));
        QCOMPARE(title->grab().toImage(), before);
        title->setText(all);
        // The switches give their place to the picture until somebody wants them.
        auto* unfold = f.window->findChild<QToolButton*>("unfoldWhatIfs");
        auto* temperature = f.window->findChild<QWidget*>("whatIfTemperature");
        QVERIFY(unfold->isVisible() && !temperature->isVisible());
        QTest::mouseClick(unfold, Qt::LeftButton);
        QVERIFY(temperature->isVisible());
        QTest::mouseClick(unfold, Qt::LeftButton);
        QVERIFY(!temperature->isVisible());
        f.window->resize(1440, 900);
        // Whoever asks for a view gets it.
        QTest::mouseClick(tabs.tabBar(), Qt::LeftButton, {}, tabs.tabBar()->tabRect(0).center());
        QVERIFY(QTest::qWaitFor(heads, 5000));
        QVERIFY(!f.window->stage().isVisible()); // there is no room for both
        f.trigger("view.fold");
        QVERIFY(QTest::qWaitFor([&] { return !heads(); }, 5000));
        QVERIFY(f.window->stage().isVisible());
        f.trigger("view.enlarge");
        QVERIFY(QTest::qWaitFor(heads, 5000));
        f.trigger("view.enlarge");
        QVERIFY(QTest::qWaitFor([&] { return !heads() && f.window->stage().isVisible(); }, 5000));
        for (int i = 0; i < 8; ++i)
            f.trigger("view.smaller");
        QVERIFY(QTest::qWaitFor(heads, 5000));
    }
    void aHeadKeepsItsNameBesideItsLabel()
    {
        WindowFixture f;
        f.window->resize(1024, 700);
        QVERIFY(f.open("stories260k", "Once upon a time, there was a little"));
        f.window->selection().jumpToHead(1, 3);
        auto* label = f.window->heads().findChild<QLabel*>("headLabel");
        QVERIFY(QTest::qWaitFor([&] { return label->isVisible(); }, 5000));
        const auto* name = f.window->heads().findChild<QLabel*>("panelHeading");
        QVERIFY(name->text().endsWith("head 3"));
        QVERIFY(name->contentsRect().width() >= name->fontMetrics().horizontalAdvance("…d 3"));
    }
    void linksFollowAndLead()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        LinksPanel& panel = f.window->links();
        front(f, panel);
        QVERIFY(panel.figure());
        QVERIFY(panel.view().isVisible());
        QCOMPARE(panel.figure()->options().attention, 1);
        QCOMPARE(panel.figure()->options().heads, std::vector<int>{3});
        f.key(Qt::Key_BracketRight);
        QCOMPARE(panel.figure()->options().heads, std::vector<int>{4});
        // One more with Ctrl; then the selection's head no longer moves the chosen ones.
        HeadToggles& toggles = panel.toggles();
        QTest::mouseClick(&toggles, Qt::LeftButton, Qt::ControlModifier, toggles.headRect(6).center());
        QCOMPARE(panel.figure()->options().heads, (std::vector<int>{4, 6}));
        toggles.setFocus();
        f.key(Qt::Key_Home);
        f.key(Qt::Key_Space);
        QCOMPARE(panel.figure()->options().heads, (std::vector<int>{0, 4, 6}));
        f.key(Qt::Key_Return);
        QCOMPARE(panel.figure()->options().heads, std::vector<int>{0});
        QCOMPARE(f.window->selection().head(), 0);
        // The threshold by its slider.
        auto* threshold = panel.findChild<QSlider*>("linksThreshold");
        const auto before = panel.figure()->count(panel.view().figureArea(), panel.view().figureStyle()).all;
        threshold->setFocus();
        threshold->setValue(80);
        QCOMPARE(panel.figure()->options().threshold, 0.8);
        QVERIFY(panel.figure()->count(panel.view().figureArea(), panel.view().figureStyle()).all < before);
        // A click selects a token, as query on the left and as key on the right.
        const TensorRef pattern = panel.figure()->mainTensor();
        QTest::mouseClick(&panel.view(), Qt::LeftButton, {}, middle(panel.view(), {pattern, {0, 5, -1}}));
        QCOMPARE(f.window->selection().queryToken(0), std::int64_t(5));
        QTest::mouseClick(&panel.view(), Qt::LeftButton, {}, middle(panel.view(), {pattern, {0, -1, 2}}));
        QCOMPARE(f.window->selection().keyToken(0), std::int64_t(2));
        // Hovering isolates; leaving shows the selection again.
        QTest::mouseMove(&panel.view(), middle(panel.view(), {pattern, {0, 7, -1}}));
        QTRY_COMPARE(panel.view().highlight().focus->cell, (Cell{0, 7, -1}));
        QVERIFY(f.window->stage().view().figure());
        // Another layer from its own list.
        auto* layers = panel.findChild<QComboBox*>("linksLayer");
        layers->setCurrentIndex(2);
        emit layers->activated(2);
        QCOMPARE(f.window->selection().attention(), 2);
        QCOMPARE(panel.figure()->options().attention, 2);
    }

    void linksByKeyboard()
    {
        WindowFixture f;
        QVERIFY(f.open("kjv-bert"));
        LinksPanel& panel = f.window->links();
        front(f, panel);
        panel.view().setFocus(Qt::TabFocusReason);
        // From the cell that is being explained, to the keys, and on.
        QVERIFY(panel.view().cursor());
        QCOMPARE(panel.view().cursor()->cell[2], f.window->selection().keyToken(0));
        f.key(Qt::Key_Right);
        QCOMPARE(panel.view().cursor()->cell[1], std::int64_t(-1));
        const std::int64_t key = panel.view().cursor()->cell[2];
        f.key(Qt::Key_Up);
        f.key(Qt::Key_Up);
        QCOMPARE(panel.view().cursor()->cell[2], key - 2);
        QVERIFY(!panel.view().accessibleDescription().isEmpty());
        f.key(Qt::Key_Return);
        QCOMPARE(f.window->selection().keyToken(0), key - 2);
    }

    void linksBetweenTwoStacks()
    {
        WindowFixture f;
        QVERIFY(f.open("date-seq2seq"));
        LinksPanel& panel = f.window->links();
        front(f, panel);
        const auto& attention = f.session.model()->program->attention;
        for (std::size_t a = 0; a < attention.size(); ++a) {
            f.window->selection().jumpToHead(static_cast<int>(a), 0);
            QCoreApplication::processEvents();
            QCOMPARE(panel.figure()->options().attention, static_cast<int>(a));
            const Axes& axes = f.session.trace().axes(attention[a].pattern);
            QCOMPARE(panel.figure()->links()->keys(), axes[2].size);
        }
    }

    void linksOfALongTextScroll()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k", QString("The old man had a cat and a dog. ").repeated(9)));
        LinksPanel& panel = f.window->links();
        front(f, panel);
        auto* bar = panel.findChild<QScrollBar*>();
        QVERIFY(QTest::qWaitFor([&] { return panel.figure() && bar->isVisible(); }, patience));
        // It begins where the selection is.
        QVERIFY(panel.figure()->options().scroll.value_or(-1) > 10);
        bar->setValue(0);
        QCOMPARE(panel.figure()->options().scroll, std::optional(0.0));
        panel.view().setFocus(Qt::TabFocusReason);
        f.key(Qt::Key_End, Qt::ControlModifier);
        QVERIFY2(bar->value() > 100, "the keyboard brings what it is on into view");
    }

    void queryTimesKeyFollows()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        QueryKeyPanel& panel = f.window->queryKey();
        front(f, panel);
        const auto* bars = dynamic_cast<QueryKeyFigure*>(panel.bars().figure());
        QVERIFY(bars);
        const CellRef score = *f.window->selection().pinned();
        const double stored =
            static_cast<double>((*f.session.trace().tensor("blocks.1.attn.hook_qk"))->at(score.cell));
        QVERIFY(std::abs(bars->product().sum - stored) < 1e-4);
        // Another head, then another query by a click on its point.
        f.key(Qt::Key_BracketRight);
        QVERIFY(panel.bars().figure() != bars);
        const auto* scatter = dynamic_cast<ScatterFigure*>(panel.scatter().figure());
        QVERIFY(scatter);
        const CellRef point{scatter->mainTensor(), {2, f.window->selection().head(), 0}};
        QTest::mouseClick(&panel.scatter(), Qt::LeftButton, {}, middle(panel.scatter(), point));
        QCOMPARE(f.window->selection().queryToken(0), std::int64_t(2));
        // Dimensions by keyboard.
        panel.bars().setFocus(Qt::TabFocusReason);
        f.key(Qt::Key_Right);
        QVERIFY(panel.bars().cursor());
        QCOMPARE(panel.bars().cursor()->cell[2], std::int64_t(1));
        QVERIFY(f.window->selection().hovered() == panel.bars().cursor());
    }

    void thePictureIsChosenIn()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        ImagePanel& panel = f.window->image();
        QVERIFY(!f.window->tabs().isTabVisible(f.window->tabs().indexOf(&panel)));
        QVERIFY(f.open("fashion-vit"));
        QVERIFY(f.window->tabs().isTabVisible(f.window->tabs().indexOf(&panel)));
        front(f, panel);
        QVERIFY(panel.figure());
        QVERIFY(!panel.figure()->options().image.isNull());
        const TensorRef pattern = panel.figure()->mainTensor();
        const int head = panel.figure()->options().head;
        QTest::mouseClick(&panel.view(), Qt::LeftButton, {}, middle(panel.view(), {pattern, {head, 6, -1}}));
        QCOMPARE(panel.figure()->options().query, std::int64_t(6));
        QTest::mouseClick(&panel.view(), Qt::LeftButton, {}, middle(panel.view(), {pattern, {head, 0, -1}}));
        QCOMPARE(panel.figure()->options().query, std::int64_t(0));
        QTest::mouseClick(&panel.view(), Qt::LeftButton, {}, middle(panel.view(), {pattern, {3, 0, 4}}));
        QCOMPARE(f.window->selection().head(), 3);
        QCOMPARE(panel.figure()->options().head, 3);
        // Another picture, as dropped or pasted.
        QImage own(120, 80, QImage::Format_RGB32);
        own.fill(Qt::darkCyan);
        f.session.setImage(own, "own");
        QVERIFY(f.settled());
        QTRY_COMPARE(panel.figure()->options().image.size(), QSize(120, 80));
        panel.view().setFocus();
        panel.view().setCursorCell(panel.figure()->moved(std::nullopt, 0, 0));
        f.key(Qt::Key_Down);
        f.key(Qt::Key_Return);
        QCOMPARE(panel.figure()->options().query, std::int64_t(1));
    }

    void theGridIsAMap()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        HeadsPanel& panel = f.window->heads();
        front(f, panel);
        FigureView& grid = panel.grid();
        QVERIFY(grid.minimap().isEmpty());
        const CellRef cell{grid.figure()->mainTensor(), {3, 9, 8}};
        // The wheel alone goes from the whole model to one cell, and what is under the mouse stays there.
        for (int i = 0; i < 60 && !panel.gridFigure()->showsCells(); ++i) {
            const QPointF place =
                grid.figure()->cellRect(cell, grid.figureArea(), grid.figureStyle()).center();
            QWheelEvent wheel(place, grid.mapToGlobal(place), {}, {0, 120}, Qt::NoButton, {},
                              Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(&grid, &wheel);
            grid.repaint();
            const QPointF now = grid.figure()->cellRect(cell, grid.figureArea(), grid.figureStyle()).center();
            QVERIFY((now - place).manhattanLength() < 3);
        }
        QVERIFY(panel.gridFigure()->showsCells());
        QVERIFY(!grid.minimap().isEmpty());
        QTest::mouseMove(&grid, middle(grid, cell));
        QTRY_VERIFY(f.window->selection().hovered() == cell);
        // The minimap moves it.
        const QPointF before = grid.figureArea().topLeft();
        QTest::mouseClick(&grid, Qt::LeftButton, {}, grid.minimap().center().toPoint());
        QVERIFY(grid.figureArea().topLeft() != before);
        f.trigger("view.zoomReset");
        QCOMPARE(grid.zoom(), 1.0);
    }

    void headsAreSortedByWhatHasToBeComputed()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        HeadsPanel& panel = f.window->heads();
        sortHeads(f, "by importance, nats");
        QTRY_VERIFY_WITH_TIMEOUT(panel.gridFigure()->ranking().has_value(), patience);
        const auto importance =
            analyseHeads(*f.session.model(), f.session.trace(), f.session.workers(), {"importance"});
        QVERIFY(importance);
        const HeadRanking ranking = *panel.gridFigure()->ranking();
        QCOMPARE(ranking.order.size(), importance->heads.size());
        double before = std::numeric_limits<double>::max();
        for (const HeadRef head : ranking.order) {
            const auto at =
                std::find_if(importance->heads.begin(), importance->heads.end(),
                             [&](const auto& m) { return m.layer == head.attention && m.head == head.head; });
            const double value = *at->value("importance");
            QCOMPARE(*ranking.values[std::size_t(head.attention)][std::size_t(head.head)], value);
            QVERIFY(value <= before);
            before = value;
        }
        // What was computed is there at once, and by layer is by layer.
        sortHeads(f, "by layer");
        QVERIFY(!panel.gridFigure()->ranking());
        sortHeads(f, "by importance, nats");
        QVERIFY(panel.gridFigure()->ranking().has_value());
        // Another run has other numbers.
        f.session.setHeadOff(0, 0, true);
        QTRY_VERIFY_WITH_TIMEOUT(!f.session.busy() && panel.gridFigure()->ranking().has_value() &&
                                     panel.gridFigure()->ranking()->values != ranking.values,
                                 patience);
    }

    void whatDoesNotApplyIsSaid()
    {
        WindowFixture f;
        QVERIFY(f.open("fashion-vit"));
        HeadsPanel& panel = f.window->heads();
        sortHeads(f, "by OV copying");
        const auto said = [&] {
            for (const QLabel* label : panel.findChildren<QLabel*>("muted"))
                if (label->isVisible() && !label->text().isEmpty())
                    return true;
            return false;
        };
        QTRY_VERIFY_WITH_TIMEOUT(said(), patience);
        QVERIFY(!panel.gridFigure()->ranking());
    }

    void headsAreGroupedByWhatTheyDo()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        HeadsPanel& panel = f.window->heads();
        sortHeads(f, "by what they do");
        QTRY_VERIFY_WITH_TIMEOUT(panel.gridFigure()->ranking().has_value(), patience);
        const HeadRanking& ranking = *panel.gridFigure()->ranking();
        QVERIFY(ranking.groups.size() > 1);
        std::size_t at = 0;
        for (const HeadGroup& group : ranking.groups)
            for (int i = 0; i < group.heads; ++i, ++at) {
                const HeadRef head = ranking.order[at];
                const auto finding = headMetrics(f.session.trace(), head.attention, head.head)->finding();
                QCOMPARE(finding ? group.title.startsWith(QString::fromStdString(finding->label))
                                 : group.title.startsWith("no number"),
                         true);
            }
        QCOMPARE(at, std::size_t(40));
        // Down from the last row of a group goes to the next one.
        FigureView& grid = panel.grid();
        const auto cell = [&](HeadRef head) {
            const auto& layer = f.session.model()->program->attention[std::size_t(head.attention)];
            return CellRef{{TensorRef::Kind::Step, layer.pattern}, {head.head, 0, 0}};
        };
        grid.setFocus();
        grid.setCursorCell(cell(ranking.order[0]));
        const auto top = [&](HeadRef head) {
            return panel.gridFigure()->headRect(head, grid.figureArea(), grid.figureStyle()).top();
        };
        QTest::keyClick(&grid, Qt::Key_Down);
        const auto now = panel.gridFigure()->headAt(
            panel.gridFigure()->cursorRect(*grid.cursor(), grid.figureArea(), grid.figureStyle()).center(),
            grid.figureArea(), grid.figureStyle());
        QVERIFY(now);
        QVERIFY(top(*now) > top(ranking.order[0]));
    }

    void headsAreSortedAndTakenTogether()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        HeadsPanel& panel = f.window->heads();
        sortHeads(f, "by previous token");
        QTRY_VERIFY_WITH_TIMEOUT(panel.gridFigure()->ranking().has_value(), patience);
        const auto& order = panel.gridFigure()->ranking()->order;
        QCOMPARE(order.size(), std::size_t(40));
        const auto value = [&](HeadRef head) {
            return *headMetrics(f.session.trace(), head.attention, head.head)->value("previous_token");
        };
        for (std::size_t i = 1; i < order.size(); ++i)
            QVERIFY(value(order[i - 1]) >= value(order[i]));
        auto* show = panel.findChild<QComboBox*>("headShow");
        QVERIFY(show->isVisible());
        show->setCurrentIndex(1);
        QCOMPARE(panel.gridFigure()->ranking()->order.size(), std::size_t(12));
        // Two heads together.
        const HeadRef first = panel.gridFigure()->ranking()->order[0],
                      second = panel.gridFigure()->ranking()->order[5];
        FigureView& grid = panel.grid();
        const auto click = [&](HeadRef head, Qt::KeyboardModifiers keys) {
            QTest::mouseClick(
                &grid, Qt::LeftButton, keys,
                panel.gridFigure()->headRect(head, grid.figureArea(), grid.figureStyle()).center().toPoint());
            QCoreApplication::processEvents();
        };
        click(first, {});
        QCOMPARE(f.window->selection().head(), first.head);
        click(second, Qt::ControlModifier);
        QCOMPARE(panel.marked().size(), std::size_t(1));
        auto* combine = panel.findChild<QComboBox*>("headCombine");
        QVERIFY(combine->isVisible());
        QTRY_VERIFY(panel.pattern().figure() && panel.pattern().figure()->title().contains("mean"));
        combine->setCurrentIndex(3);
        QTRY_VERIFY(panel.pattern().figure()->title().contains("difference"));
        const TensorPtr shown = panel.pattern().figure()->data().tensor;
        const auto weight = [&](HeadRef head, std::int64_t q, std::int64_t k) {
            return (*f.session.trace().step(f.session.model()
                                                ->program->attention[static_cast<std::size_t>(head.attention)]
                                                .pattern))
                ->at({head.head, q, k});
        };
        QCOMPARE(shown->at({7, 6}), weight(first, 7, 6) - weight(second, 7, 6));
        // A plain click is one head again.
        click(second, {});
        QVERIFY(panel.marked().empty());
        QVERIFY(!combine->isVisible());
        // By keyboard: the cursor on a head, and Space.
        grid.setFocus();
        grid.setCursorCell(CellRef{
            {TensorRef::Kind::Step,
             f.session.model()->program->attention[static_cast<std::size_t>(first.attention)].pattern},
            {first.head, 0, 0}});
        f.key(Qt::Key_Space);
        QCOMPARE(panel.marked().size(), std::size_t(1));
        sortHeads(f, "by layer");
        QVERIFY(!panel.gridFigure()->ranking().has_value());
    }

    void theFrontViewIsExported()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        front(f, f.window->links());
        f.window->links().view().setFocus();
        ExportDialog* dialog = f.window->showExport();
        QVERIFY(dialog);
        auto* sources = dialog->findChild<QComboBox*>("exportView");
        QVERIFY(sources);
        QVERIFY2(sources->currentText().contains("Links"), qPrintable(sources->currentText()));
        dialog->close();
    }
};

QTEST_MAIN(TestWindowViews)
#include "test_window_views.moc"
