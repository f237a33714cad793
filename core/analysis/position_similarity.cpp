// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/position_similarity.h"

#include <algorithm>
#include <cmath>

namespace headlight {

Result<TensorPtr> positionSimilarity(const Tensor& values, Likeness likeness)
{
    if (values.rank() != 2)
        return fail(ErrorCode::BadShape, "expected [dimension, position], found " + describe(values.axes()));
    const std::int64_t dims = values.size(0), n = std::min(values.size(1), mostCompared);
    Axis one = values.axes()[1];
    one.size = n;
    // Positions first, so that a dot product reads along a row.
    std::vector<double> rows(static_cast<std::size_t>(n * dims));
    for (std::int64_t p = 0; p < n; ++p) {
        double* row = rows.data() + p * dims;
        double squares = 0;
        for (std::int64_t d = 0; d < dims; ++d) {
            row[d] = static_cast<double>(values.at({d, p}));
            squares += row[d] * row[d];
        }
        if (likeness == Likeness::Cosine && squares > 0)
            for (std::int64_t d = 0; d < dims; ++d)
                row[d] /= std::sqrt(squares);
    }
    Tensor result({one, one});
    const auto out = result.mutableValues();
    for (std::int64_t i = 0; i < n; ++i)
        for (std::int64_t j = 0; j <= i; ++j) {
            double dot = 0;
            for (std::int64_t d = 0; d < dims; ++d)
                dot += rows[static_cast<std::size_t>(i * dims + d)] *
                       rows[static_cast<std::size_t>(j * dims + d)];
            out[static_cast<std::size_t>(i * n + j)] = out[static_cast<std::size_t>(j * n + i)] =
                static_cast<float>(dot);
        }
    return std::make_shared<const Tensor>(std::move(result));
}

OffsetCurve byOffset(const Tensor& matrix)
{
    OffsetCurve curve;
    const std::int64_t n = matrix.size(0);
    for (std::int64_t offset = 0; offset < n; ++offset) {
        double sum = 0, squares = 0, least = matrix.at({offset, 0}), most = least;
        const auto count = static_cast<double>(n - offset);
        for (std::int64_t i = offset; i < n; ++i) {
            const double value = matrix.at({i, i - offset});
            sum += value;
            least = std::min(least, value);
            most = std::max(most, value);
        }
        const double mean = sum / count;
        for (std::int64_t i = offset; i < n; ++i) {
            const double away = static_cast<double>(matrix.at({i, i - offset})) - mean;
            squares += away * away;
        }
        curve.mean.push_back(mean);
        curve.deviation.push_back(std::sqrt(squares / count));
        curve.least.push_back(least);
        curve.most.push_back(most);
    }
    return curve;
}

} // namespace headlight
