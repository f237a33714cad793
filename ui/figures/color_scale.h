// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// From a number to a colour: limits, a curve between them and a map. Numbers that are no numbers keep marks
// of their own: masked cells (−∞), NaN and +∞ never look like a value.

#include "figures/color_map.h"
#include "figures/figure.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace headlight {

/// What a person may choose about colours.
struct ScaleOptions
{
    enum class Curve { Linear, Log, Rank };
    /// Over which cells automatic limits are measured: those drawn together (one head), the whole tensor (all
    /// heads of the layer), or all tensors of the figure.
    enum class Extent { Slice, Tensor, Figure };
    Curve curve = Curve::Linear;
    Extent extent = Extent::Slice;
    std::optional<double> low, high; ///< typed limits
    QString map;                     ///< a ColorMap id; empty takes the style's
    bool operator==(const ScaleOptions&) const = default;
};

/// What a set of numbers is like: the least that a scale needs to know of them.
struct ValueRange
{
    double low = std::numeric_limits<double>::infinity();      ///< of the finite ones
    double high = -std::numeric_limits<double>::infinity();    ///< of the finite ones
    double smallest = std::numeric_limits<double>::infinity(); ///< smallest magnitude that is not 0
    bool masked = false, nan = false, infinite = false;
    bool integers = true; ///< all finite ones are whole numbers

    void add(float value);
    void add(const ValueRange& other);
    [[nodiscard]] bool empty() const { return low > high; }
    [[nodiscard]] double magnitude() const;
};

enum class SpecialValue : std::uint8_t { None, Masked, NaN, Infinite };
[[nodiscard]] SpecialValue specialOf(float value);

class ColorScale
{
public:
    ColorScale() = default;
    /// Signed numbers get the diverging map, centred on zero; others the sequential one, from 0 (or from the
    /// lowest, when that is far from 0). @p ranked: the finite values for the rank curve, in any order.
    ColorScale(const ValueRange& range, const ScaleOptions& options, const FigureStyle& style,
               std::vector<float> ranked = {});

    [[nodiscard]] QRgb color(float value) const;
    /// Many at once: what images are made of.
    void colors(std::span<const float> values, QRgb* to) const;
    /// Place on the map, 0 … 1; only for finite values.
    [[nodiscard]] double fraction(double value) const;
    /// The value at a place of the colour bar.
    [[nodiscard]] double valueAt(double fraction) const;
    [[nodiscard]] double low() const { return m_low; }
    [[nodiscard]] double high() const { return m_high; }
    [[nodiscard]] bool diverging() const { return m_map && m_map->diverging(); }
    [[nodiscard]] const ColorMap& map() const { return *m_map; }
    [[nodiscard]] ScaleOptions::Curve curve() const { return m_curve; }

    /// Colour of a special value where a cell is too small for its mark.
    [[nodiscard]] QRgb special(SpecialValue kind) const;

private:
    std::shared_ptr<const ColorMap> m_map;
    ScaleOptions::Curve m_curve = ScaleOptions::Curve::Linear;
    double m_low = 0, m_high = 1;
    double m_floor = 0; ///< log curve: smallest magnitude that is told apart from 0
    std::vector<float> m_ranked;
    QRgb m_masked = 0, m_nan = 0, m_infinite = 0;
};

} // namespace headlight
