// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a person looks at: a step, a head, a cell, two tokens. Every view shows the selection and changes it;
// views never talk to each other.
//
// The cell is kept as coordinates by the meaning of its axes, not by their order, so that the same query, key
// and head stay selected while one walks from the scores through the softmax to the mixed values and back.

#include "session/cell_ref.h"
#include "session/stops.h"

#include <QObject>

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace headlight {

class Session;

class Selection : public QObject
{
    Q_OBJECT
public:
    explicit Selection(Session& session, QObject* parent = nullptr);

    // ---- the step ----
    [[nodiscard]] int step() const { return m_now.step; } ///< −1 without a trace
    [[nodiscard]] Granularity granularity() const { return m_now.granularity; }
    [[nodiscard]] const Stops& stops() const { return m_stops; }
    /// The attention layer that the step belongs to, else the one looked at last; −1 when there is none.
    [[nodiscard]] int attention() const { return m_now.attention; }
    /// Whether the step is part of that layer's attention.
    [[nodiscard]] bool inAttention() const;
    [[nodiscard]] bool canGoNext() const;
    [[nodiscard]] bool canGoPrevious() const;

    void setGranularity(Granularity granularity);
    void next(); ///< step over
    void previous();
    void first();
    void last();
    void stepInto();
    void stepOut();
    /// To the following stop with a breakpoint, else to the end.
    void runToBreakpoint();
    void showStop(int index); ///< of the current granularity
    /// The step of the same kind in the layer after (+1) or before (−1).
    void sameInLayer(int direction);
    /// A jump that back() returns from.
    void jumpTo(int step);
    void jumpTo(const CellRef& cell);
    void jumpToHead(int attention, int head);
    /// To the cell that an example of the model points at.
    void lookAt(int example, int look);

    // ---- the cell ----
    /// The cell that stays when the mouse leaves: of the step's result.
    [[nodiscard]] std::optional<CellRef> pinned() const;
    /// A cell of another tensor (an operand, a weight) that was clicked or followed: until the step changes
    /// or a cell of its result is pinned.
    [[nodiscard]] const std::optional<CellRef>& held() const { return m_now.held; }
    /// The hovered cell, if there is one, else the held or the pinned one.
    [[nodiscard]] std::optional<CellRef> focus() const;
    [[nodiscard]] const std::optional<CellRef>& hovered() const { return m_hovered; }
    void hover(const std::optional<CellRef>& cell);
    void pin(const CellRef& cell);
    /// The tensor that is pointed at as a whole, by its symbol in a formula.
    [[nodiscard]] TensorRef pointed() const { return m_pointed; }
    void point(TensorRef tensor);

    [[nodiscard]] int head() const; ///< of the attention layer's heads
    void setHead(int head);
    /// Index of an entry of @p axis in the current coordinates.
    [[nodiscard]] std::int64_t coordinate(const Axis& axis) const;

    /// The position that looks, and the one that is looked at.
    [[nodiscard]] std::int64_t queryToken(StreamIndex stream) const;
    [[nodiscard]] std::int64_t keyToken(StreamIndex stream) const;
    void setQueryToken(StreamIndex stream, std::int64_t position);
    void setKeyToken(StreamIndex stream, std::int64_t position);

    // ---- breakpoints, by step ----
    [[nodiscard]] const std::set<int>& breakpoints() const { return m_breakpoints; }
    void toggleBreakpoint(int step);

    // ---- history of jumps ----
    [[nodiscard]] bool canGoBack() const { return !m_back.empty(); }
    [[nodiscard]] bool canGoForward() const { return !m_forward.empty(); }
    void back();
    void forward();

    /// All of it, to put it back when the views have been made anew.
    struct Memento;
    [[nodiscard]] std::shared_ptr<const Memento> memento() const;
    void restore(const Memento& memento);

signals:
    void stepChanged();  ///< another step, another granularity
    void focusChanged(); ///< another cell, head or token
    void pointedChanged();
    void breakpointsChanged();
    void historyChanged();

private:
    struct Coordinate
    {
        std::int64_t index = 0, size = 1;
    };
    struct State
    {
        int step = -1;
        Granularity granularity = Granularity::Stage;
        int attention = -1;
        std::map<std::string, Coordinate> coordinates;
        std::optional<CellRef> held;
    };

    void modelChanged();
    void traceChanged();
    void go(int step);
    void follow();
    void remember();
    void take(const CellRef& cell);
    void hold(const CellRef& cell);
    void restore(const State& state);
    [[nodiscard]] const Axes* axesOf(TensorRef ref) const;
    [[nodiscard]] int attentionOf(int step) const;

    Session& m_session;
    Stops m_stops;
    State m_now;
    std::optional<CellRef> m_hovered;
    TensorRef m_pointed;
    std::set<int> m_breakpoints;
    std::vector<State> m_back, m_forward;
};

} // namespace headlight
