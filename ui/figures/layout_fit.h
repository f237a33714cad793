// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How a figure fills the area that it is given. A layout is made for a logical size and has a natural size;
// when that is too large the layout is tried for a larger logical size and drawn smaller, and when the area
// is larger than what the figure can use, everything is enlarged a little.

#include "figures/figure.h"

#include <algorithm>
#include <array>
#include <optional>

namespace headlight {

/// From logical coordinates to the painter's: scale, then shift.
struct Fit
{
    double scale = 1;
    QPointF shift;

    [[nodiscard]] QPointF toLogical(const QPointF& p) const { return (p - shift) / scale; }
    [[nodiscard]] QRectF toPainter(const QRectF& r) const
    {
        return r.isEmpty() ? QRectF() : QRectF(r.topLeft() * scale + shift, r.size() * scale);
    }
    void apply(QPainter& painter) const
    {
        painter.translate(shift);
        painter.scale(scale, scale);
    }
};

/// How much a figure that has room to spare is enlarged at most.
[[nodiscard]] inline double mostEnlarged(const FigureStyle& style)
{
    return 1.25 * style.zoom;
}

[[nodiscard]] inline Fit fitInto(const QSizeF& natural, const QRectF& area, const FigureStyle& style)
{
    Fit fit;
    if (natural.isEmpty() || area.isEmpty())
        return fit;
    fit.scale =
        std::min({area.width() / natural.width(), area.height() / natural.height(), mostEnlarged(style)});
    // Between 1 and a trifle more, sharp pixels are worth more than size.
    if (fit.scale > 1 && fit.scale < 1.08)
        fit.scale = 1;
    const QSizeF size = natural * fit.scale;
    fit.shift =
        area.topLeft() + QPointF((area.width() - size.width()) / 2, (area.height() - size.height()) / 2);
    fit.shift = QPointF(std::round(fit.shift.x()), std::round(fit.shift.y()));
    return fit;
}

/// Keeps the layout of the last area and style, since every hover asks for it again. Layout has a member
/// `natural`.
template <class Layout>
class LayoutCache
{
public:
    /// @p make gets a logical size and makes a Layout.
    template <class Make>
    const Layout& get(const QSizeF& area, const FigureStyle& style, const Make& make) const
    {
        if (m_layout && m_area == area && m_style == style)
            return *m_layout;
        m_area = area;
        m_style = style;
        // Down to about half size, labels can still be read.
        for (const double factor : std::array{1.0, 1.2, 1.45, 1.75, 2.2, 3.0}) {
            m_layout = make(area * factor);
            const QSizeF n = m_layout->natural;
            if (n.width() <= area.width() * factor + 0.5 && n.height() <= area.height() * factor + 0.5)
                break;
        }
        return *m_layout;
    }
    void clear() { m_layout.reset(); }
    /// Changes the layout that is kept, if there is one: what does not move need not be laid out again.
    template <class Change>
    void change(const Change& change)
    {
        if (m_layout)
            change(*m_layout, m_style);
    }
    [[nodiscard]] const std::optional<Layout>& last() const { return m_layout; }

private:
    mutable std::optional<Layout> m_layout;
    mutable QSizeF m_area;
    mutable FigureStyle m_style;
};

} // namespace headlight
