// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Draws a step's result on its way over the finished equation: cells that are not built yet are emptied, and
// what is read now lights up in the operands.

#include "figures/matrix_block.h"
#include "figures/step_frames.h"

namespace headlight {

/// Over the block of the result, which is painted finished: takes back what is not there yet, and writes
/// partial results. An empty cell is an outline and has no colour, so that it never looks like a zero.
void paintBuilt(QPainter& painter, const StepFrame& frame, const MatrixBlock& block,
                const FigureStyle& style);

/// Over the block of an operand: what waits is veiled, what is read now is framed, and shares of a weighted
/// sum are as strong as they weigh, with a bar as long.
void paintLights(QPainter& painter, const StepFrame& frame, const MatrixBlock& block, const QColor& color,
                 const FigureStyle& style);

} // namespace headlight
