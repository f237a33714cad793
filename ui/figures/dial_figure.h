// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The rotating pairs of an encoding as dials: each pair of a query's and a key's dimensions is a hand that
// turns with its position, fast in the first pairs, hardly at all in the last. Beside them what their product
// does when both move together (nothing), and when only the query moves on.

#include "analysis/rotary_dial.h"
#include "figures/position_encodings.h"

#include <memory>

namespace headlight {

struct DialOptions
{
    int encoding = 0; ///< of positionEncodings()
    int attention = 0, head = 0;
    std::int64_t query = 0, key = 0; ///< tokens whose vectors turn
    /// Where the query stands, and how far before it the key; nothing takes them where they are in the run.
    std::optional<std::int64_t> position, offset;
};

class DialFigure final : public Figure
{
public:
    /// Errors: BadInput for an encoding without rotating pairs.
    [[nodiscard]] static Result<std::unique_ptr<DialFigure>> make(FigureSource source, DialOptions options);

    [[nodiscard]] const RotaryDial& dial() const { return m_dial; }
    [[nodiscard]] std::int64_t position() const { return m_position; }
    [[nodiscard]] std::int64_t offset() const { return m_offset; }
    /// Turns the hands.
    void turn(std::int64_t position, std::int64_t offset);
    /// What turns, where it stands, and the product.
    [[nodiscard]] QString words() const;
    /// q · k at these positions.
    [[nodiscard]] double score() const;

    [[nodiscard]] QSizeF preferredSize(const FigureStyle& style) const override;
    void paint(QPainter& painter, const QRectF& area, const FigureStyle& style,
               const Highlight& highlight = {}) const override;
    void paintHighlight(QPainter& painter, const QRectF& area, const FigureStyle& style,
                        const Highlight& highlight) const override;
    [[nodiscard]] std::optional<CellRef> cellAt(const QPointF& point, const QRectF& area,
                                                const FigureStyle& style) const override;
    [[nodiscard]] QRectF cellRect(const CellRef& cell, const QRectF& area,
                                  const FigureStyle& style) const override;
    /// Dials are no cells of a tensor: their reference is of no kind.
    [[nodiscard]] TensorRef mainTensor() const override { return {}; }
    [[nodiscard]] std::optional<CellRef> moved(const std::optional<CellRef>& from, int right,
                                               int down) const override;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] QString describeCell(const CellRef& cell) const override;
    /// Frequency, wavelength, both angles and the product of each pair.
    [[nodiscard]] FigureData data() const override;

private:
    struct Places;
    DialFigure() = default;
    [[nodiscard]] Places places(const QRectF& area, const FigureStyle& style) const;
    void paintDial(QPainter& painter, std::size_t pair, const QRectF& rect, const FigureStyle& style) const;

    FigureSource m_source;
    DialOptions m_options;
    RotaryDial m_dial;
    QString m_title;
    bool m_real = false; ///< the hands are vectors of the run
    std::int64_t m_position = 0, m_offset = 0;
    double m_longest = 1; ///< of all hands
};

} // namespace headlight
