// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The real window, off screen, with settings of its own and answers in the place of file dialogs.

#include "../support_ui.h"
#include "actions/action_registry.h"
#include "figures/figure_view.h"
#include "figures/head_grid_figure.h"
#include "panels/explain_panel.h"
#include "panels/head_selector.h"
#include "panels/heads_panel.h"
#include "panels/image_chooser.h"
#include "panels/input_bar.h"
#include "panels/message_bar.h"
#include "panels/outline_panel.h"
#include "panels/positions_panel.h"
#include "panels/predictions_panel.h"
#include "panels/stage_pane.h"
#include "panels/text_field.h"
#include "panels/token_chips.h"
#include "window/main_window.h"

#include <QApplication>
#include <QTabWidget>

namespace headlight::test {

struct WindowFixture
{
    explicit WindowFixture(const QString& file = {})
        : settings(file.isEmpty() ? folder.filePath("settings.ini") : file)
        , session(resourceFolder())
        , theme(*qApp)
    {
        FileDialogs dialogs;
        dialogs.openFolder = [this](QWidget*, const FileDialogs::Answer& answer) { answer(folderAnswer); };
        dialogs.openImage = [this](QWidget*, const FileDialogs::Answer& answer) { answer(imageAnswer); };
        dialogs.saveFile = [this](QWidget*, const QString&, const FileDialogs::Answer& answer) {
            answer(saveAnswer);
        };
        theme.apply(settings.theme(), settings.zoom());
        window = std::make_unique<MainWindow>(session, settings, theme, dialogs);
        window->show();
    }

    [[nodiscard]] bool open(const QString& model, const QString& text = {})
    {
        const bool ok = test::open(session, model, text);
        QCoreApplication::processEvents();
        return ok;
    }
    [[nodiscard]] bool settled()
    {
        const bool ok = test::settled(session);
        QCoreApplication::processEvents();
        return ok;
    }
    void trigger(const char* id)
    {
        window->actionRegistry().find(QLatin1String(id))->trigger();
        QCoreApplication::processEvents();
    }
    void key(int k, Qt::KeyboardModifiers modifiers = {})
    {
        QTest::keyClick(QApplication::focusWidget() ? QApplication::focusWidget() : window.get(),
                        static_cast<Qt::Key>(k), modifiers);
        QCoreApplication::processEvents();
    }
    [[nodiscard]] QString hook() const
    {
        return QString::fromStdString(
            session.model()->program->steps[static_cast<std::size_t>(window->selection().step())].hook);
    }
    void go(const char* hookName)
    {
        window->selection().jumpTo(stepOf(session, hookName));
        QCoreApplication::processEvents();
    }
    [[nodiscard]] TensorRef result() const { return {TensorRef::Kind::Step, window->selection().step()}; }
    /// Moves the mouse over a cell of the stage view.
    [[nodiscard]] bool hover(const CellRef& cell)
    {
        FigureView& view = window->stage().view();
        const QRectF rect = view.figure()->cellRect(cell, view.figureArea(), view.figureStyle());
        if (rect.isEmpty())
            return false;
        QTest::mouseMove(&view, QPoint(1, 1));
        QTest::mouseMove(&view, rect.center().toPoint());
        return QTest::qWaitFor([&] { return window->selection().hovered() == cell; }, 2000);
    }

    QTemporaryDir folder;
    QString folderAnswer, imageAnswer, saveAnswer;
    Settings settings;
    Session session;
    Theme theme;
    std::unique_ptr<MainWindow> window;
};

} // namespace headlight::test
