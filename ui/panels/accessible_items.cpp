// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/accessible_items.h"

#include <QAccessibleWidget>
#include <QWidget>

#include <vector>

namespace headlight {

namespace {

class ListInterface;

class ItemInterface final : public QAccessibleInterface
{
public:
    ItemInterface(ListInterface& list, int index)
        : m_list(list)
        , m_index(index)
    {
    }
    [[nodiscard]] int index() const { return m_index; }

    bool isValid() const override;
    QObject* object() const override { return nullptr; }
    QAccessibleInterface* childAt(int, int) const override { return nullptr; }
    QAccessibleInterface* parent() const override;
    QAccessibleInterface* child(int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface*) const override { return -1; }
    QString text(QAccessible::Text kind) const override;
    void setText(QAccessible::Text, const QString&) override {}
    QRect rect() const override;
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QAccessible::State state() const override;

private:
    ListInterface& m_list;
    int m_index;
};

class ListInterface final : public QAccessibleWidget
{
public:
    explicit ListInterface(QWidget& widget)
        : QAccessibleWidget(&widget, QAccessible::List)
    {
    }
    ~ListInterface() override
    {
        for (const QAccessible::Id id : m_items)
            if (id != 0)
                QAccessible::deleteAccessibleInterface(id);
    }

    [[nodiscard]] const AccessibleItems* items() const
    {
        return dynamic_cast<const AccessibleItems*>(object());
    }
    using QAccessibleWidget::widget;

    int childCount() const override { return items() ? items()->itemCount() : 0; }
    QAccessibleInterface* child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        const auto at = static_cast<std::size_t>(index);
        if (at >= m_items.size())
            m_items.resize(at + 1, 0);
        if (m_items[at] == 0)
            m_items[at] = QAccessible::registerAccessibleInterface(
                new ItemInterface(const_cast<ListInterface&>(*this), index));
        return QAccessible::accessibleInterface(m_items[at]);
    }
    int indexOfChild(const QAccessibleInterface* child) const override
    {
        const auto* item = dynamic_cast<const ItemInterface*>(child);
        return item ? item->index() : -1;
    }
    QAccessibleInterface* childAt(int x, int y) const override
    {
        const QPoint at = widget()->mapFromGlobal(QPoint(x, y));
        for (int i = 0; i < childCount(); ++i)
            if (items()->itemRect(i).contains(at))
                return child(i);
        return nullptr;
    }
    QAccessibleInterface* focusChild() const override
    {
        return widget()->hasFocus() && items()->currentItem() >= 0 ? child(items()->currentItem()) : nullptr;
    }

private:
    mutable std::vector<QAccessible::Id> m_items; ///< 0: nobody has asked for it yet
};

bool ItemInterface::isValid() const
{
    return m_list.isValid() && m_index < m_list.childCount();
}

QAccessibleInterface* ItemInterface::parent() const
{
    return &m_list;
}

QString ItemInterface::text(QAccessible::Text kind) const
{
    return kind == QAccessible::Name && isValid() ? m_list.items()->itemText(m_index) : QString();
}

QRect ItemInterface::rect() const
{
    if (!isValid())
        return {};
    const QRect where = m_list.items()->itemRect(m_index);
    return {m_list.widget()->mapToGlobal(where.topLeft()), where.size()};
}

QAccessible::State ItemInterface::state() const
{
    QAccessible::State state;
    if (!isValid()) {
        state.invalid = true;
        return state;
    }
    state.selectable = true;
    state.focusable = true;
    state.selected = m_list.items()->itemSelected(m_index);
    state.focused = m_list.widget()->hasFocus() && m_list.items()->currentItem() == m_index;
    state.offscreen = !m_list.widget()->rect().intersects(m_list.items()->itemRect(m_index));
    return state;
}

QAccessibleInterface* make(const QString&, QObject* object)
{
    auto* widget = qobject_cast<QWidget*>(object);
    return widget && dynamic_cast<AccessibleItems*>(widget) ? new ListInterface(*widget) : nullptr;
}

} // namespace

void installItemAccessibility()
{
    static const bool once = [] {
        QAccessible::installFactory(make);
        return true;
    }();
    Q_UNUSED(once);
}

void announceItem(QWidget& widget)
{
    const auto* items = dynamic_cast<const AccessibleItems*>(&widget);
    if (!QAccessible::isActive() || !widget.hasFocus() || !items || items->currentItem() < 0)
        return;
    QAccessibleEvent event(&widget, QAccessible::Focus);
    event.setChild(items->currentItem());
    QAccessible::updateAccessibility(&event);
}

} // namespace headlight
