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

/// One run an image (and one without any); they share what does not depend on it.
Outcome<std::vector<Trace>> runAll(const ModelAndInput& opened, int last)
{
    std::vector<const ModelInput*> inputs{&opened.input};
    for (const ModelInput& input : opened.furtherImages)
        inputs.push_back(&input);
    std::vector<Trace> traces;
    for (const ModelInput* input : inputs) {
        RunOptions options;
        options.memoryBudget /= inputs.size();
        options.overrides = opened.overrides;
        if (!traces.empty())
            options.base = traces.front();
        auto execution = Execution::start(opened.model->program, opened.model->parameters, *input,
                                          opened.workers, std::move(options));
        if (!execution)
            return tl::unexpected(execution.error());
        if (auto ok = execution->runTo(last); !ok)
            return tl::unexpected(ok.error());
        traces.push_back(execution->trace());
    }
    return traces;
}

/// The steps whose results differ from image to image.
std::vector<char> dependOnImage(const Program& program)
{
    std::vector<char> depend(program.steps.size(), 0);
    for (std::size_t i = 0; i < depend.size(); ++i)
        for (const TensorRef ref : program.steps[i].operands) {
            if (ref.kind == TensorRef::Kind::Step)
                depend[i] |= depend[static_cast<std::size_t>(ref.index)];
            for (const Stream& stream : program.streams)
                if (stream.kind == Stream::Kind::Patches && stream.ids == ref)
                    depend[i] = 1;
        }
    return depend;
}

/// With several images a tensor that depends on them has an axis for them: its own if it has one, else one in
/// front.
struct ImageAxis
{
    Axes axes; ///< of all images together
    bool several = false;
    int at = 0;
};

ImageAxis imageAxis(const std::vector<Trace>& traces, const std::vector<char>& depend, int step)
{
    ImageAxis result{traces.front().axes(step)};
    result.several = traces.size() > 1 && depend[static_cast<std::size_t>(step)];
    if (!result.several)
        return result;
    const auto count = static_cast<std::int64_t>(traces.size());
    const int own = findAxis(result.axes, "image");
    if (own >= 0) {
        result.at = own;
        result.axes[static_cast<std::size_t>(own)].size *= count;
    } else {
        result.axes.insert(result.axes.begin(), named("image", count));
    }
    return result;
}

Result<TensorPtr> stacked(const std::vector<Trace>& traces, const ImageAxis& image, int step)
{
    const auto before = image.axes.begin() + image.at;
    const std::int64_t outer = elementCount(Axes(image.axes.begin(), before));
    std::vector<float> all(static_cast<std::size_t>(elementCount(image.axes)));
    const std::int64_t piece =
        static_cast<std::int64_t>(all.size()) / outer / static_cast<std::int64_t>(traces.size());
    for (std::size_t t = 0; t < traces.size(); ++t) {
        auto one = traces[t].step(step);
        if (!one)
            return one;
        const Tensor dense = (*one)->dense();
        for (std::int64_t o = 0; o < outer; ++o)
            std::copy_n(dense.data() + o * piece, piece,
                        all.data() +
                            (o * static_cast<std::int64_t>(traces.size()) + static_cast<std::int64_t>(t)) *
                                piece);
    }
    return std::make_shared<const Tensor>(image.axes, std::move(all));
}

std::vector<TensorSource> sources(const std::vector<Trace>& traces, const std::vector<Hook>& hooks)
{
    const std::vector<char> depend = dependOnImage(traces.front().program());
    std::vector<TensorSource> tensors;
    for (const Hook& hook : hooks) {
        const ImageAxis image = imageAxis(traces, depend, hook.step);
        std::vector<std::int64_t> shape;
        for (const Axis& axis : image.axes)
            shape.push_back(axis.size);
        tensors.emplace_back(hook.name, std::move(shape), [traces, image, step = hook.step] {
            return image.several ? stacked(traces, image, step) : traces.front().step(step);
        });
    }
    return tensors;
}

/// Which axes each tensor has, as one JSON object: safetensors' metadata are strings.
std::string axesAsJson(const std::vector<Trace>& traces, const std::vector<Hook>& hooks)
{
    const std::vector<char> depend = dependOnImage(traces.front().program());
    Json all = Json::object();
    for (const Hook& hook : hooks) {
        Json names = Json::array();
        for (const Axis& axis : imageAxis(traces, depend, hook.step).axes)
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
    auto opened = openWithInput(arguments, context, Images::Several);
    if (!opened)
        return tl::unexpected(opened.error());
    const Program& program = *opened->model->program;
    auto hooks = chosenHooks(program, arguments.values("--only"), arguments.has("--all"));
    if (!hooks)
        return tl::unexpected(hooks.error());

    int last = 0;
    for (const Hook& hook : *hooks)
        last = std::max(last, hook.step);
    auto traces = runAll(*opened, last);
    if (!traces)
        return tl::unexpected(traces.error());
    std::vector<TensorSource> tensors = sources(*traces, *hooks);
    if (!safetensors) {
        if (auto ok = writeNpz(*file, std::move(tensors)); !ok)
            return tl::unexpected(ok.error());
        return {};
    }
    const std::map<std::string, std::string> metadata{{"model", opened->model->name},
                                                      {"axes", axesAsJson(*traces, *hooks)},
                                                      {"tokens", tokensAsJson(traces->front())}};
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
        .options = inputOptions() + whatIfOptions() +
                   Options{{"--output", "FILE", "a .safetensors or .npz file", "-o"},
                           {"--only", "GLOB",
                            "only hooks whose name matches; * and ? match any characters; may be repeated",
                            "", true},
                           {"--all", "", "the large side tensors too"}},
        .examples = "  headlight trace shakespeare-char --text \"To be\" -o be.safetensors\n"
                    "  headlight trace nano-sort --ids 2,1,0 --only '*.hook_pattern' -o patterns.npz\n"
                    "  headlight trace nano-sort --ids 2,1,0 --what-if '*:uniform' -o even.npz\n",
        .run = run,
    };
}

} // namespace headlight::app
