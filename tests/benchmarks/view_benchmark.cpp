// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// How smoothly the large views move with a model of full size and 1,024 tokens, as a table of frame times: a
// frame is one turn of the wheel (or step of a scroll bar) with all that it makes the view paint.
//   view_benchmark FOLDER [links]        e.g. what make_gpt2 writes

#include "actions/action_registry.h"
#include "figures/figure_view.h"
#include "figures/head_grid_figure.h"
#include "figures/links_figure.h"
#include "panels/head_toggles.h"
#include "panels/heads_panel.h"
#include "panels/links_panel.h"
#include "session/selection.h"
#include "session/session.h"
#include "window/main_window.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QPainter>
#include <QScrollBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>

#include <algorithm>
#include <cstdio>
#include <numeric>

using namespace headlight;

namespace {

void row(const char* what, std::vector<double> times)
{
    if (times.empty()) {
        std::printf("%-62s  no measurement\n", what);
        return;
    }
    std::sort(times.begin(), times.end());
    std::printf("%-62s %6zu %8.2f %8.2f %8.2f\n", what, times.size(), times.front(), times[times.size() / 2],
                times.back());
}

double milliseconds(const std::function<void()>& work)
{
    QElapsedTimer timer;
    timer.start();
    work();
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

bool waitFor(const std::function<bool()>& done, int patience = 300'000)
{
    QElapsedTimer timer;
    timer.start();
    while (!done() && timer.elapsed() < patience)
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 20);
    return done();
}

/// Turns the wheel over a place of a view and paints what comes of it.
double turn(FigureView& view, const QPointF& place, int notches)
{
    return milliseconds([&] {
        QWheelEvent wheel(place, view.mapToGlobal(place), {}, {0, notches * 120}, Qt::NoButton, {},
                          Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&view, &wheel);
        view.repaint();
    });
}

/// Drags by so many pixels.
double drag(FigureView& view, const QPointF& from, const QPointF& by)
{
    return milliseconds([&] {
        const auto send = [&](QEvent::Type type, const QPointF& at, Qt::MouseButton button) {
            QMouseEvent event(type, at, view.mapToGlobal(at), button,
                              type == QEvent::MouseButtonRelease ? Qt::NoButton : Qt::LeftButton, {});
            QCoreApplication::sendEvent(&view, &event);
        };
        send(QEvent::MouseButtonPress, from, Qt::LeftButton);
        send(QEvent::MouseMove, from + by, Qt::NoButton);
        view.repaint();
        send(QEvent::MouseButtonRelease, from + by, Qt::LeftButton);
    });
}

void measureGrid(MainWindow& window)
{
    window.tabs().setCurrentWidget(&window.heads());
    FigureView& view = window.heads().grid();
    // What is there is still of the shorter text before: the long one's cells lie deeper.
    const double reading = milliseconds([&] {
        (void)waitFor(
            [&] { return window.heads().gridFigure() && window.heads().gridFigure()->mostZoom() > 200; });
    });
    std::printf("grid: %.0f ms until the thumbnails of all heads are there; view %d x %d\n", reading,
                view.width(), view.height());
    const auto* figure = window.heads().gridFigure();
    const QPointF place = view.rect().center() + QPointF(37, 23);
    for (const bool warm : {false, true}) {
        std::vector<double> in, pan, out;
        view.setZoom(1);
        for (int i = 0; i < 60 && view.zoom() < figure->mostZoom(); ++i) {
            in.push_back(turn(view, place, 1));
            if (i % 4 == 0)
                for (int p = 0; p < 6; ++p)
                    pan.push_back(drag(view, place, QPointF(p % 2 ? 60 : -60, p % 3 ? 30 : -50)));
            if (warm) // what is looked at has been read, as for somebody who stays a moment
                (void)waitFor([&] { return figure->missingTiles().empty(); }, 20'000);
            else
                QCoreApplication::processEvents();
        }
        std::printf("   zoomed to %.0f-fold, %zu MB kept for drawing, cells %s\n", view.zoom(),
                    figure->bytes() >> 20U, figure->showsCells() ? "named" : "not named");
        for (int i = 0; i < 60 && view.zoom() > 1; ++i) {
            out.push_back(turn(view, place, -1));
            QCoreApplication::processEvents();
        }
        std::vector<double> all = in;
        all.insert(all.end(), pan.begin(), pan.end());
        all.insert(all.end(), out.begin(), out.end());
        const QString when = warm ? "after waiting for tiles" : "without waiting for tiles";
        row(qPrintable("grid: zoom from the whole model to one cell, " + when), in);
        row(qPrintable("grid: pan on the way, " + when), pan);
        row(qPrintable("grid: zoom back, " + when), out);
        row(qPrintable("grid: all frames, " + when), all);
    }
}

void measureLinks(MainWindow& window)
{
    window.tabs().setCurrentWidget(&window.links());
    LinksPanel& panel = window.links();
    if (!waitFor([&] { return panel.figure() != nullptr; }))
        return;
    HeadToggles& toggles = panel.toggles();
    toggles.setFocus();
    QTest::keyClick(&toggles, Qt::Key_A, Qt::ControlModifier);
    FigureView& view = panel.view();
    QCoreApplication::processEvents();
    auto* bar = panel.findChild<QScrollBar*>();
    std::vector<double> scroll;
    for (int i = 0; i < 120; ++i)
        scroll.push_back(milliseconds([&] {
            bar->setValue(bar->maximum() * i / 119);
            view.repaint();
        }));
    row("links: scroll a step, all heads", scroll);
    std::vector<double> hover;
    const QRectF area = view.figureArea();
    for (int i = 0; i < 60; ++i) {
        const QPointF at(area.width() / 2 - (i % 2 ? 290 : -290),
                         60 + i * 7 % std::max(1, view.height() - 80));
        hover.push_back(milliseconds([&] {
            QMouseEvent move(QEvent::MouseMove, at, view.mapToGlobal(at), Qt::NoButton, Qt::NoButton, {});
            QCoreApplication::sendEvent(&view, &move);
            view.repaint();
        }));
    }
    row("links: hover a token", hover);

    // The same picture as one would first draw it: a line for every weight that is not zero, seen or not.
    const Trace trace = window.session().trace();
    const TensorPtr pattern = *trace.step(panel.figure()->mainTensor().index);
    QImage image(view.size(), QImage::Format_RGB32);
    image.fill(Qt::white);
    std::size_t lines = 0;
    const double naive = milliseconds([&] {
        QPainter painter(&image);
        painter.setRenderHint(QPainter::Antialiasing);
        const double step = image.height() / static_cast<double>(pattern->size(1));
        for (std::int64_t q = 0; q < pattern->size(1); ++q)
            for (std::int64_t k = 0; k < pattern->size(2); ++k) {
                const float w = pattern->at({0, q, k});
                if (w <= 0)
                    continue;
                QColor color(0x0b6fb8);
                color.setAlphaF(0.16F + 0.84F * w);
                painter.setPen(QPen(color, 1));
                painter.drawLine(QPointF(200, static_cast<double>(q) * step),
                                 QPointF(700, static_cast<double>(k) * step));
                ++lines;
            }
    });
    std::printf("links: drawing all weights of ONE head (%zu lines), one frame: %.0f ms\n", lines, naive);
}

} // namespace

int main(int argc, char** argv)
{
    QApplication app(argc, argv);
    if (argc != 2 && argc != 3) {
        std::fprintf(stderr, "usage: view_benchmark FOLDER [links]\n");
        return 2;
    }
    QTemporaryDir folder;
    Settings settings(folder.filePath("settings.ini"));
    Session session(findResources(argv[0]));
    Theme theme(app);
    theme.apply("light", 1);
    MainWindow window(session, settings, theme);
    window.resize(1440, 900);
    window.show();
    window.actionRegistry().find("view.enlarge")->setChecked(true);
    session.openModel(argv[1]);
    if (!waitFor([&] { return session.trace().valid() && !session.busy(); }))
        return 1;
    int context = 0;
    for (const Stream& s : session.model()->program->streams)
        context = std::max(context, s.contextLength);
    std::vector<int> ids(static_cast<std::size_t>(std::min(context > 0 ? context : 1024, 1024)));
    for (std::size_t i = 0; i < ids.size(); ++i)
        ids[i] = static_cast<int>((i * 7919) % 50000);
    session.setTexts({StreamText{{}, ids}});
    if (!waitFor([&] {
            return !session.busy() && session.trace().input().streams[0].labels.size() == ids.size();
        }))
        return 1;
    std::printf("%s, %zu tokens\n%-62s %6s %8s %8s %8s\n", argv[1], ids.size(), "milliseconds a frame",
                "frames", "min", "median", "max");
    if (argc == 2)
        measureGrid(window);
    measureLinks(window);
    return 0;
}
