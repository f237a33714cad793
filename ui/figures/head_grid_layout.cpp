// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/head_grid_layout.h"

#include "figures/highlight_painter.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <utility>

namespace headlight {

namespace {

constexpr double headGridMargin = 8;
constexpr double headGridGap = HeadGridLayout::gap;
constexpr double sectionGap = 22; ///< between kinds of attention

std::vector<std::vector<QRectF>> emptyRects(const std::vector<int>& heads)
{
    std::vector<std::vector<QRectF>> rects;
    for (const int count : heads)
        rects.emplace_back(static_cast<std::size_t>(count));
    return rects;
}

/// Patterns are nearly square; a little wider than high is fine, or higher than wide.
QSizeF shaped(QSizeF size)
{
    size = {std::floor(std::clamp(size.width(), 10.0, 150.0)),
            std::floor(std::clamp(size.height(), 10.0, 110.0))};
    size.setWidth(std::min(size.width(), std::floor(size.height() * 1.45)));
    size.setHeight(std::min(size.height(), std::floor(size.width() * 1.25)));
    return size;
}

/// What a thumbnail covers once the whole layout is drawn small enough for @p area.
double shownArea(const HeadGridLayout& l, const QSizeF& area)
{
    const double scale =
        std::min({area.width() / l.natural.width(), area.height() / l.natural.height(), 1.0});
    return l.thumbnail.width() * l.thumbnail.height() * scale * scale;
}

/// "Encoder self-attention" on one line, or on two of about the same width.
QStringList titleLines(const QString& title, int lines)
{
    qsizetype best = -1;
    for (qsizetype i = title.indexOf(QLatin1Char(' ')); i >= 0; i = title.indexOf(QLatin1Char(' '), i + 1))
        if (best < 0 || std::abs(2 * i - title.size()) < std::abs(2 * best - title.size()))
            best = i;
    return lines < 2 || best < 0 ? QStringList{title} : QStringList{title.left(best), title.mid(best + 1)};
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
    const QFontMetricsF names(style.font);
    // There are no more layers than attentions.
    const double labelWidth =
        fm.horizontalAdvance(heads.size() > 10 ? QStringLiteral("L88") : QStringLiteral("L8")) + 6;
    constexpr double readable = 0.8; // of the letters' size
    HeadGridLayout best;
    double bestArea = -1;
    // Side by side or one below the other, with titles of one line or two, whichever makes larger thumbnails
    // under titles that can be read.
    for (const auto& [beside, lines] : {std::pair(true, 1), std::pair(true, 2), std::pair(false, 1)}) {
        if (beside && sections.size() == 1)
            continue;
        const double titleHeight = sections.size() > 1 ? lines * names.height() + 4 : 0;
        double fixedWidth = 2 * headGridMargin, fixedHeight = 2 * headGridMargin;
        int columns = 0, rows = 0;
        for (const HeadGridSection& s : sections) {
            const int layers = static_cast<int>(s.layers.size());
            const double labels = labelWidth + headGridGap * (s.heads - 1);
            const double head = titleHeight + headerHeight + headGridGap * (layers - 1);
            columns = beside ? columns + s.heads : std::max(columns, s.heads);
            rows = beside ? std::max(rows, layers) : rows + layers;
            fixedWidth = beside ? fixedWidth + labels : std::max(fixedWidth, 2 * headGridMargin + labels);
            fixedHeight = beside ? std::max(fixedHeight, 2 * headGridMargin + head) : fixedHeight + head;
        }
        (beside ? fixedWidth : fixedHeight) += sectionGap * static_cast<double>(sections.size() - 1);
        const QSizeF size =
            shaped({(area.width() - fixedWidth) / columns, (area.height() - fixedHeight) / rows});
        HeadGridLayout one;
        one.labelWidth = labelWidth;
        one.thumbnail = size;
        one.rects = emptyRects(heads);
        double x = headGridMargin, y = headGridMargin, right = 0, bottom = 0;
        for (const HeadGridSection& s : sections) {
            const QStringList title = titleLines(s.title, lines);
            double words = 0;
            for (const QString& line : title)
                words = std::max(words, titleHeight > 0 ? names.horizontalAdvance(line) : 0);
            const double width =
                labelWidth + std::max(s.heads * (size.width() + headGridGap) - headGridGap, words);
            const double height = titleHeight + headerHeight +
                                  static_cast<double>(s.layers.size()) * (size.height() + headGridGap) -
                                  headGridGap;
            const QPointF origin(x + labelWidth, y + titleHeight + headerHeight);
            // The last line stands above the heads' numbers, however many there are.
            const double above =
                (static_cast<double>(lines) - static_cast<double>(title.size())) * names.height();
            one.sections.push_back({origin, {x + labelWidth, y + above + names.ascent()}, title});
            for (std::size_t r = 0; r < s.layers.size(); ++r) {
                auto& row = one.rects[static_cast<std::size_t>(s.layers[r])];
                for (std::size_t h = 0; h < row.size(); ++h)
                    row[h] = QRectF(origin + QPointF(static_cast<double>(h) * (size.width() + headGridGap),
                                                     static_cast<double>(r) * (size.height() + headGridGap)),
                                    size);
            }
            right = std::max(right, x + width);
            bottom = std::max(bottom, y + height);
            (beside ? x : y) += beside ? width + sectionGap : height + sectionGap;
        }
        one.natural = {right + headGridMargin, bottom + headGridMargin};
        const double scale =
            std::min({area.width() / one.natural.width(), area.height() / one.natural.height(), readable});
        if (const double shown = shownArea(one, area) * std::pow(scale / readable, 2); shown > bestArea) {
            bestArea = shown;
            best = std::move(one);
        }
    }
    return best;
}

HeadGridLayout layOutInOrder(const std::vector<HeadRef>& order, const std::vector<HeadGroup>& groups,
                             const std::vector<int>& heads, const QSizeF& area, const FigureStyle& style)
{
    const QFontMetricsF fm(nameFontOf(style));
    const double caption = fm.height() + 2;
    const double title = groups.empty() ? 0 : QFontMetricsF(style.font).height() + 6;
    const double least = fm.horizontalAdvance(QStringLiteral("L88 H88 −0.0088"));
    const int count = std::max<int>(1, static_cast<int>(order.size()));
    std::vector<int> sizes;
    for (const HeadGroup& g : groups)
        sizes.push_back(g.heads);
    if (sizes.empty())
        sizes.push_back(count);
    const double titles = title * static_cast<double>(groups.size());
    HeadGridLayout best;
    double bestArea = -1;
    for (int columns = 1; columns <= *std::max_element(sizes.begin(), sizes.end()); ++columns) {
        int rows = 0;
        for (const int size : sizes)
            rows += (size + columns - 1) / columns;
        QSizeF size = shaped(
            {(area.width() - 2 * headGridMargin - headGridGap * (columns - 1)) / columns,
             (area.height() - titles - 2 * headGridMargin - headGridGap * (rows - 1)) / rows - caption});
        // Captions must not touch, whatever that costs in height.
        size.setWidth(std::max(size.width(), std::ceil(least)));
        HeadGridLayout one;
        one.natural = QSizeF(2 * headGridMargin + columns * (size.width() + headGridGap) - headGridGap,
                             titles + 2 * headGridMargin + rows * (size.height() + caption + headGridGap) -
                                 headGridGap);
        one.thumbnail = size;
        one.columns = columns;
        if (const double shown = shownArea(one, area); shown > bestArea) {
            bestArea = shown;
            best = std::move(one);
        }
    }
    best.rects = emptyRects(heads);
    const double across = best.thumbnail.width() + headGridGap,
                 down = best.thumbnail.height() + caption + headGridGap;
    double top = headGridMargin;
    std::size_t at = 0;
    for (const int size : sizes) {
        if (!groups.empty()) {
            best.groups.emplace_back(headGridMargin, top + QFontMetricsF(style.font).ascent());
            top += title;
        }
        for (int i = 0; i < size && at < order.size(); ++i, ++at)
            best.rects[static_cast<std::size_t>(order[at].attention)]
                      [static_cast<std::size_t>(order[at].head)] = QRectF(
                QPointF(headGridMargin + i % best.columns * across, top + caption + i / best.columns * down),
                best.thumbnail);
        top += (size + best.columns - 1) / best.columns * down;
    }
    return best;
}

} // namespace headlight
