// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Plays inside one step: the row beneath the equation with a slider, the speed and what happens in words. It
// is there only while somebody watches a step compute; the transport below plays whole steps.

#include "panels/step_words.h"

#include <QTimer>
#include <QWidget>

class QAction;
class QComboBox;
class QHBoxLayout;
class QLabel;
class QSlider;
class QToolButton;

namespace headlight {

class StepPlayer : public QWidget
{
    Q_OBJECT
public:
    explicit StepPlayer(QWidget* parent = nullptr);
    /// The buttons stand for these: play or pause, and end.
    void setActions(QAction* watch, QAction* end);

    [[nodiscard]] bool active() const { return m_frames.has_value(); }
    [[nodiscard]] bool playing() const { return m_timer.isActive(); }
    /// Shows the row, at the beginning.
    void begin(StepFrames frames, FigureSource source);
    /// Hides the row again; frameChanged() is not emitted.
    void end();
    /// At the end, playing starts over.
    void setPlaying(bool playing);
    void setFrame(int index);

    /// Whether one cell is built up, or the whole result.
    [[nodiscard]] bool onlyCell() const;
    void setOnlyCell(bool only);
    /// Playing jumps from whole row to whole row, and less often.
    void setReduceMotion(bool reduce);
    [[nodiscard]] double speed() const;
    void setSpeed(double factor);

    /// What is shown; null when the picture is finished, or nobody watches.
    [[nodiscard]] const std::shared_ptr<const StepFrame>& frame() const { return m_frame; }
    [[nodiscard]] QSlider& slider() { return *m_slider; }
    [[nodiscard]] const QString& words() const { return m_words; }

signals:
    void frameChanged(); ///< another frame, or the first one
    void stateChanged(); ///< playing, pausing, beginning, ending
    void scopeChanged(); ///< the person wants the other of the whole result and one cell

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void showFrame();
    void elide();
    void setPace();
    void advance();

    std::optional<StepFrames> m_frames;
    StepWords m_speaker;
    std::shared_ptr<const StepFrame> m_frame;
    int m_index = 0;
    int m_stride = 1; ///< frames a tick, where they go by faster than a screen shows them
    bool m_reduceMotion = false;
    QString m_words;
    QTimer m_timer;
    QHBoxLayout* m_controls;
    QToolButton* m_play;
    QToolButton* m_end;
    QSlider* m_slider;
    QComboBox* m_scope;
    QComboBox* m_speed;
    QLabel* m_text;
};

} // namespace headlight
