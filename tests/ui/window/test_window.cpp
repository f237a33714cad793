// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "window_fixture.h"

#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>
#include <QSplitter>
#include <QToolButton>
#include <QTreeWidget>

using namespace headlight;
using namespace headlight::test;

class TestWindow : public QObject
{
    Q_OBJECT
private slots:
    void opensWithAPicture()
    {
        WindowFixture f;
        QSignalSpy painted(f.window.get(), &MainWindow::firstPicture);
        QVERIFY(f.open("stories260k"));
        QVERIFY(QTest::qWaitFor([&] { return painted.size() == 1; }, patience));
        QVERIFY(f.window->stage().view().figure());
        QVERIFY(f.window->heads().grid().figure());
        QCOMPARE(f.hook(), QString("blocks.1.attn.hook_pattern"));
        QVERIFY(f.window->explain().plainText().contains("softmax", Qt::CaseInsensitive) ||
                f.window->explain().plainText().contains("exponentials"));
    }

    void everyInteractiveWidgetHasAName()
    {
        WindowFixture f;
        for (const char* model : {"stories260k", "date-seq2seq", "fashion-vit"}) {
            QVERIFY(f.open(model));
            const auto widgets = f.window->findChildren<QWidget*>();
            for (const QWidget* w : widgets) {
                if (w->focusPolicy() == Qt::NoFocus || !w->isVisibleTo(f.window.get()) ||
                    qobject_cast<const QSplitter*>(w) || qobject_cast<const QTabWidget*>(w) ||
                    w->objectName().startsWith("qt_") || w->inherits("QScrollBar") || w->inherits("QLabel"))
                    continue;
                QVERIFY2(!w->accessibleName().isEmpty(),
                         qPrintable(QString("%1 %2").arg(w->metaObject()->className(), w->objectName())));
            }
        }
    }

    void walksWithTheKeyboard()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.key(Qt::Key_Home);
        QCOMPARE(f.hook(), QString("hook_tokens"));
        f.key(Qt::Key_Right);
        QCOMPARE(f.hook(), QString("hook_embed"));
        f.key(Qt::Key_Right);
        QCOMPARE(f.hook(), QString("blocks.0.ln1.hook_normalized"));
        f.key(Qt::Key_Down);
        QCOMPARE(f.hook(), QString("blocks.0.ln1.hook_scale"));
        f.key(Qt::Key_Up);
        f.key(Qt::Key_Left);
        QCOMPARE(f.hook(), QString("hook_embed"));
        f.key(Qt::Key_End);
        QCOMPARE(f.hook(), QString("hook_probs"));
        QVERIFY(!f.window->actionRegistry().find("step.next")->isEnabled());
        f.key(Qt::Key_Home);
        f.key(Qt::Key_Space);
        QVERIFY(f.window->transport().playing());
        f.key(Qt::Key_Space);
        QVERIFY(!f.window->transport().playing());
        auto* slider = f.window->findChild<QSlider*>("stepSlider");
        slider->setValue(3);
        QCOMPARE(f.hook(), QString("blocks.0.attn.hook_q"));
    }

    void everyStepOfEveryModelCanBeShown_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto& folder : bundledModels(resourceFolder()))
            QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.filename().string());
    }
    void everyStepOfEveryModelCanBeShown()
    {
        QFETCH(QString, name);
        WindowFixture f;
        QVERIFY(f.open(name));
        f.window->selection().setGranularity(Granularity::Op);
        for (int step = 0; step < static_cast<int>(f.session.model()->program->steps.size()); ++step) {
            f.window->selection().jumpTo(step);
            QCoreApplication::processEvents();
            if (!f.window->stage().view().figure()) // computed on demand
                QVERIFY(
                    QTest::qWaitFor([&] { return f.window->stage().view().figure() != nullptr; }, patience));
            QVERIFY(f.window->explain().derivation().has_value());
        }
        for (int tab = 0; tab < f.window->tabs().count(); ++tab) {
            f.window->tabs().setCurrentIndex(tab);
            QCoreApplication::processEvents();
        }
        QVERIFY(f.window->positions().view().figure());
        QVERIFY(f.window->messageBar().text().isEmpty());
    }

    void theOutlineLeadsAndFollows()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        OutlineModel& outline = f.window->outline().model();
        QTreeView& view = f.window->outline().view();
        const QModelIndex scores = outline.indexOf(stepOf(f.session, "blocks.1.attn.hook_qk"), false);
        QVERIFY2(view.isExpanded(scores.parent()), "the layer that one is in is open");
        QVERIFY(!view.isExpanded(outline.index(2, 0)));
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.visualRect(scores).center());
        QCOMPARE(f.hook(), QString("blocks.1.attn.hook_qk"));
        f.key(Qt::Key_Right);
        QCOMPARE(f.hook(), QString("blocks.1.attn.hook_scaled"));
        // A click in the gutter sets a breakpoint.
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {},
                          QPoint(6, view.visualRect(scores).center().y()));
        QVERIFY(f.window->selection().breakpoints().contains(stepOf(f.session, "blocks.1.attn.hook_qk")));
        QCOMPARE(f.hook(), QString("blocks.1.attn.hook_scaled"));
        f.key(Qt::Key_Home);
        f.key(Qt::Key_F5);
        QCOMPARE(f.hook(), QString("blocks.1.attn.hook_qk"));
        // Walking on, the layer closes behind one.
        f.key(Qt::Key_End);
        QVERIFY(!view.isExpanded(outline.index(3, 0)));
    }

    void headsAreChosenAnywhere()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go("blocks.1.attn.hook_qk");
        HeadSelector& heads = f.window->stage().heads();
        QVERIFY(heads.isVisible());
        QCOMPARE(heads.count(), 8);
        QTest::mouseClick(heads.findChildren<QToolButton*>().at(5), Qt::LeftButton);
        QCOMPARE(f.window->selection().head(), 5);
        f.key(Qt::Key_BracketRight);
        QCOMPARE(f.window->selection().head(), 6);
        QCOMPARE(heads.current(), 6);
        // A click in the grid goes to that head's pattern.
        FigureView& grid = f.window->heads().grid();
        const auto* figure = dynamic_cast<HeadGridFigure*>(grid.figure());
        QVERIFY(figure);
        const QRectF rect = figure->headRect({3, 2}, grid.figureArea(), grid.figureStyle());
        QTest::mouseClick(&grid, Qt::LeftButton, {}, rect.center().toPoint());
        QCoreApplication::processEvents();
        QCOMPARE(f.hook(), QString("blocks.3.attn.hook_pattern"));
        QCOMPARE(f.window->selection().head(), 2);
        QVERIFY(figure->selected() == (HeadRef{3, 2}));
        f.key(Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(f.hook(), QString("blocks.1.attn.hook_qk"));
        // Where no axis is a head there is nothing to choose.
        f.key(Qt::Key_Home);
        QVERIFY(!heads.isVisible());
    }

    void hoveringExplainsTheCellWithItsOwnNumbers()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go("blocks.1.attn.hook_qk");
        const CellRef cell{f.result(), {3, 9, 6}};
        QVERIFY(f.hover(cell));
        QVERIFY(QTest::qWaitFor([&] { return f.window->explain().derivation()->cell == cell; }, 2000));
        const DerivationView& view = *f.window->explain().derivation();
        const float stored = (*f.session.trace().tensor(cell.tensor))->at(cell.cell);
        QCOMPARE(view.stored, stored);
        QVERIFY(std::abs(view.result - static_cast<double>(stored)) < 1e-4);
        QVERIFY(f.window->explain().plainText().contains(printedResult(view.result, view.stored, 4)));
        QVERIFY(f.window->explain().plainText().contains("␣there"));
        // Its sources light up in the stage view, and the chips take the colours.
        QCOMPARE(f.window->stage().view().highlight().sources.size(), 16U);
        // Without the mouse the pinned cell is back.
        f.window->selection().hover(std::nullopt);
        QVERIFY(QTest::qWaitFor(
            [&] {
                return f.window->explain().derivation()->cell.cell == Cell({3, 9, 8});
            },
            2000));
    }

    void aClickPinsAndALinkWalksBackToTheEmbedding()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go("blocks.0.attn.hook_pattern");
        QString last = f.hook();
        int hops = 0;
        // From a probability always to the first operand's cell: it ends at the tokens.
        while (hops < 40) {
            const auto& view = f.window->explain().derivation();
            QVERIFY(view.has_value());
            std::optional<CellRef> next;
            for (const auto& line : view->lines) {
                for (const auto& term : line.terms)
                    for (const Span& s : term.expression)
                        if (!next && s.cell && s.cell->tensor.kind == TensorRef::Kind::Step)
                            next = s.cell;
                for (const Span& s : line.expression)
                    if (!next && s.cell && s.cell->tensor.kind == TensorRef::Kind::Step)
                        next = s.cell;
            }
            if (!next)
                break;
            auto* browser = f.window->findChild<QTextBrowser*>("explainText");
            emit browser->anchorClicked(QUrl(cellLink(*next)));
            QCoreApplication::processEvents();
            QTest::qWait(1);
            QVERIFY(f.hook() != last);
            last = f.hook();
            ++hops;
        }
        QCOMPARE(f.hook(), QString("hook_embed"));
        for (int i = 0; i < hops; ++i)
            f.key(Qt::Key_Backspace);
        QCOMPARE(f.hook(), QString("blocks.0.attn.hook_pattern"));
    }

    void aHeadIsSwitchedOffAndBackOn()
    {
        WindowFixture f;
        QVERIFY(f.open("nano-sort"));
        f.go("blocks.2.attn.hook_pattern");
        f.trigger("model.headOff");
        QVERIFY(f.settled());
        QCOMPARE(f.session.trace().overrides().size(), 1U);
        f.key(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(f.settled());
        QVERIFY(f.session.trace().overrides().empty());
        f.trigger("edit.redo");
        QVERIFY(f.settled());
        QCOMPARE(f.session.trace().overrides().size(), 1U);
    }

    void predictionsFollowTheToken()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.window->tabs().setCurrentWidget(&f.window->predictions());
        QCoreApplication::processEvents();
        const auto& list = f.window->predictions().list().candidates();
        QVERIFY(!list.empty());
        QCOMPARE(QString::fromStdString(list.front().label), QString("␣g"));
        QTest::mouseClick(f.window->inputBar().chips(0), Qt::LeftButton, {},
                          f.window->inputBar().chips(0)->chipRect(3).center());
        QCoreApplication::processEvents();
        QCOMPARE(f.window->predictions().position(), 3);
        QCOMPARE(QString::fromStdString(f.window->predictions().list().candidates().front().label),
                 QString("␣time"));
    }

    void aTokenThatLooksLikeMarkupIsShownAsItIs()
    {
        WindowFixture f;
        QVERIFY(f.open("date-seq2seq"));
        f.window->tabs().setCurrentWidget(&f.window->predictions());
        QCoreApplication::processEvents();
        const QLabel* title = f.window->predictions().findChild<QLabel*>("panelHeading");
        QVERIFY(title->text().contains("<s>"));
        for (const QLabel* label : f.window->findChildren<QLabel*>())
            QCOMPARE(label->textFormat(), Qt::PlainText);
    }

    void predictionsFillTheGap()
    {
        WindowFixture f;
        QVERIFY(f.open("kjv-bert", "The children of [MASK] went out of Egypt."));
        f.window->tabs().setCurrentWidget(&f.window->predictions());
        QCoreApplication::processEvents();
        QCOMPARE(QString::fromStdString(f.window->predictions().list().candidates().front().label),
                 QString("israel"));
    }

    void exportsTheViewInFront_data()
    {
        QTest::addColumn<QString>("suffix");
        QTest::addColumn<QByteArray>("begins");
        QTest::newRow("png") << "png" << QByteArray("\x89PNG");
        QTest::newRow("svg") << "svg" << QByteArray("<?xml");
        QTest::newRow("pdf") << "pdf" << QByteArray("%PDF");
        QTest::newRow("csv") << "csv" << QByteArray();
        QTest::newRow("npy") << "npy" << QByteArray("\x93NUMPY");
    }
    void exportsTheViewInFront()
    {
        QFETCH(QString, suffix);
        QFETCH(QByteArray, begins);
        WindowFixture f;
        QVERIFY(f.open("nano-sort"));
        f.go("blocks.1.attn.hook_qk");
        ExportDialog* dialog = f.window->showExport();
        QVERIFY(dialog && dialog->isVisible());
        QVERIFY(dialog->path().endsWith(".png"));
        f.saveAnswer = f.folder.filePath("picture." + suffix);
        QTest::mouseClick(dialog->findChildren<QPushButton*>().front(), Qt::LeftButton); // Browse…
        QCOMPARE(dialog->path(), f.saveAnswer);
        QSignalSpy saved(dialog, &ExportDialog::saved);
        QTest::mouseClick(dialog->findChild<QPushButton*>("exportSave"), Qt::LeftButton);
        QCOMPARE(saved.size(), 1);
        QFile file(f.saveAnswer);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.size() > 100 && bytes.startsWith(begins));
    }

    void anExportThatFailsSaysWhyAndStays()
    {
        WindowFixture f;
        QVERIFY(f.open("nano-sort"));
        ExportDialog* dialog = f.window->showExport();
        dialog->setPath("/nowhere/at/all.png");
        QSignalSpy failed(dialog, &ExportDialog::failed);
        QTest::mouseClick(dialog->findChild<QPushButton*>("exportSave"), Qt::LeftButton);
        QCOMPARE(failed.size(), 1);
        QVERIFY(dialog->isVisible());
    }

    void copiesPictureAndValue()
    {
        WindowFixture f;
        QVERIFY(f.open("nano-sort"));
        f.go("blocks.1.attn.hook_qk");
        QTest::qWait(5);
        f.trigger("edit.copyValue");
        const auto& view = *f.window->explain().derivation();
        QCOMPARE(QApplication::clipboard()->text().toFloat(), view.stored);
        f.trigger("edit.copyPicture");
        QVERIFY(!QApplication::clipboard()->image().isNull());
    }

    void listsItsShortcuts()
    {
        WindowFixture f;
        f.trigger("help.shortcuts");
        auto* list = f.window->findChild<QTreeWidget*>("shortcutList");
        QVERIFY(list);
        QVERIFY(list->findItems("Next step", Qt::MatchRecursive | Qt::MatchContains).size() == 1);
        // No key may mean two things; but Escape ends what is going on: a run, else what is being watched.
        QHash<QString, QString> taken;
        for (const auto& entry : f.window->actionRegistry().entries())
            for (const QKeySequence& key : entry.action->shortcuts()) {
                const QString other = taken.value(key.toString());
                QVERIFY2(other.isEmpty() || (other == "step.watchEnd" && entry.id == "run.cancel"),
                         qPrintable(key.toString()));
                taken.insert(key.toString(), entry.id);
            }
    }

    void remembersHowItWasLeft()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("settings.ini");
        QList<int> sizes;
        {
            WindowFixture f(file);
            QVERIFY(f.open("nano-sort"));
            f.window->resize(1100, 720);
            f.trigger("view.dark");
            f.trigger("view.tabs");
            f.window->findChild<QSplitter*>("acrossSplitter")->setSizes({333, 767});
            QCoreApplication::processEvents();
            sizes = f.window->findChild<QSplitter*>("acrossSplitter")->sizes();
            QVERIFY(sizes.front() > 300); // the handle takes its share
            QVERIFY(f.window->close());
        }
        WindowFixture f(file);
        QCOMPARE(f.settings.lastModel(), QString("nano-sort"));
        QCOMPARE(f.settings.theme(), QString("dark"));
        QVERIFY(f.window->palette().color(QPalette::Window).lightnessF() < 0.5F);
        QCOMPARE(f.window->size(), QSize(1100, 720));
        QVERIFY(!f.window->tabs().isVisible());
        QCOMPARE(f.window->findChild<QSplitter*>("acrossSplitter")->sizes(), sizes);
        f.trigger("view.light");
        QVERIFY(f.window->palette().color(QPalette::Window).lightnessF() > 0.5F);
    }

    void buttonsKeepTheirKeysWhileTheyHaveTheKeyboard()
    {
        WindowFixture f;
        QVERIFY(f.open("nano-sort"));
        f.go("blocks.1.attn.hook_qk");
        auto* button = f.window->stage().heads().findChildren<QToolButton*>().at(2);
        button->setFocus(Qt::TabFocusReason);
        f.key(Qt::Key_Space);
        QCOMPARE(f.window->selection().head(), 2);
        QVERIFY(!f.window->transport().playing());
    }
};

QTEST_MAIN(TestWindow)
#include "test_window.moc"
