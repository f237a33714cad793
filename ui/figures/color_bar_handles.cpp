// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/color_bar_handles.h"

#include "figures/color_popover.h"
#include "figures/figure_accessible.h"
#include "figures/figure_colors.h"
#include "figures/figure_view.h"
#include "figures/number_text.h"

#include <QAccessible>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

/// Around the strip, so that handles stick out of it and are easy to hit.
constexpr double beside = 8, above = 5;
constexpr double handleWidth = 6;

/// No more digits than a person would type.
double rounded(double value)
{
    return QString::number(value, 'g', 3).toDouble();
}

} // namespace

ColorBarHandles::ColorBarHandles(FigureColors& colors)
    : QWidget(&colors.view())
    , m_colors(colors)
{
    installFigureAccessibility();
    setObjectName(QStringLiteral("colorBar"));
    setAccessibleName(tr("Limits of the colours"));
    setToolTip(tr("Drag the ends to set the limits; double click for automatic ones"));
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::SizeHorCursor);
    setMouseTracking(true);
    hide();
}

QRectF ColorBarHandles::strip() const
{
    return QRectF(rect()).adjusted(beside, above, -beside, -above);
}

void ColorBarHandles::place()
{
    const auto bar = m_colors.bar();
    if (!bar || bar->strip.width() < 40) {
        setVisible(false);
        return;
    }
    m_scale = bar->scale;
    setGeometry(bar->strip.adjusted(-beside, -above, beside, above).toAlignedRect());
    setVisible(true);
    describe();
    update();
}

double ColorBarHandles::limit(bool high) const
{
    return high ? m_scale.high() : m_scale.low();
}

QPointF ColorBarHandles::handle(bool high) const
{
    const QRectF bar = strip();
    return {bar.left() + m_scale.barFraction(limit(high)) * bar.width(), bar.center().y()};
}

void ColorBarHandles::describe()
{
    const QString words = tr("%1 limit; colours from %2 to %3")
                              .arg(m_high ? tr("upper") : tr("lower"), shownNumber(m_scale.low(), 4),
                                   shownNumber(m_scale.high(), 4));
    if (words == accessibleDescription())
        return;
    setAccessibleDescription(words);
    QAccessibleValueChangeEvent event(this, limit(m_high));
    QAccessible::updateAccessibility(&event);
}

void ColorBarHandles::choose(bool high)
{
    m_high = high;
    describe();
    update();
}

void ColorBarHandles::setLimit(bool high, double value)
{
    if (!std::isfinite(value))
        return;
    ScaleOptions chosen = m_colors.scale();
    if (m_scale.diverging()) {
        // Zero stays in the middle: both limits move.
        const double most = std::max(std::abs(value), 1e-6 * std::abs(m_scale.barValue(1)));
        return m_colors.setLimits(-most, most);
    }
    const double least = 1e-4 * std::abs(m_scale.barValue(1) - m_scale.barValue(0));
    if (high)
        chosen.high = std::max(value, m_scale.low() + least);
    else
        chosen.low = std::min(value, m_scale.high() - least);
    m_colors.setLimits(chosen.low, chosen.high);
}

void ColorBarHandles::moveTo(double fraction, const ColorScale& scale)
{
    m_scale = scale;
    const bool atEnd = m_high ? fraction >= 1 : fraction <= 0;
    if (!atEnd)
        return setLimit(m_high, rounded(scale.barValue(std::clamp(fraction, 0.0, 1.0))));
    // The end of the bar is where limits are without anybody's doing.
    const ScaleOptions chosen = m_colors.scale();
    if (scale.diverging())
        m_colors.setLimits(std::nullopt, std::nullopt);
    else if (m_high)
        m_colors.setLimits(chosen.low, std::nullopt);
    else
        m_colors.setLimits(std::nullopt, chosen.high);
}

bool ColorBarHandles::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto& key = *static_cast<QKeyEvent*>(event);
        for (const int own :
             {Qt::Key_Left, Qt::Key_Right, Qt::Key_Up, Qt::Key_Down, Qt::Key_Home, Qt::Key_End, Qt::Key_Space,
              Qt::Key_Delete, Qt::Key_Backspace, Qt::Key_Return, Qt::Key_Enter})
            if (key.key() == own && !(key.modifiers() & (Qt::AltModifier | Qt::ShiftModifier))) {
                event->accept();
                return true;
            }
    }
    return QWidget::event(event);
}

void ColorBarHandles::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const FigureStyle style = m_colors.view().figureStyle();
    const bool awake = hasFocus() || underMouse() || m_dragging;
    for (const bool high : {false, true}) {
        const QPointF at = handle(high);
        const QRectF grip(at.x() - handleWidth / 2, 1, handleWidth, height() - 2);
        const bool chosen = hasFocus() && high == m_high;
        QColor edge = chosen ? style.accent : style.text;
        edge.setAlphaF(awake ? 1.0F : 0.55F);
        painter.setPen(QPen(edge, chosen ? 2 : 1));
        painter.setBrush(style.background);
        painter.drawRoundedRect(grip.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2);
    }
    if (hasFocus()) {
        painter.setPen(QPen(style.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3);
    }
}

void ColorBarHandles::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const double x = event->position().x();
    const double low = handle(false).x(), high = handle(true).x();
    // The nearer one; where both are at one place, the side of the press decides.
    choose(low == high ? x >= high : std::abs(x - high) <= std::abs(x - low));
    m_dragging = true;
    m_dragged = m_scale;
    update();
}

void ColorBarHandles::mouseMoveEvent(QMouseEvent* event)
{
    if (!m_dragging)
        return;
    const QRectF bar = strip();
    moveTo((event->position().x() - bar.left()) / bar.width(), m_dragged);
}

void ColorBarHandles::mouseReleaseEvent(QMouseEvent*)
{
    m_dragging = false;
    update();
}

void ColorBarHandles::mouseDoubleClickEvent(QMouseEvent* event)
{
    m_dragging = false;
    if (event->button() == Qt::LeftButton)
        m_colors.setLimits(std::nullopt, std::nullopt);
}

void ColorBarHandles::contextMenuEvent(QContextMenuEvent*)
{
    m_colors.open();
}

void ColorBarHandles::keyPressEvent(QKeyEvent* event)
{
    const double step = event->modifiers() & Qt::ControlModifier ? 0.1 : 0.01;
    const auto by = [&](double change) {
        moveTo(m_scale.barFraction(limit(m_high)) + change, ColorScale(m_scale));
    };
    switch (event->key()) {
    case Qt::Key_Left:
        return by(-step);
    case Qt::Key_Right:
        return by(step);
    case Qt::Key_Home:
        return moveTo(0, ColorScale(m_scale));
    case Qt::Key_End:
        return moveTo(1, ColorScale(m_scale));
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Space:
        return choose(!m_high);
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        return m_colors.setLimits(std::nullopt, std::nullopt);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        m_colors.open();
        return;
    default:
        QWidget::keyPressEvent(event);
    }
}

void ColorBarHandles::focusInEvent(QFocusEvent* event)
{
    QWidget::focusInEvent(event);
    update();
}

void ColorBarHandles::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    update();
}

void ColorBarHandles::enterEvent(QEnterEvent* event)
{
    QWidget::enterEvent(event);
    update();
}

void ColorBarHandles::leaveEvent(QEvent* event)
{
    QWidget::leaveEvent(event);
    update();
}

} // namespace headlight
