// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The core used by a plain program without Qt: opens every bundled model, runs it, and holds the logits of
// one to the reference numbers. Its argument is the source folder. Exits with 1 and a line on the first thing
// that is wrong.

#include "formats/npy.h"
#include "models/model.h"
#include "run/workers.h"

#include <cmath>
#include <cstdio>

using namespace headlight;

namespace {

int wrong(const std::string& what)
{
    std::fprintf(stderr, "%s\n", what.c_str());
    return 1;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2)
        return wrong("usage: core_alone SOURCE_FOLDER");
    const std::filesystem::path source = argv[1];
    const auto workers = std::make_shared<Workers>();
    const auto folders = bundledModels(source / "resources");
    if (folders.size() < 10)
        return wrong("expected ten bundled models, found " + std::to_string(folders.size()));
    for (const auto& folder : folders) {
        const auto model = openModel(folder);
        if (!model)
            return wrong(model.error().text());
        Result<ModelInput> input = tl::unexpected(Error{});
        const Example& example = (*model)->examples.front();
        if (!example.image.empty()) {
            const Axes axes = (*model)->program->inputs.front().axes;
            input = makeImageInput(**model, std::make_shared<const Tensor>(axes));
        } else {
            input = makeInput(**model, {{example.text, {}}, {example.targetText, {}}});
        }
        if (!input)
            return wrong(folder.filename().string() + ": " + input.error().text());
        const auto trace = runModel((*model)->program, (*model)->parameters, *input, workers);
        if (!trace)
            return wrong(folder.filename().string() + ": " + trace.error().text());
        const auto best = predictions(**model, *trace, 0, 1);
        if (!best)
            return wrong(best.error().text());
        std::printf("%s: %d steps, %s\n", folder.filename().c_str(),
                    static_cast<int>((*model)->program->steps.size()), best->front().label.c_str());
    }

    const auto model = openModel(source / "resources/models/stories260k");
    const auto input = makeInput(**model, {{"Once upon a time, there was a little", {}}});
    const auto trace = runModel((*model)->program, (*model)->parameters, *input, workers);
    const auto logits = trace->tensor("hook_logits");
    const auto reference = readNpy(source / "tests/golden/stories260k/lily/logits.npy");
    if (!logits || !reference || (*logits)->values().size() != reference->values.size())
        return wrong("stories260k: no logits, or not as many as the reference has");
    for (std::size_t i = 0; i < reference->values.size(); ++i)
        if (!(std::abs((*logits)->values()[i] - reference->values[i]) < 2e-4F)) // 20 × the manifest's 9.2e-6
            return wrong("stories260k: logit " + std::to_string(i) + " differs from the reference");
    return 0;
}
