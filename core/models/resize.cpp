// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/preprocess.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace headlight {
namespace {

using Filter = ImagePreprocessing::Filter;

constexpr std::int64_t maxPixels = std::int64_t(1) << 27U;
/// Weights are whole numbers of 2^-22: the sum of 8-bit pixels under them, which may overshoot, fits 32 bits.
constexpr int precisionBits = 32 - 8 - 2;

double sinc(double x)
{
    x *= std::numbers::pi;
    return x == 0.0 ? 1.0 : std::sin(x) / x;
}

/// How far from its centre a filter reaches, in output pixels.
double support(Filter filter)
{
    switch (filter) {
    case Filter::Box:
        return 0.5;
    case Filter::Bicubic:
        return 2.0;
    case Filter::Lanczos:
        return 3.0;
    case Filter::Nearest:
    case Filter::Bilinear:
    case Filter::Hamming:
        break;
    }
    return 1.0;
}

double weightAt(Filter filter, double x)
{
    const double distance = std::abs(x);
    switch (filter) {
    case Filter::Box:
        return x > -0.5 && x <= 0.5 ? 1.0 : 0.0;
    case Filter::Bicubic: {
        constexpr double a = -0.5; // Keys 1981
        if (distance < 1.0)
            return ((a + 2.0) * distance - (a + 3.0)) * distance * distance + 1.0;
        return distance < 2.0 ? (((distance - 5.0) * distance + 8.0) * distance - 4.0) * a : 0.0;
    }
    case Filter::Lanczos:
        return x >= -3.0 && x < 3.0 ? sinc(x) * sinc(x / 3.0) : 0.0;
    case Filter::Hamming:
        return distance < 1.0 ? sinc(distance) * (0.54 + 0.46 * std::cos(distance * std::numbers::pi)) : 0.0;
    case Filter::Nearest:
    case Filter::Bilinear:
        break;
    }
    return distance < 1.0 ? 1.0 - distance : 0.0;
}

/// Which input pixels make an output pixel, and with which weights.
struct Window
{
    int first = 0;
    std::vector<int> weights;
};

std::vector<Window> windows(int inSize, int outSize, Filter filter)
{
    const double scale = static_cast<double>(inSize) / outSize;
    const double widening = std::max(scale, 1.0);
    const double reach = support(filter) * widening;
    std::vector<Window> result(static_cast<std::size_t>(outSize));
    std::vector<double> exact;
    for (int out = 0; out < outSize; ++out) {
        const double center = (out + 0.5) * scale;
        const int first = std::max(static_cast<int>(center - reach + 0.5), 0);
        const int end = std::min(static_cast<int>(center + reach + 0.5), inSize);
        exact.clear();
        double sum = 0.0;
        for (int in = first; in < end; ++in) {
            exact.push_back(weightAt(filter, (in - center + 0.5) * (1.0 / widening)));
            sum += exact.back();
        }
        Window& window = result[static_cast<std::size_t>(out)];
        window.first = first;
        for (double weight : exact) {
            weight = (sum != 0.0 ? weight / sum : weight) * (1 << precisionBits);
            window.weights.push_back(static_cast<int>(weight < 0 ? weight - 0.5 : weight + 0.5));
        }
    }
    return result;
}

/// How an image lies in memory for a pass over its rows (each a line, its pixels' channels side by side) or
/// over its columns (one line of rows, in which all bytes of a row go side by side).
struct Lines
{
    std::size_t count = 0;  ///< lines
    std::size_t inLine = 0; ///< bytes from one line to the next
    std::size_t outLine = 0;
    std::size_t inStep = 0; ///< bytes from one element of a line to the next
    std::size_t outStep = 0;
    std::size_t width = 1; ///< bytes of an element that are resampled side by side
};

void resample(const Lines& lines, const std::vector<Window>& along, const std::uint8_t* in, std::uint8_t* out)
{
    for (std::size_t line = 0; line < lines.count; ++line) {
        for (std::size_t pixel = 0; pixel < along.size(); ++pixel) {
            const Window& window = along[pixel];
            const std::uint8_t* from =
                in + line * lines.inLine + static_cast<std::size_t>(window.first) * lines.inStep;
            std::uint8_t* to = out + line * lines.outLine + pixel * lines.outStep;
            for (std::size_t byte = 0; byte < lines.width; ++byte) {
                int sum = 1 << (precisionBits - 1);
                for (std::size_t i = 0; i < window.weights.size(); ++i)
                    sum += from[i * lines.inStep + byte] * window.weights[i];
                to[byte] = static_cast<std::uint8_t>(std::clamp(sum >> precisionBits, 0, 255));
            }
        }
    }
}

ImagePixels resizeNearest(const ImagePixels& image, int width, int height)
{
    const auto places = [](int inSize, int outSize) {
        const double step = static_cast<double>(inSize) / outSize;
        std::vector<std::size_t> result;
        double at = step * 0.5; // summed up, not multiplied, as Pillow does
        for (int i = 0; i < outSize; ++i, at += step)
            result.push_back(static_cast<std::size_t>(std::min(static_cast<int>(at), inSize - 1)));
        return result;
    };
    const auto columns = places(image.width, width);
    const auto channels = static_cast<std::size_t>(image.channels);
    ImagePixels result{width, height, image.channels, {}};
    result.bytes.reserve(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * channels);
    for (const std::size_t row : places(image.height, height)) {
        for (const std::size_t column : columns) {
            const auto pixel =
                image.bytes.begin() + static_cast<std::ptrdiff_t>(
                                          (row * static_cast<std::size_t>(image.width) + column) * channels);
            result.bytes.insert(result.bytes.end(), pixel, pixel + image.channels);
        }
    }
    return result;
}

} // namespace

Result<ImagePixels> resizeImage(const ImagePixels& image, int width, int height, Filter filter)
{
    const auto describeSize = [](std::int64_t w, std::int64_t h) {
        return std::to_string(w) + " × " + std::to_string(h);
    };
    if (image.width < 1 || image.height < 1 || image.channels < 1 || width < 1 || height < 1 ||
        std::int64_t(image.width) * image.height > maxPixels ||
        image.bytes.size() != static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) *
                                  static_cast<std::size_t>(image.channels)) {
        return fail(ErrorCode::BadInput, "expected an image with pixels, found " +
                                             describeSize(image.width, image.height) + " with " +
                                             std::to_string(image.bytes.size()) + " bytes");
    }
    if (std::int64_t(width) * std::max(height, image.height) > maxPixels) {
        return fail(ErrorCode::TooLarge, "expected an image that stays below " + std::to_string(maxPixels) +
                                             " pixels when it is resized, found " +
                                             describeSize(width, height));
    }
    if (width == image.width && height == image.height)
        return image;
    if (filter == Filter::Nearest)
        return resizeNearest(image, width, height);

    const auto channels = static_cast<std::size_t>(image.channels);
    ImagePixels current = image;
    if (width != image.width) {
        ImagePixels wide{width, image.height, image.channels, {}};
        wide.bytes.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(image.height) *
                          channels);
        const Lines rows = {.count = static_cast<std::size_t>(image.height),
                            .inLine = static_cast<std::size_t>(image.width) * channels,
                            .outLine = static_cast<std::size_t>(width) * channels,
                            .inStep = channels,
                            .outStep = channels,
                            .width = channels};
        resample(rows, windows(image.width, width, filter), current.bytes.data(), wide.bytes.data());
        current = std::move(wide);
    }
    if (height != image.height) {
        ImagePixels high{width, height, image.channels, {}};
        const std::size_t row = static_cast<std::size_t>(width) * channels;
        high.bytes.resize(row * static_cast<std::size_t>(height));
        const Lines columns = {
            .count = 1, .inLine = 0, .outLine = 0, .inStep = row, .outStep = row, .width = row};
        resample(columns, windows(image.height, height, filter), current.bytes.data(), high.bytes.data());
        current = std::move(high);
    }
    return current;
}

} // namespace headlight
