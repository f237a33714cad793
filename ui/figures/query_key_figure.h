// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Two pictures of one head's queries and keys: how one score comes about, dimension by dimension, and all
// queries and keys as points of one plane.

#include "analysis/query_key.h"
#include "figures/tensor_slice.h"

#include <memory>

namespace headlight {

struct QueryKeyOptions
{
    int attention = 0; ///< index into Program::attention
    int head = 0;
    std::int64_t query = 0, key = 0;
};

/// q, k and their products as bars, with each product's share of the whole.
class QueryKeyFigure final : public Figure
{
public:
    /// Errors: those of queryKeyProduct().
    [[nodiscard]] static Result<std::unique_ptr<QueryKeyFigure>> make(FigureSource source,
                                                                      QueryKeyOptions options);

    [[nodiscard]] const QueryKeyProduct& product() const { return m_product; }

    [[nodiscard]] QSizeF preferredSize(const FigureStyle& style) const override;
    void paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
               const Highlight& highlight = {}) const override;
    void paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                        const Highlight& highlight) const override;
    [[nodiscard]] std::optional<CellRef> cellAt(const QPointF& point, const QRectF& area,
                                                const FigureStyle& style) const override;
    [[nodiscard]] QRectF cellRect(const CellRef& cell, const QRectF& area,
                                  const FigureStyle& style) const override;
    [[nodiscard]] TensorRef mainTensor() const override;
    /// Along the dimensions, and between q and k.
    [[nodiscard]] std::optional<CellRef> moved(const std::optional<CellRef>& from, int right,
                                               int down) const override;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QString describeCell(const CellRef& cell) const override;
    [[nodiscard]] FigureData data() const override;

private:
    struct Places;
    QueryKeyFigure() = default;
    [[nodiscard]] Places places(const QRectF& area, const FigureStyle& style) const;
    [[nodiscard]] const AttentionLayer& layer() const;
    [[nodiscard]] QString queryName() const;
    [[nodiscard]] QString keyName() const;
    void paintBars(QPainter& painter, const QRectF& strip, const std::vector<double>& values,
                   const QColor& positive, const QColor& negative, const FigureStyle& style) const;

    FigureSource m_source;
    QueryKeyOptions m_options;
    QueryKeyProduct m_product;
};

/// Queries (circles) and keys (squares) in the plane of their two principal components.
class ScatterFigure final : public Figure
{
public:
    /// Errors: those of queryKeyPlane().
    [[nodiscard]] static Result<std::unique_ptr<ScatterFigure>> make(FigureSource source,
                                                                     QueryKeyOptions options);

    [[nodiscard]] const QueryKeyPlane& plane() const { return m_plane; }
    /// Marks another query and key.
    void setSelected(std::int64_t query, std::int64_t key);
    /// The outlines of all labels that are drawn: none touches another.
    [[nodiscard]] std::vector<QRectF> labelRects(const QRectF& area, const FigureStyle& style) const;

    [[nodiscard]] QSizeF preferredSize(const FigureStyle& style) const override;
    void paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
               const Highlight& highlight = {}) const override;
    void paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                        const Highlight& highlight) const override;
    [[nodiscard]] std::optional<CellRef> cellAt(const QPointF& point, const QRectF& area,
                                                const FigureStyle& style) const override;
    [[nodiscard]] QRectF cellRect(const CellRef& cell, const QRectF& area,
                                  const FigureStyle& style) const override;
    [[nodiscard]] TensorRef mainTensor() const override;
    /// From token to token, and between queries and keys.
    [[nodiscard]] std::optional<CellRef> moved(const std::optional<CellRef>& from, int right,
                                               int down) const override;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QString describeCell(const CellRef& cell) const override;
    [[nodiscard]] FigureData data() const override;

private:
    struct Point
    {
        bool query = true;
        std::int64_t position = 0;
        bool operator==(const Point&) const = default;
    };
    struct Label
    {
        QRectF rect;
        QString text;
        Point point;
    };
    ScatterFigure() = default;
    [[nodiscard]] const AttentionLayer& layer() const;
    [[nodiscard]] QRectF field(const QRectF& area, const FigureStyle& style) const;
    [[nodiscard]] QPointF place(const Point& point, const QRectF& area, const FigureStyle& style) const;
    [[nodiscard]] QString name(const Point& point) const;
    [[nodiscard]] CellRef cellOf(const Point& point) const;
    [[nodiscard]] std::optional<Point> pointOf(const CellRef& cell) const;
    [[nodiscard]] std::vector<Label> labels(const QRectF& area, const FigureStyle& style) const;
    void paintPoint(QPainter& painter, const Point& point, double radius, const QRectF& area,
                    const FigureStyle& style) const;

    FigureSource m_source;
    QueryKeyOptions m_options;
    QueryKeyPlane m_plane;
    double m_left = 0, m_right = 1, m_bottom = 0, m_top = 1; ///< of the points
};

} // namespace headlight
