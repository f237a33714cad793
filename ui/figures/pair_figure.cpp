// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/pair_figure.h"

#include "analysis/token_alignment.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

struct PairWords
{
    Q_DECLARE_TR_FUNCTIONS(CompareFigure)
};

/// Tables with more rows than this are pictures of many patterns: there is nothing to read in one difference
/// of all, and aligning their rows would take long.
constexpr std::size_t mostRows = 2048;
constexpr double pairGap = 8;

/// The name of a pair: once when both sides say the same.
std::string nameOf(const TokenPair& pair, const std::vector<std::string>& first,
                   const std::vector<std::string>& second)
{
    const std::string &a = first[static_cast<std::size_t>(pair.first)],
                      &b = second[static_cast<std::size_t>(pair.second)];
    return pair.same ? b : a + " → " + b;
}

std::shared_ptr<const std::vector<std::string>> shared(std::vector<std::string> names)
{
    return std::make_shared<const std::vector<std::string>>(std::move(names));
}

} // namespace

PairFigure::PairFigure(FigurePtr left, FigurePtr right, std::array<QString, 2> names)
    : m_left(std::move(left))
    , m_right(std::move(right))
    , m_names(std::move(names))
{
    makeDifference();
}

PairFigure::~PairFigure() = default;

void PairFigure::makeDifference()
{
    const FigureData was = m_left->data(), is = m_right->data();
    if (!was.tensor || !is.tensor || was.tensor->rank() != 2 || is.tensor->rank() != 2 ||
        std::max({was.rows.size(), is.rows.size(), was.columns.size(), is.columns.size()}) > mostRows)
        return;
    const auto fits = [](const FigureData& d) {
        return static_cast<std::int64_t>(d.rows.size()) == d.tensor->size(0) &&
               static_cast<std::int64_t>(d.columns.size()) == d.tensor->size(1);
    };
    if (!fits(was) || !fits(is))
        return;
    const TokenAlignment rows = alignTokens(was.rows, is.rows),
                         columns = alignTokens(was.columns, is.columns);
    if (rows.pairs.empty() || columns.pairs.empty())
        return;
    std::vector<std::string> rowNames, columnNames;
    for (const TokenPair& pair : rows.pairs)
        rowNames.push_back(nameOf(pair, was.rows, is.rows));
    for (const TokenPair& pair : columns.pairs)
        columnNames.push_back(nameOf(pair, was.columns, is.columns));
    // Axes of names, not of positions: the pairs are entries of neither run.
    const auto axisOf = [](const Axis& axis, const std::vector<std::string>& names) {
        return Axis{axis.name, static_cast<std::int64_t>(names.size()), noStream, shared(names)};
    };
    auto values = std::make_shared<Tensor>(
        Axes{axisOf(is.tensor->axes()[0], rowNames), axisOf(is.tensor->axes()[1], columnNames)});
    auto to = values->mutableValues().begin();
    double most = 0;
    for (const TokenPair& r : rows.pairs)
        for (const TokenPair& c : columns.pairs) {
            const float x = was.tensor->at({r.first, c.first}), y = is.tensor->at({r.second, c.second});
            // Masked in both is masked, not a number.
            const float d = x == y && !std::isfinite(x) ? x : y - x;
            if (std::isfinite(d))
                most = std::max(most, std::abs(static_cast<double>(d)));
            *to++ = d;
        }
    HeatmapOptions options;
    options.scale.high = most > 0 ? most : 1;
    options.scale.low = -*options.scale.high;
    for (const auto& [axis, names] : {std::pair{0, &rowNames}, {1, &columnNames}})
        for (const std::string& name : *names)
            options.names[axis].push_back(QString::fromStdString(name));
    m_table = {values, is.corner, std::move(rowNames), std::move(columnNames)};
    m_difference = HeatmapFigure::of({}, values, PairWords::tr("Difference"), options);
}

double PairFigure::captionHeight(const FigureStyle& style) const
{
    return QFontMetricsF(style.font).height() + 6;
}

std::vector<QRectF> PairFigure::places(const QRectF& area, const FigureStyle& style) const
{
    const int count = m_difference ? 3 : 2;
    const double caption = captionHeight(style);
    const bool row = area.width() > 0.8 * area.height();
    const double width = row ? (area.width() - pairGap * (count - 1)) / count : area.width();
    const double height = row ? area.height() : (area.height() - pairGap * (count - 1)) / count;
    std::vector<QRectF> all;
    for (int i = 0; i < count; ++i)
        all.emplace_back(area.left() + (row ? i * (width + pairGap) : 0),
                         area.top() + (row ? 0 : i * (height + pairGap)) + caption, width,
                         std::max(1.0, height - caption));
    return all;
}

QSizeF PairFigure::preferredSize(const FigureStyle& style) const
{
    const QSizeF a = m_left->preferredSize(style), b = m_right->preferredSize(style);
    const double width = std::clamp(std::max(a.width(), b.width()), 260.0, 900.0);
    const double height = std::clamp(std::max(a.height(), b.height()), 200.0, 900.0);
    const int count = m_difference ? 3 : 2;
    return {width * count + pairGap * (count - 1), height + captionHeight(style)};
}

void PairFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                       const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    const auto all = places(area, style);
    const std::array<const Figure*, 3> parts{m_left.get(), m_right.get(), m_difference.get()};
    QFont bold = style.font;
    bold.setBold(true);
    for (std::size_t i = 0; i < all.size(); ++i) {
        painter.save();
        painter.setClipRect(all[i], Qt::IntersectClip);
        parts[i]->paint(painter, all[i], style);
        painter.restore();
        const double caption = captionHeight(style);
        const QRectF above(all[i].left(), all[i].top() - caption, all[i].width(), caption);
        painter.setFont(bold);
        painter.setPen(i == 2 ? style.accent : style.text);
        const QString words = i == 2 ? PairWords::tr("difference: right − left") : m_names[i];
        painter.drawText(above, Qt::AlignCenter,
                         QFontMetricsF(bold).elidedText(words, Qt::ElideRight, above.width()));
    }
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void PairFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                const Highlight& highlight) const
{
    m_right->paintHighlight(painter, places(area, style)[1], style, highlight);
}

std::optional<CellRef> PairFigure::cellAt(const QPointF& point, const QRectF& area,
                                          const FigureStyle& style) const
{
    const QRectF place = places(area, style)[1];
    return place.contains(point) ? m_right->cellAt(point, place, style) : std::nullopt;
}

QRectF PairFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    return m_right->cellRect(cell, places(area, style)[1], style);
}

QString PairFigure::title() const
{
    return PairWords::tr("%1: %2 and %3").arg(m_right->title(), m_names[0], m_names[1]);
}

FigureData PairFigure::data() const
{
    return m_difference ? m_table : m_right->data();
}

} // namespace headlight
