// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/compare_figure.h"

#include "figures/figure_names.h"
#include "figures/number_text.h"
#include "session/core_words.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

struct CompareWords
{
    Q_DECLARE_TR_FUNCTIONS(CompareFigure)
};

QString plain(float value)
{
    return shownNumber(static_cast<double>(value), 5);
}

/// Whether every position of both runs has the same label: then cells belong together one by one.
bool sameTokens(const Trace& a, const Trace& b)
{
    const auto &one = a.input().streams, &other = b.input().streams;
    return one.size() == other.size() &&
           std::equal(one.begin(), one.end(), other.begin(), [](const auto& x, const auto& y) {
               return x.labels.size() == y.labels.size() &&
                      std::equal(
                          x.labels.begin(), x.labels.end(), y.labels.begin(),
                          [](const PositionLabel& p, const PositionLabel& q) { return p.text == q.text; });
           });
}

} // namespace

void addPredictions(CompareOptions& options, const FigureSource& changed, const FigureSource& base,
                    std::int64_t position)
{
    constexpr int most = 10;
    if (!changed.model || !base.model)
        return;
    const Prediction &mine = changed.model->program->prediction, &theirs = base.model->program->prediction;
    if (mine.logits < 0 || theirs.logits < 0 || !changed.trace.reached(mine.logits) ||
        !base.trace.reached(theirs.logits))
        return;
    options.heading = CompareWords::tr("the model says");
    std::int64_t other = 0;
    if (mine.stream != noStream) {
        const auto& streams = changed.trace.input().streams;
        const auto count =
            static_cast<std::int64_t>(streams[static_cast<std::size_t>(mine.stream)].labels.size());
        position = position < 0 ? count - 1 : std::min(position, count - 1);
        options.heading = CompareWords::tr("at “%1” the model says")
                              .arg(QString::fromStdString(changed.trace.label(mine.stream, position)));
        other = counterpart(changed.trace, mine.stream, position, base.trace);
    } else {
        position = 0;
    }
    if (auto changes = predictionChanges({*base.model, base.trace, other},
                                         {*changed.model, changed.trace, position}, most))
        options.predictions = std::move(*changes);
}

CompareFigure::CompareFigure() = default;
CompareFigure::~CompareFigure() = default;

Result<std::unique_ptr<CompareFigure>> CompareFigure::make(FigureSource changed, FigureSource base,
                                                           TensorRef tensor, CompareOptions options)
{
    std::unique_ptr<CompareFigure> figure(new CompareFigure);
    const Program &mine = changed.trace.program(), &other = base.trace.program();
    const TensorRef was = &mine == &other ? tensor : other.find(mine.nameOf(tensor));
    if (!was.valid())
        return fail(ErrorCode::NotFound, "the other model has nothing of this name", mine.nameOf(tensor));
    figure->m_source = std::move(changed);
    figure->m_base = std::move(base);
    figure->m_was = was;
    figure->m_options = std::move(options);
    const bool together = &mine == &other && sameTokens(figure->m_source.trace, figure->m_base.trace);
    if (!together) {
        if (auto ok = figure->align(tensor, was); !ok)
            return tl::unexpected(ok.error());
    } else {
        auto differing = difference(figure->m_base.trace, figure->m_source.trace, tensor);
        if (!differing)
            return tl::unexpected(differing.error());
        for (const std::size_t i : {0U, 1U, 2U}) {
            auto made = HeatmapFigure::make(i == 0 ? figure->m_base : figure->m_source, tensor,
                                            {figure->m_options.indices, figure->m_options.scale, true,
                                             i == 2 ? *differing : TensorPtr()});
            if (!made)
                return tl::unexpected(made.error());
            figure->m_parts[i] = std::move(*made);
        }
        figure->m_difference = std::move(*differing);
    }
    figure->setScale(ScaleOptions(figure->m_options.scale));
    return figure;
}

Result<void> CompareFigure::align(TensorRef tensor, TensorRef was)
{
    auto before = m_base.trace.tensor(was), after = m_source.trace.tensor(tensor);
    if (!before || !after)
        return tl::unexpected(before ? after.error() : before.error());
    const Axes &from = (*before)->axes(), &to = (*after)->axes();
    AxisIndices fixed;
    for (const int a : TensorSlice::chosenAxes(to)) {
        const std::string& name = to[static_cast<std::size_t>(a)].name;
        const auto given = m_options.indices.find(name);
        fixed[name] = given == m_options.indices.end() ? 0 : given->second;
    }
    auto aligned = alignedDifference(m_base.trace, was, m_source.trace, tensor, fixed);
    std::map<int, std::vector<QString>> oldNames, newNames, commonNames;
    if (aligned) {
        Alignment alignment{std::move(aligned->axes), {}, {}, {}, Cell(to.size(), 0)};
        for (std::size_t a = 0; a < to.size(); ++a) {
            const TokenAlignment& pairs = alignment.axes[a];
            alignment.ofBase.push_back(pairs.pairOfFirst());
            alignment.ofChanged.push_back(pairs.pairOfSecond());
            if (const auto it = fixed.find(to[a].name); it != fixed.end()) {
                alignment.fixed[a] = it->second;
                continue;
            }
            alignment.drawn.push_back(a);
            if (!to[a].isPositions() || !from[a].isPositions() || pairs.identical())
                continue;
            const auto named = [&](const FigureSource& source, const Axis& axis,
                                   const std::vector<std::int64_t>& pairOf, const QString& alone) {
                std::vector<QString> names;
                for (std::int64_t i = 0; i < axis.size; ++i) {
                    const std::int64_t pair = pairOf[static_cast<std::size_t>(i)];
                    const bool same = pair >= 0 && pairs.pairs[static_cast<std::size_t>(pair)].same;
                    names.push_back((pair < 0 ? alone
                                     : same   ? QString()
                                              : QStringLiteral("≠ ")) +
                                    source.label(axis, i));
                }
                return names;
            };
            const int place = static_cast<int>(a);
            oldNames[place] = named(m_base, from[a], alignment.ofBase.back(), QStringLiteral("− "));
            newNames[place] = named(m_source, to[a], alignment.ofChanged.back(), QStringLiteral("+ "));
            std::vector<QString> both;
            for (const TokenPair& pair : pairs.pairs) {
                const QString label = m_source.label(to[a], pair.second);
                both.push_back(pair.same ? label
                                         : m_base.label(from[a], pair.first) + QStringLiteral(" → ") + label);
            }
            // The difference has only the axes that are drawn.
            commonNames[static_cast<int>(alignment.drawn.size()) - 1] = std::move(both);
        }
        m_difference = std::move(aligned->values);
        m_alignment = std::move(alignment);
    } else {
        m_apart = coreLine(aligned.error().message);
        for (const auto& [name, index] : fixed) {
            const int a = findAxis(from, name);
            if (a >= 0 && index >= from[static_cast<std::size_t>(a)].size)
                return tl::unexpected(aligned.error());
        }
    }
    HeatmapOptions options{fixed, m_options.scale, true, {}, std::move(oldNames)};
    auto left = HeatmapFigure::make(m_base, was, options);
    options.names = std::move(newNames);
    auto right = HeatmapFigure::make(m_source, tensor, options);
    if (!left || !right)
        return tl::unexpected(left ? right.error() : left.error());
    m_parts[0] = std::move(*left);
    m_parts[1] = std::move(*right);
    if (m_difference)
        m_parts[2] = HeatmapFigure::of(m_source, m_difference, m_parts[1]->title(),
                                       {{}, m_options.scale, true, {}, std::move(commonNames)});
    return {};
}

ScaleChoices CompareFigure::scaleChoices() const
{
    ScaleChoices choices = m_parts[1]->scaleChoices();
    choices.sink = false; // a change may be in the first token's column, and must be seen there
    return choices;
}

void CompareFigure::setScale(const ScaleOptions& scale)
{
    m_options.scale = scale;
    m_options.scale.sink = SinkTreatment::Shown;
    auto& [was, is, differs] = m_parts;
    was->setScale(m_options.scale);
    is->setScale(m_options.scale);
    // One scale for both, or a difference would look like a likeness.
    ValueRange both = was->range();
    both.add(is->range());
    was->shareRange(both);
    is->shareRange(both);
    m_low = scale.low.value_or(both.empty() ? 0 : both.low);
    m_high = scale.high.value_or(both.empty() ? 0 : both.high);
    if (!differs)
        return;
    ScaleOptions centred = m_options.scale;
    centred.low.reset();
    centred.high.reset();
    differs->setScale(centred);
    // A difference that happens to be nowhere negative is signed all the same.
    ValueRange about = differs->range();
    m_most = std::isfinite(about.magnitude()) ? about.magnitude() : 0;
    about.high = differenceLimit(m_most, both.magnitude());
    about.low = -about.high;
    differs->shareRange(about);
}

std::optional<ColorBar> CompareFigure::colorBar(const QRectF& area, const FigureStyle& style) const
{
    return m_parts[1]->colorBar(places(area, style).pictures[1], style);
}

std::optional<CellRef> CompareFigure::toPart(std::size_t part, const CellRef& cell) const
{
    if (part == 1 || (!m_alignment && m_apart.isEmpty()))
        return cell;
    if (!m_alignment || cell.tensor != mainTensor() || cell.cell.size() != m_alignment->axes.size())
        return std::nullopt;
    CellRef there{part == 0 ? m_was : TensorRef{}, {}};
    for (std::size_t a = 0; a < cell.cell.size(); ++a) {
        const auto& pairs = m_alignment->ofChanged[a];
        const bool within = cell.cell[a] >= 0 && static_cast<std::size_t>(cell.cell[a]) < pairs.size();
        const std::int64_t pair = within ? pairs[static_cast<std::size_t>(cell.cell[a])] : -1;
        if (pair < 0)
            return std::nullopt;
        const bool drawn =
            std::find(m_alignment->drawn.begin(), m_alignment->drawn.end(), a) != m_alignment->drawn.end();
        if (part == 0)
            there.cell.push_back(m_alignment->axes[a].pairs[static_cast<std::size_t>(pair)].first);
        else if (drawn)
            there.cell.push_back(pair);
        else if (cell.cell[a] != m_alignment->fixed[a])
            return std::nullopt;
    }
    return there;
}

std::optional<CellRef> CompareFigure::fromPart(std::size_t part, const CellRef& cell) const
{
    if (part == 1 || (!m_alignment && m_apart.isEmpty()))
        return cell;
    if (!m_alignment)
        return std::nullopt;
    CellRef here{mainTensor(), m_alignment->fixed};
    for (std::size_t a = 0, d = 0; a < m_alignment->axes.size(); ++a) {
        std::int64_t pair = -1;
        if (part == 0)
            pair = m_alignment->ofBase[a][static_cast<std::size_t>(cell.cell[a])];
        else if (d < m_alignment->drawn.size() && m_alignment->drawn[d] == a)
            pair = cell.cell[d++];
        else
            continue; // the entry that is looked at
        if (pair < 0)
            return std::nullopt;
        here.cell[a] = m_alignment->axes[a].pairs[static_cast<std::size_t>(pair)].second;
    }
    return here;
}

Highlight CompareFigure::highlightOf(std::size_t part, const Highlight& highlight) const
{
    if (part == 1 || (!m_alignment && m_apart.isEmpty()))
        return highlight;
    if (!highlight.focus)
        return {};
    return {toPart(part, *highlight.focus), {}};
}

QString CompareFigure::label(std::size_t part, int axis, std::int64_t index) const
{
    return m_parts[part]->label(axis, index);
}

CompareFigure::Places CompareFigure::places(const QRectF& area, const FigureStyle& style) const
{
    Places p;
    const double caption = QFontMetricsF(style.font).height() + 6, gap = 8;
    const bool list = !m_options.predictions.empty();
    const int cells = list ? 4 : 3;
    // Side by side or two by two, whichever leaves the pictures more of a square.
    const double listBeside = list ? std::clamp(area.width() * 0.22, 170.0, 330.0) : 0;
    const double third = (area.width() - listBeside - gap * (cells - 1)) / 3, half = (area.width() - gap) / 2;
    const bool row =
        std::min(third, area.height() - caption) >= std::min(half, (area.height() - gap) / 2 - caption);
    const int columns = row ? cells : 2, rows = row ? 1 : 2;
    const double listWidth = row ? listBeside : 0, width = row ? third : half;
    const double height = (area.height() - gap * (rows - 1)) / rows;
    for (int i = 0; i < cells; ++i) {
        const QRectF cell(area.left() + (i % columns) * (width + gap),
                          area.top() + (i / columns) * (height + gap), i == 3 && row ? listWidth : width,
                          height);
        if (i == 3) {
            p.list = cell;
            continue;
        }
        const auto at = static_cast<std::size_t>(i);
        p.captions[at] = QRectF(cell.left(), cell.top(), cell.width(), caption);
        p.pictures[at] = cell.adjusted(0, caption, 0, 0);
    }
    return p;
}

QString CompareFigure::caption(std::size_t part, bool framed) const
{
    // Where there is no colour bar, the words say its limits.
    const auto number = [](double value) { return shownNumber(value, 3); };
    const bool named = !m_options.names[part == 0 ? 0 : 1].isEmpty();
    if (part == 2 && !m_parts[2])
        return CompareWords::tr("no difference");
    if (part == 2 && m_most == 0)
        return CompareWords::tr("no difference here");
    if (part == 2 && m_most < m_parts[2]->range().high)
        return CompareWords::tr("no difference but rounding, ±%1").arg(number(m_most));
    if (part == 2)
        return !framed ? CompareWords::tr("difference, ±%1").arg(number(m_most))
               : named ? CompareWords::tr("difference: right − left")
                       : CompareWords::tr("difference: after − before");
    const QString name = named       ? m_options.names[part]
                         : part == 0 ? CompareWords::tr("before")
                                     : CompareWords::tr("after");
    return framed ? name
                  : CompareWords::tr("%1, colours from %2 to %3").arg(name, number(m_low), number(m_high));
}

QSizeF CompareFigure::preferredSize(const FigureStyle& style) const
{
    double width = 0, height = 0;
    for (const auto& part : m_parts) {
        if (!part)
            continue;
        const QSizeF size = part->preferredSize(style);
        width = std::max(width, std::clamp(size.width(), 260.0, 520.0));
        height = std::max(height, std::clamp(size.height(), 200.0, 520.0));
    }
    const double list = m_options.predictions.empty() ? 0 : 300;
    return {3 * width + 16 + list, std::min(height + 30, (3 * width + list) / 1.3)};
}

void CompareFigure::paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
                          const Highlight& highlight) const
{
    painter.fillRect(area, style.background);
    const Places p = places(area, style);
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        if (m_parts[i]) {
            m_parts[i]->paint(painter, p.pictures[i], style);
        } else {
            painter.setFont(style.font);
            painter.setPen(style.mutedText);
            painter.drawText(p.pictures[i].adjusted(8, 8, -8, -8), Qt::AlignCenter | Qt::TextWordWrap,
                             m_apart);
        }
        QFont bold = style.font;
        bold.setBold(true);
        painter.setFont(bold);
        painter.setPen(i == 2 ? style.accent : style.text);
        painter.drawText(p.captions[i], Qt::AlignCenter,
                         QFontMetricsF(bold).elidedText(
                             caption(i, m_parts[i] && m_parts[i]->framedIn(p.pictures[i].size(), style)),
                             Qt::ElideRight, p.captions[i].width()));
    }
    if (!p.list.isEmpty())
        paintPredictions(painter, p.list, style);
    if (highlight.focus)
        paintHighlight(painter, area, style, highlight);
}

void CompareFigure::paintPredictions(QPainter& painter, const QRectF& area, const FigureStyle& style) const
{
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QFont bold = style.font;
    bold.setBold(true);
    const QFontMetricsF metrics(style.font), boldMetrics(bold);
    const double rowHeight = metrics.height() + 10;
    painter.setFont(bold);
    painter.setPen(style.text);
    painter.drawText(QRectF(area.left(), area.top(), area.width(), metrics.height() + 6), Qt::AlignVCenter,
                     boldMetrics.elidedText(m_options.heading, Qt::ElideRight, area.width()));
    painter.setFont(style.font);
    const double number = metrics.horizontalAdvance(QStringLiteral("100.0 %")),
                 arrow = metrics.horizontalAdvance(QStringLiteral(" → "));
    const double numbers = 2 * number + arrow;
    const double label = std::max(20.0, area.width() - numbers - 8);
    double y = area.top() + metrics.height() + 10;
    for (const PredictionChange& change : m_options.predictions) {
        if (y + rowHeight > area.bottom())
            break;
        painter.setPen(style.text);
        painter.drawText(QRectF(area.left(), y, label, rowHeight - 5), Qt::AlignVCenter,
                         metrics.elidedText(QString::fromStdString(change.label), Qt::ElideRight, label - 4));
        const double x = area.left() + label;
        painter.setPen(style.mutedText);
        painter.drawText(QRectF(x, y, number, rowHeight - 5), Qt::AlignVCenter | Qt::AlignRight,
                         percent(change.before));
        painter.drawText(QRectF(x + number, y, arrow, rowHeight - 5), Qt::AlignCenter, QStringLiteral("→"));
        painter.setPen(style.text);
        painter.drawText(QRectF(x + number + arrow, y, number, rowHeight - 5),
                         Qt::AlignVCenter | Qt::AlignRight, percent(change.after));
        // Before above, after below: two thin bars of one length scale.
        const auto bar = [&](double share, double top, const QColor& color) {
            const QRectF full(area.left(), y + rowHeight - 6 + top, (area.width() - 8), 2);
            if (const double length = full.width() * std::clamp(share, 0.0, 1.0); length >= 0.5)
                painter.fillRect(QRectF(full.topLeft(), QSizeF(length, 2)), color);
        };
        if (!std::isnan(change.before))
            bar(change.before, 0, style.mutedText);
        if (!std::isnan(change.after))
            bar(change.after, 2, style.accent);
        y += rowHeight;
    }
    painter.restore();
}

void CompareFigure::paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                                   const Highlight& highlight) const
{
    const Places p = places(area, style);
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        if (const Highlight there = highlightOf(i, highlight); m_parts[i] && there.focus)
            m_parts[i]->paintHighlight(painter, p.pictures[i], style, there);
}

std::optional<CellRef> CompareFigure::cellAt(const QPointF& point, const QRectF& area,
                                             const FigureStyle& style) const
{
    const Places p = places(area, style);
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        if (m_parts[i] && p.pictures[i].contains(point)) {
            const auto cell = m_parts[i]->cellAt(point, p.pictures[i], style);
            return cell ? fromPart(i, *cell) : std::nullopt;
        }
    return std::nullopt;
}

QRectF CompareFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    // In the difference, where it has the cell; the picture of the changed run has every one.
    const std::size_t part = m_parts[2] && toPart(2, cell) ? 2 : 1;
    return m_parts[part]->cellRect(*toPart(part, cell), places(area, style).pictures[part], style);
}

TensorRef CompareFigure::mainTensor() const
{
    return m_parts[1]->mainTensor();
}

std::optional<CellRef> CompareFigure::moved(const std::optional<CellRef>& from, int right, int down) const
{
    return m_parts[1]->moved(from, right, down);
}

bool CompareFigure::reveal(const CellRef& cell)
{
    bool changed = false;
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        if (const auto there = toPart(i, cell); m_parts[i] && there)
            changed = m_parts[i]->reveal(*there) || changed;
    return changed;
}

QString CompareFigure::title() const
{
    return m_options.names[0].isEmpty()
               ? CompareWords::tr("%1: before and after").arg(m_parts[1]->title())
               : CompareWords::tr("%1: %2 and %3")
                     .arg(m_parts[1]->title(), m_options.names[0], m_options.names[1]);
}

QString CompareFigure::subtitle() const
{
    return m_parts[1]->subtitle();
}

QString CompareFigure::describeCell(const CellRef& cell) const
{
    const QString words = m_parts[1]->describeCell(cell);
    const auto was = toPart(0, cell), differs = m_difference ? toPart(2, cell) : std::nullopt;
    const auto before = m_base.trace.tensor(m_was);
    if (words.isEmpty() || !was || !before || !(*before)->contains(was->cell))
        return words;
    const QString old = plain((*before)->at(was->cell));
    if (!differs || !m_difference->contains(differs->cell))
        return words;
    return (m_options.names[0].isEmpty() ? CompareWords::tr("%1; before %2, difference %3")
                                         : CompareWords::tr("%1; left %2, difference %3"))
        .arg(words, old, plain(m_difference->at(differs->cell)));
}

FigureData CompareFigure::data() const
{
    FigureData data = m_parts[m_parts[2] ? 2 : 1]->data();
    if (!m_parts[2] || !m_alignment)
        return data;
    // The table of the pairs has names of both sides.
    const auto names = [this](int axis, std::vector<std::string>& to) {
        for (std::size_t i = 0; i < to.size(); ++i)
            to[i] = label(2, axis, static_cast<std::int64_t>(i)).toStdString();
    };
    if (m_difference->rank() == 2)
        names(0, data.rows);
    names(m_difference->rank() - 1, data.columns);
    return data;
}

} // namespace headlight
