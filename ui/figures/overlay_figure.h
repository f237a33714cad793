// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where a patch or the class token looks, painted over the picture: once for every head of a layer, and for
// all layers up to it together (rollout). The picture is drawn in its own resolution.
//
// The first picture chooses: {head, patch, −1} is a patch of it (or the class token below it).

#include "figures/tensor_slice.h"

#include <QImage>

#include <memory>

namespace headlight {

struct OverlayOptions
{
    int attention = -1;      ///< index into Program::attention; −1: the last one that looks at an image
    int head = 0;            ///< framed
    std::int64_t query = -1; ///< the position that looks; −1: the first (the class token)
    QImage image;            ///< as it was given; without one, what the model has read of it
    bool rollout = true;
};

/// The last attention layer whose keys are patches; −1 when the model sees no image.
[[nodiscard]] int lastImageAttention(const Program& program);
/// Whether the keys of an attention layer are patches.
[[nodiscard]] bool looksAtImage(const Program& program, int attention);

class OverlayFigure final : public Figure
{
public:
    /// Errors: NotFound for a model that sees no image, and for what the run has not reached.
    [[nodiscard]] static Result<std::unique_ptr<OverlayFigure>> make(FigureSource source,
                                                                     OverlayOptions options);
    ~OverlayFigure() override;

    [[nodiscard]] const OverlayOptions& options() const;
    void setHead(int head);
    void setQuery(std::int64_t query);
    /// Places of the pictures: the choosing one, the heads', the rollout's.
    [[nodiscard]] std::vector<QRectF> pictures(const QRectF& area, const FigureStyle& style) const;

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
    /// From patch to patch of the choosing picture.
    [[nodiscard]] std::optional<CellRef> moved(const std::optional<CellRef>& from, int right,
                                               int down) const override;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QString describeCell(const CellRef& cell) const override;
    [[nodiscard]] FigureData data() const override;

private:
    OverlayFigure();
    struct Impl;
    std::unique_ptr<Impl> m;
};

} // namespace headlight
