// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// NumPy's file of one array (numpy.lib.format): a magic string, a version, a header that is a Python
// dictionary of three keys, and the elements.

#include "result/result.h"
#include "tensor/tensor.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

/// An array whose axes have no names.
struct NumpyArray
{
    std::vector<std::int64_t> shape; ///< empty for a single number
    std::vector<float> values;       ///< row-major, whatever order the file had
};

/// Reads <f4, <f8, <f2, <i8, <i4, |u1 or |b1 in C or Fortran order, as float32. The header is parsed, never
/// evaluated; nothing is allocated that the file's size does not back.
[[nodiscard]] Result<NumpyArray> readNpy(const std::filesystem::path& file);
/// @p where names the bytes' source in errors.
[[nodiscard]] Result<NumpyArray> parseNpy(std::string_view bytes, const std::string& where);

/// Writes float32 in C order, atomically.
[[nodiscard]] Result<void> writeNpy(const std::filesystem::path& file, const Tensor& tensor);
/// What stands before the elements of a float32 array in C order.
[[nodiscard]] std::string npyHeader(const std::vector<std::int64_t>& shape);

} // namespace headlight
