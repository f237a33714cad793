// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/text_field.h"

#include "figures/figure.h"

#include <QKeyEvent>
#include <QMimeData>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextLayout>

#include <algorithm>

namespace headlight {

namespace {

constexpr int mostLines = 3;
constexpr qsizetype mostPasted = 1 << 20; // more than any context; the rest would only be slow

} // namespace

TextField::TextField(QWidget* parent)
    : QPlainTextEdit(parent)
{
    setObjectName(QStringLiteral("textField"));
    setTabChangesFocus(true);
    setLineWrapMode(QPlainTextEdit::WidgetWidth);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
    document()->setDocumentMargin(5);
    connect(this, &QPlainTextEdit::textChanged, this, [this] {
        fit();
        if (!m_quiet)
            emit edited();
    });
    fit();
}

std::string TextField::text() const
{
    return toPlainText().toStdString();
}

void TextField::setQuietly(const QString& text)
{
    if (toPlainText() == text)
        return;
    m_quiet = true;
    setPlainText(text);
    moveCursor(QTextCursor::End);
    m_quiet = false;
}

void TextField::expectNumbers()
{
    QFont plain;
    plain.setStyleStrategy(QFont::PreferNoShaping);
    setFont(plain);
}

void TextField::markBytes(std::size_t begin, std::size_t end)
{
    QList<QTextEdit::ExtraSelection> marks;
    const QByteArray bytes = toPlainText().toUtf8();
    const auto size = static_cast<std::size_t>(bytes.size());
    if (begin < end && begin < size) {
        const auto characters = [&](std::size_t upTo) {
            return static_cast<int>(
                QString::fromUtf8(bytes.left(static_cast<qsizetype>(std::min(upTo, size)))).size());
        };
        QTextEdit::ExtraSelection mark;
        mark.cursor = textCursor();
        mark.cursor.setPosition(characters(begin));
        mark.cursor.setPosition(characters(end), QTextCursor::KeepAnchor);
        QColor color = FigureStyle::fromPalette(palette(), font()).query;
        color.setAlphaF(0.25F);
        mark.format.setBackground(color);
        marks << mark;
    }
    setExtraSelections(marks);
}

QSize TextField::sizeHint() const
{
    return {300, height()};
}

QSize TextField::minimumSizeHint() const
{
    return {120, fontMetrics().lineSpacing() + 18};
}

bool TextField::event(QEvent* event)
{
    // With nothing of its own to undo the field leaves the keys to the window.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if ((key->matches(QKeySequence::Undo) && !document()->isUndoAvailable()) ||
            (key->matches(QKeySequence::Redo) && !document()->isRedoAvailable())) {
            event->ignore();
            return false;
        }
    }
    return QPlainTextEdit::event(event);
}

void TextField::mouseMoveEvent(QMouseEvent* event)
{
    QPlainTextEdit::mouseMoveEvent(event);
    const QTextCursor cursor = cursorForPosition(event->position().toPoint());
    const QRect line = cursorRect(cursor);
    const bool over =
        std::abs(line.center().x() - event->position().x()) < 2.0 * fontMetrics().averageCharWidth();
    // The character left of the nearest gap or right of it, whichever the mouse is on.
    int at = cursor.position();
    if (event->position().x() < line.left())
        --at;
    const QString text = toPlainText();
    emit byteHovered(over && at >= 0 && at < text.size() ? static_cast<int>(text.left(at).toUtf8().size())
                                                         : -1);
}

void TextField::leaveEvent(QEvent* event)
{
    emit byteHovered(-1);
    QPlainTextEdit::leaveEvent(event);
}

void TextField::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape) {
        emit left();
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

void TextField::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    fit();
}

void TextField::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        fit();
}

void TextField::insertFromMimeData(const QMimeData* source)
{
    if (source->hasText())
        insertPlainText(source->text().left(mostPasted));
}

void TextField::fit()
{
    int lines = 0;
    for (QTextBlock block = document()->begin(); block.isValid() && lines < mostLines; block = block.next())
        lines += std::max(1, block.layout() ? block.layout()->lineCount() : 1);
    lines = std::clamp(lines, 1, mostLines);
    setVerticalScrollBarPolicy(document()->blockCount() > 1 || lines >= mostLines ? Qt::ScrollBarAsNeeded
                                                                                  : Qt::ScrollBarAlwaysOff);
    const int wanted = lines * fontMetrics().lineSpacing() + 18;
    if (wanted != height() || minimumHeight() != wanted)
        setFixedHeight(wanted);
}

} // namespace headlight
