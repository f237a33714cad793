// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where everything of an equation stands in an area of a given size. The equation may break into lines before
// any sign outside of parentheses; all ways of breaking are tried and the one with the most readable cells
// is taken.

#include "figures/equation_parts.h"

#include <map>

namespace headlight {

struct EquationLayout
{
    struct Block
    {
        MatrixBlock matrix;     ///< laid out
        QPointF heading, names; ///< centres
        double slot = 0;        ///< width that heading and names may take
        QRectF bar;             ///< colour bar, for the result
    };
    struct Part
    {
        QPointF centre;
        QSizeF size;
        bool shown = true;
    };
    QSizeF natural;
    std::vector<Block> blocks; ///< as Equation::blocks
    std::vector<Part> parts;   ///< as Equation::parts; those of blocks are empty
};

/// The entry in the middle of what is drawn of an axis that is too long to be drawn whole, by
/// EquationBlock::rowKey ("r…") or columnKey ("c…").
using WindowCentres = std::map<QString, std::int64_t>;

[[nodiscard]] EquationLayout layEquation(const Equation& equation, const FigureSource& source,
                                         const WindowCentres& windows, const ScaleOptions& scale,
                                         bool numbers, const QSizeF& area, const FigureStyle& style);

/// Gives the blocks of a layout other colours.
void recolor(EquationLayout& layout, const Equation& equation, const ScaleOptions& scale,
             const FigureStyle& style);

/// Fonts of the parts that are no matrices.
[[nodiscard]] QFont equationFont(EquationPart::Kind kind, const FigureStyle& style);
[[nodiscard]] QFont headingFont(const FigureStyle& style);
/// Words broken into short lines.
[[nodiscard]] QStringList wordLines(const QString& text, const QFontMetricsF& metrics);
/// "query × d_head", or the one name that there is.
[[nodiscard]] QString namesOf(const EquationBlock& block);

} // namespace headlight
