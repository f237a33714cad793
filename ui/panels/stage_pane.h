// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The step that is shown, as an equation of matrices, with its name and what can be chosen above it.

#include "analysis/what_if.h"
#include "figures/figure_view.h"

#include <QWidget>

#include <map>
#include <string>

class QAction;
class QHBoxLayout;
class QLabel;
class QToolButton;

namespace headlight {

class CellEditor;
class HeadSelector;
class Selection;
class Session;
class StepPlayer;
class WhatIfBar;

class StagePane : public QWidget
{
    Q_OBJECT
public:
    StagePane(Session& session, Selection& selection, QWidget* parent = nullptr);

    [[nodiscard]] FigureView& view() { return *m_view; }
    [[nodiscard]] HeadSelector& heads() { return *m_heads; }
    [[nodiscard]] WhatIfBar& whatIfs() { return *m_whatIfs; }
    [[nodiscard]] CellEditor& editor() { return *m_editor; }
    [[nodiscard]] StepPlayer& player() { return *m_player; }
    /// The buttons for watching the step compute: to begin, play and pause, and to end.
    void setWatchActions(QAction* watch, QAction* end);
    /// Begins to show how the step's result comes about; plays or pauses where one does so already.
    void watch();
    void endWatch();
    /// Opens the editor on the cell with the keyboard cursor, else on the pinned one.
    void editCell(bool row);

signals:
    void statusText(const QString& text);
    void painted();
    void compareWanted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void showStep();
    void makeFigure();
    void showFocus();
    void showSteps();
    void beginWatch(bool play);
    void stopWatch();
    void makeRoom();
    void openEditor(const CellRef& cell, bool row);
    void takeNumbers(const QString& text);
    [[nodiscard]] WhatIf editOf(const CellRef& cell, bool row, std::vector<float> values) const;
    [[nodiscard]] std::map<std::string, std::int64_t> wantedIndices() const;

    Session& m_session;
    Selection& m_selection;
    QLabel* m_title;
    QLabel* m_hook;
    HeadSelector* m_heads;
    QWidget* m_steps; ///< the results of a stage that has several
    QHBoxLayout* m_stepRow;
    FigureView* m_view;
    WhatIfBar* m_whatIfs;
    CellEditor* m_editor;
    StepPlayer* m_player;
    QToolButton* m_watch;                          ///< beside the title, while nobody watches
    QToolButton* m_unfold;                         ///< shows the what-ifs where they are folded
    std::map<std::string, std::int64_t> m_indices; ///< of the axes that are not drawn, as the figure has them
    bool m_painted = false;
};

} // namespace headlight
