// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/residual_stream.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace headlight {

namespace {

TensorRef firstFound(const Program& program, std::initializer_list<std::string> names)
{
    for (const std::string& name : names)
        if (const TensorRef ref = program.find(name); ref.valid())
            return ref;
    return {};
}

/// Steps that @p to depends on and that themselves depend on @p from, in order; empty when it does not.
std::vector<int> between(const Program& program, TensorRef from, int to)
{
    std::vector<char> depends(static_cast<std::size_t>(to) + 1, 0), needed = depends;
    for (int i = from.index + 1; i <= to; ++i)
        for (const TensorRef ref : program.steps[static_cast<std::size_t>(i)].operands)
            if (ref == from ||
                (ref.kind == TensorRef::Kind::Step && depends[static_cast<std::size_t>(ref.index)]))
                depends[static_cast<std::size_t>(i)] = 1;
    needed[static_cast<std::size_t>(to)] = 1;
    std::vector<int> steps;
    for (int i = to; i > from.index; --i) {
        const auto at = static_cast<std::size_t>(i);
        if (!needed[at] || !depends[at])
            continue;
        steps.push_back(i);
        for (const TensorRef ref : program.steps[at].operands)
            if (ref.kind == TensorRef::Kind::Step)
                needed[static_cast<std::size_t>(ref.index)] = 1;
    }
    std::reverse(steps.begin(), steps.end());
    return steps;
}

} // namespace

std::vector<ResidualStream> residualStreams(const Program& program)
{
    std::vector<ResidualStream> streams;
    std::set<std::string> seen;
    for (const AttentionLayer& layer : program.attention) {
        if (!seen.insert(layer.stack).second)
            continue;
        ResidualStream stream;
        stream.stack = layer.stack;
        stream.positions = layer.queries;
        const std::string prefix = (layer.stack.empty() ? "" : layer.stack + ".") + "blocks.";
        std::string last;
        for (int i = 0;; ++i) {
            const std::string block = prefix + std::to_string(i);
            TensorRef state = program.find(block + ".hook_resid_pre");
            // The first block may read the embedding itself, under no second name.
            if (!state.valid() && i == 0)
                state =
                    firstFound(program, {layer.stack.empty() ? "hook_embed" : layer.stack + ".hook_embed"});
            if (state.kind != TensorRef::Kind::Step)
                break;
            stream.states.push_back(state);
            last = block;
        }
        if (stream.states.empty())
            continue;
        const TensorRef end =
            firstFound(program, {last + ".hook_normalized_resid_post", last + ".hook_resid_post"});
        if (end.kind != TensorRef::Kind::Step)
            continue;
        stream.states.push_back(end);
        streams.push_back(std::move(stream));
    }
    return streams;
}

Result<OutputHead> outputHead(const Program& program)
{
    const int logits = program.prediction.logits;
    if (logits < 0)
        return fail(ErrorCode::Unsupported, "this model has no logits");
    for (ResidualStream& stream : residualStreams(program)) {
        auto steps = between(program, stream.states.back(), logits);
        // An encoder reaches the logits too, but through the attention of the decoder.
        const bool attends = std::any_of(steps.begin(), steps.end(), [&](int step) {
            return std::any_of(program.attention.begin(), program.attention.end(),
                               [step](const AttentionLayer& a) { return a.z == step; });
        });
        if (!steps.empty() && !attends)
            return OutputHead{std::move(stream), std::move(steps)};
    }
    return fail(ErrorCode::Unsupported, "this model's residual stream does not lead to its logits by itself");
}

std::optional<OutputProjection> outputProjection(const Program& program, const AttentionLayer& layer)
{
    if (layer.z < 0)
        return std::nullopt;
    const TensorRef z{TensorRef::Kind::Step, layer.z};
    for (std::size_t i = static_cast<std::size_t>(layer.z) + 1; i < program.steps.size(); ++i) {
        const Step& step = program.steps[i];
        if (step.lazy || step.operands.size() < 2 || step.operands[0] != z || step.op->name() != "linear" ||
            step.operands[1].kind != TensorRef::Kind::Parameter)
            continue;
        return OutputProjection{static_cast<int>(i), step.operands[1],
                                step.operands.size() > 2 ? step.operands[2] : TensorRef{}};
    }
    return std::nullopt;
}

int layerOf(const Program& program, int step)
{
    for (int s = program.steps[static_cast<std::size_t>(step)].stage; s >= 0;
         s = program.stages[static_cast<std::size_t>(s)].parent)
        if (program.stages[static_cast<std::size_t>(s)].number >= 0)
            return program.stages[static_cast<std::size_t>(s)].number;
    return -1;
}

Result<TensorPtr> residualNorms(const Trace& trace, const ResidualStream& stream)
{
    std::vector<float> norms;
    Axis position;
    for (const TensorRef state : stream.states) {
        auto tensor = trace.tensor(state);
        if (!tensor)
            return tl::unexpected(tensor.error());
        const Tensor& x = **tensor;
        if (x.rank() != 2 || !x.isDense() || (position.size != anySize && x.size(0) != position.size))
            return fail(ErrorCode::Unsupported, "the residual stream is not one vector a position",
                        trace.program().nameOf(state));
        position = x.axes()[0];
        for (std::int64_t i = 0; i < x.size(0); ++i) {
            double sum = 0;
            for (std::int64_t c = 0; c < x.size(1); ++c)
                sum += static_cast<double>(x[i * x.size(1) + c]) * x[i * x.size(1) + c];
            norms.push_back(static_cast<float>(std::sqrt(sum)));
        }
    }
    return std::make_shared<const Tensor>(
        Axes{named("state", static_cast<std::int64_t>(stream.states.size())), position}, std::move(norms));
}

} // namespace headlight
