// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The program as a tree: stages within stages, and under the innermost ones their steps. What is done, what
// is shown and where breakpoints stand comes from the selection.

#include "analysis/what_if.h"
#include "run/trace.h"

#include <QAbstractItemModel>

#include <memory>
#include <set>
#include <vector>

namespace headlight {

class OutlineModel : public QAbstractItemModel
{
    Q_OBJECT
public:
    enum class State { Done, Current, Within, Next };
    enum Role {
        SizeRole = Qt::UserRole + 1,
        StateRole,
        BreakpointRole,
        StepRole,
        IsStepRole,
        HookRole,
        ChangeRole
    };

    using QAbstractItemModel::QAbstractItemModel;

    void setProgram(std::shared_ptr<const Program> program);
    /// The sizes of this run; the program's own sizes without one.
    void setTrace(const Trace& trace);
    /// The step that is shown, and whether single steps are walked.
    void setCurrent(int step, bool singleSteps);
    void setBreakpoints(const std::set<int>& steps);
    /// Marks steps that a what-if changes, and those that depend on them; one entry a step, or none.
    void setChanges(std::vector<StepChange> changes);

    /// The row that stands for a step: its stage's, or its own.
    [[nodiscard]] QModelIndex indexOf(int step, bool ownRow) const;

    [[nodiscard]] QModelIndex index(int row, int column, const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    struct Node
    {
        int parent = -1, row = 0;
        int stage = -1, step = -1; ///< one of them
        std::vector<int> children;
    };
    void addStage(int stage, int parent);
    void allChanged(const QModelIndex& parent);
    [[nodiscard]] const Node& nodeOf(const QModelIndex& index) const;
    [[nodiscard]] State stateOf(const Node& node) const;
    [[nodiscard]] StepChange changeOf(const Node& node) const;
    [[nodiscard]] int shownStep(const Node& node) const;

    std::shared_ptr<const Program> m_program;
    Trace m_trace;
    std::vector<Node> m_nodes;
    std::vector<int> m_top;
    std::vector<int> m_shown; ///< of each stage, the step that stands for it
    std::set<int> m_breakpoints;
    std::vector<StepChange> m_changes;
    int m_current = -1;
    bool m_singleSteps = false;
};

} // namespace headlight
