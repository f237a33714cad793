// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How a model knows where a token stands: the encoding as a heatmap of position × dimension, with curves of a
// few dimensions beneath it. For rotary models the cosine and sine of each pair's angle; for a model without
// positions a sentence that says so.

#include "figures/colored_figure.h"
#include "figures/tensor_slice.h"

#include <memory>

namespace headlight {

struct PositionsOptions
{
    ScaleOptions scale;
    std::vector<std::int64_t> curves; ///< dimensions to draw as curves; empty chooses a few
    int encoding = 0;                 ///< which one, when a model has several (source and target)
};

class PositionsFigure final : public Figure, public ColoredFigure
{
public:
    [[nodiscard]] static Result<std::unique_ptr<PositionsFigure>> make(FigureSource source,
                                                                       PositionsOptions options = {});
    ~PositionsFigure() override;

    /// What the model has to offer, by name: "learned, full table", "rotary, layer 0"; empty when it has no
    /// positions.
    [[nodiscard]] const std::vector<QString>& encodings() const;

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

} // namespace headlight
