// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/overlay_figure.h"

#include "analysis/rollout.h"
#include "figures/figure_names.h"
#include "figures/highlight_painter.h"
#include "figures/number_text.h"
#include "figures/patch_pictures.h"
#include "models/preprocess.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

struct OverlayWords
{
    Q_DECLARE_TR_FUNCTIONS(OverlayFigure)
};

constexpr double overlayMargin = 10, overlayGap = 10;
/// Where attention is weakest and strongest, how much of the picture is covered.
constexpr double leastCover = 0.04, mostCover = 0.86;
/// Rollout multiplies matrices of this size once a layer: more would be noticed.
constexpr std::int64_t mostRollout = 600;

} // namespace

bool looksAtImage(const Program& program, int attention)
{
    if (attention < 0 || static_cast<std::size_t>(attention) >= program.attention.size())
        return false;
    const StreamIndex keys = program.attention[static_cast<std::size_t>(attention)].keys;
    return keys >= 0 && program.streams[static_cast<std::size_t>(keys)].kind == Stream::Kind::Patches;
}

int lastImageAttention(const Program& program)
{
    for (int a = static_cast<int>(program.attention.size()) - 1; a >= 0; --a)
        if (looksAtImage(program, a))
            return a;
    return -1;
}

struct OverlayFigure::Impl
{
    FigureSource source;
    OverlayOptions options;
    TensorPtr pattern; // [head, query, key]
    TensorPtr rollout; // [layer, query, key], or null
    int rolloutLayer = 0;
    QImage image;
    QRectF seen; ///< the part of the image that the model has read

    struct Tile
    {
        QRectF picture;
        QPointF caption; ///< left end of its baseline
    };
    struct Layout
    {
        std::vector<Tile> tiles;
        std::vector<QRectF> tokens; ///< leading tokens, below the first picture
    };

    [[nodiscard]] const AttentionLayer& layer() const
    {
        return source.trace.program().attention[static_cast<std::size_t>(options.attention)];
    }
    [[nodiscard]] const Stream& stream() const
    {
        return source.trace.program().streams[static_cast<std::size_t>(layer().keys)];
    }
    [[nodiscard]] TensorRef ref() const { return {TensorRef::Kind::Step, layer().pattern}; }
    [[nodiscard]] int heads() const { return static_cast<int>(pattern->size(0)); }
    [[nodiscard]] bool choosesPatches() const { return layer().queries == layer().keys; }
    [[nodiscard]] Layout layout(const QRectF& area, const FigureStyle& style) const;
    [[nodiscard]] double weight(int tile, std::int64_t key) const;
    [[nodiscard]] QString queryName(std::int64_t query) const
    {
        return source.label(source.trace.axes(layer().pattern)[1], query);
    }
    void paintImage(QPainter& painter, const QRectF& rect) const;
    void paintCover(QPainter& painter, const QRectF& rect, int tile, const FigureStyle& style) const;
};

OverlayFigure::Impl::Layout OverlayFigure::Impl::layout(const QRectF& area, const FigureStyle& style) const
{
    const QFontMetricsF fm(style.font);
    const double caption = fm.height() + 4;
    const int count = 1 + heads() + (rollout ? 1 : 0);
    const double aspect = seen.height() > 0 ? seen.width() / seen.height() : 1;
    double best = 0;
    int columns = 1;
    for (int c = 1; c <= count; ++c) {
        const int rows = (count + c - 1) / c;
        const double width = (area.width() - 2 * overlayMargin - overlayGap * (c - 1)) / c;
        const double height = (area.height() - 2 * overlayMargin - overlayGap * (rows - 1)) / rows - caption;
        if (const double fit = std::min(width, height * aspect); fit > best) {
            best = fit;
            columns = c;
        }
    }
    // Never so narrow that captions are nothing.
    const QSizeF size(std::max(12.0, best), std::max(12.0, best / aspect));
    const int rows = (count + columns - 1) / columns;
    const double wide = columns * size.width() + overlayGap * (columns - 1),
                 high = rows * (size.height() + caption) + overlayGap * (rows - 1);
    const QPointF origin(area.left() + std::max(overlayMargin, (area.width() - wide) / 2),
                         area.top() + std::max(overlayMargin, (area.height() - high) / 2));
    Layout l;
    for (int i = 0; i < count; ++i) {
        const QPointF at = origin + QPointF(i % columns * (size.width() + overlayGap),
                                            i / columns * (size.height() + caption + overlayGap));
        l.tiles.push_back({QRectF(at + QPointF(0, caption), size), at + QPointF(0, fm.ascent())});
    }
    // The class token stands in the first picture's caption line, where it can be clicked.
    if (choosesPatches()) {
        double x = l.tiles.front().picture.left();
        for (int t = 0; t < stream().leadingTokens; ++t) {
            const double width = fm.horizontalAdvance(queryName(t)) + 10;
            l.tokens.emplace_back(x, l.tiles.front().picture.top() - caption, width, fm.height());
            x += width + 4;
        }
    }
    return l;
}

double OverlayFigure::Impl::weight(int tile, std::int64_t key) const
{
    if (tile >= 1 && tile <= heads())
        return static_cast<double>(pattern->at({tile - 1, options.query, key}));
    return rollout ? static_cast<double>(rollout->at({rolloutLayer, options.query, key})) : 0;
}

void OverlayFigure::Impl::paintImage(QPainter& painter, const QRectF& rect) const
{
    painter.save();
    painter.setClipRect(rect);
    // What lies beyond a small picture is black, as the model reads it.
    painter.fillRect(rect, Qt::black);
    const bool shrinks = seen.width() > rect.width() * 1.01;
    painter.setRenderHint(QPainter::SmoothPixmapTransform, shrinks);
    const QRectF whole = QRectF(image.rect());
    const double sx = rect.width() / seen.width(), sy = rect.height() / seen.height();
    painter.drawImage(QRectF(rect.left() + (whole.left() - seen.left()) * sx,
                             rect.top() + (whole.top() - seen.top()) * sy, whole.width() * sx,
                             whole.height() * sy),
                      image, whole);
    painter.restore();
}

void OverlayFigure::Impl::paintCover(QPainter& painter, const QRectF& rect, int tile,
                                     const FigureStyle& style) const
{
    const Stream& s = stream();
    double most = 0;
    const std::int64_t keys = pattern->size(2);
    for (std::int64_t k = s.leadingTokens; k < keys; ++k)
        most = std::max(most, weight(tile, k));
    // The brighter orange reads on dark pictures and on light ones.
    QColor color(0xff8a1f);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(Qt::NoPen);
    for (std::int64_t k = s.leadingTokens; k < keys; ++k) {
        const QRectF patch = patchRect(s, k, rect);
        if (patch.isEmpty())
            continue;
        color.setAlphaF(static_cast<float>(leastCover + (mostCover - leastCover) *
                                                            (most > 0 ? weight(tile, k) / most : 0)));
        painter.fillRect(patch, color);
    }
    painter.restore();
    const QFontMetricsF fm(style.font);
    painter.setFont(style.font);
    painter.setPen(style.mutedText);
    const QString name =
        tile <= heads() ? OverlayWords::tr("head %1").arg(tile - 1) : OverlayWords::tr("rollout");
    QString text = OverlayWords::tr("to %1").arg(fixedNumber(most, 2));
    if (s.leadingTokens > 0 && keys > 0) {
        const QString more =
            QStringLiteral(" · %1 %2")
                .arg(source.label(source.trace.axes(layer().pattern)[2], 0), fixedNumber(weight(tile, 0), 2));
        if (fm.horizontalAdvance(name + text + more) + 10 < rect.width())
            text += more;
    }
    const QPointF at(rect.left(), rect.top() - fm.height() - 4 + fm.ascent());
    const double nameWidth = fm.horizontalAdvance(name) + 8;
    painter.drawText(QPointF(at.x() + nameWidth, at.y()),
                     fm.elidedText(text, Qt::ElideRight, std::max(0.0, rect.width() - nameWidth)));
    painter.setPen(style.text);
    painter.drawText(at, fm.elidedText(name, Qt::ElideRight, rect.width()));
}

OverlayFigure::OverlayFigure() = default;
OverlayFigure::~OverlayFigure() = default;

Result<std::unique_ptr<OverlayFigure>> OverlayFigure::make(FigureSource source, OverlayOptions options)
{
    const Program& program = source.trace.program();
    if (options.attention < 0)
        options.attention = lastImageAttention(program);
    if (!looksAtImage(program, options.attention))
        return fail(ErrorCode::NotFound, "this attention looks at no image");
    const AttentionLayer& layer = program.attention[static_cast<std::size_t>(options.attention)];
    auto pattern = source.trace.step(layer.pattern);
    if (!pattern)
        return tl::unexpected(pattern.error());
    if ((*pattern)->rank() != 3 || (*pattern)->count() == 0)
        return fail(ErrorCode::NotFound, "expected an attention pattern, found none", layer.name);
    if (options.head < 0 || options.head >= (*pattern)->size(0))
        return fail(ErrorCode::BadInput, "expected a head from 0 to " +
                                             std::to_string((*pattern)->size(0) - 1) + ", found " +
                                             std::to_string(options.head));
    if (options.query >= (*pattern)->size(1))
        return fail(ErrorCode::BadInput, "expected a query from 0 to " +
                                             std::to_string((*pattern)->size(1) - 1) + ", found " +
                                             std::to_string(options.query));
    options.query = std::max<std::int64_t>(0, options.query);
    std::unique_ptr<OverlayFigure> figure(new OverlayFigure);
    figure->m = std::make_unique<Impl>();
    Impl& m = *figure->m;
    m.pattern = std::move(*pattern);
    m.image = options.image.isNull() ? modelPicture(source, layer.keys) : options.image;
    if (m.image.isNull())
        return fail(ErrorCode::NotFound, "expected a picture, found none");
    m.seen = QRectF(m.image.rect());
    if (!options.image.isNull() && source.model && source.model->preprocessing) {
        const ImageRegion r = seenRegion(*source.model->preprocessing, m.image.width(), m.image.height());
        m.seen = {r.left, r.top, r.width, r.height};
    }
    if (options.rollout && layer.queries == layer.keys && m.pattern->size(1) <= mostRollout) {
        const auto layers = selfAttentionLayers(program, layer.stack);
        const auto at = std::find(layers.begin(), layers.end(), options.attention);
        if (auto all = attentionRollout(source.trace, layer.stack); all && at != layers.end()) {
            m.rollout = std::move(*all);
            m.rolloutLayer = static_cast<int>(at - layers.begin());
        }
    }
    m.source = std::move(source);
    m.options = std::move(options);
    return figure;
}

const OverlayOptions& OverlayFigure::options() const
{
    return m->options;
}

void OverlayFigure::setHead(int head)
{
    m->options.head = std::clamp(head, 0, m->heads() - 1);
}

void OverlayFigure::setQuery(std::int64_t query)
{
    m->options.query = std::clamp<std::int64_t>(query, 0, m->pattern->size(1) - 1);
}

std::vector<QRectF> OverlayFigure::pictures(const QRectF& area, const FigureStyle& style) const
{
    std::vector<QRectF> rects;
    for (const auto& tile : m->layout(area, style).tiles)
        rects.push_back(tile.picture);
    return rects;
}

QSizeF OverlayFigure::preferredSize(const FigureStyle& style) const
{
    // As large as the picture itself, within reason.
    const double width = std::clamp(m->seen.width(), 150.0, 420.0);
    const int count = 1 + m->heads() + (m->rollout ? 1 : 0);
    const int columns = std::min(count, std::max(3, static_cast<int>(std::ceil(std::sqrt(count * 1.6)))));
    const int rows = (count + columns - 1) / columns;
    const double height = width * m->seen.height() / std::max(1.0, m->seen.width());
    return {2 * overlayMargin + columns * width + (columns - 1) * overlayGap,
            2 * overlayMargin + rows * (height + QFontMetricsF(style.font).height() + 4) +
                (rows - 1) * overlayGap};
}

void OverlayFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                          const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    const auto l = m->layout(area, style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QFontMetricsF fm(style.font);
    for (std::size_t i = 0; i < l.tiles.size(); ++i) {
        const QRectF rect = l.tiles[i].picture;
        m->paintImage(painter, rect);
        if (i > 0)
            m->paintCover(painter, rect, static_cast<int>(i), style);
        // The patch that looks, in every picture.
        if (m->choosesPatches())
            if (const QRectF patch = patchRect(m->stream(), m->options.query, rect); !patch.isEmpty())
                paintFrame(painter, patch, style.query, style);
        if (static_cast<int>(i) == m->options.head + 1)
            paintFrame(painter, rect, style.accent, style);
    }
    // The choosing picture has a grid, so that one sees what there is to choose.
    const QRectF first = l.tiles.front().picture;
    const Stream& s = m->stream();
    if (m->choosesPatches()) {
        painter.setPen(QPen(QColor(255, 255, 255, 70), 1));
        for (int c = 1; c < s.patchColumns; ++c) {
            const double x = first.left() + first.width() * c / s.patchColumns;
            painter.drawLine(QPointF(x, first.top()), QPointF(x, first.bottom()));
        }
        for (int r = 1; r < s.patchRows; ++r) {
            const double y = first.top() + first.height() * r / s.patchRows;
            painter.drawLine(QPointF(first.left(), y), QPointF(first.right(), y));
        }
    }
    painter.setFont(style.font);
    double x = first.left();
    for (std::size_t t = 0; t < l.tokens.size(); ++t) {
        const bool chosen = m->options.query == static_cast<std::int64_t>(t);
        painter.setPen(QPen(chosen ? style.query : style.line, chosen ? 1.6 : 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(l.tokens[t].adjusted(0, -0.5, 0, 0.5), 4, 4);
        painter.setPen(chosen ? style.query : style.text);
        painter.drawText(l.tokens[t], Qt::AlignCenter, m->queryName(static_cast<std::int64_t>(t)));
        x = l.tokens[t].right() + 6;
    }
    const QString looks = OverlayWords::tr("%1 looks").arg(m->queryName(m->options.query));
    const QString brief =
        m->options.query < static_cast<std::int64_t>(l.tokens.size()) ? OverlayWords::tr("looks") : looks;
    painter.setPen(style.query);
    painter.drawText(QPointF(x, l.tiles.front().caption.y()),
                     fm.elidedText(brief, Qt::ElideRight, std::max(0.0, first.right() - x)));
    painter.restore();
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void OverlayFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                   const Highlight& highlight) const
{
    if (!highlight.focus)
        return;
    const QRectF rect = cellRect(*highlight.focus, area, style);
    if (rect.isEmpty())
        return;
    const Cell& cell = highlight.focus->cell;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    paintFrame(painter, rect, cell[2] < 0 ? style.query : style.key, style);
    if (cell[2] >= 0 && cell[1] == m->options.query) {
        const QString number = fixedNumber(m->weight(static_cast<int>(cell[0]) + 1, cell[2]), 3);
        const QFontMetricsF fm(style.font);
        // Beside its patch, but within its picture: the captions of others stand around it.
        const QRectF picture = m->layout(area, style).tiles[static_cast<std::size_t>(cell[0]) + 1].picture;
        QRectF box(0, 0, fm.horizontalAdvance(number) + 8, fm.height());
        box.moveCenter({rect.center().x(), rect.bottom() + fm.height() / 2 + 3});
        if (box.bottom() > picture.bottom())
            box.moveBottom(rect.top() - 3);
        box.moveLeft(std::max(picture.left(), std::min(box.left(), picture.right() - box.width())));
        box.moveTop(std::max(box.top(), picture.top()));
        painter.setPen(Qt::NoPen);
        painter.setBrush(style.background);
        painter.drawRoundedRect(box, 3, 3);
        painter.setFont(style.font);
        painter.setPen(style.text);
        painter.drawText(box, Qt::AlignCenter, number);
    }
    painter.restore();
}

std::optional<CellRef> OverlayFigure::cellAt(const QPointF& point, const QRectF& area,
                                             const FigureStyle& style) const
{
    const auto l = m->layout(area, style);
    for (std::size_t t = 0; t < l.tokens.size(); ++t)
        if (l.tokens[t].contains(point))
            return CellRef{m->ref(), {m->options.head, static_cast<std::int64_t>(t), -1}};
    const Stream& s = m->stream();
    for (int i = 0; i <= m->heads(); ++i) {
        const QRectF rect = l.tiles[static_cast<std::size_t>(i)].picture;
        if (!rect.contains(point))
            continue;
        const auto r = std::clamp(static_cast<int>((point.y() - rect.top()) / rect.height() * s.patchRows), 0,
                                  s.patchRows - 1);
        const auto c = std::clamp(static_cast<int>((point.x() - rect.left()) / rect.width() * s.patchColumns),
                                  0, s.patchColumns - 1);
        const std::int64_t position = s.leadingTokens + static_cast<std::int64_t>(r) * s.patchColumns + c;
        if (i > 0)
            return CellRef{m->ref(), {i - 1, m->options.query, position}};
        if (m->choosesPatches())
            return CellRef{m->ref(), {m->options.head, position, -1}};
    }
    return std::nullopt;
}

QRectF OverlayFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    if (cell.tensor != m->ref() || cell.cell.size() != 3)
        return {};
    const auto l = m->layout(area, style);
    if (cell.cell[2] < 0) {
        const auto query = static_cast<std::size_t>(std::max<std::int64_t>(0, cell.cell[1]));
        return query < l.tokens.size() ? l.tokens[query]
                                       : patchRect(m->stream(), cell.cell[1], l.tiles.front().picture);
    }
    if (cell.cell[0] < 0 || cell.cell[0] >= m->heads())
        return {};
    return patchRect(m->stream(), cell.cell[2], l.tiles[static_cast<std::size_t>(cell.cell[0]) + 1].picture);
}

TensorRef OverlayFigure::mainTensor() const
{
    return m->ref();
}

std::optional<CellRef> OverlayFigure::moved(const std::optional<CellRef>& from, int right, int down) const
{
    const Stream& s = m->stream();
    const bool chooses = m->choosesPatches();
    const bool inHead = from && from->cell.size() == 3 && (from->cell[2] >= 0 || !chooses);
    const std::int64_t head = from && from->cell.size() == 3 ? from->cell[0] : m->options.head;
    std::int64_t at = from && from->cell.size() == 3 ? from->cell[inHead ? 2 : 1] : m->options.query;
    if (!from && !chooses)
        at = s.leadingTokens;
    const std::int64_t first = inHead || !chooses ? s.leadingTokens : 0;
    const std::int64_t last = s.leadingTokens + static_cast<std::int64_t>(s.patchRows) * s.patchColumns - 1;
    // Down from the class token is the first patch.
    if (at < s.leadingTokens && down > 0)
        at = s.leadingTokens;
    else
        at += static_cast<std::int64_t>(std::clamp(down, -s.patchRows, s.patchRows)) * s.patchColumns;
    at = std::clamp<std::int64_t>(at + std::clamp(right, -s.patchColumns, s.patchColumns), first, last);
    if (inHead || !chooses)
        return CellRef{m->ref(), {head, m->options.query, at}};
    return CellRef{m->ref(), {head, at, -1}};
}

QString OverlayFigure::title() const
{
    return OverlayWords::tr("%1 · where %2 looks in the picture")
        .arg(stepTitle(m->source.trace.program(), m->layer().pattern), m->queryName(m->options.query));
}

QString OverlayFigure::subtitle() const
{
    return tensorSubtitle(m->source.trace.program(), m->ref(), m->pattern->axes());
}

QString OverlayFigure::describeCell(const CellRef& cell) const
{
    if (cell.tensor != m->ref() || cell.cell.size() != 3)
        return {};
    if (cell.cell[2] < 0)
        return cell.cell[1] >= 0 && cell.cell[1] < m->pattern->size(1)
                   ? OverlayWords::tr("choose %1").arg(m->queryName(cell.cell[1]))
                   : QString();
    return cellWords(m->source, cell);
}

FigureData OverlayFigure::data() const
{
    // What is painted: the chosen query's row of every head.
    const std::int64_t keys = m->pattern->size(2);
    Tensor values({named(axis::head, m->heads()), m->pattern->axes()[2]});
    FigureData data;
    auto to = values.mutableValues().begin();
    for (int h = 0; h < m->heads(); ++h) {
        data.rows.push_back("head " + std::to_string(h));
        for (std::int64_t k = 0; k < keys; ++k)
            *to++ = m->pattern->at({h, m->options.query, k});
    }
    data.corner = "head \\ key";
    for (std::int64_t k = 0; k < keys; ++k)
        data.columns.push_back(m->source.label(m->pattern->axes()[2], k).toStdString());
    data.tensor = std::make_shared<const Tensor>(std::move(values));
    return data;
}

} // namespace headlight
