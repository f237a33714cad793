// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One view of two runs side by side, whatever view it is, and the signed difference of its numbers where it
// is a table whose rows and columns have counterparts, or where the view has a difference of its own.

#include "figures/figure.h"

#include <array>

namespace headlight {

struct TokenAlignment;
class TableFigure;

struct PairOptions
{
    std::array<QString, 2> names; ///< of the two runs
    QString title = {};           ///< of the view, where the two figures' titles say more than that
    FigurePtr difference = {};    ///< the view's own; its cells are those of the right figure
    QString apart = {};           ///< why there is none
};

class PairFigure final : public Figure
{
public:
    /// @p left and @p right are the same view of two runs; what is pointed at is in the right one. Without a
    /// difference of the view's own it is right − left over the rows and columns that both have by name;
    /// what only one of two tables has stands in it as an empty row or column.
    PairFigure(FigurePtr left, FigurePtr right, PairOptions options);
    ~PairFigure() override;

    /// Null when the view has no table, or the tables nothing in common: apart() may say why.
    [[nodiscard]] const Figure* difference() const { return m_difference.get(); }
    [[nodiscard]] const QString& apart() const { return m_apart; }
    /// What stands above the left picture and the right one.
    [[nodiscard]] QString caption(std::size_t side) const;
    /// The left picture, the right one and the difference (or null), as the last painting has drawn them.
    [[nodiscard]] std::array<const Figure*, 3> parts() const
    {
        return {m_left.get(), m_right.get(), m_difference.get()};
    }

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
    [[nodiscard]] QString describeCell(const CellRef& cell) const override;
    /// The difference where there is one, else what the right picture shows.
    [[nodiscard]] FigureData data() const override;

private:
    /// A row or column of two tables, by its number in each; −1 where one has none.
    struct Slot
    {
        std::int64_t left = -1, right = -1;
        [[nodiscard]] bool both() const { return left >= 0 && right >= 0; }
    };
    [[nodiscard]] std::vector<QRectF> places(const QRectF& area, const FigureStyle& style) const;
    [[nodiscard]] double captionHeight(const FigureStyle& style) const;
    [[nodiscard]] bool ownTitles() const;
    [[nodiscard]] static std::vector<Slot> slotsOf(const TokenAlignment& alignment, bool replaced);
    void makeDifference();
    void makeTableDifference();
    /// Lets all tables show the same positions where there is not room for all.
    void arrange(const std::vector<QRectF>& places, const FigureStyle& style) const;
    /// Where a cell of the right figure is in a part, and back; nothing where it has no counterpart.
    [[nodiscard]] std::optional<CellRef> toPart(std::size_t part, const CellRef& cell) const;
    [[nodiscard]] std::optional<CellRef> fromPart(std::size_t part, const CellRef& cell) const;

    FigurePtr m_left, m_right, m_difference;
    bool m_ownDifference = false;           ///< it is the view's own
    FigureData m_table;                     ///< of a difference that is a heatmap
    std::array<TableFigure*, 3> m_tables{}; ///< left, right and difference, if they are tables
    std::vector<Slot> m_rows, m_columns;    ///< of the tables' difference
    std::vector<Slot> m_allColumns;         ///< of both tables, in their order
    std::array<QString, 2> m_names;
    QString m_title, m_apart;
};

} // namespace headlight
