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

void paintCurves(QPainter& painter, const QRectF& area, const CurveAxes& axes,
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
    // In a low plot the curves are worth more than the name of what they run over.
    const bool low = area.height() < 100;
    const int top = 4, bottom = qRound((low ? 1 : 2) * fm.height() + 8);
    plot.axisRect()->setMargins(
        {qRound(axes.left - area.left()), top, qRound(area.right() - axes.right), bottom});
    double least = 0, most = 0;
    std::size_t count = 1;
    const auto first = static_cast<double>(axes.first);
    const auto points = [&](const std::vector<double>& values) {
        std::pair<QVector<double>, QVector<double>> all;
        for (std::size_t i = 0; i < values.size(); ++i) {
            all.first << first + static_cast<double>(i);
            all.second << values[i];
            if (std::isfinite(values[i])) {
                least = std::min(least, values[i]);
                most = std::max(most, values[i]);
            }
        }
        return all;
    };
    for (const Curve& curve : curves) {
        if (curve.low.size() == curve.values.size() && curve.high.size() == curve.values.size()) {
            QCPGraph *under = plot.addGraph(), *over = plot.addGraph();
            const auto [lowX, lowY] = points(curve.low);
            const auto [highX, highY] = points(curve.high);
            under->setData(lowX, lowY, true);
            over->setData(highX, highY, true);
            QColor pale = curve.color;
            pale.setAlphaF(0.22F);
            for (QCPGraph* edge : {under, over})
                edge->setPen(Qt::NoPen);
            over->setBrush(pale);
            over->setChannelFillGraph(under);
        }
        const auto [x, y] = points(curve.values);
        count = std::max(count, curve.values.size());
        QCPGraph* graph = plot.addGraph();
        graph->setData(x, y, true);
        graph->setPen(QPen(curve.color, 1.8, curve.line));
        graph->setAntialiased(true);
        // With few positions each of them is a point of its own.
        if (curve.values.size() <= 40)
            graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, curve.color, 4));
    }
    const double air = std::max((most - least) * 0.08, 1e-6);
    plot.xAxis->setRange(first - 0.5, first + static_cast<double>(count) - 0.5);
    plot.yAxis->setRange(least - air, most + air);
    if (!low)
        plot.xAxis->setLabel(axes.name);
    if (axes.mark) {
        auto* mark = new QCPItemStraightLine(&plot); // the plot owns it
        mark->point1->setCoords(*axes.mark, least);
        mark->point2->setCoords(*axes.mark, most + air);
        mark->setPen(QPen(style.accent, 1.4, Qt::DashLine));
    }
    plot.yAxis->ticker()->setTickCount(
        std::clamp(static_cast<int>((area.height() - bottom) / (1.9 * fm.height())), 2, 4));
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
    // It makes a few more than it is asked for.
    const double label = fm.horizontalAdvance(QString::number(axes.first + static_cast<std::int64_t>(count)));
    ticker->setTickCount(std::clamp(static_cast<int>((axes.right - axes.left) / (2.4 * label)), 2, 10));
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
    painter.translate(area.topLeft());
    // A picture grows with the dots an inch of what it is played on; the figure has been scaled already.
    painter.scale(static_cast<double>(picture.logicalDpiX()) / painter.device()->logicalDpiX(),
                  static_cast<double>(picture.logicalDpiY()) / painter.device()->logicalDpiY());
    painter.drawPicture(QPointF(0, 0), picture);
    painter.restore();
}

} // namespace headlight
