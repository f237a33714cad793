// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What went wrong, in one line under the input, with the action that mends it. It never stands in the way.

#include "session/issue.h"

#include <QFrame>

class QLabel;
class QPushButton;
class QToolButton;

namespace headlight {

class MessageBar : public QFrame
{
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);

    void showIssue(const Issue& issue);
    void clear();
    [[nodiscard]] const Issue& issue() const { return m_issue; } ///< without a text when none is shown
    [[nodiscard]] QString text() const;
    [[nodiscard]] QPushButton& action() { return *m_action; }

private:
    QLabel* m_text;
    QPushButton* m_action;
    QToolButton* m_close;
    Issue m_issue;
};

} // namespace headlight
