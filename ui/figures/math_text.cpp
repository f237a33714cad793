// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/math_text.h"

#include <QFontMetricsF>
#include <QPainterPath>

#include <algorithm>

namespace headlight {

namespace {

constexpr QChar transpose(0x1d40);
constexpr QChar root(0x221a);

QFont smaller(QFont font)
{
    font.setPixelSize(std::max(7, qRound(font.pixelSize() * 0.68)));
    return font;
}

bool isSymbol(QChar c)
{
    return c.isLetterOrNumber() || c.isMark();
}

} // namespace

MathText::MathText(const QString& text, const QFont& font, bool stacked)
{
    const QFontMetricsF fm(font);
    const qsizetype slash = text.indexOf(QLatin1Char('/'));
    if (stacked && slash > 0 && text.count(QLatin1Char('/')) == 1) {
        double top = 0, bottom = 0;
        const double half = fm.height() * 0.5;
        lay(text.left(slash), font, half * 0.9, top);
        const std::size_t first = m_runs.size();
        lay(text.mid(slash + 1), font, -half * 1.05, bottom);
        m_bar = std::max(top, bottom) + 6;
        for (std::size_t i = 0; i < m_runs.size(); ++i)
            m_runs[i].baseline.rx() += (m_bar - (i < first ? top : bottom)) / 2;
        m_ascent = fm.ascent() + half * 0.9;
        m_size = {m_bar, m_ascent + fm.descent() + half * 1.05};
        return;
    }
    double x = 0;
    lay(text, font, 0, x);
    m_ascent = fm.ascent();
    m_size = {x, fm.height()};
}

void MathText::lay(const QString& text, const QFont& font, double lift, double& x)
{
    const auto add = [&](const QString& s, const QFont& f, double up, bool barred) {
        const double width = QFontMetricsF(f).horizontalAdvance(s);
        m_runs.push_back({s, f, {x, -lift - up}, width, barred});
        x += width;
    };
    const QFontMetricsF fm(font);
    for (qsizetype i = 0; i < text.size();) {
        const QChar c = text[i];
        qsizetype end = i + 1;
        if (c == QLatin1Char('_') && end < text.size()) {
            while (end < text.size() && isSymbol(text[end]))
                ++end;
            add(text.mid(i + 1, end - i - 1), smaller(font), -fm.height() * 0.14, false);
        } else if (c == transpose) {
            QFont f = smaller(font);
            x += fm.height() * 0.05;
            add(QStringLiteral("T"), f, fm.height() * 0.28, false);
        } else if (c == root) {
            QFont upright = font;
            upright.setItalic(false);
            add(QString(c), upright, 0, false);
            while (end < text.size() && isSymbol(text[end]))
                ++end;
            if (end > i + 1)
                add(text.mid(i + 1, end - i - 1), font, 0, true);
        } else {
            while (end < text.size() && text[end] != QLatin1Char('_') && text[end] != transpose &&
                   text[end] != root)
                ++end;
            add(text.mid(i, end - i), font, 0, false);
        }
        i = end;
    }
}

void MathText::draw(QPainter& painter, const QPointF& centre, const QColor& color) const
{
    const QPointF origin(centre.x() - m_size.width() / 2, centre.y() - m_size.height() / 2 + m_ascent);
    painter.save();
    painter.setPen(color);
    for (const Run& run : m_runs) {
        painter.setFont(run.font);
        const QPointF at = origin + run.baseline;
        painter.drawText(at, run.text);
        if (run.barred) {
            const QFontMetricsF fm(run.font);
            const double y = at.y() - fm.ascent() * 0.86;
            painter.setPen(QPen(color, std::max(1.0, run.font.pixelSize() / 16.0)));
            painter.drawLine(QPointF(at.x() - 1, y), QPointF(at.x() + run.width + 1, y));
        }
    }
    if (m_bar > 0) {
        painter.setPen(QPen(color, 1.2));
        painter.drawLine(QPointF(origin.x(), centre.y()), QPointF(origin.x() + m_bar, centre.y()));
    }
    painter.restore();
}

} // namespace headlight
