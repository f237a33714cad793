// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/query_key_figure.h"

#include "figures/color_map.h"
#include "figures/figure_names.h"
#include "figures/number_text.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

struct QueryKeyWords
{
    Q_DECLARE_TR_FUNCTIONS(QueryKeyFigure)
};

constexpr double queryKeyMargin = 12;
constexpr double widestColumn = 64;

/// "+18 %": a product's share of all products' magnitudes.
QString shareText(double share)
{
    return QStringLiteral("%1 %").arg(shownNumber(std::round(share * 100), 3));
}

} // namespace

struct QueryKeyFigure::Places
{
    QRectF q, k, product; ///< the strips of bars
    double column = 1;    ///< width of a dimension
    double line = 0;      ///< height of text
    double shares = 0;    ///< top of the shares' line
};

Result<std::unique_ptr<QueryKeyFigure>> QueryKeyFigure::make(FigureSource source, QueryKeyOptions options)
{
    auto product = queryKeyProduct(source.trace, options.attention, options.head, options.query, options.key);
    if (!product)
        return tl::unexpected(product.error());
    std::unique_ptr<QueryKeyFigure> figure(new QueryKeyFigure);
    figure->m_source = std::move(source);
    figure->m_options = options;
    figure->m_product = std::move(*product);
    return figure;
}

const AttentionLayer& QueryKeyFigure::layer() const
{
    return m_source.trace.program().attention[static_cast<std::size_t>(m_options.attention)];
}

QString QueryKeyFigure::queryName() const
{
    return m_source.label(m_source.trace.axes(layer().q)[0], m_options.query);
}

QString QueryKeyFigure::keyName() const
{
    return m_source.label(m_source.trace.axes(layer().k)[0], m_options.key);
}

QueryKeyFigure::Places QueryKeyFigure::places(const QRectF& area, const FigureStyle& style) const
{
    const QFontMetricsF fm(style.font);
    Places p;
    p.line = fm.height();
    // Room for the tokens' names and for what the lines below are called.
    const double names = std::max({fm.horizontalAdvance(queryName()), fm.horizontalAdvance(keyName()),
                                   fm.horizontalAdvance(QueryKeyWords::tr("share of Σ|q·k|")) * 0.85});
    const double left = area.left() + queryKeyMargin + std::min(130.0, names) + 12;
    const double room = area.right() - queryKeyMargin - left;
    p.column = std::min(widestColumn * style.zoom,
                        room / static_cast<double>(std::max<std::size_t>(1, m_product.query.size())));
    const double width = p.column * static_cast<double>(m_product.query.size());
    const double top = area.top() + queryKeyMargin + p.line + 8;
    // Below the products stand their shares and the dimensions' numbers.
    const double bottom = area.bottom() - queryKeyMargin - 2 * p.line - 4;
    const double gap = 6, height = std::max(12.0, (bottom - top - 2 * gap) / 3.6);
    p.q = QRectF(left, top, width, height);
    p.k = p.q.translated(0, height + gap);
    p.product = QRectF(left, p.k.bottom() + gap, width, std::max(12.0, bottom - p.k.bottom() - gap));
    p.shares = p.product.bottom() + 2;
    return p;
}

QSizeF QueryKeyFigure::preferredSize(const FigureStyle& style) const
{
    const double columns = static_cast<double>(m_product.query.size());
    const QFontMetricsF fm(style.font);
    return {std::clamp(columns * (fm.horizontalAdvance(QStringLiteral("−88.8")) + 8), 360.0, 1500.0) + 190,
            420};
}

void QueryKeyFigure::paintBars(QPainter& painter, const QRectF& strip, const std::vector<double>& values,
                               const QColor& positive, const QColor& negative, const FigureStyle& style) const
{
    QFont small = style.font;
    small.setPixelSize(std::max(8, qRound(style.font.pixelSize() * 0.82)));
    const QFontMetricsF fm(small);
    double high = 0, low = 0;
    for (const double v : values) {
        high = std::max(high, v);
        low = std::min(low, v);
    }
    const double column = strip.width() / static_cast<double>(std::max<std::size_t>(1, values.size()));
    // Numbers need a line above the positive bars and one below the negative ones.
    const bool tall = strip.height() > 3.2 * fm.height();
    const double above = tall && high > 0 ? fm.height() : 1, below = tall && low < 0 ? fm.height() : 1;
    const double span = high - low > 0 ? high - low : 1;
    const double scale = std::max(1.0, strip.height() - above - below) / span;
    const double zero = strip.top() + above + high * scale;
    painter.setPen(QPen(style.line, 1));
    painter.drawLine(QPointF(strip.left(), zero), QPointF(strip.right(), zero));
    painter.setPen(Qt::NoPen);
    const double inset = column > 6 ? std::min(3.0, column * 0.12) : 0;
    for (std::size_t d = 0; d < values.size(); ++d) {
        const double y = zero - values[d] * scale;
        painter.setBrush(values[d] < 0 ? negative : positive);
        painter.drawRect(
            QRectF(QPointF(strip.left() + static_cast<double>(d) * column + inset, std::min(y, zero)),
                   QSizeF(std::max(1.0, column - 2 * inset), std::max(0.5, std::abs(y - zero)))));
    }
    if (!tall)
        return;
    // The largest first; a number that would touch another is left out.
    std::vector<std::size_t> order(values.size());
    for (std::size_t d = 0; d < order.size(); ++d)
        order[d] = d;
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return std::abs(values[a]) > std::abs(values[b]); });
    painter.setFont(small);
    painter.setPen(style.text);
    std::vector<QRectF> taken;
    for (const std::size_t d : order) {
        const QString number = shownNumber(values[d], std::abs(values[d]) >= 10 ? 3 : 2);
        const double width = fm.horizontalAdvance(number), y = zero - values[d] * scale;
        QRectF rect(0, 0, width, fm.height() - 2);
        rect.moveCenter({strip.left() + (static_cast<double>(d) + 0.5) * column, 0});
        values[d] < 0 ? rect.moveTop(y + 1) : rect.moveBottom(y - 1);
        if (rect.left() < strip.left() - 30 || std::any_of(taken.begin(), taken.end(), [&](const QRectF& t) {
                return t.adjusted(-2, 0, 2, 0).intersects(rect);
            }))
            continue;
        // Nor does it stand on a neighbour's bar.
        bool free = true;
        for (std::size_t o = 0; o < values.size() && free; ++o) {
            const double x = strip.left() + static_cast<double>(o) * column;
            if (o == d || x > rect.right() || x + column < rect.left())
                continue;
            const double end = zero - values[o] * scale;
            free = !QRectF(QPointF(x, std::min(end, zero)), QPointF(x + column, std::max(end, zero)))
                        .intersects(rect);
        }
        if (!free)
            continue;
        taken.push_back(rect);
        painter.drawText(QPointF(rect.left(), rect.top() + fm.ascent() - 1), number);
    }
}

void QueryKeyFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                           const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    const Places p = places(area, style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QFontMetricsF fm(style.font);
    const auto map = ColorMap::named(style.divergingMap, style.dark);
    const QColor positive(map->entry(ColorMap::size * 7 / 8)), negative(map->entry(ColorMap::size / 8));
    paintBars(painter, p.q, m_product.query, style.query, style.query, style);
    paintBars(painter, p.k, m_product.key, style.key, style.key, style);
    paintBars(painter, p.product, m_product.product, positive, negative, style);

    // What each strip is.
    const double right = p.q.left() - 10, room = right - area.left() - queryKeyMargin;
    const auto caption = [&](const QRectF& strip, const QString& symbol, const QString& name,
                             const QColor& color) {
        const QFontMetricsF math(style.mathFont);
        // The name under its symbol, or before it where strips are low.
        const bool under = strip.height() >= math.ascent() + fm.height();
        const double width = math.horizontalAdvance(symbol),
                     middle = strip.center().y() + fm.ascent() / 2 - 1;
        painter.setPen(color);
        painter.setFont(style.mathFont);
        painter.drawText(QPointF(right - width, under ? strip.center().y() - 2 : middle), symbol);
        painter.setFont(style.font);
        const double end = under ? right : right - width - 6;
        const QString text = fm.elidedText(name, Qt::ElideMiddle, end - area.left() - queryKeyMargin);
        painter.drawText(
            QPointF(end - fm.horizontalAdvance(text), under ? strip.center().y() + fm.ascent() : middle),
            text);
    };
    caption(p.q, QStringLiteral("q"), queryName(), style.query);
    caption(p.k, QStringLiteral("k"), keyName(), style.key);
    caption(p.product, QStringLiteral("q·k"), QueryKeyWords::tr("each"), style.text);

    // The sum, and what the model stored for it.
    painter.setFont(style.font);
    const double baseline = area.top() + queryKeyMargin + fm.ascent();
    double x = p.q.left();
    const auto say = [&](const QString& text, const QColor& color) {
        if (x + fm.horizontalAdvance(text) > area.right() - 4 && x > p.q.left())
            return;
        painter.setPen(color);
        painter.drawText(QPointF(x, baseline), text);
        x += fm.horizontalAdvance(text) + 14;
    };
    QFont bold = style.font;
    bold.setBold(true);
    painter.setFont(bold);
    const QString sum = QueryKeyWords::tr("Σ q·k = %1").arg(fixedNumber(m_product.sum, 4));
    painter.setPen(style.text);
    painter.drawText(QPointF(x, baseline), sum);
    x += QFontMetricsF(bold).horizontalAdvance(sum) + 16;
    painter.setFont(style.font);
    if (m_product.stored)
        say(std::abs(*m_product.stored - m_product.sum) <= 1e-3 * std::max(1.0, std::abs(m_product.sum))
                ? QueryKeyWords::tr("stored %1").arg(fixedNumber(*m_product.stored, 4))
                : QueryKeyWords::tr("stored %1, with the terms that the model adds")
                      .arg(fixedNumber(*m_product.stored, 4)),
            style.mutedText);
    if (m_product.keyHead != m_options.head)
        say(QueryKeyWords::tr("key head %1").arg(m_product.keyHead), style.mutedText);

    // Shares and dimensions, as many as stand clear of each other.
    QFont small = style.font;
    small.setPixelSize(std::max(8, qRound(style.font.pixelSize() * 0.82)));
    const QFontMetricsF sm(small);
    painter.setFont(small);
    double magnitude = 0;
    for (const double v : m_product.product)
        magnitude += std::abs(v);
    const auto centre = [&](std::size_t d) {
        return p.product.left() + (static_cast<double>(d) + 0.5) * p.column;
    };
    double lastShare = area.left(), lastIndex = area.left();
    const double least = sm.horizontalAdvance(QStringLiteral("−88 %")) + 4;
    const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil(least / p.column)));
    for (std::size_t d = 0; d < m_product.product.size(); ++d) {
        const QString index = QString::number(d);
        if (const double left = centre(d) - sm.horizontalAdvance(index) / 2;
            left > lastIndex + 4 && d % (every > 1 && every < 5 ? 5
                                         : every > 1            ? 10
                                                                : 1) ==
                                        0) {
            painter.setPen(style.mutedText);
            painter.drawText(QPointF(left, p.shares + p.line + sm.ascent()), index);
            lastIndex = left + sm.horizontalAdvance(index);
        }
        if (every > 1 || magnitude <= 0)
            continue;
        const QString share = shareText(m_product.product[d] / magnitude);
        const double left = centre(d) - sm.horizontalAdvance(share) / 2;
        if (left < lastShare + 2)
            continue;
        painter.setPen(style.text);
        painter.drawText(QPointF(left, p.shares + sm.ascent()), share);
        lastShare = left + sm.horizontalAdvance(share);
    }
    if (every > 1 && magnitude > 0) {
        // Where shares do not fit under their bars, the largest are listed.
        std::vector<std::size_t> order(m_product.product.size());
        for (std::size_t d = 0; d < order.size(); ++d)
            order[d] = d;
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return std::abs(m_product.product[a]) > std::abs(m_product.product[b]);
        });
        double at = p.product.left();
        for (const std::size_t d : order) {
            const QString text =
                QueryKeyWords::tr("d%1: %2").arg(d).arg(shareText(m_product.product[d] / magnitude));
            if (at + sm.horizontalAdvance(text) > p.product.right())
                break;
            painter.setPen(style.text);
            painter.drawText(QPointF(at, p.shares + sm.ascent()), text);
            at += sm.horizontalAdvance(text) + 12;
        }
    }
    painter.setPen(style.mutedText);
    const QString shares = sm.elidedText(QueryKeyWords::tr("share of Σ|q·k|"), Qt::ElideRight, room);
    painter.drawText(QPointF(right - sm.horizontalAdvance(shares), p.shares + sm.ascent()), shares);
    const QString dims = QStringLiteral("d_head");
    painter.drawText(QPointF(right - sm.horizontalAdvance(dims), p.shares + p.line + sm.ascent()), dims);
    painter.restore();
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void QueryKeyFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                    const Highlight& highlight) const
{
    const QRectF rect = highlight.focus ? cellRect(*highlight.focus, area, style) : QRectF();
    if (rect.isEmpty())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(style.text, 1.2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), 3, 3);
    painter.restore();
}

std::optional<CellRef> QueryKeyFigure::cellAt(const QPointF& point, const QRectF& area,
                                              const FigureStyle& style) const
{
    const Places p = places(area, style);
    const auto d = static_cast<std::int64_t>(std::floor((point.x() - p.q.left()) / p.column));
    if (point.x() < p.q.left() || d >= static_cast<std::int64_t>(m_product.query.size()))
        return std::nullopt;
    if (p.q.contains(point))
        return CellRef{{TensorRef::Kind::Step, layer().q}, {m_options.query, m_options.head, d}};
    if (p.k.contains(point))
        return CellRef{{TensorRef::Kind::Step, layer().k}, {m_options.key, m_product.keyHead, d}};
    if (p.product.contains(point) && m_product.scoreStep >= 0)
        return CellRef{{TensorRef::Kind::Step, m_product.scoreStep},
                       {m_options.head, m_options.query, m_options.key}};
    return std::nullopt;
}

QRectF QueryKeyFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    if (cell.tensor.kind != TensorRef::Kind::Step || cell.cell.size() != 3)
        return {};
    const Places p = places(area, style);
    if (cell.tensor.index == m_product.scoreStep)
        return cell.cell == Cell{m_options.head, m_options.query, m_options.key} ? p.product : QRectF();
    const bool q =
        cell.tensor.index == layer().q && cell.cell[0] == m_options.query && cell.cell[1] == m_options.head;
    const bool k =
        cell.tensor.index == layer().k && cell.cell[0] == m_options.key && cell.cell[1] == m_product.keyHead;
    if ((!q && !k) || cell.cell[2] < 0 || cell.cell[2] >= static_cast<std::int64_t>(m_product.query.size()))
        return {};
    const QRectF& strip = q ? p.q : p.k;
    return {strip.left() + static_cast<double>(cell.cell[2]) * p.column, strip.top(), p.column,
            strip.height()};
}

TensorRef QueryKeyFigure::mainTensor() const
{
    return {TensorRef::Kind::Step, layer().q};
}

std::optional<CellRef> QueryKeyFigure::moved(const std::optional<CellRef>& from, int right, int down) const
{
    const auto last = static_cast<std::int64_t>(m_product.query.size()) - 1;
    int strip = 0;
    std::int64_t d = 0;
    if (from && from->cell.size() == 3) {
        strip = from->tensor.index == layer().q ? 0 : from->tensor.index == layer().k ? 1 : 2;
        d = strip < 2 ? from->cell[2] : 0;
    }
    strip = std::clamp(strip + std::clamp(down, -2, 2), 0, m_product.scoreStep >= 0 ? 2 : 1);
    d = std::clamp<std::int64_t>(d + right, 0, last);
    if (strip == 0)
        return CellRef{{TensorRef::Kind::Step, layer().q}, {m_options.query, m_options.head, d}};
    if (strip == 1)
        return CellRef{{TensorRef::Kind::Step, layer().k}, {m_options.key, m_product.keyHead, d}};
    return CellRef{{TensorRef::Kind::Step, m_product.scoreStep},
                   {m_options.head, m_options.query, m_options.key}};
}

QString QueryKeyFigure::title() const
{
    return QueryKeyWords::tr("%1 · head %2 · query %3, key %4")
        .arg(stepTitle(m_source.trace.program(), layer().q))
        .arg(m_options.head)
        .arg(queryName(), keyName());
}

QString QueryKeyFigure::subtitle() const
{
    const Program& program = m_source.trace.program();
    return QString::fromStdString(program.steps[static_cast<std::size_t>(layer().q)].hook + " · " +
                                  program.steps[static_cast<std::size_t>(layer().k)].hook);
}

QString QueryKeyFigure::describeCell(const CellRef& cell) const
{
    return cellWords(m_source, cell);
}

FigureData QueryKeyFigure::data() const
{
    FigureData data;
    Tensor values(
        {named("vector", 3), named(axis::dHead, static_cast<std::int64_t>(m_product.query.size()))});
    auto to = values.mutableValues().begin();
    for (const auto* row : {&m_product.query, &m_product.key, &m_product.product})
        for (const double v : *row)
            *to++ = static_cast<float>(v);
    data.corner = "vector \\ d_head";
    data.rows = {"query " + queryName().toStdString(), "key " + keyName().toStdString(), "product"};
    for (std::size_t d = 0; d < m_product.query.size(); ++d)
        data.columns.push_back(std::to_string(d));
    data.tensor = std::make_shared<const Tensor>(std::move(values));
    return data;
}

} // namespace headlight
