// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/execution.h"

#include "run/trace_data.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace headlight {

namespace {

/// "300", "0.5", "nan"
std::string numberText(float number)
{
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.9g", static_cast<double>(number));
    return text.data();
}

Result<void> checkInput(const Program& program, ModelInput& input)
{
    input.tensors.resize(program.inputs.size());
    input.streams.resize(program.streams.size());
    for (std::size_t i = 0; i < program.inputs.size(); ++i) {
        const InputSpec& spec = program.inputs[i];
        if (!input.tensors[i]) {
            if (!spec.optional)
                return fail(ErrorCode::BadInput, "expected " + describe(spec.axes) + ", found nothing",
                            spec.name);
            continue;
        }
        const Axes& axes = input.tensors[i]->axes();
        bool fits = axes.size() == spec.axes.size();
        for (std::size_t a = 0; fits && a < axes.size(); ++a)
            fits = axes[a].fits(spec.axes[a]) && axes[a].size >= 0;
        if (!fits)
            return fail(ErrorCode::BadShape, "expected " + describe(spec.axes) + ", found " + describe(axes),
                        spec.name);
        for (std::int64_t n = 0; spec.choices > 0 && n < input.tensors[i]->count(); ++n) {
            const float value = (*input.tensors[i])[n];
            if (!(value >= 0 && value < static_cast<float>(spec.choices) && value == std::floor(value)))
                return fail(ErrorCode::BadInput,
                            "expected whole numbers from 0 to " + std::to_string(spec.choices - 1) +
                                ", found " + numberText(value) + " at position " + std::to_string(n),
                            spec.name);
        }
    }
    for (const Stream& stream : program.streams) {
        if (stream.kind != Stream::Kind::Tokens || stream.ids.kind != TensorRef::Kind::Input)
            continue;
        const TensorPtr& ids = input.tensors[static_cast<std::size_t>(stream.ids.index)];
        if (!ids || ids->count() == 0)
            return fail(ErrorCode::BadInput, "expected at least one token, found none", stream.name);
        if (stream.contextLength > 0 && ids->count() > stream.contextLength)
            return fail(ErrorCode::TooLong,
                        "expected at most " + std::to_string(stream.contextLength) +
                            " tokens (the model's context), found " + std::to_string(ids->count()),
                        stream.name);
        for (std::int64_t i = 0; i < ids->count(); ++i) {
            const float id = (*ids)[i];
            if (!(id >= 0 && id < static_cast<float>(stream.vocabulary) && id == std::floor(id)))
                return fail(ErrorCode::BadInput,
                            "expected token ids from 0 to " + std::to_string(stream.vocabulary - 1) +
                                ", found " + numberText(id) + " at position " + std::to_string(i),
                            stream.name);
        }
    }
    return {};
}

/// Optional inputs that are not given are zeros, as long as the stream that they belong to.
void fillOptional(const Program& program, ModelInput& input)
{
    for (std::size_t i = 0; i < program.inputs.size(); ++i) {
        if (input.tensors[i])
            continue;
        Axes axes = program.inputs[i].axes;
        for (Axis& a : axes)
            if (a.size == anySize && a.isPositions()) {
                const TensorRef ids = program.streams[static_cast<std::size_t>(a.stream)].ids;
                const TensorPtr& other = input.tensors[static_cast<std::size_t>(ids.index)];
                a.size = other ? other->size(0) : 0;
            }
        input.tensors[i] = std::make_shared<const Tensor>(std::move(axes));
    }
}

/// In floating point, since a hostile config can make the product overflow any integer.
double bytesOf(const Axes& axes)
{
    double count = sizeof(float);
    for (const Axis& a : axes)
        count *= static_cast<double>(a.size);
    return count;
}

double physicalMemory()
{
    return static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

bool sameNumbers(const TensorPtr& a, const TensorPtr& b)
{
    if (a == b)
        return true;
    if (!a || !b || describe(a->axes()) != describe(b->axes()) || !a->isDense() || !b->isDense())
        return false;
    return std::memcmp(a->data(), b->data(), static_cast<std::size_t>(a->count()) * sizeof(float)) == 0;
}

} // namespace

/// Hands each override to its step, and applies those of inputs and parameters at once.
Result<void> Execution::takeOverrides(Trace::Data& data)
{
    const auto change = [](const Override& o, TensorPtr& tensor) -> Result<void> {
        if (auto ok = checkCells(o, tensor->axes()); !ok)
            return ok;
        tensor = applied(o, tensor, {});
        return {};
    };
    for (const OverridePtr& o : data.overrides) {
        const TensorRef target = data.program->find(o->target);
        const bool edit = std::holds_alternative<Override::EditCells>(o->change);
        if (!target.valid() || (target.kind != TensorRef::Kind::Step && !edit))
            return fail(ErrorCode::NotFound, "no step of this name to change", o->target);
        if (target.kind == TensorRef::Kind::Step) {
            data.stepOverrides[static_cast<std::size_t>(target.index)].push_back(o);
            continue;
        }
        if (target.kind == TensorRef::Kind::Input) {
            if (auto ok = change(*o, data.input.tensors[static_cast<std::size_t>(target.index)]); !ok)
                return ok;
            continue;
        }
        auto& changed = data.changedParameters[target.index];
        if (!changed) {
            auto original = data.parameters->tensor(target.index);
            if (!original)
                return tl::unexpected(original.error());
            changed = *original;
        }
        if (auto ok = change(*o, changed); !ok)
            return ok;
    }
    return {};
}

/// Whether a change of a step makes sense for this input's axes.
Result<void> Execution::checkOverride(const Trace::Data& data, int step, const Override& o)
{
    const Axes& axes = data.axes[static_cast<std::size_t>(step)];
    std::vector<Axes> operands;
    for (const TensorRef ref : data.program->steps[static_cast<std::size_t>(step)].operands) {
        const auto at = static_cast<std::size_t>(ref.index);
        operands.push_back(ref.kind == TensorRef::Kind::Step    ? data.axes[at]
                           : ref.kind == TensorRef::Kind::Input ? data.input.tensors[at]->axes()
                                                                : data.program->parameters[at].axes);
    }
    const auto mustGive = [&](const Axes& found) -> Result<void> {
        if (describe(found) == describe(axes))
            return {};
        return fail(ErrorCode::BadShape,
                    "expected a change that gives " + describe(axes) + ", found " + describe(found),
                    o.target);
    };
    if (const auto* replace = std::get_if<Override::ReplaceOp>(&o.change)) {
        auto found = replace->op->shape(operands);
        if (!found) {
            Error error = found.error();
            if (error.where.empty())
                error.where = o.target;
            return tl::unexpected(std::move(error));
        }
        return mustGive(*found);
    }
    if (std::holds_alternative<Override::PassFirst>(o.change))
        return mustGive(operands.empty() ? Axes{} : operands.front());
    return checkCells(o, axes);
}

/// Marks the steps that the base has already: nothing that they depend on, and no override of their own,
/// differs.
std::vector<char> Execution::reusableSteps(const Trace::Data& mine, const Trace::Data& base)
{
    const auto changedIn = [](const Trace::Data& data, int index) {
        const auto it = data.changedParameters.find(index);
        return it == data.changedParameters.end() ? nullptr : it->second;
    };
    std::vector<char> inputSame;
    for (std::size_t i = 0; i < mine.input.tensors.size(); ++i)
        inputSame.push_back(sameNumbers(mine.input.tensors[i], base.input.tensors[i]));
    std::vector<char> reuse(mine.program->steps.size(), 0);
    for (std::size_t i = 0; i < reuse.size(); ++i) {
        bool same = static_cast<int>(i) < base.reached && mine.stepOverrides[i] == base.stepOverrides[i];
        for (const TensorRef ref : mine.program->steps[i].operands) {
            if (!same)
                break;
            const auto at = static_cast<std::size_t>(ref.index);
            same = ref.kind == TensorRef::Kind::Step ? reuse[at] != 0
                   : ref.kind == TensorRef::Kind::Input
                       ? inputSame[at] != 0
                       : sameNumbers(changedIn(mine, ref.index), changedIn(base, ref.index));
        }
        reuse[i] = same;
    }
    return reuse;
}

Result<Execution> Execution::start(std::shared_ptr<const Program> program,
                                   std::shared_ptr<const Parameters> parameters, ModelInput input,
                                   std::shared_ptr<Workers> workers, RunOptions options)
{
    if (auto ok = checkInput(*program, input); !ok)
        return tl::unexpected(ok.error());
    fillOptional(*program, input);

    auto data = std::make_shared<Trace::Data>();
    const std::size_t steps = program->steps.size();
    data->stepOverrides.resize(steps);
    data->program = program;
    data->parameters = std::move(parameters);
    data->workers = std::move(workers);
    data->input = std::move(input);
    data->overrides = std::move(options.overrides);
    if (auto ok = takeOverrides(*data); !ok)
        return tl::unexpected(ok.error());
    if (auto ok = checkInput(*program, data->input); !ok)
        return tl::unexpected(ok.error());

    std::vector<Axes> inputAxes;
    for (const TensorPtr& t : data->input.tensors)
        inputAxes.push_back(t->axes());
    auto axes = program->inferAxes(inputAxes);
    if (!axes)
        return tl::unexpected(axes.error());
    data->axes = std::move(*axes);
    data->results.resize(steps);
    for (std::size_t i = 0; i < steps; ++i)
        for (const OverridePtr& o : data->stepOverrides[i])
            if (auto ok = checkOverride(*data, static_cast<int>(i), *o); !ok)
                return tl::unexpected(ok.error());

    Execution run;

    double bytes = 0;
    for (std::size_t i = 0; i < steps; ++i) {
        const double own = bytesOf(data->axes[i]);
        if (own > physicalMemory() / 2)
            return fail(ErrorCode::TooLarge,
                        "expected a result that fits half of this machine's memory, found " +
                            describe(data->axes[i]) + ", " +
                            std::to_string(static_cast<std::int64_t>(own / (1 << 20))) + " MB",
                        program->steps[i].hook);
        if (!program->steps[i].lazy)
            bytes += own;
    }
    run.m_keepAll = bytes <= static_cast<double>(options.memoryBudget);

    run.m_lastUse.assign(steps, -1);
    for (std::size_t i = 0; i < steps; ++i)
        for (const TensorRef ref : program->steps[i].operands)
            if (ref.kind == TensorRef::Kind::Step && !program->steps[i].lazy)
                run.m_lastUse[static_cast<std::size_t>(ref.index)] = static_cast<int>(i);

    run.m_reuse.assign(steps, 0);
    if (options.base.valid() && options.base.m_data->program == program &&
        options.base.m_data->parameters == data->parameters) {
        run.m_reuse = reusableSteps(*data, *options.base.m_data);
        run.m_base = options.base;
    }
    run.m_data = std::move(data);
    return run;
}

bool Execution::atEnd() const
{
    return m_position >= static_cast<int>(m_data->program->steps.size());
}

Result<void> Execution::step()
{
    const auto index = static_cast<std::size_t>(m_position);
    const Step& step = m_data->program->steps[index];
    if (m_reuse[index]) {
        m_data->results[index] = m_base.m_data->results[index];
    } else if (!step.lazy) {
        std::vector<TensorPtr> operands;
        for (const TensorRef ref : step.operands) {
            Result<TensorPtr> operand = nullptr;
            if (ref.kind != TensorRef::Kind::Step)
                operand = m_data->source(ref);
            else if (const TensorPtr& kept = m_data->results[static_cast<std::size_t>(ref.index)])
                operand = kept;
            else // shared with a base that did not keep it
                operand = Trace(m_data).tensor(ref);
            if (!operand)
                return tl::unexpected(operand.error());
            operands.push_back(std::move(*operand));
        }
        auto result = m_data->compute(m_position, operands);
        if (!result)
            return tl::unexpected(result.error());
        m_data->results[index] = std::move(*result);
        ++m_executed;
    }
    ++m_position;
    m_data->reached = m_position;
    if (!m_keepAll) {
        // Whatever nobody needs any more goes, unless others can only be computed from it.
        const auto release = [&](std::size_t i) {
            const Step& s = m_data->program->steps[i];
            const bool small = elementCount(m_data->axes[i]) < 4096;
            if (!s.checkpoint && !small && m_lastUse[i] < m_position)
                m_data->results[i] = nullptr;
        };
        for (const TensorRef ref : step.operands)
            if (ref.kind == TensorRef::Kind::Step)
                release(static_cast<std::size_t>(ref.index));
    }
    return {};
}

Result<void> Execution::runTo(int lastStep, std::stop_token stop, const Progress& progress)
{
    const int total = static_cast<int>(m_data->program->steps.size());
    while (m_position <= lastStep && !atEnd()) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled after " + std::to_string(m_position) + " of " +
                                                  std::to_string(total) + " steps");
        if (auto ok = step(); !ok)
            return ok;
        if (progress)
            progress(m_position, total);
    }
    return {};
}

Result<void> Execution::run(std::stop_token stop, const Progress& progress)
{
    return runTo(static_cast<int>(m_data->program->steps.size()) - 1, std::move(stop), progress);
}

Trace Execution::trace() const
{
    auto snapshot = std::make_shared<Trace::Data>(*m_data);
    snapshot->again = std::make_shared<Trace::Data::Recomputed>();
    return Trace(std::move(snapshot));
}

Result<Trace> runModel(std::shared_ptr<const Program> program, std::shared_ptr<const Parameters> parameters,
                       ModelInput input, std::shared_ptr<Workers> workers, RunOptions options)
{
    auto run = Execution::start(std::move(program), std::move(parameters), std::move(input),
                                std::move(workers), std::move(options));
    if (!run)
        return tl::unexpected(run.error());
    if (auto ok = run->run(); !ok)
        return tl::unexpected(ok.error());
    return run->trace();
}

} // namespace headlight
