// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QLineF>

namespace headlight {

/// A picture of many smooth straight lines. QPainter takes about 40 microseconds for a translucent line
/// across a window, so that a thousand lines are not a frame any more; these take a twentieth.
class LineImage
{
public:
    LineImage(const QSize& pixels, const QColor& background);

    /// Draws from end to end, in pixels; what is outside of the picture is left out. Each pixel is covered by
    /// as much as the line covers of it along the line's steeper axis, measured at the middle of the pixel on
    /// the other.
    void draw(const QLineF& line, double width, const QColor& color);

    [[nodiscard]] const QImage& image() const { return m_image; }

private:
    QImage m_image; ///< RGB32
};

} // namespace headlight
