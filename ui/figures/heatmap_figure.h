// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One tensor, or one slice of it, as a heatmap with labels, numbers where they fit and a colour bar.

#include "figures/colored_figure.h"
#include "figures/figure_accessible.h"
#include "figures/tensor_slice.h"

#include <memory>

namespace headlight {

struct HeatmapOptions
{
    AxisIndices indices; ///< of axes that are not drawn: head 3
    ScaleOptions scale;
    bool numbers = true; ///< in cells where they fit
    TensorPtr numbersOf; ///< shown instead of the run's own tensor, with the same axes: a difference
    /// Names of the entries of an axis in the place of the run's own, by the axis' place in the tensor.
    std::map<int, std::vector<QString>> names = {};
};

class HeatmapFigure final : public Figure, public ColoredFigure, public SlicedFigure
{
public:
    /// Errors: NotFound when the run has not reached the tensor.
    [[nodiscard]] static Result<std::unique_ptr<HeatmapFigure>> make(FigureSource source, TensorRef tensor,
                                                                     HeatmapOptions options = {});
    /// Of a tensor that is not the trace's own, such as a combination of several: its cells are only shown.
    [[nodiscard]] static std::unique_ptr<HeatmapFigure> of(FigureSource source, TensorPtr tensor,
                                                           QString title, HeatmapOptions options = {});
    ~HeatmapFigure() override;

    /// Whether an area has room for the names of the axes and the colour bar. In a lower one the cells are
    /// what is shown, with the labels that cost them little.
    [[nodiscard]] bool framedIn(const QSizeF& area, const FigureStyle& style) const;

    [[nodiscard]] const TensorSlice& slice() const;
    /// What entry @p index of an axis of the tensor is called in the picture.
    [[nodiscard]] QString label(int axis, std::int64_t index) const;
    /// Of the numbers that are drawn.
    [[nodiscard]] const ValueRange& range() const;
    /// Measures automatic limits over other numbers than the figure's own: those of several figures.
    void shareRange(const ValueRange& range);
    [[nodiscard]] ScaleChoices scaleChoices() const override;
    [[nodiscard]] const ScaleOptions& scale() const override;
    void setScale(const ScaleOptions& scale) override;
    [[nodiscard]] std::optional<ColorBar> colorBar(const QRectF& area,
                                                   const FigureStyle& style) const override;
    /// The axes that have an index instead of being drawn, with their size: what a selector chooses from.
    [[nodiscard]] std::vector<Axis> chosenAxes() const;

    [[nodiscard]] const TensorSlice& tableSlice() const override;
    [[nodiscard]] const FigureSource& figureSource() const override;

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
    bool reveal(const CellRef& cell) override;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QString describeCell(const CellRef& cell) const override;
    [[nodiscard]] FigureData data() const override;

private:
    HeatmapFigure();
    struct Impl;
    std::unique_ptr<Impl> m;
};

} // namespace headlight
