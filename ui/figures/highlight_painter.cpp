// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/highlight_painter.h"

#include "session/core_words.h"

#include <QFontMetricsF>

#include <algorithm>

namespace headlight {

void paintFrame(QPainter& painter, const QRectF& rect, const QColor& color, const FigureStyle& style)
{
    if (rect.isEmpty())
        return;
    painter.save();
    painter.setBrush(Qt::NoBrush);
    const QRectF outer = rect.adjusted(-1.5, -1.5, 0.5, 0.5);
    QColor halo = style.background;
    halo.setAlpha(210);
    painter.setPen(QPen(halo, 4));
    painter.drawRoundedRect(outer, 3, 3);
    painter.setPen(QPen(color, 2));
    painter.drawRoundedRect(outer, 3, 3);
    painter.restore();
}

void paintSources(QPainter& painter, const MatrixBlock& block,
                  std::vector<std::pair<std::int64_t, std::int64_t>> places, const QColor& color,
                  const FigureStyle& style)
{
    if (places.empty())
        return;
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    auto [r0, c0] = places.front();
    auto r1 = r0, c1 = c0;
    for (const auto& [r, c] : places) {
        r0 = std::min(r0, r);
        r1 = std::max(r1, r);
        c0 = std::min(c0, c);
        c1 = std::max(c1, c);
    }
    if ((r1 - r0 + 1) * (c1 - c0 + 1) == static_cast<std::int64_t>(places.size())) {
        paintFrame(painter, block.frame(r0, r1, c0, c1), color, style);
        return;
    }
    constexpr std::size_t mostFrames = 256;
    for (std::size_t i = 0; i < std::min(places.size(), mostFrames); ++i)
        paintFrame(painter, block.cellRect(places[i].first, places[i].second), color, style);
}

void paintBlockHighlight(QPainter& painter, const MatrixBlock& block, const Highlight& highlight,
                         const FigureStyle& style)
{
    const TensorSlice& slice = *block.slice;
    std::vector<std::pair<std::int64_t, std::int64_t>> sources;
    for (const CellRef& s : highlight.sources)
        if (s.tensor == slice.ref())
            if (const auto place = slice.find(s.cell))
                sources.push_back(*place);
    paintSources(painter, block, std::move(sources), style.query, style);
    if (!highlight.focus || highlight.focus->tensor != slice.ref())
        return;
    if (const auto place = slice.find(highlight.focus->cell)) {
        block.rowLabels.paintOne(painter, block.origin, place->first, style.query, style);
        block.columnLabels.paintOne(painter, block.origin, place->second, style.key, style);
        paintFrame(painter, block.cellRect(place->first, place->second), style.text, style);
    }
}

QColor axisNameColor(const QString& name, const FigureStyle& style)
{
    return name == coreWords(axis::query) ? style.query
           : name == coreWords(axis::key) ? style.key
                                          : style.mutedText;
}

void paintAxisName(QPainter& painter, const QPointF& centre, const QString& name, bool upright,
                   const FigureStyle& style)
{
    if (name.isEmpty())
        return;
    painter.save();
    const QFont font = nameFontOf(style);
    painter.setFont(font);
    painter.setPen(axisNameColor(name, style));
    const QFontMetricsF fm(font);
    painter.translate(centre);
    if (upright)
        painter.rotate(-90);
    painter.drawText(QPointF(-fm.horizontalAdvance(name) / 2, fm.ascent() - fm.height() / 2), name);
    painter.restore();
}

std::optional<CellRef> movedWithin(const TensorSlice& slice, const std::optional<CellRef>& from, int right,
                                   int down)
{
    if (!slice.valid() || slice.rows() == 0 || slice.columns() == 0)
        return std::nullopt;
    std::pair<std::int64_t, std::int64_t> place{0, 0};
    if (from && from->tensor == slice.ref())
        if (const auto found = slice.find(from->cell))
            place = {std::clamp<std::int64_t>(found->first + down, 0, slice.rows() - 1),
                     std::clamp<std::int64_t>(found->second + right, 0, slice.columns() - 1)};
    return CellRef{slice.ref(), slice.cell(place.first, place.second)};
}

std::optional<std::int64_t> likelyColumn(const FigureSource& source, const TensorSlice& slice)
{
    if (!slice.columnAxis() || slice.columnAxis()->isPositions() || !source.hasNames(*slice.columnAxis()) ||
        slice.rows() == 0)
        return std::nullopt;
    std::int64_t best = 0;
    for (std::int64_t c = 1; c < slice.columns(); ++c)
        if (slice.value(slice.rows() - 1, c) > slice.value(slice.rows() - 1, best))
            best = c;
    return best;
}

MatrixBlock::Look lookOf(const Program& program, const TensorSlice& slice)
{
    // The input itself, or the step that only passes it on.
    TensorRef ref = slice.ref();
    if (ref.kind == TensorRef::Kind::Step) {
        const Step& step = program.steps[static_cast<std::size_t>(ref.index)];
        if (step.operands.size() == 1 && step.operands.front().kind == TensorRef::Kind::Input &&
            step.op->name() == "input")
            ref = step.operands.front();
    }
    for (const Stream& stream : program.streams)
        if (stream.ids == ref)
            return stream.kind == Stream::Kind::Tokens ? MatrixBlock::Look::Ids : MatrixBlock::Look::Image;
    if (ref.kind == TensorRef::Kind::Input && slice.tensor()->rank() == 1)
        return MatrixBlock::Look::Ids; // token types and the like
    return MatrixBlock::Look::Heat;
}

} // namespace headlight
