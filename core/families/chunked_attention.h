// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Reformer's two kinds of attention (Kitaev et al. 2020): among tokens that stand near each other, and among
// those that hash into the same bucket. Both cut a sequence into chunks, the text itself or the sorted
// buckets.

#include "families/family.h"

namespace headlight::families {

struct ChunkedAttention
{
    int dModel = 1, heads = 1, dHead = 1, hashes = 1;
    std::uint32_t seed = 0;
    std::vector<int> buckets; ///< factors of their number; empty when no layer hashes
    ops::ChunkRule local, lsh;
    bool causal = false;
};
/// Reads the config's keys for layers of @p kinds, "local" or "lsh", and checks them.
[[nodiscard]] ChunkedAttention chunkedAttention(const FamilyContext& c,
                                                const std::vector<std::string>& kinds);

/// `hook_rotations`, which all layers that hash share; an invalid reference when none does.
TensorRef hashRotations(ProgramBuilder& b, const ChunkedAttention& s);

/// Queries look at keys of their own chunk of the text and of those around. @p from is where the file has the
/// matrices `query`, `key` and `value`.
AttentionTensors nearAttention(ProgramBuilder& b, const ChunkedAttention& s, const Attention& a,
                               const std::string& from, TensorRef x);
/// The same vectors (`query_key`) ask and are asked; they look at those with which the sorted buckets of a
/// round put them together. Several rounds are weighed by how much each has found.
AttentionTensors hashedAttention(ProgramBuilder& b, const ChunkedAttention& s, const Attention& a,
                                 const std::string& from, TensorRef x, TensorRef rotations);

} // namespace headlight::families
