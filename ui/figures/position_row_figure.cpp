// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/position_row_figure.h"

#include "analysis/pattern_distance.h"
#include "figures/curve_plot.h"
#include "figures/highlight_painter.h"
#include "figures/matrix_block.h"
#include "figures/number_text.h"
#include "figures/position_encodings.h"
#include "session/core_words.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace headlight {

namespace {

constexpr double positionRowMargin = 8;

} // namespace

struct PositionRowFigure::Places
{
    QRectF legend, shares, scoreLegend, scores;
    Ruler columns;
    AxisLabels labels;
    double left = 0, top = 0; ///< upper left corner of the bars, beneath the labels
    bool withParts = false;   ///< whether the scores' parts are shown as well
};

Result<std::unique_ptr<PositionRowFigure>> PositionRowFigure::make(ModelPtr model, PositionContrast contrast,
                                                                   PositionRowOptions options)
{
    auto own = positionScores(contrast.own, options.attention, options.head, options.query);
    auto other = positionScores(contrast.other, options.attention, options.head, options.query);
    if (!own || !other)
        return tl::unexpected(own ? other.error() : own.error());
    std::unique_ptr<PositionRowFigure> figure(new PositionRowFigure);
    figure->m_model = std::move(model);
    figure->m_contrast = std::move(contrast);
    figure->m_options = options;
    figure->m_own = std::move(*own);
    figure->m_other = std::move(*other);
    return figure;
}

const AttentionLayer& PositionRowFigure::layer() const
{
    return m_contrast.own.program().attention[static_cast<std::size_t>(m_options.attention)];
}

QString PositionRowFigure::keyName(std::int64_t key) const
{
    return QString::fromStdString(m_contrast.own.label(layer().keys, key));
}

QString PositionRowFigure::otherName() const
{
    return m_contrast.swapped ? PositionWords::tr("changed") : PositionWords::tr("without positions");
}

const PositionScores& PositionRowFigure::parts() const
{
    return m_contrast.swapped && m_other.part != PositionScores::Part::None ? m_other : m_own;
}

QString PositionRowFigure::partWords() const
{
    switch (parts().part) {
    case PositionScores::Part::Bias:
        return PositionWords::tr("score = content + bias by position");
    case PositionScores::Part::Rotation:
        return PositionWords::tr("score = q·k unturned + what turning changes");
    case PositionScores::Part::Distance:
        return PositionWords::tr("score = (q+u)·k + (q+v)·r");
    case PositionScores::Part::None:
        return PositionWords::tr("Two real runs: behind norms no part of a score is the positions' alone.");
    }
    return {};
}

PositionRowFigure::Places PositionRowFigure::places(const QRectF& area, const FigureStyle& style) const
{
    Places p;
    const QFontMetricsF small(nameFontOf(style));
    const double line = small.height() + 2;
    const double scale = small.horizontalAdvance(QStringLiteral("−00.0")) + 6;
    p.left = area.left() + positionRowMargin + scale;
    p.legend =
        QRectF(area.left() + positionRowMargin, area.top() + 2, area.width() - 2 * positionRowMargin, line);
    double right = 12;
    for (int round = 0; round < 2; ++round) {
        const double width = std::max(area.right() - positionRowMargin - right - p.left, 40.0);
        p.columns =
            Ruler(keys(), std::min(width / static_cast<double>(std::max<std::int64_t>(keys(), 1)), 64.0));
        AxisLabels::Spec spec;
        spec.side = AxisLabels::Side::Top;
        spec.names = true;
        spec.sparse = true;
        spec.most = std::clamp(area.height() * 0.26, 36.0, 80.0);
        spec.text = [this](std::int64_t i) { return keyName(i); };
        p.labels = AxisLabels(std::move(spec), p.columns, style);
        right = std::max(p.labels.overhang(), 6.0);
    }
    p.top = p.legend.bottom() + 2 + p.labels.room();
    const double width = p.columns.length();
    const double rest = std::max(area.bottom() - 4 - p.top, 30.0);
    // In a low place one chart that can be read is worth more than two.
    constexpr double leastForTwo = 90;
    p.withParts = hasParts() && rest - line >= leastForTwo;
    const double words = hasParts() && !p.withParts ? 0 : line;
    const double below = p.withParts ? (rest - line) * 0.48 : 0;
    p.shares = QRectF(p.left, p.top, width, std::max(rest - below - words - (p.withParts ? 2 : 0), 14.0));
    p.scoreLegend = QRectF(area.left() + positionRowMargin, p.shares.bottom() + 1,
                           area.width() - 2 * positionRowMargin, line);
    p.scores = QRectF(p.left, p.scoreLegend.bottom() + 1, width, below - 2);
    return p;
}

QSizeF PositionRowFigure::preferredSize(const FigureStyle&) const
{
    return {std::clamp(160.0 + 34.0 * static_cast<double>(keys()), 420.0, 1100.0),
            hasParts() ? 360.0 : 240.0};
}

void PositionRowFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                              const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    const Places p = places(area, style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QFontMetricsF small(nameFontOf(style));
    painter.setFont(nameFontOf(style));
    // What the two colours are.
    double x = p.legend.left();
    const auto entry = [&](const QRectF& line, const QColor& color, const QString& words) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRect(QRectF(x, line.center().y() - 4, 9, 9));
        painter.setPen(style.text);
        painter.drawText(QPointF(x + 13, line.center().y() + small.ascent() / 2 - small.descent() / 2),
                         words);
        x += 13 + small.horizontalAdvance(words) + 14;
    };
    entry(p.legend, style.query, PositionWords::tr("own positions"));
    entry(p.legend, style.key, otherName());
    painter.setPen(style.mutedText);
    const QRectF rest(x, p.legend.top(), std::max(p.legend.right() - x, 0.0), p.legend.height());
    const QString where =
        PositionWords::tr("%1, head %2: “%3” looks at")
            .arg(layerTitle(layer()))
            .arg(m_options.head)
            .arg(QString::fromStdString(m_contrast.own.label(layer().queries, m_options.query)));
    painter.drawText(rest, Qt::AlignLeft | Qt::AlignVCenter,
                     small.elidedText(where, Qt::ElideMiddle, rest.width()));
    p.labels.paint(painter, {p.left, p.top}, style);

    painter.setFont(nameFontOf(style)); // the labels have one of their own
    // Shares: 0 at the bottom, the largest of both rows at the top.
    double most = 1e-9;
    for (const auto* row : {&m_own.pattern, &m_other.pattern})
        for (const double share : *row)
            most = std::max(most, share);
    // The number stands within its strip, off the words above and below.
    const auto tick = [&](const QRectF& strip, double y, double value) {
        const bool upper = y < strip.center().y();
        painter.setPen(style.mutedText);
        painter.drawText(
            QRectF(strip.left() - 60, upper ? y - 2 : y - small.height() + 2, 56, small.height()),
            Qt::AlignRight | Qt::AlignVCenter, shownNumber(value, 2));
        painter.setPen(QPen(style.line, 0.7, Qt::DotLine));
        painter.drawLine(QPointF(strip.left(), y), QPointF(strip.right(), y));
    };
    tick(p.shares, p.shares.top() + 1, most);
    painter.setPen(QPen(style.line, 1));
    painter.drawLine(p.shares.bottomLeft(), p.shares.bottomRight());
    const double cell = p.columns.cell, air = std::min(cell * 0.12, 5.0), half = (cell - 2 * air) / 2;
    painter.setRenderHint(QPainter::Antialiasing, half > 3);
    for (std::int64_t j = 0; j < keys(); ++j) {
        const double start = p.left + p.columns.start(j) + air;
        const auto bar = [&](double from, double share, const QColor& color) {
            const double height = share / most * (p.shares.height() - 2);
            painter.fillRect(QRectF(from, p.shares.bottom() - height, std::max(half, 0.6), height), color);
        };
        bar(start, m_own.pattern[static_cast<std::size_t>(j)], style.query);
        bar(start + half, m_other.pattern[static_cast<std::size_t>(j)], style.key);
    }
    painter.setRenderHint(QPainter::Antialiasing);

    // The parts of the scores, around a line of zero.
    painter.setPen(style.mutedText);
    x = p.scoreLegend.left();
    if (!p.withParts) {
        if (!hasParts())
            painter.drawText(p.scoreLegend, Qt::AlignLeft | Qt::AlignVCenter,
                             small.elidedText(partWords(), Qt::ElideRight, p.scoreLegend.width()));
    } else {
        entry(p.scoreLegend, style.mutedText, PositionWords::tr("content"));
        entry(p.scoreLegend, curveColors(style)[2], PositionWords::tr("positions"));
        painter.setPen(style.mutedText);
        const QRectF words(x, p.scoreLegend.top(), std::max(p.scoreLegend.right() - x, 0.0),
                           p.scoreLegend.height());
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                         small.elidedText(partWords(), Qt::ElideRight, words.width()));
        const PositionScores& s = parts();
        double low = 0, high = 0;
        for (std::size_t j = 0; j < s.content.size(); ++j)
            if (!s.masked[j])
                for (const double part : {s.content[j], s.position[j]}) {
                    low = std::min(low, part);
                    high = std::max(high, part);
                }
        const double span = std::max(high - low, 1e-9);
        const auto at = [&](double value) {
            return p.scores.top() + (high - value) / span * p.scores.height();
        };
        tick(p.scores, at(high), high);
        if (low < 0)
            tick(p.scores, at(low), low);
        painter.setPen(QPen(style.line, 1));
        painter.drawLine(QPointF(p.scores.left(), at(0)), QPointF(p.scores.right(), at(0)));
        painter.setRenderHint(QPainter::Antialiasing, half > 3);
        for (std::int64_t j = 0; j < keys(); ++j) {
            const auto key = static_cast<std::size_t>(j);
            if (s.masked[key])
                continue;
            const double start = p.left + p.columns.start(j) + air;
            const auto bar = [&](double from, double value, const QColor& color) {
                painter.fillRect(
                    QRectF(QPointF(from, at(0)), QPointF(from + std::max(half, 0.6), at(value))).normalized(),
                    color);
            };
            bar(start, s.content[key], style.mutedText);
            bar(start + half, s.position[key], curveColors(style)[2]);
        }
    }
    painter.restore();
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void PositionRowFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                       const Highlight& highlight) const
{
    if (!highlight.focus)
        return;
    const QRectF rect = cellRect(*highlight.focus, area, style);
    if (rect.isEmpty())
        return;
    const Places p = places(area, style);
    p.labels.paintOne(painter, {p.left, p.top}, highlight.focus->cell[2], style.accent, style);
    paintFrame(painter, rect, style.text, style);
}

std::optional<CellRef> PositionRowFigure::cellAt(const QPointF& point, const QRectF& area,
                                                 const FigureStyle& style) const
{
    const Places p = places(area, style);
    const double bottom = p.withParts ? p.scores.bottom() : p.shares.bottom();
    if (point.y() < p.top || point.y() > bottom)
        return std::nullopt;
    const auto key = p.columns.at(point.x() - p.left);
    return key ? std::optional(CellRef{mainTensor(), {m_options.head, m_options.query, *key}}) : std::nullopt;
}

QRectF PositionRowFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    if (cell.tensor != mainTensor() || cell.cell.size() != 3 || cell.cell[0] != m_options.head ||
        cell.cell[1] != m_options.query || cell.cell[2] < 0 || cell.cell[2] >= keys())
        return {};
    const Places p = places(area, style);
    return {p.left + p.columns.start(cell.cell[2]), p.top, p.columns.cell,
            (p.withParts ? p.scores.bottom() : p.shares.bottom()) - p.top};
}

TensorRef PositionRowFigure::mainTensor() const
{
    return {TensorRef::Kind::Step, layer().pattern};
}

std::optional<CellRef> PositionRowFigure::moved(const std::optional<CellRef>& from, int right, int) const
{
    std::int64_t key = 0;
    if (from && from->tensor == mainTensor() && from->cell.size() == 3)
        key = std::clamp<std::int64_t>(from->cell[2] + right, 0, keys() - 1);
    return CellRef{mainTensor(), {m_options.head, m_options.query, key}};
}

QString PositionRowFigure::title() const
{
    return PositionWords::tr("What positions do to one row of attention");
}

QString PositionRowFigure::subtitle() const
{
    return PositionWords::tr("%1, head %2, query “%3” · %4")
        .arg(QString::fromStdString(layer().name))
        .arg(m_options.head)
        .arg(QString::fromStdString(m_contrast.own.label(layer().queries, m_options.query)), partWords());
}

QString PositionRowFigure::describeCell(const CellRef& cell) const
{
    if (cell.tensor != mainTensor() || cell.cell.size() != 3 || cell.cell[2] < 0 || cell.cell[2] >= keys())
        return {};
    const auto j = static_cast<std::size_t>(cell.cell[2]);
    QString words = PositionWords::tr("→ %1: %2 with its own positions, %3 %4")
                        .arg(keyName(cell.cell[2]), shownNumber(m_own.pattern[j], 4),
                             shownNumber(m_other.pattern[j], 4), otherName());
    const PositionScores& s = parts();
    if (!hasParts() || s.masked[j])
        return words;
    words +=
        PositionWords::tr("; score %1 = content %2 + positions %3")
            .arg(shownNumber(s.score[j], 4), shownNumber(s.content[j], 4), shownNumber(s.position[j], 4));
    if (s.part == PositionScores::Part::Distance)
        words += PositionWords::tr(" (q·k %1, q·r %2, u·k %3, v·r %4)")
                     .arg(shownNumber(s.terms[0][j], 4), shownNumber(s.terms[1][j], 4),
                          shownNumber(s.terms[2][j], 4), shownNumber(s.terms[3][j], 4));
    return words;
}

FigureData PositionRowFigure::data() const
{
    FigureData table;
    table.corner = "key \\ quantity";
    table.columns = {"own positions", m_contrast.swapped ? "changed" : "without positions"};
    std::vector<const std::vector<double>*> columns{&m_own.pattern, &m_other.pattern};
    const PositionScores& s = parts();
    if (!s.score.empty())
        for (const auto& [name, values] : {std::pair("score", &s.score), std::pair("content", &s.content),
                                           std::pair("positions", &s.position)}) {
            table.columns.emplace_back(name);
            columns.push_back(values);
        }
    if (s.part == PositionScores::Part::Distance)
        for (std::size_t t = 0; t < s.terms.size(); ++t) {
            table.columns.emplace_back(std::array{"q·k", "q·r", "u·k", "v·r"}[t]);
            columns.push_back(&s.terms[t]);
        }
    Tensor values({headlight::named(axis::key, keys()),
                   headlight::named("quantity", static_cast<std::int64_t>(columns.size()))});
    auto to = values.mutableValues().begin();
    for (std::int64_t j = 0; j < keys(); ++j) {
        table.rows.push_back(m_contrast.own.label(layer().keys, j));
        for (const auto* column : columns)
            *to++ = static_cast<float>((*column)[static_cast<std::size_t>(j)]);
    }
    table.tensor = std::make_shared<const Tensor>(std::move(values));
    return table;
}

Result<TableContent> positionHeads(const PositionContrast& contrast)
{
    const auto distances = patternDistances(contrast.own, contrast.other);
    if (!distances)
        return tl::unexpected(distances.error());
    const auto& layers = contrast.own.program().attention;
    std::int64_t most = 0;
    for (const AttentionLayer& layer : layers)
        most = std::max<std::int64_t>(most, layer.heads);
    TableContent table;
    table.title = contrast.swapped ? PositionWords::tr("How far other positions change each head's pattern")
                                   : PositionWords::tr("How far each head's pattern needs positions");
    table.subtitle = PositionWords::tr(
        "mean Jensen–Shannon divergence over the queries, in bits: 0 the same, 1 nothing in common");
    table.rowName = PositionWords::tr("layer");
    table.columnName = PositionWords::tr("head");
    const auto rows = static_cast<std::int64_t>(layers.size());
    Tensor values({headlight::named("layer", rows), headlight::named(axis::head, most)});
    std::fill(values.mutableValues().begin(), values.mutableValues().end(),
              std::numeric_limits<float>::quiet_NaN());
    const auto cells = static_cast<std::size_t>(rows * most);
    table.details.resize(cells);
    table.steps.assign(cells, -1);
    table.heads.assign(cells, -1);
    for (const PatternDistance& d : *distances) {
        const auto at = static_cast<std::size_t>(d.attention * most + d.head);
        values.mutableValues()[at] = static_cast<float>(d.jensenShannon);
        const AttentionLayer& layer = layers[static_cast<std::size_t>(d.attention)];
        table.details[at] =
            PositionWords::tr("%1, head %2: Jensen–Shannon %3 bits, largest change of a weight %4")
                .arg(QString::fromStdString(layer.name))
                .arg(d.head)
                .arg(shownNumber(d.jensenShannon, 4), shownNumber(d.largest, 4));
        table.steps[at] = layer.pattern;
        table.heads[at] = d.head;
    }
    table.values = std::make_shared<const Tensor>(std::move(values));
    for (const AttentionLayer& layer : layers) {
        const QString name = QString::fromStdString(layer.stack.empty() ? std::string() : layer.stack + " ") +
                             QString::number(layer.layer) +
                             (layer.kind == AttentionLayer::Kind::Cross ? QStringLiteral(" ×") : QString());
        table.rows.push_back(name);
    }
    for (std::int64_t h = 0; h < most; ++h)
        table.columns.push_back(QString::number(h));
    return table;
}

} // namespace headlight
