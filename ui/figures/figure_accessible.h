// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a screen reader sees of a figure: a table of cells where the figure is one, each cell with its tokens
// and its number; else the one cell that the cursor is on. The cell under the cursor has the focus, so that
// moving the cursor is spoken.

#include "figures/tensor_slice.h"

namespace headlight {

class FigureView;

/// A figure whose cells are those of one slice, in rows and columns.
class SlicedFigure
{
public:
    virtual ~SlicedFigure() = default;
    [[nodiscard]] virtual const TensorSlice& tableSlice() const = 0;
    [[nodiscard]] virtual const FigureSource& figureSource() const = 0;
};

/// Teaches Qt what figure views and colour bars are to a screen reader. Once is enough; more do no harm.
void installFigureAccessibility();
/// The view shows another figure: what was known of its cells is forgotten.
void forgetCells(FigureView& view);
/// The cursor of the view has moved.
void announceCursor(FigureView& view);

} // namespace headlight
