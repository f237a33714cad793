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
    if (CellNumbers::isZero(text))
        return decimals > 0 && !tight ? text : QStringLiteral("0");
    if (tight && text.startsWith(QLatin1String("0.")))
        text.remove(0, 1);
    return negative ? minus + text : text;
}

int CellNumbers::likedDecimals(const ValueRange& range)
{
    // About three figures of the largest number.
    const double most = range.magnitude();
    if ((range.integers && most < 1e6) || most >= 1000)
        return 0;
    return most >= 2 ? 1 : most >= 0.1 ? 2 : most >= 0.01 ? 3 : 4;
}

int CellNumbers::leastDecimals(const ValueRange& range)
{
    // Small numbers need their decimals: 0.0 in every cell says nothing.
    const double most = range.magnitude();
    return range.integers || most >= 10 ? 0 : most >= 0.5 ? 1 : likedDecimals(range) - 1;
}

CellNumbers::CellNumbers(const ValueRange& range, const QFontMetricsF& metrics, double room, int decimals)
{
    if (range.empty() || range.magnitude() >= 1e7)
        return;
    for (const bool tight : {false, true})
        if (widest(range, metrics, decimals, tight) <= room) {
            m_decimals = decimals;
            m_tight = tight;
            return;
        }
}

bool CellNumbers::isZero(const QString& text)
{
    return std::all_of(text.begin(), text.end(),
                       [](QChar c) { return c == QLatin1Char('0') || c == QLatin1Char('.'); });
}

QString CellNumbers::text(float value) const
{
    return value == 0 ? QStringLiteral("0") : fixedNumber(value, m_decimals, m_tight);
}

double CellNumbers::room(const ValueRange& range, const QFontMetricsF& metrics, int decimals)
{
    return range.magnitude() >= 1e7 ? 1e9 : widest(range, metrics, decimals, true);
}

double CellNumbers::wantedRoom(const ValueRange& range, const QFontMetricsF& metrics)
{
    if (range.empty() || range.magnitude() >= 1e7)
        return metrics.horizontalAdvance(QStringLiteral("88"));
    return std::max(widest(range, metrics, likedDecimals(range), false),
                    metrics.horizontalAdvance(QStringLiteral("88")));
}

QString percent(double share)
{
    return std::isnan(share) ? QStringLiteral("–") : QStringLiteral("%1 %").arg(100 * share, 0, 'f', 1);
}

} // namespace headlight
