// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One head's queries and keys: the score of the selected two tokens, and all of them in one plane.

#include "figures/figure_view.h"
#include "figures/query_key_figure.h"

#include <QWidget>

class QLabel;

namespace headlight {

class Selection;
class Session;

class QueryKeyPanel : public QWidget
{
    Q_OBJECT
public:
    QueryKeyPanel(Session& session, Selection& selection, QWidget* parent = nullptr);

    [[nodiscard]] FigureView& bars() { return *m_bars; }
    [[nodiscard]] FigureView& scatter() { return *m_scatter; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void follow();
    void make(const QueryKeyOptions& wanted, bool plane);
    void take(Result<std::shared_ptr<QueryKeyFigure>> bars,
              std::optional<Result<std::shared_ptr<ScatterFigure>>> plane);
    void showHighlight();
    void clicked(const CellRef& cell);

    Session& m_session;
    Selection& m_selection;
    QLabel *m_title, *m_hint;
    FigureView *m_bars, *m_scatter;
    std::shared_ptr<ScatterFigure> m_plane;
    std::optional<QueryKeyOptions> m_shown;
    bool m_stale = true;
};

} // namespace headlight
