// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/flow_layout.h"

#include <QWidget>

#include <algorithm>
#include <vector>

namespace headlight {

namespace {

constexpr int between = 5;

} // namespace

FlowLayout::FlowLayout(QWidget* parent)
    : QLayout(parent)
{
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout()
{
    qDeleteAll(m_items);
}

QLayoutItem* FlowLayout::takeAt(int index)
{
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const
{
    return lay(QRect(0, 0, width, 0), false);
}

QSize FlowLayout::minimumSize() const
{
    QSize size;
    for (const QLayoutItem* item : m_items)
        if (!item->isEmpty())
            size = size.expandedTo(item->minimumSize());
    return size;
}

void FlowLayout::setGeometry(const QRect& rect)
{
    QLayout::setGeometry(rect);
    lay(rect, true);
}

int FlowLayout::lay(const QRect& rect, bool move) const
{
    int y = rect.top();
    std::vector<QLayoutItem*> row;
    int width = 0, height = 0;
    const auto finish = [&] {
        int x = rect.left();
        for (QLayoutItem* item : row) {
            const QSize size = item->sizeHint();
            if (move)
                item->setGeometry(QRect(QPoint(x, y + (height - size.height()) / 2), size));
            x += size.width() + between;
        }
        row.clear();
    };
    for (QLayoutItem* item : m_items) {
        if (item->isEmpty())
            continue;
        const QSize size = item->sizeHint();
        if (!row.empty() && width + between + size.width() > rect.width()) {
            finish();
            y += height + 4;
            width = height = 0;
        }
        width += (row.empty() ? 0 : between) + size.width();
        height = std::max(height, size.height());
        row.push_back(item);
    }
    finish();
    return y + height - rect.top();
}

} // namespace headlight
