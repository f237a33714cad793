// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/color_scale.h"

#include <algorithm>
#include <cmath>

namespace headlight {

SpecialValue specialOf(float value)
{
    if (std::isfinite(value))
        return SpecialValue::None;
    if (std::isnan(value))
        return SpecialValue::NaN;
    return value < 0 ? SpecialValue::Masked : SpecialValue::Infinite;
}

void ValueRange::add(float value)
{
    switch (specialOf(value)) {
    case SpecialValue::Masked:
        masked = true;
        return;
    case SpecialValue::NaN:
        nan = true;
        return;
    case SpecialValue::Infinite:
        infinite = true;
        return;
    case SpecialValue::None:
    case SpecialValue::Hidden:
        break;
    }
    const double v = value;
    low = std::min(low, v);
    high = std::max(high, v);
    if (v != 0)
        smallest = std::min(smallest, std::abs(v));
    integers = integers && v == std::nearbyint(v);
}

void ValueRange::add(const ValueRange& other)
{
    low = std::min(low, other.low);
    high = std::max(high, other.high);
    smallest = std::min(smallest, other.smallest);
    masked = masked || other.masked;
    nan = nan || other.nan;
    infinite = infinite || other.infinite;
    integers = integers && other.integers;
    sink = std::max(sink, other.sink);
}

double ValueRange::magnitude() const
{
    return empty() ? 0 : std::max(std::abs(low), std::abs(high));
}

double differenceLimit(double most, double magnitude)
{
    constexpr double rounding = 1e-5; // relative, as in the tolerances of the reference numbers
    const double least = std::isfinite(magnitude) ? rounding * magnitude : 0;
    return most > 0 ? std::max(most, least) : 1;
}

namespace {

struct Limits
{
    double low = 0, high = 1;
};

/// Limits that enclose something: when all numbers are one, any do as long as the colour is in the map and
/// zero is at its end.
Limits opened(Limits l, bool diverging)
{
    if (l.high > l.low)
        return l;
    const double v = l.high;
    l.low = std::min(0.0, v);
    l.high = std::max(0.0, v);
    if (l.low == l.high)
        l.high = 1;
    if (diverging)
        l.low = -(l.high = std::max(l.high, -l.low));
    return l;
}

Limits automaticLimits(const ValueRange& range, bool diverging)
{
    // Zero must be the neutral colour, so the wider of the two limits holds on both sides.
    if (diverging)
        return opened({-range.magnitude(), range.magnitude()}, true);
    const double low = range.empty() ? 0 : range.low, high = range.empty() ? 1 : range.high;
    // From 0, unless the numbers lie far from it (a mean pixel, a norm's σ).
    return opened({low >= 0 && low < 0.6 * high ? 0 : low, high}, false);
}

} // namespace

ColorScale::ColorScale(const ValueRange& range, const ScaleOptions& options, const FigureStyle& style,
                       std::vector<float> ranked)
    : m_curve(options.curve)
    , m_typed(options.low || options.high)
    , m_masked(style.masked.rgb())
    , m_nan(style.dark ? qRgb(0x3d, 0xf0, 0x6a) : qRgb(0x0f, 0xa8, 0x3c))
    , m_infinite(style.dark ? qRgb(0xff, 0xf2, 0x5c) : qRgb(0x12, 0x12, 0x12))
    , m_hidden(style.background.rgb())
{
    const bool isSigned = (!range.empty() && range.low < 0) || (options.low && *options.low < 0);
    m_map = ColorMap::named(options.map.isEmpty() ? isSigned ? style.divergingMap : style.sequentialMap
                                                  : options.map,
                            style.dark);
    const bool both = m_map->diverging();
    const Limits automatic = automaticLimits(range, both);
    Limits chosen = automatic;
    if (both && m_typed) {
        const double most = std::max(std::abs(options.low.value_or(0)), std::abs(options.high.value_or(0)));
        chosen = opened({-most, most}, true);
    } else if (m_typed) {
        chosen = opened({options.low.value_or(automatic.low), options.high.value_or(automatic.high)}, false);
    }
    m_low = chosen.low;
    m_high = chosen.high;
    m_barLow = std::min(m_low, automatic.low);
    m_barHigh = std::max(m_high, automatic.high);
    // Four decades are told apart, or fewer where the numbers do not reach so far down.
    const double most = std::max(std::abs(m_barLow), std::abs(m_barHigh));
    m_floor = std::max(most * 1e-4, std::isfinite(range.smallest) ? std::min(range.smallest, most) : 0);
    if (m_curve == ScaleOptions::Curve::Rank) {
        m_ranked = std::move(ranked);
        std::erase_if(m_ranked, [](float v) { return !std::isfinite(v); });
        if (both)
            for (float& v : m_ranked)
                v = std::abs(v);
        std::sort(m_ranked.begin(), m_ranked.end());
        if (m_ranked.empty())
            m_curve = ScaleOptions::Curve::Linear;
    }
    settleLimits();
}

void ColorScale::settleLimits()
{
    const auto apart = [](double low, double high) { return high > low ? high : low + 1e-9; };
    m_bentLow = bent(m_low);
    m_bentHigh = apart(m_bentLow, bent(m_high));
    m_bentBarLow = bent(m_barLow);
    m_bentBarHigh = apart(m_bentBarLow, bent(m_barHigh));
}

double ColorScale::bent(double value) const
{
    switch (m_curve) {
    case ScaleOptions::Curve::Linear:
        break;
    case ScaleOptions::Curve::Log:
        // log1p(x / floor) is straight near 0 and a logarithm further out.
        return std::copysign(std::log1p(std::abs(value) / m_floor), value);
    case ScaleOptions::Curve::Rank: {
        if (value == 0)
            return 0;
        const bool both = m_map->diverging();
        const auto v = static_cast<float>(both ? std::abs(value) : value);
        // The middle of equal values, so that a plateau is neither all low nor all high.
        const auto [first, last] = std::equal_range(m_ranked.begin(), m_ranked.end(), v);
        const double rank =
            (static_cast<double>(first - m_ranked.begin()) + static_cast<double>(last - m_ranked.begin())) /
            (2.0 * static_cast<double>(m_ranked.size()));
        return both && value < 0 ? -rank : rank;
    }
    }
    return value;
}

double ColorScale::straight(double place) const
{
    switch (m_curve) {
    case ScaleOptions::Curve::Linear:
        break;
    case ScaleOptions::Curve::Log:
        return std::copysign(m_floor * std::expm1(std::abs(place)), place);
    case ScaleOptions::Curve::Rank: {
        const auto last = static_cast<double>(m_ranked.size() - 1);
        const double value = static_cast<double>(
            m_ranked[static_cast<std::size_t>(std::clamp(std::abs(place) * last, 0.0, last))]);
        return place < 0 ? -value : value;
    }
    }
    return place;
}

double ColorScale::fraction(double value) const
{
    return std::clamp((bent(value) - m_bentLow) / (m_bentHigh - m_bentLow), 0.0, 1.0);
}

double ColorScale::valueAt(double fraction) const
{
    return straight(m_bentLow + fraction * (m_bentHigh - m_bentLow));
}

double ColorScale::barFraction(double value) const
{
    return std::clamp((bent(value) - m_bentBarLow) / (m_bentBarHigh - m_bentBarLow), 0.0, 1.0);
}

double ColorScale::barValue(double fraction) const
{
    return straight(m_bentBarLow + fraction * (m_bentBarHigh - m_bentBarLow));
}

QRgb ColorScale::barColor(double fraction) const
{
    const double place = m_bentBarLow + fraction * (m_bentBarHigh - m_bentBarLow);
    return m_map->at(std::clamp((place - m_bentLow) / (m_bentHigh - m_bentLow), 0.0, 1.0));
}

QRgb ColorScale::color(float value) const
{
    if (const SpecialValue kind = specialOf(value); kind != SpecialValue::None)
        return special(kind);
    return m_map->at(fraction(value));
}

void ColorScale::colors(std::span<const float> values, QRgb* to) const
{
    if (m_curve != ScaleOptions::Curve::Linear) {
        for (const float v : values)
            *to++ = color(v);
        return;
    }
    const auto low = static_cast<float>(m_low);
    const auto factor = static_cast<float>((ColorMap::size - 1) / (m_high - m_low));
    constexpr auto last = static_cast<float>(ColorMap::size - 1);
    for (const float v : values) {
        const float place = (v - low) * factor;
        if (std::isfinite(v))
            *to++ = m_map->entry(static_cast<int>(std::clamp(place, 0.0F, last) + 0.5F));
        else
            *to++ = special(specialOf(v));
    }
}

QRgb ColorScale::special(SpecialValue kind) const
{
    switch (kind) {
    case SpecialValue::NaN:
        return m_nan;
    case SpecialValue::Infinite:
        return m_infinite;
    case SpecialValue::Hidden:
        return m_hidden;
    default:
        return m_masked;
    }
}

} // namespace headlight
