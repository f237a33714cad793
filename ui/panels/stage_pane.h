// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The step that is shown, as an equation of matrices, with its name and what can be chosen above it.

#include "figures/figure_view.h"

#include <QWidget>

#include <map>
#include <string>

class QButtonGroup;
class QHBoxLayout;
class QLabel;

namespace headlight {

class HeadSelector;
class Selection;
class Session;

class StagePane : public QWidget
{
    Q_OBJECT
public:
    StagePane(Session& session, Selection& selection, QWidget* parent = nullptr);

    [[nodiscard]] FigureView& view() { return *m_view; }
    [[nodiscard]] HeadSelector& heads() { return *m_heads; }

signals:
    void statusText(const QString& text);
    void painted();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void showStep();
    void makeFigure();
    void showFocus();
    void showSteps();
    [[nodiscard]] std::map<std::string, std::int64_t> wantedIndices() const;

    Session& m_session;
    Selection& m_selection;
    QLabel* m_title;
    QLabel* m_hook;
    HeadSelector* m_heads;
    QWidget* m_steps; ///< the results of a stage that has several
    QHBoxLayout* m_stepRow;
    FigureView* m_view;
    std::map<std::string, std::int64_t> m_indices; ///< of the axes that are not drawn, as the figure has them
    bool m_painted = false;
};

} // namespace headlight
