// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "result/result.h"
#include "tensor/tensor.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

struct CsvLabels
{
    std::string corner;               ///< what rows and columns are, such as "query \ key"
    std::vector<std::string> rows;    ///< one a row, or none: then rows are counted from 0
    std::vector<std::string> columns; ///< likewise
};

/// Writes a matrix, or a vector as one row, with its labels as RFC 4180 says, atomically. Each number is the
/// shortest decimal that reads back as the same float32; the others are nan, inf and -inf.
[[nodiscard]] Result<void> writeCsv(const std::filesystem::path& file, const Tensor& matrix,
                                    const CsvLabels& labels);

/// A field, in quotes where it needs them: commas, quotes, line breaks, and spaces at its ends, which some
/// readers would drop.
[[nodiscard]] std::string csvField(std::string_view text);

} // namespace headlight
