// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/rollout.h"

#include "analysis/residual_stream.h"

#include <Eigen/Core>

#include <algorithm>
#include <functional>
#include <limits>

namespace headlight {

namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Rollout keeps one matrix a layer.
constexpr std::int64_t mostPositions = 4096;
/// What double precision may leave of an edge that is full.
constexpr double nothing = 1e-12;

/// ½ · mean of the heads + ½ · I.
Result<Matrix> withResidual(const Trace& trace, int attention)
{
    const AttentionLayer& layer = trace.program().attention[static_cast<std::size_t>(attention)];
    auto pattern = trace.step(layer.pattern);
    if (!pattern)
        return tl::unexpected(pattern.error());
    const Tensor& p = **pattern;
    if (p.rank() != 3 || p.size(1) != p.size(2) || !p.isDense())
        return fail(ErrorCode::Unsupported, "queries and keys are different positions", layer.name);
    const std::int64_t n = p.size(1);
    if (n > mostPositions)
        return fail(ErrorCode::TooLarge, "expected at most " + std::to_string(mostPositions) +
                                             " positions, found " + std::to_string(n));
    Matrix a = Matrix::Zero(n, n);
    for (std::int64_t h = 0; h < p.size(0); ++h)
        a += Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
                 p.values().data() + h * n * n, n, n)
                 .cast<double>();
    a *= 0.5 / static_cast<double>(p.size(0));
    a.diagonal().array() += 0.5;
    return a;
}

Result<std::vector<int>> layersOf(const Trace& trace, const std::string& stack)
{
    auto layers = selfAttentionLayers(trace.program(), stack);
    if (layers.empty())
        return fail(ErrorCode::Unsupported, "no attention of a text or an image to itself", stack);
    return layers;
}

} // namespace

std::vector<int> selfAttentionLayers(const Program& program, const std::string& stack)
{
    std::vector<int> layers;
    for (std::size_t a = 0; a < program.attention.size(); ++a) {
        const AttentionLayer& layer = program.attention[a];
        if (layer.stack == stack && layer.kind == AttentionLayer::Kind::Self && layer.queries == layer.keys)
            layers.push_back(static_cast<int>(a));
    }
    return layers;
}

std::vector<std::string> selfAttentionStacks(const Program& program)
{
    std::vector<std::string> stacks;
    for (const AttentionLayer& layer : program.attention)
        if (std::find(stacks.begin(), stacks.end(), layer.stack) == stacks.end() &&
            !selfAttentionLayers(program, layer.stack).empty())
            stacks.push_back(layer.stack);
    if (const auto head = outputHead(program))
        std::stable_partition(stacks.begin(), stacks.end(),
                              [&](const std::string& s) { return s == head->stream.stack; });
    return stacks;
}

Result<TensorPtr> attentionRollout(const Trace& trace, const std::string& stack, std::stop_token stop,
                                   const AnalysisProgress& progress)
{
    auto layers = layersOf(trace, stack);
    if (!layers)
        return tl::unexpected(layers.error());
    std::vector<float> values;
    Matrix product;
    for (std::size_t l = 0; l < layers->size(); ++l) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        auto a = withResidual(trace, (*layers)[l]);
        if (!a)
            return tl::unexpected(a.error());
        product = l == 0 ? *a : Matrix(*a * product);
        values.insert(values.end(), product.data(), product.data() + product.size());
        if (progress)
            progress(static_cast<int>(l) + 1, static_cast<int>(layers->size()));
    }
    const StreamIndex stream = trace.program().attention[static_cast<std::size_t>(layers->front())].queries;
    const Axis query{std::string(axis::query), product.rows(), stream, nullptr},
        key{std::string(axis::key), product.rows(), stream, nullptr};
    return std::make_shared<const Tensor>(
        Axes{named("layer", static_cast<std::int64_t>(layers->size())), query, key}, std::move(values));
}

Result<TensorPtr> attentionFlow(const Trace& trace, const std::string& stack, std::int64_t query,
                                std::stop_token stop, const AnalysisProgress& progress)
{
    auto layers = layersOf(trace, stack);
    if (!layers)
        return tl::unexpected(layers.error());
    std::vector<Matrix> weights;
    for (const int layer : *layers) {
        auto a = withResidual(trace, layer);
        if (!a)
            return tl::unexpected(a.error());
        if (a->rows() > mostFlowPositions)
            return fail(ErrorCode::TooLarge, "flow takes at most " + std::to_string(mostFlowPositions) +
                                                 " positions, found " + std::to_string(a->rows()));
        weights.push_back(std::move(*a));
    }
    const std::int64_t n = weights.front().rows();
    if (query < 0 || query >= n)
        return fail(ErrorCode::BadInput, "expected a position from 0 to " + std::to_string(n - 1) +
                                             ", found " + std::to_string(query));
    // Node (l, i) is position i before layer l; only those that the query reaches matter.
    std::vector<float> values;
    const int total = static_cast<int>(layers->size() * static_cast<std::size_t>(n));
    for (std::size_t top = 0; top < weights.size(); ++top) {
        FlowNetwork network(static_cast<int>((static_cast<std::int64_t>(top) + 2) * n));
        for (std::size_t l = 0; l <= top; ++l)
            for (std::int64_t i = 0; i < n; ++i) {
                if (l == top && i != query)
                    continue;
                for (std::int64_t j = 0; j < n; ++j)
                    if (weights[l](i, j) > nothing)
                        network.addEdge(static_cast<int>((static_cast<std::int64_t>(l) + 1) * n + i),
                                        static_cast<int>(static_cast<std::int64_t>(l) * n + j),
                                        weights[l](i, j));
            }
        for (std::int64_t j = 0; j < n; ++j) {
            if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled");
            values.push_back(static_cast<float>(network.maximumFlow(
                static_cast<int>((static_cast<std::int64_t>(top) + 1) * n + query), static_cast<int>(j))));
            if (progress)
                progress(static_cast<int>(values.size()), total);
        }
    }
    const StreamIndex stream = trace.program().attention[static_cast<std::size_t>(layers->front())].keys;
    return std::make_shared<const Tensor>(Axes{named("layer", static_cast<std::int64_t>(layers->size())),
                                               Axis{std::string(axis::key), n, stream, nullptr}},
                                          std::move(values));
}

FlowNetwork::FlowNetwork(int nodes)
    : m_from(static_cast<std::size_t>(nodes))
{
}

void FlowNetwork::addEdge(int from, int to, double capacity)
{
    m_from[static_cast<std::size_t>(from)].push_back(static_cast<int>(m_edges.size()));
    m_edges.push_back({to, capacity});
    m_from[static_cast<std::size_t>(to)].push_back(static_cast<int>(m_edges.size()));
    m_edges.push_back({from, 0});
}

double FlowNetwork::maximumFlow(int source, int sink) const
{
    if (source == sink)
        return std::numeric_limits<double>::infinity();
    auto edges = m_edges;
    const std::size_t nodes = m_from.size();
    std::vector<int> level(nodes);
    std::vector<std::size_t> next(nodes);
    const auto reach = [&] {
        std::fill(level.begin(), level.end(), -1);
        level[static_cast<std::size_t>(source)] = 0;
        std::vector<int> queue{source};
        for (std::size_t at = 0; at < queue.size(); ++at)
            for (const int e : m_from[static_cast<std::size_t>(queue[at])]) {
                const Edge& edge = edges[static_cast<std::size_t>(e)];
                if (edge.capacity > nothing && level[static_cast<std::size_t>(edge.to)] < 0) {
                    level[static_cast<std::size_t>(edge.to)] = level[static_cast<std::size_t>(queue[at])] + 1;
                    queue.push_back(edge.to);
                }
            }
        return level[static_cast<std::size_t>(sink)] >= 0;
    };
    const std::function<double(int, double)> push = [&](int node, double most) -> double {
        if (node == sink)
            return most;
        const auto& from = m_from[static_cast<std::size_t>(node)];
        for (std::size_t& k = next[static_cast<std::size_t>(node)]; k < from.size(); ++k) {
            const auto e = static_cast<std::size_t>(from[k]);
            Edge& edge = edges[e];
            if (edge.capacity <= nothing ||
                level[static_cast<std::size_t>(edge.to)] != level[static_cast<std::size_t>(node)] + 1)
                continue;
            if (const double flow = push(edge.to, std::min(most, edge.capacity)); flow > nothing) {
                edge.capacity -= flow;
                edges[e ^ 1U].capacity += flow;
                return flow;
            }
        }
        return 0;
    };
    double total = 0;
    while (reach()) {
        std::fill(next.begin(), next.end(), 0);
        while (const double flow = push(source, std::numeric_limits<double>::infinity()))
            total += flow;
    }
    return total;
}

} // namespace headlight
