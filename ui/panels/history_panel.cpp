// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/history_panel.h"

#include "panels/what_if_words.h"
#include "session/session.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QUndoView>
#include <QVBoxLayout>

namespace headlight {

HistoryPanel::HistoryPanel(Session& session, QWidget* parent)
    : QWidget(parent)
    , m_session(session)
    , m_history(new QUndoView(&session.undoStack(), this))
    , m_changes(new QListWidget(this))
    , m_title(new QLabel(this))
    , m_reset(new QPushButton(tr("Reset all"), this))
{
    setObjectName(QStringLiteral("historyPanel"));
    setAttribute(Qt::WA_StyledBackground);
    m_history->setObjectName(QStringLiteral("undoView"));
    m_history->setAccessibleName(tr("History of changes"));
    m_history->setEmptyLabel(tr("As the model is"));
    m_history->setFrameShape(QFrame::NoFrame);
    m_changes->setObjectName(QStringLiteral("changes"));
    m_changes->setAccessibleName(tr("What is changed now"));
    m_changes->setFrameShape(QFrame::NoFrame);
    m_changes->setSelectionMode(QAbstractItemView::NoSelection);
    m_changes->setWordWrap(true);
    m_title->setObjectName(QStringLiteral("panelHeading"));
    m_reset->setObjectName(QStringLiteral("resetAll"));
    m_reset->setAccessibleName(tr("Take all what-ifs back"));
    auto* heading = new QLabel(tr("History"), this);
    heading->setObjectName(QStringLiteral("panelHeading"));
    auto* left = new QVBoxLayout;
    left->setSpacing(4);
    left->addWidget(heading);
    left->addWidget(m_history, 1);
    auto* top = new QHBoxLayout;
    top->addWidget(m_title, 1);
    top->addWidget(m_reset);
    auto* right = new QVBoxLayout;
    right->setSpacing(4);
    right->addLayout(top);
    right->addWidget(m_changes, 1);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(18, 8, 14, 8);
    layout->setSpacing(18);
    layout->addLayout(left, 1);
    layout->addLayout(right, 1);
    connect(m_reset, &QPushButton::clicked, this, [this] { m_session.resetWhatIfs(); });
    connect(&session, &Session::traceChanged, this, &HistoryPanel::showChanges);
}

void HistoryPanel::showChanges()
{
    const Trace& trace = m_session.trace();
    m_changes->clear();
    m_changes->addItems(changeWords(trace.program(), trace.overrides()));
    m_title->setText(m_session.changed() ? tr("Changed now") : tr("Nothing is changed"));
    m_reset->setEnabled(m_session.changed());
}

} // namespace headlight
