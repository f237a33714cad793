// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The two limits of a colour scale as handles on the colour bar of a view. The bar itself is painted by the
// figure; this widget lies over it.
//
// Mouse: drag a handle; a double click makes both limits automatic again; the right button opens all choices.
// Keys: ← → move the chosen handle (Ctrl: ten times as far), ↑ ↓ or Space choose the other one, Home and End
// move it to the end of the bar, Delete makes both automatic, Return opens all choices.

#include "figures/color_scale.h"

#include <QWidget>

namespace headlight {

class FigureColors;

class ColorBarHandles : public QWidget
{
    Q_OBJECT
public:
    explicit ColorBarHandles(FigureColors& colors);

    /// Over the bar as it is painted now; hidden where there is none.
    void place();
    /// Where a handle is, in the widget's coordinates.
    [[nodiscard]] QPointF handle(bool high) const;
    [[nodiscard]] bool highChosen() const { return m_high; }
    /// The number under a handle.
    [[nodiscard]] double limit(bool high) const;
    void setLimit(bool high, double value);
    [[nodiscard]] const ColorScale& scale() const { return m_scale; }

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    [[nodiscard]] QRectF strip() const;
    void moveTo(double fraction, const ColorScale& scale);
    void choose(bool high);
    void describe();

    FigureColors& m_colors;
    ColorScale m_scale;
    bool m_high = true; ///< the handle that keys move
    bool m_dragging = false;
    ColorScale m_dragged; ///< the scale as it was when the drag began: what places mean until it ends
};

} // namespace headlight
