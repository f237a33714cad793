// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/cell_editor.h"

#include <QApplication>
#include <QKeyEvent>
#include <QStyle>
#include <QToolTip>

#include <algorithm>

namespace headlight {

CellEditor::CellEditor(FigureView& view)
    : QLineEdit(&view)
    , m_view(view)
{
    setObjectName(QStringLiteral("cellEditor"));
    setMaxLength(1 << 20);
    hide();
}

void CellEditor::open(const CellRef& cell, bool row, const QString& text)
{
    m_cell = cell;
    m_row = row;
    m_problem.clear();
    setText(text);
    setAccessibleName(row ? tr("New numbers for the row, or one for all of it") : tr("New number"));
    setToolTip(row ? tr("Numbers with commas between them, or one for the whole row. Return takes them, "
                        "Escape leaves them.")
                   : tr("A number, inf or -inf. Return takes it, Escape leaves it."));
    const QRectF at = m_view.figure()
                          ? m_view.figure()->cellRect(cell, m_view.figureArea(), m_view.figureStyle())
                          : QRectF();
    const QSize least = sizeHint();
    const int wide = fontMetrics().horizontalAdvance(text) + 34;
    const int width = std::min(m_view.width() - 4, row ? std::max(240, std::min(wide, 560))
                                                       : std::max({112, wide, qRound(at.width())}));
    QRect place(0, 0, width, std::max(least.height(), qRound(at.height())));
    place.moveCenter(at.isEmpty() ? m_view.rect().center() : at.center().toPoint());
    place.moveLeft(std::clamp(place.left(), 2, std::max(2, m_view.width() - place.width() - 2)));
    place.moveTop(std::clamp(place.top(), 2, std::max(2, m_view.height() - place.height() - 2)));
    setGeometry(place);
    show();
    qApp->installEventFilter(this);
    raise();
    selectAll();
    setFocus(Qt::OtherFocusReason);
}

void CellEditor::refuse(const QString& why)
{
    m_problem = why;
    setAccessibleDescription(why);
    QToolTip::showText(mapToGlobal(QPoint(0, height())), why, this);
}

bool CellEditor::event(QEvent* event)
{
    // While a number is typed no single key is the window's.
    if (event->type() == QEvent::ShortcutOverride &&
        !(static_cast<QKeyEvent*>(event)->modifiers() & (Qt::ControlModifier | Qt::AltModifier))) {
        event->accept();
        return true;
    }
    return QLineEdit::event(event);
}

void CellEditor::keyPressEvent(QKeyEvent* event)
{
    switch (event->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter:
        m_problem.clear();
        emit entered(text());
        if (m_problem.isEmpty()) {
            hide();
            m_view.setFocus(Qt::OtherFocusReason);
        }
        return;
    case Qt::Key_Escape:
        hide();
        m_view.setFocus(Qt::OtherFocusReason);
        return;
    default:
        QLineEdit::keyPressEvent(event);
    }
}

void CellEditor::focusOutEvent(QFocusEvent* event)
{
    QLineEdit::focusOutEvent(event);
    if (event->reason() != Qt::PopupFocusReason)
        hide();
}

void CellEditor::hideEvent(QHideEvent* event)
{
    QLineEdit::hideEvent(event);
    hide(); // with its picture: it must not be there again when the picture is
    qApp->removeEventFilter(this);
}

bool CellEditor::eventFilter(QObject* watched, QEvent* event)
{
    // What is pressed elsewhere need not take the focus: a tab does not, and the editor would keep the keys.
    const auto* widget = qobject_cast<QWidget*>(watched);
    if (event->type() == QEvent::MouseButtonPress && widget && widget != this &&
        !QApplication::activePopupWidget()) {
        hide();
        m_view.setFocus(Qt::OtherFocusReason);
    }
    return QLineEdit::eventFilter(watched, event);
}

} // namespace headlight
