// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All that can be chosen about the colours of one view, in a small window beside it. Every choice is seen at
// once in the view; Escape or a click elsewhere closes it.

#include "figures/color_scale.h"

#include <QFrame>

#include <functional>

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace headlight {

class FigureColors;

class ColorPopover : public QFrame
{
    Q_OBJECT
public:
    explicit ColorPopover(FigureColors& colors);

    /// Opens where it hides as little as possible of the picture and lies on the screen.
    void showBeside(const QWidget& anchor);

private:
    void showChoices();
    void choose(const std::function<void(ScaleOptions&)>& change);
    void typeLimits();

    FigureColors& m_colors;
    QComboBox *m_curve, *m_extent, *m_sink, *m_sequential, *m_diverging;
    QLineEdit *m_low, *m_high;
    QPushButton *m_automatic, *m_reset;
    QLabel* m_problem;
};

} // namespace headlight
