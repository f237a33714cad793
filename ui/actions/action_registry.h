// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Every action has an id. The list of shortcuts, the menus and the tests find it by that.

#include <QAction>
#include <QHash>
#include <QKeySequence>
#include <QList>
#include <QObject>
#include <QString>

#include <functional>
#include <vector>

namespace headlight {

class ActionRegistry : public QObject
{
    Q_OBJECT
public:
    struct Entry
    {
        QString id, section;
        QAction* action = nullptr;
    };

    /// Actions belong to @p owner, a window, where their shortcuts work.
    explicit ActionRegistry(QWidget* owner);

    QAction* add(const QString& id, const QString& section, const QString& text,
                 const QList<QKeySequence>& shortcuts, std::function<void()> run);
    [[nodiscard]] QAction* find(const QString& id) const; ///< null for an unknown one
    [[nodiscard]] const std::vector<Entry>& entries() const { return m_entries; }

    /// A menu's text without its mnemonic, which languages of other letters have in brackets: "文件(&F)".
    [[nodiscard]] static QString plainText(QString text);

private:
    QWidget* m_owner;
    std::vector<Entry> m_entries;
    QHash<QString, QAction*> m_byId;
};

} // namespace headlight
