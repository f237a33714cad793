// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Curves over a common axis, drawn by QCustomPlot onto any painter. A QCustomPlot is a widget, so this needs
// a QApplication (the offscreen platform will do) and its thread; without one nothing is drawn.

#include "figures/figure.h"

#include <vector>

namespace headlight {

struct Curve
{
    QString name;
    std::vector<double> values; ///< over 0, 1, 2 …
    QColor color;
    Qt::PenStyle line = Qt::SolidLine;
};

/// Colours that stay apart for colour-blind eyes (Okabe & Ito 2008), in order of use.
[[nodiscard]] std::vector<QColor> curveColors(const FigureStyle& style);

/// Draws into @p area; the inner left and right edges stand at @p left and @p right, and entry i at the
/// middle of the i-th of equal parts between them.
void paintCurves(QPainter& painter, const QRectF& area, double left, double right, const QString& xName,
                 const std::vector<Curve>& curves, const FigureStyle& style);

} // namespace headlight
