// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/against.h"

#include "run/execution.h"

namespace headlight::app {

Options againstOptions()
{
    return {{"--against", "MODEL", "compare with another model, on the same input and without what-ifs"},
            {"--against-text", "TEXT", "compare with the same model on another text"}};
}

bool hasAgainst(const Arguments& arguments)
{
    return arguments.has("--against") || arguments.has("--against-text");
}

Outcome<void> checkAgainst(const Arguments& arguments)
{
    if (auto ok = arguments.notTogether("--against", "--against-text"); !ok)
        return ok;
    if (arguments.has("--against-text") && !arguments.has("--text") && !arguments.has("--ids"))
        return wrongUsage("expected --text or --ids beside --against-text, found none");
    return {};
}

Outcome<OtherRun> runAgainst(const Arguments& arguments, const Context& context)
{
    // The second run is what one would have typed for it.
    const auto text = arguments.value("--against-text");
    const Options options = inputOptions() + whatIfOptions();
    std::vector<std::string> words;
    for (const Option& option : options) {
        const bool replaced = text && (option.name == "--text" || option.name == "--ids");
        const bool ownSide = !text && option.name == "--what-if";
        if (replaced || ownSide)
            continue;
        for (const std::string& value : arguments.values(option.name)) {
            words.emplace_back(option.name);
            words.push_back(value);
        }
    }
    if (text)
        words.insert(words.end(), {"--text", *text});
    auto other = Arguments::parse(options, words);
    if (!other)
        return tl::unexpected(other.error());
    other->operands =
        text ? arguments.operands : std::vector<std::string>{arguments.value("--against").value_or("")};
    auto opened = openWithInput(*other, context);
    if (!opened)
        return tl::unexpected(opened.error());
    RunOptions run;
    run.overrides = opened->overrides;
    auto trace = runModel(opened->model->program, opened->model->parameters, std::move(opened->input),
                          opened->workers, std::move(run));
    if (!trace)
        return tl::unexpected(trace.error());
    return OtherRun{opened->model, std::move(*trace)};
}

} // namespace headlight::app
