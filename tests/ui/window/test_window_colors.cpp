// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Colours, through the window's real widgets: the bar's handles, the choices beside a view, the menu.

#include "figures/color_bar_handles.h"
#include "figures/color_popover.h"
#include "figures/figure_colors.h"
#include "figures/figure_export.h"
#include "figures/heatmap_figure.h"
#include "window_fixture.h"

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPushButton>
#include <QToolButton>

using namespace headlight;
using namespace headlight::test;

namespace {

constexpr const char* pattern = "blocks.1.attn.hook_pattern";

QImage picture(const FigureView& view)
{
    auto image = figureImage(*view.figure(), view.figureStyle());
    return image ? *image : QImage();
}

QByteArray drawing(const FigureView& view)
{
    return exportFigure(*view.figure(), ExportFormat::Svg, view.figureStyle()).value_or(QByteArray());
}

template <class Widget>
Widget* named(QWidget& parent, const char* name)
{
    return parent.findChild<Widget*>(QLatin1String(name));
}

void choose(QWidget& popover, const char* box, int index)
{
    auto* combo = named<QComboBox>(popover, box);
    QVERIFY(combo);
    combo->setFocus();
    combo->setCurrentIndex(index);
}

} // namespace

class TestWindowColors : public QObject
{
    Q_OBJECT
private slots:
    void limitsAreDragged()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go(pattern);
        FigureView& view = f.window->stage().view();
        ColorBarHandles& bar = view.colors().handles();
        QTRY_VERIFY(bar.isVisible());
        const double whole = bar.scale().high();
        const QImage before = picture(view);
        // The upper one is drawn in by half.
        const QPoint from = bar.handle(true).toPoint(),
                     to((bar.handle(false) + bar.handle(true)).toPoint() / 2);
        QTest::mousePress(&bar, Qt::LeftButton, {}, from);
        QTest::mouseMove(&bar, to);
        QTest::mouseRelease(&bar, Qt::LeftButton, {}, to);
        QVERIFY(view.colors().scale().high.has_value());
        QVERIFY(std::abs(*view.colors().scale().high - whole / 2) < 0.05 * whole);
        QVERIFY(!view.colors().scale().low);
        QVERIFY(picture(view) != before);
        // The bar still reaches to where it did, so that the handle can be drawn out again.
        QTRY_VERIFY(std::abs(bar.handle(true).x() - to.x()) < 4);
        QCOMPARE(bar.scale().barValue(1), whole);
        // The same step of another layer keeps the limit, another step has its own.
        f.go("blocks.2.attn.hook_pattern");
        QVERIFY(view.colors().scale().high.has_value());
        f.go("blocks.2.attn.hook_q");
        QVERIFY(!view.colors().scale().high.has_value());
        f.go(pattern);
        QVERIFY(view.colors().scale().high.has_value());
        QTRY_VERIFY(bar.isVisible());
        QTest::mouseDClick(&bar, Qt::LeftButton, {}, bar.rect().center());
        QVERIFY(!view.colors().scale().high);
        QCOMPARE(picture(view), before);
    }

    void limitsFollowTheKeyboard()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go(pattern);
        FigureView& view = f.window->stage().view();
        ColorBarHandles& bar = view.colors().handles();
        QTRY_VERIFY(bar.isVisible());
        const int step = f.window->selection().step();
        const double whole = bar.scale().high();
        bar.setFocus(Qt::TabFocusReason);
        f.key(Qt::Key_Left, Qt::ControlModifier);
        QVERIFY(std::abs(view.colors().scale().high.value_or(0) - 0.9 * whole) < 0.02 * whole);
        f.key(Qt::Key_Up); // the other handle
        QVERIFY(!bar.highChosen());
        f.key(Qt::Key_Right, Qt::ControlModifier);
        QVERIFY(view.colors().scale().low.value_or(0) > 0.05 * whole);
        QVERIFY(bar.accessibleDescription().contains(QLatin1String("lower")));
        f.key(Qt::Key_Delete);
        QVERIFY(!view.colors().scale().low && !view.colors().scale().high);
        QCOMPARE(f.window->selection().step(), step); // the arrows were the bar's
        f.key(Qt::Key_Return);
        QTRY_VERIFY(view.findChild<ColorPopover*>());
    }

    void signedLimitsStayCentred()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go("blocks.1.attn.hook_q");
        FigureView& view = f.window->stage().view();
        ColorBarHandles& bar = view.colors().handles();
        QTRY_VERIFY(bar.isVisible());
        QVERIFY(bar.scale().diverging());
        bar.setLimit(false, -0.5);
        QCOMPARE(view.colors().scale().low, std::optional(-0.5));
        QCOMPARE(view.colors().scale().high, std::optional(0.5));
    }

    void choicesBesideTheView()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go(pattern);
        FigureView& view = f.window->stage().view();
        QTRY_VERIFY(view.colors().button().isVisible());
        QTest::mouseClick(&view.colors().button(), Qt::LeftButton);
        auto* popover = view.findChild<ColorPopover*>();
        QVERIFY(popover && popover->isVisible());
        const QImage before = picture(view);
        choose(*popover, "colorCurve", 1);
        QCOMPARE(view.colors().scale().curve, ScaleOptions::Curve::Log);
        const QImage log = picture(view);
        QVERIFY(log != before);
        choose(*popover, "colorCurve", 2);
        QCOMPARE(view.colors().scale().curve, ScaleOptions::Curve::Rank);
        QVERIFY(picture(view) != log);

        auto *low = named<QLineEdit>(*popover, "colorLow"), *high = named<QLineEdit>(*popover, "colorHigh");
        auto* problem = named<QLabel>(*popover, "colorProblem");
        QTest::keyClicks(low, "0.1");
        QTest::keyClicks(high, "0.4");
        QCOMPARE(view.colors().scale().low, std::optional(0.1));
        QCOMPARE(view.colors().scale().high, std::optional(0.4));
        QVERIFY(problem->isHidden());
        high->clear();
        QTest::keyClicks(high, "nothing");
        QVERIFY(!problem->isHidden());
        QVERIFY(problem->text().contains(QLatin1String("nothing")));
        high->clear();
        QTest::keyClicks(high, "0.05");
        QVERIFY2(!problem->isHidden(), "the lower limit is above it");
        QTest::mouseClick(named<QPushButton>(*popover, "colorAutomatic"), Qt::LeftButton);
        QVERIFY(!view.colors().scale().low && !view.colors().scale().high);
        QVERIFY(problem->isHidden());
        QTest::mouseClick(named<QPushButton>(*popover, "colorReset"), Qt::LeftButton);
        QVERIFY(view.colors().scale() == ScaleOptions{});
        QCOMPARE(picture(view), before);
        QTest::keyClick(popover, Qt::Key_Escape);
        QTRY_VERIFY(!view.findChild<ColorPopover*>());
        // What is chosen holds for the steps that follow.
        f.trigger("colors.log");
        f.key(Qt::Key_Right);
        QCOMPARE(dynamic_cast<ColoredFigure*>(view.figure())->scale().curve, ScaleOptions::Curve::Log);
    }

    void palettesHoldForAllViewsAndTheNextStart()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath("settings.ini");
        {
            WindowFixture f(file);
            QVERIFY(f.open("stories260k"));
            f.go(pattern);
            FigureView& view = f.window->stage().view();
            const QImage before = picture(view);
            QTRY_VERIFY(view.colors().button().isVisible());
            QTest::mouseClick(&view.colors().button(), Qt::LeftButton);
            auto* popover = view.findChild<ColorPopover*>();
            QVERIFY(popover);
            auto* maps = named<QComboBox>(*popover, "colorSequential");
            QVERIFY(!maps->itemIcon(1).isNull());
            maps->setCurrentIndex(maps->findData("viridis"));
            QVERIFY(picture(view) != before);
            QCOMPARE(f.window->heads().grid().figureStyle().sequentialMap, QStringLiteral("viridis"));
            popover->close();
            f.trigger("colors.rank");
            f.settings.sync();
        }
        WindowFixture again(file);
        QVERIFY(again.open("stories260k"));
        const FigureView& view = again.window->stage().view();
        QCOMPARE(view.figureStyle().sequentialMap, QStringLiteral("viridis"));
        QCOMPARE(view.colors().scale().curve, ScaleOptions::Curve::Rank);
        QCOMPARE(again.window->heads().pattern().colors().scale().curve, ScaleOptions::Curve::Linear);
    }

    void theMenuSpeaksOfTheViewInFront()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go(pattern);
        QMenu* colors = nullptr;
        for (QMenu* menu : f.window->menuBar()->findChildren<QMenu*>())
            for (QAction* action : menu->actions())
                if (action == f.window->actionRegistry().find("colors.open"))
                    colors = menu;
        QVERIFY(colors);
        f.trigger("colors.layer");
        emit colors->aboutToShow();
        QVERIFY(f.window->actionRegistry().find("colors.layer")->isChecked());
        QVERIFY(f.window->actionRegistry().find("colors.sinkHidden")->isEnabled());
        QCOMPARE(f.window->stage().view().colors().scale().extent, ScaleOptions::Extent::Tensor);
        auto* magma = colors->findChild<QAction*>("palette.magma");
        if (!magma)
            for (QMenu* menu : colors->findChildren<QMenu*>())
                for (QAction* action : menu->actions())
                    if (action->objectName() == QLatin1String("palette.magma"))
                        magma = action;
        QVERIFY(magma);
        magma->trigger();
        QCOMPARE(f.window->positions().findChild<FigureView*>()->figureStyle().sequentialMap,
                 QStringLiteral("magma"));
        f.go("blocks.1.attn.hook_q");
        emit colors->aboutToShow();
        QVERIFY2(!f.window->actionRegistry().find("colors.sinkHidden")->isEnabled(), "no pattern is shown");
        f.trigger("colors.reset");
        QVERIFY(f.window->stage().view().colors().scale() == ScaleOptions{});
    }

    void theSinkIsLeftOutAndSaidSo()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.go(pattern);
        FigureView& view = f.window->stage().view();
        QVERIFY(!drawing(view).contains("first token hidden"));
        f.trigger("colors.sinkRest");
        QVERIFY(drawing(view).contains("first token hidden, the rest of each row sums to 1"));
        const TensorRef ref = f.result();
        const int head = f.window->selection().head();
        const QString both = view.figure()->describeCell({ref, {head, 3, 2}});
        QVERIFY2(both.contains(QLatin1String("of the rest")) && both.contains(QLatin1String("of all")),
                 qPrintable(both));
        QVERIFY(view.figure()->describeCell({ref, {head, 3, 0}}).contains(QLatin1String("hidden")));
        // The result of the run is what it was: the cell explains itself with the stored number.
        QVERIFY(f.hover({ref, {head, 3, 2}}));

        // The grid and the selected head go together.
        HeadsPanel& heads = f.window->heads();
        ScaleOptions hidden = heads.pattern().colors().scale();
        hidden.sink = SinkTreatment::Hidden;
        heads.pattern().colors().setScale(hidden);
        QVERIFY(f.settled());
        QCOMPARE(heads.gridFigure()->scale().sink, SinkTreatment::Hidden);
        QVERIFY(drawing(heads.pattern()).contains("first token hidden"));
        QVERIFY(drawing(heads.grid()).contains("first token hidden"));
        // Its file of numbers has none in the first column.
        const QString file = f.folder.filePath("head.csv");
        QVERIFY(saveFigure(*heads.pattern().figure(), file.toStdString(), heads.pattern().figureStyle()));
        QFile csv(file);
        QVERIFY(csv.open(QIODevice::ReadOnly));
        const auto lines = csv.readAll().trimmed().split('\n').mid(1);
        for (const QByteArray& line : lines)
            QVERIFY(line.contains(",nan,"));
        heads.grid().colors().reset();
        QVERIFY(f.settled());
        QCOMPARE(heads.gridFigure()->scale().sink, SinkTreatment::Shown);
        QCOMPARE(heads.pattern().colors().scale().sink, SinkTreatment::Shown);
    }

    void headsShareOneScale()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        FigureView& grid = f.window->heads().grid();
        f.trigger("view.enlarge");
        const QImage each = picture(grid);
        ScaleOptions shared;
        shared.extent = ScaleOptions::Extent::Figure;
        grid.colors().setScale(shared);
        QVERIFY(picture(grid) != each);
        ColorBarHandles& bar = grid.colors().handles();
        QTRY_VERIFY(bar.isVisible());
        bar.setLimit(true, 0.5 * bar.scale().high());
        QVERIFY(grid.colors().scale().high.has_value());
        QVERIFY(f.window->heads().gridFigure()->scale().high.has_value());
    }
};

QTEST_MAIN(TestWindowColors)
#include "test_window_colors.moc"
