// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All heads at a glance, and the selected one large beside them.

#include "figures/figure_view.h"

#include <QWidget>

class QLabel;

namespace headlight {

class HeadGridFigure;
class Selection;
class Session;

class HeadsPanel : public QWidget
{
    Q_OBJECT
public:
    HeadsPanel(Session& session, Selection& selection, QWidget* parent = nullptr);

    [[nodiscard]] FigureView& grid() { return *m_grid; }
    [[nodiscard]] FigureView& pattern() { return *m_pattern; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void makeGrid();
    void takeGrid(std::shared_ptr<HeadGridFigure> figure);
    void showSelected();
    void makePattern();

    Session& m_session;
    Selection& m_selection;
    FigureView* m_grid;
    FigureView* m_pattern;
    QLabel* m_title;
    std::shared_ptr<HeadGridFigure> m_figure;
    bool m_stale = true;
    int m_attention = -1, m_head = -1;
};

} // namespace headlight
