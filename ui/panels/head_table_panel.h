// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All heads with all their numbers, as a table to sort and to save.

#include "analysis/head_analysis.h"

#include <QAbstractTableModel>
#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QSortFilterProxyModel;
class QTableView;

namespace headlight {

class Selection;
class Session;

class HeadTableModel : public QAbstractTableModel
{
    Q_OBJECT
public:
    using QAbstractTableModel::QAbstractTableModel;

    /// The number that a column is sorted by.
    static constexpr int SortRole = Qt::UserRole;

    void setHeads(std::shared_ptr<const Program> program, HeadAnalysis analysis, bool all);
    [[nodiscard]] const HeadAnalysis& analysis() const { return m_analysis; }
    [[nodiscard]] const std::vector<MetricDefinition>& definitions() const { return m_definitions; }
    /// The table as it is on screen, sorted as @p rows say.
    [[nodiscard]] std::string csv(const std::vector<int>& rows) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;

private:
    std::shared_ptr<const Program> m_program;
    HeadAnalysis m_analysis;
    std::vector<MetricDefinition> m_definitions;
};

class HeadTablePanel : public QWidget
{
    Q_OBJECT
public:
    HeadTablePanel(Session& session, Selection& selection, QWidget* parent = nullptr);
    [[nodiscard]] HeadTableModel& model() { return *m_model; }
    [[nodiscard]] QTableView& table() { return *m_table; }
    [[nodiscard]] QPushButton& allButton() { return *m_all; }
    /// What "Compute all" has found for the run that is shown; nothing before. A panel that is made anew
    /// takes it, so that nobody waits twice.
    [[nodiscard]] std::optional<HeadAnalysis> allNumbers() const;
    void setAllNumbers(HeadAnalysis analysis);
    /// Writes what the table shows.
    [[nodiscard]] Result<void> save(const QString& path) const;

signals:
    void saveWanted();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void compute(bool all);
    void take(std::shared_ptr<const Program> program, Result<HeadAnalysis> analysis, bool all);
    void showSelected();
    void setWorking(bool working);

    Session& m_session;
    Selection& m_selection;
    HeadTableModel* m_model;
    QSortFilterProxyModel* m_sorted;
    QTableView* m_table;
    QPushButton *m_all, *m_save;
    QLabel* m_note;
    QProgressBar* m_progress;
    std::shared_ptr<std::stop_source> m_stop;
    bool m_stale = true, m_selecting = false;
};

} // namespace headlight
