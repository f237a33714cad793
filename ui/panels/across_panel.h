// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What becomes of a position from layer to layer: one of the analyses across layers, for the selected token.

#include "figures/across_layers.h"
#include "figures/figure_view.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;

namespace headlight {

class Selection;
class Session;

class AcrossPanel : public QWidget
{
    Q_OBJECT
public:
    AcrossPanel(Session& session, Selection& selection, QWidget* parent = nullptr);
    [[nodiscard]] FigureView& view() { return *m_view; }
    [[nodiscard]] QComboBox& chooser() { return *m_chooser; }
    [[nodiscard]] AcrossView shown() const;
    // For tests.
    [[nodiscard]] QProgressBar& progress() { return *m_progress; }
    [[nodiscard]] QPushButton& cancelButton() { return *m_cancel; }

signals:
    void statusText(const QString& text);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void makeTable();
    void setWorking(std::shared_ptr<std::stop_source> stop);
    void showWorking();
    void cancel();
    void take(Result<TableContent> content);
    void markPosition();
    void choose(const CellRef& cell);
    [[nodiscard]] std::int64_t position() const;

    Session& m_session;
    Selection& m_selection;
    QComboBox* m_chooser;
    QLabel* m_meaning;
    QLabel* m_title;
    QProgressBar* m_progress;
    QPushButton* m_cancel; ///< of a computation, and what begins it anew
    FigureView* m_view;
    std::shared_ptr<TableFigure> m_figure;
    std::optional<AcrossView> m_figureShows;
    std::shared_ptr<std::stop_source> m_stop; ///< of what is being computed
    std::int64_t m_position = -2;
    bool m_stale = true;
};

} // namespace headlight
