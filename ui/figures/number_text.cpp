// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/number_text.h"

#include "figures/color_scale.h"

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

constexpr QChar minus(0x2212);

QString special(double value)
{
    if (std::isnan(value))
        return QStringLiteral("NaN");
    return value < 0 ? QString(minus) + QChar(0x221e) : QString(QChar(0x221e));
}

/// Decimals that show about three figures of the largest number, and no more than a person compares.
int likedDecimals(const ValueRange& range)
{
    if (range.integers && range.magnitude() < 1e6)
        return 0;
    const double most = range.magnitude();
    if (most >= 100)
        return most >= 1000 ? 0 : 1;
    if (most >= 2)
        return 1;
    if (most >= 0.1)
        return 2;
    return most >= 0.01 ? 3 : 4;
}

/// The widest text that the range can make.
double widest(const ValueRange& range, const QFontMetricsF& metrics, int decimals, bool tight)
{
    double width = 0;
    for (const double v : {range.low, range.high})
        if (std::isfinite(v)) {
            QString text = fixedNumber(v, decimals, tight);
            // Every digit as wide as the widest, so that a 1 in an extreme does not mislead.
            for (QChar& c : text)
                if (c.isDigit())
                    c = QLatin1Char('8');
            width = std::max(width, metrics.horizontalAdvance(text));
        }
    return width;
}

} // namespace

QString shownNumber(double value, int significant)
{
    if (!std::isfinite(value))
        return special(value);
    return QString::number(value, 'g', significant).replace(QLatin1Char('-'), minus);
}

QString fixedNumber(double value, int decimals, bool tight)
{
    if (!std::isfinite(value))
        return special(value);
    QString text = QString::number(value, 'f', decimals);
    const bool negative = text.startsWith(QLatin1Char('-'));
    if (negative)
        text.remove(0, 1);
    const bool zero = std::all_of(text.begin(), text.end(),
                                  [](QChar c) { return c == QLatin1Char('0') || c == QLatin1Char('.'); });
    if (zero)
        return decimals > 0 && !tight ? text : QStringLiteral("0");
    if (tight && text.startsWith(QLatin1String("0.")))
        text.remove(0, 1);
    return negative ? minus + text : text;
}

CellNumbers::CellNumbers(const ValueRange& range, const QFontMetricsF& metrics, double room)
{
    if (range.empty() || range.magnitude() >= 1e7)
        return;
    // Small numbers need their decimals; 0.0 in every cell says nothing.
    const int liked = likedDecimals(range);
    const int least = range.integers             ? 0
                      : range.magnitude() >= 10  ? 0
                      : range.magnitude() >= 0.5 ? 1
                                                 : liked - 1;
    for (int decimals = liked; decimals >= least; --decimals)
        for (const bool tight : {false, true})
            if (widest(range, metrics, decimals, tight) <= room) {
                m_decimals = decimals;
                m_tight = tight;
                return;
            }
}

QString CellNumbers::text(float value) const
{
    return value == 0 ? QStringLiteral("0") : fixedNumber(value, m_decimals, m_tight);
}

double CellNumbers::wantedRoom(const ValueRange& range, const QFontMetricsF& metrics)
{
    if (range.empty() || range.magnitude() >= 1e7)
        return metrics.horizontalAdvance(QStringLiteral("88"));
    return std::max(widest(range, metrics, likedDecimals(range), false),
                    metrics.horizontalAdvance(QStringLiteral("88")));
}

} // namespace headlight
