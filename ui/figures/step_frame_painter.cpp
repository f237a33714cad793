// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/step_frame_painter.h"

#include "figures/highlight_painter.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

/// Cells at least so large have an outline each, smaller ones share one.
constexpr double outlined = 7;
constexpr double veil = 0.72;

/// As MatrixBlock leaves a hair of background between large cells.
double gapOf(const MatrixBlock& block)
{
    return block.look == MatrixBlock::Look::Heat && block.rows.cell >= 10 && block.columns.cell >= 10 ? 1 : 0;
}

void paintEmpty(QPainter& painter, const MatrixBlock& block, std::int64_t firstRow, std::int64_t lastRow,
                std::int64_t firstColumn, std::int64_t lastColumn, const FigureStyle& style)
{
    const QRectF area = block.frame(firstRow, lastRow, firstColumn, lastColumn);
    if (area.isEmpty())
        return;
    painter.setRenderHint(QPainter::Antialiasing, false);
    // A picture of small cells may reach a fraction of a pixel beyond its cells.
    const double over = gapOf(block) > 0 ? 0 : 0.5;
    painter.fillRect(area.adjusted(0, 0, over, over), style.background);
    QColor line = style.line;
    line.setAlphaF(0.8F);
    painter.setPen(QPen(line, 1));
    painter.setBrush(Qt::NoBrush);
    if (block.rows.cell < outlined || block.columns.cell < outlined) {
        painter.drawRect(area.adjusted(0, 0, -1, -1));
        return;
    }
    const double right = area.right() - 1, bottom = area.bottom() - 1;
    for (std::int64_t r = std::max(firstRow, block.rows.first); r <= std::min(lastRow, block.rows.last - 1);
         ++r)
        painter.drawLine(QPointF(area.left(), block.origin.y() + block.rows.start(r)),
                         QPointF(right, block.origin.y() + block.rows.start(r)));
    for (std::int64_t c = std::max(firstColumn, block.columns.first);
         c <= std::min(lastColumn, block.columns.last - 1); ++c)
        painter.drawLine(QPointF(block.origin.x() + block.columns.start(c), area.top()),
                         QPointF(block.origin.x() + block.columns.start(c), bottom));
    painter.drawLine(QPointF(area.left(), bottom), QPointF(right, bottom));
    painter.drawLine(QPointF(right, area.top()), QPointF(right, bottom));
}

/// A partial result in the finished one's colours. It may be larger than any of those: then the number goes
/// with fewer digits, or not at all when it still has no room.
void paintPartial(QPainter& painter, const MatrixBlock& block, const QRectF& cell, float value,
                  const FigureStyle& style)
{
    const double gap = gapOf(block);
    const QRectF rect = cell.adjusted(0, 0, -gap, -gap);
    painter.setRenderHint(QPainter::Antialiasing, false);
    const bool heat = block.look != MatrixBlock::Look::Ids;
    const QRgb color = specialOf(value) == SpecialValue::None ? block.scale.color(value)
                                                              : block.scale.special(specialOf(value));
    painter.fillRect(rect, heat ? QColor::fromRgb(color) : style.background);
    if (!block.numbers.fit())
        return;
    painter.setFont(block.numberFont);
    const QFontMetricsF fm(block.numberFont);
    QString text = block.numbers.text(value);
    for (int digits = 3; digits > 0 && fm.horizontalAdvance(text) > rect.width() - 1; --digits)
        text = shownNumber(static_cast<double>(value), digits);
    if (fm.horizontalAdvance(text) > rect.width())
        return;
    painter.setPen(heat ? readableOn(color) : style.text);
    painter.drawText(QPointF(rect.center().x() - fm.horizontalAdvance(text) / 2,
                             rect.center().y() + fm.ascent() / 2 - fm.descent() / 2),
                     text);
}

} // namespace

void paintBuilt(QPainter& painter, const StepFrame& frame, const MatrixBlock& block, const FigureStyle& style)
{
    painter.save();
    const std::int64_t columns = static_cast<std::int64_t>(frame.built.size());
    if (!frame.onlyCell)
        paintEmpty(painter, block, frame.row + 1, frame.rows - 1, 0, columns - 1, style);
    for (std::int64_t c = std::max<std::int64_t>(0, block.columns.first);
         c < std::min(columns, block.columns.last); ++c) {
        const StepFrame::Built built = frame.built[static_cast<std::size_t>(c)];
        if (built == StepFrame::Built::Empty) {
            // Neighbours are emptied together.
            std::int64_t end = c;
            while (end + 1 < columns &&
                   frame.built[static_cast<std::size_t>(end + 1)] == StepFrame::Built::Empty)
                ++end;
            paintEmpty(painter, block, frame.row, frame.row, c, end, style);
            c = end;
        } else if (built == StepFrame::Built::Partial && block.rows.shows(frame.row) &&
                   block.special(frame.row, c) == SpecialValue::None) {
            paintPartial(painter, block, block.cellRect(frame.row, c),
                         frame.values[static_cast<std::size_t>(c)], style);
        }
    }
    painter.restore();
}

void paintLights(QPainter& painter, const StepFrame& frame, const MatrixBlock& block, const QColor& color,
                 const FigureStyle& style)
{
    using State = StepFrame::Light::State;
    painter.save();
    const double gap = gapOf(block);
    double largest = 0;
    for (const StepFrame::Light& light : frame.lights)
        largest = std::max(largest, light.share.value_or(0));
    std::vector<std::pair<std::int64_t, std::int64_t>> now;
    for (const StepFrame::Light& light : frame.lights) {
        if (light.first.tensor != block.slice->ref())
            continue;
        const auto a = block.slice->find(light.first.cell), b = block.slice->find(light.last.cell);
        if (!a || !b)
            continue;
        const auto [r0, r1] = std::minmax(a->first, b->first);
        const auto [c0, c1] = std::minmax(a->second, b->second);
        const QRectF area = block.frame(r0, r1, c0, c1);
        if (area.isEmpty())
            continue;
        double hidden = light.state == State::Waiting ? veil : 0;
        if (light.state != State::Waiting && light.share && largest > 0)
            hidden = veil * (1 - *light.share / largest);
        painter.setRenderHint(QPainter::Antialiasing, false);
        if (hidden > 0) {
            QColor cover = style.background;
            cover.setAlphaF(static_cast<float>(hidden));
            painter.fillRect(area.adjusted(0, 0, -gap, -gap), cover);
        }
        if (light.share && light.state != State::Waiting && area.height() >= 8) {
            // The whole width stands for a share of 1.
            const QRectF bar(area.left(), area.bottom() - gap - 3, area.width() - gap, 3);
            QColor track = style.background;
            track.setAlpha(150);
            painter.fillRect(bar, track);
            painter.fillRect(QRectF(bar.topLeft(), QSizeF(bar.width() * std::min(1.0, *light.share), 3)),
                             color);
        }
        if (light.state == State::Now)
            for (std::int64_t r = r0; r <= r1; ++r)
                for (std::int64_t c = c0; c <= c1; ++c)
                    now.emplace_back(r, c);
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
    paintSources(painter, block, std::move(now), color, style);
    painter.restore();
}

} // namespace headlight
