// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/tensor_bytes.h"

#include "result/quote.h"

#include <algorithm>
#include <limits>
#include <unistd.h>

namespace headlight {
namespace {

std::string_view bytesOf(const float* values, std::size_t count)
{
    return {reinterpret_cast<const char*>(values), count * sizeof(float)};
}

} // namespace

std::vector<std::int64_t> shapeOf(const Tensor& tensor)
{
    std::vector<std::int64_t> shape;
    for (const Axis& axis : tensor.axes())
        shape.push_back(axis.size);
    return shape;
}

std::optional<std::uint64_t> byteCount(const std::vector<std::int64_t>& shape, std::uint64_t elementSize)
{
    std::uint64_t bytes = elementSize;
    for (const std::int64_t size : shape) {
        if (size < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(size), &bytes) ||
            bytes > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return std::nullopt;
    }
    return bytes;
}

bool fitsMemory(std::uint64_t bytes)
{
    static const std::uint64_t memory = static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
                                        static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    return bytes <= memory;
}

Result<void> writeValues(const Tensor& tensor, const ByteSink& sink)
{
    if (tensor.count() == 0)
        return {};
    if (tensor.isDense())
        return sink(bytesOf(tensor.data(), static_cast<std::size_t>(tensor.count())));

    // The last axis runs in the inner loop; the others are counted like the digits of a number.
    constexpr std::size_t pieceSize = 65536;
    std::vector<float> piece;
    piece.reserve(pieceSize);
    const int last = tensor.rank() - 1;
    const std::int64_t rowSize = tensor.size(last);
    const std::int64_t step = tensor.strides()[static_cast<std::size_t>(last)];
    Cell row(static_cast<std::size_t>(tensor.rank()), 0);
    for (std::int64_t rows = tensor.count() / rowSize; rows > 0; --rows) {
        const float* from = tensor.data() + tensor.offset(row);
        for (std::int64_t i = 0; i < rowSize; ++i) {
            piece.push_back(from[i * step]);
            if (piece.size() == pieceSize) {
                if (auto written = sink(bytesOf(piece.data(), piece.size())); !written)
                    return written;
                piece.clear();
            }
        }
        for (int axis = last - 1; axis >= 0 && ++row[static_cast<std::size_t>(axis)] == tensor.size(axis);
             --axis)
            row[static_cast<std::size_t>(axis)] = 0;
    }
    return piece.empty() ? Result<void>() : sink(bytesOf(piece.data(), piece.size()));
}

Result<void> sortByName(std::vector<TensorSource>& tensors, const std::string& where)
{
    std::sort(tensors.begin(), tensors.end(),
              [](const TensorSource& a, const TensorSource& b) { return a.name < b.name; });
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        if (tensors[i].name.empty() || tensors[i].name == "__metadata__")
            return fail(ErrorCode::BadInput, "expected a tensor's name, found " + quote(tensors[i].name),
                        where);
        if (i > 0 && tensors[i].name == tensors[i - 1].name) {
            return fail(ErrorCode::BadInput,
                        "expected each tensor once, found " + quote(tensors[i].name) + " twice", where);
        }
    }
    return {};
}

Result<TensorPtr> loadChecked(const TensorSource& source)
{
    Result<TensorPtr> tensor = source.load();
    if (tensor && shapeOf(**tensor) != source.shape) {
        return fail(ErrorCode::BadShape,
                    "expected a tensor of shape " + describe(Cell(source.shape)) + ", found " +
                        describe((*tensor)->axes()),
                    source.name);
    }
    return tensor;
}

} // namespace headlight
