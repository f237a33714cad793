// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One view of two runs side by side, whatever view it is, and the signed difference of its numbers where it
// is a table whose rows and columns have counterparts.

#include "figures/heatmap_figure.h"

#include <array>

namespace headlight {

class PairFigure final : public Figure
{
public:
    /// @p left and @p right are the same view of two runs; what is pointed at is in the right one. The
    /// difference is right − left over the rows and columns that both have by name.
    PairFigure(FigurePtr left, FigurePtr right, std::array<QString, 2> names);
    ~PairFigure() override;

    /// Null when the view has no table, or the tables nothing in common.
    [[nodiscard]] const Figure* difference() const { return m_difference.get(); }

    [[nodiscard]] QSizeF preferredSize(const FigureStyle& style) const override;
    void paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
               const Highlight& highlight = {}) const override;
    void paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                        const Highlight& highlight) const override;
    [[nodiscard]] std::optional<CellRef> cellAt(const QPointF& point, const QRectF& area,
                                                const FigureStyle& style) const override;
    [[nodiscard]] QRectF cellRect(const CellRef& cell, const QRectF& area,
                                  const FigureStyle& style) const override;
    [[nodiscard]] TensorRef mainTensor() const override { return m_right->mainTensor(); }
    [[nodiscard]] std::optional<CellRef> moved(const std::optional<CellRef>& from, int right,
                                               int down) const override
    {
        return m_right->moved(from, right, down);
    }
    bool reveal(const CellRef& cell) override { return m_right->reveal(cell); }
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString describeCell(const CellRef& cell) const override
    {
        return m_right->describeCell(cell);
    }
    /// The difference where there is one, else what the right picture shows.
    [[nodiscard]] FigureData data() const override;

private:
    [[nodiscard]] std::vector<QRectF> places(const QRectF& area, const FigureStyle& style) const;
    [[nodiscard]] double captionHeight(const FigureStyle& style) const;
    void makeDifference();

    FigurePtr m_left, m_right;
    std::unique_ptr<HeatmapFigure> m_difference;
    FigureData m_table; ///< of the difference
    std::array<QString, 2> m_names;
};

} // namespace headlight
