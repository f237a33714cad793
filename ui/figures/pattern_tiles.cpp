// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/pattern_tiles.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace headlight {

namespace {

/// Whether an entry shows @p v rather than @p other: what is far from zero, and not what is masked. What is
/// no number is seen by all means.
bool stronger(float v, float other)
{
    constexpr float masked = -std::numeric_limits<float>::infinity();
    const float a = v == masked ? -1 : std::abs(v), b = other == masked ? -1 : std::abs(other);
    return !(a <= b);
}

/// The cells [q0, q1) × [k0, k1) of one head in height × width entries.
ReducedPattern reducedPart(const Tensor& pattern, std::int64_t head, const Tensor* scores, std::int64_t q0,
                           std::int64_t q1, std::int64_t k0, std::int64_t k1, int height, int width)
{
    ReducedPattern t;
    t.height = height;
    t.width = width;
    t.values.resize(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    const auto& strides = pattern.strides();
    const float* base = pattern.data() + head * strides[0];
    std::vector<std::int64_t> columns;
    for (int x = 0; x <= width; ++x)
        columns.push_back(k0 + x * (k1 - k0) / width);
    auto to = t.values.begin();
    for (int y = 0; y < height; ++y) {
        const std::int64_t from = q0 + y * (q1 - q0) / height, end = q0 + (y + 1) * (q1 - q0) / height;
        for (int x = 0; x < width; ++x, ++to) {
            const std::int64_t left = columns[static_cast<std::size_t>(x)],
                               right = columns[static_cast<std::size_t>(x) + 1];
            float best = base[from * strides[1] + left * strides[2]];
            for (std::int64_t q = from; q < end; ++q)
                for (std::int64_t k = left; k < right; ++k)
                    if (const float v = base[q * strides[1] + k * strides[2]]; stronger(v, best))
                        best = v;
            // Only exact zeros can be masked, so few scores are looked at.
            if (best == 0 && scores && specialOf(scores->at({head, end - 1, left})) == SpecialValue::Masked)
                best = -std::numeric_limits<float>::infinity();
            *to = best;
            t.range.add(best);
        }
    }
    return t;
}

} // namespace

ReducedPattern reducedPattern(const Tensor& pattern, std::int64_t head, const Tensor* scores,
                              std::int64_t most)
{
    const std::int64_t queries = pattern.size(1), keys = pattern.size(2);
    return reducedPart(pattern, head, scores, 0, queries, 0, keys, static_cast<int>(std::min(queries, most)),
                       static_cast<int>(std::min(keys, most)));
}

ReducedPattern halved(const ReducedPattern& pattern)
{
    ReducedPattern t;
    t.width = (pattern.width + 1) / 2;
    t.height = (pattern.height + 1) / 2;
    t.range = pattern.range;
    t.values.reserve(static_cast<std::size_t>(t.width) * static_cast<std::size_t>(t.height));
    const auto at = [&](int y, int x) {
        return pattern.values[static_cast<std::size_t>(std::min(y, pattern.height - 1)) *
                                  static_cast<std::size_t>(pattern.width) +
                              static_cast<std::size_t>(std::min(x, pattern.width - 1))];
    };
    for (int y = 0; y < t.height; ++y)
        for (int x = 0; x < t.width; ++x) {
            float best = at(2 * y, 2 * x);
            for (const float v : {at(2 * y, 2 * x + 1), at(2 * y + 1, 2 * x), at(2 * y + 1, 2 * x + 1)})
                if (stronger(v, best))
                    best = v;
            t.values.push_back(best);
        }
    return t;
}

TensorPtr patternWithout(TensorPtr pattern, SinkTreatment sink)
{
    if (!pattern || sink == SinkTreatment::Shown)
        return pattern;
    return std::make_shared<const Tensor>(
        withoutFirstKey(*pattern, sink, -std::numeric_limits<float>::infinity()));
}

std::vector<PatternTile> readTiles(const Trace& trace, std::vector<TileKey> keys, const std::stop_token& stop,
                                   SinkTreatment sink)
{
    std::vector<PatternTile> tiles;
    std::sort(keys.begin(), keys.end());
    TensorPtr pattern, scores;
    int attention = -1;
    for (const TileKey& key : keys) {
        if (stop.stop_requested())
            break;
        if (key.attention != attention) {
            attention = key.attention;
            const AttentionLayer& layer = trace.program().attention[static_cast<std::size_t>(attention)];
            pattern = patternWithout(trace.step(layer.pattern).value_or(nullptr), sink);
            scores = trace.step(layer.scores).value_or(nullptr);
        }
        if (!pattern || key.head >= pattern->size(0))
            continue;
        const std::int64_t side = static_cast<std::int64_t>(tileSide) << key.level;
        const std::int64_t q0 = key.row * side, k0 = key.column * side;
        const std::int64_t q1 = std::min(pattern->size(1), q0 + side),
                           k1 = std::min(pattern->size(2), k0 + side);
        if (q0 >= q1 || k0 >= k1)
            continue;
        const std::int64_t cells = std::int64_t{1} << key.level;
        tiles.push_back({key, reducedPart(*pattern, key.head, scores.get(), q0, q1, k0, k1,
                                          static_cast<int>((q1 - q0 + cells - 1) / cells),
                                          static_cast<int>((k1 - k0 + cells - 1) / cells))});
    }
    return tiles;
}

TileCache::Entry* TileCache::find(const TileKey& key)
{
    const auto it = m_byKey.find(key);
    if (it == m_byKey.end())
        return nullptr;
    m_recent.splice(m_recent.begin(), m_recent, it->second);
    return &it->second->entry;
}

void TileCache::add(PatternTile tile)
{
    if (m_byKey.contains(tile.key))
        return;
    // The numbers, and the picture that will be made of them.
    const std::size_t bytes = tile.part.values.size() * (sizeof(float) + sizeof(QRgb));
    m_recent.push_front({tile.key, {std::move(tile.part), {}}, bytes});
    m_byKey[tile.key] = m_recent.begin();
    m_bytes += bytes;
    while (m_bytes > m_budget && m_recent.size() > 1) {
        m_bytes -= m_recent.back().bytes;
        m_byKey.erase(m_recent.back().key);
        m_recent.pop_back();
    }
}

void TileCache::forgetImages()
{
    for (Node& node : m_recent)
        node.entry.image = {};
}

} // namespace headlight
