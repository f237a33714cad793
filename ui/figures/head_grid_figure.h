// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All attention layers × heads as thumbnails of their patterns. Each pattern is reduced once to a small
// picture (the largest weight of the cells that share a pixel, so that a thin diagonal stays seen), which is
// all that a repaint needs.

#include "figures/color_scale.h"
#include "figures/tensor_slice.h"

#include <memory>
#include <stop_token>

namespace headlight {

/// One head of one attention layer.
struct HeadRef
{
    int attention = 0; ///< index into Program::attention
    int head = 0;
    bool operator==(const HeadRef&) const = default;
};

struct HeadGridOptions
{
    ScaleOptions scale; ///< Slice: a scale a head; Tensor: a layer; Figure: one for all
    std::optional<HeadRef> selected;
};

class HeadGridFigure final : public Figure
{
public:
    /// Reads every pattern: for large inputs to be called in a worker. Errors: NotFound when the model has no
    /// attention or the run has reached none of it, Cancelled. Layers that the run has not reached stay
    /// empty.
    [[nodiscard]] static Result<std::unique_ptr<HeadGridFigure>>
    make(FigureSource source, HeadGridOptions options = {}, std::stop_token stop = {});
    ~HeadGridFigure() override;

    [[nodiscard]] std::optional<HeadRef> headAt(const QPointF& point, const QRectF& area,
                                                const FigureStyle& style) const;
    [[nodiscard]] QRectF headRect(HeadRef head, const QRectF& area, const FigureStyle& style) const;
    void setSelected(std::optional<HeadRef> head);
    [[nodiscard]] std::optional<HeadRef> selected() const;
    /// "L1 H3", with the stack's name where there are several.
    [[nodiscard]] QString headName(HeadRef head) const;

    [[nodiscard]] QSizeF preferredSize(const FigureStyle& style) const override;
    void paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
               const Highlight& highlight = {}) const override;
    void paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                        const Highlight& highlight) const override;
    [[nodiscard]] std::optional<CellRef> cellAt(const QPointF& point, const QRectF& area,
                                                const FigureStyle& style) const override;
    /// The pixel of the thumbnail that a cell is part of.
    [[nodiscard]] QRectF cellRect(const CellRef& cell, const QRectF& area,
                                  const FigureStyle& style) const override;
    /// The whole head.
    [[nodiscard]] QRectF cursorRect(const CellRef& cell, const QRectF& area,
                                    const FigureStyle& style) const override;
    [[nodiscard]] TensorRef mainTensor() const override;
    /// Moves from head to head.
    [[nodiscard]] std::optional<CellRef> moved(const std::optional<CellRef>& from, int right,
                                               int down) const override;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString describeCell(const CellRef& cell) const override;
    [[nodiscard]] FigureData data() const override;

private:
    HeadGridFigure();
    struct Impl;
    std::unique_ptr<Impl> m;
};

} // namespace headlight
