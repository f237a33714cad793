// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// From an image's pixels to what a vision model reads: resize, crop, rescale, normalise, as the folder's
// preprocessor_config.json says. Resizing gives Pillow's pixels exactly, since the models were trained on
// them: each output pixel is a weighted mean of the input pixels under the filter, which is widened when the
// image shrinks (no aliasing); rows first, then columns, with 8-bit pixels in between and weights of 22 bits.

#include "result/result.h"
#include "tensor/tensor.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace headlight {

/// 8-bit pixels, row by row, the channels of a pixel side by side: grey, RGB or RGBA.
struct ImagePixels
{
    int width = 0;
    int height = 0;
    int channels = 0;
    std::vector<std::uint8_t> bytes;
};

struct ImagePreprocessing
{
    /// Numbered as Pillow's.
    enum class Filter { Nearest, Lanczos, Bilinear, Bicubic, Box, Hamming };

    bool resize = true;
    Filter filter = Filter::Bilinear;
    int height = 224; ///< when there is no shortestEdge
    int width = 224;
    int shortestEdge = 0; ///< keeps the image's proportions; 0 if height and width are given instead
    int longestEdge = 0;  ///< then a limit for the other edge; 0 if there is none

    bool centerCrop = false; ///< with black around images that are smaller
    int cropHeight = 224;
    int cropWidth = 224;

    bool rescale = true;
    double rescaleFactor = 1.0 / 255.0;
    bool normalize = true;
    std::vector<double> mean = {0.5}; ///< one a channel, or one for all
    std::vector<double> deviation = {0.5};

    int channels = 3; ///< of the model: grey images are repeated for three, coloured ones weighed for one
};

/// preprocessor_config.json of a model's folder; what it does not say is as the named processor has it by
/// default. @p pixels are the axes [channel, row, column] of what the model reads: the size where the file
/// gives none, or where there is no file. Errors: BadFile, Io.
[[nodiscard]] Result<ImagePreprocessing> readImagePreprocessing(const std::filesystem::path& folder,
                                                                const Axes& pixels);

/// The model's input [channel, row, column]. Errors: BadInput (no pixels), BadShape, TooLarge.
[[nodiscard]] Result<TensorPtr> preprocessImage(const ImagePreprocessing& how, const ImagePixels& image);

/// A part of an image, in its pixels.
struct ImageRegion
{
    double left = 0, top = 0, width = 0, height = 0;
};

/// Which part of an image of this size the model gets to see; it may reach beyond an image that is smaller
/// than the crop.
[[nodiscard]] ImageRegion seenRegion(const ImagePreprocessing& how, int width, int height);

/// The image in another size, as Pillow's Image.resize.
[[nodiscard]] Result<ImagePixels> resizeImage(const ImagePixels& image, int width, int height,
                                              ImagePreprocessing::Filter filter);

} // namespace headlight
