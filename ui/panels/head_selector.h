// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Chooses one entry of an axis that is not drawn, a head above all: a row of numbers, or a list when there
// are many.

#include <QWidget>

#include <set>

class QButtonGroup;
class QComboBox;
class QHBoxLayout;
class QLabel;

namespace headlight {

class HeadSelector : public QWidget
{
    Q_OBJECT
public:
    explicit HeadSelector(QWidget* parent = nullptr);

    void setAxis(const QString& name, int count);
    void setCurrent(int index);
    /// Entries that a what-if has switched off.
    void setOff(const std::set<int>& off);
    [[nodiscard]] int current() const { return m_current; }
    [[nodiscard]] int count() const { return m_count; }

signals:
    void chosen(int index);

private:
    static constexpr int mostButtons = 16;

    QLabel* m_label;
    QHBoxLayout* m_row;
    QButtonGroup* m_buttons;
    QComboBox* m_list;
    QString m_name;
    int m_count = 0, m_current = -1;
};

} // namespace headlight
