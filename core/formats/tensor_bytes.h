// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Internal to core/formats: what the readers and writers of tensors share.

#include "formats/files.h"
#include "formats/tensor_source.h"
#include "result/result.h"
#include "tensor/tensor.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace headlight {

[[nodiscard]] std::vector<std::int64_t> shapeOf(const Tensor& tensor);

/// Bytes of that many elements of @p elementSize in all; nothing where they overflow 2^63 - 1.
[[nodiscard]] std::optional<std::uint64_t> byteCount(const std::vector<std::int64_t>& shape,
                                                     std::uint64_t elementSize);

/// Whether that many bytes fit into this machine's memory at all. A file with holes can claim far more than
/// there is, at no cost.
[[nodiscard]] bool fitsMemory(std::uint64_t bytes);

/// Hands the elements as float32, little-endian and row-major, to the sink, in pieces of bounded size if the
/// tensor is a strided view.
[[nodiscard]] Result<void> writeValues(const Tensor& tensor, const ByteSink& sink);

/// Sorts them; a name that is given twice, or that a file cannot have (empty, __metadata__), is an error.
[[nodiscard]] Result<void> sortByName(std::vector<TensorSource>& tensors, const std::string& where);

/// The source's tensor, which must have the shape that was promised (it may already be in a header).
[[nodiscard]] Result<TensorPtr> loadChecked(const TensorSource& source);

} // namespace headlight
