// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/head_selector.h"

#include <QButtonGroup>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QToolButton>

namespace headlight {

HeadSelector::HeadSelector(QWidget* parent)
    : QWidget(parent)
    , m_label(new QLabel(this))
    , m_row(new QHBoxLayout)
    , m_buttons(new QButtonGroup(this))
    , m_list(new QComboBox(this))
{
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(m_label);
    m_row->setSpacing(4);
    layout->addLayout(m_row);
    layout->addWidget(m_list);
    m_label->setObjectName(QStringLiteral("muted"));
    m_list->setObjectName(QStringLiteral("headList"));
    m_list->setFocusPolicy(Qt::TabFocus);
    m_list->hide();
    setObjectName(QStringLiteral("headSelector"));
    connect(m_buttons, &QButtonGroup::idClicked, this, &HeadSelector::chosen);
    connect(m_list, &QComboBox::activated, this, &HeadSelector::chosen);
}

void HeadSelector::setAxis(const QString& name, int count)
{
    if (name == m_name && count == m_count)
        return;
    m_name = name;
    m_count = count;
    m_current = -1;
    m_label->setText(name);
    m_list->setAccessibleName(name);
    const bool many = count > mostButtons;
    const auto old = m_buttons->buttons();
    for (QAbstractButton* button : old) {
        m_buttons->removeButton(button);
        button->hide();
        button->deleteLater();
    }
    m_list->clear();
    for (int i = 0; i < count; ++i) {
        if (many) {
            m_list->addItem(QString::number(i));
            continue;
        }
        auto* button = new QToolButton(this);
        button->setObjectName(QStringLiteral("headButton"));
        button->setText(QString::number(i));
        button->setCheckable(true);
        button->setFocusPolicy(Qt::TabFocus);
        button->setAccessibleName(QStringLiteral("%1 %2").arg(name).arg(i));
        m_buttons->addButton(button, i);
        m_row->addWidget(button);
        button->show();
    }
    m_list->setVisible(many);
}

void HeadSelector::setCurrent(int index)
{
    m_current = index;
    if (QAbstractButton* button = m_buttons->button(index))
        button->setChecked(true);
    const QSignalBlocker quiet(m_list);
    m_list->setCurrentIndex(index);
}

void HeadSelector::setOff(const std::set<int>& off)
{
    for (int i = 0; i < m_count; ++i)
        if (QAbstractButton* button = m_buttons->button(i)) {
            QFont font = button->font();
            font.setStrikeOut(off.contains(i));
            button->setFont(font);
            button->setToolTip(off.contains(i) ? tr("switched off") : QString());
        }
}

} // namespace headlight
