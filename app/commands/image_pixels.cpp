// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/image_pixels.h"

#include "session/run_worker.h"

#include <QFileInfo>
#include <QImage>
#include <QImageReader>

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

    auto tensor = pixelsOf(model, image);
    if (!tensor)
        return tl::unexpected(tensor.error());
    return *tensor;
}

} // namespace headlight::app
