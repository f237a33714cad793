// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One matrix on paper: coloured cells, numbers where they fit, marks for what is no number. Heatmaps and
// equations are made of these.
//
// They are drawn here and not by QCustomPlot, which draws all other things with axes: cells of an equation
// must share pixel sizes and baselines with their neighbours, windows and looked-up rows leave gaps within
// one axis, and masked, NaN and infinite cells need patterns, not one colour.

#include "figures/axis_labels.h"
#include "figures/color_scale.h"
#include "figures/number_text.h"
#include "figures/tensor_slice.h"

#include <memory>

namespace headlight {

struct MatrixBlock
{
    enum class Look {
        Heat,
        Ids,   ///< token ids: numbers without colours
        Image, ///< pixels: grey, square
    };

    // What it is.
    std::shared_ptr<const TensorSlice> slice;
    /// Where this has −∞ and the slice 0, the cell is masked: a softmax's operand. Null for others.
    std::shared_ptr<const TensorSlice> mask;
    Look look = Look::Heat;
    /// The numbers of the run, where a first key is left out of what is drawn; null otherwise. See
    /// leaveOutSink().
    std::shared_ptr<const TensorSlice> stored;
    ValueRange range; ///< of what limits are measured over
    /// Of several blocks on one scale, that of all; the block's own range otherwise.
    std::optional<ValueRange> shared;
    std::int64_t rowUnit = 1; ///< thin lines between every so many rows and columns: heads, patches
    std::int64_t columnUnit = 1;

    // How it is laid out; see sized().
    QPointF origin; ///< upper left corner of the cells
    Ruler rows, columns;
    AxisLabels rowLabels, columnLabels;
    ColorScale scale;
    CellNumbers numbers;
    QFont numberFont;

    /// −∞ for masked cells.
    [[nodiscard]] float value(std::int64_t row, std::int64_t column) const;
    /// Whether the cell belongs to the key that is left out.
    [[nodiscard]] bool hidden(std::int64_t row, std::int64_t column) const;
    /// What a cell is beside a number.
    [[nodiscard]] SpecialValue special(std::int64_t row, std::int64_t column) const;
    [[nodiscard]] QSizeF size() const { return {columns.length(), rows.length()}; }
    [[nodiscard]] QRectF rect() const { return {origin, size()}; }
    [[nodiscard]] QRectF cellRect(std::int64_t row, std::int64_t column) const;
    [[nodiscard]] std::optional<std::pair<std::int64_t, std::int64_t>> at(const QPointF& point) const;
    /// The frame around rows and columns [firstRow, lastRow] × [firstColumn, lastColumn], as far as they are
    /// drawn; empty when none of it is.
    [[nodiscard]] QRectF frame(std::int64_t firstRow, std::int64_t lastRow, std::int64_t firstColumn,
                               std::int64_t lastColumn) const;

    /// Chooses the numbers' font and decimals for the cells' size.
    void fitNumbers(const FigureStyle& style);
    /// Cells, numbers, marks; not the labels.
    void paint(QPainter& painter, const FigureStyle& style) const;
};

/// The mask of a step's result, or null: its first operand, if that has the same axes and a cell of −∞.
[[nodiscard]] std::shared_ptr<const TensorSlice> maskOf(const Trace& trace, const TensorSlice& slice);
/// Leaves the first key out of a block that shows a pattern [head, query, key], or divides the rest by what
/// is left of its row (analysis/attention_sink.h). Before rangeOf().
void leaveOutSink(MatrixBlock& block, SinkTreatment treatment);
/// Of a block without its sink: "␣a → ␣cat: 0.52 of the rest, 0.11 of all"; empty for other blocks.
[[nodiscard]] QString sinkNumbers(const FigureSource& source, const MatrixBlock& block, std::int64_t row,
                                  std::int64_t column);
/// The range of the block's values, or of the whole tensor's.
[[nodiscard]] ValueRange rangeOf(const MatrixBlock& block, ScaleOptions::Extent extent);
/// The scale of a block's cells.
[[nodiscard]] ColorScale scaleOf(const MatrixBlock& block, const ScaleOptions& options,
                                 const FigureStyle& style);

/// What a cell wants to be: wide enough for its number.
[[nodiscard]] QSizeF wantedCell(const MatrixBlock& block, const FigureStyle& style);
/// The width of a cell for numbers of so many decimals in the smallest font.
[[nodiscard]] double numberWidth(const MatrixBlock& block, const FigureStyle& style, int decimals);
[[nodiscard]] QFont numberFontOf(const FigureStyle& style);
/// The font of axis names and other small print.
[[nodiscard]] QFont nameFontOf(const FigureStyle& style);

/// A colour bar lying in the upper part of @p rect, its limits beneath, after them a legend of the marks that
/// occur, and what was done about the first key.
void paintColorBar(QPainter& painter, const QRectF& rect, const ColorScale& scale, const ValueRange& range,
                   const FigureStyle& style);
[[nodiscard]] double colorBarHeight(const ValueRange& range, const FigureStyle& style);
/// The width that the longest of the lines beneath the bar needs.
[[nodiscard]] double colorLegendWidth(const ValueRange& range, const FigureStyle& style);
/// The coloured strip itself, of paintColorBar()'s @p rect.
[[nodiscard]] QRectF colorStrip(const QRectF& rect);
/// Writes the numbers of a cell, shown and stored, under what paintColorBar() has drawn.
void paintSinkNumbers(QPainter& painter, const QRectF& rect, const ValueRange& range, const QString& numbers,
                      const FigureStyle& style);
/// One line that says what was done about the first key; empty when nothing was.
[[nodiscard]] QString sinkNote(SinkTreatment treatment);

/// The colours of rows × columns of a block, one pixel a cell or, where there are more cells than pixels,
/// the cell of largest magnitude that shares the pixel.
[[nodiscard]] QImage heatImage(const MatrixBlock& block, const Ruler& rows, const Ruler& columns,
                               const ColorScale& scale, const FigureStyle& style);

} // namespace headlight
