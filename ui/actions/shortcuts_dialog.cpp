// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "actions/shortcuts_dialog.h"

#include "actions/action_registry.h"

#include <QHeaderView>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace headlight {

ShortcutsDialog::ShortcutsDialog(const ActionRegistry& actions, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("Keyboard shortcuts"));
    setObjectName(QStringLiteral("shortcutsDialog"));
    auto* tree = new QTreeWidget(this);
    tree->setObjectName(QStringLiteral("shortcutList"));
    tree->setAccessibleName(windowTitle());
    tree->setColumnCount(2);
    tree->setHeaderHidden(true);
    tree->setRootIsDecorated(false);
    tree->setFrameShape(QFrame::NoFrame);
    tree->setSelectionMode(QAbstractItemView::NoSelection);
    tree->setFocusPolicy(Qt::TabFocus);
    tree->setItemsExpandable(false);
    QHash<QString, QTreeWidgetItem*> sections;
    const auto sectionItem = [&](const QString& name) {
        auto*& item = sections[name];
        if (!item) {
            item = new QTreeWidgetItem(tree, {name});
            QFont bold = tree->font();
            bold.setBold(true);
            item->setFont(0, bold);
        }
        return item;
    };
    for (const ActionRegistry::Entry& entry : actions.entries()) {
        QStringList keys;
        for (const QKeySequence& key : entry.action->shortcuts())
            keys << key.toString(QKeySequence::NativeText);
        if (!keys.isEmpty())
            new QTreeWidgetItem(sectionItem(entry.section),
                                {ActionRegistry::plainText(entry.action->text()), keys.join(tr("  or  "))});
    }
    auto* picture = sectionItem(tr("In a picture (after Tab or a click)"));
    const std::pair<QString, QString> extra[] = {
        {tr("Move from cell to cell"), tr("arrows; Ctrl: ten cells")},
        {tr("To the ends of the row"), tr("Home, End")},
        {tr("Go to the step that made the cell"), tr("Return or double click")},
        {tr("Give the keys back to the window"), tr("Esc")},
        {tr("Zoom"), tr("Ctrl with + − 0 or the wheel")}};
    for (const auto& [what, keys] : extra)
        new QTreeWidgetItem(picture, {what, keys});
    tree->expandAll();
    tree->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    tree->header()->setStretchLastSection(false);
    auto* close = new QPushButton(tr("Close"), this);
    close->setDefault(true);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 16, 20, 14);
    layout->addWidget(tree);
    layout->addWidget(close, 0, Qt::AlignRight);
    resize(620, 680);
}

} // namespace headlight
