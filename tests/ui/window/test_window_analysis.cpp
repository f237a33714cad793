// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The analyses in the real window: across layers, and the table of all heads.

#include "../../core/model_copy.h"
#include "analysis/logit_attribution.h"
#include "figures/across_layers.h"
#include "formats/npy.h"
#include "panels/across_panel.h"
#include "panels/head_table_panel.h"
#include "window_fixture.h"

#include <QAbstractItemModelTester>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHeaderView>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QSpinBox>
#include <QTableView>

#include <atomic>
#include <thread>

using namespace headlight;

namespace {

/// The figure of the panel once it shows @p view.
TableFigure* shown(AcrossPanel& panel, AcrossView view)
{
    const QString title = acrossTitle(view);
    panel.chooser().setCurrentIndex(panel.chooser().findText(title));
    TableFigure* figure = nullptr;
    (void)QTest::qWaitFor(
        [&] {
            figure = dynamic_cast<TableFigure*>(panel.view().figure());
            return figure && figure->title().startsWith(title.left(10));
        },
        10000);
    return figure;
}

} // namespace

class WindowAnalysisTest : public QObject
{
    Q_OBJECT
private slots:
    void lensAndItsToken()
    {
        test::WindowFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        AcrossPanel& panel = f.window->across();
        f.window->tabs().setCurrentWidget(&panel);
        TableFigure* lens = shown(panel, AcrossView::Lens);
        QVERIFY(lens);
        const TableContent& content = lens->content();
        const std::int64_t n = content.values->size(1), states = content.values->size(0);
        QCOMPARE(states, std::int64_t(6));
        // The last row names what the model predicts.
        const auto best = predictions(*f.session.model(), f.session.trace(), n - 1, 1);
        QCOMPARE(content.texts[std::size_t((states - 1) * n + n - 1)],
                 QString::fromStdString(best->front().label));
        QVERIFY(std::abs(content.values->at({states - 1, n - 1}) - best->front().probability) < 1e-5);
        // Ranks count from 1: the one that the model predicts is the first.
        QVERIFY(content.details.back().contains("has rank 1,"));
        const auto ranks = acrossTable({f.session.trace(), f.session.model()}, *f.session.workers(),
                                       {AcrossView::Lens, -1, best->front().id, {}});
        QVERIFY(ranks);
        QCOMPARE(ranks->texts.back(), QString("1"));
        QVERIFY2(ranks->title.contains("1: the most probable"), qPrintable(ranks->title));
        // A click on a cell selects its token; pointing at it explains it.
        const CellRef cell{{}, {2, 2}};
        const QRectF rect = lens->cellRect(cell, panel.view().figureArea(), panel.view().figureStyle());
        QVERIFY(!rect.isEmpty());
        QTest::mouseMove(&panel.view(), rect.center().toPoint());
        QVERIFY(QTest::qWaitFor([&] { return panel.view().highlight().focus == cell; }, 2000));
        QVERIFY(panel.view().toolTip().contains(content.columns[2]));
        // The token <s> is no HTML.
        const QRectF first =
            lens->cellRect({{}, {2, 0}}, panel.view().figureArea(), panel.view().figureStyle());
        QTest::mouseMove(&panel.view(), first.center().toPoint());
        QVERIFY(QTest::qWaitFor([&] { return panel.view().toolTip().contains("&lt;s&gt;"); }, 2000));
        QTest::mouseClick(&panel.view(), Qt::LeftButton, {}, rect.center().toPoint());
        QCOMPARE(f.window->selection().queryToken(0), std::int64_t(2));
    }

    void attributionFollowsTheToken()
    {
        test::WindowFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        AcrossPanel& panel = f.window->across();
        f.window->tabs().setCurrentWidget(&panel);
        f.window->selection().setQueryToken(0, 3);
        TableFigure* figure = shown(panel, AcrossView::Attribution);
        QVERIFY(figure);
        const auto sum = [&] {
            double total = 0;
            for (const float v : figure->content().values->values())
                total += std::isnan(v) ? 0 : v;
            return total;
        };
        QVERIFY(std::abs(sum() - logitAttribution(f.session.trace(), 3)->logit) < 1e-3);
        f.window->selection().setQueryToken(0, 1);
        QVERIFY(QTest::qWaitFor(
            [&] {
                figure = dynamic_cast<TableFigure*>(panel.view().figure());
                return figure && std::abs(sum() - logitAttribution(f.session.trace(), 1)->logit) < 1e-3;
            },
            10000));
        // Clicking a head's cell goes to that head.
        const CellRef cell{{}, {2, 5}}; // below the embedding: layer 1
        const QRectF rect = figure->cellRect(cell, panel.view().figureArea(), panel.view().figureStyle());
        QTest::mouseClick(&panel.view(), Qt::LeftButton, {}, rect.center().toPoint());
        QCOMPARE(f.window->selection().attention(), 1);
        QCOMPARE(f.window->selection().head(), 5);
    }

    void everyViewOrAReason_data()
    {
        QTest::addColumn<QString>("model");
        for (const char* name : {"kjv-bert", "fashion-vit", "date-seq2seq", "induction-2l", "tracr-reverse"})
            QTest::newRow(name) << name;
    }
    void everyViewOrAReason()
    {
        QFETCH(QString, model);
        test::WindowFixture f;
        QVERIFY(f.open(model));
        AcrossPanel& panel = f.window->across();
        f.window->tabs().setCurrentWidget(&panel);
        for (const AcrossView view :
             {AcrossView::Norms, AcrossView::Rollout, AcrossView::Flow, AcrossView::Lens})
            QVERIFY(shown(panel, view));
        // A word is chosen by an MLP in BERT; everywhere else a logit is a sum.
        panel.chooser().setCurrentIndex(panel.chooser().findText(acrossTitle(AcrossView::Attribution)));
        QVERIFY(QTest::qWaitFor(
            [&] {
                const Figure* figure = panel.view().figure();
                return model == "kjv-bert" ? figure == nullptr
                                           : figure && figure->title().startsWith("Direct logit");
            },
            10000));
    }

    void tableOfHeads()
    {
        test::WindowFixture f;
        QVERIFY(f.open("kjv-bert", "The children of [MASK] went out of Egypt."));
        HeadTablePanel& panel = f.window->headTable();
        QAbstractItemModelTester tester(&panel.model());
        f.window->tabs().setCurrentWidget(&panel);
        QVERIFY(QTest::qWaitFor([&] { return panel.model().rowCount() > 0; }, 10000));
        int heads = 0;
        for (const AttentionLayer& layer : f.session.model()->program->attention)
            heads += layer.heads;
        QCOMPARE(panel.model().rowCount(), heads);
        const auto* sorted = panel.table().model();
        const auto column = [&](const QString& title) {
            for (int c = 0; c < sorted->columnCount(); ++c)
                if (sorted->headerData(c, Qt::Horizontal).toString() == title)
                    return c;
            return -1;
        };
        // Sorted by the previous token, its head comes first and goes to its step when chosen.
        panel.table().sortByColumn(column("previous token"), Qt::DescendingOrder);
        QVERIFY(sorted->index(0, column("What it does")).data().toString().startsWith("previous token (0."));
        panel.table().selectRow(0);
        QCOMPARE(f.window->selection().attention(), 1);
        QCOMPARE(f.window->selection().head(), 2);
        QCOMPARE(column("importance, nats"), -1);

        panel.allButton().click();
        QVERIFY(QTest::qWaitFor([&] { return column("importance, nats") >= 0; }, 20000));
        panel.table().sortByColumn(column("importance, nats"), Qt::DescendingOrder);
        QVERIFY(sorted->index(0, column("importance, nats")).data().toDouble() > 0);
        // A word is chosen by an MLP: the header says why there is no OV copying.
        QVERIFY(sorted->headerData(column("OV copying"), Qt::Horizontal, Qt::ToolTipRole)
                    .toString()
                    .contains("Not here"));

        f.saveAnswer = f.folder.filePath("heads.csv");
        emit panel.saveWanted();
        QFile file(f.saveAnswer);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QList<QByteArray> lines = file.readAll().trimmed().split('\n');
        QCOMPARE(int(lines.size()), heads + 1);
        QVERIFY(lines[0].contains("importance"));
        // As on screen: the most important head first.
        const QString first = sorted->index(0, 1).data().toString();
        QCOMPARE(QString::fromUtf8(lines[1].split(',')[4]), first);
    }

    void theModelWritesOn()
    {
        test::WindowFixture f;
        QVERIFY(f.open("stories260k", "Once upon a"));
        PredictionsPanel& panel = f.window->predictions();
        f.window->tabs().setCurrentWidget(&panel);
        panel.temperature().setValue(0);
        QVERIFY(QTest::qWaitFor([&] { return panel.list().candidates().front().probability == 1; }, 5000));
        panel.count().setValue(5);
        const std::size_t before = f.session.trace().input().streams[0].labels.size();
        panel.generateButton().click();
        QVERIFY(QTest::qWaitFor(
            [&] {
                return !panel.generating() && !f.session.busy() &&
                       f.session.trace().input().streams[0].labels.size() > before + 2;
            },
            20000));
        QVERIFY(QString::fromStdString(f.window->inputBar().field(0)->text()).startsWith("Once upon a time"));
        QCOMPARE(f.session.trace().input().streams[0].text, f.window->inputBar().field(0)->text());
        // What comes after the newest token is what one sees.
        const auto count = std::int64_t(f.session.trace().input().streams[0].labels.size());
        QCOMPARE(f.window->selection().queryToken(0), count - 1);
        const auto best = predictions(*f.session.model(), f.session.trace(), count - 1, 1);
        QTRY_COMPARE(panel.list().candidates().front().label, best->front().label);
    }

    /// Without a tokenizer a text is its ids.
    void theModelWritesIds()
    {
        const test::ModelCopy copy("stories260k");
        for (const char* name : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json",
                                 "special_tokens_map.json", "examples.json"})
            copy.remove(name);
        test::WindowFixture f;
        QVERIFY(f.open(copy.path()));
        QVERIFY(!f.session.model()->tokenizer);
        PredictionsPanel& panel = f.window->predictions();
        f.window->tabs().setCurrentWidget(&panel);
        TextField* field = f.window->inputBar().field(0);
        field->selectAll();
        QTest::keyClicks(field, "1 403 407");
        QVERIFY(f.settled());
        QVERIFY(QTest::qWaitFor([&] { return panel.generateButton().isVisible(); }, 5000));
        panel.temperature().setValue(0);
        panel.count().setValue(3);
        const auto best = predictions(*f.session.model(), f.session.trace(), 2, 1);
        panel.generateButton().click();
        QVERIFY(QTest::qWaitFor(
            [&] { return !panel.generating() && !f.session.busy() && test::tokens(f.session).size() == 6; },
            20000));
        QCOMPARE(field->toPlainText(), test::tokens(f.session).join(' '));
        QVERIFY(field->toPlainText().startsWith("1 403 407 " + QString::number(best->front().id)));
        QCOMPARE(f.window->selection().queryToken(0), std::int64_t(5));
    }

    void anotherTokenThanTheGapIsShown()
    {
        test::WindowFixture f;
        QVERIFY(f.open("kjv-bert", "The children of [MASK] went out of Egypt."));
        PredictionsPanel& panel = f.window->predictions();
        f.window->tabs().setCurrentWidget(&panel);
        const auto best = [&] {
            const auto& candidates = panel.list().candidates();
            return candidates.empty() ? std::string() : candidates.front().label;
        };
        const auto labelAt = [&](std::int64_t position) {
            return predictions(*f.session.model(), f.session.trace(), position, 1)->front().label;
        };
        QTRY_COMPARE_WITH_TIMEOUT(best(), labelAt(4), 20000); // the gap
        f.window->selection().setQueryToken(0, 2);
        QTRY_COMPARE_WITH_TIMEOUT(best(), labelAt(2), 20000);
    }

    void anotherViewIsNotShownUnderTheNewOnesName()
    {
        test::WindowFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        AcrossPanel& panel = f.window->across();
        f.window->tabs().setCurrentWidget(&panel);
        QVERIFY(shown(panel, AcrossView::Lens));
        // Both are asked for before the first can be there: only the second comes.
        panel.chooser().setCurrentIndex(panel.chooser().findData(static_cast<int>(AcrossView::Attribution)));
        panel.chooser().setCurrentIndex(panel.chooser().findData(static_cast<int>(AcrossView::Rollout)));
        QStringList titles;
        const auto rollout = [&] {
            if (panel.view().figure())
                titles << panel.view().figure()->title();
            return !titles.isEmpty() && titles.last().contains("ollout");
        };
        QTRY_VERIFY_WITH_TIMEOUT(rollout(), 20000);
        titles.removeDuplicates();
        QVERIFY2(titles.size() <= 2, qPrintable(titles.join(", "))); // the lens for a moment, and rollout
    }

    void aTokenIsMasked()
    {
        test::WindowFixture f;
        QVERIFY(f.open("kjv-bert", "The children of Israel went out of Egypt."));
        PredictionsPanel& panel = f.window->predictions();
        f.window->tabs().setCurrentWidget(&panel);
        f.window->selection().setQueryToken(0, 4);
        QVERIFY(QTest::qWaitFor([&] { return panel.maskButton().isVisible(); }, 5000));
        QVERIFY(panel.maskButton().text().contains("israel"));
        panel.maskButton().click();
        QVERIFY(f.settled());
        QCOMPARE(f.window->inputBar().field(0)->text(),
                 std::string("The children of [MASK] went out of Egypt."));
        QVERIFY(QTest::qWaitFor([&] { return panel.list().candidates().front().label == "israel"; }, 5000));
    }

    void maskingIsUndone()
    {
        const std::string text = "The children of Israel went out of Egypt.";
        const std::string masked = "The children of [MASK] went out of Egypt.";
        test::WindowFixture f;
        QVERIFY(f.open("kjv-bert", QString::fromStdString(text)));
        PredictionsPanel& panel = f.window->predictions();
        f.window->tabs().setCurrentWidget(&panel);
        f.window->selection().setQueryToken(0, 4);
        QVERIFY(QTest::qWaitFor([&] { return panel.maskButton().isVisible(); }, 5000));
        panel.maskButton().click();
        QVERIFY(f.settled());
        TextField* field = f.window->inputBar().field(0);
        QCOMPARE(field->text(), masked);
        QCOMPARE(f.session.undoStack().undoText(), QString("Mask “israel”"));
        const auto both = [&](const std::string& wanted) {
            return f.settled() && field->text() == wanted &&
                   f.session.trace().input().streams[0].text == wanted;
        };
        f.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(both(text));
        f.key(Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(both(masked));
        // In the field as well, as long as nothing has been typed there.
        field->setFocus();
        f.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(both(text));
        QTest::keyClicks(field, "x");
        QVERIFY(f.settled());
        f.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(both(text));
        QVERIFY2(f.session.undoStack().canRedo(), "the field has undone its own");
        // A run that is cancelled takes its command back.
        f.session.undoStack().redo();
        QVERIFY(both(masked));
        f.session.undoStack().undo();
        f.session.cancel();
        QVERIFY(both(masked));
        QVERIFY(f.session.undoStack().canUndo() && !f.session.undoStack().canRedo());
        // What-ifs and masks are undone one after the other.
        f.session.setHeadOff(0, 1, true);
        QVERIFY(both(masked));
        f.session.undoStack().undo();
        QVERIFY(both(masked));
        QVERIFY(!f.session.headOff(0, 1));
        f.session.undoStack().undo();
        QVERIFY(both(text));
    }

    void aLongAnalysisShowsHowFarItIs()
    {
        test::WindowFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        AcrossPanel& panel = f.window->across();
        f.window->tabs().setCurrentWidget(&panel);
        QVERIFY(shown(panel, AcrossView::Lens));
        QVERIFY(!panel.progress().isVisible() && !panel.cancelButton().isVisible());
        // The worker has something else to do: so the analysis takes as long as this test likes.
        std::atomic<bool> busy = false, over = false;
        f.session.background("other", [&](const std::stop_token&) -> Session::Finish {
            busy = true;
            while (!over)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            return {};
        });
        QVERIFY(QTest::qWaitFor([&] { return busy.load(); }, test::patience));
        const auto choose = [&](AcrossView view) {
            panel.chooser().setCurrentIndex(panel.chooser().findData(static_cast<int>(view)));
        };
        choose(AcrossView::Rollout);
        const bool told = QTest::qWaitFor(
            [&] { return panel.progress().isVisible() && panel.cancelButton().isVisible(); }, 5000);
        panel.cancelButton().click();
        over = true;
        QVERIFY(told);
        QVERIFY(!panel.progress().isVisible());
        QVERIFY(!panel.view().figure());
        QTest::qWait(50);
        QVERIFY2(!panel.view().figure(), "what was cancelled does not come");
        // What was cancelled can be asked for again.
        QVERIFY(panel.cancelButton().isVisible());
        panel.cancelButton().click();
        QVERIFY(QTest::qWaitFor([&] { return panel.view().figure() != nullptr; }, test::patience));
        QVERIFY(panel.view().figure()->title().contains("ollout"));
        QVERIFY(!panel.cancelButton().isVisible());
    }

    void theLensTellsProgress()
    {
        test::WindowFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        const FigureSource source{f.session.trace(), f.session.model()};
        for (const AcrossView view : {AcrossView::Lens, AcrossView::Flow, AcrossView::Rollout}) {
            int last = 0, all = 0;
            QVERIFY(
                acrossTable(source, *f.session.workers(), {view, -1, -1, {}}, {}, [&](int done, int total) {
                    QVERIFY(done > last && done <= total);
                    last = done;
                    all = total;
                }));
            QVERIFY(last > 1 && last == all);
        }
    }

    /// The large pattern takes the height where that is little, and all below the numbers where it is not.
    void theLargePatternHasRoom()
    {
        test::WindowFixture f;
        f.window->resize(1440, 900);
        QVERIFY(f.open("stories260k", "Once upon a time, there was a little girl"));
        auto* panel = f.window->findChild<HeadsPanel*>();
        QVERIFY(panel);
        f.window->tabs().setCurrentWidget(panel);
        QCoreApplication::processEvents();
        const auto* pattern = panel->findChild<FigureView*>("headPattern");
        const auto* facts = panel->findChild<QWidget*>("headFacts");
        QVERIFY2(pattern->height() >= panel->height() - 24,
                 qPrintable(QString("%1 of %2").arg(pattern->height()).arg(panel->height())));
        QVERIFY(facts->width() >= 380); // its two columns
        f.trigger("view.enlarge");
        QCoreApplication::processEvents();
        QVERIFY(panel->height() > 500);
        QVERIFY2(pattern->height() > 0.65 * panel->height() && pattern->width() > 0.45 * panel->width(),
                 qPrintable(QString("%1 × %2 of %3 × %4")
                                .arg(pattern->width())
                                .arg(pattern->height())
                                .arg(panel->width())
                                .arg(panel->height())));
        QVERIFY(facts->height() >= 100);
    }

    void patternsFromAFile()
    {
        test::WindowFixture f;
        const QString file = f.folder.filePath("mine.npy");
        std::vector<float> values;
        for (int l = 0; l < 2; ++l)
            for (int i = 0; i < 4; ++i)
                for (int j = 0; j < 4; ++j)
                    values.push_back(j == std::max(0, i - l) ? 1 : 0);
        QVERIFY(writeNpy(
            file.toStdString(),
            Tensor({named("layer", 2), named(axis::head, 1), named("q", 4), named("k", 4)}, values)));
        QVERIFY(f.open(file));
        QCOMPARE(f.session.trace().program().attention.size(), std::size_t(2));
        for (int tab = 0; tab < f.window->tabs().count(); ++tab) {
            f.window->tabs().setCurrentIndex(tab); // what needs more than patterns says so
            QVERIFY(f.settled());
        }
        // Across the layers there is rollout, and no logits.
        AcrossPanel& across = f.window->across();
        f.window->tabs().setCurrentWidget(&across);
        QCOMPARE(across.shown(), AcrossView::Rollout);
        QVERIFY(QTest::qWaitFor([&] { return across.view().figure() != nullptr; }, 10000));
        f.window->selection().jumpToHead(1, 0);
        f.trigger("model.headOff"); // there is nothing that could be switched off
        QVERIFY(f.settled());
        HeadTablePanel& panel = f.window->headTable();
        f.window->tabs().setCurrentWidget(&panel);
        QVERIFY(QTest::qWaitFor([&] { return panel.model().rowCount() == 2; }, 10000));
        QVERIFY(panel.model().index(1, 2).data().toString().startsWith("previous token (1.00"));
    }
};

QTEST_MAIN(WindowAnalysisTest)
#include "test_window_analysis.moc"
