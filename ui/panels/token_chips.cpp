// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/token_chips.h"

#include "figures/figure.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>

namespace headlight {

namespace {

constexpr int tokenChipsGap = 6, padding = 11, longest = 160;

} // namespace

TokenChips::TokenChips(QWidget* parent)
    : QWidget(parent)
{
    installItemAccessibility();
    setObjectName(QStringLiteral("tokenChips"));
    setAccessibleName(tr("Tokens"));
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    measure();
}

void TokenChips::setLabels(std::vector<PositionLabel> labels)
{
    m_labels = std::move(labels);
    m_pieces.clear();
    m_hovered = m_marked = -1;
    QStringList words;
    for (std::size_t i = 0; i < m_labels.size() && i < 64; ++i)
        words << QString::fromStdString(m_labels[i].text);
    setAccessibleDescription(words.join(QLatin1Char(' ')));
    measure();
}

void TokenChips::setSelected(int query, int key)
{
    if (query == m_query && key == m_key)
        return;
    const bool moved = query != m_query;
    m_query = query;
    m_key = key;
    if (moved) {
        scrollTo(query);
        announceItem(*this);
    }
    update();
}

QString TokenChips::itemText(int index) const
{
    const QString token = QString::fromStdString(m_labels[static_cast<std::size_t>(index)].text);
    QString words = tr("%1, position %2").arg(token).arg(index);
    if (index == m_query)
        words += tr(", looks");
    if (index == m_key)
        words += tr(", is looked at");
    return words;
}

void TokenChips::setMarked(int index)
{
    if (index == m_marked)
        return;
    m_marked = index;
    if (index >= 0)
        scrollTo(index);
    update();
}

QRect TokenChips::chipRect(int index) const
{
    if (index < 0 || index >= count())
        return {};
    const auto i = static_cast<std::size_t>(index);
    return {m_starts[i] - m_offset, 2, m_starts[i + 1] - m_starts[i] - tokenChipsGap, height() - 4};
}

QSize TokenChips::sizeHint() const
{
    return {200, fontMetrics().height() + 14};
}

QSize TokenChips::minimumSizeHint() const
{
    return {60, fontMetrics().height() + 14};
}

void TokenChips::measure()
{
    const QFontMetrics metrics(font());
    m_starts.assign(1, 1);
    for (const PositionLabel& label : m_labels) {
        const int width = metrics.horizontalAdvance(QString::fromStdString(label.text));
        m_starts.push_back(m_starts.back() + std::clamp(width, 8, longest) + 2 * padding + tokenChipsGap);
    }
    m_offset = std::clamp(m_offset, 0, std::max(0, m_starts.back() - width()));
    update();
}

void TokenChips::scrollTo(int index)
{
    if (index < 0 || index >= count())
        return;
    const auto i = static_cast<std::size_t>(index);
    constexpr int margin = 24;
    if (m_starts[i] - margin < m_offset)
        m_offset = m_starts[i] - margin;
    else if (m_starts[i + 1] + margin > m_offset + width())
        m_offset = m_starts[i + 1] + margin - width();
    m_offset = std::clamp(m_offset, 0, std::max(0, m_starts.back() - width()));
    update();
}

int TokenChips::chipAt(const QPoint& point) const
{
    const auto it = std::upper_bound(m_starts.begin(), m_starts.end(), point.x() + m_offset);
    const int index = static_cast<int>(it - m_starts.begin()) - 1;
    return chipRect(index).contains(point) ? index : -1;
}

void TokenChips::paintEvent(QPaintEvent*)
{
    const FigureStyle style = FigureStyle::fromPalette(palette(), font());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font());
    const auto first = std::upper_bound(m_starts.begin(), m_starts.end(), m_offset);
    for (int i = std::max(0, static_cast<int>(first - m_starts.begin()) - 1); i < count(); ++i) {
        const QRectF rect = QRectF(chipRect(i)).adjusted(0.5, 0.5, -0.5, -0.5);
        if (rect.left() > width())
            break;
        const bool query = i == m_query, key = i == m_key, hot = i == m_hovered || i == m_marked;
        QColor edge = query ? style.query : key ? style.key : hot ? style.mutedText : style.line;
        QColor fill = query        ? style.query
                      : key        ? style.key
                      : style.dark ? QColor(0x2a2f39)
                                   : QColor(0xf3f4f8);
        if (query || key)
            fill.setAlphaF(0.13F);
        if (query && key)
            edge = style.query;
        painter.setPen(QPen(edge, query || key ? 1.5 : 1));
        painter.setBrush(fill);
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2);
        const PositionLabel& label = m_labels[static_cast<std::size_t>(i)];
        painter.setPen(query ? style.query : key ? style.key : label.special ? style.mutedText : style.text);
        painter.drawText(
            rect, Qt::AlignCenter,
            fontMetrics().elidedText(QString::fromStdString(label.text), Qt::ElideMiddle, longest));
    }
    if (hasFocus() && m_query >= 0) {
        painter.setPen(QPen(style.accent, 1, Qt::DotLine));
        painter.setBrush(Qt::NoBrush);
        const QRectF rect = QRectF(chipRect(m_query)).adjusted(-1.5, -1.5, 1.5, 1.5);
        painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2);
    }
    // Chips that go on behind an edge fade out there.
    const auto fade = [&](int from, int to) {
        QLinearGradient gradient(from, 0, to, 0);
        QColor back = palette().color(QPalette::Window);
        gradient.setColorAt(0, back);
        back.setAlpha(0);
        gradient.setColorAt(1, back);
        painter.fillRect(QRect(std::min(from, to), 0, std::abs(to - from), height()), gradient);
    };
    if (m_offset > 0)
        fade(0, 28);
    if (m_starts.back() - m_offset > width() + tokenChipsGap)
        fade(width(), width() - 28);
}

void TokenChips::mouseMoveEvent(QMouseEvent* event)
{
    const int index = chipAt(event->position().toPoint());
    if (index == m_hovered)
        return;
    m_hovered = index;
    setCursor(index >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    update();
    emit hovered(index);
}

void TokenChips::mousePressEvent(QMouseEvent* event)
{
    const int index = chipAt(event->position().toPoint());
    if (index < 0)
        return;
    if (event->button() == Qt::RightButton || (event->modifiers() & Qt::ControlModifier))
        emit keyChosen(index);
    else if (event->button() == Qt::LeftButton)
        emit queryChosen(index);
}

void TokenChips::leaveEvent(QEvent* event)
{
    m_hovered = -1;
    update();
    emit hovered(-1);
    QWidget::leaveEvent(event);
}

void TokenChips::wheelEvent(QWheelEvent* event)
{
    const QPoint delta = event->angleDelta();
    const int by = std::abs(delta.x()) > std::abs(delta.y()) ? delta.x() : delta.y();
    m_offset = std::clamp(m_offset - by / 2, 0, std::max(0, m_starts.back() - width()));
    update();
    event->accept();
}

void TokenChips::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    measure();
}

void TokenChips::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::FontChange) {
        measure();
        updateGeometry();
    }
    QWidget::changeEvent(event);
}

void TokenChips::keyPressEvent(QKeyEvent* event)
{
    const bool key = event->modifiers() & Qt::ControlModifier;
    const int from = key ? m_key : m_query;
    int to = from;
    switch (event->key()) {
    case Qt::Key_Left:
        to = std::max(0, from - 1);
        break;
    case Qt::Key_Right:
        to = std::min(count() - 1, from + 1);
        break;
    case Qt::Key_Home:
        to = 0;
        break;
    case Qt::Key_End:
        to = count() - 1;
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    if (to >= 0 && to != from)
        key ? emit keyChosen(to) : emit queryChosen(to);
}

bool TokenChips::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Left || key == Qt::Key_Right || key == Qt::Key_Home || key == Qt::Key_End) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const int index = chipAt(help->pos());
        if (index < 0) {
            QToolTip::hideText();
            return true;
        }
        const PositionLabel& label = m_labels[static_cast<std::size_t>(index)];
        QString text = tr("position %1").arg(index);
        if (label.id >= 0)
            text += tr(" · id %1").arg(label.id);
        if (static_cast<std::size_t>(index) < m_pieces.size())
            text += tr("\npiece %1").arg(m_pieces[static_cast<std::size_t>(index)]);
        if (label.end > label.begin)
            text += tr("\nbytes %1 to %2 of the text").arg(label.begin).arg(label.end);
        else if (label.special)
            text += tr("\nadded by the model's tokenizer");
        text += tr("\nClick: looks (blue). Ctrl+click: is looked at (orange).");
        QToolTip::showText(help->globalPos(), text, this);
        return true;
    }
    return QWidget::event(event);
}

} // namespace headlight
