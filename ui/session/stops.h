// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where 'next step' halts: at every op, at every stage, or at every layer. Stepping into a stage goes on op
// by op, stepping out goes on stage by stage, as in a debugger.

#include "program/program.h"

#include <array>
#include <vector>

namespace headlight {

enum class Granularity { Layer, Stage, Op };

class Stops
{
public:
    Stops() = default;
    explicit Stops(const Program& program);

    struct Stop
    {
        int firstStep = 0, endStep = 0;
        int step = 0; ///< the one that is shown there: what the stage results in
    };

    [[nodiscard]] const std::vector<Stop>& at(Granularity g) const
    {
        return m_stops[static_cast<std::size_t>(g)];
    }
    /// Index of the stop that @p step belongs to.
    [[nodiscard]] int indexOf(Granularity g, int step) const;
    /// The step shown at the following or preceding stop; −1 at the end.
    [[nodiscard]] int next(Granularity g, int step) const;
    [[nodiscard]] int previous(Granularity g, int step) const;
    /// The first finer stop within the one that @p step belongs to, and the coarser one around it.
    [[nodiscard]] int into(Granularity finer, int step) const;
    [[nodiscard]] int outOf(Granularity coarser, int step) const;

private:
    std::array<std::vector<Stop>, 3> m_stops;
};

} // namespace headlight
