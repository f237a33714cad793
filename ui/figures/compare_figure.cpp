// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/compare_figure.h"

#include "figures/figure_names.h"

#include <QCoreApplication>
#include <QFontMetricsF>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(CompareFigure)
};

QString percent(double share)
{
    return std::isnan(share) ? QStringLiteral("–") : QStringLiteral("%1 %").arg(100 * share, 0, 'f', 1);
}

QString plain(float value)
{
    return QString::number(static_cast<double>(value), 'g', 5);
}

} // namespace

CompareFigure::CompareFigure() = default;
CompareFigure::~CompareFigure() = default;

Result<std::unique_ptr<CompareFigure>> CompareFigure::make(FigureSource changed, Trace base, TensorRef tensor,
                                                           CompareOptions options)
{
    auto differing = difference(base, changed.trace, tensor);
    if (!differing)
        return tl::unexpected(differing.error());
    std::unique_ptr<CompareFigure> figure(new CompareFigure);
    const FigureSource before{base, changed.model};
    for (const std::size_t i : {0U, 1U, 2U}) {
        auto made =
            HeatmapFigure::make(i == 0 ? before : changed, tensor,
                                {options.indices, options.scale, true, i == 2 ? *differing : TensorPtr()});
        if (!made)
            return tl::unexpected(made.error());
        figure->m_parts[i] = std::move(*made);
    }
    figure->m_difference = std::move(*differing);
    figure->m_source = std::move(changed);
    figure->m_base = std::move(base);
    figure->m_options = std::move(options);
    figure->setScale(ScaleOptions(figure->m_options.scale));
    return figure;
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
    ScaleOptions centred = m_options.scale;
    centred.low.reset();
    centred.high.reset();
    differs->setScale(centred);
    // A difference that happens to be nowhere negative is signed all the same.
    ValueRange about = differs->range();
    m_most = std::isfinite(about.magnitude()) ? about.magnitude() : 0;
    about.high = m_most > 0 ? m_most : 1;
    about.low = -about.high;
    differs->shareRange(about);
}

std::optional<ColorBar> CompareFigure::colorBar(const QRectF& area, const FigureStyle& style) const
{
    return m_parts[1]->colorBar(places(area, style).pictures[1], style);
}

CompareFigure::Places CompareFigure::places(const QRectF& area, const FigureStyle& style) const
{
    Places p;
    const double caption = QFontMetricsF(style.font).height() + 6, gap = 8;
    const bool list = !m_options.predictions.empty();
    const int cells = list ? 4 : 3;
    // Side by side where that is wide enough, else two by two.
    const bool row = area.width() > 1.25 * area.height();
    const int columns = row ? cells : 2, rows = row ? 1 : 2;
    const double listWidth = row && list ? std::clamp(area.width() * 0.22, 170.0, 330.0) : 0;
    const double width =
        row ? (area.width() - listWidth - gap * (columns - 1)) / 3 : (area.width() - gap) / 2;
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
    const auto number = [](double value) { return QString::number(value, 'g', 3); };
    if (part == 2 && m_most == 0)
        return Words::tr("no difference here");
    if (part == 2)
        return framed ? Words::tr("difference: after − before")
                      : Words::tr("difference, ±%1").arg(number(m_most));
    const QString name = part == 0 ? Words::tr("before") : Words::tr("after");
    return framed ? name : Words::tr("%1, %2 to %3").arg(name, number(m_low), number(m_high));
}

QSizeF CompareFigure::preferredSize(const FigureStyle& style) const
{
    double width = 0, height = 0;
    for (const auto& part : m_parts) {
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
        m_parts[i]->paint(painter, p.pictures[i], style);
        QFont bold = style.font;
        bold.setBold(true);
        painter.setFont(bold);
        painter.setPen(i == 2 ? style.accent : style.text);
        painter.drawText(
            p.captions[i], Qt::AlignCenter,
            QFontMetricsF(bold).elidedText(caption(i, m_parts[i]->framedIn(p.pictures[i].size(), style)),
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
    const double rowHeight = metrics.height() + 8;
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
            const QRectF full(area.left(), y + rowHeight - 5 + top, (area.width() - 8), 2);
            painter.fillRect(
                QRectF(full.topLeft(), QSizeF(std::max(1.0, full.width() * std::clamp(share, 0.0, 1.0)), 2)),
                color);
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
        m_parts[i]->paintHighlight(painter, p.pictures[i], style, highlight);
}

std::optional<CellRef> CompareFigure::cellAt(const QPointF& point, const QRectF& area,
                                             const FigureStyle& style) const
{
    const Places p = places(area, style);
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        if (p.pictures[i].contains(point))
            return m_parts[i]->cellAt(point, p.pictures[i], style);
    return std::nullopt;
}

QRectF CompareFigure::cellRect(const CellRef& cell, const QRectF& area, const FigureStyle& style) const
{
    return m_parts[2]->cellRect(cell, places(area, style).pictures[2], style);
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
    for (const auto& part : m_parts)
        changed = part->reveal(cell) || changed;
    return changed;
}

QString CompareFigure::title() const
{
    return Words::tr("%1: before and after").arg(m_parts[1]->title());
}

QString CompareFigure::subtitle() const
{
    return m_parts[1]->subtitle();
}

QString CompareFigure::describeCell(const CellRef& cell) const
{
    const QString words = m_parts[1]->describeCell(cell);
    const auto before = m_base.tensor(cell.tensor);
    if (words.isEmpty() || !before || !(*before)->contains(cell.cell) || !m_difference->contains(cell.cell))
        return words;
    return Words::tr("%1; before %2, difference %3")
        .arg(words, plain((*before)->at(cell.cell)), plain(m_difference->at(cell.cell)));
}

FigureData CompareFigure::data() const
{
    return m_parts[2]->data();
}

} // namespace headlight
