// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/matrix.h"

#include "run/workers.h"

#include <Eigen/Core>

#include <algorithm>
#include <vector>

namespace headlight::ops {

namespace {

using RowMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using ColMajor = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor>;
using Stride = Eigen::OuterStride<>;
using RowMap = Eigen::Map<const RowMajor, Eigen::Unaligned, Stride>;
using ColMap = Eigen::Map<const ColMajor, Eigen::Unaligned, Stride>;

std::vector<float> packed(const MatrixView& m)
{
    std::vector<float> copy(static_cast<std::size_t>(m.rows * m.columns));
    for (std::int64_t r = 0; r < m.rows; ++r)
        for (std::int64_t c = 0; c < m.columns; ++c)
            copy[static_cast<std::size_t>(r * m.columns + c)] = m.data[r * m.rowStride + c * m.columnStride];
    return copy;
}

/// Calls @p use with an Eigen map of @p m, in whichever order its memory runs.
template <class Use>
void withMap(const MatrixView& m, Use use)
{
    if (m.columnStride == 1 || m.columns == 1)
        use(RowMap(m.data, m.rows, m.columns, Stride(m.rowStride)));
    else if (m.rowStride == 1 || m.rows == 1)
        use(ColMap(m.data, m.rows, m.columns, Stride(m.columnStride)));
    else {
        const auto copy = packed(m);
        use(RowMap(copy.data(), m.rows, m.columns, Stride(m.columns)));
    }
}

} // namespace

void multiplyMatrices(const MatrixView& a, const MatrixView& b, float* y, std::int64_t yStride)
{
    // Below this size Eigen takes another way, whose bits depend on where the numbers lie in memory.
    if (a.rows + a.columns + b.columns < EIGEN_GEMM_TO_COEFFBASED_THRESHOLD) {
        for (std::int64_t r = 0; r < a.rows; ++r)
            for (std::int64_t c = 0; c < b.columns; ++c) {
                float sum = 0;
                for (std::int64_t k = 0; k < a.columns; ++k)
                    sum += a.data[r * a.rowStride + k * a.columnStride] *
                           b.data[k * b.rowStride + c * b.columnStride];
                y[r * yStride + c] = sum;
            }
        return;
    }
    Eigen::Map<RowMajor, Eigen::Unaligned, Stride> result(y, a.rows, b.columns, Stride(yStride));
    withMap(a, [&](const auto& left) {
        withMap(b, [&](const auto& right) { result.noalias() = left * right; });
    });
}

void multiplyMatrices(const MatrixView& a, const MatrixView& b, float* y, std::int64_t yStride,
                      Workers& workers)
{
    // Below this many multiply-adds a second thread costs more than it brings.
    constexpr std::int64_t enough = 1 << 18;
    if (a.rows * a.columns * b.columns < enough) {
        multiplyMatrices(a, b, y, yStride);
        return;
    }
    // Tall blocks of columns: each thread packs its own part of b once, and a is small enough to share.
    constexpr std::int64_t columnGrain = 384, rowGrain = 512;
    const std::int64_t columnBlocks = (b.columns + columnGrain - 1) / columnGrain;
    const std::int64_t rowBlocks = (a.rows + rowGrain - 1) / rowGrain;
    workers.forEach(columnBlocks * rowBlocks, [&](std::int64_t piece) {
        const std::int64_t column = piece % columnBlocks * columnGrain, row = piece / columnBlocks * rowGrain;
        MatrixView left = a, right = b;
        left.data += row * a.rowStride;
        left.rows = std::min(rowGrain, a.rows - row);
        right.data += column * b.columnStride;
        right.columns = std::min(columnGrain, b.columns - column);
        multiplyMatrices(left, right, y + row * yStride + column, yStride);
    });
}

} // namespace headlight::ops
