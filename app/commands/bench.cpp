// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command.h"
#include "models/model.h"
#include "output.h"
#include "run/workers.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <sys/resource.h>

namespace headlight::app {

namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

struct OpTime
{
    int steps = 0;
    double ms = 0;
    Cost cost;
};

struct Run
{
    double ms = 0;
    std::size_t keptBytes = 0;
    std::map<std::string, OpTime> ops;
};

double since(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double rate(double flops, double ms)
{
    return ms > 0 ? flops / ms * 1e-6 : 0;
}

/// Tokens and pixels without meaning, the same in every run.
Result<ModelInput> madeUpInput(const Model& model, int tokens)
{
    const Program& program = *model.program;
    std::vector<StreamText> texts;
    TensorPtr pixels;
    for (const Stream& stream : program.streams) {
        if (stream.kind == Stream::Kind::Tokens) {
            // A number that a person asked for is tried as it is, except that a target need not be as long.
            int count = tokens > 0 ? tokens : 64;
            if (stream.contextLength > 0 && (tokens == 0 || stream.decoded))
                count = std::min(count, stream.contextLength);
            std::vector<int> ids;
            for (int i = 0; i < count; ++i)
                ids.push_back(
                    static_cast<int>((std::int64_t{i} * 7919 + 1) % std::max(stream.vocabulary, 1)));
            texts.push_back({"", std::move(ids)});
        } else if (stream.ids.kind == TensorRef::Kind::Input) {
            Axes axes = program.axesOf(stream.ids);
            for (Axis& axis : axes)
                axis.size = axis.size == anySize ? 1 : axis.size;
            Tensor made(std::move(axes));
            const auto values = made.mutableValues();
            for (std::size_t i = 0; i < values.size(); ++i)
                values[i] = static_cast<float>(i % 255) / 127.0F - 1.0F;
            pixels = std::make_shared<const Tensor>(std::move(made));
        }
    }
    return pixels ? makeImageInput(model, pixels, texts) : makeInput(model, texts);
}

Cost costOf(const Trace& trace, int index)
{
    const Program& program = trace.program();
    std::vector<Axes> operands;
    for (const TensorRef ref : program.steps[static_cast<std::size_t>(index)].operands)
        operands.push_back(ref.kind == TensorRef::Kind::Input
                               ? trace.input().tensors[static_cast<std::size_t>(ref.index)]->axes()
                           : ref.kind == TensorRef::Kind::Step ? trace.axes(ref.index)
                                                               : program.axesOf(ref));
    return trace.op(index)->cost(operands, trace.axes(index));
}

Result<Run> oneRun(const Model& model, const ModelInput& input, const std::shared_ptr<Workers>& workers)
{
    auto execution = Execution::start(model.program, model.parameters, input, workers);
    if (!execution)
        return tl::unexpected(execution.error());
    const std::size_t steps = model.program->steps.size();
    std::vector<double> times(steps);
    const auto start = Clock::now();
    for (std::size_t i = 0; i < steps; ++i) {
        const auto stepStart = Clock::now();
        if (auto ok = execution->step(); !ok)
            return tl::unexpected(ok.error());
        times[i] = since(stepStart);
    }
    Run run;
    run.ms = since(start);
    const Trace trace = execution->trace();
    run.keptBytes = trace.keptBytes();
    for (std::size_t i = 0; i < steps; ++i) {
        const Step& step = model.program->steps[i];
        if (step.lazy || step.op->isIdentity()) // nothing is computed
            continue;
        OpTime& op = run.ops[std::string(step.op->name())];
        const Cost cost = costOf(trace, static_cast<int>(i));
        ++op.steps;
        op.ms += times[i];
        op.cost.flops += cost.flops;
        op.cost.bytes += cost.bytes;
    }
    return run;
}

Json opTable(const Run& run)
{
    std::vector<std::pair<std::string, OpTime>> sorted(run.ops.begin(), run.ops.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.second.ms > b.second.ms; });
    Json list = Json::array();
    for (const auto& [name, op] : sorted)
        list.push_back({{"op", name},
                        {"steps", op.steps},
                        {"ms", op.ms},
                        {"gflop", op.cost.flops * 1e-9},
                        {"gflop_per_s", rate(op.cost.flops, op.ms)},
                        {"bytes", static_cast<std::int64_t>(op.cost.bytes)}});
    return list;
}

Outcome<void> run(const Arguments& arguments, const Context& context)
{
    const auto tokens = arguments.integer("--tokens", 0, 1, 1 << 24);
    const auto threads = arguments.integer("--threads", 0, 1, 1024);
    const auto repeat = arguments.integer("--repeat", 5, 1, 1'000'000);
    for (const auto* number : {&tokens, &threads, &repeat})
        if (!*number)
            return tl::unexpected(number->error());
    auto folder = modelFolder(arguments, context);
    if (!folder)
        return tl::unexpected(folder.error());
    auto model = openModel(*folder);
    if (!model)
        return tl::unexpected(model.error());
    auto input = madeUpInput(**model, *tokens);
    if (!input)
        return tl::unexpected(input.error());
    const auto workers = std::make_shared<Workers>(*threads);

    // The first run loads the file's pages and converts half-precision weights; it does not count.
    std::vector<double> times;
    Run best;
    for (int i = 0; i <= *repeat; ++i) {
        auto one = oneRun(**model, *input, workers);
        if (!one)
            return tl::unexpected(one.error());
        if (i == 0)
            continue;
        times.push_back(one->ms);
        if (best.ops.empty() || one->ms < best.ms)
            best = std::move(*one);
    }
    std::sort(times.begin(), times.end());
    const std::size_t middle = times.size() / 2;
    const double median = times.size() % 2 == 1 ? times[middle] : (times[middle - 1] + times[middle]) / 2;
    Cost total;
    for (const auto& [name, op] : best.ops) {
        total.flops += op.cost.flops;
        total.bytes += op.cost.bytes;
    }
    rusage usage = {};
    ::getrusage(RUSAGE_SELF, &usage);

    Json positions = Json::object();
    for (std::size_t s = 0; s < (*model)->program->streams.size(); ++s)
        positions[(*model)->program->streams[s].name] = input->streams[s].labels.size();
    return printJson({{"model", (*model)->name},
                      {"positions", std::move(positions)},
                      {"threads", workers->threads()},
                      {"repeat", *repeat},
                      {"min_ms", best.ms},
                      {"median_ms", median},
                      {"gflop", total.flops * 1e-9},
                      {"gflop_per_s", rate(total.flops, best.ms)},
                      {"bytes", static_cast<std::int64_t>(total.bytes)},
                      {"trace_bytes", best.keptBytes},
                      {"peak_memory_bytes", static_cast<std::int64_t>(usage.ru_maxrss) * 1024},
                      {"ops", opTable(best)}});
}

} // namespace

Command benchCommand()
{
    return {
        .name = "bench",
        .usage = "MODEL [--tokens N] [--threads T] [--repeat R]",
        .summary = "measure how fast a model runs, as JSON",
        .about =
            "Runs the model R times, every intermediate tensor computed, after one run that does not count. "
            "Prints one JSON object: \"min_ms\" and \"median_ms\"; \"gflop\", the floating-point operations "
            "of "
            "a run, and \"gflop_per_s\" of the fastest; \"bytes\" that its ops read and write; "
            "\"trace_bytes\" "
            "that the results occupy; \"peak_memory_bytes\" of the whole program; \"ops\", the fastest run's "
            "milliseconds by kind of op.",
        .options = {{"--tokens", "N",
                     "how many tokens (default 64, or what the model takes); a target has as many as fit"},
                    {"--threads", "T", "how many threads (default: one a core)"},
                    {"--repeat", "R", "how many runs (default 5)"}},
        .examples = "  headlight bench shakespeare-char --tokens 64 --threads 1 --repeat 20\n",
        .run = run,
    };
}

} // namespace headlight::app
