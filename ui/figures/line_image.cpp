// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/line_image.h"

#include <QColor>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

/// Mixes @p color over @p pixel, @p alpha of 256 parts; red and blue in one go.
QRgb mixed(QRgb pixel, QRgb color, quint32 alpha)
{
    const quint32 rest = 256 - alpha;
    const quint32 redBlue = ((pixel & 0xff00ffU) * rest + (color & 0xff00ffU) * alpha) >> 8 & 0xff00ffU;
    const quint32 green = ((pixel & 0xff00U) * rest + (color & 0xff00U) * alpha) >> 8 & 0xff00U;
    return 0xff000000U | redBlue | green;
}

} // namespace

LineImage::LineImage(const QSize& pixels, const QColor& background)
    : m_image(pixels, QImage::Format_RGB32)
{
    m_image.fill(background);
}

void LineImage::draw(const QLineF& line, double width, const QColor& color)
{
    if (m_image.isNull())
        return;
    // "Along" is the axis on which the line takes more pixels, "across" the other one.
    const bool flat = std::abs(line.dx()) >= std::abs(line.dy());
    double from = flat ? line.x1() : line.y1(), to = flat ? line.x2() : line.y2();
    double start = flat ? line.y1() : line.x1(), end = flat ? line.y2() : line.x2();
    if (from > to) {
        std::swap(from, to);
        std::swap(start, end);
    }
    if (!(to > from))
        return;
    const int alongSize = flat ? m_image.width() : m_image.height();
    const int acrossSize = flat ? m_image.height() : m_image.width();
    const qsizetype row = m_image.bytesPerLine() / 4;
    const qsizetype alongStep = flat ? 1 : row, acrossStep = flat ? row : 1;
    auto* pixels = reinterpret_cast<QRgb*>(m_image.bits());

    const double slope = (end - start) / (to - from);
    const double half = width / 2 * std::sqrt(1 + slope * slope);
    const double alpha = 256 * color.alphaF();
    double first = std::max(from, 0.0), last = std::min(to, static_cast<double>(alongSize));
    if (slope != 0) { // only where it is within the picture
        const double low = from + (-half - start) / slope, high = from + (acrossSize + half - start) / slope;
        first = std::max(first, std::min(low, high));
        last = std::min(last, std::max(low, high));
    }
    for (int i = static_cast<int>(std::floor(first)); i < last; ++i) {
        const double there = alpha * (std::min(i + 1.0, to) - std::max<double>(i, from));
        const double middle = start + slope * (i + 0.5 - from);
        const double low = std::max(middle - half, 0.0),
                     high = std::min(middle + half, static_cast<double>(acrossSize));
        for (int j = static_cast<int>(low); j < high; ++j) {
            const double covered = std::min(j + 1.0, high) - std::max<double>(j, low);
            QRgb& pixel = pixels[i * alongStep + j * acrossStep];
            pixel = mixed(pixel, color.rgb(), static_cast<quint32>(there * covered));
        }
    }
}

} // namespace headlight
