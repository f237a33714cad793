// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Chooses several heads of a layer, each in its colour: a row of numbered squares. A click chooses one, with
// Ctrl (or Shift) one more; the arrows move, Space takes one in or out, Return takes it alone, Ctrl+A takes
// all.

#include "panels/accessible_items.h"

#include <QWidget>

#include <algorithm>
#include <vector>

namespace headlight {

class HeadToggles : public QWidget, public AccessibleItems
{
    Q_OBJECT
public:
    explicit HeadToggles(QWidget* parent = nullptr);

    void setCount(int heads);
    void setChosen(std::vector<int> heads);
    [[nodiscard]] const std::vector<int>& chosen() const { return m_chosen; } ///< ascending
    [[nodiscard]] int count() const { return m_count; }
    [[nodiscard]] QRect headRect(int head) const;

    [[nodiscard]] int itemCount() const override { return m_count; }
    [[nodiscard]] QString itemText(int index) const override;
    [[nodiscard]] QRect itemRect(int index) const override { return headRect(index); }
    [[nodiscard]] bool itemSelected(int index) const override
    {
        return std::binary_search(m_chosen.begin(), m_chosen.end(), index);
    }
    [[nodiscard]] int currentItem() const override { return m_cursor; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void chosenChanged(const std::vector<int>& heads);

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    void choose(int head, bool more);
    void take(std::vector<int> heads);

    int m_count = 0, m_cursor = 0;
    std::vector<int> m_chosen;
};

} // namespace headlight
