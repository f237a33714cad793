// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All heads at a glance, and the selected one large beside them. The grid can be sorted, filtered, grouped
// and coloured by any metric, also by those that need the weights or further runs; with Ctrl (or with Space
// on the keyboard) further heads are taken to the selected one, and the large picture then shows their mean,
// largest or difference.

#include "analysis/head_analysis.h"
#include "figures/figure_view.h"
#include "figures/head_grid_figure.h"

#include <QElapsedTimer>
#include <QWidget>

#include <set>
#include <stop_token>

class QBoxLayout;
class QCheckBox;
class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;

namespace headlight {

class HeadFacts;
class Selection;
class Session;

class HeadsPanel : public QWidget
{
    Q_OBJECT
public:
    HeadsPanel(Session& session, Selection& selection, QWidget* parent = nullptr);

    [[nodiscard]] FigureView& grid() { return *m_grid; }
    [[nodiscard]] FigureView& pattern() { return *m_pattern; }
    [[nodiscard]] HeadFacts& facts() { return *m_facts; }
    [[nodiscard]] const HeadGridFigure* gridFigure() const { return m_figure.get(); }
    /// The heads that were taken to the selected one.
    [[nodiscard]] const std::vector<HeadRef>& marked() const { return m_marked; }
    void setMarked(std::vector<HeadRef> heads);

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void makeGrid();
    void takeSink(const FigureView& from, const FigureView& to);
    void takeGrid(std::shared_ptr<HeadGridFigure> figure);
    void showSelected();
    void makePattern();
    void showFacts();
    void rank();
    void compute(const std::string& metric);
    void take(const std::string& metric, Result<HeadAnalysis> analysis);
    void setWorking(std::shared_ptr<std::stop_source> stop);
    [[nodiscard]] HeadRanking ranked(const MetricDefinition& definition) const;
    [[nodiscard]] HeadRanking grouped() const;
    void readTiles();
    void mark(HeadRef head);
    void marksChanged();
    void makeCombined(int how);

    Session& m_session;
    Selection& m_selection;
    FigureView* m_grid;
    FigureView* m_pattern;
    HeadFacts* m_facts;
    QLabel* m_title;
    QLabel* m_label; ///< "previous token"
    QComboBox *m_sort, *m_show, *m_combine;
    QCheckBox* m_places;
    QProgressBar* m_progress;
    QPushButton* m_cancel;
    QLabel* m_missing; ///< why there is no such number here
    QBoxLayout *m_leftLayout, *m_rightLayout, *m_choices;
    HeadAnalysis m_analysis;                  ///< of all heads, once somebody sorts by it
    std::set<std::string> m_known;            ///< the metrics that it has; "" for those of the patterns
    std::shared_ptr<std::stop_source> m_stop; ///< of what is being computed
    std::vector<HeadRef> m_marked;
    QElapsedTimer m_reading; ///< since when tiles are being read
    std::shared_ptr<HeadGridFigure> m_figure;
    bool m_stale = true;
    int m_attention = -1, m_head = -1;
};

} // namespace headlight
