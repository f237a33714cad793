// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One row of attention with the model's own positions and without them (or with those of a what-if): the
// shares of the keys in two real runs, and beneath, where the layer itself knows positions, which part of
// each score they are.

#include "analysis/position_contrast.h"
#include "analysis/position_scores.h"
#include "figures/axis_labels.h"
#include "figures/table_figure.h"

#include <memory>

namespace headlight {

struct PositionRowOptions
{
    int attention = 0, head = 0;
    std::int64_t query = 0;
};

class PositionRowFigure final : public Figure
{
public:
    /// Errors: those of positionScores().
    [[nodiscard]] static Result<std::unique_ptr<PositionRowFigure>>
    make(ModelPtr model, PositionContrast contrast, PositionRowOptions options);

    [[nodiscard]] const PositionScores& own() const { return m_own; }
    [[nodiscard]] const PositionScores& other() const { return m_other; }

    [[nodiscard]] QSizeF preferredSize(const FigureStyle& style) const override;
    void paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
               const Highlight& highlight = {}) const override;
    void paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                        const Highlight& highlight) const override;
    [[nodiscard]] std::optional<CellRef> cellAt(const QPointF& point, const QRectF& area,
                                                const FigureStyle& style) const override;
    [[nodiscard]] QRectF cellRect(const CellRef& cell, const QRectF& area,
                                  const FigureStyle& style) const override;
    /// The layer's pattern: cells are those of its row.
    [[nodiscard]] TensorRef mainTensor() const override;
    [[nodiscard]] std::optional<CellRef> moved(const std::optional<CellRef>& from, int right,
                                               int down) const override;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QString describeCell(const CellRef& cell) const override;
    [[nodiscard]] FigureData data() const override;

private:
    struct Places;
    PositionRowFigure() = default;
    [[nodiscard]] Places places(const QRectF& area, const FigureStyle& style) const;
    [[nodiscard]] const AttentionLayer& layer() const;
    [[nodiscard]] QString keyName(std::int64_t key) const;
    [[nodiscard]] QString otherName() const;
    [[nodiscard]] std::int64_t keys() const { return static_cast<std::int64_t>(m_own.pattern.size()); }
    /// The run whose scores have a part that positions are.
    [[nodiscard]] const PositionScores& parts() const;
    [[nodiscard]] bool hasParts() const { return parts().part != PositionScores::Part::None; }
    [[nodiscard]] QString partWords() const;

    ModelPtr m_model;
    PositionContrast m_contrast;
    PositionRowOptions m_options;
    PositionScores m_own, m_other;
};

/// How far each head's pattern is from that of the other run: layers down, heads across, the mean
/// Jensen–Shannon divergence over the queries. Errors: those of patternDistances().
[[nodiscard]] Result<TableContent> positionHeads(const PositionContrast& contrast);

} // namespace headlight
