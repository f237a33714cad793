// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/trace.h"

#include "run/trace_data.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace headlight {

namespace {

constexpr std::size_t recomputedBudget = 256ULL << 20;

} // namespace

OpPtr Trace::Data::opOf(int step) const
{
    const auto i = static_cast<std::size_t>(step);
    OpPtr op = program->steps[i].op;
    for (const OverridePtr& o : stepOverrides[i])
        if (const auto* replace = std::get_if<Override::ReplaceOp>(&o->change))
            op = replace->op;
    return op;
}

Result<TensorPtr> Trace::Data::source(TensorRef ref) const
{
    if (ref.kind == TensorRef::Kind::Input)
        return input.tensors[static_cast<std::size_t>(ref.index)];
    if (const auto it = changedParameters.find(ref.index); it != changedParameters.end())
        return it->second;
    return parameters->tensor(ref.index);
}

Result<TensorPtr> Trace::Data::compute(int step, const std::vector<TensorPtr>& operands) const
{
    const OpPtr op = opOf(step);
    TensorPtr result;
    if (op->isIdentity()) {
        result = operands.front();
    } else {
        Operands plain;
        for (const TensorPtr& t : operands)
            plain.push_back(t.get());
        auto made = std::make_shared<Tensor>(axes[static_cast<std::size_t>(step)]);
        op->forward(plain, *made, *workers);
        result = std::move(made);
    }
    for (const OverridePtr& o : stepOverrides[static_cast<std::size_t>(step)])
        result = applied(*o, std::move(result), operands);
    return result;
}

const Program& Trace::program() const
{
    return *m_data->program;
}

std::shared_ptr<const Program> Trace::sharedProgram() const
{
    return m_data->program;
}

const ModelInput& Trace::input() const
{
    return m_data->input;
}

const Overrides& Trace::overrides() const
{
    return m_data->overrides;
}

bool Trace::reached(int step) const
{
    return m_data && step < m_data->reached;
}

bool Trace::kept(int step) const
{
    if (!m_data)
        return false;
    if (m_data->results[static_cast<std::size_t>(step)])
        return true;
    const std::lock_guard lock(m_data->again->mutex);
    return std::any_of(m_data->again->recent.begin(), m_data->again->recent.end(),
                       [&](const auto& entry) { return entry.first == step; });
}

Result<TensorPtr> Trace::tensor(TensorRef ref) const
{
    const Data& data = *m_data;
    if (!ref.valid() || ref.index < 0) // attention that came as patterns has no queries, keys and values
        return fail(ErrorCode::NotFound, "no such tensor");
    if (ref.kind != TensorRef::Kind::Step)
        return data.source(ref);
    if (const TensorPtr& kept = data.results[static_cast<std::size_t>(ref.index)])
        return kept;
    if (!reached(ref.index))
        return fail(ErrorCode::NotFound, "this step has not been computed yet",
                    data.program->steps[static_cast<std::size_t>(ref.index)].hook);

    Data::Recomputed& again = *data.again;
    const std::lock_guard lock(again.mutex);
    std::unordered_map<int, TensorPtr> known;
    for (auto it = again.recent.begin(); it != again.recent.end(); ++it) {
        if (it->first == ref.index) {
            again.recent.splice(again.recent.begin(), again.recent, it);
            return again.recent.front().second;
        }
        known.emplace(it->first, it->second);
    }

    // What is missing between this step and the nearest kept results, in program order.
    std::set<int> missing;
    std::vector<int> open{ref.index};
    while (!open.empty()) {
        const int step = open.back();
        open.pop_back();
        if (data.results[static_cast<std::size_t>(step)] || known.contains(step) ||
            !missing.insert(step).second)
            continue;
        for (const TensorRef operand : data.program->steps[static_cast<std::size_t>(step)].operands)
            if (operand.kind == TensorRef::Kind::Step)
                open.push_back(operand.index);
    }
    TensorPtr wanted;
    for (const int step : missing) {
        std::vector<TensorPtr> operands;
        for (const TensorRef operand : data.program->steps[static_cast<std::size_t>(step)].operands) {
            if (operand.kind != TensorRef::Kind::Step) {
                auto source = data.source(operand);
                if (!source)
                    return source;
                operands.push_back(*source);
            } else if (const TensorPtr& kept = data.results[static_cast<std::size_t>(operand.index)]) {
                operands.push_back(kept);
            } else {
                operands.push_back(known.at(operand.index));
            }
        }
        auto result = data.compute(step, operands);
        if (!result)
            return result;
        known[step] = *result;
        again.recent.emplace_front(step, *result);
        again.bytes += (*result)->ownedBytes();
        wanted = *result;
    }
    while (again.bytes > recomputedBudget && again.recent.size() > 1) {
        again.bytes -= again.recent.back().second->ownedBytes();
        again.recent.pop_back();
    }
    return wanted;
}

Result<TensorPtr> Trace::tensor(std::string_view name) const
{
    const TensorRef ref = m_data->program->find(name);
    if (!ref.valid())
        return fail(ErrorCode::NotFound, "no tensor of this name in the program", std::string(name));
    return tensor(ref);
}

Result<std::vector<TensorPtr>> Trace::operands(int step) const
{
    std::vector<TensorPtr> all;
    for (const TensorRef ref : m_data->program->steps[static_cast<std::size_t>(step)].operands) {
        auto operand = tensor(ref);
        if (!operand)
            return tl::unexpected(operand.error());
        all.push_back(std::move(*operand));
    }
    return all;
}

OpPtr Trace::op(int step) const
{
    return m_data->opOf(step);
}

Derivation Trace::derive(int step, const Operands& operands, const Cell& cell) const
{
    const auto& changes = m_data->stepOverrides[static_cast<std::size_t>(step)];
    const auto constant = [](std::string formula, double value, std::string shown = {}) {
        return Derivation{std::move(formula), {{"{r}", Expr::constant(value, std::move(shown))}}};
    };
    // The last change of a cell is the one that is seen.
    for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
        const auto& kind = (*change)->change;
        if (const auto* edit = std::get_if<Override::EditCells>(&kind)) {
            for (auto one = edit->cells.rbegin(); one != edit->cells.rend(); ++one)
                if (one->first == cell)
                    return constant("{r} is set by hand", static_cast<double>(one->second));
        } else if (const auto* ablate = std::get_if<Override::Ablate>(&kind)) {
            const int at = findAxis(axes(step), ablate->axis);
            if (at < 0 || cell[static_cast<std::size_t>(at)] != ablate->index)
                continue;
            const std::string which = ablate->axis + " " + std::to_string(ablate->index);
            if (!ablate->mean)
                return constant("{r} = 0: " + which + " is off", 0);
            const auto stored = this->step(step);
            return constant("{r} = its mean over all positions: " + which + " is averaged",
                            stored ? static_cast<double>((*stored)->at(cell)) : 0, "mean");
        } else if (std::holds_alternative<Override::PassFirst>(kind)) {
            return {"{r} = {0}", {{"{r}", Expr::at(0, cell)}}};
        }
    }
    return op(step)->derive(operands, cell);
}

const Axes& Trace::axes(int step) const
{
    return m_data->axes[static_cast<std::size_t>(step)];
}

std::string Trace::label(StreamIndex stream, std::int64_t position) const
{
    const auto s = static_cast<std::size_t>(stream);
    if (stream >= 0 && s < m_data->input.streams.size()) {
        const auto& labels = m_data->input.streams[s].labels;
        if (position >= 0 && static_cast<std::size_t>(position) < labels.size())
            return labels[static_cast<std::size_t>(position)].text;
        if (const Stream& memory = m_data->program->streams[s]; memory.kind == Stream::Kind::Memory)
            return position < memory.memoryLength ? std::to_string(position - memory.memoryLength)
                                                  : label(memory.text, position - memory.memoryLength);
    }
    return std::to_string(position);
}

std::string Trace::label(const Axis& a, std::int64_t index) const
{
    if (a.isPositions()) {
        const auto s = static_cast<std::size_t>(a.stream);
        if (s < m_data->program->streams.size() && s < m_data->input.streams.size()) {
            const std::int64_t leading = m_data->program->streams[s].leadingTokens;
            const auto all = static_cast<std::int64_t>(m_data->input.streams[s].labels.size());
            if (leading > 0 && a.size == all - leading)
                index += leading;
        }
        return label(a.stream, index);
    }
    if (a.labels && index >= 0 && static_cast<std::size_t>(index) < a.labels->size())
        return (*a.labels)[static_cast<std::size_t>(index)];
    return std::to_string(index);
}

std::vector<std::string> Trace::labels(const Axis& a) const
{
    std::vector<std::string> all;
    all.reserve(static_cast<std::size_t>(std::max<std::int64_t>(a.size, 0)));
    for (std::int64_t i = 0; i < a.size; ++i)
        all.push_back(label(a, i));
    return all;
}

std::size_t Trace::keptBytes() const
{
    std::set<const Tensor*> seen;
    std::size_t bytes = 0;
    for (const TensorPtr& t : m_data->results)
        if (t && seen.insert(t.get()).second)
            bytes += t->ownedBytes();
    return bytes;
}

std::string withSymbols(const std::string& formula, const Program& program, int step)
{
    const Step& s = program.steps[static_cast<std::size_t>(step)];
    std::string text;
    for (std::size_t i = 0; i < formula.size(); ++i) {
        if (formula[i] == '{' && i + 2 < formula.size() && formula[i + 2] == '}') {
            const char which = formula[i + 1];
            if (which == 'r')
                text += s.symbol;
            else if (const auto operand = static_cast<std::size_t>(which - '0'); operand < s.operands.size())
                text += program.symbolOf(s.operands[operand]);
            i += 2;
        } else {
            text += formula[i];
        }
    }
    return text;
}

} // namespace headlight
