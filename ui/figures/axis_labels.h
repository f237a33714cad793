// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where the entries of one axis stand on paper, and the labels beside them.

#include "figures/figure.h"

#include <QImage>
#include <QPolygonF>

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace headlight {

/// Maps entries of an axis to distances from the edge of the cells. A long axis shows a window of its
/// entries, with a gap for an ellipsis where it goes on; cells narrower than one pixel share it.
struct Ruler
{
    std::int64_t count = 0;
    std::int64_t first = 0, last = 0; ///< entries first … last − 1 are drawn
    double cell = 0;                  ///< size of one entry
    std::vector<std::int64_t> breaks; ///< a small gap follows these entries (rows of a table that lie apart)

    static constexpr double ellipsis = 16, breakGap = 7;

    Ruler() = default;
    Ruler(std::int64_t entries, double cellSize)
        : count(entries)
        , last(entries)
        , cell(cellSize)
    {
    }
    [[nodiscard]] bool before() const { return first > 0; }
    [[nodiscard]] bool after() const { return last < count; }
    [[nodiscard]] bool shows(std::int64_t i) const { return i >= first && i < last; }
    [[nodiscard]] std::int64_t shown() const { return last - first; }
    [[nodiscard]] double start(std::int64_t i) const;
    [[nodiscard]] double middle(std::int64_t i) const { return start(i) + cell / 2; }
    [[nodiscard]] double length() const;
    [[nodiscard]] std::optional<std::int64_t> at(double distance) const;
};

/// The labels of one axis, chosen so that none touches another: all of them, every second, …, upright or
/// turned, cut with an ellipsis; numbers only at round places.
class AxisLabels
{
public:
    enum class Side { Top, Left };
    struct Spec
    {
        Side side = Side::Left;
        std::function<QString(std::int64_t)> text;
        bool names = true;     ///< else the entries are only numbers
        bool sparse = true;    ///< names may be thinned out; else numbers stand in where they are too dense
        std::int64_t unit = 1; ///< labels only at multiples (the heads of head · d_head)
        double most = 110;     ///< longest label, in pixels
        /// Pictures that stand in the place of names where there is room; null for entries without one.
        std::function<QImage(std::int64_t)> picture;
    };
    AxisLabels() = default;
    AxisLabels(Spec spec, const Ruler& ruler, const FigureStyle& style);

    /// How far the labels reach away from the cells, and past their far end.
    [[nodiscard]] double room() const { return m_room; }
    [[nodiscard]] double overhang() const { return m_overhang; }
    [[nodiscard]] bool empty() const { return m_items.empty(); }

    /// @p origin is the upper left corner of the cells.
    void paint(QPainter& painter, const QPointF& origin, const FigureStyle& style) const;
    /// One label in another colour, over what was painted before; also one that was left out.
    void paintOne(QPainter& painter, const QPointF& origin, std::int64_t index, const QColor& color,
                  const FigureStyle& style) const;
    /// The outlines of all labels.
    [[nodiscard]] std::vector<QPolygonF> outlines(const QPointF& origin) const;

private:
    struct Item
    {
        std::int64_t index = 0;
        QString text;
        double width = 0;
        QImage picture;
    };
    [[nodiscard]] QPolygonF outline(const Item& item, const QPointF& origin) const;
    [[nodiscard]] QPointF anchor(const Item& item, const QPointF& origin) const;
    [[nodiscard]] Item itemOf(std::int64_t index, const QFontMetricsF& metrics) const;
    void layPictures();
    [[nodiscard]] QRectF pictureRect(const Item& item, const QPointF& origin) const;
    void drawItem(QPainter& painter, const Item& item, const QPointF& origin) const;

    Spec m_spec;
    Ruler m_ruler;
    QFont m_font;
    std::vector<Item> m_items;
    double m_picture = 0; ///< side of the pictures; 0 when there are only texts
    double m_angle = 0;   ///< degrees, counter-clockwise
    double m_height = 0, m_ascent = 0, m_room = 0, m_overhang = 0;
};

} // namespace headlight
