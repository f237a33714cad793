// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/dial_figure.h"

#include "figures/curve_plot.h"
#include "figures/highlight_painter.h"
#include "figures/matrix_block.h"
#include "figures/number_text.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace headlight {

namespace {

constexpr double dialMargin = 8, dialGap = 6;

double lengthOf(const std::array<double, 2>& v)
{
    return std::hypot(v[0], v[1]);
}

/// Degrees from 0 to 360, counter-clockwise.
double degrees(const std::array<double, 2>& v)
{
    const double angle = std::atan2(v[1], v[0]) * 180 / std::numbers::pi;
    return angle < 0 ? angle + 360 : angle;
}

/// A wavelength in positions: "6.3", "628", "62832".
QString positionsLong(double frequency)
{
    const double length = wavelength(frequency);
    return length < 1e7 ? QString::number(length, 'f', length < 100 ? 1 : 0) : shownNumber(length, 3);
}

} // namespace

struct DialFigure::Places
{
    QRectF summary, plot;
    std::vector<std::size_t> pairs; ///< that have a dial: some of many
    std::vector<QRectF> dials;
};

Result<std::unique_ptr<DialFigure>> DialFigure::make(FigureSource source, DialOptions options)
{
    const auto encodings = positionEncodings(source.trace);
    if (options.encoding < 0 || options.encoding >= static_cast<int>(encodings.size()))
        return fail(ErrorCode::BadInput, "expected an encoding from 0 to " +
                                             std::to_string(encodings.size() - 1) + ", found " +
                                             std::to_string(options.encoding));
    const PositionEncoding& encoding = encodings[static_cast<std::size_t>(options.encoding)];
    if (!hasPicture(encoding, PositionPicture::Dial))
        return fail(ErrorCode::BadInput, "these positions have no rotating pairs",
                    encoding.title.toStdString());
    std::unique_ptr<DialFigure> figure(new DialFigure);
    figure->m_title = encoding.title;
    const bool rotates =
        encoding.code.rule.kind == ops::PositionRule::Kind::Rotation && encoding.code.step >= 0;
    if (rotates) {
        auto dial = rotaryDial(source.trace, options.attention, options.head, options.query, options.key);
        if (!dial)
            return tl::unexpected(dial.error());
        figure->m_dial = std::move(*dial);
    } else {
        figure->m_dial = plainDial(encoding.code.rule);
    }
    figure->m_real = rotates;
    figure->m_longest = 1e-12;
    for (const RotatedPair& pair : figure->m_dial.pairs)
        figure->m_longest = std::max({figure->m_longest, lengthOf(pair.q), lengthOf(pair.k)});
    figure->m_source = std::move(source);
    figure->m_options = options;
    figure->turn(
        options.position.value_or(figure->m_real ? figure->m_dial.queryPlace : 0),
        options.offset.value_or(figure->m_real ? figure->m_dial.queryPlace - figure->m_dial.keyPlace : 4));
    return figure;
}

void DialFigure::turn(std::int64_t position, std::int64_t offset)
{
    m_position = position;
    m_offset = offset;
}

double DialFigure::score() const
{
    return m_dial.score(static_cast<double>(m_position), static_cast<double>(m_position - m_offset));
}

QString DialFigure::words() const
{
    const QString positions = PositionWords::tr("query at %1, key at %2, offset %3")
                                  .arg(m_position)
                                  .arg(m_position - m_offset)
                                  .arg(m_offset);
    const QString product = PositionWords::tr("q·k = %1").arg(shownNumber(score(), 6));
    if (!m_real)
        return PositionWords::tr("Hands of length 1 · %1 · %2").arg(positions, product);
    const AttentionLayer& layer =
        m_source.trace.program().attention[static_cast<std::size_t>(m_options.attention)];
    return PositionWords::tr("%1, head %2 · q of “%3”, k of “%4” · %5 · %6")
        .arg(QString::fromStdString(layer.name))
        .arg(m_options.head)
        .arg(QString::fromStdString(m_source.trace.label(layer.queries, m_options.query)),
             QString::fromStdString(m_source.trace.label(layer.keys, m_options.key)), positions, product);
}

DialFigure::Places DialFigure::places(const QRectF& area, const FigureStyle& style) const
{
    Places p;
    const QFontMetricsF small(nameFontOf(style));
    const double line = small.height() + 3;
    p.summary = QRectF(area.left() + dialMargin, area.top() + 2, area.width() - 2 * dialMargin, line);
    const bool beside = area.width() > 1.5 * area.height();
    QRectF rest = area.adjusted(dialMargin, line + 4, -dialMargin, -4);
    if (beside) {
        const double width = std::clamp(rest.width() * 0.48, std::min(180.0, rest.width() / 2), 460.0);
        p.plot = QRectF(rest.right() - width, rest.top(), width, rest.height());
        rest.setRight(p.plot.left() - 14);
    } else {
        const double height = std::clamp(rest.height() * 0.36, 90.0, 260.0);
        p.plot = QRectF(rest.left(), rest.bottom() - height, rest.width(), height);
        rest.setBottom(p.plot.top() - 10);
    }
    // The largest dials of which all fit; of very many pairs some, from fast to slow.
    const double words = 2 * small.height(),
                 least = std::max(46.0, small.horizontalAdvance(QStringLiteral("λ 62832")) + 4);
    std::size_t count = m_dial.pairs.size();
    double side = 0;
    int columns = 1;
    for (; count > 0; count = count > 4 ? count * 3 / 4 : count - 1) {
        for (int c = 1; c <= static_cast<int>(count); ++c) {
            const int rows = (static_cast<int>(count) + c - 1) / c;
            const double fitting = std::min({(rest.width() + dialGap) / c - dialGap,
                                             (rest.height() + dialGap) / rows - dialGap - words, 150.0});
            if (fitting > side + 0.5) {
                side = fitting;
                columns = c;
            }
        }
        if (side >= least || count == 1)
            break;
        side = 0;
    }
    side = std::max(side, 20.0);
    for (std::size_t i = 0; i < count; ++i) {
        p.pairs.push_back(
            count == m_dial.pairs.size() || count == 1 ? i : i * (m_dial.pairs.size() - 1) / (count - 1));
        const auto at = static_cast<int>(i);
        p.dials.emplace_back(rest.left() + at % columns * (side + dialGap),
                             rest.top() + at / columns * (side + words + dialGap), side, side + words);
    }
    return p;
}

void DialFigure::paintDial(QPainter& painter, std::size_t pair, const QRectF& rect,
                           const FigureStyle& style) const
{
    const RotatedPair& one = m_dial.pairs[pair];
    const QFontMetricsF small(nameFontOf(style));
    const double side = rect.width(), radius = side / 2 - 2;
    const QPointF centre(rect.center().x(), rect.top() + side / 2);
    painter.setPen(QPen(style.line, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(centre, radius, radius);
    painter.setPen(QPen(style.line, 0.7, Qt::DotLine));
    painter.drawLine(centre - QPointF(radius, 0), centre + QPointF(radius, 0));
    painter.drawLine(centre - QPointF(0, radius), centre + QPointF(0, radius));
    const auto q = one.turned(one.q, static_cast<double>(m_position)),
               k = one.turned(one.k, static_cast<double>(m_position - m_offset));
    // The angle between the hands: it is the same wherever both stand.
    if (lengthOf(q) > 0 && lengthOf(k) > 0) {
        const double from = degrees(k);
        double span = degrees(q) - from;
        span += span > 180 ? -360 : span < -180 ? 360 : 0;
        const double inner = radius * 0.34;
        painter.setPen(QPen(style.mutedText, 1.2));
        painter.drawArc(QRectF(centre - QPointF(inner, inner), QSizeF(2 * inner, 2 * inner)),
                        static_cast<int>(from * 16), static_cast<int>(span * 16));
    }
    const auto hand = [&](const std::array<double, 2>& v, const QColor& color, double width) {
        const double length = std::max(0.12, lengthOf(v) / m_longest) * radius;
        const double angle = std::atan2(v[1], v[0]);
        const QPointF tip = centre + QPointF(std::cos(angle), -std::sin(angle)) * length;
        painter.setPen(QPen(color, width, Qt::SolidLine, Qt::RoundCap));
        painter.drawLine(centre, tip);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(tip, width * 1.1, width * 1.1);
    };
    hand(k, style.key, 2);
    hand(q, style.query, 2.4);
    painter.setFont(nameFontOf(style));
    painter.setPen(style.mutedText);
    const QRectF words(rect.left() - dialGap / 2, rect.top() + side, rect.width() + dialGap, small.height());
    painter.drawText(words, Qt::AlignCenter, QStringLiteral("λ %1").arg(positionsLong(one.frequency)));
    painter.setPen(style.text);
    painter.drawText(words.translated(0, small.height()), Qt::AlignCenter,
                     shownNumber(one.product(static_cast<double>(m_offset)), 3));
}

QSizeF DialFigure::preferredSize(const FigureStyle&) const
{
    return {900, std::clamp(260.0 + 20.0 * static_cast<double>(m_dial.pairs.size()) / 4, 280.0, 520.0)};
}

void DialFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                       const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    const Places p = places(area, style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(nameFontOf(style));
    const QFontMetricsF small(nameFontOf(style));
    painter.setPen(style.mutedText);
    painter.drawText(p.summary, Qt::AlignLeft | Qt::AlignVCenter,
                     small.elidedText(words(), Qt::ElideMiddle, p.summary.width()));
    for (std::size_t i = 0; i < p.dials.size(); ++i)
        paintDial(painter, p.pairs[i], p.dials[i], style);

    // The product over the offset, and what becomes of it when both move on: nothing.
    const std::int64_t most = std::max<std::int64_t>({m_offset, leastPositions - 1});
    Curve moving{PositionWords::tr("query moves"), {}, style.query, Qt::SolidLine, {}, {}},
        together{PositionWords::tr("both move"), {}, curveColors(style)[2], Qt::DashLine, {}, {}};
    for (std::int64_t o = 0; o <= most; ++o) {
        moving.values.push_back(m_dial.score(static_cast<double>(o), 0));
        together.values.push_back(m_dial.score(static_cast<double>(o), static_cast<double>(o - m_offset)));
    }
    QRectF plot = p.plot;
    const double legend = small.height() + 2;
    plot.setBottom(plot.bottom() - legend);
    const double left = plot.left() + small.horizontalAdvance(QStringLiteral("−0.005")) + 14;
    paintCurves(painter, plot,
                {left, plot.right() - 4, PositionWords::tr("offset, or how far both move"), 0,
                 static_cast<double>(m_offset)},
                {moving, together}, style);
    double x = left;
    for (const Curve& curve : {moving, together}) {
        const double y = plot.bottom() + legend / 2;
        painter.setPen(QPen(curve.color, 2.2, curve.line));
        painter.drawLine(QPointF(x, y), QPointF(x + 18, y));
        painter.setPen(style.text);
        painter.setFont(nameFontOf(style));
        painter.drawText(QPointF(x + 23, y + small.ascent() / 2 - small.descent() / 2), curve.name);
        x += 23 + small.horizontalAdvance(curve.name) + 16;
    }
    painter.restore();
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void DialFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                const Highlight& highlight) const
{
    if (!highlight.focus)
        return;
    const QRectF rect = cellRect(*highlight.focus, area, style);
    if (!rect.isEmpty())
        paintFrame(painter, rect, style.accent, style);
}

std::optional<CellRef> DialFigure::cellAt(const QPointF& point, const QRectF& area,
                                          const FigureStyle& style) const
{
    const Places p = places(area, style);
    for (std::size_t i = 0; i < p.dials.size(); ++i)
        if (p.dials[i].contains(point))
            return CellRef{{}, {static_cast<std::int64_t>(p.pairs[i])}};
    return std::nullopt;
}

QRectF DialFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    if (cell.tensor.valid() || cell.cell.size() != 1)
        return {};
    const Places p = places(area, style);
    for (std::size_t i = 0; i < p.dials.size(); ++i)
        if (static_cast<std::int64_t>(p.pairs[i]) == cell.cell[0])
            return p.dials[i];
    return {};
}

std::optional<CellRef> DialFigure::moved(const std::optional<CellRef>& from, int right, int down) const
{
    const auto last = static_cast<std::int64_t>(m_dial.pairs.size()) - 1;
    if (last < 0)
        return std::nullopt;
    if (!from || from->tensor.valid() || from->cell.size() != 1)
        return CellRef{{}, {0}};
    return CellRef{{}, {std::clamp<std::int64_t>(from->cell[0] + right + down, 0, last)}};
}

QString DialFigure::title() const
{
    return PositionWords::tr("%1: rotating pairs").arg(m_title);
}

QString DialFigure::describeCell(const CellRef& cell) const
{
    if (cell.tensor.valid() || cell.cell.size() != 1 || cell.cell[0] < 0 ||
        cell.cell[0] >= static_cast<std::int64_t>(m_dial.pairs.size()))
        return {};
    const RotatedPair& pair = m_dial.pairs[static_cast<std::size_t>(cell.cell[0])];
    return PositionWords::tr(
               "pair %1: %2° a position, the same again after %3; query at %4°, key at %5°; adds %6")
        .arg(cell.cell[0])
        .arg(shownNumber(pair.frequency * 180 / std::numbers::pi, 3), positionsLong(pair.frequency),
             shownNumber(degrees(pair.turned(pair.q, static_cast<double>(m_position))), 3),
             shownNumber(degrees(pair.turned(pair.k, static_cast<double>(m_position - m_offset))), 3),
             shownNumber(pair.product(static_cast<double>(m_offset)), 4));
}

FigureData DialFigure::data() const
{
    const auto pairs = static_cast<std::int64_t>(m_dial.pairs.size());
    if (pairs == 0)
        return {};
    Tensor values({headlight::named("pair", pairs), headlight::named("quantity", 5)});
    FigureData table;
    auto to = values.mutableValues().begin();
    for (std::int64_t k = 0; k < pairs; ++k) {
        const RotatedPair& pair = m_dial.pairs[static_cast<std::size_t>(k)];
        for (const double value : {pair.frequency, wavelength(pair.frequency),
                                   degrees(pair.turned(pair.q, static_cast<double>(m_position))),
                                   degrees(pair.turned(pair.k, static_cast<double>(m_position - m_offset))),
                                   pair.product(static_cast<double>(m_offset))})
            *to++ = static_cast<float>(value);
        table.rows.push_back("pair " + std::to_string(k));
    }
    table.tensor = std::make_shared<const Tensor>(std::move(values));
    table.corner = "pair \\ quantity";
    table.columns = {"radians a position", "wavelength", "query angle", "key angle", "product"};
    return table;
}

} // namespace headlight
