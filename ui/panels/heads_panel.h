// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All heads at a glance, and the selected one large beside them.

#include "figures/figure_view.h"

#include <QWidget>

class QLabel;

namespace headlight {

class HeadFacts;
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
    [[nodiscard]] HeadFacts& facts() { return *m_facts; }
    /// The selected head's pattern with labels and all, for export; null without one.
    [[nodiscard]] std::shared_ptr<Figure> wholePattern() const;

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void makeGrid();
    void takeGrid(std::shared_ptr<HeadGridFigure> figure);
    void showSelected();
    void makePattern();
    void showFacts();
    [[nodiscard]] std::shared_ptr<Figure> patternFigure(bool frame) const;

    Session& m_session;
    Selection& m_selection;
    FigureView* m_grid;
    FigureView* m_pattern;
    HeadFacts* m_facts;
    QLabel* m_title;
    QLabel* m_label; ///< "previous token"
    std::shared_ptr<HeadGridFigure> m_figure;
    bool m_stale = true;
    int m_attention = -1, m_head = -1;
    bool m_framed = false;
};

} // namespace headlight
