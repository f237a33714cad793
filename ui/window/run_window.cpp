// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/run_window.h"

#include "session/session.h"
#include "window/main_window.h"

#include <QApplication>
#include <QFile>

#include <cstdio>
#include <ctime>
#include <unistd.h>

namespace headlight {

namespace {

/// Milliseconds since the process began, loading of libraries included; the kernel counts in hundredths of a
/// second.
double millisecondsSinceStart()
{
    QFile stat(QStringLiteral("/proc/self/stat"));
    timespec now{};
    if (!stat.open(QIODevice::ReadOnly) || ::clock_gettime(CLOCK_BOOTTIME, &now) != 0)
        return 0;
    const QByteArray line = stat.readAll();
    const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
    if (fields.size() < 20)
        return 0;
    const double start = fields[19].toDouble() / static_cast<double>(::sysconf(_SC_CLK_TCK));
    return 1000 * (static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec) - start);
}

/// With HEADLIGHT_TIMING set, says on standard error when each part of the start was reached.
void note(const char* what)
{
    static const bool wanted = qEnvironmentVariableIsSet("HEADLIGHT_TIMING");
    if (wanted)
        std::fprintf(stderr, "headlight: %7.1f ms  %s\n", millisecondsSinceStart(), what);
}

QString modelToOpen(const WindowOptions& options, const Settings& settings)
{
    if (!options.model.isEmpty())
        return options.model;
    const QString last = settings.lastModel();
    if (!last.isEmpty()) {
        std::error_code ec;
        if (std::filesystem::is_directory(resolveModel(last.toStdString(), options.resources), ec))
            return last; // one that has gone is not worth an error at start
    }
    const auto bundled = bundledModels(options.resources);
    for (const auto& folder : bundled)
        if (folder.filename() == "stories260k")
            return QStringLiteral("stories260k");
    return bundled.empty() ? QString() : QString::fromStdString(bundled.front().string());
}

} // namespace

int runWindow(QApplication& app, const WindowOptions& options)
{
    note("program starts");
    QApplication::setApplicationName(QStringLiteral("Headlight"));
    QApplication::setDesktopFileName(QStringLiteral("headlight"));
    if (!options.version.isEmpty())
        QApplication::setApplicationVersion(options.version);
    Settings settings(options.settingsFile);
    Session session(options.resources);
    // The worker opens the model while this thread builds the window.
    const QString model = modelToOpen(options, settings);
    if (!model.isEmpty())
        session.openModel(model, options.text);
    Theme theme(app);
    theme.apply(settings.theme(), settings.zoom());
    MainWindow window(session, settings, theme);
    note("window built");
    QObject::connect(&session, &Session::traceChanged, &window, [&session] {
        static bool first = true;
        if (std::exchange(first, false)) {
            note("model opened and run");
            if (qEnvironmentVariableIsSet("HEADLIGHT_TIMING"))
                std::fprintf(stderr, "headlight:            opening took %.1f ms, the run %.1f ms\n",
                             session.openMilliseconds(), session.runMilliseconds());
        }
    });
    QObject::connect(&window, &MainWindow::firstPicture, &window, [] { note("first heatmap painted"); });
    window.show();
    note("window shown");
    if (model.isEmpty())
        emit session.problem(
            {QObject::tr("No bundled model was found in %1; open a model's folder with Ctrl+O")
                 .arg(QString::fromStdString(options.resources.string())),
             {},
             {}});
    return QApplication::exec();
}

} // namespace headlight
