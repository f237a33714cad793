// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/head_colors.h"

#include <array>
#include <cmath>

namespace headlight {

QColor headColor(int head, const FigureStyle& style)
{
    // The first eight are after Okabe and Ito (2008), darker or lighter so that they read on the background.
    static constexpr std::array<QRgb, 8> light{0xff0b6fb8, 0xffd1660a, 0xff0a8f68, 0xffb5478d,
                                               0xff5a4fcf, 0xffa37c00, 0xff2b9fd9, 0xff8c3b2e};
    static constexpr std::array<QRgb, 8> dark{0xff5cb8f2, 0xfff5a04c, 0xff3fd0a2, 0xffe58fc5,
                                              0xffa79fff, 0xffe3c64a, 0xff8fdcff, 0xffe5887a};
    if (head < 8)
        return QColor(style.dark ? dark[static_cast<std::size_t>(head)]
                                 : light[static_cast<std::size_t>(head)]);
    // Further hues by the golden angle never come close to the ones before them.
    const double hue = std::fmod(0.13 + head * 0.381966, 1.0);
    const double lightness = (style.dark ? 0.62 : 0.36) + (head % 2 == 0 ? 0.08 : -0.02);
    return QColor::fromHslF(static_cast<float>(hue), 0.62F, static_cast<float>(lightness));
}

} // namespace headlight
