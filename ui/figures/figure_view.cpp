// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/figure_view.h"

#include "figures/figure_accessible.h"
#include "figures/figure_colors.h"

#include <QAccessible>
#include <QEvent>
#include <QInputDevice>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

constexpr double minimapWidth = 168;

} // namespace

FigureView::FigureView(QWidget* parent)
    : QWidget(parent)
    , m_colors(new FigureColors(*this))
{
    installFigureAccessibility();
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(80, 60);
}

FigureView::~FigureView() = default;

void FigureView::setFigure(std::shared_ptr<Figure> figure)
{
    forgetCells(*this);
    m_figure = std::move(figure);
    m_small = {};
    m_highlight = {};
    m_hovered.reset();
    // The cursor stays where the new figure has such a cell: leafing through heads keeps the place.
    if (m_cursor && (!m_figure || m_figure->describeCell(*m_cursor).isEmpty() ||
                     m_figure->cellRect(*m_cursor, figureArea(), figureStyle()).isEmpty()))
        m_cursor.reset();
    setAccessibleName(m_figure ? m_figure->title() : m_placeholder);
    clampOffset();
    m_colors->figureChanged();
    refresh();
    announce(m_cursor);
}

void FigureView::refresh()
{
    m_painted = {};
    update();
}

void FigureView::recolor()
{
    m_small = {};
    refresh();
}

void FigureView::setHighlight(const Highlight& highlight)
{
    if (highlight == m_highlight)
        return;
    m_highlight = highlight;
    update();
}

void FigureView::setPlaceholder(const QString& text)
{
    m_placeholder = text;
    if (!m_figure) {
        setAccessibleName(text);
        update();
    }
}

void FigureView::setFigureStyle(std::optional<FigureStyle> style)
{
    m_ownStyle = std::move(style);
    m_style.reset();
    refresh();
}

FigureStyle FigureView::figureStyle() const
{
    if (!m_style)
        m_style = m_ownStyle ? *m_ownStyle : FigureStyle::fromPalette(palette(), font());
    FigureStyle style = *m_style;
    style.zoom = m_zoom;
    m_colors->applyTo(style);
    return style;
}

void FigureView::setCursorCell(std::optional<CellRef> cell)
{
    m_cursor = std::move(cell);
    if (m_cursor && m_figure && m_figure->reveal(*m_cursor))
        m_painted = {};
    if (m_cursor && m_figure && m_zoom > 1) {
        // Brought into view, with a little of what is around it.
        const QRectF where = m_figure->cursorRect(*m_cursor, figureArea(), figureStyle());
        if (!where.isEmpty()) {
            const QRectF wanted = where.adjusted(-24, -24, 24, 24);
            const QSizeF edge = edges();
            if (wanted.left() < edge.width())
                m_offset.rx() += wanted.left() - edge.width();
            else if (wanted.right() > width())
                m_offset.rx() += wanted.right() - width();
            if (wanted.top() < edge.height())
                m_offset.ry() += wanted.top() - edge.height();
            else if (wanted.bottom() > height())
                m_offset.ry() += wanted.bottom() - height();
            clampOffset();
            m_painted = {};
        }
    }
    announce(m_cursor);
    update();
}

void FigureView::setZoom(double zoom)
{
    zoomAt(zoom, QPointF(width() / 2.0, height() / 2.0));
}

void FigureView::setMap(double mostZoom)
{
    m_map = true;
    m_mostZoom = std::max(1.0, mostZoom);
    m_small = {};
    setZoom(m_zoom);
}

QRectF FigureView::minimap() const
{
    // In a small view it is smaller, and in a tiny one it would hide what it is a map of.
    const double width = std::min(minimapWidth, this->width() / 3.5);
    if (!m_map || !m_figure || m_zoom < 1.5 || width < 40)
        return {};
    const double height = width * this->height() / std::max(1, this->width());
    return {this->width() - width - 10, this->height() - height - 10, width, height};
}

void FigureView::paintMinimap(QPainter& painter, const FigureStyle& style)
{
    const QRectF place = minimap();
    if (place.isEmpty())
        return;
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    painter.setPen(QPen(style.line, 1));
    painter.setBrush(style.background);
    painter.drawRect(place.adjusted(-3, -3, 3, 3));
    painter.drawPixmap(place, m_small, QRectF(m_small.rect()));
    const double scale = place.width() / (width() * m_zoom);
    QRectF seen(place.topLeft() + m_offset * scale, QSizeF(size()) * scale);
    // From very close by, the place is a dot that must still be found.
    if (seen.width() < 6)
        seen = QRectF(seen.center().x() - 3, seen.center().y() - 3, 6, 6);
    painter.setPen(QPen(style.accent, 1.6));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(seen);
}

void FigureView::moveByMinimap(const QPointF& point)
{
    const QRectF place = minimap();
    if (place.isEmpty())
        return;
    const double scale = width() * m_zoom / place.width();
    m_offset = (point - place.topLeft()) * scale - QPointF(width() / 2.0, height() / 2.0);
    clampOffset();
    refresh();
}

void FigureView::zoomAt(double zoom, const QPointF& anchor)
{
    zoom = std::clamp(zoom, 1.0, m_mostZoom);
    if (std::abs(zoom - 1) < 0.02)
        zoom = 1;
    if (zoom == m_zoom)
        return;
    // What lies under the anchor stays there.
    const QPointF place = (anchor + m_offset) / m_zoom;
    m_zoom = zoom;
    m_offset = place * zoom - anchor;
    clampOffset();
    refresh();
    emit zoomChanged(m_zoom);
}

void FigureView::clampOffset()
{
    const QSizeF edge = edges();
    m_offset.setX(std::clamp(m_offset.x(), -edge.width(), width() * (m_zoom - 1)));
    m_offset.setY(std::clamp(m_offset.y(), -edge.height(), height() * (m_zoom - 1)));
    m_offset = QPointF(std::round(m_offset.x()), std::round(m_offset.y()));
}

QSizeF FigureView::edges() const
{
    return m_figure && m_zoom > 1 ? m_figure->edges(QSizeF(size()), figureStyle()) : QSizeF(0, 0);
}

bool FigureView::onFigure(const QPointF& point) const
{
    const QSizeF edge = edges();
    return point.x() >= edge.width() && point.y() >= edge.height();
}

std::optional<CellRef> FigureView::cellUnder(const QPointF& point) const
{
    return onFigure(point) ? m_figure->cellAt(point, figureArea(), figureStyle()) : std::nullopt;
}

QRectF FigureView::figureArea() const
{
    return {-m_offset, QSizeF(size()) * m_zoom};
}

QSize FigureView::sizeHint() const
{
    // The same for every figure: what is around a view must not move when its figure changes.
    return {480, 320};
}

QSize FigureView::minimumSizeHint() const
{
    return {160, 120};
}

void FigureView::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const FigureStyle style = figureStyle();
    if (!m_figure) {
        painter.fillRect(rect(), style.background);
        painter.setPen(style.mutedText);
        painter.setFont(style.font);
        painter.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap,
                         m_placeholder);
    } else {
        const double ratio = devicePixelRatioF();
        if (m_painted.isNull() || m_painted.deviceIndependentSize().toSize() != size()) {
            if (m_small.isNull() && !minimap().isEmpty()) {
                // The whole, once, and then as a picture.
                FigureStyle whole = style;
                whole.zoom = 1;
                QPixmap large(size());
                large.fill(style.background);
                QPainter p(&large);
                m_figure->paint(p, QRectF(rect()), whole);
                p.end();
                m_small =
                    large.scaledToWidth(static_cast<int>(minimapWidth * ratio), Qt::SmoothTransformation);
            }
            m_painted = QPixmap((QSizeF(size()) * ratio).toSize());
            m_painted.setDevicePixelRatio(ratio);
            m_painted.fill(style.background);
            QPainter p(&m_painted);
            m_figure->paint(p, figureArea(), style);
            // Not from within painting: the controls are widgets that want to be painted themselves.
            QMetaObject::invokeMethod(m_colors, &FigureColors::place, Qt::QueuedConnection);
            emit painted();
        }
        painter.drawPixmap(QPointF(0, 0), m_painted);
        if (m_highlight.focus)
            m_figure->paintHighlight(painter, figureArea(), style, m_highlight);
        if (m_cursor && hasFocus()) {
            const QRectF where = m_figure->cursorRect(*m_cursor, figureArea(), style) &
                                 QRectF(rect()).adjusted(-20, -20, 20, 20);
            painter.setRenderHint(QPainter::Antialiasing);
            painter.setPen(QPen(style.background, 4));
            painter.drawRect(where.adjusted(-3, -3, 2, 2));
            painter.setPen(QPen(style.accent, 2));
            painter.drawRect(where.adjusted(-3, -3, 2, 2));
        }
    }
    paintMinimap(painter, style);
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(style.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void FigureView::resizeEvent(QResizeEvent* event)
{
    clampOffset();
    m_painted = m_small = {};
    QWidget::resizeEvent(event);
    m_colors->place();
}

void FigureView::hover(const std::optional<CellRef>& cell)
{
    if (cell == m_hovered)
        return;
    m_hovered = cell;
    emit cellHovered(cell);
}

void FigureView::mouseMoveEvent(QMouseEvent* event)
{
    if (m_onMinimap)
        return moveByMinimap(event->position());
    if (m_dragFrom && (m_dragged || (event->position() - *m_dragFrom).manhattanLength() > 5) && m_zoom > 1) {
        m_dragged = true;
        m_offset += *m_dragFrom - event->position();
        m_dragFrom = event->position();
        clampOffset();
        refresh();
        return;
    }
    if (m_figure)
        hover(cellUnder(event->position()));
}

void FigureView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && minimap().contains(event->position())) {
        m_onMinimap = true;
        moveByMinimap(event->position());
    } else if (event->button() == Qt::LeftButton) {
        m_dragFrom = event->position();
        m_dragged = false;
    } else {
        QWidget::mousePressEvent(event);
    }
}

void FigureView::mouseReleaseEvent(QMouseEvent* event)
{
    m_onMinimap = false;
    const bool click = event->button() == Qt::LeftButton && m_dragFrom && !m_dragged;
    m_dragFrom.reset();
    if (!click || !m_figure)
        return;
    const auto cell = cellUnder(event->position());
    if (cell) {
        m_cursor = cell;
        announce(cell);
        update();
        emit cellClicked(*cell);
    }
    if (onFigure(event->position()))
        emit clickedAt(event->position());
}

void FigureView::mouseDoubleClickEvent(QMouseEvent* event)
{
    if (!m_figure || event->button() != Qt::LeftButton)
        return;
    if (const auto cell = cellUnder(event->position()))
        emit cellActivated(*cell, event->modifiers());
}

void FigureView::enterEvent(QEnterEvent* event)
{
    QWidget::enterEvent(event);
    m_colors->place();
}

void FigureView::leaveEvent(QEvent* event)
{
    m_colors->place();
    hover(hasFocus() ? m_cursor : std::nullopt);
    QWidget::leaveEvent(event);
}

void FigureView::wheelEvent(QWheelEvent* event)
{
    // A map is zoomed by the wheel alone; two fingers on a touch pad move it, as they move everything.
    const bool pad = event->device() && event->device()->type() == QInputDevice::DeviceType::TouchPad;
    const bool zooms = m_map && !pad && !(event->modifiers() & Qt::ShiftModifier);
    if ((event->modifiers() & Qt::ControlModifier) || zooms) {
        zoomAt(m_zoom * std::pow(m_map ? 1.3 : 1.2, event->angleDelta().y() / 120.0), event->position());
        event->accept();
    } else if (m_zoom > 1) {
        const QPointF by =
            event->pixelDelta().isNull() ? QPointF(event->angleDelta()) / 2 : QPointF(event->pixelDelta());
        m_offset -= event->modifiers() & Qt::ShiftModifier ? QPointF(by.y(), by.x()) : by;
        clampOffset();
        refresh();
        event->accept();
    } else {
        event->ignore(); // a scroll area around the view may want it
    }
}

bool FigureView::takesKey(const QKeyEvent& event) const
{
    if (!m_figure)
        return false;
    const bool control = event.modifiers() & Qt::ControlModifier;
    switch (event.key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
    case Qt::Key_Home:
    case Qt::Key_End:
        return m_cursor.has_value() && !(event.modifiers() & Qt::AltModifier);
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Escape:
        return m_cursor.has_value() && !control;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_Minus:
    case Qt::Key_0:
        return control;
    default:
        return false;
    }
}

bool FigureView::event(QEvent* event)
{
    // While there is a cursor the arrows are its own, whatever the window's shortcuts say.
    if (event->type() == QEvent::ShortcutOverride && takesKey(*static_cast<QKeyEvent*>(event))) {
        event->accept();
        return true;
    }
    if (event->type() == QEvent::NativeGesture) {
        const auto* gesture = static_cast<QNativeGestureEvent*>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            zoomAt(m_zoom * (1 + gesture->value()), gesture->position());
            return true;
        }
    }
    return QWidget::event(event);
}

void FigureView::keyPressEvent(QKeyEvent* event)
{
    if (!takesKey(*event)) {
        QWidget::keyPressEvent(event);
        return;
    }
    const bool control = event->modifiers() & Qt::ControlModifier;
    const int step = control ? 10 : 1;
    constexpr int far = 1 << 28;
    int right = 0, down = 0;
    switch (event->key()) {
    case Qt::Key_Left:
        right = -step;
        break;
    case Qt::Key_Right:
        right = step;
        break;
    case Qt::Key_Up:
        down = -step;
        break;
    case Qt::Key_Down:
        down = step;
        break;
    case Qt::Key_Home:
        right = -far;
        down = control ? -far : 0;
        break;
    case Qt::Key_End:
        right = far;
        down = control ? far : 0;
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        emit cellActivated(*m_cursor, event->modifiers());
        return;
    case Qt::Key_Escape:
        setCursorCell(std::nullopt);
        hover(std::nullopt);
        return;
    case Qt::Key_Minus:
        setZoom(m_zoom / 1.2);
        return;
    case Qt::Key_0:
        setZoom(1);
        return;
    default:
        setZoom(m_zoom * 1.2);
        return;
    }
    setCursorCell(m_figure->moved(m_cursor, right, down));
    hover(m_cursor);
}

void FigureView::focusInEvent(QFocusEvent* event)
{
    const bool byKey = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason ||
                       event->reason() == Qt::ShortcutFocusReason;
    if (byKey && m_figure) {
        // From the cell that is being explained, when it is in this picture.
        if (!m_cursor && m_highlight.focus &&
            !m_figure->cursorRect(*m_highlight.focus, figureArea(), figureStyle()).isEmpty())
            setCursorCell(m_highlight.focus);
        if (!m_cursor)
            setCursorCell(m_figure->moved(std::nullopt, 0, 0));
        hover(m_cursor);
    }
    QWidget::focusInEvent(event);
    m_colors->place();
    announceCursor(*this);
    update();
}

void FigureView::focusOutEvent(QFocusEvent* event)
{
    QWidget::focusOutEvent(event);
    m_colors->place();
    update();
}

void FigureView::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        m_style.reset();
        m_small = {};
        refresh();
    }
    QWidget::changeEvent(event);
}

void FigureView::announce(const std::optional<CellRef>& cell)
{
    const QString words = m_figure && cell ? m_figure->describeCell(*cell) : QString();
    if (words == accessibleDescription())
        return;
    setAccessibleDescription(words);
    QAccessibleEvent event(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&event);
    announceCursor(*this);
}

} // namespace headlight
