// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A Trace is an immutable value: the tensors of one run. Copies are cheap and share everything. A changed run
// shares every tensor that did not change, so that undo, comparison and what-if are all the same: two Traces.
//
// When all results would not fit the memory budget, the trace keeps the checkpoints (the residual stream) and
// computes the rest again when it is asked for, with the same bits; the caller can't tell.

#include "program/program.h"
#include "run/input.h"
#include "run/override.h"
#include "run/parameters.h"

#include <memory>
#include <vector>

namespace headlight {

class Workers;

class Trace
{
public:
    Trace() = default;

    [[nodiscard]] bool valid() const { return m_data != nullptr; }
    [[nodiscard]] const Program& program() const;
    [[nodiscard]] std::shared_ptr<const Program> sharedProgram() const;
    [[nodiscard]] const ModelInput& input() const;
    [[nodiscard]] const Overrides& overrides() const;

    /// Whether the run has come past this step (lazy steps count with their neighbours).
    [[nodiscard]] bool reached(int step) const;
    /// Whether the tensor is in memory, so that tensor() returns at once.
    [[nodiscard]] bool kept(int step) const;

    /// The tensor; computed again when it is not kept. NotFound for a step that the run has not reached.
    /// Thread-safe.
    [[nodiscard]] Result<TensorPtr> tensor(TensorRef ref) const;
    [[nodiscard]] Result<TensorPtr> step(int index) const { return tensor({TensorRef::Kind::Step, index}); }
    /// By hook, alias, input or parameter name.
    [[nodiscard]] Result<TensorPtr> tensor(std::string_view name) const;
    /// The operands of a step, in order.
    [[nodiscard]] Result<std::vector<TensorPtr>> operands(int step) const;
    /// The op that made the step in this run: the program's, or an override's.
    [[nodiscard]] OpPtr op(int step) const;

    /// How @p cell of a step follows from its operands in this run: what the step's op derives, unless a
    /// change has put something else into the cell. @p operands are operands(step).
    [[nodiscard]] Derivation derive(int step, const Operands& operands, const Cell& cell) const;

    /// Axes of a step for this input.
    [[nodiscard]] const Axes& axes(int step) const;

    /// The label of a position of a stream.
    [[nodiscard]] std::string label(StreamIndex stream, std::int64_t position) const;
    /// The label of an entry of an axis. Patches before [CLS] stands in front of them have no entry for it.
    [[nodiscard]] std::string label(const Axis& axis, std::int64_t index) const;
    /// Labels of an axis: tokens for positions, the model's names where it has them, else numbers.
    [[nodiscard]] std::vector<std::string> labels(const Axis& axis) const;

    /// Bytes of the kept results.
    [[nodiscard]] std::size_t keptBytes() const;

private:
    friend class Execution;
    struct Data;
    explicit Trace(std::shared_ptr<const Data> data)
        : m_data(std::move(data))
    {
    }
    std::shared_ptr<const Data> m_data;
};

/// Formula of a derivation with the step's own symbols in place of {0}, {1}, {r}.
[[nodiscard]] std::string withSymbols(const std::string& formula, const Program& program, int step);

} // namespace headlight
