// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The explain panel as rich text. Every number that came from a step is a link.

#include "panels/derivation_view.h"
#include "panels/texts.h"

#include <QColor>

namespace headlight {

struct ExplainStyle
{
    QColor text, muted, first, second, accent, line, box;
    QString mathFamily, monoFamily;
    int pixelSize = 13;
    int digits = 3; ///< behind the point; results have one more
    bool showAll = false;
    bool partialSums = true; ///< a column of them
    int width = 320;         ///< of the panel's text, in pixels
};

/// The derivation: who looks at whom, the lines with their terms, the result.
[[nodiscard]] QString derivationHtml(const DerivationView& view, const ExplainStyle& style);
/// What it does and why.
[[nodiscard]] QString textHtml(const Text& text);
/// What would break without it.
[[nodiscard]] QString withoutHtml(const Text& text, const ExplainStyle& style);

/// Links are written "cell:2:31:3,9,8" (kind, index, cell).
[[nodiscard]] QString cellLink(const CellRef& cell);
[[nodiscard]] std::optional<CellRef> cellOfLink(const QString& link);

/// The bar of a term: "bar:-0.45", its length relative to the largest.
[[nodiscard]] QImage barImage(double fraction, int height, double ratio, const QColor& positive,
                              const QColor& negative);

} // namespace headlight
