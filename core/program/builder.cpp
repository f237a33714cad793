// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/builder.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace headlight {

ProgramBuilder::ProgramBuilder(std::string family)
{
    m_program.family = std::move(family);
}

StreamIndex ProgramBuilder::stream(Stream stream)
{
    m_program.streams.push_back(std::move(stream));
    return static_cast<StreamIndex>(m_program.streams.size()) - 1;
}

TensorRef ProgramBuilder::input(std::string name, Axes axes, bool optional, int choices)
{
    m_program.inputs.push_back({std::move(name), std::move(axes), optional, choices});
    return {TensorRef::Kind::Input, static_cast<int>(m_program.inputs.size()) - 1};
}

TensorRef ProgramBuilder::parameter(std::string name, std::string symbol, Axes axes, Slice source)
{
    for (std::size_t i = 0; i < m_program.parameters.size(); ++i)
        if (m_program.parameters[i].name == name)
            return {TensorRef::Kind::Parameter, static_cast<int>(i)};
    if (axes.size() != source.sizes.size()) {
        error({ErrorCode::BadShape,
               "expected " + std::to_string(axes.size()) + " axes, found " +
                   std::to_string(source.sizes.size()),
               name});
        return {};
    }
    for (std::size_t i = 0; i < axes.size(); ++i)
        axes[i].size = source.sizes[i];
    m_program.parameters.push_back({std::move(name), std::move(symbol), std::move(axes), std::move(source)});
    return {TensorRef::Kind::Parameter, static_cast<int>(m_program.parameters.size()) - 1};
}

TensorRef ProgramBuilder::step(std::string hook, std::string symbol, OpPtr op,
                               std::vector<TensorRef> operands, StepOptions options)
{
    if (failed())
        return {};
    std::vector<Axes> shapes;
    for (const TensorRef ref : operands) {
        if (!ref.valid()) {
            error({ErrorCode::BadShape, "an operand is missing", hook});
            return {};
        }
        shapes.push_back(m_program.axesOf(ref));
    }
    auto axes = op->shape(shapes);
    if (!axes) {
        Error e = axes.error();
        e.where = hook + (e.where.empty() ? "" : " (" + e.where + ")");
        error(std::move(e));
        return {};
    }
    Step step;
    step.hook = std::move(hook);
    step.symbol = std::move(symbol);
    step.op = std::move(op);
    step.operands = std::move(operands);
    // What a step makes has not the name of what it is made from: X + A = X′, and X′ + M is the next X.
    const auto same = [&](const TensorRef ref) {
        return ref.kind == TensorRef::Kind::Step && m_program.symbolOf(ref) == step.symbol;
    };
    if (std::any_of(step.operands.begin(), step.operands.end(), same))
        step.symbol += "′";
    step.axes = std::move(*axes);
    step.stage = m_openStages.empty() ? -1 : m_openStages.back();
    step.checkpoint = options.checkpoint;
    step.lazy = options.lazy;
    m_program.steps.push_back(std::move(step));
    return {TensorRef::Kind::Step, static_cast<int>(m_program.steps.size()) - 1};
}

void ProgramBuilder::alias(std::string name, TensorRef ref)
{
    // Families give every layer's input its name in a loop; the first layer's may have it already.
    if (ref.valid() && m_program.nameOf(ref) != name)
        m_program.aliases.emplace_back(std::move(name), ref);
}

void ProgramBuilder::beginStage(std::string key, std::string title, int number)
{
    Stage stage;
    stage.key = std::move(key);
    stage.title = std::move(title);
    stage.number = number;
    stage.parent = m_openStages.empty() ? -1 : m_openStages.back();
    stage.firstStep = static_cast<int>(m_program.steps.size());
    stage.endStep = stage.firstStep;
    const int index = static_cast<int>(m_program.stages.size());
    if (stage.parent < 0)
        m_program.topStages.push_back(index);
    else
        m_program.stages[static_cast<std::size_t>(stage.parent)].children.push_back(index);
    m_program.stages.push_back(std::move(stage));
    m_openStages.push_back(index);
}

void ProgramBuilder::endStage()
{
    m_program.stages[static_cast<std::size_t>(m_openStages.back())].endStep =
        static_cast<int>(m_program.steps.size());
    m_openStages.pop_back();
}

void ProgramBuilder::error(Error e)
{
    if (!m_error)
        m_error = std::move(e);
}

const Axes& ProgramBuilder::axesOf(TensorRef ref) const
{
    static const Axes none;
    return ref.valid() ? m_program.axesOf(ref) : none;
}

namespace {

/// A name that stood for two tensors would be exported twice and found once.
Result<void> namesAreUnique(const Program& program)
{
    std::unordered_set<std::string_view> seen;
    const auto add = [&](const std::string& name) { return seen.insert(name).second; };
    const auto twice = [](const std::string& name) {
        return fail(ErrorCode::Unsupported, "expected a name for one tensor, found it for two", name);
    };
    for (const Step& step : program.steps)
        if (!add(step.hook))
            return twice(step.hook);
    for (const auto& [name, ref] : program.aliases)
        if (!add(name))
            return twice(name);
    for (const InputSpec& input : program.inputs)
        if (!add(input.name))
            return twice(input.name);
    for (const ParameterSpec& parameter : program.parameters)
        if (!add(parameter.name))
            return twice(parameter.name);
    return {};
}

} // namespace

Result<std::shared_ptr<const Program>> ProgramBuilder::finish()
{
    if (m_error)
        return tl::unexpected(*m_error);
    if (auto ok = namesAreUnique(m_program); !ok)
        return tl::unexpected(ok.error());
    m_program.index();
    return std::make_shared<const Program>(std::move(m_program));
}

} // namespace headlight
