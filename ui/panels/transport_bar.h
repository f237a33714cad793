// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Walks through the program: first, back, next, play, last; by op, by stage or by layer.

#include <QTimer>
#include <QWidget>

class QAction;
class QComboBox;
class QLabel;
class QSlider;
class QToolButton;

namespace headlight {

class Selection;

/// The actions that the buttons stand for; they belong to the window, which has them in its menus too.
struct TransportActions
{
    QAction* first = nullptr;
    QAction* previous = nullptr;
    QAction* next = nullptr;
    QAction* play = nullptr;
    QAction* last = nullptr;
    QAction* toBreakpoint = nullptr;
};

class TransportBar : public QWidget
{
    Q_OBJECT
public:
    TransportBar(Selection& selection, const TransportActions& actions, QWidget* parent = nullptr);

    [[nodiscard]] bool playing() const { return m_timer.isActive(); }
    void setPlaying(bool playing);

signals:
    void playingChanged(bool playing);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void showAll();
    /// Leaves out what there is no room for.
    void fit();

    Selection& m_selection;
    TransportActions m_actions;
    QToolButton* m_next = nullptr;
    QToolButton* m_play = nullptr;
    QToolButton* m_breakpoint = nullptr;
    QSlider* m_slider;
    QLabel* m_where;
    QLabel* m_hint;
    QComboBox* m_granularity;
    QComboBox* m_speed;
    QTimer m_timer;
};

} // namespace headlight
