// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/program.h"

#include <cassert>

namespace headlight {

Result<std::vector<TensorPtr>> Op::backward(const Operands&, const Tensor&, const Tensor&) const
{
    return fail(ErrorCode::Unsupported, "this op has no gradient yet", std::string(name()));
}

TensorRef Program::find(std::string_view name) const
{
    const auto it = m_names.find(std::string(name));
    return it == m_names.end() ? TensorRef{} : it->second;
}

int Program::findStep(std::string_view hook) const
{
    const TensorRef ref = find(hook);
    return ref.kind == TensorRef::Kind::Step ? ref.index : -1;
}

const std::string& Program::nameOf(TensorRef ref) const
{
    const auto i = static_cast<std::size_t>(ref.index);
    switch (ref.kind) {
    case TensorRef::Kind::Input:
        return inputs[i].name;
    case TensorRef::Kind::Parameter:
        return parameters[i].name;
    default:
        return steps[i].hook;
    }
}

const std::string& Program::symbolOf(TensorRef ref) const
{
    const auto i = static_cast<std::size_t>(ref.index);
    switch (ref.kind) {
    case TensorRef::Kind::Input:
        return inputs[i].name;
    case TensorRef::Kind::Parameter:
        return parameters[i].symbol;
    default:
        return steps[i].symbol;
    }
}

const Axes& Program::axesOf(TensorRef ref) const
{
    const auto i = static_cast<std::size_t>(ref.index);
    switch (ref.kind) {
    case TensorRef::Kind::Input:
        return inputs[i].axes;
    case TensorRef::Kind::Parameter:
        return parameters[i].axes;
    default:
        return steps[i].axes;
    }
}

Result<std::vector<Axes>> Program::inferAxes(const std::vector<Axes>& inputAxes) const
{
    assert(inputAxes.size() == inputs.size());
    std::vector<Axes> all;
    all.reserve(steps.size());
    for (const Step& step : steps) {
        std::vector<Axes> operands;
        operands.reserve(step.operands.size());
        for (const TensorRef ref : step.operands) {
            const auto i = static_cast<std::size_t>(ref.index);
            operands.push_back(ref.kind == TensorRef::Kind::Input       ? inputAxes[i]
                               : ref.kind == TensorRef::Kind::Parameter ? parameters[i].axes
                                                                        : all[i]);
        }
        auto axes = step.op->shape(operands);
        if (!axes) {
            Error error = axes.error();
            error.where = step.hook + (error.where.empty() ? "" : " (" + error.where + ")");
            return tl::unexpected(error);
        }
        all.push_back(std::move(*axes));
    }
    return all;
}

void Program::index()
{
    m_names.clear();
    const auto add = [&](const std::string& name, TensorRef ref) { m_names.emplace(name, ref); };
    for (std::size_t i = 0; i < steps.size(); ++i)
        add(steps[i].hook, {TensorRef::Kind::Step, static_cast<int>(i)});
    for (const auto& [name, ref] : aliases)
        add(name, ref);
    for (std::size_t i = 0; i < inputs.size(); ++i)
        add(inputs[i].name, {TensorRef::Kind::Input, static_cast<int>(i)});
    for (std::size_t i = 0; i < parameters.size(); ++i)
        add(parameters[i].name, {TensorRef::Kind::Parameter, static_cast<int>(i)});
}

} // namespace headlight
