// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How a model knows where a token stands, as a heatmap with curves beside or beneath it: the encoding's
// numbers over position × dimension, the likeness of positions, a bias by distance, the buckets of distances.

#include "figures/colored_figure.h"
#include "figures/position_encodings.h"
#include "figures/tensor_slice.h"

#include "analysis/position_similarity.h"

#include <memory>

namespace headlight {

struct PositionsOptions
{
    ScaleOptions scale;
    /// Rows to draw as curves, in their colours' order (negative: the colour is free); nothing chooses a few.
    std::optional<std::vector<std::int64_t>> curves;
    int encoding = 0; ///< which one, when there are several
    PositionPicture picture = PositionPicture::Values;
    Likeness likeness = Likeness::Dot;
    int attention = 0; ///< Distance: of this layer, where layers differ
};

class PositionsFigure final : public Figure, public ColoredFigure
{
public:
    /// Errors: BadInput for an encoding that is not there, or one that does not have the picture.
    [[nodiscard]] static Result<std::unique_ptr<PositionsFigure>> make(FigureSource source,
                                                                       PositionsOptions options = {});
    ~PositionsFigure() override;

    /// What there is to show, by name: first what the run uses, then others for comparison.
    [[nodiscard]] const std::vector<PositionEncoding>& encodings() const;
    /// The rows that have a curve, as PositionsOptions::curves takes them.
    [[nodiscard]] const std::vector<std::int64_t>& curves() const;
    /// The row of a cell of this figure, if rows have curves that come and go.
    [[nodiscard]] std::optional<std::int64_t> rowOf(const CellRef& cell) const;

    [[nodiscard]] ScaleChoices scaleChoices() const override;
    [[nodiscard]] const ScaleOptions& scale() const override;
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
    [[nodiscard]] TensorRef mainTensor() const override;
    [[nodiscard]] std::optional<CellRef> moved(const std::optional<CellRef>& from, int right,
                                               int down) const override;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QString describeCell(const CellRef& cell) const override;
    [[nodiscard]] FigureData data() const override;

private:
    PositionsFigure();
    struct Impl;
    std::unique_ptr<Impl> m;
};

/// The list with @p row's curve added in a free colour, or taken away.
[[nodiscard]] std::vector<std::int64_t> toggledCurve(std::vector<std::int64_t> curves, std::int64_t row);

} // namespace headlight
