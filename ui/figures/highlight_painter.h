// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What figures made of matrix blocks have in common beside the blocks: frames around what is pointed at,
// names of axes, the cursor's steps.

#include "figures/matrix_block.h"

namespace headlight {

/// A frame that can be seen on any colour.
void paintFrame(QPainter& painter, const QRectF& rect, const QColor& color, const FigureStyle& style);

/// Frames around places of a block: one frame when they fill a row, a column or a rectangle, else one a cell.
void paintSources(QPainter& painter, const MatrixBlock& block,
                  std::vector<std::pair<std::int64_t, std::int64_t>> places, const QColor& color,
                  const FigureStyle& style);

/// The focus and the sources that lie in the block, and their labels in colour.
void paintBlockHighlight(QPainter& painter, const MatrixBlock& block, const Highlight& highlight,
                         const FigureStyle& style);

/// Of an axis' name, in the language of the interface: queries are blue, keys orange.
[[nodiscard]] QColor axisNameColor(const QString& name, const FigureStyle& style);

/// An axis' name in its colour, centred; upright ones read upwards.
void paintAxisName(QPainter& painter, const QPointF& centre, const QString& name, bool upright,
                   const FigureStyle& style);

/// Figure::moved() within one slice.
[[nodiscard]] std::optional<CellRef> movedWithin(const TensorSlice& slice, const std::optional<CellRef>& from,
                                                 int right, int down);

/// Where a window of a long row of named entries (a vocabulary) begins to be interesting: at the largest
/// value of the last row, which is what the model says next. Nothing for axes of mere numbers and for
/// positions.
[[nodiscard]] std::optional<std::int64_t> likelyColumn(const FigureSource& source, const TensorSlice& slice);

/// How a tensor's cells are drawn: token ids as numbers, pixels as an image.
[[nodiscard]] MatrixBlock::Look lookOf(const Program& program, const TensorSlice& slice);

} // namespace headlight
