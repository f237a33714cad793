// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/outline_model.h"

#include "panels/stage_titles.h"
#include "session/stops.h"

#include <QVariant>

#include <algorithm>

namespace headlight {

void OutlineModel::setProgram(std::shared_ptr<const Program> program)
{
    beginResetModel();
    m_program = std::move(program);
    m_trace = {};
    m_nodes.clear();
    m_top.clear();
    m_breakpoints.clear();
    m_changes.clear();
    m_current = -1;
    m_shown.assign(m_program ? m_program->stages.size() : 0, 0);
    if (m_program) {
        const Stops stops(*m_program);
        for (const Stops::Stop& stop : stops.at(Granularity::Stage))
            m_shown[static_cast<std::size_t>(m_program->steps[static_cast<std::size_t>(stop.step)].stage)] =
                stop.step;
        for (const int stage : m_program->topStages)
            addStage(stage, -1);
    }
    endResetModel();
}

void OutlineModel::addStage(int stage, int parent)
{
    const int self = static_cast<int>(m_nodes.size());
    auto& siblings = parent < 0 ? m_top : m_nodes[static_cast<std::size_t>(parent)].children;
    const int row = static_cast<int>(siblings.size());
    siblings.push_back(self);
    m_nodes.push_back({parent, row, stage, -1, {}});
    const Stage& s = m_program->stages[static_cast<std::size_t>(stage)];
    for (const int child : s.children)
        addStage(child, self);
    if (!s.children.empty() || s.endStep - s.firstStep < 2)
        return; // a single step is its stage
    for (int step = s.firstStep; step < s.endStep; ++step) {
        const int node = static_cast<int>(m_nodes.size());
        m_nodes.push_back({self, step - s.firstStep, -1, step, {}});
        m_nodes[static_cast<std::size_t>(self)].children.push_back(node);
    }
}

void OutlineModel::setTrace(const Trace& trace)
{
    m_trace = trace;
    allChanged({});
}

void OutlineModel::setCurrent(int step, bool singleSteps)
{
    if (step == m_current && singleSteps == m_singleSteps)
        return;
    m_current = step;
    m_singleSteps = singleSteps;
    allChanged({});
}

void OutlineModel::setBreakpoints(const std::set<int>& steps)
{
    m_breakpoints = steps;
    allChanged({});
}

void OutlineModel::setChanges(std::vector<StepChange> changes)
{
    if (changes == m_changes)
        return;
    m_changes = std::move(changes);
    allChanged({});
}

void OutlineModel::allChanged(const QModelIndex& at)
{
    const int rows = rowCount(at);
    if (rows == 0)
        return;
    emit dataChanged(index(0, 0, at), index(rows - 1, 0, at));
    for (int r = 0; r < rows; ++r)
        allChanged(index(r, 0, at));
}

QModelIndex OutlineModel::indexOf(int step, bool ownRow) const
{
    for (std::size_t n = 0; n < m_nodes.size(); ++n) {
        const Node& node = m_nodes[n];
        if (node.step == step && ownRow)
            return createIndex(node.row, 0, static_cast<quintptr>(n));
        if (node.stage < 0)
            continue;
        const Stage& s = m_program->stages[static_cast<std::size_t>(node.stage)];
        const bool leaf = s.children.empty() && step >= s.firstStep && step < s.endStep;
        if (leaf && (!ownRow || node.children.empty()))
            return createIndex(node.row, 0, static_cast<quintptr>(n));
    }
    return {};
}

const OutlineModel::Node& OutlineModel::nodeOf(const QModelIndex& at) const
{
    return m_nodes[static_cast<std::size_t>(at.internalId())];
}

QModelIndex OutlineModel::index(int row, int column, const QModelIndex& at) const
{
    if (column != 0 || row < 0 || row >= rowCount(at))
        return {};
    const auto& children = at.isValid() ? nodeOf(at).children : m_top;
    return createIndex(row, 0, static_cast<quintptr>(children[static_cast<std::size_t>(row)]));
}

QModelIndex OutlineModel::parent(const QModelIndex& child) const
{
    if (!child.isValid())
        return {};
    const int up = nodeOf(child).parent;
    return up < 0 ? QModelIndex()
                  : createIndex(m_nodes[static_cast<std::size_t>(up)].row, 0, static_cast<quintptr>(up));
}

int OutlineModel::rowCount(const QModelIndex& at) const
{
    if (at.column() > 0)
        return 0;
    return static_cast<int>(at.isValid() ? nodeOf(at).children.size() : m_top.size());
}

int OutlineModel::columnCount(const QModelIndex&) const
{
    return 1;
}

int OutlineModel::shownStep(const Node& node) const
{
    if (node.step >= 0)
        return node.step;
    const Stage& s = m_program->stages[static_cast<std::size_t>(node.stage)];
    return s.children.empty() ? m_shown[static_cast<std::size_t>(node.stage)] : s.endStep - 1;
}

OutlineModel::State OutlineModel::stateOf(const Node& node) const
{
    if (m_current < 0)
        return State::Next;
    if (node.step >= 0)
        return node.step == m_current ? State::Current : node.step < m_current ? State::Done : State::Next;
    const Stage& s = m_program->stages[static_cast<std::size_t>(node.stage)];
    if (m_current >= s.endStep)
        return State::Done;
    if (m_current < s.firstStep)
        return State::Next;
    const bool deeper = !s.children.empty() || (m_singleSteps && !node.children.empty());
    return deeper ? State::Within : State::Current;
}

StepChange OutlineModel::changeOf(const Node& node) const
{
    int first = node.step, end = node.step + 1;
    if (node.step < 0) {
        const Stage& s = m_program->stages[static_cast<std::size_t>(node.stage)];
        first = s.firstStep;
        end = s.endStep;
    }
    auto most = StepChange::None;
    for (int i = first; i < end && static_cast<std::size_t>(i) < m_changes.size(); ++i)
        most = std::max(most, m_changes[static_cast<std::size_t>(i)]);
    return most;
}

QVariant OutlineModel::data(const QModelIndex& at, int role) const
{
    if (!at.isValid())
        return {};
    const Node& node = nodeOf(at);
    const int step = shownStep(node);
    const Step& s = m_program->steps[static_cast<std::size_t>(step)];
    const bool leaf =
        node.step >= 0 || m_program->stages[static_cast<std::size_t>(node.stage)].children.empty();
    const auto size = [&] {
        return leaf ? sizeText(m_trace.valid() ? m_trace.axes(step) : s.axes) : QString();
    };
    switch (role) {
    case Qt::DisplayRole:
        return node.step >= 0 ? stepTitle(s)
                              : stageTitle(m_program->stages[static_cast<std::size_t>(node.stage)]);
    case Qt::ToolTipRole:
        return leaf ? QString::fromStdString(s.hook) + QStringLiteral("\n") +
                          QString::fromStdString(describe(m_trace.valid() ? m_trace.axes(step) : s.axes))
                    : QVariant();
    case Qt::AccessibleTextRole: {
        static const char* const words[] = {QT_TR_NOOP("done"), QT_TR_NOOP("shown now"),
                                            QT_TR_NOOP("in progress"), QT_TR_NOOP("to come")};
        const StepChange change = changeOf(node);
        return data(at, Qt::DisplayRole).toString() + QStringLiteral(", ") + size() + QStringLiteral(", ") +
               tr(words[static_cast<int>(stateOf(node))]) +
               (change == StepChange::Changed      ? tr(", changed by a what-if")
                : change == StepChange::Downstream ? tr(", depends on a what-if")
                                                   : QString());
    }
    case SizeRole:
        return size();
    case StateRole:
        return static_cast<int>(stateOf(node));
    case BreakpointRole:
        if (node.step >= 0)
            return m_breakpoints.contains(node.step);
        else {
            const Stage& stage = m_program->stages[static_cast<std::size_t>(node.stage)];
            const auto hit = m_breakpoints.lower_bound(stage.firstStep);
            return stage.children.empty() && hit != m_breakpoints.end() && *hit < stage.endStep;
        }
    case StepRole:
        return step;
    case IsStepRole:
        return node.step >= 0;
    case ChangeRole:
        return static_cast<int>(changeOf(node));
    case HookRole:
        return QString::fromStdString(s.hook);
    case Qt::FontRole:
        break;
    default:
        break;
    }
    return {};
}

} // namespace headlight
