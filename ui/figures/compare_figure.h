// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One tensor of two runs: before and after on one scale, their difference on a scale of its own that is
// centred on zero, and what has become of the predictions. The runs may differ by a change, by their texts or
// by their models; then each side keeps its own tokens, those without a partner are marked, and the
// difference has the ones that both have.

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
    /// What the two sides are called: "before" and "after" where nothing is given.
    std::array<QString, 2> names;
};

/// Sets the predictions and their heading: those at @p position of the changed run (its last one when it is
/// negative), and at the position of the other run that stands for it. None for models that predict nothing.
void addPredictions(CompareOptions& options, const FigureSource& changed, const FigureSource& base,
                    std::int64_t position);

class CompareFigure final : public Figure, public ColoredFigure, public SlicedFigure
{
public:
    /// @p changed is the run after the change, and @p tensor one of its; @p base may be of another input or
    /// model. Errors: NotFound when a run has no such tensor.
    [[nodiscard]] static Result<std::unique_ptr<CompareFigure>>
    make(FigureSource changed, FigureSource base, TensorRef tensor, CompareOptions options = {});
    ~CompareFigure() override;

    /// Axes that have an index instead of being drawn.
    [[nodiscard]] std::vector<Axis> chosenAxes() const { return m_parts[1]->chosenAxes(); }
    /// Null where the two tensors can't be subtracted: apart() says why.
    [[nodiscard]] const TensorPtr& differences() const { return m_difference; }
    [[nodiscard]] const QString& apart() const { return m_apart; }
    /// What an entry of an axis is called in one of the pictures (before, after, difference): the token,
    /// "≠ dog" in the place of another, "+ very" (after) and "− very" (before) without a partner.
    [[nodiscard]] QString label(std::size_t part, int axis, std::int64_t index) const;
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

    /// Where a cell of the changed run's tensor is in a part, and back; nothing without a partner there.
    [[nodiscard]] std::optional<CellRef> toPart(std::size_t part, const CellRef& cell) const;
    [[nodiscard]] std::optional<CellRef> fromPart(std::size_t part, const CellRef& cell) const;
    [[nodiscard]] Highlight highlightOf(std::size_t part, const Highlight& highlight) const;
    [[nodiscard]] QString caption(std::size_t part, bool framed) const;
    Result<void> align(TensorRef tensor, TensorRef was);

    /// How the axes of two tensors belong together, when they are not those of one tensor.
    struct Alignment
    {
        std::vector<TokenAlignment> axes;                         ///< the base's entries are `first`
        std::vector<std::vector<std::int64_t>> ofBase, ofChanged; ///< pairs of entries, by axis
        std::vector<std::size_t> drawn;                           ///< axes of the difference
        Cell fixed;                                               ///< entries of the others
    };

    FigureSource m_source, m_base;
    TensorRef m_was; ///< the base's tensor
    CompareOptions m_options;
    TensorPtr m_difference;
    std::optional<Alignment> m_alignment;
    QString m_apart;

    std::array<std::unique_ptr<HeatmapFigure>, 3> m_parts; ///< before, after, difference (or null)
    double m_low = 0, m_high = 0;                          ///< of before and after
    double m_most = 0;                                     ///< the largest difference
};

} // namespace headlight
