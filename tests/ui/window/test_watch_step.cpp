// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Watching a step compute, in the real window.

#include "figures/equation_figure.h"
#include "figures/step_frames.h"
#include "panels/step_player.h"
#include "window/reduced_motion.h"
#include "window_fixture.h"

#include <QClipboard>
#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QMimeData>
#include <QSlider>
#include <QToolButton>

using namespace headlight;
using namespace headlight::test;

namespace {

/// What the stage view shows, without the cursor and the focus frame.
QImage picture(WindowFixture& f)
{
    const FigureView& view = f.window->stage().view();
    QImage image(view.size(), QImage::Format_RGB32);
    QPainter painter(&image);
    view.figure()->paint(painter, view.figureArea(), view.figureStyle(), view.highlight());
    return image;
}

std::shared_ptr<const StepFrame> frameOf(WindowFixture& f)
{
    const auto* figure = dynamic_cast<const EquationFigure*>(f.window->stage().view().figure());
    return figure ? figure->frame() : nullptr;
}

bool untouched(WindowFixture& f)
{
    return !f.window->stage().player().active() && !f.window->stage().player().isVisible() && !frameOf(f);
}

} // namespace

class TestWatchStep : public QObject
{
    Q_OBJECT
private slots:
    void playsScrubsAndEndsWithTheFinishedPicture()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        f.go("blocks.1.attn.hook_qk");
        StepPlayer& player = f.window->stage().player();
        QVERIFY(untouched(f));
        player.setSpeed(4);
        QTest::mouseClick(f.window->findChild<QToolButton*>("watchButton"), Qt::LeftButton);
        QVERIFY(player.active() && player.playing() && player.isVisible());
        QVERIFY(frameOf(f));
        QVERIFY(QTest::qWaitFor([&] { return player.slider().value() >= 3; }, patience));
        // Whoever takes the slider pauses.
        QSlider& slider = player.slider();
        slider.setFocus();
        f.key(Qt::Key_Home);
        QVERIFY(!player.playing());
        QCOMPARE(slider.value(), 0);
        QCOMPARE(player.words(), QString("nothing is computed yet"));
        const QImage empty = picture(f);
        f.key(Qt::Key_Right);
        QCOMPARE(slider.value(), 1);
        QVERIFY(picture(f) != empty);
        f.key(Qt::Key_End);
        QCOMPARE(player.words(), QString("finished"));
        QVERIFY(!frameOf(f));
        const QImage last = picture(f), seen = f.window->stage().view().grab().toImage();
        f.trigger("step.watchEnd");
        QVERIFY(untouched(f));
        // The row beneath is gone and the view larger: the same picture in the same size.
        FigureView& view = f.window->stage().view();
        QImage finished(last.size(), last.format());
        QPainter painter(&finished);
        view.figure()->paint(painter, QRectF(QPointF(), QSizeF(last.size())), view.figureStyle(),
                             view.highlight());
        painter.end();
        QCOMPARE(last, finished);
        QCOMPARE(seen.size(), last.size());
    }

    void saysWhatHappens()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        f.go("blocks.1.attn.hook_qk");
        f.trigger("step.watch");
        StepPlayer& player = f.window->stage().player();
        player.setPlaying(false);
        const QRegularExpression sum(QStringLiteral(
            "^row (\\d+) of \\d+ · .* looks at .* · d(\\d+): (\\S+) \\+ (.+) × (.+) = (\\S+)$"));
        const auto number = [](QString text) {
            text.remove(QLatin1Char('(')).remove(QLatin1Char(')'));
            return parseNumber(text);
        };
        int sums = 0;
        for (int i = 1; i < player.slider().maximum(); ++i) {
            player.setFrame(i);
            const auto match = sum.match(player.words());
            if (!match.hasMatch())
                continue;
            ++sums;
            // Numbers of three decimals: what is said must be true within their rounding.
            const double a = number(match.captured(4)), b = number(match.captured(5));
            const double tolerance = 0.0015 + 0.0006 * (std::abs(a) + std::abs(b));
            QVERIFY2(std::abs(number(match.captured(3)) + a * b - number(match.captured(6))) < tolerance,
                     qPrintable(player.words()));
        }
        QVERIFY2(sums > 10, qPrintable(player.words()));
        auto* label = f.window->findChild<QLabel*>("stepWords");
        QVERIFY(label->isVisible() && !label->text().isEmpty());
        f.go("blocks.1.attn.hook_pattern");
        f.trigger("step.watch");
        QString all;
        for (int i = 1; i < player.slider().maximum(); ++i) {
            player.setFrame(i);
            all += player.words() + QLatin1Char('\n');
        }
        for (const char* part : {"m = largest of the first 3", "e = exp(", "Z · ", "P = "})
            QVERIFY2(all.contains(QString::fromUtf8(part)),
                     qPrintable(QString::fromUtf8(part) + " in " + all));
    }

    void worksWithTheKeyboardAlone()
    {
        WindowFixture f;
        QVERIFY(f.open("kjv-bert"));
        f.window->activateWindow();
        f.window->stage().setFocus();
        StepPlayer& player = f.window->stage().player();
        const QString hook = f.hook();
        f.key(Qt::Key_W);
        QVERIFY(player.active() && player.playing());
        f.key(Qt::Key_W);
        QVERIFY(player.active() && !player.playing());
        QVERIFY2(player.slider().hasFocus(), "the arrows scrub");
        const int before = player.slider().value();
        f.key(Qt::Key_Right);
        QCOMPARE(player.slider().value(), before + 1);
        f.key(Qt::Key_W);
        QVERIFY(player.playing());
        f.key(Qt::Key_Escape);
        QVERIFY(untouched(f));
        QCOMPARE(f.hook(), hook);
        f.key(Qt::Key_Right);
        QVERIFY2(f.hook() != hook, "the arrows walk again");
        // With a cursor in the view, Escape first ends the watching.
        f.window->stage().view().setFocus(Qt::TabFocusReason);
        f.window->stage().watch();
        f.window->stage().view().setFocus(Qt::TabFocusReason);
        QVERIFY(f.window->stage().view().cursor());
        f.key(Qt::Key_Escape);
        QVERIFY(untouched(f));
        QVERIFY(f.window->stage().view().cursor());
    }

    void buildsUpTheCellThatOneClicks()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        f.go("blocks.1.mlp.hook_pre");
        f.trigger("step.watch");
        StepPlayer& player = f.window->stage().player();
        FigureView& view = f.window->stage().view();
        QVERIFY(!player.onlyCell());
        // The cells may be narrower than a pixel: what is clicked is what is there.
        const QPoint place = view.figure()
                                 ->cellRect({f.result(), {2, 5}}, view.figureArea(), view.figureStyle())
                                 .center()
                                 .toPoint();
        const auto cell = view.figure()->cellAt(place, view.figureArea(), view.figureStyle());
        QVERIFY(cell && cell->tensor == f.result());
        QTest::mouseClick(&view, Qt::LeftButton, {}, place);
        QVERIFY(player.active() && player.onlyCell());
        player.setPlaying(false);
        QCOMPARE(player.slider().maximum(), 65); // empty, 64 products, finished
        player.setFrame(7);
        QCOMPARE(view.highlight().focus, cell);
        QVERIFY(!player.words().contains("row "));
        auto* scope = f.window->findChild<QComboBox*>("watchScope");
        scope->setCurrentIndex(0);
        emit scope->activated(0);
        QVERIFY(!player.onlyCell());
        QVERIFY(player.slider().maximum() != 65);
    }

    void anythingElseEndsIt()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        StepPlayer& player = f.window->stage().player();
        const auto begin = [&] {
            f.go("blocks.1.attn.hook_qk");
            f.trigger("step.watch");
            player.setPlaying(false);
            player.setFrame(5);
            return player.active() && frameOf(f) != nullptr;
        };
        QVERIFY(begin());
        f.trigger("step.next");
        QVERIFY(untouched(f));
        QVERIFY(begin());
        f.window->selection().setHead(f.window->selection().head() == 0 ? 1 : 0);
        QVERIFY(untouched(f));
        QVERIFY(begin());
        f.trigger("model.headOff");
        QVERIFY(f.settled());
        QVERIFY(untouched(f));
        QVERIFY(begin());
        f.trigger("edit.undo");
        QVERIFY(f.settled());
        QVERIFY(untouched(f));
        QVERIFY(begin());
        f.session.setTexts({StreamText{"Once upon a day", {}}});
        QVERIFY(f.settled());
        QVERIFY(untouched(f));
        QVERIFY(begin());
        QVERIFY(f.open("fashion-vit"));
        QVERIFY(untouched(f));
        QVERIFY(f.open("stories260k", "Once upon a time"));
        // The mouse that crosses the picture disturbs nothing, and what it crossed is shown afterwards.
        QVERIFY(begin());
        const auto frame = frameOf(f);
        const CellRef cell{f.result(), {f.window->selection().head(), 1, 1}};
        QVERIFY(f.hover(cell));
        QCOMPARE(frameOf(f), frame);
        f.trigger("step.watchEnd");
        QVERIFY(untouched(f));
        QCOMPARE(f.window->stage().view().highlight().focus, std::optional<CellRef>(cell));
        // Playing the steps pauses what plays inside of one, and the other way round.
        QVERIFY(begin());
        f.trigger("step.play");
        QVERIFY(f.window->transport().playing() && !player.playing());
        f.trigger("step.watch");
        QVERIFY(!f.window->transport().playing() && player.playing());
    }

    void reducedMotionJumpsBetweenWholeRows()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        f.go("blocks.1.attn.hook_qk");
        f.trigger("view.reduceMotion");
        QVERIFY(f.window->actionRegistry().find("view.reduceMotion")->isChecked());
        StepPlayer& player = f.window->stage().player();
        player.setSpeed(4);
        f.trigger("step.watch");
        std::vector<std::shared_ptr<const StepFrame>> seen;
        connect(&player, &StepPlayer::frameChanged, this, [&] { seen.push_back(frameOf(f)); });
        QVERIFY(QTest::qWaitFor([&] { return !player.playing(); }, patience));
        const auto rows =
            static_cast<std::size_t>(f.session.trace().axes(f.window->selection().step())[1].size);
        QCOMPARE(seen.size(), rows + 1); // each row whole, then the finished picture
        for (std::size_t r = 0; r < rows; ++r) {
            QCOMPARE(seen[r]->row, static_cast<std::int64_t>(r));
            QVERIFY(std::count(seen[r]->built.begin(), seen[r]->built.end(), StepFrame::Built::Done) ==
                    static_cast<std::ptrdiff_t>(seen[r]->built.size()));
        }
        QVERIFY(!seen.back());
        QVERIFY2(f.settings.flag("reduceMotion", false), "it is remembered");
    }

    void theDesktopIsAskedWhetherThingsMayMove()
    {
        QTemporaryDir folder;
        const auto write = [&](const QString& name, const QByteArray& text) {
            QDir(folder.path()).mkpath(QFileInfo(name).path());
            QFile file(folder.filePath(name));
            return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
        };
        QVERIFY(!desktopReducesMotion(folder.path()));
        QVERIFY(write("gtk-3.0/settings.ini", "[Settings]\ngtk-enable-animations=true\n"));
        QVERIFY(!desktopReducesMotion(folder.path()));
        QVERIFY(write("gtk-4.0/settings.ini", "[Settings]\ngtk-enable-animations=0\n"));
        QVERIFY(desktopReducesMotion(folder.path()));
        QVERIFY(QFile::remove(folder.filePath("gtk-4.0/settings.ini")));
        QVERIFY(write("kdeglobals", "[KDE]\nAnimationDurationFactor=0.5\n"));
        QVERIFY(!desktopReducesMotion(folder.path()));
        QVERIFY(write("kdeglobals", "[KDE]\nAnimationDurationFactor=0\n"));
        QVERIFY(desktopReducesMotion(folder.path()));
    }

    void theFrameInViewIsWhatOneCopies()
    {
        WindowFixture f;
        QVERIFY(f.open("date-seq2seq"));
        f.window->stage().view().setFocus();
        f.trigger("edit.copyPicture");
        const QImage finished = QApplication::clipboard()->image();
        f.trigger("step.watch");
        StepPlayer& player = f.window->stage().player();
        player.setPlaying(false);
        player.setFrame(player.slider().maximum() / 2);
        f.window->stage().view().setFocus();
        f.trigger("edit.copyPicture");
        const QImage frame = QApplication::clipboard()->image();
        QCOMPARE(frame.size(), finished.size());
        QVERIFY(frame != finished);
        f.trigger("step.watchEnd");
        f.trigger("edit.copyPicture");
        QCOMPARE(QApplication::clipboard()->image(), finished);
    }
};

QTEST_MAIN(TestWatchStep)
#include "test_watch_step.moc"
