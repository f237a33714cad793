// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where the tokens and the lines of a picture of links are, in logical coordinates. Two forms: queries on the
// left and keys on the right with straight lines between them, or the running text with arcs above it (and
// below it for keys that come later; between two streams: keys above, queries below).

#include "analysis/attention_links.h"
#include "figures/figure.h"

#include <QPainterPath>

#include <vector>

namespace headlight {

enum class LinkForm { Columns, Arcs };

/// What a layout is made from.
struct LinkText
{
    std::vector<QString> queries, keys; ///< labels
    bool sameStream = true;             ///< queries and keys are the same tokens
    bool looksAhead = false;

    /// How wide the labels are in a font. Measured once: it takes longer than to draw the picture.
    struct Widths
    {
        std::vector<double> queries, keys;
    };
    [[nodiscard]] const Widths& widths(const QFont& font) const;

private:
    mutable QFont m_font;
    mutable Widths m_widths;
};

class LinkLayout
{
public:
    /// Everything in @p area when @p scroll has no value (rows may then be thinner than text), else tokens
    /// large enough to be read, from that one on.
    LinkLayout(const LinkText& text, LinkForm form, const QSizeF& area, std::optional<double> scroll,
               double legendWidth, const FigureStyle& style);

    /// What a picture with nothing left out likes.
    [[nodiscard]] static QSizeF preferred(const LinkText& text, LinkForm form, double legendWidth,
                                          const FigureStyle& style);

    enum class Side { Query, Key };
    [[nodiscard]] QRectF token(Side side, std::int64_t index) const;
    [[nodiscard]] std::optional<std::pair<Side, std::int64_t>> tokenAt(const QPointF& point) const;
    /// Tokens that are in the picture, first and one past the last.
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> shown(Side side) const;
    /// Where a line leaves a token.
    [[nodiscard]] QPointF end(Side side, std::int64_t index) const;
    [[nodiscard]] QPainterPath path(const AttentionLink& link) const;
    [[nodiscard]] bool straight() const { return m_form == LinkForm::Columns; }

    /// The part of the picture that lines are drawn in.
    [[nodiscard]] const QRectF& field() const { return m_field; }
    [[nodiscard]] const QRectF& legend() const { return m_legend; }
    /// Every so many tokens have a label.
    [[nodiscard]] std::int64_t labelStep() const { return m_labelStep; }
    [[nodiscard]] const QFont& font() const { return m_font; }
    /// The largest useful scroll, and how many tokens are shown at a time.
    [[nodiscard]] double scrollEnd() const { return m_scrollEnd; }
    [[nodiscard]] double page() const { return m_page; }

private:
    void layColumns(const LinkText& text, std::optional<double> scroll, double legendWidth);
    void layArcs(const LinkText& text, std::optional<double> scroll);
    [[nodiscard]] double start(Side side, std::int64_t index) const;

    LinkForm m_form;
    QSizeF m_area;
    QFont m_font;
    bool m_sameStream = true, m_looksAhead = false;
    std::int64_t m_queries = 0, m_keys = 0;
    QRectF m_field, m_legend;
    std::int64_t m_labelStep = 1;
    double m_scrollEnd = 0, m_page = 1;
    // Columns: the height of a row, and where the first row of either side would stand.
    double m_row = 1, m_queryTop = 0, m_keyTop = 0, m_queryRight = 0, m_keyLeft = 0, m_queryWidth = 0,
           m_keyWidth = 0;
    // Arcs: left ends of the tokens, and one more.
    std::vector<double> m_queryStarts, m_keyStarts;
    double m_scale = 1, m_queryLine = 0, m_keyLine = 0, m_lineHeight = 0;
};

} // namespace headlight
