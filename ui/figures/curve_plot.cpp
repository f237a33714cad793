// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/curve_plot.h"

#include <QApplication>
#include <QPicture>
#include <QThread>

#include <qcustomplot.h>

#include <algorithm>

namespace headlight {

std::vector<QColor> curveColors(const FigureStyle& style)
{
    if (style.dark)
        return {QColor(0x56b4e9), QColor(0xe69f00), QColor(0x2fc79a), QColor(0xe08fc0), QColor(0xf0e442)};
    return {QColor(0x0072b2), QColor(0xd55e00), QColor(0x009e73), QColor(0xb4498a), QColor(0x8a6d00)};
}

void paintCurves(QPainter& painter, const QRectF& area, double left, double right, const QString& xName,
                 const std::vector<Curve>& curves, const FigureStyle& style)
{
    if (qobject_cast<QApplication*>(QCoreApplication::instance()) == nullptr ||
        QThread::currentThread() != qApp->thread() || area.width() < 60 || area.height() < 40)
        return;
    QFont font = style.font;
    font.setPixelSize(std::max(7, qRound(style.font.pixelSize() * 0.8)));
    const QFontMetricsF fm(font);

    QCustomPlot plot;
    plot.setBackground(Qt::NoBrush);
    plot.axisRect()->setBackground(Qt::NoBrush);
    plot.axisRect()->setAutoMargins(QCP::msNone);
    const int top = 4, bottom = qRound(2 * fm.height() + 8);
    plot.axisRect()->setMargins({qRound(left - area.left()), top, qRound(area.right() - right), bottom});
    double low = 0, high = 0;
    std::size_t count = 1;
    for (const Curve& curve : curves) {
        QVector<double> x, y;
        for (std::size_t i = 0; i < curve.values.size(); ++i) {
            x << static_cast<double>(i);
            y << curve.values[i];
            if (std::isfinite(curve.values[i])) {
                low = std::min(low, curve.values[i]);
                high = std::max(high, curve.values[i]);
            }
        }
        count = std::max(count, curve.values.size());
        QCPGraph* graph = plot.addGraph();
        graph->setData(x, y, true);
        graph->setPen(QPen(curve.color, 1.8, curve.line));
        graph->setAntialiased(true);
        // With few positions each of them is a point of its own.
        if (curve.values.size() <= 40)
            graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, curve.color, 4));
    }
    const double air = std::max((high - low) * 0.08, 1e-6);
    plot.xAxis->setRange(-0.5, static_cast<double>(count) - 0.5);
    plot.yAxis->setRange(low - air, high + air);
    plot.xAxis->setLabel(xName);
    plot.yAxis->ticker()->setTickCount(4);
    for (QCPAxis* axis : {plot.xAxis, plot.yAxis}) {
        axis->setTickLabelFont(font);
        axis->setLabelFont(font);
        axis->setTickLabelColor(style.mutedText);
        axis->setLabelColor(style.mutedText);
        axis->setLabelPadding(1);
        axis->setBasePen(QPen(style.line, 1));
        axis->setTickPen(QPen(style.line, 1));
        axis->setSubTickPen(Qt::NoPen);
        axis->setTickLengthIn(0);
        axis->setTickLengthOut(4);
        axis->grid()->setPen(QPen(style.line, 0.6, Qt::DotLine));
        axis->grid()->setZeroLinePen(QPen(style.line, 1));
    }
    // Positions are whole numbers.
    const auto ticker = QSharedPointer<QCPAxisTickerFixed>::create();
    ticker->setTickStep(1);
    ticker->setScaleStrategy(QCPAxisTickerFixed::ssMultiples);
    ticker->setTickCount(10);
    plot.xAxis->setTicker(ticker);
    plot.yAxis->setNumberFormat(QStringLiteral("gb"));
    plot.yAxis->setNumberPrecision(3);

    // QCustomPlot draws with a painter of its own kind; a picture carries its strokes to any other.
    const QSize size = area.size().toSize();
    plot.setGeometry(QRect(QPoint(0, 0), size));
    QPicture picture;
    {
        QCPPainter recorder;
        recorder.begin(&picture);
        recorder.setMode(QCPPainter::pmVectorized);
        recorder.setMode(QCPPainter::pmNoCaching);
        plot.toPainter(&recorder, size.width(), size.height());
        recorder.end();
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.drawPicture(area.topLeft(), picture);
    painter.restore();
}

} // namespace headlight
