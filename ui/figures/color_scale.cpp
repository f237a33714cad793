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
}

double ValueRange::magnitude() const
{
    return empty() ? 0 : std::max(std::abs(low), std::abs(high));
}

ColorScale::ColorScale(const ValueRange& range, const ScaleOptions& options, const FigureStyle& style,
                       std::vector<float> ranked)
    : m_curve(options.curve)
    , m_masked(style.masked.rgb())
    , m_nan(style.dark ? qRgb(0x3d, 0xf0, 0x6a) : qRgb(0x0f, 0xa8, 0x3c))
    , m_infinite(style.dark ? qRgb(0xff, 0xf2, 0x5c) : qRgb(0x12, 0x12, 0x12))
{
    const bool isSigned = (!range.empty() && range.low < 0) || (options.low && *options.low < 0);
    m_map = ColorMap::named(options.map.isEmpty() ? isSigned ? style.divergingMap : style.sequentialMap
                                                  : options.map,
                            style.dark);
    if (m_map->diverging()) {
        // Zero must be the neutral colour, so the wider of the two limits holds on both sides.
        double most = range.magnitude();
        if (options.low || options.high)
            most = std::max(std::abs(options.low.value_or(0)), std::abs(options.high.value_or(0)));
        m_low = -most;
        m_high = most;
    } else {
        const double low = range.empty() ? 0 : range.low, high = range.empty() ? 1 : range.high;
        // From 0, unless the numbers lie far from it (a mean pixel, a norm's σ).
        m_low = low >= 0 && low < 0.6 * high ? 0 : low;
        m_high = high;
        if (options.low)
            m_low = *options.low;
        if (options.high)
            m_high = *options.high;
    }
    if (!(m_high > m_low)) {
        // All numbers are one: any limits do as long as the colour is in the map and zero is at its end.
        const double v = m_high;
        m_low = std::min(0.0, v);
        m_high = std::max(0.0, v);
        if (m_low == m_high)
            m_high = 1;
        if (m_map->diverging())
            m_low = -(m_high = std::max(m_high, -m_low));
    }
    // Four decades are told apart, or fewer where the numbers do not reach so far down.
    const double most = std::max(std::abs(m_low), std::abs(m_high));
    m_floor = std::max(most * 1e-4, std::isfinite(range.smallest) ? std::min(range.smallest, most) : 0);
    if (m_curve == ScaleOptions::Curve::Rank) {
        m_ranked = std::move(ranked);
        std::erase_if(m_ranked, [](float v) { return !std::isfinite(v); });
        if (m_map->diverging())
            for (float& v : m_ranked)
                v = std::abs(v);
        std::sort(m_ranked.begin(), m_ranked.end());
        if (m_ranked.empty())
            m_curve = ScaleOptions::Curve::Linear;
    }
}

double ColorScale::fraction(double value) const
{
    const bool both = m_map->diverging();
    double t = 0;
    switch (m_curve) {
    case ScaleOptions::Curve::Linear:
        return std::clamp((value - m_low) / (m_high - m_low), 0.0, 1.0);
    case ScaleOptions::Curve::Log: {
        // log1p(x / floor) is straight near 0 and a logarithm further out.
        const double span = std::log1p(std::max(std::abs(m_low), std::abs(m_high)) / m_floor);
        t = std::min(1.0, std::log1p(std::abs(value) / m_floor) / span);
        if (!both && value < 0)
            t = 0;
        break;
    }
    case ScaleOptions::Curve::Rank: {
        const auto v = static_cast<float>(both ? std::abs(value) : value);
        // The middle of equal values, so that a plateau is neither all low nor all high.
        const auto [first, last] = std::equal_range(m_ranked.begin(), m_ranked.end(), v);
        t = (static_cast<double>(first - m_ranked.begin()) + static_cast<double>(last - m_ranked.begin())) /
            (2.0 * static_cast<double>(m_ranked.size()));
        if (v == 0)
            t = 0;
        break;
    }
    }
    if (!both)
        return t;
    return value < 0 ? 0.5 - t / 2 : 0.5 + t / 2;
}

double ColorScale::valueAt(double fraction) const
{
    const bool both = m_map->diverging();
    const double t = both ? std::abs(2 * fraction - 1) : fraction;
    const double sign = both && fraction < 0.5 ? -1 : 1;
    switch (m_curve) {
    case ScaleOptions::Curve::Linear:
        break;
    case ScaleOptions::Curve::Log: {
        const double span = std::log1p(std::max(std::abs(m_low), std::abs(m_high)) / m_floor);
        return sign * m_floor * std::expm1(t * span);
    }
    case ScaleOptions::Curve::Rank: {
        const auto last = static_cast<double>(m_ranked.size() - 1);
        return sign * m_ranked[static_cast<std::size_t>(std::clamp(t * last, 0.0, last))];
    }
    }
    return m_low + fraction * (m_high - m_low);
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
    default:
        return m_masked;
    }
}

} // namespace headlight
