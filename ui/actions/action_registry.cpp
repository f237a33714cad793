// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "actions/action_registry.h"

#include <QRegularExpression>
#include <QWidget>

namespace headlight {

ActionRegistry::ActionRegistry(QWidget* owner)
    : QObject(owner)
    , m_owner(owner)
{
}

QAction* ActionRegistry::add(const QString& id, const QString& section, const QString& text,
                             const QList<QKeySequence>& shortcuts, std::function<void()> run)
{
    Q_ASSERT(!m_byId.contains(id));
    auto* action = new QAction(text, this); // goes with the registry
    action->setObjectName(id);
    QList<QKeySequence> keys; // a platform's standard key may be one that is named as well
    for (const QKeySequence& key : shortcuts)
        if (!key.isEmpty() && !keys.contains(key))
            keys << key;
    action->setShortcuts(keys);
    action->setShortcutContext(Qt::WindowShortcut);
    action->setIconText(plainText(text));
    QString tip = plainText(text).remove(QStringLiteral("…"));
    if (!keys.isEmpty())
        tip += QStringLiteral(" (%1)").arg(keys.front().toString(QKeySequence::NativeText));
    action->setToolTip(tip);
    if (run)
        connect(action, &QAction::triggered, m_owner, std::move(run));
    m_owner->addAction(action);
    m_entries.push_back({id, section, action});
    m_byId.insert(id, action);
    return action;
}

QString ActionRegistry::plainText(QString text)
{
    static const QRegularExpression bracketed(QStringLiteral("\\(&\\w\\)"));
    return text.remove(bracketed).remove(QLatin1Char('&'));
}

QAction* ActionRegistry::find(const QString& id) const
{
    return m_byId.value(id);
}

} // namespace headlight
