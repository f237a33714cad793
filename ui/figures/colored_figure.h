// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What figures with a colour scale can do beside being figures. The controls for colours know only this, so
// they are the same for every view.

#include "figures/color_scale.h"

#include <QRectF>

#include <optional>
#include <vector>

namespace headlight {

/// A colour bar as it is painted: where the strip lies, and what its places mean.
struct ColorBar
{
    QRectF strip; ///< in the painter's coordinates
    ColorScale scale;
};

/// What a person can choose in one figure.
struct ScaleChoices
{
    /// Over what automatic limits can be measured; with one entry there is nothing to choose.
    std::vector<ScaleOptions::Extent> extents{ScaleOptions::Extent::Slice};
    bool limits = true; ///< limits may be typed
    bool sink = false;  ///< a pattern is shown whose first key can be left out
    /// Which numbers typed limits are for: a hook without its layer, so that they hold for the same step of
    /// every layer and for no other.
    QString kind;
};

class ColoredFigure
{
public:
    virtual ~ColoredFigure() = default;

    [[nodiscard]] virtual ScaleChoices scaleChoices() const = 0;
    [[nodiscard]] virtual const ScaleOptions& scale() const = 0;
    /// Colours the same numbers in another way.
    virtual void setScale(const ScaleOptions& scale) = 0;
    /// The bar whose limits are chosen, of a figure painted into @p area; nothing where no bar is drawn.
    [[nodiscard]] virtual std::optional<ColorBar> colorBar(const QRectF& area,
                                                           const FigureStyle& style) const = 0;
};

/// "attn.hook_pattern" of "blocks.3.attn.hook_pattern", of a parameter or an input its name.
[[nodiscard]] QString kindOf(const Program& program, TensorRef tensor);
/// Whether the tensor is the pattern of an attention layer.
[[nodiscard]] bool isPattern(const Program& program, TensorRef tensor);

} // namespace headlight
