// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/head_grid_figure.h"

#include "analysis/trace_difference.h"
#include "figures/figure_names.h"
#include "figures/highlight_painter.h"
#include "figures/layout_fit.h"
#include "figures/number_text.h"
#include "session/core_words.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPaintDevice>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace headlight {

namespace {

/// Patterns are reduced to at most so many pixels a side; what is larger on the screen is read as tiles.
constexpr std::int64_t headGridMostPixels = 192;
constexpr int leastPixels = 24; ///< of the smallest level of a thumbnail
/// From this size on, cells are pointed at, named and then numbered.
constexpr double pointedCell = 9, namedCell = 15, numberedCell = 36;
constexpr double closeZoom = 1.5;
/// The edges' names of tokens are no longer than this, by so many of them.
constexpr double widestToken = 90;
constexpr std::int64_t mostMeasured = 1000;
constexpr std::size_t mostMissing = 200; ///< tiles that are asked for at a time

struct HeadGridWords
{
    Q_DECLARE_TR_FUNCTIONS(HeadGridFigure)
};

QString capitalised(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

/// The part of the painter's device that can be seen, in the painter's coordinates.
QRectF visibleRect(const QPainter& painter)
{
    const QPaintDevice* device = painter.device();
    const double ratio = device->devicePixelRatioF();
    return painter.worldTransform().inverted().mapRect(
        QRectF(0, 0, device->width() / ratio, device->height() / ratio));
}

/// Draws an image that fills @p target, but only what can be seen of it: coordinates stay small however far
/// one has zoomed in.
void drawSeen(QPainter& painter, const QRectF& target, const QImage& image, const QRectF& visible)
{
    const QRectF seen = target & visible;
    if (seen.isEmpty() || image.isNull())
        return;
    const double sx = target.width() / image.width(), sy = target.height() / image.height();
    const int x0 = std::max(0, static_cast<int>(std::floor((seen.left() - target.left()) / sx)));
    const int y0 = std::max(0, static_cast<int>(std::floor((seen.top() - target.top()) / sy)));
    const int x1 = std::min(image.width(), static_cast<int>(std::ceil((seen.right() - target.left()) / sx)));
    const int y1 = std::min(image.height(), static_cast<int>(std::ceil((seen.bottom() - target.top()) / sy)));
    const QRectF to(QPointF(target.left() + x0 * sx, target.top() + y0 * sy),
                    QPointF(target.left() + x1 * sx, target.top() + y1 * sy));
    painter.setRenderHint(QPainter::SmoothPixmapTransform, sx < 1 || sy < 1);
    painter.drawImage(to, image, QRectF(x0, y0, x1 - x0, y1 - y0));
}

/// Differences of all heads have one scale, which is not that of weights.
ScaleOptions signedScale(ScaleOptions scale)
{
    scale.extent = ScaleOptions::Extent::Figure;
    scale.low.reset();
    scale.high.reset();
    return scale;
}

} // namespace

struct HeadGridFigure::Impl
{
    FigureSource source;
    HeadGridOptions options;
    std::vector<HeadGridSection> sections;
    std::vector<int> headCounts;                                   ///< of each attention layer
    std::vector<std::vector<ReducedPattern>> thumbnails;           ///< [attention][head]
    std::vector<std::vector<std::vector<ReducedPattern>>> smaller; ///< … and their further levels
    std::vector<ValueRange> layerRanges;
    ValueRange range;
    std::vector<HeadRef> marked;
    std::optional<HeadRanking> ranking;
    LayoutCache<HeadGridLayout> cache;
    std::vector<Axes> axes; ///< of what is drawn of each attention layer
    /// Of a difference: which entries of the axes stand for which in the two runs, by attention layer.
    std::vector<std::vector<TokenAlignment>> pairs;

    mutable std::vector<std::vector<std::vector<QImage>>>
        images; ///< [attention][head][level], for imageStyle
    mutable FigureStyle imageStyle;
    mutable std::map<int, ColorScale> scales; ///< those that heads share, by layer; −1: of all
    mutable TileCache tiles;
    mutable std::set<TileKey> missing;
    mutable bool cells = false;
    mutable std::map<std::pair<StreamIndex, std::int64_t>, double> tokenWidths; ///< the widest, in tokenFont
    mutable QFont tokenFont;

    [[nodiscard]] const Program& program() const { return source.trace.program(); }
    [[nodiscard]] const AttentionLayer& layer(int attention) const
    {
        return program().attention[static_cast<std::size_t>(attention)];
    }
    [[nodiscard]] const ReducedPattern& thumbnail(HeadRef head) const
    {
        return thumbnails[static_cast<std::size_t>(head.attention)][static_cast<std::size_t>(head.head)];
    }
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> size(HeadRef head) const ///< queries, keys
    {
        const Axes& drawn = axes[static_cast<std::size_t>(head.attention)];
        return {drawn[1].size, drawn[2].size};
    }
    [[nodiscard]] bool differs() const { return options.base.valid(); }
    /// Which entry of a drawn axis (1: queries, 2: keys) one of the source's is, and back; −1 where the other
    /// run has nothing for it.
    [[nodiscard]] std::int64_t drawnEntry(int attention, std::size_t axis, std::int64_t entry) const;
    [[nodiscard]] std::int64_t ownEntry(int attention, std::size_t axis, std::int64_t drawn) const
    {
        return differs() ? pairs[static_cast<std::size_t>(attention)][axis]
                               .pairs[static_cast<std::size_t>(drawn)]
                               .second
                         : drawn;
    }
    [[nodiscard]] bool ordered() const { return ranking && ranking->rearrange; }

    /// A figure that is zoomed is the same picture, larger: the layout is that of the whole view.
    struct View
    {
        const HeadGridLayout& layout;
        Fit fit;
        double text = 1; ///< scale of texts, which do not grow with the zoom
    };
    [[nodiscard]] View view(const QRectF& area, const FigureStyle& style) const;
    [[nodiscard]] std::optional<HeadRef> headOf(const CellRef& cell) const;
    [[nodiscard]] std::optional<double> valueOf(HeadRef head) const;
    [[nodiscard]] ColorScale scale(HeadRef head, const FigureStyle& style) const;
    /// That of all heads, for the bar.
    [[nodiscard]] ColorScale sharedScale(const FigureStyle& style) const;
    /// What stands beneath the thumbnails: what is not as usual about their colours.
    [[nodiscard]] QString note() const;
    [[nodiscard]] bool hasBar() const { return options.scale.extent == ScaleOptions::Extent::Figure; }
    [[nodiscard]] double footHeight(const FigureStyle& style) const;
    /// The foot of a picture in @p area, as far as it can be seen: notes do not move with the map.
    [[nodiscard]] QRectF foot(const QRectF& visible, const FigureStyle& style) const;
    [[nodiscard]] QRectF barRect(const QRectF& foot) const
    {
        return {foot.left() + 10, foot.top() + 5, std::min(220.0, foot.width() / 3), foot.height() - 5};
    }
    void paintFoot(QPainter& painter, const QRectF& foot, const FigureStyle& style) const;
    void checkStyle(const FigureStyle& style) const;
    [[nodiscard]] const QImage& image(HeadRef head, double pixels, const FigureStyle& style) const;
    [[nodiscard]] QImage imageOf(const ReducedPattern& part, HeadRef head, const FigureStyle& style) const;
    void paintHead(QPainter& painter, HeadRef head, const QRectF& rect, const QRectF& visible,
                   const FigureStyle& style) const;
    void paintNumbers(QPainter& painter, HeadRef head, const QRectF& rect, const QRectF& visible,
                      const FigureStyle& style) const;
    /// What a zoomed picture keeps at its left and its top for names: those of layers and heads outside,
    /// those of tokens inside.
    struct Edges
    {
        QSizeF headings{0, 0}, whole{0, 0};
    };
    [[nodiscard]] Edges edgesOf(const View& view, const FigureStyle& style) const;
    [[nodiscard]] static QFont headingFont(const View& view, const FigureStyle& style);
    /// What can be seen, and within its edges.
    struct Seen
    {
        QRectF visible, inner;
        QSizeF headings;
    };
    [[nodiscard]] Seen seenOf(const QPainter& painter, const QRectF& area, const View& view,
                              const FigureStyle& style) const;
    /// The parts of the edges that have names of tokens.
    struct Named
    {
        std::vector<std::pair<double, double>> rows, columns;
    };
    void paintTokens(QPainter& painter, HeadRef head, const QRectF& rect, const Seen& seen, Named& named,
                     const FigureStyle& style) const;
    void paintHeadings(QPainter& painter, const View& view, const Seen& seen, const FigureStyle& style) const;
    void paintCaptions(QPainter& painter, const View& view, const Seen& seen, const FigureStyle& style) const;
    template <class Visit>
    void eachHead(const HeadGridLayout& layout, const Visit& visit) const
    {
        for (std::size_t a = 0; a < layout.rects.size(); ++a)
            for (std::size_t h = 0; h < layout.rects[a].size(); ++h)
                if (!layout.rects[a][h].isEmpty())
                    visit(HeadRef{static_cast<int>(a), static_cast<int>(h)}, layout.rects[a][h]);
    }
};

std::int64_t HeadGridFigure::Impl::drawnEntry(int attention, std::size_t axis, std::int64_t entry) const
{
    if (!differs())
        return entry < axes[static_cast<std::size_t>(attention)][axis].size ? entry : -1;
    const auto& all = pairs[static_cast<std::size_t>(attention)];
    const auto found = axis < all.size() ? all[axis].pairOfSecond() : std::vector<std::int64_t>();
    return static_cast<std::size_t>(entry) < found.size() ? found[static_cast<std::size_t>(entry)] : -1;
}

HeadGridFigure::Impl::View HeadGridFigure::Impl::view(const QRectF& area, const FigureStyle& style) const
{
    FigureStyle plain = style;
    plain.zoom = 1;
    const QSizeF whole(area.width() / style.zoom, area.height() / style.zoom - footHeight(plain));
    const HeadGridLayout& l = cache.get(whole, plain, [&](const QSizeF& logical) {
        return ordered() ? layOutInOrder(ranking->order, ranking->groups, headCounts, logical, plain)
                         : layOutByLayer(sections, headCounts, logical, plain);
    });
    Fit fit = fitInto(l.natural, QRectF(QPointF(0, 0), whole), plain);
    const double text = fit.scale;
    fit.scale *= style.zoom;
    fit.shift = area.topLeft() + fit.shift * style.zoom;
    return {l, fit, text};
}

std::optional<HeadRef> HeadGridFigure::Impl::headOf(const CellRef& cell) const
{
    if (cell.tensor.kind != TensorRef::Kind::Step || cell.cell.size() != 3)
        return std::nullopt;
    for (std::size_t a = 0; a < program().attention.size(); ++a)
        if (program().attention[a].pattern == cell.tensor.index)
            return HeadRef{static_cast<int>(a), static_cast<int>(cell.cell[0])};
    return std::nullopt;
}

std::optional<double> HeadGridFigure::Impl::valueOf(HeadRef head) const
{
    if (!ranking || static_cast<std::size_t>(head.attention) >= ranking->values.size())
        return std::nullopt;
    const auto& row = ranking->values[static_cast<std::size_t>(head.attention)];
    return static_cast<std::size_t>(head.head) < row.size() ? row[static_cast<std::size_t>(head.head)]
                                                            : std::nullopt;
}

ColorScale HeadGridFigure::Impl::scale(HeadRef head, const FigureStyle& style) const
{
    const int key = options.scale.extent == ScaleOptions::Extent::Figure ? -1 : head.attention;
    const bool own = options.scale.extent == ScaleOptions::Extent::Slice;
    if (const auto known = scales.find(key); !own && known != scales.end())
        return known->second;
    const ReducedPattern& t = thumbnail(head);
    const ValueRange& limits = options.scale.extent == ScaleOptions::Extent::Slice ? t.range
                               : options.scale.extent == ScaleOptions::Extent::Tensor
                                   ? layerRanges[static_cast<std::size_t>(head.attention)]
                                   : range;
    // Masked halves of a hundred thumbnails should be quiet: half way to the background.
    FigureStyle quiet = style;
    quiet.masked = QColor((style.masked.red() + style.background.red()) / 2,
                          (style.masked.green() + style.background.green()) / 2,
                          (style.masked.blue() + style.background.blue()) / 2);
    // Ranks are those of the numbers that share the scale: a sample of each head is enough.
    std::vector<float> ranked;
    if (options.scale.curve == ScaleOptions::Curve::Rank) {
        const auto add = [&](const ReducedPattern& pattern, std::size_t step) {
            for (std::size_t i = 0; i < pattern.values.size(); i += step)
                ranked.push_back(pattern.values[i]);
        };
        if (options.scale.extent == ScaleOptions::Extent::Slice)
            add(t, t.values.size() / 4096 + 1);
        else
            for (std::size_t a = 0; a < thumbnails.size(); ++a)
                if (options.scale.extent == ScaleOptions::Extent::Figure ||
                    a == static_cast<std::size_t>(head.attention))
                    for (const ReducedPattern& other : thumbnails[a])
                        add(other, other.values.size() / 1024 + 1);
    }
    ColorScale made(limits, options.scale, quiet, std::move(ranked));
    if (!own)
        scales[key] = made;
    return made;
}

ColorScale HeadGridFigure::Impl::sharedScale(const FigureStyle& style) const
{
    for (std::size_t a = 0; a < thumbnails.size(); ++a)
        for (std::size_t h = 0; h < thumbnails[a].size(); ++h)
            if (!thumbnails[a][h].values.empty())
                return scale({static_cast<int>(a), static_cast<int>(h)}, style);
    return {};
}

QString HeadGridFigure::Impl::note() const
{
    QStringList words;
    const ScaleOptions& s = options.scale;
    if (s.extent == ScaleOptions::Extent::Tensor)
        words << HeadGridWords::tr("one scale a layer");
    if (s.curve == ScaleOptions::Curve::Log)
        words << HeadGridWords::tr("logarithmic");
    if (s.curve == ScaleOptions::Curve::Rank)
        words << HeadGridWords::tr("by rank");
    if ((s.low || s.high) && !hasBar())
        words << HeadGridWords::tr("from %1 to %2")
                     .arg(shownNumber(s.low.value_or(0), 3),
                          s.high ? shownNumber(*s.high, 3) : HeadGridWords::tr("the highest"));
    if (range.nan)
        words << HeadGridWords::tr("green: NaN");
    if (range.infinite)
        words << (imageStyle.dark ? HeadGridWords::tr("yellow: ∞") : HeadGridWords::tr("black: ∞"));
    if (s.sink != SinkTreatment::Shown)
        words << sinkNote(s.sink);
    if (range.masked && (hasBar() || !words.isEmpty()))
        words << HeadGridWords::tr("grey: masked");
    return words.join(QStringLiteral(" · "));
}

double HeadGridFigure::Impl::footHeight(const FigureStyle& style) const
{
    const QFontMetricsF fm(numberFontOf(style));
    if (hasBar())
        return fm.height() + 20;
    return note().isEmpty() ? 0 : fm.height() + 6;
}

QRectF HeadGridFigure::Impl::foot(const QRectF& visible, const FigureStyle& style) const
{
    FigureStyle plain = style;
    plain.zoom = 1;
    const double height = footHeight(plain);
    return {visible.left(), visible.bottom() - height, visible.width(), height};
}

void HeadGridFigure::Impl::paintFoot(QPainter& painter, const QRectF& foot, const FigureStyle& style) const
{
    if (foot.isEmpty())
        return;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(foot, style.background);
    double x = foot.left() + 10;
    if (hasBar()) {
        const QRectF bar = barRect(foot);
        ValueRange plain = range; // of the marks only the note speaks
        plain.masked = plain.nan = plain.infinite = false;
        plain.sink = SinkTreatment::Shown;
        paintColorBar(painter, bar, sharedScale(style), plain, style);
        x = bar.right() + 16;
    }
    painter.setFont(numberFontOf(style));
    const QFontMetricsF fm(painter.font());
    painter.setPen(style.mutedText);
    painter.drawText(QPointF(x, hasBar() ? foot.top() + 5 + fm.ascent() - 2
                                         : foot.center().y() + fm.ascent() / 2 - fm.descent() / 2),
                     fm.elidedText(note(), Qt::ElideRight, foot.right() - x - 4));
    painter.restore();
}

void HeadGridFigure::Impl::checkStyle(const FigureStyle& style) const
{
    if (!images.empty() && imageStyle.dark == style.dark && imageStyle.sequentialMap == style.sequentialMap &&
        imageStyle.background == style.background)
        return;
    imageStyle = style;
    scales.clear();
    images.assign(thumbnails.size(), {});
    for (std::size_t a = 0; a < thumbnails.size(); ++a)
        images[a].resize(thumbnails[a].size());
    tiles.forgetImages();
}

QImage HeadGridFigure::Impl::imageOf(const ReducedPattern& part, HeadRef head, const FigureStyle& style) const
{
    const ColorScale colors = scale(head, style);
    QImage image(part.width, part.height, QImage::Format_RGB32);
    for (int y = 0; y < part.height; ++y)
        colors.colors({part.values.data() + static_cast<std::ptrdiff_t>(y) * part.width,
                       static_cast<std::size_t>(part.width)},
                      reinterpret_cast<QRgb*>(image.scanLine(y)));
    return image;
}

const QImage& HeadGridFigure::Impl::image(HeadRef head, double pixels, const FigureStyle& style) const
{
    static const QImage none;
    auto& levels = images[static_cast<std::size_t>(head.attention)][static_cast<std::size_t>(head.head)];
    const ReducedPattern& t = thumbnail(head);
    if (t.values.empty())
        return none;
    const auto& further =
        smaller[static_cast<std::size_t>(head.attention)][static_cast<std::size_t>(head.head)];
    levels.resize(1 + further.size());
    // The smallest that still has a pixel for every one on the screen; coloured when it is first looked at.
    std::size_t level = 0;
    while (level < further.size() && further[level].width >= pixels)
        ++level;
    if (levels[level].isNull())
        levels[level] = imageOf(level == 0 ? t : further[level - 1], head, style);
    return levels[level];
}

HeadGridFigure::HeadGridFigure() = default;
HeadGridFigure::~HeadGridFigure() = default;

Result<std::unique_ptr<HeadGridFigure>> HeadGridFigure::make(FigureSource source, HeadGridOptions options,
                                                             std::stop_token stop)
{
    std::unique_ptr<HeadGridFigure> figure(new HeadGridFigure);
    figure->m = std::make_unique<Impl>();
    Impl& m = *figure->m;
    m.source = std::move(source);
    m.options = std::move(options);
    if (m.differs())
        m.options.scale = signedScale(m.options.scale);
    const Program& program = m.program();
    if (program.attention.empty())
        return fail(ErrorCode::NotFound, "this model has no attention heads");
    if (m.differs())
        if (auto ok = checkSameHeads(m.options.base.program(), program); !ok)
            return tl::unexpected(ok.error());
    bool any = false;
    for (std::size_t a = 0; a < program.attention.size(); ++a) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "reading the attention patterns was cancelled");
        const AttentionLayer& layer = program.attention[a];
        const QString title = stackTitle(layer);
        auto section = std::find_if(m.sections.begin(), m.sections.end(),
                                    [&](const HeadGridSection& s) { return s.title == title; });
        if (section == m.sections.end())
            section = m.sections.insert(m.sections.end(), {title, {}, 0});
        section->layers.push_back(static_cast<int>(a));
        section->heads = std::max(section->heads, layer.heads);
        m.headCounts.push_back(layer.heads);

        auto& heads = m.thumbnails.emplace_back(static_cast<std::size_t>(layer.heads));
        auto& further = m.smaller.emplace_back(static_cast<std::size_t>(layer.heads));
        auto& range = m.layerRanges.emplace_back();
        m.axes.push_back(m.source.trace.axes(layer.pattern));
        m.pairs.emplace_back();
        if (!m.source.trace.reached(layer.pattern))
            continue;
        Result<TensorPtr> pattern, scores;
        if (m.differs()) {
            auto difference =
                patternDifference(m.options.base, m.source.trace, static_cast<int>(a), m.options.scale.sink);
            if (!difference)
                return tl::unexpected(difference.error());
            pattern = std::move(difference->values);
            m.pairs.back() = std::move(difference->axes);
            m.axes.back() = (*pattern)->axes();
        } else {
            pattern = m.source.trace.step(layer.pattern);
            if (!pattern)
                return tl::unexpected(pattern.error());
            *pattern = patternWithout(std::move(*pattern), m.options.scale.sink);
            scores = m.source.trace.step(layer.scores);
        }
        for (int h = 0; h < std::min<int>(layer.heads, static_cast<int>((*pattern)->size(0))); ++h) {
            if ((*pattern)->size(1) == 0 || (*pattern)->size(2) == 0)
                continue;
            heads[static_cast<std::size_t>(h)] =
                reducedPattern(**pattern, h, scores ? scores->get() : nullptr, headGridMostPixels);
            auto& levels = further[static_cast<std::size_t>(h)];
            for (const ReducedPattern* last = &heads[static_cast<std::size_t>(h)];
                 last->width > 2 * leastPixels && last->height > 2 * leastPixels; last = &levels.back())
                levels.push_back(halved(*last));
            range.add(heads[static_cast<std::size_t>(h)].range);
            any = true;
        }
        m.range.add(range);
    }
    if (!any)
        return fail(ErrorCode::NotFound, "the run has not reached an attention pattern yet",
                    program.steps[static_cast<std::size_t>(program.attention.front().pattern)].hook);
    if (m.differs()) {
        // A difference that happens to be nowhere negative is signed all the same, and of numbers up to 1.
        m.range.high = differenceLimit(m.range.magnitude(), 1);
        m.range.low = -m.range.high;
    }
    return figure;
}

std::optional<HeadRef> HeadGridFigure::headAt(const QPointF& point, const QRectF& area,
                                              const FigureStyle& style) const
{
    const auto view = m->view(area, style);
    const QPointF p = view.fit.toLogical(point);
    std::optional<HeadRef> found;
    m->eachHead(view.layout, [&](HeadRef head, const QRectF& rect) {
        if (rect.contains(p))
            found = head;
    });
    return found;
}

QRectF HeadGridFigure::headRect(HeadRef head, const QRectF& area, const FigureStyle& style) const
{
    const auto view = m->view(area, style);
    return view.fit.toPainter(view.layout.rect(head));
}

void HeadGridFigure::setSelected(std::optional<HeadRef> head)
{
    m->options.selected = head;
}

std::optional<HeadRef> HeadGridFigure::selected() const
{
    return m->options.selected;
}

void HeadGridFigure::setMarked(std::vector<HeadRef> heads)
{
    m->marked = std::move(heads);
}

void HeadGridFigure::setRanking(std::optional<HeadRanking> ranking)
{
    m->ranking = std::move(ranking);
    m->cache.clear();
}

const std::optional<HeadRanking>& HeadGridFigure::ranking() const
{
    return m->ranking;
}

QString HeadGridFigure::headName(HeadRef head) const
{
    const AttentionLayer& layer = m->layer(head.attention);
    QString name = HeadGridWords::tr("layer %1, head %2").arg(layer.layer).arg(head.head);
    if (m->sections.size() > 1)
        for (const HeadGridSection& s : m->sections)
            if (std::count(s.layers.begin(), s.layers.end(), head.attention) > 0)
                name = s.title + QStringLiteral(", ") + name;
    return name;
}

std::size_t HeadGridFigure::bytes() const
{
    std::size_t sum = m->tiles.bytes();
    for (const auto& layer : m->thumbnails)
        for (const ReducedPattern& t : layer)
            sum += t.values.size() * sizeof(float);
    for (const auto& layer : m->images)
        for (const auto& levels : layer)
            for (const QImage& image : levels)
                sum += static_cast<std::size_t>(image.sizeInBytes());
    return sum;
}

void HeadGridFigure::shareRanges(const HeadGridFigure& other)
{
    const auto& others = other.m->program().attention;
    for (std::size_t a = 0; a < m->thumbnails.size(); ++a) {
        const auto found = std::find_if(others.begin(), others.end(), [&](const AttentionLayer& layer) {
            return layer.name == m->layer(static_cast<int>(a)).name;
        });
        if (found == others.end())
            continue;
        const auto there = static_cast<std::size_t>(found - others.begin());
        auto& mine = m->thumbnails[a];
        const auto& theirs = other.m->thumbnails[there];
        for (std::size_t h = 0; h < std::min(mine.size(), theirs.size()); ++h)
            mine[h].range.add(theirs[h].range);
        m->layerRanges[a].add(other.m->layerRanges[there]);
    }
    m->range.add(other.m->range);
    setScale(ScaleOptions(m->options.scale));
}

std::vector<TileKey> HeadGridFigure::missingTiles() const
{
    if (m->differs())
        return {}; // tiles are read from one run
    return {m->missing.begin(), m->missing.end()};
}

void HeadGridFigure::addTiles(std::vector<PatternTile> tiles)
{
    for (PatternTile& tile : tiles) {
        m->missing.erase(tile.key);
        m->tiles.add(std::move(tile));
    }
}

bool HeadGridFigure::showsCells() const
{
    return m->cells;
}

double HeadGridFigure::mostZoom() const
{
    std::int64_t longest = 1;
    for (std::size_t a = 0; a < m->headCounts.size(); ++a) {
        const auto [queries, keys] = m->size({static_cast<int>(a), 0});
        longest = std::max({longest, queries, keys});
    }
    // A thumbnail is ten pixels wide at least.
    return std::clamp(numberedCell * 1.4 * static_cast<double>(longest) / 20, 16.0, 4000.0);
}

ScaleChoices HeadGridFigure::scaleChoices() const
{
    ScaleChoices choices;
    if (m->differs()) {
        choices.extents = {ScaleOptions::Extent::Figure};
        choices.limits = false;
        return choices;
    }
    choices.extents = {ScaleOptions::Extent::Slice, ScaleOptions::Extent::Tensor,
                       ScaleOptions::Extent::Figure};
    choices.sink = true;
    choices.kind = QStringLiteral("heads");
    return choices;
}

const ScaleOptions& HeadGridFigure::scale() const
{
    return m->options.scale;
}

void HeadGridFigure::setScale(const ScaleOptions& scale)
{
    const SinkTreatment read = m->options.scale.sink;
    m->options.scale = m->differs() ? signedScale(scale) : scale;
    m->options.scale.sink = read;
    m->images.clear(); // coloured anew when they are next seen
    m->scales.clear();
    m->cache.clear();
}

std::optional<ColorBar> HeadGridFigure::colorBar(const QRectF& area, const FigureStyle& style) const
{
    // The foot stays where it is in the view while one zooms; the view is what the area has grown from.
    if (!m->hasBar() || m->range.empty() || style.zoom != 1)
        return std::nullopt;
    return ColorBar{colorStrip(m->barRect(m->foot(area, style))), m->sharedScale(style)};
}

QSizeF HeadGridFigure::preferredSize(const FigureStyle& style) const
{
    FigureStyle plain = style;
    plain.zoom = 1;
    const QSizeF size =
        m->ordered()
            ? layOutInOrder(m->ranking->order, m->ranking->groups, m->headCounts, {1000, 640}, plain).natural
            : layOutByLayer(m->sections, m->headCounts, {1000, 640}, plain).natural;
    return {size.width(), size.height() + m->footHeight(plain)};
}

void HeadGridFigure::Impl::paintHead(QPainter& painter, HeadRef head, const QRectF& rect,
                                     const QRectF& visible, const FigureStyle& style) const
{
    const ReducedPattern& t = thumbnail(head);
    if (t.values.empty())
        return;
    const double ratio = painter.device()->devicePixelRatioF() * painter.worldTransform().m11();
    const auto [queries, keys] = size(head);
    const double across = rect.width() / static_cast<double>(keys),
                 down = rect.height() / static_cast<double>(queries);
    // The finest level that is not finer than the screen.
    const int level = std::max(
        0, static_cast<int>(std::floor(std::log2(1 / std::max(1e-6, std::max(across, down) * ratio)))));
    const bool tiled = (keys >> level) > t.width || (queries >> level) > t.height;
    struct Piece
    {
        QRectF rect;
        TileCache::Entry* tile;
    };
    std::vector<Piece> pieces;
    bool complete = tiled;
    if (tiled) {
        const std::int64_t side = static_cast<std::int64_t>(tileSide) << level;
        const QRectF seen = rect & visible;
        const auto first = [&](double place, double from, double cell) {
            return static_cast<std::int64_t>(std::max(0.0, (place - from) / cell)) / side;
        };
        const std::int64_t lastRow = std::min((queries - 1) / side, first(seen.bottom(), rect.top(), down));
        const std::int64_t lastColumn = std::min((keys - 1) / side, first(seen.right(), rect.left(), across));
        for (std::int64_t r = first(seen.top(), rect.top(), down); r <= lastRow; ++r)
            for (std::int64_t c = first(seen.left(), rect.left(), across); c <= lastColumn; ++c) {
                const TileKey key{head.attention, head.head, level, static_cast<int>(r), static_cast<int>(c)};
                TileCache::Entry* tile = tiles.find(key);
                if (!tile) {
                    complete = false;
                    if (missing.size() < mostMissing)
                        missing.insert(key);
                    continue;
                }
                const std::int64_t q1 = std::min(queries, (r + 1) * side),
                                   k1 = std::min(keys, (c + 1) * side);
                pieces.push_back({QRectF(QPointF(rect.left() + static_cast<double>(c * side) * across,
                                                 rect.top() + static_cast<double>(r * side) * down),
                                         QPointF(rect.left() + static_cast<double>(k1) * across,
                                                 rect.top() + static_cast<double>(q1) * down)),
                                  tile});
            }
    }
    if (!complete)
        drawSeen(painter, rect, image(head, rect.width() * ratio, style), visible);
    for (const Piece& piece : pieces) {
        if (piece.tile->image.isNull())
            piece.tile->image = imageOf(piece.tile->part, head, style);
        // Neighbours share an edge of whole pixels, else a line of the background would stand between them.
        const QRectF whole(QPointF(std::round(piece.rect.left()), std::round(piece.rect.top())),
                           QPointF(std::round(piece.rect.right()), std::round(piece.rect.bottom())));
        drawSeen(painter, whole, piece.tile->image, visible);
    }
    // A short text's thumbnails have large cells too; they stay thumbnails until somebody comes closer.
    const bool close = style.zoom >= closeZoom;
    if (close && across >= pointedCell)
        cells = true;
    if (close && across >= numberedCell && down >= 15)
        paintNumbers(painter, head, rect, visible, style);
}

void HeadGridFigure::Impl::paintNumbers(QPainter& painter, HeadRef head, const QRectF& rect,
                                        const QRectF& visible, const FigureStyle& style) const
{
    const ReducedPattern& t = thumbnail(head);
    const auto [queries, keys] = size(head);
    const double across = rect.width() / static_cast<double>(keys),
                 down = rect.height() / static_cast<double>(queries);
    const QRectF seen = rect & visible;
    const ColorScale colors = scale(head, style);
    const auto from = [](double place, double cell) {
        return std::max<std::int64_t>(0, static_cast<std::int64_t>(place / cell));
    };
    painter.setFont(nameFontOf(style));
    const std::int64_t lastQuery = std::min(queries - 1, from(seen.bottom() - rect.top(), down)),
                       lastKey = std::min(keys - 1, from(seen.right() - rect.left(), across));
    for (std::int64_t q = from(seen.top() - rect.top(), down); q <= lastQuery; ++q)
        for (std::int64_t k = from(seen.left() - rect.left(), across); k <= lastKey; ++k) {
            float value = 0;
            if (t.width == keys && t.height == queries) {
                value = t.values[static_cast<std::size_t>(q * keys + k)];
            } else {
                const auto* tile = tiles.find({head.attention, head.head, 0, static_cast<int>(q / tileSide),
                                               static_cast<int>(k / tileSide)});
                if (!tile)
                    continue;
                value = tile->part
                            .values[static_cast<std::size_t>(q % tileSide * tile->part.width + k % tileSide)];
            }
            if (specialOf(value) != SpecialValue::None)
                continue;
            painter.setPen(readableOn(colors.color(value)));
            painter.drawText(QRectF(rect.left() + static_cast<double>(k) * across,
                                    rect.top() + static_cast<double>(q) * down, across, down),
                             Qt::AlignCenter, fixedNumber(static_cast<double>(value), 2));
        }
}

HeadGridFigure::Impl::Seen HeadGridFigure::Impl::seenOf(const QPainter& painter, const QRectF& area,
                                                        const View& view, const FigureStyle& style) const
{
    // A view that is zoomed is full of its figure, or of what one has moved it away from.
    const QRectF visible = style.zoom > 1 ? visibleRect(painter) : visibleRect(painter) & area;
    const Edges e = edgesOf(view, style);
    return {visible, visible.adjusted(e.whole.width(), e.whole.height(), 0, 0), e.headings};
}

HeadGridFigure::Impl::Edges HeadGridFigure::Impl::edgesOf(const View& view, const FigureStyle& style) const
{
    Edges e;
    if (style.zoom <= 1)
        return e; // the whole has room of its own for its names
    const QFontMetricsF heading(headingFont(view, style)), token(nameFontOf(style));
    e.headings = {ordered() ? 0 : heading.horizontalAdvance(QStringLiteral("L88")) + 10,
                  heading.height() + 6};
    e.whole = e.headings;
    if (style.zoom < closeZoom)
        return e;
    const QSizeF thumbnail = view.layout.thumbnail * view.fit.scale;
    if (tokenFont != nameFontOf(style)) {
        tokenFont = nameFontOf(style);
        tokenWidths.clear();
    }
    const auto widest = [&](const Axis& axis) {
        const auto [at, isNew] = tokenWidths.try_emplace({axis.stream, axis.size}, 0);
        if (isNew)
            for (std::int64_t i = 0; i < std::min(axis.size, mostMeasured); ++i)
                at->second = std::max(at->second, token.horizontalAdvance(source.label(axis, i)));
        return std::min(at->second, widestToken) + 10;
    };
    double rows = 0, columns = 0;
    for (const Axes& names : axes) {
        if (thumbnail.height() >= namedCell * static_cast<double>(names[1].size))
            rows = std::max(rows, widest(names[1]));
        if (thumbnail.width() >= namedCell * static_cast<double>(names[2].size))
            columns = std::max(columns, widest(names[2]));
    }
    e.whole += {rows, columns};
    return e;
}

QFont HeadGridFigure::Impl::headingFont(const View& view, const FigureStyle& style)
{
    QFont font = nameFontOf(style);
    font.setPixelSize(std::max(6, qRound(font.pixelSize() * view.text)));
    return font;
}

void HeadGridFigure::Impl::paintTokens(QPainter& painter, HeadRef head, const QRectF& rect, const Seen& seen,
                                       Named& named, const FigureStyle& style) const
{
    const QRectF part = rect & seen.inner;
    const auto [queries, keys] = size(head);
    const double across = rect.width() / static_cast<double>(keys),
                 down = rect.height() / static_cast<double>(queries);
    const Axes& names = axes[static_cast<std::size_t>(head.attention)];
    const QFont font = nameFontOf(style);
    const QFontMetricsF fm(font);
    painter.setFont(font);
    // Heads beside each other have the same rows, and those below each other the same columns.
    const auto isNew = [](std::vector<std::pair<double, double>>& spans, double from, double to) {
        for (const auto& [begin, end] : spans)
            if (from < end && begin < to)
                return false;
        spans.emplace_back(from, to);
        return true;
    };
    const auto entries = [](double from, double to, double start, double cell, std::int64_t count) {
        const double first = std::ceil((from - start) / cell - 0.5),
                     last = std::floor((to - start) / cell - 0.5);
        return std::pair{std::max<std::int64_t>(0, static_cast<std::int64_t>(first)),
                         std::min(count - 1, static_cast<std::int64_t>(last))};
    };
    if (down >= namedCell && isNew(named.rows, part.top(), part.bottom())) {
        const double right = seen.inner.left() - 5,
                     room = right - seen.visible.left() - seen.headings.width() - 3;
        painter.setPen(style.query);
        const auto [first, last] = entries(part.top(), part.bottom(), rect.top(), down, queries);
        for (std::int64_t q = first; q <= last; ++q) {
            const QString text = fm.elidedText(source.label(names[1], q), Qt::ElideMiddle, room);
            painter.drawText(
                QPointF(right - fm.horizontalAdvance(text),
                        rect.top() + (static_cast<double>(q) + 0.5) * down + fm.ascent() - fm.height() / 2),
                text);
        }
    }
    if (across >= namedCell && isNew(named.columns, part.left(), part.right())) {
        const double bottom = seen.inner.top() - 5,
                     room = bottom - seen.visible.top() - seen.headings.height() - 3;
        painter.setPen(style.key);
        const auto [first, last] = entries(part.left(), part.right(), rect.left(), across, keys);
        for (std::int64_t k = first; k <= last; ++k) {
            const double x = rect.left() + (static_cast<double>(k) + 0.5) * across;
            const QString text = source.label(names[2], k);
            if (fm.horizontalAdvance(text) + 4 <= across) {
                painter.drawText(QPointF(x - fm.horizontalAdvance(text) / 2, bottom), text);
                continue;
            }
            painter.save();
            painter.translate(x, bottom);
            painter.rotate(-90);
            painter.drawText(QPointF(0, fm.ascent() - fm.height() / 2),
                             fm.elidedText(text, Qt::ElideMiddle, room));
            painter.restore();
        }
    }
}

void HeadGridFigure::Impl::paintHeadings(QPainter& painter, const View& view, const Seen& seen,
                                         const FigureStyle& style) const
{
    const QFont small = headingFont(view, style);
    QFont names = style.font;
    names.setPixelSize(std::max(6, qRound(names.pixelSize() * view.text)));
    const QFontMetricsF fm(small);
    const HeadGridLayout& l = view.layout;
    const Fit& fit = view.fit;
    const double gap = HeadGridLayout::gap * fit.scale;
    const bool zoomed = style.zoom > 1;
    for (std::size_t s = 0; s < sections.size(); ++s) {
        const HeadGridSection& section = sections[s];
        const QPointF origin = l.sections[s].origin * fit.scale + fit.shift;
        const QSizeF thumb = l.thumbnail * fit.scale;
        const QRectF whole(origin,
                           QSizeF(section.heads * (thumb.width() + gap) - gap,
                                  static_cast<double>(section.layers.size()) * (thumb.height() + gap) - gap));
        if (sections.size() > 1) {
            painter.save();
            painter.setClipRect(seen.inner, Qt::IntersectClip);
            painter.setFont(names);
            painter.setPen(style.text);
            // Letters do not grow with the zoom: the lines stay together, above the heads.
            const double step = QFontMetricsF(style.font).height();
            const QStringList& lines = l.sections[s].titleLines;
            QPointF place = l.sections[s].title * fit.scale + fit.shift;
            place.ry() += static_cast<double>(lines.size() - 1) * step * (fit.scale - view.text);
            for (const QString& line : lines) {
                painter.drawText(place, line);
                place.ry() += step * view.text;
            }
            painter.restore();
        }
        if (!whole.intersects(seen.inner))
            continue;
        painter.setFont(small);
        // What would scroll out of sight stands at the edge instead, while one is within the grid.
        const bool above = zoomed && origin.y() - 5 - fm.ascent() < seen.inner.top();
        const double line = above ? seen.visible.top() + fm.ascent() + 3 : origin.y() - 5 * view.text;
        painter.setPen(above ? style.text : style.mutedText);
        const auto every =
            std::max(1, static_cast<int>(std::ceil((fm.horizontalAdvance(QStringLiteral("H88")) + 2) /
                                                   (thumb.width() + gap))));
        for (int h = 0; h < section.heads; h += every) {
            const QString text = QStringLiteral("H%1").arg(h);
            const double left = origin.x() + h * (thumb.width() + gap), width = fm.horizontalAdvance(text);
            const double from = std::max(left, seen.inner.left()),
                         to = std::min(left + thumb.width(), seen.inner.right());
            if (to < from || (zoomed && to - from < width))
                continue;
            painter.drawText(QPointF((from + to) / 2 - width / 2, line), text);
        }
        const auto everyRow = std::max(1, static_cast<int>(std::ceil(fm.height() / (thumb.height() + gap))));
        for (std::size_t r = 0; r < section.layers.size(); r += static_cast<std::size_t>(everyRow)) {
            const QString text = QStringLiteral("L%1").arg(layer(section.layers[r]).layer);
            const double top = origin.y() + static_cast<double>(r) * (thumb.height() + gap);
            const double from = std::max(top, seen.inner.top()),
                         to = std::min(top + thumb.height(), seen.inner.bottom());
            if (to < from || (zoomed && to - from < fm.ascent()))
                continue;
            const double width = fm.horizontalAdvance(text), natural = origin.x() - 6 - width;
            const bool beside = zoomed && natural < seen.inner.left();
            painter.setPen(beside ? style.text : style.mutedText);
            painter.drawText(QPointF(beside ? seen.visible.left() + 5 : natural,
                                     (from + to) / 2 + fm.ascent() - fm.height() / 2),
                             text);
        }
    }
}

void HeadGridFigure::Impl::paintCaptions(QPainter& painter, const View& view, const Seen& seen,
                                         const FigureStyle& style) const
{
    const QFont small = headingFont(view, style);
    const QFontMetricsF fm(small);
    QFont bold = style.font;
    bold.setPixelSize(std::max(6, qRound(QFontInfo(style.font).pixelSize() * view.text)));
    bold.setBold(true);
    painter.save();
    painter.setClipRect(seen.inner, Qt::IntersectClip);
    painter.setFont(bold);
    painter.setPen(style.text);
    for (std::size_t i = 0; i < view.layout.groups.size() && i < ranking->groups.size(); ++i)
        painter.drawText(view.layout.groups[i] * view.fit.scale + view.fit.shift, ranking->groups[i].title);
    painter.restore();
    painter.setFont(small);
    for (const HeadRef head : ranking->order) {
        const QRectF rect = view.fit.toPainter(view.layout.rect(head));
        if (!rect.adjusted(0, -fm.height() - 4, 0, 0).intersects(seen.inner))
            continue;
        QString stack;
        if (sections.size() > 1)
            stack = layer(head.attention).kind == AttentionLayer::Kind::Cross
                        ? QStringLiteral("×")
                        : QString::fromStdString(layer(head.attention).stack).left(1).toUpper();
        const QString name =
            QStringLiteral("%1L%2 H%3").arg(stack).arg(layer(head.attention).layer).arg(head.head);
        const bool above = style.zoom > 1 && rect.top() - 4 - fm.ascent() < seen.inner.top();
        const double line = above ? seen.visible.top() + fm.ascent() + 3 : rect.top() - 4;
        const double x = std::max(rect.left(), seen.inner.left() + 4), width = fm.horizontalAdvance(name);
        if (style.zoom > 1 && x + width > std::min(rect.right(), seen.inner.right()))
            continue;
        painter.setPen(style.mutedText);
        painter.drawText(QPointF(x, line), name);
        if (const auto value = valueOf(head)) {
            painter.setPen(style.text);
            painter.drawText(QPointF(x + width + 5, line), shownNumber(*value, 2));
        }
    }
}

void HeadGridFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                           const Highlight& highlight) const
{
    m->missing.clear();
    m->cells = false;
    m->checkStyle(style);
    const auto view = m->view(area, style);
    const Impl::Seen within = m->seenOf(painter, area, view, style);
    const QRectF &visible = within.inner, whole = within.visible;
    painter.fillRect(whole, style.background);
    painter.save();
    if (visible != whole)
        painter.setClipRect(visible, Qt::IntersectClip);
    const QRectF wide = visible.adjusted(-20, -20, 20, 20);
    std::vector<std::pair<HeadRef, QRectF>> shown;
    const auto colors = ColorMap::named(style.sequentialMap, style.dark);
    m->eachHead(view.layout, [&](HeadRef head, const QRectF& logical) {
        const QRectF rect = view.fit.toPainter(logical);
        if (!rect.intersects(visible))
            return;
        m->paintHead(painter, head, rect, visible, style);
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(style.line, 1));
        if (m->ranking) {
            // The number's colour, as a frame that is as strong as the number.
            const auto value = m->valueOf(head);
            const double share =
                value && m->ranking->most > 0 ? std::clamp(*value / m->ranking->most, 0.0, 1.0) : 0;
            painter.setPen(
                QPen(value ? QColor(colors->at(0.12 + 0.88 * share)) : style.line, share > 0.02 ? 3 : 1));
        }
        painter.drawRect(rect.adjusted(-1, -1, 0, 0) & wide);
        shown.emplace_back(head, rect);
    });
    painter.setRenderHint(QPainter::Antialiasing);
    const auto frame = [&](HeadRef head, const QColor& color) {
        const QRectF rect = view.fit.toPainter(view.layout.rect(head));
        if (rect.intersects(visible))
            paintFrame(painter, rect & wide, color, style);
    };
    for (const HeadRef head : m->marked)
        frame(head, style.key);
    if (m->options.selected)
        frame(*m->options.selected, style.accent);
    painter.restore();
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (m->cells) {
        // Where kinds of attention with other tokens share an edge, the one that most is seen of has it.
        const auto size = [&](const auto& one) {
            const QRectF part = one.second & visible;
            return part.width() * part.height();
        };
        std::stable_sort(shown.begin(), shown.end(),
                         [&](const auto& a, const auto& b) { return size(a) > size(b); });
        Impl::Named named;
        for (const auto& [head, rect] : shown)
            m->paintTokens(painter, head, rect, within, named, style);
    }
    if (m->ordered())
        m->paintCaptions(painter, view, within, style);
    else
        m->paintHeadings(painter, view, within, style);
    m->paintFoot(painter, m->foot(whole, style), style);
    painter.restore();
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void HeadGridFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                    const Highlight& highlight) const
{
    const auto head = highlight.focus ? m->headOf(*highlight.focus) : std::nullopt;
    if (!head)
        return;
    const QRectF seen = m->seenOf(painter, area, m->view(area, style), style).inner;
    const QRectF wide = seen.adjusted(-20, -20, 20, 20);
    const QRectF rect = headRect(*head, area, style);
    if (!rect.intersects(wide))
        return;
    painter.save();
    if (style.zoom > 1)
        painter.setClipRect(seen, Qt::IntersectClip);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(style.text, 1));
    painter.setBrush(Qt::NoBrush);
    if (m->cells)
        paintFrame(painter, cellRect(*highlight.focus, area, style) & wide, style.text, style);
    else
        painter.drawRoundedRect(rect.adjusted(-1.5, -1.5, 1, 1) & wide, 2, 2);
    painter.restore();
}

std::optional<CellRef> HeadGridFigure::cellAt(const QPointF& point, const QRectF& area,
                                              const FigureStyle& style) const
{
    const auto head = headAt(point, area, style);
    if (!head || m->thumbnail(*head).values.empty())
        return std::nullopt;
    const auto [queries, keys] = m->size(*head);
    const QRectF rect = headRect(*head, area, style);
    const auto entry = [](double place, std::int64_t size) {
        return std::clamp<std::int64_t>(static_cast<std::int64_t>(place * static_cast<double>(size)), 0,
                                        size - 1);
    };
    return CellRef{{TensorRef::Kind::Step, m->layer(head->attention).pattern},
                   {head->head,
                    m->ownEntry(head->attention, 1, entry((point.y() - rect.top()) / rect.height(), queries)),
                    m->ownEntry(head->attention, 2, entry((point.x() - rect.left()) / rect.width(), keys))}};
}

QRectF HeadGridFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    const auto head = m->headOf(cell);
    if (!head)
        return {};
    const QRectF rect = headRect(*head, area, style);
    const auto [queries, keys] = m->size(*head);
    const std::int64_t query = m->drawnEntry(head->attention, 1, cell.cell[1]),
                       key = m->drawnEntry(head->attention, 2, cell.cell[2]);
    if (rect.isEmpty() || query < 0 || key < 0)
        return {};
    const double w = rect.width() / static_cast<double>(keys),
                 h = rect.height() / static_cast<double>(queries);
    return {rect.left() + static_cast<double>(key) * w, rect.top() + static_cast<double>(query) * h, w, h};
}

QSizeF HeadGridFigure::edges(const QSizeF& view, const FigureStyle& style) const
{
    return m->edgesOf(m->view(QRectF(QPointF(0, 0), view * style.zoom), style), style).whole;
}

QRectF HeadGridFigure::cursorRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    if (m->cells)
        return cellRect(cell, area, style);
    const auto head = m->headOf(cell);
    return head ? headRect(*head, area, style) : QRectF();
}

TensorRef HeadGridFigure::mainTensor() const
{
    const int a = m->options.selected ? m->options.selected->attention : 0;
    return {TensorRef::Kind::Step, m->layer(a).pattern};
}

std::optional<CellRef> HeadGridFigure::moved(const std::optional<CellRef>& from, int right, int down) const
{
    const auto cellOf = [&](HeadRef h) {
        return CellRef{{TensorRef::Kind::Step, m->layer(h.attention).pattern}, {h.head, 0, 0}};
    };
    // All heads that are shown, in reading order.
    std::vector<HeadRef> order;
    if (m->ordered())
        order = m->ranking->order;
    else
        for (const HeadGridSection& s : m->sections)
            for (const int a : s.layers)
                for (int h = 0; h < m->layer(a).heads; ++h)
                    order.push_back({a, h});
    if (order.empty())
        return std::nullopt;
    HeadRef start = order.front();
    if (m->options.selected && std::count(order.begin(), order.end(), *m->options.selected) > 0)
        start = *m->options.selected;
    if (from)
        if (const auto head = m->headOf(*from)) {
            if (m->cells) {
                const auto [queries, keys] = m->size(*head);
                CellRef cell = *from;
                cell.cell[1] = std::clamp<std::int64_t>(cell.cell[1] + down, 0, queries - 1);
                cell.cell[2] = std::clamp<std::int64_t>(cell.cell[2] + right, 0, keys - 1);
                return cell;
            }
            if (std::count(order.begin(), order.end(), *head) > 0)
                start = *head;
        }
    if (m->ordered()) {
        const auto at = std::find(order.begin(), order.end(), start);
        const auto& layout = m->cache.last();
        if (right != 0 || !layout)
            return cellOf(order[static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(
                at - order.begin() + right, 0, static_cast<std::ptrdiff_t>(order.size()) - 1))]);
        // To the row above or below, which a group may leave shorter: the thumbnail that is nearest to
        // straight on.
        const auto beyond = [&](HeadRef head, int sign) {
            const QPointF here = layout->rect(head).center();
            HeadRef nearest = head;
            double least = std::numeric_limits<double>::max();
            for (const HeadRef other : order) {
                const QPointF way = layout->rect(other).center() - here;
                const double cost = std::abs(way.y()) * 100 + std::abs(way.x());
                if (way.y() * sign > layout->thumbnail.height() / 2 && cost < least) {
                    least = cost;
                    nearest = other;
                }
            }
            return nearest;
        };
        HeadRef nearest = start;
        for (int row = 0; row < std::abs(down); ++row) {
            const HeadRef next = beyond(nearest, down);
            if (next == nearest)
                break;
            nearest = next;
        }
        return cellOf(nearest);
    }
    // All layers in one column, section after section.
    std::vector<int> layers;
    for (const HeadGridSection& s : m->sections)
        layers.insert(layers.end(), s.layers.begin(), s.layers.end());
    const auto at = std::find(layers.begin(), layers.end(), start.attention) - layers.begin();
    const auto row = std::clamp<std::ptrdiff_t>(at + down, 0, static_cast<std::ptrdiff_t>(layers.size()) - 1);
    const int attention = layers[static_cast<std::size_t>(row)];
    return cellOf({attention, std::clamp(start.head + right, 0, m->layer(attention).heads - 1)});
}

QString HeadGridFigure::title() const
{
    if (m->differs())
        return HeadGridWords::tr("Differences of the patterns of all layers and heads");
    return m->ordered() ? HeadGridWords::tr("Attention heads by %1").arg(m->ranking->title)
                        : HeadGridWords::tr("Attention patterns of all layers and heads");
}

QString HeadGridFigure::describeCell(const CellRef& cell) const
{
    const auto head = m->headOf(cell);
    if (!head)
        return {};
    const QString words = capitalised(headName(*head)) + QStringLiteral(": ") + cellWords(m->source, cell);
    if (!m->differs())
        return words;
    const Program& theirs = m->options.base.program();
    const auto other =
        std::find_if(theirs.attention.begin(), theirs.attention.end(), [&](const AttentionLayer& layer) {
            return layer.name == m->layer(head->attention).name;
        });
    const std::int64_t query = m->drawnEntry(head->attention, 1, cell.cell[1]),
                       key = m->drawnEntry(head->attention, 2, cell.cell[2]);
    const auto was = m->options.base.step(other->pattern), is = m->source.trace.step(cell.tensor.index);
    if (query < 0 || key < 0 || !was || !is || !(*is)->contains(cell.cell))
        return words;
    const auto& pairs = m->pairs[static_cast<std::size_t>(head->attention)];
    const float before = (*was)->at({head->head, pairs[1].pairs[static_cast<std::size_t>(query)].first,
                                     pairs[2].pairs[static_cast<std::size_t>(key)].first});
    return HeadGridWords::tr("%1; left %2, difference %3")
        .arg(words, shownNumber(before, 5), shownNumber((*is)->at(cell.cell) - before, 5));
}

FigureData HeadGridFigure::data() const
{
    // One array of all layers, when they are of one size.
    const Trace& trace = m->source.trace;
    const SinkTreatment sink = m->options.scale.sink;
    std::vector<TensorPtr> layers;
    for (std::size_t a = 0; a < m->program().attention.size(); ++a) {
        auto pattern = trace.step(m->program().attention[a].pattern);
        if (m->differs()) {
            auto difference = patternDifference(m->options.base, trace, static_cast<int>(a), sink);
            if (!difference)
                return {};
            pattern = std::move(difference->values);
        }
        if (!pattern || (!layers.empty() && describe((*pattern)->axes()) != describe(layers.front()->axes())))
            return {};
        layers.push_back(sink == SinkTreatment::Shown || m->differs()
                             ? *pattern
                             : std::make_shared<const Tensor>(withoutFirstKey(**pattern, sink)));
    }
    Axes axes{named("layer", static_cast<std::int64_t>(layers.size()))};
    axes.insert(axes.end(), layers.front()->axes().begin(), layers.front()->axes().end());
    Tensor all(std::move(axes));
    auto to = all.mutableValues().begin();
    for (const TensorPtr& t : layers)
        for (std::int64_t i = 0; i < t->count(); ++i)
            *to++ = (*t)[i];
    return tableOf(m->source, std::make_shared<const Tensor>(std::move(all)));
}

} // namespace headlight
