// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Colour maps, computed in Oklab (Ottosson 2020) from a few control points: lightness is a straight line in
// each of them, so equal steps of the number look equally large, and the order survives in grey and for
// colour-blind eyes. Sequential maps go one way; diverging maps go from a neutral centre to two hues of the
// same lightness on either side. Each has a variant for dark themes whose low end (or centre) is the dark
// background.

#include <QColor>
#include <QImage>
#include <QString>

#include <array>
#include <memory>
#include <vector>

namespace headlight {

class ColorMap
{
public:
    static constexpr int size = 257; ///< odd, so that a diverging map has a middle

    /// Colour of 0 … 1; out of range is clamped.
    [[nodiscard]] QRgb at(double t) const
    {
        const double scaled = t * (size - 1) + 0.5;
        return m_table[static_cast<std::size_t>(scaled < 0 ? 0 : scaled >= size ? size - 1 : scaled)];
    }
    /// One of the table's colours, 0 … size − 1.
    [[nodiscard]] QRgb entry(int index) const { return m_table[static_cast<std::size_t>(index)]; }
    [[nodiscard]] bool diverging() const { return m_diverging; }

    /// A map by its id ("blues", "viridis", "cividis", "magma", "greys"; "puor", "bluered"), in its light or
    /// dark variant; the first of its kind for an unknown id. Made once, shared; thread-safe.
    [[nodiscard]] static std::shared_ptr<const ColorMap> named(const QString& id, bool dark);
    /// The ids that a person may choose from.
    [[nodiscard]] static std::vector<QString> sequentialIds();
    [[nodiscard]] static std::vector<QString> divergingIds();

private:
    friend struct ColorMapMaker;
    std::array<QRgb, size> m_table{};
    bool m_diverging = false;
};

/// Lightness in Oklab, 0 … 1.
[[nodiscard]] double oklabLightness(QRgb color);
/// Black or white, whichever reads better on @p background.
[[nodiscard]] QColor readableOn(QRgb background);

} // namespace headlight
