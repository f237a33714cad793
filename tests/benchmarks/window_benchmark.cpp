// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How fast the window answers, as a table: from the program's start to the first heatmap (a real process),
// from a hover to the repainted stage view, and from a keystroke to repainted heatmaps.
//   window_benchmark HEADLIGHT_BINARY [MODEL …]

#include "figures/figure_view.h"
#include "models/model.h"
#include "panels/heads_panel.h"
#include "panels/input_bar.h"
#include "panels/stage_pane.h"
#include "panels/step_player.h"
#include "panels/text_field.h"
#include "session/selection.h"
#include "session/session.h"
#include "window/main_window.h"

#include <QAbstractEventDispatcher>
#include <QApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QRegularExpression>
#include <QSlider>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <set>

using namespace headlight;

namespace {

void row(const char* what, std::vector<double> times, double limit)
{
    if (times.empty()) {
        std::printf("%-58s  no measurement\n", what);
        return;
    }
    std::sort(times.begin(), times.end());
    std::printf("%-58s %8.1f %8.1f %8.1f %8.0f\n", what, times.front(), times[times.size() / 2], times.back(),
                limit);
}

/// Milliseconds of each part of the start, as the program itself says with HEADLIGHT_TIMING, by the part's
/// name.
double firstHeatmap(const QString& program, const QString& settings)
{
    QProcess process;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert("HEADLIGHT_TIMING", "1");
    environment.insert("XDG_CONFIG_HOME", settings);
    process.setProcessEnvironment(environment);
    process.setReadChannel(QProcess::StandardError);
    process.start(program, QStringList{});
    QByteArray words;
    const QRegularExpression line("([0-9.]+) ms\\s+first heatmap painted");
    QElapsedTimer patience;
    patience.start();
    double milliseconds = -1;
    while (milliseconds < 0 && patience.elapsed() < 20000 && process.waitForReadyRead(5000)) {
        words += process.readAllStandardError();
        if (const auto match = line.match(QString::fromUtf8(words)); match.hasMatch())
            milliseconds = match.captured(1).toDouble();
    }
    process.kill();
    process.waitForFinished();
    return milliseconds;
}

bool waitFor(const std::function<bool()>& done)
{
    QElapsedTimer patience;
    patience.start();
    // Asleep between events, as the window is: with a time limit processEvents() spins, and takes a core from
    // the run.
    QTimer awake;
    awake.start(50);
    while (!done() && patience.elapsed() < 20000)
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    return done();
}

/// Knows when the pixels of the window have last been brought up to date.
class Clock : public QApplication
{
public:
    using QApplication::QApplication;
    std::function<void()> updated;

    bool notify(QObject* receiver, QEvent* event) override
    {
        const bool update = event->type() == QEvent::UpdateRequest && receiver->isWidgetType();
        const bool taken = QApplication::notify(receiver, event);
        if (update && updated)
            updated();
        return taken;
    }
};

/// Everything that was going to happen has happened.
void rest(Session& session)
{
    waitFor([&] { return !session.busy(); });
    while (QAbstractEventDispatcher::instance()->processEvents(QEventLoop::AllEvents))
        ;
}

/// The mouse moves over the stage view: its pixels follow, and then the arithmetic beside it.
void measureHover(MainWindow& window, const QString& where)
{
    FigureView& view = window.stage().view();
    std::vector<double> pixels, all;
    rest(window.session());
    for (int i = 0; i < 200; ++i) {
        const QPoint point(view.width() * (10 + i * 7 % 80) / 100, view.height() * (10 + i * 13 % 80) / 100);
        QElapsedTimer timer;
        timer.start();
        QMouseEvent move(QEvent::MouseMove, point, view.mapToGlobal(point), Qt::NoButton, Qt::NoButton, {});
        QCoreApplication::sendEvent(&view, &move);
        view.repaint();
        pixels.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        rest(window.session());
        all.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    row(qPrintable(where + " hover to repainted view"), pixels, 16);
    row(qPrintable(where + " hover to view and arithmetic"), all, 16);
}

/// Watching steps compute at 128 tokens: every frame with its numbers, its words and its pixels.
void measureFrames(MainWindow& window)
{
    Session& session = window.session();
    std::vector<int> ids(128);
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = static_cast<int>(3 + i * 7919 % 500);
    session.setTexts({StreamText{{}, ids}});
    if (!waitFor([&] {
            return !session.busy() && session.trace().input().streams[0].labels.size() == ids.size();
        }))
        return;
    StepPlayer& player = window.stage().player();
    for (const char* hook :
         {"blocks.1.attn.hook_rot_q", "blocks.1.attn.hook_qk", "blocks.1.attn.hook_pattern",
          "blocks.1.attn.hook_z", "blocks.1.mlp.hook_pre", "blocks.1.ln2.hook_scale"}) {
        window.selection().jumpTo(session.model()->program->findStep(hook));
        measureHover(window, QString("128 tokens, %1:").arg(hook));
        QElapsedTimer timer;
        timer.start();
        window.stage().watch();
        const double begin = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        player.setPlaying(false);
        QCoreApplication::processEvents();
        std::vector<double> frames;
        for (int i = 1; i <= player.slider().maximum(); ++i) {
            timer.start();
            player.setFrame(i);
            window.stage().view().repaint();
            frames.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
            QCoreApplication::processEvents();
        }
        row(qPrintable(QString("128 tokens: begin to watch %1").arg(hook)), {begin}, 200);
        row(qPrintable(QString("128 tokens: a frame of %1 (%2)").arg(hook).arg(frames.size())), frames, 16);
    }
}

/// A letter goes into the field: the run, the stage, the heads and the chips follow, and then the words and
/// the arithmetic beside them.
void measureKeys(MainWindow& window, const QString& model, Clock& clock)
{
    Session& session = window.session();
    TextField* field = window.inputBar().field(0);
    std::vector<FigureView*> views;
    for (FigureView* view : window.findChildren<FigureView*>())
        if (view->isVisible() && view->figure())
            views.push_back(view);
    std::vector<double> heatmaps, all;
    for (int i = 0; i < 50; ++i) {
        rest(session);
        std::set<FigureView*> missing(views.begin(), views.end());
        QElapsedTimer timer;
        double painted = 0;
        const Tensor* before = session.trace().step(0)->get();
        QObject listener;
        for (FigureView* view : views)
            QObject::connect(view, &FigureView::painted, &listener, [&, view] {
                if (session.trace().step(0)->get() != before)
                    missing.erase(view);
            });
        clock.updated = [&] {
            if (missing.empty() && painted == 0)
                painted = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        };
        timer.start();
        if (i % 2 == 0)
            QTest::keyClick(field, model == "nano-sort" ? 'B' : 'a', Qt::NoModifier);
        else
            QTest::keyClick(field, Qt::Key_Backspace);
        if (!waitFor([&] { return painted > 0; }))
            break;
        rest(session);
        heatmaps.push_back(painted);
        all.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
    }
    clock.updated = {};
    row(qPrintable(model + ": keystroke to repainted heatmaps"), heatmaps, 50);
    row(qPrintable(model + ": keystroke to heatmaps and arithmetic"), all, 50);
}

} // namespace

int main(int argc, char** argv)
{
    Clock app(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "usage: window_benchmark HEADLIGHT_BINARY [MODEL …]\n");
        return 2;
    }
    QTemporaryDir folder;
    std::printf("%-58s %8s %8s %8s %8s\n", "milliseconds", "min", "median", "max", "goal");
    std::vector<double> starts;
    for (int i = 0; i < 8; ++i)
        if (const double t = firstHeatmap(argv[1], folder.path()); t >= 0 && i > 0)
            starts.push_back(t);
    row("process start to first painted heatmap", starts, 500);

    Settings settings(folder.filePath("settings.ini"));
    const auto resources = findResources(argv[1]);
    QStringList models{"stories260k", "shakespeare-char", "kjv-bert", "nano-sort", "date-seq2seq"};
    if (argc > 2)
        models = app.arguments().mid(2);
    for (const QString& name : models) {
        Session session(resources);
        Theme theme(app);
        MainWindow window(session, settings, theme);
        window.resize(1440, 900);
        window.show();
        session.openModel(name);
        if (!waitFor([&] { return session.trace().valid() && !session.busy(); }))
            return 1;
        measureHover(window, name + ":");

        measureKeys(window, name, app);
        if (name == "stories260k")
            measureFrames(window);
    }
    return 0;
}
