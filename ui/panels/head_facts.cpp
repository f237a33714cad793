// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/head_facts.h"

#include "figures/figure.h"
#include "session/core_words.h"

#include <QHelpEvent>
#include <QPainter>
#include <QResizeEvent>
#include <QToolTip>

#include <algorithm>

namespace headlight {

namespace {

constexpr int widthOfTwo = 2 * 190; ///< columns

QString valueText(const std::optional<double>& value)
{
    return value ? QString::number(*value, 'f', 2) : QStringLiteral("–");
}

} // namespace

HeadFacts::HeadFacts(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("headFacts"));
    setAccessibleName(tr("What this head does, in numbers"));
}

void HeadFacts::setFacts(std::optional<HeadMetrics> facts)
{
    m_facts = std::move(facts);
    QStringList words;
    const auto& definitions = metricDefinitions();
    for (std::size_t i = 0; m_facts && i < definitions.size(); ++i)
        words << coreWords(definitions[i].title) + QLatin1Char(' ') + valueText(m_facts->values[i]);
    setAccessibleDescription(words.join(QStringLiteral(", ")));
    update();
}

QSize HeadFacts::sizeHint() const
{
    const int all = static_cast<int>(metricDefinitions().size());
    return {250, (width() >= widthOfTwo ? (all + 1) / 2 : all) * rowHeight() + 2};
}

void HeadFacts::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    if ((event->oldSize().width() >= widthOfTwo) != (width() >= widthOfTwo))
        updateGeometry();
}

int HeadFacts::rowHeight() const
{
    return fontMetrics().height() + 3;
}

void HeadFacts::paintEvent(QPaintEvent*)
{
    if (!m_facts)
        return;
    const FigureStyle style = FigureStyle::fromPalette(palette(), font());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font());
    const QFontMetrics metrics(font());
    const auto& definitions = metricDefinitions();
    int longest = 0;
    for (const MetricDefinition& d : definitions)
        longest = std::max(longest, metrics.horizontalAdvance(coreWords(d.title)) + 10);
    const int numberWidth = metrics.horizontalAdvance(QStringLiteral("000.00")) + 10;
    const Grid grid = layOut();
    for (std::size_t i = 0; i < definitions.size(); ++i) {
        const QRect cell = grid.cell(static_cast<int>(i));
        if (cell.left() >= width() || cell.bottom() > height() + 2)
            continue;
        // Where letters are large, the name has the bar's room; both only where there is enough.
        const int room = std::max(60, cell.width() - numberWidth);
        const int nameWidth = std::min(longest, room >= longest + 40 ? room - 40 : room);
        const std::optional<double>& value = m_facts->values[i];
        painter.setPen(value ? style.text : style.mutedText);
        painter.drawText(QRect(cell.left(), cell.top(), nameWidth, cell.height()),
                         Qt::AlignVCenter | Qt::AlignLeft,
                         metrics.elidedText(coreWords(definitions[i].title), Qt::ElideRight, nameWidth - 6));
        painter.drawText(QRect(cell.left() + nameWidth, cell.top(), numberWidth - 8, cell.height()),
                         Qt::AlignVCenter | Qt::AlignRight, valueText(value));
        const double from = cell.left() + nameWidth + numberWidth;
        const QRectF track(from, cell.center().y() - 2.5, std::min(150.0, cell.right() - from - 14), 6);
        if (track.width() < 16 || definitions[i].most <= 0)
            continue;
        painter.setPen(Qt::NoPen);
        painter.setBrush(style.masked);
        painter.drawRoundedRect(track, 3, 3);
        const double share = value ? std::clamp(*value / definitions[i].most, 0.0, 1.0) : 0;
        if (share > 0) {
            QRectF bar = track;
            bar.setWidth(std::max(3.0, track.width() * share));
            painter.setBrush(style.accent);
            painter.drawRoundedRect(bar, std::min(3.0, bar.width() / 2), std::min(3.0, bar.width() / 2));
        }
    }
}

HeadFacts::Grid HeadFacts::layOut() const
{
    const int all = static_cast<int>(metricDefinitions().size());
    const int fit = std::max(1, height() / rowHeight());
    const int columns = fit < all && width() >= widthOfTwo ? 2 : 1;
    return {columns == 1 ? all : (all + 1) / 2, rowHeight(), width() / columns};
}

QRect HeadFacts::Grid::cell(int index) const
{
    return {index / rows * columnWidth, index % rows * rowHeight, columnWidth, rowHeight};
}

bool HeadFacts::event(QEvent* event)
{
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const auto& definitions = metricDefinitions();
        const Grid grid = layOut();
        QString text;
        for (std::size_t i = 0; m_facts && i < definitions.size(); ++i)
            if (grid.cell(static_cast<int>(i)).contains(help->pos()))
                text = coreWords(definitions[i].title) + QStringLiteral(": ") +
                       coreWords(definitions[i].definition) + QStringLiteral("\n") +
                       coreWords(definitions[i].source);
        if (text.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace headlight
