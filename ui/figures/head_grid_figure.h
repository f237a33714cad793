// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All attention layers × heads as thumbnails of their patterns: a map that can be zoomed from the whole model
// down to one cell and its number. Patterns are drawn at the level of detail that the zoom asks for; finer
// levels than the thumbnails' are read on demand, tile by tile (pattern_tiles.h), and until they are there
// the coarser ones stand in.
//
// The heads may also be ranked: shown in the order of a number, only those that reach some value, each with
// that number and its colour.

#include "figures/colored_figure.h"
#include "figures/head_grid_layout.h"
#include "figures/pattern_tiles.h"
#include "figures/tensor_slice.h"

#include <memory>
#include <stop_token>

namespace headlight {

struct HeadGridOptions
{
    ScaleOptions scale; ///< Slice: a scale a head; Tensor: a layer; Figure: one for all
    std::optional<HeadRef> selected;
    /// Where there is one, the grid shows by how much each weight is larger than in this run, on one scale
    /// that is centred on zero, over the tokens that both have. Its cells are still those of the source.
    Trace base = {};
};

/// A number for each head, and the heads that are shown.
struct HeadRanking
{
    QString title;                                          ///< "previous token"
    std::vector<HeadRef> order;                             ///< the heads that are shown, first to last
    std::vector<HeadGroup> groups;                          ///< of the order; may be empty
    std::vector<std::vector<std::optional<double>>> values; ///< [attention][head]
    double most = 1;                                        ///< the value of the strongest colour
    bool rearrange = true; ///< false: all heads in their places, only coloured
};

class HeadGridFigure final : public Figure, public ColoredFigure
{
public:
    /// Reads every pattern: for large inputs to be called in a worker. Errors: NotFound when the model has no
    /// attention or the run has reached none of it, Cancelled; of a difference BadShape with what the two
    /// runs have not in common. Layers that the run has not reached stay empty.
    [[nodiscard]] static Result<std::unique_ptr<HeadGridFigure>>
    make(FigureSource source, HeadGridOptions options = {}, std::stop_token stop = {});
    ~HeadGridFigure() override;

    [[nodiscard]] std::optional<HeadRef> headAt(const QPointF& point, const QRectF& area,
                                                const FigureStyle& style) const;
    [[nodiscard]] QRectF headRect(HeadRef head, const QRectF& area, const FigureStyle& style) const;
    void setSelected(std::optional<HeadRef> head);
    [[nodiscard]] std::optional<HeadRef> selected() const;
    /// Further heads that are chosen beside the selected one.
    void setMarked(std::vector<HeadRef> heads);
    void setRanking(std::optional<HeadRanking> ranking);
    [[nodiscard]] const std::optional<HeadRanking>& ranking() const;
    /// "L1 H3", with the stack's name where there are several.
    [[nodiscard]] QString headName(HeadRef head) const;
    /// Bytes of all that is kept for drawing.
    [[nodiscard]] std::size_t bytes() const;
    /// Measures colours over the patterns of another run's grid as well: the same colour is the same weight.
    void shareRanges(const HeadGridFigure& other);

    /// The tiles that the last painting would have liked to have, to be read by readTiles() and added.
    [[nodiscard]] std::vector<TileKey> missingTiles() const;
    void addTiles(std::vector<PatternTile> tiles);
    /// Whether the last painting was so close that single cells can be pointed at.
    [[nodiscard]] bool showsCells() const;

    [[nodiscard]] ScaleChoices scaleChoices() const override;
    [[nodiscard]] const ScaleOptions& scale() const override;
    /// The sink stays as it is: another one takes reading all patterns again, by make().
    void setScale(const ScaleOptions& scale) override;
    /// Drawn where all heads share one scale.
    [[nodiscard]] std::optional<ColorBar> colorBar(const QRectF& area,
                                                   const FigureStyle& style) const override;

    [[nodiscard]] QSizeF preferredSize(const FigureStyle& style) const override;
    void paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
               const Highlight& highlight = {}) const override;
    void paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                        const Highlight& highlight) const override;
    [[nodiscard]] std::optional<CellRef> cellAt(const QPointF& point, const QRectF& area,
                                                const FigureStyle& style) const override;
    /// The place of a cell within the thumbnail.
    [[nodiscard]] QRectF cellRect(const CellRef& cell, const QRectF& area,
                                  const FigureStyle& style) const override;
    /// The whole head; from close by the cell.
    [[nodiscard]] QSizeF edges(const QSizeF& view, const FigureStyle& style) const override;
    [[nodiscard]] QRectF cursorRect(const CellRef& cell, const QRectF& area,
                                    const FigureStyle& style) const override;
    [[nodiscard]] TensorRef mainTensor() const override;
    /// Moves from head to head; from close by, from cell to cell.
    [[nodiscard]] std::optional<CellRef> moved(const std::optional<CellRef>& from, int right,
                                               int down) const override;
    /// Until a cell has room for its number.
    [[nodiscard]] double mostZoom() const;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString describeCell(const CellRef& cell) const override;
    [[nodiscard]] FigureData data() const override;

private:
    HeadGridFigure();
    struct Impl;
    std::unique_ptr<Impl> m;
};

} // namespace headlight
