// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Builds a Program step by step. Families (and their shared blocks) call it; it checks every axis while it
// goes. The first error sticks, later calls do nothing, and finish() returns it: so a family reads like a
// list.

#include "program/program.h"

#include <optional>

namespace headlight {

class ProgramBuilder
{
public:
    explicit ProgramBuilder(std::string family);

    StreamIndex stream(Stream stream);
    [[nodiscard]] Stream& streamAt(StreamIndex index)
    {
        return m_program.streams[static_cast<std::size_t>(index)];
    }

    TensorRef input(std::string name, Axes axes, bool optional = false, int choices = 0);

    /// A parameter by its hook-style name; @p axes give the view's meaning, sizes come from @p source. A
    /// second call with the same name returns the first one's reference (tied weights).
    TensorRef parameter(std::string name, std::string symbol, Axes axes, Slice source);

    struct StepOptions
    {
        bool checkpoint = false;
        bool lazy = false;
    };
    TensorRef step(std::string hook, std::string symbol, OpPtr op, std::vector<TensorRef> operands,
                   StepOptions options);
    TensorRef step(std::string hook, std::string symbol, OpPtr op, std::vector<TensorRef> operands)
    {
        return step(std::move(hook), std::move(symbol), std::move(op), std::move(operands), StepOptions{});
    }
    /// The residual stream and other results that everything after them can be computed from.
    TensorRef checkpoint(std::string hook, std::string symbol, OpPtr op, std::vector<TensorRef> operands)
    {
        return step(std::move(hook), std::move(symbol), std::move(op), std::move(operands),
                    StepOptions{true, false});
    }

    void alias(std::string name, TensorRef ref);

    /// Steps added between begin and end belong to the stage; stages nest.
    void beginStage(std::string key, std::string title, int number = -1);
    void endStage();

    void attention(AttentionLayer layer) { m_program.attention.push_back(std::move(layer)); }
    void prediction(Prediction prediction) { m_program.prediction = prediction; }
    /// The next segment's @p input is this one's @p step.
    void carry(TensorRef step, TensorRef input) { m_program.carried.push_back({step.index, input.index}); }
    /// Names a checkpoint tensor that is rightly not used.
    void ignore(std::string tensor) { m_program.ignored.push_back(std::move(tensor)); }

    void error(Error e);
    [[nodiscard]] bool failed() const { return m_error.has_value(); }

    [[nodiscard]] const Axes& axesOf(TensorRef ref) const;
    [[nodiscard]] const Program& program() const { return m_program; }

    [[nodiscard]] Result<std::shared_ptr<const Program>> finish();

private:
    Program m_program;
    std::vector<int> m_openStages;
    std::optional<Error> m_error;
};

/// A stage for as long as the object lives.
class StageScope
{
public:
    StageScope(ProgramBuilder& builder, std::string key, std::string title, int number = -1)
        : m_builder(builder)
    {
        m_builder.beginStage(std::move(key), std::move(title), number);
    }
    ~StageScope() { m_builder.endStage(); }
    StageScope(const StageScope&) = delete;
    StageScope& operator=(const StageScope&) = delete;

private:
    ProgramBuilder& m_builder;
};

} // namespace headlight
