// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The attention of one layer as lines between tokens, one colour a head. Only lines that leave a shown query
// are drawn, and of those the strongest.
//
// What is pointed at may be half a cell: {head, query, −1} is a query with all that it looks at, and
// {head, −1, key} a key with all that look at it. The picture then shows these lines alone.

#include "analysis/attention_links.h"
#include "figures/link_layout.h"
#include "figures/tensor_slice.h"

#include <memory>

namespace headlight {

struct LinksOptions
{
    int attention = 0;      ///< index into Program::attention
    std::vector<int> heads; ///< empty: all of the layer
    double threshold = -1;  ///< weights below have no line; negative: what can be read
    LinkForm form = LinkForm::Columns;
    std::optional<double> scroll; ///< the first token; without a value the whole text is squeezed in
};

class LinksFigure final : public Figure
{
public:
    /// Reads the layer's patterns unless @p links are given: for long texts to be called in a worker. Errors:
    /// NotFound when there is no such layer or the run has not reached it, BadInput for a head it has not.
    [[nodiscard]] static Result<std::unique_ptr<LinksFigure>>
    make(FigureSource source, LinksOptions options = {}, std::shared_ptr<const AttentionLinks> links = {});
    ~LinksFigure() override;

    [[nodiscard]] const LinksOptions& options() const; ///< the threshold is never negative
    [[nodiscard]] const std::shared_ptr<const AttentionLinks>& links() const;
    void setHeads(std::vector<int> heads, bool readable); ///< @p readable: with a threshold to go with them
    void setThreshold(double threshold);
    void setForm(LinkForm form);
    void setScroll(std::optional<double> scroll);
    struct Scrolling
    {
        double end = 0, page = 1; ///< the largest useful scroll; tokens shown at a time
    };
    [[nodiscard]] Scrolling scrolling(const QRectF& area, const FigureStyle& style) const;
    /// How many lines the picture has, and how many there would be without the limit.
    struct Count
    {
        std::size_t drawn = 0, all = 0;
    };
    [[nodiscard]] Count count(const QRectF& area, const FigureStyle& style) const;

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
    /// Up and down along the tokens, across from queries to keys; in the running text the other way round.
    [[nodiscard]] std::optional<CellRef> moved(const std::optional<CellRef>& from, int right,
                                               int down) const override;
    bool reveal(const CellRef& cell) override;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString subtitle() const override;
    [[nodiscard]] QString describeCell(const CellRef& cell) const override;
    [[nodiscard]] FigureData data() const override;

private:
    LinksFigure();
    struct Impl;
    std::unique_ptr<Impl> m;
};

} // namespace headlight
