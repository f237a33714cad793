// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How much of what each input token brought is left at a position after each layer, if one only looks at
// attention: Abnar & Zuidema 2020, "Quantifying Attention Flow in Transformers". The heads of a layer are
// averaged, and half of the weight stays where it is, for the residual connection:
//
//   A_l = ½ · mean_h P_l[h] + ½ · I          rollout:  R_l = A_l · R_{l−1},  R_{−1} = I
//
// Flow takes the same weights as capacities of pipes from each position of a layer to each of the one below,
// and asks for the largest flow from a position of a layer down to one input token.

#include "analysis/progress.h"
#include "run/trace.h"

#include <stop_token>
#include <string>
#include <vector>

namespace headlight {

/// The self-attention layers of a stack as indices into Program::attention, from below; empty when the stack
/// has none or its queries and keys are different positions.
[[nodiscard]] std::vector<int> selfAttentionLayers(const Program& program, const std::string& stack);

/// The stacks that have self-attention, those whose end is predicted from first.
[[nodiscard]] std::vector<std::string> selfAttentionStacks(const Program& program);

/// R_l of every layer of @p stack, [layer, query, key]; each row sums to 1. Errors: Unsupported (no
/// self-attention), TooLarge (more positions than make sense), Cancelled.
[[nodiscard]] Result<TensorPtr> attentionRollout(const Trace& trace, const std::string& stack,
                                                 std::stop_token stop = {},
                                                 const AnalysisProgress& progress = {});

/// The most positions that attentionFlow() takes: its work grows with their cube.
inline constexpr std::int64_t mostFlowPositions = 256;

/// The largest flow from position @p query of every layer's output down to each input token, [layer, key].
/// Errors: as for the rollout, and BadInput for a query that is not there.
[[nodiscard]] Result<TensorPtr> attentionFlow(const Trace& trace, const std::string& stack,
                                              std::int64_t query, std::stop_token stop = {},
                                              const AnalysisProgress& progress = {});

/// A directed network with capacities.
class FlowNetwork
{
public:
    explicit FlowNetwork(int nodes);
    void addEdge(int from, int to, double capacity);
    /// The largest flow from @p source to @p sink (Dinic 1970), exact but for rounding; the network stays as
    /// it was.
    [[nodiscard]] double maximumFlow(int source, int sink) const;

private:
    struct Edge
    {
        int to = 0;
        double capacity = 0;
    };
    std::vector<Edge> m_edges; ///< each followed by its opposite
    std::vector<std::vector<int>> m_from;
};

} // namespace headlight
