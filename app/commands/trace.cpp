// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/model_input.h"
#include "formats/npz.h"
#include "formats/safetensors_writer.h"
#include "output.h"
#include "result/quote.h"
#include "run/execution.h"

#include <fnmatch.h>
#include <nlohmann/json.hpp>

namespace headlight::app {

namespace {

using Json = nlohmann::ordered_json;

std::string inOneLine(const Json& value)
{
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

struct Hook
{
    std::string name;
    int step = -1;
};

/// Steps and their second names. Lazy steps only when they are asked for: all of them together can be many
/// times larger than the rest.
std::vector<Hook> allHooks(const Program& program)
{
    std::vector<Hook> hooks;
    for (std::size_t i = 0; i < program.steps.size(); ++i)
        hooks.push_back({program.steps[i].hook, static_cast<int>(i)});
    for (const auto& [name, ref] : program.aliases)
        if (ref.kind == TensorRef::Kind::Step)
            hooks.push_back({name, ref.index});
    return hooks;
}

Outcome<std::vector<Hook>> chosenHooks(const Program& program, const std::vector<std::string>& globs,
                                       bool all)
{
    const std::vector<Hook> hooks = allHooks(program);
    std::vector<char> chosen(hooks.size(), globs.empty());
    for (std::size_t i = 0; globs.empty() && i < hooks.size(); ++i)
        chosen[i] = all || !program.steps[static_cast<std::size_t>(hooks[i].step)].lazy;
    for (const std::string& glob : globs) {
        bool found = false;
        for (std::size_t i = 0; i < hooks.size(); ++i)
            if (::fnmatch(glob.c_str(), hooks[i].name.c_str(), 0) == 0)
                chosen[i] = found = true;
        if (!found)
            return fail(ErrorCode::NotFound,
                        "expected a pattern that matches a hook (headlight info lists them), found " +
                            quote(glob),
                        "--only");
    }
    std::vector<Hook> result;
    for (std::size_t i = 0; i < hooks.size(); ++i)
        if (chosen[i])
            result.push_back(hooks[i]);
    return result;
}

/// Which axes each tensor has, as one JSON object: safetensors' metadata are strings.
std::string axesAsJson(const Trace& trace, const std::vector<Hook>& hooks)
{
    Json all = Json::object();
    for (const Hook& hook : hooks) {
        Json names = Json::array();
        for (const Axis& axis : trace.axes(hook.step))
            names.push_back(axis.name);
        all[hook.name] = std::move(names);
    }
    return inOneLine(all);
}

/// What stands at each position of each stream.
std::string tokensAsJson(const Trace& trace)
{
    Json all = Json::object();
    const Program& program = trace.program();
    for (std::size_t i = 0; i < program.streams.size(); ++i) {
        Json labels = Json::array();
        for (const PositionLabel& label : trace.input().streams[i].labels)
            labels.push_back(label.text);
        all[program.streams[i].name] = std::move(labels);
    }
    return inOneLine(all);
}

Outcome<void> run(const Arguments& arguments, const Context& context)
{
    const auto file = arguments.required("--output");
    if (!file)
        return tl::unexpected(file.error());
    const bool safetensors = file->ends_with(".safetensors");
    if (!safetensors && !file->ends_with(".npz"))
        return wrongUsage("expected a file name that ends in .safetensors or .npz, found " + quote(*file),
                          "--output");
    auto opened = openWithInput(arguments, context);
    if (!opened)
        return tl::unexpected(opened.error());
    const Program& program = *opened->model->program;
    auto hooks = chosenHooks(program, arguments.values("--only"), arguments.has("--all"));
    if (!hooks)
        return tl::unexpected(hooks.error());

    int last = 0;
    for (const Hook& hook : *hooks)
        last = std::max(last, hook.step);
    auto execution = Execution::start(opened->model->program, opened->model->parameters,
                                      std::move(opened->input), opened->workers);
    if (!execution)
        return tl::unexpected(execution.error());
    if (auto ok = execution->runTo(last); !ok)
        return tl::unexpected(ok.error());
    const Trace trace = execution->trace();

    std::vector<TensorSource> tensors;
    for (const Hook& hook : *hooks) {
        std::vector<std::int64_t> shape;
        for (const Axis& axis : trace.axes(hook.step))
            shape.push_back(axis.size);
        tensors.emplace_back(hook.name, std::move(shape),
                             [trace, step = hook.step] { return trace.step(step); });
    }
    if (!safetensors) {
        if (auto ok = writeNpz(*file, std::move(tensors)); !ok)
            return tl::unexpected(ok.error());
        return {};
    }
    const std::map<std::string, std::string> metadata{
        {"model", opened->model->name}, {"axes", axesAsJson(trace, *hooks)}, {"tokens", tokensAsJson(trace)}};
    if (auto ok = writeSafetensors(*file, std::move(tensors), metadata); !ok)
        return tl::unexpected(ok.error());
    return {};
}

} // namespace

Command traceCommand()
{
    return {
        .name = "trace",
        .usage = "MODEL INPUT -o FILE [--only GLOB]... [--all]",
        .summary = "run a model and save its hook tensors",
        .about =
            "Runs the model on the input and writes every hook tensor as float32, under its hook name and "
            "its second names. `headlight info` lists them with their axes; the metadata of a .safetensors "
            "file has them too. Large tensors that the model "
            "itself has no need of (what each head alone writes to the residual stream) are left out unless "
            "--all or a pattern asks for them.",
        .options = inputOptions() +
                   Options{{"--output", "FILE", "a .safetensors or .npz file", "-o"},
                           {"--only", "GLOB",
                            "only hooks whose name matches; * and ? match any characters; may be repeated",
                            "", true},
                           {"--all", "", "the large side tensors too"}},
        .examples = "  headlight trace shakespeare-char --text \"To be\" -o be.safetensors\n"
                    "  headlight trace nano-sort --ids 2,1,0 --only '*.hook_pattern' -o patterns.npz\n",
        .run = run,
    };
}

} // namespace headlight::app
