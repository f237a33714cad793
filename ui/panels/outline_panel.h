// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The list of stages at the left: what the model does, in order, and where one is.

#include "panels/outline_model.h"

#include <QTreeView>
#include <QWidget>

namespace headlight {

class Selection;
class Session;

class OutlineView : public QTreeView
{
    Q_OBJECT
public:
    explicit OutlineView(QWidget* parent = nullptr);

    static constexpr int gutter = 14; ///< where breakpoints stand

signals:
    void gutterClicked(const QModelIndex& index);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void drawBranches(QPainter* painter, const QRect& rect, const QModelIndex& index) const override;
    bool event(QEvent* event) override;
};

class OutlinePanel : public QWidget
{
    Q_OBJECT
public:
    OutlinePanel(Session& session, Selection& selection, QWidget* parent = nullptr);

    [[nodiscard]] OutlineModel& model() { return *m_model; }
    [[nodiscard]] QTreeView& view() { return *m_view; }

private:
    void modelChanged();
    void stepChanged();

    Session& m_session;
    Selection& m_selection;
    OutlineModel* m_model;
    OutlineView* m_view;
    std::vector<QPersistentModelIndex> m_opened; ///< what was opened for the person, to be closed again
};

} // namespace headlight
