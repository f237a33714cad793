// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The one place where matrices are multiplied. Everything that contracts goes through here, so that there is
// one kernel to make fast.

#include <cstdint>

namespace headlight {
class Workers;
}

namespace headlight::ops {

/// A matrix in memory, each stride in elements. One of the two strides should be 1.
struct MatrixView
{
    const float* data = nullptr;
    std::int64_t rows = 0, columns = 0;
    std::int64_t rowStride = 0, columnStride = 1;
};

/// y = a · b, y with rows of @p yStride elements. The cut into pieces depends on the sizes only.
void multiplyMatrices(const MatrixView& a, const MatrixView& b, float* y, std::int64_t yStride,
                      Workers& workers);

/// The same on the calling thread.
void multiplyMatrices(const MatrixView& a, const MatrixView& b, float* y, std::int64_t yStride);

} // namespace headlight::ops
