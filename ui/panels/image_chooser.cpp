// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/image_chooser.h"

#include "figures/figure.h"
#include "panels/tool_tip.h"

#include <QClipboard>
#include <QDragEnterEvent>
#include <QGuiApplication>
#include <QHelpEvent>
#include <QImageReader>
#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QToolTip>
#include <QUrl>

#include <algorithm>

namespace headlight {

namespace {

constexpr int imageChooserGap = 6;

} // namespace

ImageChooser::ImageChooser(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("imageChooser"));
    setAccessibleName(tr("Picture for the model"));
    setAcceptDrops(true);
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void ImageChooser::setThumbnails(std::vector<Thumbnail> thumbnails)
{
    m_thumbnails = std::move(thumbnails);
    m_offset = 0;
    m_hovered = -1;
    update();
}

void ImageChooser::setCurrent(const QImage& image, int example)
{
    m_current = image;
    m_example = example;
    QString words = tr("a picture of your own");
    for (const Thumbnail& t : m_thumbnails)
        if (t.example == example)
            words = t.title;
    setAccessibleDescription(words);
    update();
}

int ImageChooser::edge() const
{
    return height() - 4;
}

QRect ImageChooser::openRect() const
{
    return {2, 2, fontMetrics().horizontalAdvance(tr("Open a picture…")) + 24, edge()};
}

QRect ImageChooser::thumbnailRect(int index) const
{
    // The current picture stands in front when it is none of the examples.
    const int own = m_example < 0 && !m_current.isNull() ? 1 : 0;
    return {openRect().right() + 2 * imageChooserGap + (index + own) * (edge() + imageChooserGap) - m_offset,
            2, edge(), edge()};
}

QSize ImageChooser::sizeHint() const
{
    return {400, std::max(52, fontMetrics().height() * 3)};
}

int ImageChooser::at(const QPoint& point) const
{
    if (point.x() <= openRect().right() + imageChooserGap)
        return -1;
    for (int i = 0; i < count(); ++i)
        if (thumbnailRect(i).contains(point))
            return i;
    return -1;
}

void ImageChooser::paintEvent(QPaintEvent*)
{
    const FigureStyle style = FigureStyle::fromPalette(palette(), font());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto frame = [&](const QRect& rect, bool chosen, bool hot) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(chosen ? style.accent : hot ? style.mutedText : style.line, chosen ? 2 : 1));
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    };
    painter.setClipRect(QRect(openRect().right() + imageChooserGap, 0, width(), height()));
    if (m_example < 0 && !m_current.isNull()) {
        const QRect rect = thumbnailRect(-1);
        painter.drawImage(
            rect.adjusted(2, 2, -2, -2),
            m_current.scaled(rect.size(), Qt::KeepAspectRatioByExpanding, Qt::SmoothTransformation));
        frame(rect, true, false);
    }
    for (int i = 0; i < count(); ++i) {
        const QRect rect = thumbnailRect(i);
        if (rect.left() > width())
            break;
        const Thumbnail& t = m_thumbnails[static_cast<std::size_t>(i)];
        painter.drawImage(rect.adjusted(2, 2, -2, -2), t.image);
        frame(rect, t.example == m_example && m_example >= 0, i == m_hovered);
    }
    painter.setClipping(false);
    painter.setBrush(palette().color(QPalette::Base));
    painter.setPen(QPen(m_hovered == -2 || hasFocus() ? style.accent : style.line, 1));
    painter.drawRoundedRect(QRectF(openRect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.setPen(style.text);
    painter.drawText(openRect().adjusted(0, 0, 0, -fontMetrics().height()), Qt::AlignCenter,
                     tr("Open a picture…"));
    painter.setPen(style.mutedText);
    painter.drawText(openRect().adjusted(0, fontMetrics().height(), 0, 0), Qt::AlignCenter,
                     tr("drop or paste"));
}

void ImageChooser::mousePressEvent(QMouseEvent* event)
{
    const QPoint point = event->position().toPoint();
    if (openRect().contains(point)) {
        emit openWanted();
        return;
    }
    const int index = at(point);
    if (index >= 0)
        emit exampleChosen(m_thumbnails[static_cast<std::size_t>(index)].example);
}

void ImageChooser::mouseMoveEvent(QMouseEvent* event)
{
    const QPoint point = event->position().toPoint();
    const int index = openRect().contains(point) ? -2 : at(point);
    setCursor(index == -1 ? Qt::ArrowCursor : Qt::PointingHandCursor);
    if (std::exchange(m_hovered, index) != index)
        update();
}

void ImageChooser::leaveEvent(QEvent* event)
{
    m_hovered = -1;
    update();
    QWidget::leaveEvent(event);
}

void ImageChooser::wheelEvent(QWheelEvent* event)
{
    const int all = openRect().right() + imageChooserGap + (count() + 1) * (edge() + imageChooserGap);
    m_offset = std::clamp(m_offset - event->angleDelta().y() / 2, 0, std::max(0, all - width()));
    update();
    event->accept();
}

void ImageChooser::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasImage() || event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

void ImageChooser::dropEvent(QDropEvent* event)
{
    const QMimeData* dropped = event->mimeData();
    if (dropped->hasImage()) {
        emit imageGiven(qvariant_cast<QImage>(dropped->imageData()), tr("dropped picture"));
    } else if (dropped->hasUrls() && !dropped->urls().isEmpty()) {
        const QString file = dropped->urls().front().toLocalFile();
        emit imageGiven(QImageReader(file).read(), file);
    }
    event->acceptProposedAction();
}

void ImageChooser::paste()
{
    const QImage image = QGuiApplication::clipboard()->image();
    if (!image.isNull())
        emit imageGiven(image, tr("pasted picture"));
}

void ImageChooser::keyPressEvent(QKeyEvent* event)
{
    if (event->matches(QKeySequence::Paste))
        return paste();
    const int step = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Space) {
        emit openWanted();
    } else if (step != 0 && count() > 0) {
        int index = 0;
        for (int i = 0; i < count(); ++i)
            if (m_thumbnails[static_cast<std::size_t>(i)].example == m_example)
                index = std::clamp(i + step, 0, count() - 1);
        emit exampleChosen(m_thumbnails[static_cast<std::size_t>(index)].example);
    } else {
        QWidget::keyPressEvent(event);
    }
}

bool ImageChooser::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Left || key->key() == Qt::Key_Right || key->key() == Qt::Key_Space) {
            event->accept();
            return true;
        }
    }
    if (event->type() == QEvent::ToolTip) {
        auto* help = static_cast<QHelpEvent*>(event);
        const int index = at(help->pos());
        if (index >= 0)
            QToolTip::showText(help->globalPos(),
                               toolTipOf(m_thumbnails[static_cast<std::size_t>(index)].title), this);
        else
            QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

} // namespace headlight
