// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// How the model knows where a token stands.

#include "figures/figure_view.h"

#include <QWidget>

class QComboBox;

namespace headlight {

class Selection;
class Session;

class PositionsPanel : public QWidget
{
    Q_OBJECT
public:
    PositionsPanel(Session& session, Selection& selection, QWidget* parent = nullptr);
    [[nodiscard]] FigureView& view() { return *m_view; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void makeFigure();

    Session& m_session;
    QComboBox* m_encodings;
    FigureView* m_view;
    bool m_stale = true;
};

} // namespace headlight
