// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/patch_pictures.h"

#include "models/preprocess.h"

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

const Stream* imageStream(const FigureSource& source, StreamIndex stream)
{
    if (!source.trace.valid() || stream < 0)
        return nullptr;
    const auto& streams = source.trace.program().streams;
    if (static_cast<std::size_t>(stream) >= streams.size())
        return nullptr;
    const Stream& s = streams[static_cast<std::size_t>(stream)];
    return s.kind == Stream::Kind::Patches && s.patchRows > 0 && s.patchColumns > 0 ? &s : nullptr;
}

} // namespace

QImage modelPicture(const FigureSource& source, StreamIndex stream)
{
    const Stream* s = imageStream(source, stream);
    if (!s || s->ids.kind != TensorRef::Kind::Input)
        return {};
    const TensorPtr pixels = source.trace.input().tensors[static_cast<std::size_t>(s->ids.index)];
    if (!pixels || pixels->rank() != 3 || pixels->count() == 0)
        return {};
    const auto channels = static_cast<int>(pixels->size(0)), rows = static_cast<int>(pixels->size(1)),
               columns = static_cast<int>(pixels->size(2));
    const ImagePreprocessing* how = source.model ? source.model->preprocessing.get() : nullptr;
    // Without knowledge of the normalisation, the darkest is black and the brightest white.
    const auto values = pixels->values();
    const auto limits = std::minmax_element(values.begin(), values.end());
    const double span =
        std::max(1e-9, static_cast<double>(*limits.second) - static_cast<double>(*limits.first));
    const auto level = [&](int channel, int y, int x) {
        const auto v = static_cast<double>(
            values[static_cast<std::size_t>((static_cast<std::int64_t>(channel) * rows + y) * columns + x)]);
        if (!how)
            return static_cast<int>(std::lround((v - static_cast<double>(*limits.first)) / span * 255));
        const auto of = [&](const std::vector<double>& all, double otherwise) {
            const auto i = static_cast<std::size_t>(channel);
            return all.empty() ? otherwise : all[all.size() > i ? i : 0];
        };
        const double plain = how->normalize ? v * of(how->deviation, 1) + of(how->mean, 0) : v;
        const double factor = how->rescale && how->rescaleFactor > 0 ? how->rescaleFactor : 1;
        return std::clamp(static_cast<int>(std::lround(plain / factor)), 0, 255);
    };
    QImage image(columns, rows, QImage::Format_RGB32);
    for (int y = 0; y < rows; ++y) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < columns; ++x) {
            const int red = level(0, y, x);
            line[x] = channels >= 3 ? qRgb(red, level(1, y, x), level(2, y, x)) : qRgb(red, red, red);
        }
    }
    return image;
}

QRectF patchRect(const Stream& stream, std::int64_t position, const QRectF& picture)
{
    const std::int64_t patch = position - stream.leadingTokens;
    if (patch < 0 || stream.patchRows <= 0 || stream.patchColumns <= 0 ||
        patch >= static_cast<std::int64_t>(stream.patchRows) * stream.patchColumns)
        return {};
    const double w = picture.width() / stream.patchColumns, h = picture.height() / stream.patchRows;
    return {picture.left() + static_cast<double>(patch % stream.patchColumns) * w,
            picture.top() + static_cast<double>(patch / stream.patchColumns) * h, w, h};
}

PatchPictures::PatchPictures(const FigureSource& source, StreamIndex stream)
{
    const QImage whole = modelPicture(source, stream);
    if (whole.isNull())
        return;
    const Stream& s = source.trace.program().streams[static_cast<std::size_t>(stream)];
    const auto count = s.leadingTokens + static_cast<std::int64_t>(s.patchRows) * s.patchColumns;
    for (std::int64_t i = 0; i < count; ++i)
        m_pictures.push_back(i < s.leadingTokens
                                 ? QImage()
                                 : whole.copy(patchRect(s, i, QRectF(whole.rect())).toAlignedRect()));
}

const QImage& PatchPictures::at(std::int64_t position) const
{
    static const QImage none;
    return position >= 0 && static_cast<std::size_t>(position) < m_pictures.size()
               ? m_pictures[static_cast<std::size_t>(position)]
               : none;
}

std::function<QImage(std::int64_t)> patchPictureOf(const FigureSource& source, const Axis& axis)
{
    const Stream* stream = imageStream(source, axis.stream);
    if (!stream)
        return {};
    // A figure asks again for every layout: the pictures of the last input are remembered.
    static thread_local std::weak_ptr<const Tensor> lastPixels;
    static thread_local std::shared_ptr<const PatchPictures> last;
    if (stream->ids.kind != TensorRef::Kind::Input)
        return {};
    const TensorPtr& pixels = source.trace.input().tensors[static_cast<std::size_t>(stream->ids.index)];
    if (!pixels)
        return {};
    if (!last || lastPixels.lock() != pixels) {
        last = std::make_shared<const PatchPictures>(source, axis.stream);
        lastPixels = pixels;
    }
    const std::shared_ptr<const PatchPictures> pictures = last;
    if (pictures->empty())
        return {};
    // Patches before the class token stands in front of them have no entry for it.
    const auto patches = static_cast<std::int64_t>(stream->patchRows) * stream->patchColumns;
    const std::int64_t missing = axis.size == patches ? stream->leadingTokens : 0;
    return [pictures, missing](std::int64_t i) { return pictures->at(i + missing); };
}

} // namespace headlight
