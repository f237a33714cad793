// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Symbols as they stand in the papers: "W_Q" with a subscript, "Kᵀ" with a superscript, "√d" under its bar,
// "1/√8" as a fraction. Enough for a heading or a factor; whole formulas are typeset elsewhere.

#include <QColor>
#include <QFont>
#include <QPainter>
#include <QSizeF>
#include <QString>

#include <vector>

namespace headlight {

class MathText
{
public:
    /// @p stacked: a/b is drawn as a fraction (only when there is one stroke).
    MathText(const QString& text, const QFont& font, bool stacked = false);

    [[nodiscard]] QSizeF size() const { return m_size; }
    /// Centre of what is drawn.
    void draw(QPainter& painter, const QPointF& centre, const QColor& color) const;

private:
    struct Run
    {
        QString text;
        QFont font;
        QPointF baseline; ///< from the left of the whole, and from its baseline
        double width = 0;
        bool barred = false; ///< under a root's bar
    };
    void lay(const QString& text, const QFont& font, double lift, double& x);

    std::vector<Run> m_runs;
    QSizeF m_size;
    double m_ascent = 0;
    double m_bar = -1; ///< width of the fraction's stroke
};

} // namespace headlight
