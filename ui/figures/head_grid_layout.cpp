// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/head_grid_layout.h"

#include "figures/highlight_painter.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

constexpr double margin = 8;
constexpr double gap = HeadGridLayout::gap;
constexpr double sectionGap = 22; ///< between kinds of attention

std::vector<std::vector<QRectF>> emptyRects(const std::vector<int>& heads)
{
    std::vector<std::vector<QRectF>> rects;
    for (const int count : heads)
        rects.emplace_back(static_cast<std::size_t>(count));
    return rects;
}

/// Patterns are nearly square; a little wider than high is fine.
QSizeF shaped(QSizeF size)
{
    size = {std::floor(std::clamp(size.width(), 10.0, 150.0)),
            std::floor(std::clamp(size.height(), 10.0, 110.0))};
    size.setWidth(std::min(size.width(), std::floor(size.height() * 1.45)));
    size.setHeight(std::min(size.height(), size.width()));
    return size;
}

/// What a thumbnail covers once the whole layout is drawn small enough for @p area.
double shownArea(const HeadGridLayout& l, const QSizeF& area)
{
    const double scale =
        std::min({area.width() / l.natural.width(), area.height() / l.natural.height(), 1.0});
    return l.thumbnail.width() * l.thumbnail.height() * scale * scale;
}

} // namespace

QRectF HeadGridLayout::rect(HeadRef head) const
{
    if (head.attention < 0 || static_cast<std::size_t>(head.attention) >= rects.size())
        return {};
    const auto& row = rects[static_cast<std::size_t>(head.attention)];
    return head.head >= 0 && static_cast<std::size_t>(head.head) < row.size()
               ? row[static_cast<std::size_t>(head.head)]
               : QRectF();
}

HeadGridLayout layOutByLayer(const std::vector<HeadGridSection>& sections, const std::vector<int>& heads,
                             const QSizeF& area, const FigureStyle& style)
{
    const QFontMetricsF fm(nameFontOf(style));
    const double headerHeight = fm.height() + 3;
    const double titleHeight = sections.size() > 1 ? QFontMetricsF(style.font).height() + 4 : 0;
    const double labelWidth = fm.horizontalAdvance(QStringLiteral("L88")) + 6;
    HeadGridLayout best;
    double bestArea = -1;
    // Side by side or one below the other, whichever makes larger thumbnails.
    for (const bool beside : {true, false}) {
        if (beside && sections.size() == 1)
            continue;
        double fixedWidth = 2 * margin, fixedHeight = 2 * margin;
        int columns = 0, rows = 0;
        for (const HeadGridSection& s : sections) {
            const int layers = static_cast<int>(s.layers.size());
            const double labels = labelWidth + gap * (s.heads - 1);
            const double head = titleHeight + headerHeight + gap * (layers - 1);
            columns = beside ? columns + s.heads : std::max(columns, s.heads);
            rows = beside ? std::max(rows, layers) : rows + layers;
            fixedWidth = beside ? fixedWidth + labels : std::max(fixedWidth, 2 * margin + labels);
            fixedHeight = beside ? std::max(fixedHeight, 2 * margin + head) : fixedHeight + head;
        }
        (beside ? fixedWidth : fixedHeight) += sectionGap * static_cast<double>(sections.size() - 1);
        const QSizeF size =
            shaped({(area.width() - fixedWidth) / columns, (area.height() - fixedHeight) / rows});
        HeadGridLayout one;
        one.labelWidth = labelWidth;
        one.thumbnail = size;
        one.rects = emptyRects(heads);
        double x = margin, y = margin, right = 0, bottom = 0;
        for (const HeadGridSection& s : sections) {
            const double words = titleHeight > 0 ? QFontMetricsF(style.font).horizontalAdvance(s.title) : 0;
            const double width = labelWidth + std::max(s.heads * (size.width() + gap) - gap, words);
            const double height = titleHeight + headerHeight +
                                  static_cast<double>(s.layers.size()) * (size.height() + gap) - gap;
            const QPointF origin(x + labelWidth, y + titleHeight + headerHeight);
            one.sections.push_back({origin, {x + labelWidth, y + QFontMetricsF(style.font).ascent()}});
            for (std::size_t r = 0; r < s.layers.size(); ++r) {
                auto& row = one.rects[static_cast<std::size_t>(s.layers[r])];
                for (std::size_t h = 0; h < row.size(); ++h)
                    row[h] = QRectF(origin + QPointF(static_cast<double>(h) * (size.width() + gap),
                                                     static_cast<double>(r) * (size.height() + gap)),
                                    size);
            }
            right = std::max(right, x + width);
            bottom = std::max(bottom, y + height);
            (beside ? x : y) += beside ? width + sectionGap : height + sectionGap;
        }
        one.natural = {right + margin, bottom + margin};
        if (const double shown = shownArea(one, area); shown > bestArea) {
            bestArea = shown;
            best = std::move(one);
        }
    }
    return best;
}

HeadGridLayout layOutInOrder(const std::vector<HeadRef>& order, const std::vector<int>& heads,
                             const QSizeF& area, const FigureStyle& style)
{
    const QFontMetricsF fm(nameFontOf(style));
    const double caption = fm.height() + 2;
    const double least = fm.horizontalAdvance(QStringLiteral("L88 H88 −8.88"));
    const int count = std::max<int>(1, static_cast<int>(order.size()));
    HeadGridLayout best;
    double bestArea = -1;
    for (int columns = 1; columns <= count; ++columns) {
        const int rows = (count + columns - 1) / columns;
        QSizeF size = shaped({(area.width() - 2 * margin - gap * (columns - 1)) / columns,
                              (area.height() - 2 * margin - gap * (rows - 1)) / rows - caption});
        // Captions must not touch, whatever that costs in height.
        size.setWidth(std::max(size.width(), std::ceil(least)));
        HeadGridLayout one;
        one.natural = QSizeF(2 * margin + columns * (size.width() + gap) - gap,
                             2 * margin + rows * (size.height() + caption + gap) - gap);
        one.thumbnail = size;
        one.columns = columns;
        if (const double shown = shownArea(one, area); shown > bestArea) {
            bestArea = shown;
            best = std::move(one);
        }
    }
    best.rects = emptyRects(heads);
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto column = static_cast<double>(i % static_cast<std::size_t>(best.columns)),
                   row = static_cast<double>(i / static_cast<std::size_t>(best.columns));
        best.rects[static_cast<std::size_t>(order[i].attention)][static_cast<std::size_t>(order[i].head)] =
            QRectF(QPointF(margin + column * (best.thumbnail.width() + gap),
                           margin + caption + row * (best.thumbnail.height() + caption + gap)),
                   best.thumbnail);
    }
    return best;
}

} // namespace headlight
