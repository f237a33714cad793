// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The positions of a stream, one chip each. A click makes it the position that looks (blue), a click with
// Ctrl the one that is looked at (orange). Many chips scroll sideways.

#include "panels/accessible_items.h"
#include "run/input.h"

#include <QWidget>

#include <optional>
#include <vector>

namespace headlight {

class TokenChips : public QWidget, public AccessibleItems
{
    Q_OBJECT
public:
    explicit TokenChips(QWidget* parent = nullptr);

    void setLabels(std::vector<PositionLabel> labels);
    /// The vocabulary's own spelling, for tooltips; one a label.
    void setPieces(std::vector<QString> pieces) { m_pieces = std::move(pieces); }
    void setSelected(int query, int key);
    /// The chip of the text under the mouse; −1 for none.
    void setMarked(int index);
    /// The width that all chips would take.
    [[nodiscard]] int contentWidth() const { return m_starts.back(); }
    [[nodiscard]] int count() const { return static_cast<int>(m_labels.size()); }
    /// Where a chip is, for tests.
    [[nodiscard]] QRect chipRect(int index) const;
    [[nodiscard]] const std::vector<PositionLabel>& labels() const { return m_labels; }

    [[nodiscard]] int itemCount() const override { return count(); }
    [[nodiscard]] QString itemText(int index) const override;
    [[nodiscard]] QRect itemRect(int index) const override { return chipRect(index); }
    [[nodiscard]] bool itemSelected(int index) const override { return index == m_query || index == m_key; }
    [[nodiscard]] int currentItem() const override { return m_query; }

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

signals:
    void hovered(int index); ///< −1 when the mouse leaves
    void queryChosen(int index);
    void keyChosen(int index);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    void measure();
    void scrollTo(int index);
    [[nodiscard]] int chipAt(const QPoint& point) const;

    std::vector<PositionLabel> m_labels;
    std::vector<QString> m_pieces;
    std::vector<int> m_starts; ///< left edges, and one past the last
    int m_query = -1, m_key = -1, m_marked = -1, m_hovered = -1, m_offset = 0;
};

} // namespace headlight
