// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/links_figure.h"

#include "figures/figure_names.h"
#include "figures/head_colors.h"
#include "figures/highlight_painter.h"
#include "figures/line_image.h"
#include "figures/number_text.h"

#include <QCoreApplication>
#include <QFontMetricsF>
#include <QPaintEngine>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace headlight {

namespace {

using Side = LinkLayout::Side;

/// More lines than this are a grey cloud, and take longer than a frame.
constexpr std::size_t mostLines = 1200;

struct LinksWords
{
    Q_DECLARE_TR_FUNCTIONS(LinksFigure)
};

/// Whether a cell is a whole one, or only its query or only its key.
struct Pointed
{
    std::int64_t head = -1, query = -1, key = -1;
    [[nodiscard]] bool whole() const { return query >= 0 && key >= 0; }
};

QPen penOf(const AttentionLink& link, const FigureStyle& style)
{
    QColor color = headColor(link.head, style);
    color.setAlphaF(std::clamp(0.16F + 0.84F * std::sqrt(link.weight), 0.0F, 1.0F));
    // Thin pens are drawn much faster; thickness is kept for what stands out.
    return {color, link.weight < 0.3F ? 1.0 : 0.6 + 2.2 * static_cast<double>(link.weight), Qt::SolidLine,
            Qt::FlatCap};
}

void drawLink(QPainter& painter, const LinkLayout& layout, const AttentionLink& link,
              const FigureStyle& style)
{
    painter.setPen(penOf(link, style));
    if (layout.straight())
        painter.drawLine(layout.end(Side::Query, link.query), layout.end(Side::Key, link.key));
    else
        painter.drawPath(layout.path(link));
}

/// Straight lines as pixels where the picture is made of pixels, which is the faster way; all else as lines.
void drawLinks(QPainter& painter, const LinkLayout& layout, const std::vector<AttentionLink>& links,
               const FigureStyle& style)
{
    const QTransform toPixels = painter.deviceTransform();
    if (!layout.straight() || painter.paintEngine()->type() != QPaintEngine::Raster ||
        toPixels.type() > QTransform::TxScale) {
        for (const AttentionLink& link : links)
            drawLink(painter, layout, link, style);
        return;
    }
    const QRect room = toPixels.mapRect(layout.field()).toAlignedRect();
    LineImage image(room.size(), style.background);
    for (const AttentionLink& link : links) {
        const QPen pen = penOf(link, style);
        const QLineF line(layout.end(Side::Query, link.query), layout.end(Side::Key, link.key));
        image.draw(toPixels.map(line).translated(-room.topLeft()), pen.widthF() * toPixels.m11(),
                   pen.color());
    }
    painter.drawImage(toPixels.inverted().mapRect(QRectF(room)), image.image());
}

} // namespace

struct LinksFigure::Impl
{
    FigureSource source;
    LinksOptions options;
    std::shared_ptr<const AttentionLinks> links;
    LinkText text;
    Axes axes; ///< of the pattern

    mutable std::optional<LinkLayout> layout;
    mutable QSizeF layoutArea;
    mutable FigureStyle layoutStyle;
    mutable bool chosen = false; ///< whether the lines of this layout have been chosen
    mutable std::vector<AttentionLink> drawn;
    mutable std::size_t all = 0;

    [[nodiscard]] const AttentionLayer& layer() const
    {
        return source.trace.program().attention[static_cast<std::size_t>(options.attention)];
    }
    [[nodiscard]] TensorRef pattern() const { return {TensorRef::Kind::Step, layer().pattern}; }
    [[nodiscard]] double legendWidth(const FigureStyle& style) const
    {
        const QFontMetricsF fm(style.font);
        const double head = fm.horizontalAdvance(LinksWords::tr("head %1").arg(88)) + 20;
        return std::max(head,
                        fm.horizontalAdvance(LinksWords::tr("weight ≥ %1").arg(QStringLiteral("0.88"))) + 4);
    }
    [[nodiscard]] const LinkLayout& at(const QRectF& area, const FigureStyle& style) const
    {
        if (!layout || layoutArea != area.size() || !(layoutStyle == style)) {
            layoutArea = area.size();
            layoutStyle = style;
            chosen = false;
            layout.emplace(text, options.form, area.size() / style.zoom, options.scroll, legendWidth(style),
                           style);
        }
        return *layout;
    }
    /// The lines of the picture, weakest first; how many there would be is then in `all`.
    const std::vector<AttentionLink>& lines(const LinkLayout& l) const;
    /// The lines of a token alone, strongest first; of a key only those from queries within @p range.
    [[nodiscard]] std::vector<AttentionLink> linesOf(const Pointed& pointed,
                                                     std::pair<std::int64_t, std::int64_t> range) const;
    [[nodiscard]] std::optional<Pointed> pointed(const CellRef& cell) const;
    void paintTokens(QPainter& painter, const LinkLayout& l, const FigureStyle& style) const;
    void paintToken(QPainter& painter, const LinkLayout& l, Side side, std::int64_t i,
                    const QColor& color) const;
    void paintLegend(QPainter& painter, const LinkLayout& l, const FigureStyle& style) const;
};

const std::vector<AttentionLink>& LinksFigure::Impl::lines(const LinkLayout& l) const
{
    if (chosen)
        return drawn;
    chosen = true;
    drawn.clear();
    const auto [first, last] = l.shown(Side::Query);
    for (const int head : options.heads)
        for (std::int64_t q = first; q < last; ++q)
            for (const AttentionLink& link : links->of(head, q)) {
                if (static_cast<double>(link.weight) < options.threshold - 1e-9)
                    break;
                drawn.push_back(link);
            }
    all = drawn.size();
    const auto stronger = [](const auto& a, const auto& b) { return a.weight > b.weight; };
    if (all > mostLines) {
        std::nth_element(drawn.begin(), drawn.begin() + mostLines, drawn.end(), stronger);
        drawn.resize(mostLines);
    }
    std::sort(drawn.begin(), drawn.end(), [](const auto& a, const auto& b) { return a.weight < b.weight; });
    return drawn;
}

std::vector<AttentionLink> LinksFigure::Impl::linesOf(const Pointed& pointed,
                                                      std::pair<std::int64_t, std::int64_t> range) const
{
    std::vector<AttentionLink> found;
    const std::int64_t first = pointed.query >= 0 ? pointed.query : range.first;
    const std::int64_t end = pointed.query >= 0 ? pointed.query + 1 : range.second;
    for (const int head : options.heads)
        for (std::int64_t q = first; q < end; ++q)
            for (const AttentionLink& link : links->of(head, q))
                if (pointed.key < 0 || link.key == pointed.key)
                    found.push_back(link);
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.weight > b.weight; });
    if (found.size() > mostLines)
        found.resize(mostLines);
    return found;
}

std::optional<Pointed> LinksFigure::Impl::pointed(const CellRef& cell) const
{
    if (cell.tensor != pattern() || cell.cell.size() != 3)
        return std::nullopt;
    const Pointed p{cell.cell[0], cell.cell[1], cell.cell[2]};
    if (p.query >= links->queries() || p.key >= links->keys() || (p.query < 0 && p.key < 0))
        return std::nullopt;
    return p;
}

LinksFigure::LinksFigure() = default;
LinksFigure::~LinksFigure() = default;

Result<std::unique_ptr<LinksFigure>> LinksFigure::make(FigureSource source, LinksOptions options,
                                                       std::shared_ptr<const AttentionLinks> links)
{
    const Program& program = source.trace.program();
    if (options.attention < 0 || static_cast<std::size_t>(options.attention) >= program.attention.size())
        return fail(ErrorCode::NotFound, "this model has no attention heads");
    const AttentionLayer& layer = program.attention[static_cast<std::size_t>(options.attention)];
    if (!links) {
        const auto pattern = source.trace.step(layer.pattern);
        if (!pattern)
            return tl::unexpected(pattern.error());
        links = std::make_shared<const AttentionLinks>(**pattern);
    }
    const int heads = links->heads();
    for (const int h : options.heads)
        if (h < 0 || h >= heads)
            return fail(ErrorCode::BadInput, "expected a head from 0 to " + std::to_string(heads - 1) +
                                                 ", found " + std::to_string(h));
    if (options.heads.empty()) {
        options.heads.resize(static_cast<std::size_t>(heads));
        std::iota(options.heads.begin(), options.heads.end(), 0);
    }
    std::unique_ptr<LinksFigure> figure(new LinksFigure);
    figure->m = std::make_unique<Impl>();
    Impl& m = *figure->m;
    m.axes = source.trace.axes(layer.pattern);
    for (const auto& [axis, to] : {std::pair(m.axes[1], &m.text.queries), {m.axes[2], &m.text.keys}})
        for (std::int64_t i = 0; i < axis.size; ++i)
            to->push_back(source.label(axis, i));
    m.text.sameStream = layer.queries == layer.keys && m.text.queries.size() == m.text.keys.size();
    m.text.looksAhead = links->looksAhead();
    m.source = std::move(source);
    m.links = std::move(links);
    m.options = std::move(options);
    if (m.options.threshold < 0)
        m.options.threshold = m.links->readableThreshold(m.options.heads);
    return figure;
}

const LinksOptions& LinksFigure::options() const
{
    return m->options;
}

const std::shared_ptr<const AttentionLinks>& LinksFigure::links() const
{
    return m->links;
}

void LinksFigure::setHeads(std::vector<int> heads, bool readable)
{
    m->options.heads = std::move(heads);
    m->chosen = false;
    if (readable)
        m->options.threshold = m->links->readableThreshold(m->options.heads);
}

void LinksFigure::setThreshold(double threshold)
{
    m->options.threshold = threshold;
    m->chosen = false;
}

void LinksFigure::setForm(LinkForm form)
{
    m->options.form = form;
    m->layout.reset();
}

void LinksFigure::setScroll(std::optional<double> scroll)
{
    m->options.scroll = scroll;
    m->layout.reset();
}

LinksFigure::Scrolling LinksFigure::scrolling(const QRectF& area, const FigureStyle& style) const
{
    const LinkLayout& l = m->at(area, style);
    return {l.scrollEnd(), l.page()};
}

LinksFigure::Count LinksFigure::count(const QRectF& area, const FigureStyle& style) const
{
    const std::size_t drawn = m->lines(m->at(area, style)).size();
    return {drawn, m->all};
}

QSizeF LinksFigure::preferredSize(const FigureStyle& style) const
{
    QSizeF size = LinkLayout::preferred(m->text, m->options.form, m->legendWidth(style), style);
    // Over running text the legend lies in one line: all heads, the threshold and what the lines' strengths
    // mean.
    if (m->options.form == LinkForm::Arcs)
        size.setWidth(std::max(
            size.width(), m->legendWidth(style) * static_cast<double>(m->options.heads.size() + 4) + 90));
    return size;
}

void LinksFigure::Impl::paintToken(QPainter& painter, const LinkLayout& l, Side side, std::int64_t i,
                                   const QColor& color) const
{
    const QRectF rect = l.token(side, i);
    const QFontMetricsF fm(l.font());
    const QString label = fm.elidedText(
        (side == Side::Query ? this->text.queries : this->text.keys)[static_cast<std::size_t>(i)],
        Qt::ElideMiddle, 122);
    painter.setPen(color);
    const double width = fm.horizontalAdvance(label);
    const double x = !l.straight() ? rect.left() : side == Side::Query ? rect.right() - width : rect.left();
    painter.drawText(QPointF(x, rect.center().y() + fm.ascent() - fm.height() / 2), label);
}

void LinksFigure::Impl::paintTokens(QPainter& painter, const LinkLayout& l, const FigureStyle& style) const
{
    painter.setFont(l.font());
    const QFontMetricsF fm(l.font());
    for (const Side side : {Side::Query, Side::Key}) {
        if (side == Side::Key && !l.straight() && text.sameStream)
            break;
        const auto [first, last] = l.shown(side);
        const std::int64_t step = l.labelStep();
        for (std::int64_t i = (first + step - 1) / step * step; i < last; i += step)
            paintToken(painter, l, side, i, style.text);
    }
    if (!l.straight())
        return;
    // What the columns are, over them.
    const double line = l.field().top() - fm.descent() - 4;
    const QString query = LinksWords::tr("query"), key = LinksWords::tr("key");
    painter.setPen(style.query);
    painter.drawText(QPointF(l.field().left() - 6 - fm.horizontalAdvance(query), line), query);
    painter.setPen(style.key);
    painter.drawText(QPointF(l.field().right() + 6, line), key);
}

void LinksFigure::Impl::paintLegend(QPainter& painter, const LinkLayout& l, const FigureStyle& style) const
{
    const QRectF room = l.legend();
    if (room.isEmpty())
        return;
    const QFontMetricsF fm(l.font());
    painter.setFont(l.font());
    const double line = fm.height() + 3, box = std::round(fm.ascent() * 0.8);
    QPointF at = room.topLeft();
    const auto fits = [&](std::size_t left) {
        return l.straight() ? at.y() + line * (left > 1 ? 3 : 2) <= room.bottom()
                            : at.x() + 190 + (left > 1 ? 90 : 0) <= room.right();
    };
    const auto advance = [&](double width) {
        at += l.straight() ? QPointF(0, line) : QPointF(width + 16, 0);
    };
    for (std::size_t i = 0; i < options.heads.size(); ++i) {
        const QString name = LinksWords::tr("head %1").arg(options.heads[i]);
        if (!fits(options.heads.size() - i)) {
            const QString rest = LinksWords::tr("and %1 more").arg(options.heads.size() - i);
            painter.setPen(style.mutedText);
            painter.drawText(QPointF(at.x(), at.y() + fm.ascent()), rest);
            advance(fm.horizontalAdvance(rest));
            break;
        }
        painter.fillRect(QRectF(at.x(), at.y() + (fm.height() - box) / 2, box, box),
                         headColor(options.heads[i], style));
        painter.setPen(style.text);
        painter.drawText(QPointF(at.x() + box + 6, at.y() + fm.ascent()), name);
        advance(box + 6 + fm.horizontalAdvance(name));
    }
    const QString least = LinksWords::tr("weight ≥ %1").arg(fixedNumber(options.threshold, 2));
    painter.setPen(style.mutedText);
    painter.drawText(QPointF(at.x(), at.y() + fm.ascent()), least);
    advance(fm.horizontalAdvance(least));
    if (l.straight() && at.y() + 3 * line > room.bottom())
        return;
    for (const float weight : {0.1F, 0.5F, 1.0F}) {
        const QString number = shownNumber(static_cast<double>(weight), 1);
        const double wide = 34 + fm.horizontalAdvance(number);
        if (!l.straight() && at.x() + wide > room.right())
            break;
        QPen pen = penOf({options.heads.empty() ? 0 : options.heads.front(), 0, 0, weight}, style);
        const double y = at.y() + fm.height() / 2;
        painter.setPen(pen);
        painter.drawLine(QPointF(at.x(), y), QPointF(at.x() + 26, y));
        painter.setPen(style.mutedText);
        painter.drawText(QPointF(at.x() + 32, at.y() + fm.ascent()), number);
        advance(wide);
    }
}

void LinksFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                        const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    const LinkLayout& l = m->at(area, style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(area.topLeft());
    painter.scale(style.zoom, style.zoom);
    painter.save();
    painter.setClipRect(l.field());
    painter.setBrush(Qt::NoBrush);
    drawLinks(painter, l, m->lines(l), style);
    painter.restore();
    m->paintTokens(painter, l, style);
    m->paintLegend(painter, l, style);
    painter.restore();
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void LinksFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                 const Highlight& highlight) const
{
    const auto pointed = highlight.focus ? m->pointed(*highlight.focus) : std::nullopt;
    if (!pointed)
        return;
    const LinkLayout& l = m->at(area, style);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(area.topLeft());
    painter.scale(style.zoom, style.zoom);
    painter.setFont(l.font());
    const auto frame = [&](Side side, std::int64_t i, const QColor& color) {
        const auto [first, last] = l.shown(side);
        if (i < first || i >= last)
            return;
        QRectF rect = l.token(side, i);
        const double least = QFontMetricsF(l.font()).height();
        if (rect.height() < least) {
            rect = QRectF(rect.left(), rect.center().y() - least / 2, rect.width(), least);
            painter.fillRect(rect, style.background);
        }
        m->paintToken(painter, l, side, i, color);
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(color, 1.4));
        painter.drawRoundedRect(rect.adjusted(-4, 0, l.straight() ? 4 : -3, 0), 4, 4);
    };
    if (!pointed->whole()) {
        QColor veil = style.background;
        veil.setAlpha(l.straight() ? 232 : 210);
        const auto found = m->linesOf(*pointed, l.shown(Side::Query));
        painter.save();
        painter.setClipRect(l.field());
        painter.fillRect(l.field(), veil);
        if (!l.straight())
            m->paintTokens(painter, l, style);
        painter.setBrush(Qt::NoBrush);
        for (auto link = found.rbegin(); link != found.rend(); ++link)
            drawLink(painter, l, *link, style);
        painter.restore();
        // The numbers of the strongest, at the far end, where no other number stands yet.
        const Side far = pointed->query >= 0 ? Side::Key : Side::Query;
        std::vector<QRectF> taken;
        const QFontMetricsF fm(l.font());
        for (std::size_t i = 0; i < found.size() && i < 40; ++i) {
            const std::int64_t index = far == Side::Key ? found[i].key : found[i].query;
            const auto [first, last] = l.shown(far);
            if (index < first || index >= last)
                continue;
            const QString number = fixedNumber(static_cast<double>(found[i].weight), 2, true);
            const QRectF token = l.token(far, index);
            const double width = fm.horizontalAdvance(number);
            QRectF place(0, 0, width + 6, fm.height());
            place.moveCenter(token.center());
            if (l.straight())
                far == Side::Key ? place.moveRight(l.field().right() - 4)
                                 : place.moveLeft(l.field().left() + 4);
            else
                place.moveBottom(token.top() - 1);
            if (std::any_of(taken.begin(), taken.end(), [&](const QRectF& t) { return t.intersects(place); }))
                continue;
            taken.push_back(place);
            painter.fillRect(place, style.background);
            painter.setPen(headColor(found[i].head, style));
            painter.drawText(QPointF(place.left() + 3, place.top() + fm.ascent()), number);
        }
        if (pointed->query >= 0)
            frame(Side::Query, pointed->query, style.query);
        else
            frame(Side::Key, pointed->key, style.key);
    } else {
        if (std::count(m->options.heads.begin(), m->options.heads.end(), pointed->head) > 0) {
            painter.save();
            painter.setClipRect(l.field());
            AttentionLink link{static_cast<std::int32_t>(pointed->head),
                               static_cast<std::int32_t>(pointed->query),
                               static_cast<std::int32_t>(pointed->key), 1};
            QPen pen(headColor(link.head, style), 2.4);
            pen.setDashPattern({3, 2});
            painter.setPen(pen);
            painter.setBrush(Qt::NoBrush);
            painter.drawPath(l.path(link));
            painter.restore();
        }
        frame(Side::Query, pointed->query, style.query);
        if (l.straight() || !m->text.sameStream || pointed->key != pointed->query)
            frame(Side::Key, pointed->key, style.key);
    }
    painter.restore();
}

std::optional<CellRef> LinksFigure::cellAt(const QPointF& point, const QRectF& area,
                                           const FigureStyle& style) const
{
    const auto token = m->at(area, style).tokenAt((point - area.topLeft()) / style.zoom);
    if (!token)
        return std::nullopt;
    const std::int64_t head = m->options.heads.empty() ? 0 : m->options.heads.front();
    return token->first == Side::Query ? CellRef{m->pattern(), {head, token->second, -1}}
                                       : CellRef{m->pattern(), {head, -1, token->second}};
}

QRectF LinksFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    const auto pointed = m->pointed(cell);
    if (!pointed)
        return {};
    const LinkLayout& l = m->at(area, style);
    const Side side = pointed->query >= 0 ? Side::Query : Side::Key;
    const std::int64_t index = side == Side::Query ? pointed->query : pointed->key;
    const auto [first, last] = l.shown(side);
    if (index < first || index >= last)
        return {};
    const QRectF rect = l.token(side, index);
    return {rect.topLeft() * style.zoom + area.topLeft(), rect.size() * style.zoom};
}

TensorRef LinksFigure::mainTensor() const
{
    return m->pattern();
}

std::optional<CellRef> LinksFigure::moved(const std::optional<CellRef>& from, int right, int down) const
{
    const std::int64_t head = m->options.heads.empty() ? 0 : m->options.heads.front();
    const auto pointed = from ? m->pointed(*from) : std::nullopt;
    if (!pointed)
        return CellRef{m->pattern(), {head, 0, -1}};
    const bool columns = m->options.form == LinkForm::Columns;
    int along = columns ? down : right, across = columns ? right : -down;
    // Home and End mean the text's ends in either form.
    if (columns && std::abs(right) > (1 << 20)) {
        along = right;
        across = 0;
    }
    bool query = pointed->query >= 0;
    std::int64_t index = query ? pointed->query : pointed->key;
    if (across != 0 && (columns || !m->text.sameStream))
        query = across < 0;
    const std::int64_t count = query ? m->links->queries() : m->links->keys();
    index = std::clamp<std::int64_t>(index + along, 0, count - 1);
    return query ? CellRef{m->pattern(), {head, index, -1}} : CellRef{m->pattern(), {head, -1, index}};
}

bool LinksFigure::reveal(const CellRef& cell)
{
    const auto pointed = m->pointed(cell);
    if (!pointed || !m->options.scroll || !m->layout)
        return false;
    const Side side = pointed->query >= 0 ? Side::Query : Side::Key;
    const std::int64_t index = side == Side::Query ? pointed->query : pointed->key;
    const auto [first, last] = m->layout->shown(side);
    if (index >= first && index < last)
        return false;
    const double to =
        index < first ? static_cast<double>(index) : static_cast<double>(index + 1) - m->layout->page();
    setScroll(std::clamp(to, 0.0, m->layout->scrollEnd()));
    return true;
}

QString LinksFigure::title() const
{
    QString heads;
    for (const int h : m->options.heads)
        heads += (heads.isEmpty() ? QString() : QStringLiteral(", ")) + QString::number(h);
    const QString text =
        static_cast<int>(m->options.heads.size()) == m->links->heads() && m->options.heads.size() > 1
            ? LinksWords::tr("all heads")
            : (m->options.heads.size() == 1 ? LinksWords::tr("head %1") : LinksWords::tr("heads %1"))
                  .arg(heads);
    return LinksWords::tr("%1 · links · %2")
        .arg(stepTitle(m->source.trace.program(), m->layer().pattern), text);
}

QString LinksFigure::subtitle() const
{
    return tensorSubtitle(m->source.trace.program(), m->pattern(), m->axes);
}

QString LinksFigure::describeCell(const CellRef& cell) const
{
    const auto pointed = m->pointed(cell);
    if (!pointed)
        return {};
    if (pointed->whole())
        return cellWords(m->source, cell);
    const auto found = m->linesOf(*pointed, {0, m->links->queries()});
    QStringList parts;
    for (std::size_t i = 0; i < found.size() && i < 3; ++i)
        parts << LinksWords::tr("%1 %2 (head %3)")
                     .arg(pointed->query >= 0 ? m->text.keys[static_cast<std::size_t>(found[i].key)]
                                              : m->text.queries[static_cast<std::size_t>(found[i].query)])
                     .arg(fixedNumber(static_cast<double>(found[i].weight), 2))
                     .arg(found[i].head);
    return pointed->query >= 0 ? LinksWords::tr("%1 looks at %2")
                                     .arg(m->text.queries[static_cast<std::size_t>(pointed->query)],
                                          parts.join(QStringLiteral(", ")))
                               : LinksWords::tr("%1 is looked at by %2")
                                     .arg(m->text.keys[static_cast<std::size_t>(pointed->key)],
                                          parts.join(QStringLiteral(", ")));
}

FigureData LinksFigure::data() const
{
    const auto pattern = m->source.trace.step(m->layer().pattern);
    if (!pattern)
        return {};
    if (m->options.heads.size() == 1)
        return tableOf(m->source, TensorSlice::of(m->pattern(), *pattern,
                                                  {{std::string(axis::head), m->options.heads.front()}}));
    return tableOf(m->source, *pattern);
}

} // namespace headlight
