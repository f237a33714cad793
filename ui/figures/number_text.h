// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Numbers as a person reads them in a picture: a true minus sign, no more digits than there is room for.

#include <QFontMetricsF>
#include <QString>

namespace headlight {

struct ValueRange;

/// At most @p significant digits: "−0.0123", "1.2e−07", "NaN", "∞", "−∞".
[[nodiscard]] QString shownNumber(double value, int significant);
/// Exactly @p decimals; a zero before the point is dropped when @p tight (".59").
[[nodiscard]] QString fixedNumber(double value, int decimals, bool tight = false);
/// A share of 1 as "12.3 %", or a dash where there is none (NaN).
[[nodiscard]] QString percent(double share);

/// How the numbers of one matrix are written in its cells: all with as many decimals as fit.
class CellNumbers
{
public:
    CellNumbers() = default; ///< none
    /// With so many decimals, if they fit into @p room.
    CellNumbers(const ValueRange& range, const QFontMetricsF& metrics, double room, int decimals);
    /// The decimals that a range should have: as many as are liked, and the fewest that still say something.
    [[nodiscard]] static int likedDecimals(const ValueRange& range);
    [[nodiscard]] static int leastDecimals(const ValueRange& range);

    [[nodiscard]] bool fit() const { return m_decimals >= 0; }
    [[nodiscard]] QString text(float value) const;
    /// Whether the text shows nothing but zeros.
    [[nodiscard]] static bool isZero(const QString& text);

    /// The width that @p range likes to have, for three figures or so.
    [[nodiscard]] static double wantedRoom(const ValueRange& range, const QFontMetricsF& metrics);
    /// The least width for so many decimals.
    [[nodiscard]] static double room(const ValueRange& range, const QFontMetricsF& metrics, int decimals);

private:
    int m_decimals = -1;
    bool m_tight = false;
};

} // namespace headlight
