// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Puts the session, the selection and the views of them together. It knows no model and draws nothing.

#include "panels/transport_bar.h"
#include "session/settings.h"
#include "window/export_dialog.h"
#include "window/file_dialogs.h"
#include "window/language.h"
#include "window/theme.h"

#include <QMainWindow>

class QLabel;
class QMenu;
class QProgressBar;
class QSplitter;
class QTabWidget;

namespace headlight {

class AcrossPanel;
class ActionRegistry;
class ColorMenu;
class ComparePanel;
class ExplainPanel;
class FigureView;
class HeadsPanel;
class ImagePanel;
class HeadTablePanel;
class HistoryPanel;
class InputBar;
class LinksPanel;
class MessageBar;
class OutlinePanel;
class PositionsPanel;
class PredictionsPanel;
class QueryKeyPanel;
class Selection;
class Session;
class StagePane;

class MainWindow : public QMainWindow
{
    Q_OBJECT
public:
    MainWindow(Session& session, Settings& settings, Theme& theme, FileDialogs dialogs = FileDialogs::real());
    ~MainWindow() override;

    [[nodiscard]] Session& session() { return m_session; }
    [[nodiscard]] Selection& selection() { return *m_selection; }
    [[nodiscard]] ActionRegistry& actionRegistry() { return *m_actions; }
    [[nodiscard]] InputBar& inputBar() { return *m_input; }
    [[nodiscard]] MessageBar& messageBar() { return *m_message; }
    [[nodiscard]] OutlinePanel& outline() { return *m_outline; }
    [[nodiscard]] StagePane& stage() { return *m_stage; }
    [[nodiscard]] ExplainPanel& explain() { return *m_explain; }
    [[nodiscard]] HeadsPanel& heads() { return *m_heads; }
    [[nodiscard]] LinksPanel& links() { return *m_links; }
    [[nodiscard]] QueryKeyPanel& queryKey() { return *m_queryKey; }
    [[nodiscard]] ImagePanel& image() { return *m_image; }
    [[nodiscard]] HeadTablePanel& headTable() { return *m_headTable; }
    [[nodiscard]] AcrossPanel& across() { return *m_acrossLayers; }
    [[nodiscard]] PositionsPanel& positions() { return *m_positions; }
    [[nodiscard]] PredictionsPanel& predictions() { return *m_predictions; }
    [[nodiscard]] ComparePanel& compare() { return *m_compare; }
    [[nodiscard]] HistoryPanel& history() { return *m_history; }
    [[nodiscard]] QTabWidget& tabs() { return *m_tabs; }
    [[nodiscard]] TransportBar& transport() { return *m_transport; }

    /// The export dialog, shown and not waited for.
    ExportDialog* showExport();

signals:
    /// The stage view has painted its first figure.
    void firstPicture();

protected:
    void showEvent(QShowEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    // window_actions.cpp
    void makeActions();
    void makeMenus();
    void fillModelMenus();
    void openFolder();
    void openImage();
    void setTheme(const QString& name);
    void setLanguage(const QString& name);
    void setTextZoom(double zoom);
    void copyPicture();
    void copyValue();
    void saveHeadTable();
    void showAbout();

    /// Actions, menus, panels: all that has words. Made again when the language is another one.
    void makeContent();
    void makeContentAgain();
    void makeLayout();
    void connectContent();
    void connectSession();
    void restoreWindow();
    void restoreSplitters();
    /// What the views below get of the height when nobody has said.
    [[nodiscard]] int heightBelow() const;
    /// Whether the window is so low for its letters that the stage needs all of the height.
    [[nodiscard]] bool isLow() const;
    void unfoldTabs();
    void foldTabs(bool on);
    void saveLayout();
    void applyTheme();
    void modelOpened();
    void showRun();
    void showBusy(bool busy);
    [[nodiscard]] QStringList bundledEntries() const;
    [[nodiscard]] std::vector<ExportDialog::Source> exportSources(int& front) const;
    [[nodiscard]] FigureView* frontView() const;

    Session& m_session;
    Settings& m_settings;
    Theme& m_theme;
    FileDialogs m_dialogs;
    Language m_language;
    Selection* m_selection;
    ActionRegistry* m_actions = nullptr;
    ColorMenu* m_colors = nullptr;
    InputBar* m_input = nullptr;
    MessageBar* m_message = nullptr;
    OutlinePanel* m_outline = nullptr;
    StagePane* m_stage = nullptr;
    TransportBar* m_transport = nullptr;
    ExplainPanel* m_explain = nullptr;
    HeadsPanel* m_heads = nullptr;
    LinksPanel* m_links = nullptr;
    QueryKeyPanel* m_queryKey = nullptr;
    ImagePanel* m_image = nullptr;
    HeadTablePanel* m_headTable = nullptr;
    AcrossPanel* m_acrossLayers = nullptr;
    PositionsPanel* m_positions = nullptr;
    PredictionsPanel* m_predictions = nullptr;
    ComparePanel* m_compare = nullptr;
    HistoryPanel* m_history = nullptr;
    QTabWidget* m_tabs = nullptr;
    QSplitter *m_across = nullptr, *m_down = nullptr, *m_inner = nullptr;
    QLabel *m_status = nullptr, *m_facts = nullptr;
    QWidget* m_working = nullptr;
    QProgressBar* m_progress = nullptr;
    QMenu *m_bundledMenu = nullptr, *m_recentMenu = nullptr;
    FigureView* m_front = nullptr;
    QString m_exportFolder;
    bool m_shown = false;
};

} // namespace headlight
