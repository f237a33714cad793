// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// From a number to a colour: limits, a curve between them and a map. Numbers that are no numbers keep marks
// of their own: masked cells (−∞), NaN and +∞ never look like a value.

#include "analysis/attention_sink.h"
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
    std::optional<double> low, high;           ///< typed limits
    QString map;                               ///< a ColorMap id; empty takes the style's
    SinkTreatment sink = SinkTreatment::Shown; ///< of attention patterns
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
    /// Whether a first key was left out of them: a picture of these numbers must say so.
    SinkTreatment sink = SinkTreatment::Shown;

    void add(float value);
    void add(const ValueRange& other);
    [[nodiscard]] bool empty() const { return low > high; }
    [[nodiscard]] double magnitude() const;
};

/// ± this much the colours of a difference reach that is @p most at its largest, between numbers as large as
/// @p magnitude. Sums that are added up in another order differ by their rounding; coloured by itself that
/// would look like a finding, so colours never reach less than a 1e-5 of the numbers.
[[nodiscard]] double differenceLimit(double most, double magnitude);

/// Hidden is the one that no number has by itself: a cell that a person chose not to see.
enum class SpecialValue : std::uint8_t { None, Masked, NaN, Infinite, Hidden };
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
    /// The value at a place on the map.
    [[nodiscard]] double valueAt(double fraction) const;
    [[nodiscard]] double low() const { return m_low; }
    [[nodiscard]] double high() const { return m_high; }

    /// The colour bar reaches from the automatic limits to the typed ones, whichever lie further out, so that
    /// a limit that was drawn in can be drawn out again. Without typed limits it is the map itself.
    [[nodiscard]] bool typed() const { return m_typed; }
    [[nodiscard]] double barFraction(double value) const;
    [[nodiscard]] double barValue(double fraction) const;
    [[nodiscard]] QRgb barColor(double fraction) const;
    [[nodiscard]] bool diverging() const { return m_map && m_map->diverging(); }
    [[nodiscard]] const ColorMap& map() const { return *m_map; }
    [[nodiscard]] ScaleOptions::Curve curve() const { return m_curve; }

    /// Colour of a special value where a cell is too small for its mark.
    [[nodiscard]] QRgb special(SpecialValue kind) const;

private:
    /// A number on the axis on which the curve is a straight line, and back.
    [[nodiscard]] double bent(double value) const;
    [[nodiscard]] double straight(double place) const;
    void settleLimits();

    std::shared_ptr<const ColorMap> m_map;
    ScaleOptions::Curve m_curve = ScaleOptions::Curve::Linear;
    double m_low = 0, m_high = 1;
    double m_barLow = 0, m_barHigh = 1;
    bool m_typed = false;
    double m_floor = 0;                   ///< log curve: smallest magnitude that is told apart from 0
    double m_bentLow = 0, m_bentHigh = 1; ///< of the limits
    double m_bentBarLow = 0, m_bentBarHigh = 1;
    std::vector<float> m_ranked;
    QRgb m_masked = 0, m_nan = 0, m_infinite = 0, m_hidden = 0;
};

} // namespace headlight
