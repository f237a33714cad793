// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A figure is a picture of tensors that draws on any QPainter: the screen, the PNG, the SVG, the PDF and the
// command line show the same one. It holds no widget and no state of the mouse; what is pointed at comes in
// as a Highlight.

#include "run/trace.h"
#include "session/cell_ref.h"

#include <QColor>
#include <QFont>
#include <QPainter>
#include <QPalette>
#include <QRectF>
#include <QSizeF>
#include <QString>

#include <optional>
#include <vector>

namespace headlight {

/// Colours and fonts of figures. The query is always blue, the key always orange.
struct FigureStyle
{
    QColor background, text, mutedText, line, query, key, accent, masked;
    QFont font;                                      ///< labels; sizes are in pixels
    QFont monoFont;                                  ///< hook names
    QFont mathFont;                                  ///< symbols: an italic with serifs
    QString sequentialMap = QStringLiteral("blues"); ///< probabilities: white to dark blue
    QString divergingMap = QStringLiteral("puor");   ///< signed numbers: purple, white, orange; zero is white
    bool dark = false;
    /// How far the person has zoomed in. The area grows with it; a figure first uses the room to show more
    /// (wider cells, their numbers), then enlarges everything.
    double zoom = 1;

    static FigureStyle light();
    static FigureStyle darkStyle();
    /// From a widget's palette and font; dark when the palette's window is darker than its text.
    static FigureStyle fromPalette(const QPalette& palette, const QFont& font);
    bool operator==(const FigureStyle&) const = default;
};

/// What is pointed at: one cell of the result, and the cells that it follows from.
struct Highlight
{
    std::optional<CellRef> focus;
    std::vector<CellRef> sources;
    bool operator==(const Highlight&) const = default;
};

/// The cells that @p focus follows from, by its step's own derivation; only the focus for inputs and
/// parameters, or when the trace does not have the operands.
[[nodiscard]] Highlight highlightOf(const Trace& trace, const CellRef& focus);

/// The numbers that a figure shows, with names for the rows and columns of a table. A tensor of more than two
/// axes is one table, all but its last axis running down.
struct FigureData
{
    TensorPtr tensor;
    std::string corner; ///< what rows and columns are: "query \\ key"
    std::vector<std::string> rows, columns;
};

class Figure
{
public:
    virtual ~Figure() = default;

    /// The size that the figure likes: cells big enough for their numbers where that is sensible.
    [[nodiscard]] virtual QSizeF preferredSize(const FigureStyle& style) const = 0;

    /// Draws the whole figure into @p area, scaled to fit it, background included.
    /// Small pictures are centred.
    virtual void paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                       const Highlight& highlight = {}) const = 0;

    /// Draws only what @p highlight adds, over a figure painted before: what a hover repaints.
    virtual void paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                const Highlight& highlight) const = 0;

    /// The cell under a point of a figure painted into @p area.
    [[nodiscard]] virtual std::optional<CellRef> cellAt(const QPointF& point, const QRectF& area,
                                                        const FigureStyle& style) const = 0;

    /// Where a cell is drawn (empty when the figure does not show it), for the keyboard cursor and tooltips.
    [[nodiscard]] virtual QRectF cellRect(const CellRef& cell, const QRectF& area,
                                          const FigureStyle& style) const = 0;

    /// What the keyboard cursor frames when it is on a cell.
    [[nodiscard]] virtual QRectF cursorRect(const CellRef& cell, const QRectF& area,
                                            const FigureStyle& style) const
    {
        return cellRect(cell, area, style);
    }

    /// How much of a view's left and upper edge the zoomed figure keeps for names that stay there while one
    /// moves it; a view can be moved so far that nothing is left beneath them.
    [[nodiscard]] virtual QSizeF edges(const QSizeF& view, const FigureStyle& style) const
    {
        Q_UNUSED(view);
        Q_UNUSED(style);
        return {0, 0};
    }

    /// The tensor that the figure is about and the cell that the arrow keys start from.
    [[nodiscard]] virtual TensorRef mainTensor() const = 0;

    /// One step of the keyboard cursor within the tensor that @p from belongs to, in cells of the drawing: to
    /// the right and down. Stops at the edges. Without @p from, the first cell.
    [[nodiscard]] virtual std::optional<CellRef> moved(const std::optional<CellRef>& from, int right,
                                                       int down) const = 0;

    /// Shifts the part of a large tensor that is drawn so that @p cell is within it. True when the picture
    /// has changed by that.
    virtual bool reveal(const CellRef& cell)
    {
        Q_UNUSED(cell);
        return false;
    }

    /// One line for accessibility and the title of exports: "Layer 1 · Scores q·kᵀ · head 3".
    [[nodiscard]] virtual QString title() const = 0;
    /// A second line for exports: the hook's name and shape.
    [[nodiscard]] virtual QString subtitle() const { return {}; }
    /// What a screen reader says of a cell: "␣little → ␣a: 27.37".
    [[nodiscard]] virtual QString describeCell(const CellRef& cell) const = 0;

    /// The numbers of the picture, for CSV and NPY; without a tensor when it has none.
    [[nodiscard]] virtual FigureData data() const = 0;
};

using FigurePtr = std::unique_ptr<Figure>;

} // namespace headlight
