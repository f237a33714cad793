// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/head_grid_figure.h"

#include "figures/figure_names.h"
#include "figures/highlight_painter.h"
#include "figures/layout_fit.h"

#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

constexpr double margin = 8;
constexpr double gap = 4;         ///< between thumbnails
constexpr double sectionGap = 22; ///< between kinds of attention
/// Patterns are reduced to at most so many pixels a side: more than a thumbnail ever shows.
constexpr std::int64_t mostPixels = 192;

/// What is left of one head's pattern.
struct Thumbnail
{
    std::vector<float> values; ///< [height, width]; empty when the run has not come so far
    int width = 0, height = 0;
    ValueRange range;
};

/// Layers of one kind in one stack: "Encoder self-attention".
struct Section
{
    QString title;
    std::vector<int> layers; ///< indices into Program::attention
    int heads = 0;
};

struct Layout
{
    struct Place
    {
        QPointF origin; ///< of the first thumbnail
        QPointF title;  ///< left end of its baseline
    };
    QSizeF natural;
    QSizeF thumbnail;
    double labelWidth = 0;
    std::vector<Place> sections;
};

QString capitalised(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

Thumbnail reduced(const Tensor& pattern, std::int64_t head, const Tensor* scores)
{
    const std::int64_t queries = pattern.size(1), keys = pattern.size(2);
    Thumbnail t;
    t.height = static_cast<int>(std::min(queries, mostPixels));
    t.width = static_cast<int>(std::min(keys, mostPixels));
    t.values.resize(static_cast<std::size_t>(t.width) * static_cast<std::size_t>(t.height));
    const auto& strides = pattern.strides();
    const float* base = pattern.data() + head * strides[0];
    std::vector<std::int64_t> columns;
    for (int x = 0; x <= t.width; ++x)
        columns.push_back(x * keys / t.width);
    auto to = t.values.begin();
    for (int y = 0; y < t.height; ++y) {
        const std::int64_t q0 = y * queries / t.height, q1 = (y + 1) * queries / t.height;
        for (int x = 0; x < t.width; ++x, ++to) {
            const std::int64_t k0 = columns[static_cast<std::size_t>(x)],
                               k1 = columns[static_cast<std::size_t>(x) + 1];
            float best = base[q0 * strides[1] + k0 * strides[2]];
            for (std::int64_t q = q0; q < q1; ++q)
                for (std::int64_t k = k0; k < k1; ++k)
                    if (const float v = base[q * strides[1] + k * strides[2]]; !(v <= best))
                        best = v;
            // Only exact zeros can be masked, so few scores are looked at.
            if (best == 0 && scores && specialOf(scores->at({head, q1 - 1, k0})) == SpecialValue::Masked)
                best = -std::numeric_limits<float>::infinity();
            *to = best;
            t.range.add(best);
        }
    }
    return t;
}

} // namespace

struct HeadGridFigure::Impl
{
    FigureSource source;
    HeadGridOptions options;
    std::vector<Section> sections;
    std::vector<std::vector<Thumbnail>> thumbnails; ///< [attention][head]
    std::vector<ValueRange> layerRanges;
    ValueRange range;
    LayoutCache<Layout> cache;

    mutable std::vector<std::vector<QImage>> images; ///< for imageStyle
    mutable FigureStyle imageStyle;

    [[nodiscard]] const Program& program() const { return source.trace.program(); }
    [[nodiscard]] const AttentionLayer& layer(int attention) const
    {
        return program().attention[static_cast<std::size_t>(attention)];
    }
    [[nodiscard]] Layout lay(const QSizeF& area, const FigureStyle& style) const;
    [[nodiscard]] const Layout& layout(const QSizeF& area, const FigureStyle& style) const
    {
        return cache.get(area, style, [&](const QSizeF& logical) { return lay(logical, style); });
    }
    /// In logical coordinates.
    [[nodiscard]] QRectF rect(HeadRef head, const Layout& l) const;
    [[nodiscard]] std::optional<HeadRef> headOf(const CellRef& cell) const;
    [[nodiscard]] const QImage& image(HeadRef head, const FigureStyle& style) const;
};

Layout HeadGridFigure::Impl::lay(const QSizeF& area, const FigureStyle& style) const
{
    const QFontMetricsF fm(nameFontOf(style));
    const double headerHeight = fm.height() + 3;
    const double titleHeight = sections.size() > 1 ? QFontMetricsF(style.font).height() + 4 : 0;
    Layout best;
    best.labelWidth = fm.horizontalAdvance(QStringLiteral("L88")) + 6;
    double bestArea = -1;
    // Side by side or one below the other, whichever makes larger thumbnails.
    for (const bool beside : {true, false}) {
        if (beside && sections.size() == 1)
            continue;
        double fixedWidth = 2 * margin, fixedHeight = 2 * margin;
        int columns = 0, rows = 0;
        for (const Section& s : sections) {
            const int layers = static_cast<int>(s.layers.size());
            const double labels = best.labelWidth + gap * (s.heads - 1);
            const double head = titleHeight + headerHeight + gap * (layers - 1);
            columns = beside ? columns + s.heads : std::max(columns, s.heads);
            rows = beside ? std::max(rows, layers) : rows + layers;
            fixedWidth = beside ? fixedWidth + labels : std::max(fixedWidth, 2 * margin + labels);
            fixedHeight = beside ? std::max(fixedHeight, 2 * margin + head) : fixedHeight + head;
        }
        (beside ? fixedWidth : fixedHeight) += sectionGap * static_cast<double>(sections.size() - 1);
        QSizeF size((area.width() - fixedWidth) / columns, (area.height() - fixedHeight) / rows);
        size = {std::floor(std::clamp(size.width(), 10.0, 150.0)),
                std::floor(std::clamp(size.height(), 10.0, 110.0))};
        // Patterns are nearly square; a little wider than high is fine.
        size.setWidth(std::min(size.width(), std::floor(size.height() * 1.45)));
        size.setHeight(std::min(size.height(), size.width()));
        if (size.width() * size.height() <= bestArea)
            continue;
        bestArea = size.width() * size.height();
        best.thumbnail = size;
        best.sections.clear();
        double x = margin, y = margin, right = 0, bottom = 0;
        for (const Section& s : sections) {
            const double width = best.labelWidth + s.heads * (size.width() + gap) - gap;
            const double height = titleHeight + headerHeight +
                                  static_cast<double>(s.layers.size()) * (size.height() + gap) - gap;
            best.sections.push_back({{x + best.labelWidth, y + titleHeight + headerHeight},
                                     {x + best.labelWidth, y + QFontMetricsF(style.font).ascent()}});
            right = std::max({right, x + width,
                              titleHeight > 0
                                  ? x + best.labelWidth + QFontMetricsF(style.font).horizontalAdvance(s.title)
                                  : 0});
            bottom = std::max(bottom, y + height);
            (beside ? x : y) += beside ? width + sectionGap : height + sectionGap;
        }
        best.natural = {right + margin, bottom + margin};
    }
    return best;
}

QRectF HeadGridFigure::Impl::rect(HeadRef head, const Layout& l) const
{
    for (std::size_t s = 0; s < sections.size(); ++s) {
        const auto& layers = sections[s].layers;
        const auto at = std::find(layers.begin(), layers.end(), head.attention);
        if (at != layers.end() && head.head >= 0 && head.head < layer(head.attention).heads)
            return {l.sections[s].origin +
                        QPointF(head.head * (l.thumbnail.width() + gap),
                                static_cast<double>(at - layers.begin()) * (l.thumbnail.height() + gap)),
                    l.thumbnail};
    }
    return {};
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

const QImage& HeadGridFigure::Impl::image(HeadRef head, const FigureStyle& style) const
{
    if (images.empty() || imageStyle.dark != style.dark || imageStyle.sequentialMap != style.sequentialMap ||
        imageStyle.background != style.background) {
        imageStyle = style;
        images.assign(thumbnails.size(), {});
        for (std::size_t a = 0; a < thumbnails.size(); ++a)
            images[a].resize(thumbnails[a].size());
    }
    QImage& image = images[static_cast<std::size_t>(head.attention)][static_cast<std::size_t>(head.head)];
    const Thumbnail& t =
        thumbnails[static_cast<std::size_t>(head.attention)][static_cast<std::size_t>(head.head)];
    if (!image.isNull() || t.values.empty())
        return image;
    const ValueRange& limits = options.scale.extent == ScaleOptions::Extent::Slice ? t.range
                               : options.scale.extent == ScaleOptions::Extent::Tensor
                                   ? layerRanges[static_cast<std::size_t>(head.attention)]
                                   : range;
    // Masked halves of a hundred thumbnails should be quiet: half way to the background.
    FigureStyle quiet = style;
    quiet.masked = QColor((style.masked.red() + style.background.red()) / 2,
                          (style.masked.green() + style.background.green()) / 2,
                          (style.masked.blue() + style.background.blue()) / 2);
    const ColorScale scale(limits, options.scale, quiet,
                           options.scale.curve == ScaleOptions::Curve::Rank ? t.values
                                                                            : std::vector<float>{});
    image = QImage(t.width, t.height, QImage::Format_RGB32);
    for (int y = 0; y < t.height; ++y)
        scale.colors(
            {t.values.data() + static_cast<std::ptrdiff_t>(y) * t.width, static_cast<std::size_t>(t.width)},
            reinterpret_cast<QRgb*>(image.scanLine(y)));
    return image;
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
    const Program& program = m.program();
    if (program.attention.empty())
        return fail(ErrorCode::NotFound, "this model has no attention heads");
    bool any = false;
    for (std::size_t a = 0; a < program.attention.size(); ++a) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "reading the attention patterns was cancelled");
        const AttentionLayer& layer = program.attention[a];
        const bool cross = layer.kind == AttentionLayer::Kind::Cross;
        QString title = capitalised(QString::fromStdString(layer.stack)) +
                        (cross ? QStringLiteral(" cross-attention") : QStringLiteral(" self-attention"));
        title = capitalised(title.trimmed());
        auto section = std::find_if(m.sections.begin(), m.sections.end(),
                                    [&](const Section& s) { return s.title == title; });
        if (section == m.sections.end())
            section = m.sections.insert(m.sections.end(), {title, {}, 0});
        section->layers.push_back(static_cast<int>(a));
        section->heads = std::max(section->heads, layer.heads);

        auto& heads = m.thumbnails.emplace_back(static_cast<std::size_t>(layer.heads));
        auto& range = m.layerRanges.emplace_back();
        if (!m.source.trace.reached(layer.pattern))
            continue;
        const auto pattern = m.source.trace.step(layer.pattern);
        if (!pattern)
            return tl::unexpected(pattern.error());
        const auto scores = m.source.trace.step(layer.scores);
        for (int h = 0; h < std::min<int>(layer.heads, static_cast<int>((*pattern)->size(0))); ++h) {
            if ((*pattern)->size(1) == 0 || (*pattern)->size(2) == 0)
                continue;
            heads[static_cast<std::size_t>(h)] = reduced(**pattern, h, scores ? scores->get() : nullptr);
            range.add(heads[static_cast<std::size_t>(h)].range);
            any = true;
        }
        m.range.add(range);
    }
    if (!any)
        return fail(ErrorCode::NotFound, "the run has not reached an attention pattern yet",
                    program.steps[static_cast<std::size_t>(program.attention.front().pattern)].hook);
    return figure;
}

std::optional<HeadRef> HeadGridFigure::headAt(const QPointF& point, const QRectF& area,
                                              const FigureStyle& style) const
{
    const Layout& l = m->layout(area.size(), style);
    const QPointF p = fitInto(l.natural, area, style).toLogical(point);
    for (const Section& s : m->sections)
        for (const int a : s.layers)
            for (int h = 0; h < m->layer(a).heads; ++h)
                if (m->rect({a, h}, l).contains(p))
                    return HeadRef{a, h};
    return std::nullopt;
}

QRectF HeadGridFigure::headRect(HeadRef head, const QRectF& area, const FigureStyle& style) const
{
    const Layout& l = m->layout(area.size(), style);
    return fitInto(l.natural, area, style).toPainter(m->rect(head, l));
}

void HeadGridFigure::setSelected(std::optional<HeadRef> head)
{
    m->options.selected = head;
}

std::optional<HeadRef> HeadGridFigure::selected() const
{
    return m->options.selected;
}

QString HeadGridFigure::headName(HeadRef head) const
{
    const AttentionLayer& layer = m->layer(head.attention);
    QString name = QStringLiteral("layer %1, head %2").arg(layer.layer).arg(head.head);
    if (m->sections.size() > 1)
        for (const Section& s : m->sections)
            if (std::count(s.layers.begin(), s.layers.end(), head.attention) > 0)
                name = s.title + QStringLiteral(", ") + name;
    return name;
}

QSizeF HeadGridFigure::preferredSize(const FigureStyle& style) const
{
    FigureStyle plain = style;
    plain.zoom = 1;
    return m->lay({1000, 640}, plain).natural;
}

void HeadGridFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                           const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    const Layout& l = m->layout(area.size(), style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    fitInto(l.natural, area, style).apply(painter);
    const QFont small = nameFontOf(style);
    const QFontMetricsF fm(small);
    for (std::size_t s = 0; s < m->sections.size(); ++s) {
        const Section& section = m->sections[s];
        const QPointF origin = l.sections[s].origin;
        if (m->sections.size() > 1) {
            painter.setFont(style.font);
            painter.setPen(style.text);
            painter.drawText(l.sections[s].title, section.title);
        }
        painter.setFont(small);
        painter.setPen(style.mutedText);
        const auto every =
            std::max(1, static_cast<int>(std::ceil((fm.horizontalAdvance(QStringLiteral("H88")) + 2) /
                                                   (l.thumbnail.width() + gap))));
        for (int h = 0; h < section.heads; h += every) {
            const QString text = QStringLiteral("H%1").arg(h);
            const double centre = origin.x() + h * (l.thumbnail.width() + gap) + l.thumbnail.width() / 2;
            painter.drawText(QPointF(centre - fm.horizontalAdvance(text) / 2, origin.y() - 5), text);
        }
        const auto everyRow =
            std::max(1, static_cast<int>(std::ceil(fm.height() / (l.thumbnail.height() + gap))));
        for (std::size_t r = 0; r < section.layers.size(); ++r) {
            const int a = section.layers[r];
            const double middle =
                origin.y() + static_cast<double>(r) * (l.thumbnail.height() + gap) + l.thumbnail.height() / 2;
            if (r % static_cast<std::size_t>(everyRow) == 0) {
                painter.setFont(small);
                painter.setPen(style.mutedText);
                const QString text = QStringLiteral("L%1").arg(m->layer(a).layer);
                painter.drawText(QPointF(origin.x() - 6 - fm.horizontalAdvance(text),
                                         middle + fm.ascent() - fm.height() / 2),
                                 text);
            }
            for (int h = 0; h < m->layer(a).heads; ++h) {
                const QRectF rect = m->rect({a, h}, l);
                const QImage& image = m->image({a, h}, style);
                painter.setRenderHint(QPainter::SmoothPixmapTransform, image.width() > rect.width());
                if (!image.isNull())
                    painter.drawImage(rect, image);
                painter.setRenderHint(QPainter::Antialiasing, false);
                painter.setPen(QPen(style.line, 1));
                painter.setBrush(Qt::NoBrush);
                painter.drawRect(rect.adjusted(-1, -1, 0, 0));
                painter.setRenderHint(QPainter::Antialiasing, true);
            }
        }
    }
    if (m->options.selected)
        paintFrame(painter, m->rect(*m->options.selected, l), style.accent, style);
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
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(style.text, 1));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(headRect(*head, area, style).adjusted(-1.5, -1.5, 1, 1), 2, 2);
    painter.restore();
}

std::optional<CellRef> HeadGridFigure::cellAt(const QPointF& point, const QRectF& area,
                                              const FigureStyle& style) const
{
    const auto head = headAt(point, area, style);
    if (!head)
        return std::nullopt;
    const AttentionLayer& layer = m->layer(head->attention);
    if (m->thumbnails[static_cast<std::size_t>(head->attention)][static_cast<std::size_t>(head->head)]
            .values.empty())
        return std::nullopt;
    const Axes& axes = m->source.trace.axes(layer.pattern);
    const QRectF rect = headRect(*head, area, style);
    const auto entry = [](double place, std::int64_t size) {
        return std::clamp<std::int64_t>(static_cast<std::int64_t>(place * static_cast<double>(size)), 0,
                                        size - 1);
    };
    return CellRef{{TensorRef::Kind::Step, layer.pattern},
                   {head->head, entry((point.y() - rect.top()) / rect.height(), axes[1].size),
                    entry((point.x() - rect.left()) / rect.width(), axes[2].size)}};
}

QRectF HeadGridFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    const auto head = m->headOf(cell);
    if (!head)
        return {};
    const QRectF rect = headRect(*head, area, style);
    const Axes& axes = m->source.trace.axes(cell.tensor.index);
    if (rect.isEmpty() || cell.cell[1] >= axes[1].size || cell.cell[2] >= axes[2].size)
        return {};
    const double w = rect.width() / static_cast<double>(axes[2].size);
    const double h = rect.height() / static_cast<double>(axes[1].size);
    return {rect.left() + static_cast<double>(cell.cell[2]) * w,
            rect.top() + static_cast<double>(cell.cell[1]) * h, w, h};
}

QRectF HeadGridFigure::cursorRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
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
    // All layers in one column, section after section.
    std::vector<int> order;
    for (const Section& s : m->sections)
        order.insert(order.end(), s.layers.begin(), s.layers.end());
    std::optional<HeadRef> head = from ? m->headOf(*from) : std::nullopt;
    if (!head)
        head = m->options.selected ? *m->options.selected : HeadRef{order.front(), 0};
    const auto at = std::find(order.begin(), order.end(), head->attention) - order.begin();
    const auto row = std::clamp<std::ptrdiff_t>(at + down, 0, static_cast<std::ptrdiff_t>(order.size()) - 1);
    const int attention = order[static_cast<std::size_t>(row)];
    const int h = std::clamp(head->head + right, 0, m->layer(attention).heads - 1);
    return CellRef{{TensorRef::Kind::Step, m->layer(attention).pattern}, {h, 0, 0}};
}

QString HeadGridFigure::title() const
{
    return QStringLiteral("Attention patterns of all layers and heads");
}

QString HeadGridFigure::describeCell(const CellRef& cell) const
{
    const auto head = m->headOf(cell);
    return head ? capitalised(headName(*head)) + QStringLiteral(": ") + cellWords(m->source, cell)
                : QString();
}

FigureData HeadGridFigure::data() const
{
    // One array of all layers, when they are of one size.
    const Trace& trace = m->source.trace;
    std::vector<TensorPtr> layers;
    for (const AttentionLayer& layer : m->program().attention) {
        const auto pattern = trace.step(layer.pattern);
        if (!pattern || (!layers.empty() && describe((*pattern)->axes()) != describe(layers.front()->axes())))
            return {};
        layers.push_back(*pattern);
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
