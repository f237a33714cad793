// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/preprocess.h"

#include "models/config.h"

#include <algorithm>
#include <cstddef>

namespace headlight {
namespace {

using Filter = ImagePreprocessing::Filter;

constexpr int maxEdge = 4096; // of what a model reads

/// A size is written as {"height", "width"}, as {"shortest_edge"}, or in older files as one number, which
/// means the one or the other.
void readSize(const Config& config, bool numberIsShortestEdge, ImagePreprocessing& how)
{
    if (!config.has("size"))
        return;
    how.shortestEdge = 0;
    if (!config.isObject("size")) {
        const int size = config.positive("size", maxEdge);
        (numberIsShortestEdge ? how.shortestEdge : how.height) = size;
        how.width = size;
        return;
    }
    const Config size = config.child("size");
    if (size.has("shortest_edge")) {
        how.shortestEdge = size.positive("shortest_edge", maxEdge);
        how.longestEdge = size.positiveOr("longest_edge", 0, maxEdge);
        return;
    }
    how.height = size.positive("height", maxEdge);
    how.width = size.positive("width", maxEdge);
}

/// Makes the model's number of channels of the image's: transparency is dropped, grey is repeated, colours
/// are weighed as in ITU-R 601-2 (as Pillow does, in whole numbers).
std::vector<std::uint8_t> withChannels(const ImagePixels& image, int wanted)
{
    const auto channels = static_cast<std::size_t>(image.channels);
    if (image.channels == wanted)
        return image.bytes;
    std::vector<std::uint8_t> result;
    result.reserve(image.bytes.size() / channels * static_cast<std::size_t>(wanted));
    for (std::size_t i = 0; i < image.bytes.size(); i += channels) {
        const std::uint8_t* pixel = &image.bytes[i];
        if (wanted == 3 && channels == 4)
            result.insert(result.end(), pixel, pixel + 3);
        else if (wanted == 1)
            result.push_back(static_cast<std::uint8_t>(
                (pixel[0] * 19595U + pixel[1] * 38470U + pixel[2] * 7471U + 0x8000U) >> 16U));
        else
            result.insert(result.end(), static_cast<std::size_t>(wanted), pixel[0]);
    }
    return result;
}

/// Width and height after resizing.
std::pair<int, int> targetSize(const ImagePreprocessing& how, int width, int height)
{
    if (how.shortestEdge == 0)
        return {how.width, how.height};
    std::int64_t shorter = how.shortestEdge;
    std::int64_t longer = shorter * std::max(width, height) / std::min(width, height);
    if (how.longestEdge > 0 && longer > how.longestEdge) {
        shorter = std::max<std::int64_t>(1, how.longestEdge * shorter / longer);
        longer = how.longestEdge;
    }
    // No wider than what resizeImage() refuses, so that nothing overflows.
    longer = std::min<std::int64_t>(longer, 1 << 28U);
    return width <= height ? std::pair(static_cast<int>(shorter), static_cast<int>(longer))
                           : std::pair(static_cast<int>(longer), static_cast<int>(shorter));
}

/// Where a centred crop starts within the image; negative where it leaves it. The reference pads smaller
/// images on both sides, the odd pixel on top and left, and crops then.
int cropStart(int size, int crop)
{
    const int difference = size - crop;
    return (difference < 0 ? difference - 1 : difference) / 2; // rounded down
}

} // namespace

Result<ImagePreprocessing> readImagePreprocessing(const std::filesystem::path& folder, const Axes& pixels)
{
    const auto size = [&](std::string_view name) {
        const int axis = findAxis(pixels, name);
        return axis >= 0 ? static_cast<int>(std::clamp<std::int64_t>(
                               pixels[static_cast<std::size_t>(axis)].size, 1, maxEdge))
                         : 1;
    };
    ImagePreprocessing how;
    how.channels = size(axis::channel);
    how.height = how.cropHeight = size(axis::row);
    how.width = how.cropWidth = size(axis::column);
    const auto read = Config::readFile(folder / "preprocessor_config.json");
    if (!read && read.error().code == ErrorCode::NotFound)
        return how;
    if (!read)
        return tl::unexpected(read.error());
    const Config& config = *read;
    const std::string type =
        config.textOr("image_processor_type", config.textOr("feature_extractor_type", ""));
    const bool isClip = type.starts_with("CLIP");

    how.resize = config.flagOr("do_resize", true);
    how.filter = isClip ? Filter::Bicubic : Filter::Bilinear;
    if (config.has("resample")) {
        const int filter = config.integer("resample");
        if (filter < 0 || filter > 5)
            config.refuse("resample",
                          "expected one of Pillow's filters from 0 to 5, found " + std::to_string(filter));
        else
            how.filter = static_cast<Filter>(filter);
    }
    how.shortestEdge = isClip ? how.height : 0;
    readSize(config, isClip, how);

    how.centerCrop = config.flagOr("do_center_crop", isClip || type.starts_with("DeiT"));
    if (config.isObject("crop_size")) {
        const Config crop = config.child("crop_size");
        how.cropHeight = crop.positive("height", maxEdge);
        how.cropWidth = crop.positive("width", maxEdge);
    } else if (config.has("crop_size")) {
        how.cropHeight = how.cropWidth = config.positive("crop_size", maxEdge);
    }

    how.rescale = config.flagOr("do_rescale", true);
    how.rescaleFactor = config.numberOr("rescale_factor", 1.0 / 255.0);
    how.normalize = config.flagOr("do_normalize", true);
    // CLIP has statistics of its own; the others' default is one half.
    how.mean = config.numbersOr("image_mean",
                                isClip ? std::vector{0.48145466, 0.4578275, 0.40821073} : std::vector{0.5});
    how.deviation = config.numbersOr("image_std", isClip ? std::vector{0.26862954, 0.26130258, 0.27577711}
                                                         : std::vector{0.5});
    for (const auto& [key, values] :
         {std::pair("image_mean", &how.mean), std::pair("image_std", &how.deviation)}) {
        if (values->size() != 1 && values->size() != static_cast<std::size_t>(how.channels)) {
            config.refuse(key, "expected a number for each of " + std::to_string(how.channels) +
                                   " channels, found " + std::to_string(values->size()));
        }
    }
    if (std::find(how.deviation.begin(), how.deviation.end(), 0.0) != how.deviation.end())
        config.refuse("image_std", "expected numbers to divide by, found 0");
    if (config.error())
        return tl::unexpected(*config.error());
    return how;
}

Result<TensorPtr> preprocessImage(const ImagePreprocessing& how, const ImagePixels& image)
{
    if (image.channels != 1 && image.channels != 3 && image.channels != 4)
        return fail(ErrorCode::BadInput,
                    "expected an image of 1, 3 or 4 channels, found " + std::to_string(image.channels));
    if (how.channels != image.channels && how.channels != 1 && (how.channels != 3 && image.channels != 1)) {
        return fail(ErrorCode::BadInput, "expected an image of " + std::to_string(how.channels) +
                                             " channels, found " + std::to_string(image.channels));
    }
    if (image.width < 1 || image.height < 1 ||
        image.bytes.size() != static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) *
                                  static_cast<std::size_t>(image.channels)) {
        return fail(ErrorCode::BadInput, "expected an image with pixels, found " +
                                             std::to_string(image.width) + " × " +
                                             std::to_string(image.height) + " with " +
                                             std::to_string(image.bytes.size()) + " bytes");
    }
    const auto fits = [&](const std::vector<double>& values) {
        return values.size() == 1 || values.size() == static_cast<std::size_t>(how.channels);
    };
    if (how.normalize && (!fits(how.mean) || !fits(how.deviation))) {
        return fail(ErrorCode::BadShape, "expected image_mean and image_std for " +
                                             std::to_string(how.channels) + " channels, found " +
                                             std::to_string(how.mean.size()) + " and " +
                                             std::to_string(how.deviation.size()));
    }

    ImagePixels pixels{image.width, image.height, how.channels, withChannels(image, how.channels)};
    if (how.resize) {
        const auto [width, height] = targetSize(how, image.width, image.height);
        auto resized = resizeImage(pixels, width, height, how.filter);
        if (!resized)
            return tl::unexpected(std::move(resized.error()));
        pixels = *std::move(resized);
    }

    const int height = how.centerCrop ? how.cropHeight : pixels.height;
    const int width = how.centerCrop ? how.cropWidth : pixels.width;
    const int top = how.centerCrop ? cropStart(pixels.height, height) : 0;
    const int left = how.centerCrop ? cropStart(pixels.width, width) : 0;
    auto tensor = std::make_shared<Tensor>(
        Axes{named(axis::channel, how.channels), named(axis::row, height), named(axis::column, width)});
    float* target = tensor->mutableValues().data();
    for (int channel = 0; channel < how.channels; ++channel) {
        const auto of = [&](const std::vector<double>& values) {
            return values[values.size() == 1 ? 0 : static_cast<std::size_t>(channel)];
        };
        const double mean = how.normalize ? of(how.mean) : 0.0;
        const double deviation = how.normalize ? of(how.deviation) : 1.0;
        const double factor = how.rescale ? how.rescaleFactor : 1.0;
        for (int row = 0; row < height; ++row) {
            for (int column = 0; column < width; ++column) {
                const int y = row + top, x = column + left;
                const bool inside = y >= 0 && y < pixels.height && x >= 0 && x < pixels.width;
                const std::size_t at = (static_cast<std::size_t>(y) * static_cast<std::size_t>(pixels.width) +
                                        static_cast<std::size_t>(x)) *
                                           static_cast<std::size_t>(how.channels) +
                                       static_cast<std::size_t>(channel);
                const double value = inside ? pixels.bytes[at] : 0;
                *target++ = static_cast<float>((value * factor - mean) / deviation); // rounded once
            }
        }
    }
    return TensorPtr(std::move(tensor));
}

ImageRegion seenRegion(const ImagePreprocessing& how, int width, int height)
{
    if (!how.centerCrop || width < 1 || height < 1)
        return {0, 0, static_cast<double>(width), static_cast<double>(height)};
    std::pair<int, int> size{width, height};
    if (how.resize) {
        const auto [w, h] = targetSize(how, width, height);
        size = {w, h};
    }
    const double across = static_cast<double>(width) / size.first,
                 down = static_cast<double>(height) / size.second;
    return {cropStart(size.first, how.cropWidth) * across, cropStart(size.second, how.cropHeight) * down,
            how.cropWidth * across, how.cropHeight * down};
}

} // namespace headlight
