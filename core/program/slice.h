// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where a parameter lies in a checkpoint: a tensor of the file, its expected shape, and a strided view of it.
// Checkpoints fuse, transpose and interleave what the field names separately (GPT-2's c_attn is Q, K and V
// side by side, stored [in, out]); a Slice says so without copying a number:
//
//   Slice("h.0.attn.c_attn.weight", {d, 3 * d}).narrow(1, 0, d).split(1, heads)      // [d_model, head,
//   d_head] Slice("layers.0.self_attn.q_proj.weight", {d, d}).transpose().split(1, heads)    // [d_model,
//   head, d_head]

#include <cstdint>
#include <string>
#include <vector>

namespace headlight {

class Slice
{
public:
    Slice() = default;
    /// The whole tensor @p name of the file, which must have exactly @p shape.
    Slice(std::string name, std::vector<std::int64_t> shape);

    /// Swaps the last two dimensions.
    [[nodiscard]] Slice transpose() const;
    /// Keeps @p length entries of dimension @p dim from @p start on.
    [[nodiscard]] Slice narrow(int dim, std::int64_t start, std::int64_t length) const;
    /// Views dimension @p dim as two: [parts, rest].
    [[nodiscard]] Slice split(int dim, std::int64_t parts) const;
    /// Views two neighbouring dimensions as one; they must lie behind each other in memory.
    [[nodiscard]] Slice merge(int dim) const;
    /// Takes one entry of dimension @p dim and drops the dimension.
    [[nodiscard]] Slice select(int dim, std::int64_t index) const;

    std::string tensor;                  ///< name in the checkpoint
    std::vector<std::int64_t> fileShape; ///< what the file must have
    std::int64_t offset = 0;             ///< in elements
    std::vector<std::int64_t> sizes;     ///< of the view
    std::vector<std::int64_t> strides;   ///< of the view, in elements
};

} // namespace headlight
