// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What one head does, in numbers, each with its definition and source as a tooltip.

#include "analysis/head_metrics.h"

#include <QWidget>

#include <optional>

namespace headlight {

class HeadFacts : public QWidget
{
    Q_OBJECT
public:
    explicit HeadFacts(QWidget* parent = nullptr);

    void setFacts(std::optional<HeadMetrics> facts);
    [[nodiscard]] const std::optional<HeadMetrics>& facts() const { return m_facts; }
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {120, 40}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool event(QEvent* event) override;

private:
    /// One column, or two when the rows would not fit.
    struct Grid
    {
        int rows, rowHeight, columnWidth;
        [[nodiscard]] QRect cell(int index) const;
    };
    [[nodiscard]] Grid layOut() const;
    [[nodiscard]] int rowHeight() const;

    std::optional<HeadMetrics> m_facts;
};

} // namespace headlight
