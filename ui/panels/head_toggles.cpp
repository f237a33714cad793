// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/head_toggles.h"

#include "figures/head_colors.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <numeric>

namespace headlight {

namespace {

constexpr int headTogglesGap = 3, roomy = 25, least = 9;

} // namespace

HeadToggles::HeadToggles(QWidget* parent)
    : QWidget(parent)
{
    installItemAccessibility();
    setObjectName(QStringLiteral("headToggles"));
    setAccessibleName(tr("Heads that are drawn"));
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setToolTip(tr("Click: this head alone. Ctrl+click: one more, or one less. Ctrl+A: all."));
}

void HeadToggles::setCount(int heads)
{
    if (heads == m_count)
        return;
    m_count = heads;
    m_cursor = 0;
    std::erase_if(m_chosen, [&](int h) { return h >= heads; });
    updateGeometry();
    update();
}

void HeadToggles::setChosen(std::vector<int> heads)
{
    std::sort(heads.begin(), heads.end());
    if (heads == m_chosen)
        return;
    m_chosen = std::move(heads);
    QStringList words;
    for (const int h : m_chosen)
        words << QString::number(h);
    setAccessibleDescription(tr("heads %1").arg(words.join(QStringLiteral(", "))));
    update();
}

void HeadToggles::take(std::vector<int> heads)
{
    setChosen(std::move(heads));
    emit chosenChanged(m_chosen);
}

void HeadToggles::choose(int head, bool more)
{
    m_cursor = head;
    if (!more)
        return take({head});
    std::vector<int> heads = m_chosen;
    // One head always stays: a picture without any says nothing.
    if (const auto it = std::find(heads.begin(), heads.end(), head); it == heads.end())
        heads.push_back(head);
    else if (heads.size() > 1)
        heads.erase(it);
    take(std::move(heads));
}

QRect HeadToggles::headRect(int head) const
{
    if (m_count == 0)
        return {};
    const double step =
        std::min<double>(roomy + headTogglesGap, static_cast<double>(width() + headTogglesGap) / m_count);
    const int x = static_cast<int>(head * step), end = static_cast<int>((head + 1) * step);
    return {x, 1, std::max(2, end - x - (step > 12 ? headTogglesGap : 1)), height() - 2};
}

QString HeadToggles::itemText(int index) const
{
    return itemSelected(index) ? tr("head %1, shown").arg(index) : tr("head %1").arg(index);
}

QSize HeadToggles::sizeHint() const
{
    return {std::min(m_count, 24) * (roomy + headTogglesGap), fontMetrics().height() + 8};
}

QSize HeadToggles::minimumSizeHint() const
{
    return {std::min(m_count * least, 160), fontMetrics().height() + 8};
}

bool HeadToggles::event(QEvent* event)
{
    // Space and the arrows are its own while it has the keyboard.
    if (event->type() == QEvent::ShortcutOverride) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Space || key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Home ||
            key == Qt::Key_End || key == Qt::Key_Return) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void HeadToggles::paintEvent(QPaintEvent*)
{
    const FigureStyle style = FigureStyle::fromPalette(palette(), font());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font());
    const int room = fontMetrics().horizontalAdvance(QString::number(std::max(0, m_count - 1))) + 2;
    for (int h = 0; h < m_count; ++h) {
        const QRectF rect = QRectF(headRect(h)).adjusted(0.5, 0.5, -0.5, -0.5);
        const bool on = std::binary_search(m_chosen.begin(), m_chosen.end(), h);
        const QColor color = headColor(h, style);
        painter.setPen(QPen(hasFocus() && h == m_cursor ? style.text
                            : on                        ? color
                                                        : style.line,
                            hasFocus() && h == m_cursor ? 2 : 1));
        painter.setBrush(on ? color : style.background);
        painter.drawRoundedRect(rect, 4, 4);
        if (rect.width() < room)
            continue;
        painter.setPen(on ? (style.dark ? QColor(0x14171c) : QColor(0xffffff)) : style.mutedText);
        painter.drawText(rect, Qt::AlignCenter, QString::number(h));
    }
}

void HeadToggles::mousePressEvent(QMouseEvent* event)
{
    for (int h = 0; h < m_count; ++h)
        if (headRect(h).contains(event->position().toPoint()))
            return choose(h, event->modifiers() & (Qt::ControlModifier | Qt::ShiftModifier));
}

void HeadToggles::keyPressEvent(QKeyEvent* event)
{
    if (m_count == 0)
        return QWidget::keyPressEvent(event);
    switch (event->key()) {
    case Qt::Key_Left:
        m_cursor = std::max(0, m_cursor - 1);
        break;
    case Qt::Key_Right:
        m_cursor = std::min(m_count - 1, m_cursor + 1);
        break;
    case Qt::Key_Home:
        m_cursor = 0;
        break;
    case Qt::Key_End:
        m_cursor = m_count - 1;
        break;
    case Qt::Key_Space:
        return choose(m_cursor, true);
    case Qt::Key_Return:
        return choose(m_cursor, false);
    default:
        if (event->matches(QKeySequence::SelectAll)) {
            std::vector<int> all(static_cast<std::size_t>(m_count));
            std::iota(all.begin(), all.end(), 0);
            return take(std::move(all));
        }
        return QWidget::keyPressEvent(event);
    }
    announceItem(*this);
    update();
}

void HeadToggles::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void HeadToggles::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

} // namespace headlight
