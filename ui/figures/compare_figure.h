// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One tensor of two runs: before and after on one scale, their difference on a scale of its own that is
// centred on zero, and what has become of the predictions.

#include "analysis/trace_difference.h"
#include "figures/heatmap_figure.h"

#include <array>
#include <memory>
#include <vector>

namespace headlight {

struct CompareOptions
{
    AxisIndices indices; ///< of axes that are not drawn: head 3
    ScaleOptions scale;  ///< of before and after
    std::vector<PredictionChange> predictions;
    QString heading; ///< above the predictions: "after ␣a"
};

class CompareFigure final : public Figure, public ColoredFigure, public SlicedFigure
{
public:
    /// @p changed is the run after the change. Errors: those of difference().
    [[nodiscard]] static Result<std::unique_ptr<CompareFigure>>
    make(FigureSource changed, Trace base, TensorRef tensor, CompareOptions options = {});
    ~CompareFigure() override;

    /// Axes that have an index instead of being drawn.
    [[nodiscard]] std::vector<Axis> chosenAxes() const { return m_parts[1]->chosenAxes(); }
    [[nodiscard]] const TensorPtr& differences() const { return m_difference; }
    [[nodiscard]] const std::vector<PredictionChange>& predictions() const { return m_options.predictions; }

    [[nodiscard]] ScaleChoices scaleChoices() const override;
    [[nodiscard]] const ScaleOptions& scale() const override { return m_options.scale; }
    /// Of before and after; the difference follows in all but its limits.
    void setScale(const ScaleOptions& scale) override;
    /// That of after.
    [[nodiscard]] std::optional<ColorBar> colorBar(const QRectF& area,
                                                   const FigureStyle& style) const override;

    [[nodiscard]] const TensorSlice& tableSlice() const override { return m_parts[1]->slice(); }
    [[nodiscard]] const FigureSource& figureSource() const override { return m_source; }

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
    /// The differences.
    [[nodiscard]] FigureData data() const override;

private:
    CompareFigure();
    /// Captions and pictures of before, after and difference, and the list of predictions.
    struct Places
    {
        std::array<QRectF, 3> captions, pictures;
        QRectF list;
    };
    [[nodiscard]] Places places(const QRectF& area, const FigureStyle& style) const;
    void paintPredictions(QPainter& painter, const QRectF& area, const FigureStyle& style) const;

    FigureSource m_source;
    Trace m_base;
    CompareOptions m_options;
    TensorPtr m_difference;
    [[nodiscard]] QString caption(std::size_t part, bool framed) const;

    std::array<std::unique_ptr<HeatmapFigure>, 3> m_parts; ///< before, after, difference
    double m_low = 0, m_high = 0;                          ///< of before and after
    double m_most = 0;                                     ///< the largest difference
};

} // namespace headlight
