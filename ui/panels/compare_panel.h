// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The step that is shown, as the model is and as it was changed, and the difference.

#include "figures/figure_view.h"

#include <QWidget>

#include <map>
#include <memory>
#include <string>

namespace headlight {

class CompareFigure;
class Selection;
class Session;

class ComparePanel : public QWidget
{
    Q_OBJECT
public:
    ComparePanel(Session& session, Selection& selection, QWidget* parent = nullptr);
    [[nodiscard]] FigureView& view() { return *m_view; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void showLater();
    void makeFigure();
    void take(Result<std::unique_ptr<CompareFigure>> figure);

    Session& m_session;
    Selection& m_selection;
    FigureView* m_view;
    std::map<std::string, std::int64_t> m_indices;
    std::int64_t m_position = -1;
    int m_step = -1;
    bool m_waiting = false, m_stale = true;
};

} // namespace headlight
