// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The attention of one layer as lines between tokens.

#include "figures/figure_view.h"
#include "figures/links_figure.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QScrollBar;
class QSlider;

namespace headlight {

class HeadToggles;
class Selection;
class Session;

class LinksPanel : public QWidget
{
    Q_OBJECT
public:
    LinksPanel(Session& session, Selection& selection, QWidget* parent = nullptr);

    [[nodiscard]] FigureView& view() { return *m_view; }
    [[nodiscard]] const LinksFigure* figure() const { return m_figure.get(); }
    [[nodiscard]] HeadToggles& toggles() { return *m_toggles; }
    /// The whole text, as files show it.
    [[nodiscard]] std::shared_ptr<const Figure> wholeFigure() const;

protected:
    void showEvent(QShowEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void modelChanged();
    void follow();
    void makeFigure();
    void takeFigure(std::shared_ptr<LinksFigure> figure, const QString& problem);
    void showChosen();
    void updateScroll();
    void refresh();
    void showHighlight();
    void clicked(const CellRef& cell);

    Session& m_session;
    Selection& m_selection;
    QComboBox *m_layers, *m_form;
    HeadToggles* m_toggles;
    QSlider* m_threshold;
    QLabel *m_thresholdText, *m_count;
    QCheckBox* m_whole;
    FigureView* m_view;
    QScrollBar *m_down, *m_across;
    std::shared_ptr<LinksFigure> m_figure;
    std::optional<CellRef> m_pointed;
    std::vector<int> m_heads; ///< chosen here; when only one, it follows the selection
    int m_attention = -1;
    bool m_stale = true, m_ownThreshold = false;
};

} // namespace headlight
