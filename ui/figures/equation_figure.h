// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A step as the equation that it is: Q · Kᵀ = S, every symbol a heatmap. What stands where comes from
// Op::notation(), which axes label what comes from the tensors; no op is known here by name. A highlight's
// source without indices is the whole tensor: all of it is framed.

#include "figures/colored_figure.h"
#include "figures/figure_accessible.h"
#include "figures/tensor_slice.h"

#include <memory>

namespace headlight {

struct StepFrame;

struct EquationOptions
{
    AxisIndices indices; ///< of axes that are not drawn: head 3 (of query heads; key heads follow)
    ScaleOptions scale;
    bool numbers = true; ///< in cells where they fit
};

class EquationFigure final : public Figure, public ColoredFigure, public SlicedFigure
{
public:
    /// Errors: NotFound when the run has not reached the step.
    [[nodiscard]] static Result<std::unique_ptr<EquationFigure>> make(FigureSource source, int step,
                                                                      EquationOptions options = {});
    ~EquationFigure() override;

    [[nodiscard]] int step() const;
    /// The result as it is drawn.
    [[nodiscard]] const TensorSlice& result() const;
    /// The result's axes that have an index instead of being drawn, with their size: for a head selector.
    [[nodiscard]] std::vector<Axis> chosenAxes() const;

    /// The result on its way: what has a highlight is drawn with it, so that the pixmap of the whole, which
    /// has none, need not be painted anew for each frame. Null for the finished step.
    void setFrame(std::shared_ptr<const StepFrame> frame);
    [[nodiscard]] const std::shared_ptr<const StepFrame>& frame() const;

    [[nodiscard]] ScaleChoices scaleChoices() const override;
    [[nodiscard]] const ScaleOptions& scale() const override;
    void setScale(const ScaleOptions& scale) override;
    /// That of the result.
    [[nodiscard]] std::optional<ColorBar> colorBar(const QRectF& area,
                                                   const FigureStyle& style) const override;

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
    EquationFigure();
    struct Impl;
    std::unique_ptr<Impl> m;
};

} // namespace headlight
