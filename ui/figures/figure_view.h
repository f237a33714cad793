// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The widget that shows a figure. It keeps the painted figure as a pixmap and repaints only the highlight
// when the mouse moves. What is pointed at goes out as a signal; the highlight comes back in by
// setHighlight(), since who knows the sources of a cell is not the view's business.
//
// Keys: Tab or a click brings the cell cursor; arrows move it (Ctrl: ten cells), Home and End go to the row's
// ends, Return activates the cell, Escape gives the arrow keys back to the window. Ctrl with + − 0 or the
// wheel zooms; dragging pans what is larger than the view.

#include "figures/figure.h"

#include <QPixmap>
#include <QWidget>

#include <memory>

namespace headlight {

class FigureColors;

class FigureView : public QWidget
{
    Q_OBJECT
public:
    explicit FigureView(QWidget* parent = nullptr);
    ~FigureView() override;

    /// Shows another figure. Zoom stays; the cursor stays when the new figure has its cell.
    void setFigure(std::shared_ptr<Figure> figure);
    [[nodiscard]] Figure* figure() const { return m_figure.get(); }
    [[nodiscard]] std::shared_ptr<Figure> sharedFigure() const { return m_figure; }
    /// For when the figure itself was changed (a selected head): paints it anew.
    void refresh();
    /// For when its colours were: the small picture of the whole is painted anew as well.
    void recolor();

    void setHighlight(const Highlight& highlight);
    [[nodiscard]] const Highlight& highlight() const { return m_highlight; }

    /// What is shown while there is no figure: "Run to this step to see it".
    void setPlaceholder(const QString& text);
    [[nodiscard]] const QString& placeholder() const { return m_placeholder; }

    /// Colours and fonts; without one they follow the palette and the widget's font.
    void setFigureStyle(std::optional<FigureStyle> style);
    [[nodiscard]] FigureStyle figureStyle() const;
    /// What a person has chosen about colours.
    [[nodiscard]] FigureColors& colors() const { return *m_colors; }

    [[nodiscard]] std::optional<CellRef> cursor() const { return m_cursor; }
    void setCursorCell(std::optional<CellRef> cell);
    [[nodiscard]] double zoom() const { return m_zoom; }
    void setZoom(double zoom);

    /// For a figure that is a map: the wheel zooms without Ctrl, up to @p mostZoom, and a small picture of
    /// the whole says where one is.
    void setMap(double mostZoom);
    /// The small picture's place; empty while everything can be seen.
    [[nodiscard]] QRectF minimap() const;

    /// Where the figure is painted, in widget coordinates: for tests and for floating notes.
    [[nodiscard]] QRectF figureArea() const;

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    /// The mouse is over this cell, or the keyboard cursor is on it; nothing when neither is.
    void cellHovered(const std::optional<headlight::CellRef>& cell);
    void cellClicked(const headlight::CellRef& cell);
    /// Return or a double click, and the modifier keys held down with it.
    void cellActivated(const headlight::CellRef& cell, Qt::KeyboardModifiers modifiers);
    /// The place of a click, for figures that know more than cells; in figureArea().
    void clickedAt(const QPointF& point);
    void zoomChanged(double zoom);
    /// The figure has been painted anew.
    void painted();

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void hover(const std::optional<CellRef>& cell);
    void paintMinimap(QPainter& painter, const FigureStyle& style);
    void moveByMinimap(const QPointF& point);
    void clampOffset();
    [[nodiscard]] QSizeF edges() const;
    /// Whether a point is on the figure rather than on the names at its edges.
    [[nodiscard]] bool onFigure(const QPointF& point) const;
    [[nodiscard]] std::optional<CellRef> cellUnder(const QPointF& point) const;
    void zoomAt(double zoom, const QPointF& anchor);
    void announce(const std::optional<CellRef>& cell);
    [[nodiscard]] bool takesKey(const QKeyEvent& event) const;

    std::shared_ptr<Figure> m_figure;
    FigureColors* m_colors;
    Highlight m_highlight;
    std::optional<FigureStyle> m_ownStyle;
    mutable std::optional<FigureStyle> m_style; ///< made of palette and font when first needed
    std::optional<CellRef> m_cursor, m_hovered;
    QString m_placeholder;
    QPixmap m_painted; ///< the figure without highlight; null when it must be painted anew
    QPixmap m_small;   ///< for the minimap
    double m_zoom = 1, m_mostZoom = 16;
    bool m_map = false, m_onMinimap = false;
    QPointF m_offset; ///< how far the figure is scrolled
    std::optional<QPointF> m_dragFrom;
    bool m_dragged = false;
};

} // namespace headlight
