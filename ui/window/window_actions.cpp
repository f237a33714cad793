// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The main window's actions and menus.

#include "actions/action_registry.h"
#include "actions/shortcuts_dialog.h"
#include "figures/figure_export.h"
#include "figures/figure_view.h"
#include "panels/compare_panel.h"
#include "panels/explain_panel.h"
#include "panels/head_table_panel.h"
#include "panels/heads_panel.h"
#include "panels/history_panel.h"
#include "panels/input_bar.h"
#include "panels/message_bar.h"
#include "panels/outline_panel.h"
#include "panels/stage_pane.h"
#include "panels/step_player.h"
#include "session/selection.h"
#include "session/session.h"
#include "window/color_menu.h"
#include "window/main_window.h"
#include "window/reduced_motion.h"

#include <QActionGroup>
#include <QApplication>
#include <QClipboard>
#include <QDir>
#include <QFileInfo>
#include <QImageReader>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QSplitter>
#include <QTabWidget>

namespace headlight {

void MainWindow::makeActions()
{
    const auto add = [this](const char* id, const QString& section, const QString& text,
                            const QList<QKeySequence>& keys, std::function<void()> run) {
        return m_actions->add(QLatin1String(id), section, text, keys, std::move(run));
    };
    const QString file = tr("File"), edit = tr("Edit"), view = tr("View"), step = tr("Step"),
                  model = tr("Model"), help = tr("Help");
    add("file.open", file, tr("&Open model folder…"), {QKeySequence::Open}, [this] { openFolder(); });
    add("file.arrays", file, tr("Open attention &patterns…"), {QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_O)},
        [this] { m_dialogs.openArrays(this, [this](const QString& path) { m_session.openModel(path); }); });
    add("file.image", file, tr("Open &picture…"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_O)},
        [this] { openImage(); });
    add("file.export", file, tr("&Export…"), {QKeySequence(Qt::CTRL | Qt::Key_E)}, [this] { showExport(); });
    add("file.quit", file, tr("&Quit"), {QKeySequence::Quit, QKeySequence(Qt::CTRL | Qt::Key_Q)},
        [this] { close(); });

    auto* undo =
        add("edit.undo", edit, tr("&Undo"), {QKeySequence::Undo}, [this] { m_session.undoStack().undo(); });
    auto* redo = add("edit.redo", edit, tr("&Redo"),
                     {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Z), QKeySequence(Qt::CTRL | Qt::Key_Y)},
                     [this] { m_session.undoStack().redo(); });
    const QUndoStack& stack = m_session.undoStack();
    const auto undoText = [undo](const QString& text) {
        undo->setText(text.isEmpty() ? tr("&Undo") : tr("&Undo %1").arg(text));
    };
    const auto redoText = [redo](const QString& text) {
        redo->setText(text.isEmpty() ? tr("&Redo") : tr("&Redo %1").arg(text));
    };
    connect(&stack, &QUndoStack::canUndoChanged, undo, &QAction::setEnabled);
    connect(&stack, &QUndoStack::canRedoChanged, redo, &QAction::setEnabled);
    connect(&stack, &QUndoStack::undoTextChanged, undo, undoText);
    connect(&stack, &QUndoStack::redoTextChanged, redo, redoText);
    undo->setEnabled(stack.canUndo());
    redo->setEnabled(stack.canRedo());
    undoText(stack.undoText());
    redoText(stack.redoText());
    add("edit.reset", edit, tr("Take &all what-ifs back"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R)},
        [this] { m_session.resetWhatIfs(); });
    add("edit.cell", edit, tr("C&hange this cell…"), {QKeySequence(Qt::Key_F2)},
        [this] { m_stage->editCell(false); });
    add("edit.row", edit, tr("Change this r&ow…"), {QKeySequence(Qt::SHIFT | Qt::Key_F2)},
        [this] { m_stage->editCell(true); });
    const auto showTab = [this](QWidget* tab) {
        m_actions->find(QStringLiteral("view.tabs"))->setChecked(true);
        unfoldTabs();
        m_tabs->setCurrentWidget(tab);
    };
    add("edit.history", edit, tr("H&istory"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_H)},
        [this, showTab] { showTab(m_history); });
    add("edit.copyPicture", edit, tr("&Copy picture"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_C)},
        [this] { copyPicture(); });
    add("edit.copyValue", edit, tr("Copy &value"), {QKeySequence(Qt::CTRL | Qt::ALT | Qt::Key_C)},
        [this] { copyValue(); });
    add("edit.copyArithmetic", edit, tr("Copy the &arithmetic"),
        {QKeySequence(Qt::CTRL | Qt::ALT | Qt::SHIFT | Qt::Key_C)}, [this] {
            if (const QString text = m_explain->derivationAsText(); !text.isEmpty()) {
                QApplication::clipboard()->setText(text);
                m_status->setText(tr("arithmetic copied"));
            }
        });
    add("edit.text", edit, tr("&Type text"), {QKeySequence(Qt::CTRL | Qt::Key_L)},
        [this] { m_input->focusText(); });

    const auto panel = [&](const char* id, const QString& text, auto widgetOf) {
        QAction* action = add(id, view, text, {}, nullptr);
        action->setCheckable(true);
        action->setChecked(true);
        connect(action, &QAction::toggled, this, [widgetOf](bool on) { widgetOf()->setVisible(on); });
    };
    panel("view.outline", tr("&Stages"), [this]() -> QWidget* { return m_outline; });
    panel("view.explain", tr("&Explanation"), [this]() -> QWidget* { return m_explain; });
    panel("view.tabs", tr("&Views below"), [this]() -> QWidget* { return m_tabs; });
    QAction* enlarge =
        add("view.enlarge", view, tr("Enlarge the &views below"), {QKeySequence(Qt::Key_F11)}, nullptr);
    enlarge->setIconText(tr("Enlarge"));
    enlarge->setCheckable(true);
    connect(enlarge, &QAction::toggled, this, [this, enlarge](bool on) {
        if (on) {
            m_actions->find(QStringLiteral("view.tabs"))->setChecked(true);
            m_actions->find(QStringLiteral("view.fold"))->setChecked(false);
        }
        m_inner->setVisible(!on);
        if (!on && isLow())
            m_actions->find(QStringLiteral("view.fold"))->setChecked(true);
        enlarge->setIconText(on ? tr("Make small") : tr("Enlarge"));
    });
    QAction* fold =
        add("view.fold", view, tr("&Fold the views below"), {QKeySequence(Qt::SHIFT | Qt::Key_F11)}, nullptr);
    fold->setCheckable(true);
    connect(fold, &QAction::toggled, this, [this, enlarge](bool on) {
        if (on)
            enlarge->setChecked(false);
        foldTabs(on);
    });
    add("view.compare", view, tr("&Compare with the model as it is"), {QKeySequence(Qt::Key_F7)},
        [this, showTab] { showTab(m_compare); });
    QAction* reduce = add("view.reduceMotion", view, tr("Reduce &motion"), {}, nullptr);
    reduce->setCheckable(true);
    reduce->setChecked(m_settings.flag(QStringLiteral("reduceMotion"), desktopReducesMotion()));
    connect(reduce, &QAction::toggled, this, [this](bool on) {
        m_settings.setFlag(QStringLiteral("reduceMotion"), on);
        m_stage->player().setReduceMotion(on);
    });
    auto* themes = new QActionGroup(m_actions);
    for (const auto& [id, text, name] :
         {std::tuple{"view.light", tr("&Light"), "light"}, std::tuple{"view.dark", tr("&Dark"), "dark"},
          std::tuple{"view.system", tr("As the s&ystem"), "system"}}) {
        QAction* action = add(id, view, text, {}, [this, theme = QLatin1String(name)] { setTheme(theme); });
        action->setCheckable(true);
        action->setChecked(m_settings.theme() == QLatin1String(name));
        themes->addAction(action);
    }
    auto* languages = new QActionGroup(m_actions);
    // Each language in its own letters, so that whoever is lost finds the way back.
    for (const auto& [id, text, name] :
         {std::tuple{"view.languageSystem", tr("As the &system"), "system"},
          std::tuple{"view.languageEnglish", QStringLiteral("&English"), "en"},
          std::tuple{"view.languageChinese", QStringLiteral("简体中文"), "zh_CN"}}) {
        QAction* action =
            add(id, view, text, {}, [this, language = QLatin1String(name)] { setLanguage(language); });
        action->setCheckable(true);
        action->setChecked(m_settings.language() == QLatin1String(name));
        languages->addAction(action);
    }
    add("view.zoomIn", view, tr("Zoom &in"), {QKeySequence(Qt::CTRL | Qt::Key_Equal), QKeySequence::ZoomIn},
        [this] { frontView()->setZoom(frontView()->zoom() * 1.2); });
    add("view.zoomOut", view, tr("Zoom &out"), {QKeySequence::ZoomOut},
        [this] { frontView()->setZoom(frontView()->zoom() / 1.2); });
    add("view.zoomReset", view, tr("&Fit"), {QKeySequence(Qt::CTRL | Qt::Key_0)},
        [this] { frontView()->setZoom(1); });
    add("view.larger", view, tr("L&arger text"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Up)},
        [this] { setTextZoom(m_settings.zoom() * 1.1); });
    add("view.smaller", view, tr("S&maller text"), {QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_Down)},
        [this] { setTextZoom(m_settings.zoom() / 1.1); });

    m_colors = new ColorMenu(*m_actions, m_settings, [this] { return frontView(); });

    add("step.next", step, tr("&Next step"), {QKeySequence(Qt::Key_Right)}, [this] { m_selection->next(); });
    add("step.previous", step, tr("&Back"), {QKeySequence(Qt::Key_Left)},
        [this] { m_selection->previous(); });
    add("step.play", step, tr("&Play"), {QKeySequence(Qt::Key_Space)}, [this] {
        m_stage->player().setPlaying(false);
        m_transport->setPlaying(!m_transport->playing());
    });
    QAction* watch =
        add("step.watch", step, tr("&Watch this step compute"), {QKeySequence(Qt::Key_W)}, [this] {
            m_transport->setPlaying(false);
            m_stage->watch();
        });
    watch->setIconText(tr("Watch"));
    QAction* unwatch = add("step.watchEnd", step, tr("Show the finished step"),
                           {QKeySequence(Qt::Key_Escape)}, [this] { m_stage->endWatch(); });
    unwatch->setIconText(tr("Done"));
    unwatch->setEnabled(false);
    add("step.first", step, tr("&First step"), {QKeySequence(Qt::Key_Home)},
        [this] { m_selection->first(); });
    add("step.last", step, tr("Run to the &end"), {QKeySequence(Qt::Key_End)},
        [this] { m_selection->last(); });
    add("step.into", step, tr("Step &into"), {QKeySequence(Qt::Key_Down)},
        [this] { m_selection->stepInto(); });
    add("step.out", step, tr("Step &out"), {QKeySequence(Qt::Key_Up)}, [this] { m_selection->stepOut(); });
    add("step.nextLayer", step, tr("Same step in the next &layer"), {QKeySequence(Qt::SHIFT | Qt::Key_Right)},
        [this] { m_selection->sameInLayer(1); });
    add("step.previousLayer", step, tr("Same step in the layer be&fore"),
        {QKeySequence(Qt::SHIFT | Qt::Key_Left)}, [this] { m_selection->sameInLayer(-1); });
    add("step.nextHead", step, tr("Next &head"), {QKeySequence(Qt::Key_BracketRight)},
        [this] { m_selection->setHead(m_selection->head() + 1); });
    add("step.previousHead", step, tr("Head b&efore"), {QKeySequence(Qt::Key_BracketLeft)},
        [this] { m_selection->setHead(m_selection->head() - 1); });
    add("step.breakpoint", step, tr("&Breakpoint here"), {QKeySequence(Qt::Key_F9)}, [this] {
        if (m_selection->step() >= 0)
            m_selection->toggleBreakpoint(m_selection->step());
    });
    add("step.run", step, tr("&Run to the next breakpoint"), {QKeySequence(Qt::Key_F5)},
        [this] { m_selection->runToBreakpoint(); });
    add("step.back", step, tr("Go b&ack to where you were"),
        {QKeySequence(Qt::ALT | Qt::Key_Left), QKeySequence(Qt::Key_Backspace)},
        [this] { m_selection->back(); })
        ->setEnabled(false);
    add("step.forward", step, tr("Go for&ward again"), {QKeySequence(Qt::ALT | Qt::Key_Right)}, [this] {
        m_selection->forward();
    })->setEnabled(false);

    add("model.headOff", model, tr("Switch this &head off or on"), {QKeySequence(Qt::CTRL | Qt::Key_H)},
        [this] {
            const int attention = m_selection->attention(), head = m_selection->head();
            if (attention >= 0)
                m_session.setHeadOff(attention, head, !m_session.headOff(attention, head));
        });
    add("model.decode", model, tr("&Decode the target"), {QKeySequence(Qt::CTRL | Qt::Key_D)},
        [this] { m_session.decode(); });
    add("run.cancel", model, tr("&Cancel the run"), {QKeySequence(Qt::Key_Escape)}, [this] {
        m_session.cancel();
    })->setEnabled(false);

    add("help.shortcuts", help, tr("Keyboard &shortcuts"),
        {QKeySequence(Qt::Key_F1), QKeySequence(Qt::Key_Question)}, [this] {
            auto* dialog = new ShortcutsDialog(*m_actions, this);
            dialog->setAttribute(Qt::WA_DeleteOnClose);
            dialog->open();
        });
    add("help.about", help, tr("&About Headlight"), {}, [this] { showAbout(); });
}

void MainWindow::makeMenus()
{
    const auto fill = [this](QMenu* menu, std::initializer_list<const char*> ids) {
        for (const char* id : ids)
            *id ? menu->addAction(m_actions->find(QLatin1String(id))) : (void)menu->addSeparator();
    };
    QMenu* file = menuBar()->addMenu(tr("&File"));
    fill(file, {"file.open", "file.image", "file.arrays"});
    m_bundledMenu = file->addMenu(tr("&Bundled models"));
    m_recentMenu = file->addMenu(tr("&Recent models"));
    fill(file, {"", "file.export", "", "file.quit"});
    fill(menuBar()->addMenu(tr("&Edit")),
         {"edit.undo", "edit.redo", "edit.history", "edit.reset", "", "edit.cell", "edit.row", "",
          "edit.copyPicture", "edit.copyValue", "edit.copyArithmetic", "", "edit.text"});
    QMenu* view = menuBar()->addMenu(tr("&View"));
    fill(view,
         {"view.outline", "view.explain", "view.tabs", "view.enlarge", "view.fold", "view.compare", ""});
    m_colors->fill(*view->addMenu(tr("C&olours")));
    fill(view->addMenu(tr("&Theme")), {"view.light", "view.dark", "view.system"});
    QMenu* language = view->addMenu(tr("Lan&guage"));
    language->setObjectName(QStringLiteral("languageMenu"));
    fill(language, {"view.languageSystem", "view.languageEnglish", "view.languageChinese"});
    fill(view, {"view.reduceMotion"});
    fill(view, {"", "view.zoomIn", "view.zoomOut", "view.zoomReset", "", "view.larger", "view.smaller"});
    fill(menuBar()->addMenu(tr("&Step")), {"step.next",
                                           "step.previous",
                                           "step.into",
                                           "step.out",
                                           "",
                                           "step.first",
                                           "step.last",
                                           "step.play",
                                           "",
                                           "step.watch",
                                           "step.watchEnd",
                                           "",
                                           "step.nextLayer",
                                           "step.previousLayer",
                                           "step.nextHead",
                                           "step.previousHead",
                                           "",
                                           "step.breakpoint",
                                           "step.run",
                                           "",
                                           "step.back",
                                           "step.forward"});
    fill(menuBar()->addMenu(tr("&Model")), {"model.headOff", "model.decode", "", "run.cancel"});
    fill(menuBar()->addMenu(tr("&Help")), {"help.shortcuts", "", "help.about"});
    fillModelMenus();
}

void MainWindow::fillModelMenus()
{
    m_bundledMenu->clear();
    for (const auto& folder : bundledModels(m_session.resources())) {
        const QString name = QString::fromStdString(folder.filename().string());
        connect(m_bundledMenu->addAction(name), &QAction::triggered, this,
                [this, name] { m_session.openModel(name); });
    }
    m_recentMenu->clear();
    const QStringList recent = m_settings.recentModels();
    for (const QString& folder : recent)
        connect(m_recentMenu->addAction(folder), &QAction::triggered, this,
                [this, folder] { m_session.openModel(folder); });
    m_recentMenu->setEnabled(!recent.isEmpty());
}

void MainWindow::openFolder()
{
    m_dialogs.openFolder(this, [this](const QString& folder) { m_session.openModel(folder); });
}

void MainWindow::openImage()
{
    m_dialogs.openImage(this, [this](const QString& path) {
        QImageReader reader(path);
        const QImage image = reader.read();
        if (image.isNull())
            m_message->showIssue(
                {tr("This picture can't be read. %1: %2").arg(path, reader.errorString()), {}, {}});
        else
            m_session.setImage(image, path);
    });
}

void MainWindow::setTheme(const QString& name)
{
    m_settings.setTheme(name);
    m_theme.apply(name, m_settings.zoom());
    applyTheme();
}

void MainWindow::setTextZoom(double zoom)
{
    m_settings.setZoom(zoom);
    m_theme.apply(m_settings.theme(), m_settings.zoom());
    applyTheme();
    m_actions->find(QStringLiteral("view.fold"))->setChecked(isLow());
}

void MainWindow::copyPicture()
{
    FigureView* view = frontView();
    if (!view->figure())
        return;
    ExportOptions options;
    options.highlight = view->highlight();
    if (auto ok = copyFigure(*view->figure(), *QApplication::clipboard(), view->figureStyle(), options); !ok)
        m_message->showIssue({errorText(ok.error()), {}, {}});
    else
        m_status->setText(tr("picture copied"));
}

void MainWindow::copyValue()
{
    if (const auto& shown = m_explain->derivation()) {
        QApplication::clipboard()->setText(QString::number(static_cast<double>(shown->stored), 'g', 9));
        m_status->setText(tr("%1 copied").arg(shown->hook));
    }
}

void MainWindow::saveHeadTable()
{
    const QString name = m_session.model() ? QString::fromStdString(m_session.model()->name) : QString();
    m_dialogs.saveFile(this, QDir(m_exportFolder).filePath(name + QStringLiteral("-heads.csv")),
                       [this](const QString& path) {
                           if (auto ok = m_headTable->save(path); !ok) {
                               m_message->showIssue({errorText(ok.error()), {}, {}});
                           } else {
                               m_exportFolder = QFileInfo(path).path();
                               m_status->setText(tr("saved %1").arg(path));
                           }
                       });
}

void MainWindow::showAbout()
{
    auto* box =
        new QMessageBox(QMessageBox::NoIcon, tr("About Headlight"),
                        tr("<h3>Headlight %1</h3><p>See attention compute, one step at a time.</p>"
                           "<p>Free software under the GNU General Public License, version 3 or later. "
                           "Nothing is sent anywhere; models are only read from your disk.</p>")
                            .arg(QApplication::applicationVersion()),
                        QMessageBox::Close, this);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->open();
}

} // namespace headlight
