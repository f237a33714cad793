// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Everything that was changed, in order, to go back and forth in; beside it what is changed now.

#include <QWidget>

class QLabel;
class QListWidget;
class QPushButton;
class QUndoView;

namespace headlight {

class Session;

class HistoryPanel : public QWidget
{
    Q_OBJECT
public:
    explicit HistoryPanel(Session& session, QWidget* parent = nullptr);
    [[nodiscard]] QUndoView& history() { return *m_history; }
    [[nodiscard]] QListWidget& changes() { return *m_changes; }

private:
    void showChanges();

    Session& m_session;
    QUndoView* m_history;
    QListWidget* m_changes;
    QLabel* m_title;
    QPushButton* m_reset;
};

} // namespace headlight
