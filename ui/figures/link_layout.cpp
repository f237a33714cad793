// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/link_layout.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

constexpr double linkMargin = 10;
constexpr double longestLabel = 120;
constexpr double widestField = 520, leastField = 120;
constexpr double linkGap = 9;       ///< between the words of a running text
constexpr double legendGap = 22;    ///< between the keys and the legend
constexpr double mostHeight = 2600; ///< of a picture with nothing left out

double widest(const std::vector<double>& widths)
{
    double most = 24;
    for (const double width : widths)
        most = std::max(most, std::min(width, longestLabel));
    return most + 2;
}

std::vector<double> starts(const std::vector<double>& widths)
{
    std::vector<double> all{0};
    for (const double width : widths)
        all.push_back(all.back() + std::clamp(width, 8.0, longestLabel) + linkGap);
    return all;
}

} // namespace

const LinkText::Widths& LinkText::widths(const QFont& font) const
{
    if (m_font == font && m_widths.queries.size() == queries.size() && m_widths.keys.size() == keys.size())
        return m_widths;
    const QFontMetricsF fm(font);
    const auto measured = [&](const std::vector<QString>& labels) {
        std::vector<double> all;
        for (const QString& label : labels)
            all.push_back(fm.horizontalAdvance(label));
        return all;
    };
    m_font = font;
    m_widths = {measured(queries), measured(keys)};
    return m_widths;
}

LinkLayout::LinkLayout(const LinkText& text, LinkForm form, const QSizeF& area, std::optional<double> scroll,
                       double legendWidth, const FigureStyle& style)
    : m_form(form)
    , m_area(area)
    , m_font(style.font)
    , m_sameStream(text.sameStream)
    , m_looksAhead(text.looksAhead)
    , m_queries(static_cast<std::int64_t>(text.queries.size()))
    , m_keys(static_cast<std::int64_t>(text.keys.size()))
{
    if (form == LinkForm::Columns)
        layColumns(text, scroll, legendWidth);
    else
        layArcs(text, scroll);
}

QSizeF LinkLayout::preferred(const LinkText& text, LinkForm form, double legendWidth,
                             const FigureStyle& style)
{
    const QFontMetricsF fm(style.font);
    if (form == LinkForm::Columns) {
        const double rows = static_cast<double>(std::max(text.queries.size(), text.keys.size()));
        return {2 * linkMargin + widest(text.widths(style.font).queries) +
                    widest(text.widths(style.font).keys) + 440 + legendGap + legendWidth,
                2 * linkMargin + fm.height() + 8 +
                    std::max({std::min(rows * fm.height() * 1.4, mostHeight), legendWidth, 120.0})};
    }
    const double longest =
        std::max(starts(text.widths(style.font).queries).back(), starts(text.widths(style.font).keys).back());
    return {std::clamp(longest + 2 * linkMargin, 4 * legendWidth + 150, 8000.0),
            fm.height() * 4 + (text.looksAhead && text.sameStream ? 460 : 300)};
}

void LinkLayout::layColumns(const LinkText& text, std::optional<double> scroll, double legendWidth)
{
    const QFontMetricsF fm(m_font);
    const double header = linkMargin + fm.height() + 8;
    const double room = std::max(m_area.height() - header - linkMargin, 1.0);
    const auto most = static_cast<double>(std::max<std::int64_t>({m_queries, m_keys, 1}));
    const double readable = std::ceil(fm.height());
    m_row = std::min(room / most, readable * 2);
    if (scroll && m_row < readable) {
        m_row = readable;
        m_page = std::max(1.0, std::floor(room / m_row));
        m_scrollEnd = std::max(0.0, most - m_page);
    } else {
        m_page = most;
    }
    m_labelStep = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(fm.height() * 0.9 / m_row)));
    m_queryWidth = widest(text.widths(m_font).queries);
    m_keyWidth = widest(text.widths(m_font).keys);
    const double legend = legendWidth + legendGap;
    const bool withLegend =
        m_area.width() >= 2 * linkMargin + m_queryWidth + m_keyWidth + leastField + legend;
    const double field = std::clamp(m_area.width() - 2 * linkMargin - m_queryWidth - m_keyWidth - 12 -
                                        (withLegend ? legend : 0),
                                    leastField / 2, widestField);
    const double whole = m_queryWidth + m_keyWidth + field + 12 + (withLegend ? legend : 0);
    const double left = std::max(linkMargin, std::floor((m_area.width() - whole) / 2));
    m_queryRight = left + m_queryWidth;
    m_field = QRectF(m_queryRight + 6, header - 2, field, room + 4);
    m_keyLeft = m_field.right() + 6;
    m_legend = withLegend ? QRectF(m_keyLeft + m_keyWidth + legendGap, header, legendWidth, room) : QRectF();
    // A shorter side moves as much of its own way as the longer one.
    const double at = std::clamp(scroll.value_or(0), 0.0, m_scrollEnd);
    const auto top = [&](std::int64_t count) {
        const double own = std::max(0.0, static_cast<double>(count) - m_page);
        return header - (m_scrollEnd > 0 ? at / m_scrollEnd * own : 0) * m_row;
    };
    m_queryTop = top(m_queries);
    m_keyTop = top(m_keys);
}

void LinkLayout::layArcs(const LinkText& text, std::optional<double> scroll)
{
    const QFontMetricsF fm(m_font);
    m_queryStarts = starts(text.widths(m_font).queries);
    m_keyStarts = m_sameStream ? m_queryStarts : starts(text.widths(m_font).keys);
    m_lineHeight = fm.height() + 6;
    const double header = linkMargin + fm.height() + 8;
    const double room = m_area.width() - 2 * linkMargin;
    const double longest = std::max(m_queryStarts.back(), m_keyStarts.back());
    double shift = linkMargin;
    double queryShift = shift, keyShift = shift;
    if (longest > room && scroll) {
        const auto& longer = m_queryStarts.back() >= m_keyStarts.back() ? m_queryStarts : m_keyStarts;
        const auto tokens = static_cast<double>(longer.size() - 1);
        m_page = std::max(1.0, std::floor(tokens * room / longest));
        // Further on is only useful while there is more than a page left.
        const auto last = std::lower_bound(longer.begin(), longer.end(), longest - room);
        m_scrollEnd = static_cast<double>(last - longer.begin());
        const double at = std::clamp(*scroll, 0.0, m_scrollEnd);
        const auto i = static_cast<std::size_t>(at);
        double offset = longer[i];
        if (i + 1 < longer.size())
            offset += (at - std::floor(at)) * (longer[i + 1] - longer[i]);
        offset = std::min(offset, longest - room);
        const double share = longest > room ? offset / (longest - room) : 0;
        queryShift -= share * std::max(0.0, m_queryStarts.back() - room);
        keyShift -= share * std::max(0.0, m_keyStarts.back() - room);
    } else {
        m_scale = std::min(1.0, room / std::max(longest, 1.0));
        m_page = static_cast<double>(std::max(m_queries, m_keys));
        queryShift += std::max(0.0, (room - m_queryStarts.back() * m_scale) / 2);
        keyShift += std::max(0.0, (room - m_keyStarts.back() * m_scale) / 2);
    }
    for (double& x : m_queryStarts)
        x = x * m_scale + queryShift;
    for (double& x : m_keyStarts)
        x = x * m_scale + keyShift;
    // Words that would touch when the text is squeezed are thinned out.
    m_labelStep = m_scale < 1 ? static_cast<std::int64_t>(std::ceil(1 / m_scale)) : 1;
    const double bottom = m_area.height() - linkMargin;
    m_field = QRectF(linkMargin, header, room, std::max(20.0, bottom - header));
    m_legend = QRectF(linkMargin, linkMargin, room, fm.height());
    if (!m_sameStream) {
        m_keyLine = header;
        m_queryLine = bottom - m_lineHeight;
    } else {
        m_queryLine = m_looksAhead ? (header + bottom - m_lineHeight) / 2 : bottom - m_lineHeight - 2;
        m_keyLine = m_queryLine;
    }
}

double LinkLayout::start(Side side, std::int64_t index) const
{
    return (side == Side::Query ? m_queryStarts : m_keyStarts)[static_cast<std::size_t>(index)];
}

QRectF LinkLayout::token(Side side, std::int64_t index) const
{
    if (index < 0 || index >= (side == Side::Query ? m_queries : m_keys))
        return {};
    if (m_form == LinkForm::Columns) {
        const double top = (side == Side::Query ? m_queryTop : m_keyTop) + static_cast<double>(index) * m_row;
        return side == Side::Query ? QRectF(m_queryRight - m_queryWidth, top, m_queryWidth, m_row)
                                   : QRectF(m_keyLeft, top, m_keyWidth, m_row);
    }
    const double x = start(side, index);
    return {x, side == Side::Query ? m_queryLine : m_keyLine, start(side, index + 1) - x, m_lineHeight};
}

std::pair<std::int64_t, std::int64_t> LinkLayout::shown(Side side) const
{
    const std::int64_t count = side == Side::Query ? m_queries : m_keys;
    if (m_form == LinkForm::Columns) {
        const double top = side == Side::Query ? m_queryTop : m_keyTop;
        const auto row = [&](double y) { return (y - top) / m_row; };
        const auto first = static_cast<std::int64_t>(std::floor(row(m_field.top() + 2) + 0.25));
        const auto last = static_cast<std::int64_t>(std::floor(row(m_field.bottom() - 2) + 0.02));
        return {std::clamp<std::int64_t>(first, 0, count), std::clamp<std::int64_t>(last, 0, count)};
    }
    const auto& all = side == Side::Query ? m_queryStarts : m_keyStarts;
    const auto first = std::upper_bound(all.begin(), all.end(), m_field.left() + 1) - all.begin() - 1;
    const auto last = std::lower_bound(all.begin(), all.end(), m_field.right() - 1) - all.begin();
    return {std::clamp<std::int64_t>(first, 0, count), std::clamp<std::int64_t>(last, 0, count)};
}

std::optional<std::pair<LinkLayout::Side, std::int64_t>> LinkLayout::tokenAt(const QPointF& point) const
{
    for (const Side side : {Side::Query, Side::Key}) {
        const auto [first, last] = shown(side);
        if (last <= first)
            continue;
        const QRectF a = token(side, first), b = token(side, last - 1);
        if (!a.united(b).contains(point))
            continue;
        if (m_form == LinkForm::Columns)
            return std::pair(
                side, std::clamp<std::int64_t>(
                          first + static_cast<std::int64_t>((point.y() - a.top()) / m_row), first, last - 1));
        const auto& all = side == Side::Query ? m_queryStarts : m_keyStarts;
        const auto at = std::upper_bound(all.begin(), all.end(), point.x()) - all.begin() - 1;
        return std::pair(side, std::clamp<std::int64_t>(at, first, last - 1));
    }
    return std::nullopt;
}

QPointF LinkLayout::end(Side side, std::int64_t index) const
{
    const QRectF rect = token(side, index);
    if (m_form == LinkForm::Columns)
        return {side == Side::Query ? m_field.left() : m_field.right(), rect.center().y()};
    const double x = rect.left() + (rect.width() - linkGap * m_scale) / 2;
    if (!m_sameStream)
        return {x, side == Side::Query ? rect.top() : rect.bottom()};
    return {x, rect.top()};
}

QPainterPath LinkLayout::path(const AttentionLink& link) const
{
    QPointF from = end(Side::Query, link.query), to = end(Side::Key, link.key);
    QPainterPath path(from);
    if (m_form == LinkForm::Columns) {
        path.lineTo(to);
        return path;
    }
    if (!m_sameStream) {
        const double bend = (to.y() - from.y()) / 2;
        path.cubicTo(from + QPointF(0, bend), to - QPointF(0, bend), to);
        return path;
    }
    const bool below = link.key > link.query;
    const double line = below ? m_queryLine + m_lineHeight : m_queryLine;
    const double most = below ? m_field.bottom() - line : line - m_field.top();
    from.setY(line);
    to.setY(line);
    if (link.key == link.query) {
        from.rx() -= 4;
        to.rx() += 4;
    }
    // Long arcs grow slower than short ones, so that both kinds are told apart in the same height.
    const double height =
        std::min(most - 4, link.key == link.query ? 16.0 : 10 + 9 * std::sqrt(std::abs(to.x() - from.x())));
    const double up = (below ? 1 : -1) * height * 4 / 3;
    path = QPainterPath(from);
    path.cubicTo(from + QPointF(0, up), to + QPointF(0, up), to);
    return path;
}

} // namespace headlight
