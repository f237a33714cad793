// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/stops.h"

#include <algorithm>

namespace headlight {

namespace {

/// The numbered stage (a layer) around a step, else its innermost stage.
int layerOf(const Program& program, int stage)
{
    for (int s = stage; s >= 0; s = program.stages[static_cast<std::size_t>(s)].parent)
        if (program.stages[static_cast<std::size_t>(s)].number >= 0)
            return s;
    return stage;
}

/// A stage is shown by its last result when that builds on the others, else by its first: queries before
/// keys and values.
int shownStep(const Program& program, int first, int end)
{
    std::vector<int> computed;
    for (int i = first; i < end; ++i)
        if (!program.steps[static_cast<std::size_t>(i)].lazy)
            computed.push_back(i);
    if (computed.empty())
        return first;
    const int last = computed.back();
    const auto& operands = program.steps[static_cast<std::size_t>(last)].operands;
    const bool builds = std::any_of(operands.begin(), operands.end(), [&](TensorRef ref) {
        return ref.kind == TensorRef::Kind::Step && ref.index >= first && ref.index < end;
    });
    return builds ? last : computed.front();
}

} // namespace

Stops::Stops(const Program& program)
{
    const int count = static_cast<int>(program.steps.size());
    const auto group = [&](Granularity g, auto keyOf) {
        auto& stops = m_stops[static_cast<std::size_t>(g)];
        for (int i = 0; i < count;) {
            int end = i + 1;
            while (end < count && keyOf(end) == keyOf(i))
                ++end;
            stops.push_back({i, end, shownStep(program, i, end)});
            i = end;
        }
    };
    const auto stageOf = [&](int step) { return program.steps[static_cast<std::size_t>(step)].stage; };
    group(Granularity::Layer, [&](int step) { return layerOf(program, stageOf(step)); });
    group(Granularity::Stage, stageOf);
    auto& ops = m_stops[static_cast<std::size_t>(Granularity::Op)];
    int begin = 0;
    for (int i = 0; i < count; ++i) {
        // A side step is no stop of its own; it lies on the way to the next one.
        if (program.steps[static_cast<std::size_t>(i)].lazy && i + 1 < count)
            continue;
        ops.push_back({begin, i + 1, i});
        begin = i + 1;
    }
}

int Stops::indexOf(Granularity g, int step) const
{
    const auto& stops = at(g);
    const auto it = std::upper_bound(stops.begin(), stops.end(), step,
                                     [](int s, const Stop& stop) { return s < stop.endStep; });
    return static_cast<int>(std::min(it, stops.end() - (stops.empty() ? 0 : 1)) - stops.begin());
}

int Stops::next(Granularity g, int step) const
{
    const auto i = static_cast<std::size_t>(indexOf(g, step)) + 1;
    return i < at(g).size() ? at(g)[i].step : -1;
}

int Stops::previous(Granularity g, int step) const
{
    const int i = indexOf(g, step) - 1;
    return i >= 0 && static_cast<std::size_t>(i) < at(g).size() ? at(g)[static_cast<std::size_t>(i)].step
                                                                : -1;
}

int Stops::into(Granularity finer, int step) const
{
    const auto coarser = static_cast<Granularity>(static_cast<int>(finer) - 1);
    if (at(finer).empty())
        return step;
    const int first = at(coarser)[static_cast<std::size_t>(indexOf(coarser, step))].firstStep;
    return at(finer)[static_cast<std::size_t>(indexOf(finer, first))].step;
}

int Stops::outOf(Granularity coarser, int step) const
{
    return at(coarser).empty() ? step : at(coarser)[static_cast<std::size_t>(indexOf(coarser, step))].step;
}

} // namespace headlight
