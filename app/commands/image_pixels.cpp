// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/image_pixels.h"

#include "models/preprocess.h"

#include <QFileInfo>
#include <QImage>
#include <QImageReader>

#include <algorithm>

namespace headlight::app {

Outcome<TensorPtr> pixelsFromImage(const Model& model, const std::string& file)
{
    if (!model.preprocessing)
        return fail(ErrorCode::BadInput, "this model takes text, not an image", model.name);
    const QString name = QString::fromStdString(file);
    if (!QFileInfo::exists(name))
        return fail(ErrorCode::NotFound, "no such file", file);
    if (!QFileInfo(name).isFile())
        return fail(ErrorCode::BadInput, "expected an image, found no plain file", file);
    QImageReader reader(name);
    reader.setDecideFormatFromContent(true);
    const QImage image = reader.read();
    if (image.isNull())
        return fail(ErrorCode::BadFile,
                    "cannot read this as an image (" + reader.errorString().toStdString() + ")", file);

    const QImage plain = image.convertToFormat(image.isGrayscale()       ? QImage::Format_Grayscale8
                                               : image.hasAlphaChannel() ? QImage::Format_RGBA8888
                                                                         : QImage::Format_RGB888);
    ImagePixels pixels;
    pixels.width = plain.width();
    pixels.height = plain.height();
    pixels.channels = plain.depth() / 8;
    const auto rowBytes = static_cast<std::size_t>(pixels.width) * static_cast<std::size_t>(pixels.channels);
    pixels.bytes.resize(rowBytes * static_cast<std::size_t>(pixels.height));
    for (int row = 0; row < pixels.height; ++row) // QImage pads its rows.
        std::copy_n(plain.constScanLine(row), rowBytes,
                    pixels.bytes.data() + static_cast<std::size_t>(row) * rowBytes);
    auto tensor = preprocessImage(*model.preprocessing, pixels);
    if (!tensor)
        return tl::unexpected(tensor.error());
    return *tensor;
}

} // namespace headlight::app
