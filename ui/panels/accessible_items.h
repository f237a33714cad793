// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Widgets that draw a row of things themselves (tokens, heads) show each of them to a screen reader as an
// item of a list. A widget says what its items are; the rest is the same for all.

#include <QAccessible>
#include <QRect>
#include <QString>

class QWidget;

namespace headlight {

class AccessibleItems
{
public:
    virtual ~AccessibleItems() = default;
    [[nodiscard]] virtual int itemCount() const = 0;
    [[nodiscard]] virtual QString itemText(int index) const = 0;
    /// In the widget's coordinates.
    [[nodiscard]] virtual QRect itemRect(int index) const = 0;
    [[nodiscard]] virtual bool itemSelected(int index) const = 0;
    /// The item that the keyboard is on, or −1.
    [[nodiscard]] virtual int currentItem() const = 0;
};

/// Teaches Qt to show the items of widgets that are AccessibleItems.
void installItemAccessibility();
/// The keyboard has moved to the widget's current item.
void announceItem(QWidget& widget);

} // namespace headlight
