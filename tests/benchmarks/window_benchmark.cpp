// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How fast the window answers, as a table: from the program's start to the first heatmap (a real process),
// from a hover to the repainted stage view, and from a keystroke to repainted heatmaps.
//   window_benchmark HEADLIGHT_BINARY

#include "figures/figure_view.h"
#include "models/model.h"
#include "panels/heads_panel.h"
#include "panels/input_bar.h"
#include "panels/stage_pane.h"
#include "panels/text_field.h"
#include "session/selection.h"
#include "session/session.h"
#include "window/main_window.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QProcess>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

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
    while (!done() && patience.elapsed() < 20000)
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 5);
    return done();
}

} // namespace

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    if (argc != 2) {
        std::fprintf(stderr, "usage: window_benchmark HEADLIGHT_BINARY\n");
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
    for (const QString& name :
         QStringList{"stories260k", "shakespeare-char", "kjv-bert", "nano-sort", "date-seq2seq"}) {
        Session session(resources);
        Theme theme(app);
        MainWindow window(session, settings, theme);
        window.resize(1440, 900);
        window.show();
        session.openModel(name);
        if (!waitFor([&] { return session.trace().valid() && !session.busy(); }))
            return 1;
        waitFor([] { return true; });

        // Hover: the mouse moves over the stage view, and its pixels follow.
        FigureView& view = window.stage().view();
        std::vector<double> hovers;
        for (int i = 0; i < 200; ++i) {
            const QPoint point(view.width() * (10 + i * 7 % 80) / 100,
                               view.height() * (10 + i * 13 % 80) / 100);
            QElapsedTimer timer;
            timer.start();
            QMouseEvent move(QEvent::MouseMove, point, view.mapToGlobal(point), Qt::NoButton, Qt::NoButton,
                             {});
            QCoreApplication::sendEvent(&view, &move);
            QCoreApplication::processEvents();
            hovers.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
        row(qPrintable(name + ": hover to repaint"), hovers, 16);

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
    }
    return 0;
}
