// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A figure is a picture of tensors that draws on any QPainter: the screen, the PNG, the SVG, the PDF and the
// command line show the same one. It holds no widget and no state of the mouse; what is pointed at comes in
// as a Highlight.

#include "program/program.h"
#include "run/trace.h"

#include <QColor>
#include <QFont>
#include <QPainter>
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
    QFont font;                                      ///< labels
    QFont monoFont;                                  ///< hook names, numbers
    QString sequentialMap = QStringLiteral("blues"); ///< probabilities: white to dark blue
    QString divergingMap = QStringLiteral("puor"); ///< signed numbers: purple, white, orange, centred on zero
    bool dark = false;

    static FigureStyle light();
    static FigureStyle darkStyle();
    /// From a widget's palette and font.
    static FigureStyle fromPalette(const QPalette& palette, const QFont& font);
};

/// A cell of a tensor of the trace.
struct CellRef
{
    TensorRef tensor;
    Cell cell;
    bool operator==(const CellRef&) const = default;
};

/// What is pointed at: one cell of the result, and the cells that it follows from.
struct Highlight
{
    std::optional<CellRef> focus;
    std::vector<CellRef> sources;
};

class Figure
{
public:
    virtual ~Figure() = default;

    /// The size that the figure likes: cells big enough for their numbers where that is sensible.
    [[nodiscard]] virtual QSizeF preferredSize(const FigureStyle& style) const = 0;

    /// Draws the whole figure into @p area, scaled to fit it, background included.
    virtual void paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                       const Highlight& highlight = {}) const = 0;

    /// The cell under a point of a figure painted into @p area.
    [[nodiscard]] virtual std::optional<CellRef> cellAt(const QPointF& point, const QRectF& area,
                                                        const FigureStyle& style) const = 0;

    /// Where a cell is drawn (empty when the figure does not show it), for the keyboard cursor and tooltips.
    [[nodiscard]] virtual QRectF cellRect(const CellRef& cell, const QRectF& area,
                                          const FigureStyle& style) const = 0;

    /// The tensor that the figure is about and the cell that the arrow keys start from.
    [[nodiscard]] virtual TensorRef mainTensor() const = 0;

    /// One line for accessibility and the title of exports.
    [[nodiscard]] virtual QString title() const = 0;
};

} // namespace headlight
