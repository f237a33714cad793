// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Curves over whole numbers (positions, offsets, distances), drawn by QCustomPlot onto any painter. A
// QCustomPlot is a widget, so this needs a QApplication (the offscreen platform will do) and its thread;
// without one nothing is drawn.

#include "figures/figure.h"

#include <vector>

namespace headlight {

struct Curve
{
    QString name;
    std::vector<double> values; ///< one an entry of the x axis
    QColor color;
    Qt::PenStyle line = Qt::SolidLine;
    std::vector<double> low, high; ///< a pale band around the curve; both empty for none
};

/// The axes of a plot of curves.
struct CurveAxes
{
    double left = 0, right = 0; ///< the inner edges; entry i is the middle of the i-th of equal parts
    QString name;               ///< of what runs across
    std::int64_t first = 0;     ///< the number of the first entry
    std::optional<double> mark; ///< an entry with a line through it
};

/// Colours that stay apart for colour-blind eyes (Okabe & Ito 2008), in order of use.
[[nodiscard]] std::vector<QColor> curveColors(const FigureStyle& style);

/// Draws into @p area.
void paintCurves(QPainter& painter, const QRectF& area, const CurveAxes& axes,
                 const std::vector<Curve>& curves, const FigureStyle& style);

} // namespace headlight
