// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A number, or a row of numbers, typed into a figure. Return takes it over, Escape and leaving give it up.

#include "figures/figure_view.h"

#include <QLineEdit>

namespace headlight {

class CellEditor : public QLineEdit
{
    Q_OBJECT
public:
    explicit CellEditor(FigureView& view);

    /// Opens over @p cell of the view's figure. @p row is for all cells along the tensor's last axis.
    void open(const CellRef& cell, bool row, const QString& text);
    /// Says what is wrong with what was typed; it can be mended.
    void refuse(const QString& why);
    [[nodiscard]] const CellRef& cell() const { return m_cell; }
    [[nodiscard]] bool row() const { return m_row; }
    /// Why the last text was not taken; empty when it was.
    [[nodiscard]] QString problem() const { return m_problem; }

signals:
    void entered(const QString& text);

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    FigureView& m_view;
    CellRef m_cell;
    QString m_problem;
    bool m_row = false;
};

} // namespace headlight
