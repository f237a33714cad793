// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A table of numbers that no step has made: what an analysis says for every layer and position, or for every
// layer and head. Cells are coloured by their numbers, and may have words in them (the logit lens' tokens).

#include "figures/colored_figure.h"
#include "figures/layout_fit.h"

#include <vector>

namespace headlight {

/// What a table figure shows; made once, in whichever thread has the time.
struct TableContent
{
    QString title, subtitle;
    QString rowName, columnName;
    QString quantity; ///< what the numbers are, where the words in the cells are not they
    TensorPtr values; ///< [row, column]; NaN where there is nothing
    std::vector<QString> rows, columns;
    /// Written into the cells where they fit; one a cell, row by row, or none at all: then the numbers.
    std::vector<QString> texts;
    /// What a cell says of itself when pointed at; one a cell.
    std::vector<QString> details;
    /// A step that the cell comes from, or −1; one a cell, or none at all.
    std::vector<int> steps;
    std::vector<int> heads; ///< the head of that step, or −1
    /// Columns are positions of this stream; the selected one is marked.
    StreamIndex stream = noStream;
    ScaleOptions scale;
    bool wholeRange = false; ///< probabilities: colours from 0 to 1 whatever there is
};

class TableFigure final : public Figure, public ColoredFigure
{
public:
    /// Errors: NotFound for a table without cells.
    [[nodiscard]] static Result<std::unique_ptr<TableFigure>> make(TableContent content);

    [[nodiscard]] const TableContent& content() const { return m_content; }
    /// Marks a column (−1: none): the selected position.
    void mark(std::int64_t column) { m_marked = column; }
    /// Of the numbers, and what colours are measured over instead: the numbers of several tables.
    [[nodiscard]] const ValueRange& range() const { return m_range; }
    void shareRange(const ValueRange& range);

    /// Where words need room, a wide table is drawn in part: the columns around this one …
    [[nodiscard]] std::int64_t centre() const { return m_centre; }
    /// … as many as fit into an area …
    [[nodiscard]] std::int64_t columnsThatFit(const QSizeF& area, const FigureStyle& style) const;
    /// … or those that are asked for, from the first to before the last: what stands beside another table.
    void showColumns(const std::optional<std::pair<std::int64_t, std::int64_t>>& columns);

    [[nodiscard]] ScaleChoices scaleChoices() const override;
    [[nodiscard]] const ScaleOptions& scale() const override { return m_content.scale; }
    void setScale(const ScaleOptions& scale) override;
    [[nodiscard]] std::optional<ColorBar> colorBar(const QRectF& area,
                                                   const FigureStyle& style) const override;

    [[nodiscard]] QSizeF preferredSize(const FigureStyle& style) const override;
    void paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
               const Highlight& highlight = {}) const override;
    void paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                        const Highlight& highlight) const override;
    [[nodiscard]] std::optional<CellRef> cellAt(const QPointF& point, const QRectF& area,
                                                const FigureStyle& style) const override;
    [[nodiscard]] QRectF cellRect(const CellRef& cell, const QRectF& area,
                                  const FigureStyle& style) const override;
    /// A table is no tensor of the trace: its cells' reference is of no kind.
    [[nodiscard]] TensorRef mainTensor() const override { return {}; }
    [[nodiscard]] std::optional<CellRef> moved(const std::optional<CellRef>& from, int right,
                                               int down) const override;
    bool reveal(const CellRef& cell) override;
    [[nodiscard]] QString title() const override { return m_content.title; }
    [[nodiscard]] QString subtitle() const override { return m_content.subtitle; }
    [[nodiscard]] QString describeCell(const CellRef& cell) const override;
    [[nodiscard]] FigureData data() const override;

private:
    struct Layout;
    explicit TableFigure(TableContent content);
    using Columns = std::optional<std::pair<std::int64_t, std::int64_t>>;
    [[nodiscard]] Layout lay(const QSizeF& area, const FigureStyle& style, const Columns& asked) const;
    [[nodiscard]] const Layout& layout(const QSizeF& area, const FigureStyle& style) const;
    [[nodiscard]] std::int64_t rowCount() const { return m_content.values->size(0); }
    [[nodiscard]] std::int64_t columnCount() const { return m_content.values->size(1); }
    [[nodiscard]] QString text(std::int64_t row, std::int64_t column) const;

    TableContent m_content;
    ValueRange m_range;
    std::int64_t m_centre = 0, m_marked = -1;
    Columns m_asked;
    std::shared_ptr<LayoutCache<Layout>> m_cache, m_free; ///< m_free: as if no columns were asked for
};

} // namespace headlight
