// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What tests of figures share: a model that has run, styles with a pinned font, pictures.

#include "../../core/support.h"
#include "figures/tensor_slice.h"

#include <QImage>
#include <QPainter>
#include <QTest>

namespace headlight::test {

/// The bundled model after its first reference input.
inline FigureSource sourceOf(const QString& name)
{
    const ModelPtr model = bundled(name);
    return {run(*model, anyInput(*model)), model};
}

/// Glyphs, and so layouts, come from one font whatever the machine has.
inline FigureStyle pinned(FigureStyle style)
{
    const auto pin = [](QFont& font, const char* family) {
        const int size = font.pixelSize();
        const bool italic = font.italic();
        font = QFont(QString::fromLatin1(family));
        font.setPixelSize(size);
        font.setItalic(italic);
    };
    pin(style.font, "DejaVu Sans");
    pin(style.monoFont, "DejaVu Sans Mono");
    pin(style.mathFont, "DejaVu Serif");
    return style;
}

inline QImage painted(const Figure& figure, const QSize& size, const FigureStyle& style,
                      const Highlight& highlight = {})
{
    QImage image(size, QImage::Format_RGB32);
    image.fill(Qt::magenta);
    QPainter painter(&image);
    figure.paint(painter, QRectF(QPointF(0, 0), QSizeF(size)), style, highlight);
    return image;
}

/// How many pixels differ from the upper left one.
inline qsizetype inked(const QImage& image)
{
    qsizetype count = 0;
    const QRgb ground = image.pixel(0, 0);
    for (int y = 0; y < image.height(); ++y) {
        const auto* line = reinterpret_cast<const QRgb*>(image.constScanLine(y));
        for (int x = 0; x < image.width(); ++x)
            count += line[x] != ground ? 1 : 0;
    }
    return count;
}

} // namespace headlight::test
