// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where a patch or the class token looks, painted over the picture. Only models that see have this tab.

#include "figures/figure_view.h"
#include "figures/overlay_figure.h"

#include <QWidget>

namespace headlight {

class Selection;
class Session;

class ImagePanel : public QWidget
{
    Q_OBJECT
public:
    ImagePanel(Session& session, Selection& selection, QWidget* parent = nullptr);

    [[nodiscard]] FigureView& view() { return *m_view; }
    [[nodiscard]] const OverlayFigure* figure() const { return m_figure.get(); }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void follow();
    void make(int attention);
    void take(std::shared_ptr<OverlayFigure> figure, const QString& problem);
    void clicked(const CellRef& cell);
    void showHighlight();

    Session& m_session;
    Selection& m_selection;
    FigureView* m_view;
    std::shared_ptr<OverlayFigure> m_figure;
    std::optional<CellRef> m_pointed;
    int m_attention = -1;
    bool m_stale = true;
};

} // namespace headlight
