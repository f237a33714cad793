// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The ways in which a run tells where a token stands, read off its steps: vectors that were learned, sines
// and cosines, rotations of queries and keys, biases by distance. Which they are follows from what the ops
// are, so that an encoding that a what-if has put in place is found like a model's own.

#include "ops/positions.h"
#include "run/trace.h"

#include <vector>

namespace headlight {

struct PositionCode
{
    ops::PositionRule rule;
    int step = -1; ///< −1: a textbook's, which this run does not use
    StreamIndex stream = noStream;
    bool table = false; ///< Rows: all that were learned, not those of this input
    /// [dimension, position]; biases: [head, position of the key], [head, distance] or [head, key − query];
    /// Rotation: cosine and sine of each pair's angle, [pair, position].
    TensorPtr values;
    /// The tensor of the trace that the values are part of, for the first knownPositions; None when they were
    /// computed for this picture.
    TensorRef ref;
    std::int64_t knownPositions = 0;
    bool transposed = true;           ///< the trace's tensor has the positions first
    std::vector<std::int64_t> curves; ///< a few dimensions worth a curve

    [[nodiscard]] bool isBias() const
    {
        return rule.kind == ops::PositionRule::Kind::Slopes || rule.kind == ops::PositionRule::Kind::Buckets;
    }
};

/// At least so many positions are computed of an encoding that has no end of its own.
inline constexpr std::int64_t leastPositions = 64;

/// What a run uses; layers that do the same are told once. Empty for a model without positions.
[[nodiscard]] std::vector<PositionCode> positionCodes(const Trace& trace);
/// Encodings with a formula that the run does not use, in this model's sizes: sinusoids (Vaswani et al. 2017,
/// 3.5), rotations (Su et al. 2021), ALiBi's slopes (Press et al. 2022), T5's buckets (Raffel et al. 2019; as
/// the number of the bucket, since their biases are learned).
[[nodiscard]] std::vector<PositionCode> textbookCodes(const Trace& trace);

/// How far apart positions are until a pair is where it was: 2π / frequency.
[[nodiscard]] double wavelength(double frequency);

/// What a bias adds to each head's scores by how far behind the query the key stands: [head, distance], for
/// distances 0 … @p distances − 1. Slopes: −slope · distance. Buckets: the learned number of the distance's
/// bucket. Distances (Dai et al. 2019): v · r_distance / √d_head of attention layer @p attention, the part
/// that is the same for all queries (term d of their page 5). Errors: BadInput for other kinds of encodings.
[[nodiscard]] Result<TensorPtr> biasByDistance(const Trace& trace, const PositionCode& code, int attention,
                                               std::int64_t distances);
/// What the softmax's scale of a layer multiplies scores with: 1/√d_head, unless a what-if took it away.
[[nodiscard]] double scoreFactor(const Trace& trace, int attention);
/// The layer's steps between queries, keys and scores whose op (in this run) is of the name, in order.
[[nodiscard]] std::vector<int> scoreSteps(const Trace& trace, int attention, std::string_view op);

} // namespace headlight
