// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the positions of an image stream look like: the picture as the model reads it, and its patches.

#include "figures/tensor_slice.h"

#include <QImage>

#include <functional>

namespace headlight {

/// The picture that the model has read, in its resolution, with the normalisation undone; null for a stream
/// that is no image.
[[nodiscard]] QImage modelPicture(const FigureSource& source, StreamIndex stream);

/// The part of a picture that a position stands for; empty for the class token and the like.
[[nodiscard]] QRectF patchRect(const Stream& stream, std::int64_t position, const QRectF& picture);

/// Pictures of single positions, made once.
class PatchPictures
{
public:
    PatchPictures() = default;
    PatchPictures(const FigureSource& source, StreamIndex stream);

    [[nodiscard]] bool empty() const { return m_pictures.empty(); }
    /// Null for positions that are no patch.
    [[nodiscard]] const QImage& at(std::int64_t position) const;

private:
    std::vector<QImage> m_pictures;
};

/// For the labels of an axis: what an entry looks like; an empty function for axes of anything but an image.
[[nodiscard]] std::function<QImage(std::int64_t)> patchPictureOf(const FigureSource& source,
                                                                 const Axis& axis);

} // namespace headlight
