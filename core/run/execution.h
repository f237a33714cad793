// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Runs a program on an input, a step at a time or all at once, with the same bits either way.

#include "run/trace.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>

namespace headlight {

struct RunOptions
{
    Overrides overrides;
    /// A run of the same program to share unchanged tensors with.
    Trace base;
    /// When all results together are larger, only checkpoints stay in memory.
    std::uint64_t memoryBudget = 768ULL << 20;
};

class Execution
{
public:
    using Progress = std::function<void(int done, int total)>;

    /// Checks the input against the program. Errors: TooLong, BadInput (ids out of range, empty), BadShape,
    /// NotFound (an override's target), TooLarge.
    [[nodiscard]] static Result<Execution> start(std::shared_ptr<const Program> program,
                                                 std::shared_ptr<const Parameters> parameters,
                                                 ModelInput input, std::shared_ptr<Workers> workers,
                                                 RunOptions options = {});

    [[nodiscard]] int position() const { return m_position; } ///< the next step
    [[nodiscard]] bool atEnd() const;

    /// Computes the next step. Errors come from the checkpoint (a tensor that can't be converted).
    [[nodiscard]] Result<void> step();
    /// Computes up to and with @p lastStep. Cancelled between steps when @p stop is requested: the steps so
    /// far stay, the execution can go on later.
    [[nodiscard]] Result<void> runTo(int lastStep, std::stop_token stop = {}, const Progress& progress = {});
    [[nodiscard]] Result<void> run(std::stop_token stop = {}, const Progress& progress = {});

    /// The tensors so far.
    [[nodiscard]] Trace trace() const;

    /// Steps really computed, shared and identical ones not counted.
    [[nodiscard]] int executedSteps() const { return m_executed; }

private:
    Execution() = default;
    static Result<void> takeOverrides(Trace::Data& data);
    static Result<void> checkOverride(const Trace::Data& data, int step, const Override& o);
    static std::vector<char> reusableSteps(const Trace::Data& mine, const Trace::Data& base);

    std::shared_ptr<Trace::Data> m_data;
    std::vector<char> m_reuse;  ///< steps that the base already has
    std::vector<int> m_lastUse; ///< the last step that reads a result
    Trace m_base;
    bool m_keepAll = true;
    int m_position = 0;
    int m_executed = 0;
};

/// The whole run in one call.
[[nodiscard]] Result<Trace> runModel(std::shared_ptr<const Program> program,
                                     std::shared_ptr<const Parameters> parameters, ModelInput input,
                                     std::shared_ptr<Workers> workers, RunOptions options = {});

} // namespace headlight
