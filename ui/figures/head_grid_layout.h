// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where the thumbnails of a grid of heads stand, in logical coordinates: layers × heads, or any choice of
// heads in a running order.

#include "figures/figure.h"

#include <vector>

namespace headlight {

/// One head of one attention layer.
struct HeadRef
{
    int attention = 0; ///< index into Program::attention
    int head = 0;
    bool operator==(const HeadRef&) const = default;
};

/// Layers of one kind in one stack: "Encoder self-attention".
struct HeadGridSection
{
    QString title;
    std::vector<int> layers; ///< indices into Program::attention
    int heads = 0;
};

struct HeadGridLayout
{
    struct Place
    {
        QPointF origin; ///< of the first thumbnail
        QPointF title;  ///< left end of the baseline of its first line
        QStringList titleLines;
    };
    static constexpr double gap = 4; ///< between thumbnails

    QSizeF natural;
    QSizeF thumbnail;
    double labelWidth = 0;
    std::vector<Place> sections;            ///< empty in a running order
    std::vector<std::vector<QRectF>> rects; ///< [attention][head]; empty for heads that are left out
    int columns = 0;                        ///< of a running order
    std::vector<QPointF> groups;            ///< left ends of the baselines of the groups' titles

    [[nodiscard]] QRectF rect(HeadRef head) const;
};

/// @p heads are the numbers of heads of all attention layers.
[[nodiscard]] HeadGridLayout layOutByLayer(const std::vector<HeadGridSection>& sections,
                                           const std::vector<int>& heads, const QSizeF& area,
                                           const FigureStyle& style);
/// Some heads of the order that belong together.
struct HeadGroup
{
    QString title;
    int heads = 0; ///< how many of the order, after those of the groups before
};

/// With a line for a caption above every thumbnail. Each of @p groups, if there are any, begins a row of its
/// own under its title.
[[nodiscard]] HeadGridLayout layOutInOrder(const std::vector<HeadRef>& order,
                                           const std::vector<HeadGroup>& groups,
                                           const std::vector<int>& heads, const QSizeF& area,
                                           const FigureStyle& style);

} // namespace headlight
