// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/model_input.h"

#include "analysis/what_if.h"
#include "models/attention_file.h"

#include "commands/image_pixels.h"
#include "formats/npy.h"
#include "result/quote.h"
#include "run/memory.h"
#include "run/workers.h"

#include <algorithm>

namespace headlight::app {

namespace {

Outcome<std::optional<StreamText>> streamText(const Arguments& arguments, std::string_view text,
                                              std::string_view ids)
{
    auto numbers = arguments.integers(ids);
    if (!numbers)
        return tl::unexpected(numbers.error());
    if (!*numbers && !arguments.has(text))
        return std::nullopt;
    return StreamText{arguments.value(text).value_or(""), *numbers};
}

/// The input that an image goes into.
TensorRef pixelsInput(const Program& program)
{
    for (const Stream& stream : program.streams)
        if (stream.kind == Stream::Kind::Patches)
            return stream.ids;
    return {};
}

/// The images of a file: [channel, row, column], or several behind each other.
Outcome<std::vector<TensorPtr>> pixelsFromNpy(const Model& model, const std::string& file)
{
    const TensorRef input = pixelsInput(*model.program);
    if (input.kind != TensorRef::Kind::Input)
        return fail(ErrorCode::BadInput, "this model has no input for pixels", model.name);
    auto array = readNpy(file);
    if (!array)
        return tl::unexpected(array.error());
    Axes axes = model.program->axesOf(input);
    const auto& shape = array->shape;
    const std::size_t batch = shape.size() == axes.size() + 1 ? 1 : 0;
    if (shape.size() != axes.size() + batch || (batch == 1 && shape.front() < 1))
        return fail(ErrorCode::BadShape,
                    "expected " + describe(axes) + ", or several such images, found " + describe(Cell(shape)),
                    file);
    for (std::size_t i = 0; i < axes.size(); ++i)
        axes[i].size = shape[i + batch];
    const std::int64_t count = batch == 1 ? shape.front() : 1, size = elementCount(axes);
    std::vector<TensorPtr> images;
    for (std::int64_t i = 0; i < count; ++i)
        images.push_back(
            std::make_shared<const Tensor>(axes, std::vector<float>(array->values.begin() + i * size,
                                                                    array->values.begin() + (i + 1) * size)));
    return images;
}

Outcome<std::vector<TensorPtr>> givenImages(const Arguments& arguments, const Model& model, Images most)
{
    if (const auto file = arguments.value("--image")) {
        auto pixels = pixelsFromImage(model, *file);
        if (!pixels)
            return tl::unexpected(pixels.error());
        return std::vector<TensorPtr>{*pixels};
    }
    const std::string file = *arguments.value("--pixels");
    auto images = pixelsFromNpy(model, file);
    if (images && images->size() > 1 && most == Images::One)
        return fail(ErrorCode::BadInput,
                    "expected one image, found " + std::to_string(images->size()) +
                        " (only trace takes several)",
                    file);
    return images;
}

/// Gives an input by its name, if the model has one of that name.
Outcome<void> setNumbers(const Model& model, ModelInput& input, const std::string& name,
                         const std::vector<int>& numbers, std::string_view option)
{
    const TensorRef ref = model.program->find(name);
    if (ref.kind != TensorRef::Kind::Input)
        return fail(ErrorCode::BadInput, "this model has no input \"" + name + "\"", std::string(option));
    Axes axes = model.program->axesOf(ref);
    if (axes.size() != 1)
        return fail(ErrorCode::BadShape, "expected " + describe(axes) + ", found a list of numbers",
                    std::string(option));
    axes[0].size = static_cast<std::int64_t>(numbers.size());
    input.tensors[static_cast<std::size_t>(ref.index)] =
        std::make_shared<const Tensor>(std::move(axes), std::vector<float>(numbers.begin(), numbers.end()));
    return {};
}

/// The positions of a stream as 1 among zeros.
Outcome<std::vector<int>> flags(const std::vector<int>& where, std::size_t size, std::string_view option)
{
    std::vector<int> all(size, 0);
    for (const int position : where) {
        if (position < 0 || static_cast<std::size_t>(position) >= size)
            return fail(ErrorCode::BadInput,
                        "expected positions from 0 to " + std::to_string(size - 1) + ", found " +
                            std::to_string(position),
                        std::string(option));
        all[static_cast<std::size_t>(position)] = 1;
    }
    return all;
}

Outcome<void> addFurtherInputs(const Arguments& arguments, const Model& model, ModelInput& input)
{
    const auto tokensOf = [&](const std::string& name) {
        const TensorRef ref = model.program->find(name);
        const auto stream =
            ref.kind == TensorRef::Kind::Input ? model.program->axesOf(ref).at(0).stream : noStream;
        return stream == noStream ? 0 : input.streams[static_cast<std::size_t>(stream)].labels.size();
    };
    const std::vector<std::pair<std::string_view, std::string>> lists{{"--token-types", "token_types"},
                                                                      {"--global", "global"}};
    for (const auto& [option, name] : lists) {
        auto numbers = arguments.integers(option);
        if (!numbers)
            return tl::unexpected(numbers.error());
        if (!*numbers)
            continue;
        std::vector<int> list = **numbers;
        if (const std::size_t size = tokensOf(name); option == "--global" && size > 0) {
            auto marked = flags(list, size, option);
            if (!marked)
                return tl::unexpected(marked.error());
            list = *marked;
        }
        if (auto ok = setNumbers(model, input, name, list, option); !ok)
            return ok;
    }
    return {};
}

/// The input as the segment that follows --memory-ids: what the model remembers of those is the rest of it.
Outcome<ModelInput> withMemory(const Arguments& arguments, const Model& model, ModelInput input,
                               const std::shared_ptr<Workers>& workers)
{
    const auto ids = arguments.integers("--memory-ids");
    if (!ids)
        return tl::unexpected(ids.error());
    if (!*ids)
        return input;
    if (model.program->carried.empty())
        return fail(ErrorCode::BadInput, "this model has no memory", "--memory-ids");
    auto before = makeInput(model, {StreamText{"", *ids}});
    if (!before)
        return tl::unexpected(before.error());
    auto trace = runModel(model.program, model.parameters, std::move(*before), workers);
    if (!trace)
        return tl::unexpected(trace.error());
    auto next = continued(*trace, std::move(input));
    if (!next)
        return tl::unexpected(next.error());
    return std::move(*next);
}

Outcome<std::vector<WhatIf>> givenWhatIfs(const Arguments& arguments)
{
    std::vector<WhatIf> all;
    for (const std::string& spec : arguments.values("--what-if")) {
        auto one = parseWhatIf(spec);
        if (!one)
            return wrongUsage(one.error().text(), "--what-if");
        all.push_back(std::move(*one));
    }
    return all;
}

} // namespace

Options inputOptions()
{
    return {
        {"--text", "TEXT", "the text that the model reads"},
        {"--ids", "1,2,3", "token ids instead, taken as they are: nothing is added"},
        {"--target-text", "TEXT", "two-stack models: the target's text (without: greedy decoding)"},
        {"--target-ids", "1,2,3", "two-stack models: the target's ids, taken as they are"},
        {"--image", "FILE", "an image, prepared as the model's folder says"},
        {"--pixels", "FILE",
         "an image as .npy, [channel, row, column], already normalised; for trace also several, [image, "
         "channel, "
         "row, column]"},
        {"--token-types", "0,0,1", "the segment of each token (BERT)"},
        {"--global", "0,7", "positions that see all others, and are seen by all (Longformer)"},
        {"--memory-ids", "1,2,3", "the ids of the segment before (Transformer-XL)"},
    };
}

Options whatIfOptions()
{
    return {{"--what-if", "SPEC",
             "change the run; may be repeated. SPEC is TARGET:CHANGE, where CHANGE is one of\n"
             "  no-scale          no 1/√d_k on the scores\n"
             "  temperature=T     softmax of scores ÷ T\n"
             "  mask=M            none, causal, window:W, strided:S,\n"
             "                    fixed:B, or alternating:W (layers in\n"
             "                    turn dense and banded)\n"
             "  positions=P       sinusoidal, rotary or alibi instead\n"
             "                    of the model's own; or its own with\n"
             "                    the tokens counted reversed,\n"
             "                    shuffled:SEED or shifted:N\n"
             "  uniform           all keys get the same share\n"
             "  identity          each position looks at itself\n"
             "  no-positions      no positional encoding\n"
             "  off               adds nothing to the residual\n"
             "  head-off=N        head N's values are 0\n"
             "  head-mean=N       … or their mean over positions\n"
             "and TARGET an attention (blocks.1.attn), an MLP (blocks.1.mlp), a block (blocks.1), a hook, or "
             "a pattern with * and ?; or SPEC is HOOK[I,J,...]=V[,V...], with * for all of an axis: new "
             "numbers for cells of a hook, a parameter or an input",
             "", true}};
}

Options operator+(Options one, const Options& other)
{
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

Outcome<void> checkInputOptions(const Arguments& arguments)
{
    for (const auto& [one, other] : {std::pair{"--text", "--ids"}, std::pair{"--target-text", "--target-ids"},
                                     std::pair{"--image", "--pixels"}})
        if (auto ok = arguments.notTogether(one, other); !ok)
            return ok;
    for (const char* list : {"--ids", "--target-ids", "--token-types", "--global", "--memory-ids"})
        if (auto numbers = arguments.integers(list); !numbers)
            return tl::unexpected(numbers.error());
    for (const char* input : {"--text", "--ids", "--image", "--pixels"})
        if (arguments.has(input))
            return {};
    if (!arguments.operands.empty() && isAttentionFile(arguments.operands.front()))
        return {}; // it brings its own
    return wrongUsage("expected an input (--text, --ids, --image or --pixels), found none");
}

Outcome<ModelAndInput> openWithInput(const Arguments& arguments, const Context& context, Images images)
{
    if (auto ok = checkInputOptions(arguments); !ok)
        return tl::unexpected(ok.error());
    const auto whatIfs = givenWhatIfs(arguments);
    if (!whatIfs)
        return tl::unexpected(whatIfs.error());
    auto folder = modelFolder(arguments, context);
    if (!folder)
        return tl::unexpected(folder.error());
    auto model = openModel(*folder);
    if (!model)
        return tl::unexpected(model.error());

    auto text = streamText(arguments, "--text", "--ids");
    auto target = streamText(arguments, "--target-text", "--target-ids");
    if (!text || !target)
        return tl::unexpected(text ? target.error() : text.error());
    // A file of patterns brings the only text that it can have.
    std::error_code ec;
    if (!*text && std::filesystem::is_regular_file((*model)->folder, ec) && !(*model)->examples.empty())
        text = StreamText{(*model)->examples.front().text, std::nullopt};
    std::vector<StreamText> texts;
    bool decode = false, reads = false, writes = false;
    for (const Stream& stream : (*model)->program->streams) {
        if (stream.kind != Stream::Kind::Tokens)
            continue;
        const auto& given = stream.decoded ? *target : *text;
        (stream.decoded ? writes : reads) = true;
        decode = decode || (stream.decoded && !given);
        texts.push_back(given.value_or(StreamText{}));
    }
    const std::string& name = (*model)->name;
    const bool sees = pixelsInput(*(*model)->program).valid();
    const bool image = arguments.has("--image") || arguments.has("--pixels");
    if (*text && !reads)
        return fail(ErrorCode::BadInput, "this model takes an image (--image or --pixels), not text", name);
    if (*target && !writes)
        return fail(ErrorCode::BadInput, "this model has no target text", name);
    if (image && !sees)
        return fail(ErrorCode::BadInput, "this model takes text, not an image", name);
    if (!image && sees)
        return fail(ErrorCode::BadInput, "expected an image (--image or --pixels), found none", name);
    if (!*text && reads)
        return fail(ErrorCode::BadInput, "expected text or ids (--text or --ids), found none", name);

    Result<ModelInput> input = ModelInput{};
    std::vector<TensorPtr> pictures;
    if (image) {
        auto given = givenImages(arguments, **model, images);
        if (!given)
            return tl::unexpected(given.error());
        pictures = std::move(*given);
        input = makeImageInput(**model, pictures.front(), texts);
    } else {
        input = makeInput(**model, texts);
    }
    if (!input)
        return tl::unexpected(input.error());
    if (auto ok = addFurtherInputs(arguments, **model, *input); !ok)
        return tl::unexpected(ok.error());

    auto workers = std::make_shared<Workers>();
    auto remembered = withMemory(arguments, **model, std::move(*input), workers);
    if (!remembered)
        return tl::unexpected(remembered.error());
    input = std::move(*remembered);
    if (decode) {
        input = decodeGreedy(**model, std::move(*input), workers);
        if (!input)
            return tl::unexpected(input.error());
    }
    Overrides overrides;
    for (const WhatIf& one : *whatIfs) {
        auto list = overridesOf(*(*model)->program, one, *input);
        if (!list)
            return tl::unexpected(list.error());
        overrides = with(std::move(overrides), *list);
    }
    std::vector<ModelInput> further;
    for (std::size_t i = 1; i < pictures.size(); ++i) {
        further.push_back(*input);
        further.back().tensors[static_cast<std::size_t>(pixelsInput(*(*model)->program).index)] = pictures[i];
    }
    return ModelAndInput{*model, std::move(*input), std::move(further), std::move(workers),
                         std::move(overrides)};
}

Outcome<int> stepOf(const Model& model, const std::string& hook)
{
    const TensorRef ref = model.program->find(hook);
    if (!ref.valid())
        return fail(ErrorCode::NotFound,
                    "expected a hook (headlight info lists them), found no such name in " + model.name,
                    quote(hook));
    if (ref.kind != TensorRef::Kind::Step)
        return fail(ErrorCode::BadInput,
                    ref.kind == TensorRef::Kind::Parameter
                        ? "expected a hook, found a parameter: nothing computes it"
                        : "expected a hook, found an input: nothing computes it",
                    hook);
    return ref.index;
}

} // namespace headlight::app
