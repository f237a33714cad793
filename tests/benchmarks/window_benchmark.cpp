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

/// The mouse moves over the stage view: its pixels follow, and then the arithmetic beside it.
void measureHover(MainWindow& window, const QString& where)
{
    FigureView& view = window.stage().view();
    std::vector<double> pixels, all;
    for (int i = 0; i < 200; ++i) {
        const QPoint point(view.width() * (10 + i * 7 % 80) / 100, view.height() * (10 + i * 13 % 80) / 100);
        QElapsedTimer timer;
        timer.start();
        QMouseEvent move(QEvent::MouseMove, point, view.mapToGlobal(point), Qt::NoButton, Qt::NoButton, {});
        QCoreApplication::sendEvent(&view, &move);
        view.repaint();
        pixels.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        QCoreApplication::processEvents();
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
        waitFor([] { return true; });
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

} // namespace

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
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
        waitFor([] { return true; });

        measureHover(window, name + ":");

        // Keystroke: a letter goes into the field; the run, the stage, the chips and the heads follow.
        TextField* field = window.inputBar().field(0);
        std::vector<double> keys;
        for (int i = 0; i < 24; ++i) {
            const std::string before = field->text();
            QElapsedTimer timer;
            timer.start();
            const Tensor* trace = session.trace().step(0)->get();
            if (i % 2 == 0)
                QTest::keyClick(field, name == "nano-sort" ? 'B' : 'a', Qt::NoModifier);
            else
                QTest::keyClick(field, Qt::Key_Backspace);
            if (!waitFor([&] { return !session.busy() && session.trace().step(0)->get() != trace; }))
                break;
            QCoreApplication::processEvents();
            window.repaint();
            keys.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
        row(qPrintable(name + ": keystroke to repainted heatmaps"), keys, 50);
        if (name == "stories260k")
            measureFrames(window);
    }
    return 0;
}
