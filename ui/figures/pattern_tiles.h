// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Attention patterns at several levels of detail. Every step up halves both sides and keeps the largest
// weight of four, so that a thin diagonal stays seen from far away. The smallest levels of all heads are
// always in memory; the others are read tile by tile when somebody looks closely, and the ones that were not
// looked at for longest are forgotten.

#include "figures/color_scale.h"
#include "run/trace.h"

#include <QImage>

#include <list>
#include <map>
#include <stop_token>
#include <tuple>
#include <vector>

namespace headlight {

/// A pattern, or a part of one, reduced: the largest weight of the cells that share an entry; of a difference
/// of patterns the one that is furthest from zero. Masked entries are −∞.
struct ReducedPattern
{
    std::vector<float> values; ///< [height, width]; empty when the run has not come so far
    int width = 0, height = 0;
    ValueRange range;
};

/// One head's pattern [head, query, key] in at most @p most entries a side. @p scores tell masked cells from
/// mere zeros; may be null.
[[nodiscard]] ReducedPattern reducedPattern(const Tensor& pattern, std::int64_t head, const Tensor* scores,
                                            std::int64_t most);
/// Half as many entries a side.
[[nodiscard]] ReducedPattern halved(const ReducedPattern& pattern);

/// A square of 256 × 256 entries of one head at one level; level 0 has every cell.
struct TileKey
{
    int attention = 0, head = 0, level = 0, row = 0, column = 0;
    auto operator<=>(const TileKey&) const = default;
};

struct PatternTile
{
    TileKey key;
    ReducedPattern part;
};

inline constexpr int tileSide = 256;

/// A pattern as thumbnails and tiles are made of it: where the first key is left out, its cells are −∞, as
/// quiet as masked ones.
[[nodiscard]] TensorPtr patternWithout(TensorPtr pattern, SinkTreatment sink);

/// Reads tiles from a trace; layers that are not kept are computed again, once for all their tiles. Stops
/// early, with what it has, when asked to. For a worker.
[[nodiscard]] std::vector<PatternTile> readTiles(const Trace& trace, std::vector<TileKey> keys,
                                                 const std::stop_token& stop,
                                                 SinkTreatment sink = SinkTreatment::Shown);

/// The tiles in memory, coloured, within a budget.
class TileCache
{
public:
    struct Entry
    {
        ReducedPattern part;
        QImage image; ///< null until it is drawn
    };
    explicit TileCache(std::size_t budget = 96u << 20U)
        : m_budget(budget)
    {
    }
    /// Null when it is not there.
    [[nodiscard]] Entry* find(const TileKey& key);
    void add(PatternTile tile);
    void forgetImages();
    [[nodiscard]] std::size_t bytes() const { return m_bytes; }
    [[nodiscard]] std::size_t budget() const { return m_budget; }

private:
    struct Node
    {
        TileKey key;
        Entry entry;
        std::size_t bytes = 0;
    };
    std::size_t m_budget, m_bytes = 0;
    std::list<Node> m_recent; ///< the last looked at first
    std::map<TileKey, std::list<Node>::iterator> m_byKey;
};

} // namespace headlight
