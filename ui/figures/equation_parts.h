// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What an equation consists of, before anybody knows how large it will be: signs, words and matrices, each
// matrix with the slice of its tensor that belongs to the result's slice.

#include "figures/matrix_block.h"

#include <vector>

namespace headlight {

struct EquationBlock
{
    MatrixBlock matrix; ///< not laid out
    int operand = -1;   ///< of the step; −1 is the result
    QString symbol;     ///< its heading
    QString rowName, columnName;
    /// Blocks whose rows (columns) are the same entries have the same key and are drawn equally high (wide).
    QString rowKey, columnKey;
};

struct EquationPart
{
    enum class Kind {
        Block,
        Sign,     ///< · = + − ⊙ /
        Function, ///< softmax, before a parenthesis
        Words,    ///< "rows", "of"
        Factor,   ///< 1/√8
        Open,
        Close,
    };
    Kind kind = Kind::Sign;
    QString text;
    int block = -1;
    int depth = 0; ///< parentheses around it
};

struct Equation
{
    std::vector<EquationBlock> blocks;
    std::vector<EquationPart> parts;
    int result = -1; ///< index of the result's block

    /// From the step's notation and the tensors of the run. @p indices choose the result's entries of axes
    /// that are not drawn; operands follow. Of @p scale the extent and the sink are needed: a pattern's first
    /// key is left out wherever it stands, but only a result is renormalised, since an equation whose
    /// operands are not those of the run would be wrong.
    [[nodiscard]] static Result<Equation> of(const FigureSource& source, int step, const AxisIndices& indices,
                                             const ScaleOptions& scale);
};

} // namespace headlight
