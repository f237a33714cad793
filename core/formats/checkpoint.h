// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The parameters of a published model: model.safetensors, or model.safetensors.index.json with its shards.
// Files are memory-mapped; float32 is never copied; F16 and BF16 are converted to float32 exactly, each
// tensor when it is first touched.

#include "result/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

enum class DType { F32, F16, BF16, F64, I64, I32, I16, I8, U8, Bool };

[[nodiscard]] std::string_view nameOf(DType type);

/// Float32 numbers that @p owner keeps alive.
struct FloatData
{
    const float* data = nullptr;
    std::int64_t count = 0;
    std::shared_ptr<const void> owner;
};

class Checkpoint
{
public:
    struct Entry
    {
        std::string name;
        DType type = DType::F32;
        std::vector<std::int64_t> shape;
        std::int64_t count = 0; ///< elements
    };

    virtual ~Checkpoint() = default;

    /// All tensors, sorted by name.
    [[nodiscard]] virtual const std::vector<Entry>& entries() const = 0;
    /// The entry of that name, or a null pointer.
    [[nodiscard]] virtual const Entry* find(std::string_view name) const = 0;
    /// The tensor's numbers in row-major order. Thread-safe. Errors: NotFound; Unsupported for I8 … (types
    /// that are no weights).
    [[nodiscard]] virtual Result<FloatData> floats(std::string_view name) const = 0;
    /// Bytes of all files.
    [[nodiscard]] virtual std::uint64_t fileBytes() const = 0;
};

/// Opens the checkpoint of a model folder. Refuses with one line that says what was expected and found:
/// no such file; only pickled files (pytorch_model.bin, *.pt, *.pth, *.ckpt), GGUF or ONNX there (with the
/// way to convert); a truncated or lying header; offsets that overlap, leave gaps where the format forbids
/// them or leave the file; sizes that overflow; a shard that the index names and the folder lacks, or that
/// would lie outside the folder.
[[nodiscard]] Result<std::shared_ptr<const Checkpoint>> openCheckpoint(const std::filesystem::path& folder);

} // namespace headlight
