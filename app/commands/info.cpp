// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/command.h"
#include "models/model.h"
#include "output.h"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace headlight::app {

namespace {

using Json = nlohmann::ordered_json;

Json axisNames(const Axes& axes)
{
    Json names = Json::array();
    for (const Axis& axis : axes)
        names.push_back(axis.name);
    return names;
}

/// Sizes; what only an input decides is written as the axis' name.
Json shape(const Axes& axes)
{
    Json sizes = Json::array();
    for (const Axis& axis : axes)
        sizes.push_back(axis.size == anySize ? Json(axis.name) : Json(axis.size));
    return sizes;
}

/// Which stream the positions of each axis come from; only worth saying when there are several.
void addStreams(Json& object, const Program& program, const Axes& axes)
{
    if (program.streams.size() < 2)
        return;
    Json names = Json::array();
    for (const Axis& axis : axes)
        names.push_back(axis.isPositions() ? Json(program.streams[static_cast<std::size_t>(axis.stream)].name)
                                           : Json(nullptr));
    object["streams"] = std::move(names);
}

Json hookOf(const Program& program, int step)
{
    return step < 0 ? Json(nullptr) : Json(program.steps[static_cast<std::size_t>(step)].hook);
}

Json streamOf(const Program& program, StreamIndex stream)
{
    return stream == noStream ? Json(nullptr) : Json(program.streams[static_cast<std::size_t>(stream)].name);
}

/// The numbers that a person compares models by; a list where layers differ.
Json sizes(const Program& program)
{
    std::map<std::string, std::set<std::int64_t>> found;
    for (const ParameterSpec& parameter : program.parameters)
        for (const Axis& axis : parameter.axes)
            if (axis.size != anySize && axis.name.starts_with("d_"))
                found[axis.name].insert(axis.size);
    std::map<std::string, std::set<int>> layers;
    for (const AttentionLayer& attention : program.attention) {
        found["heads"].insert(attention.heads);
        found["key_heads"].insert(attention.keyHeads);
        found[std::string(axis::dHead)].insert(attention.dHead);
        layers[attention.stack].insert(attention.layer);
    }
    Json object = Json::object();
    for (const auto& [stack, numbers] : layers)
        object[stack.empty() ? "layers" : stack + "_layers"] = numbers.size();
    for (const auto& [name, values] : found)
        object[name] = values.size() == 1 ? Json(*values.begin()) : Json(values);
    return object;
}

std::string_view kindOf(const Stream& stream)
{
    switch (stream.kind) {
    case Stream::Kind::Tokens:
        return "tokens";
    case Stream::Kind::Patches:
        return "patches";
    case Stream::Kind::Memory:
        break;
    }
    return "memory";
}

Json streams(const Program& program)
{
    Json list = Json::array();
    for (const Stream& stream : program.streams) {
        Json object{{"name", stream.name}, {"kind", kindOf(stream)}};
        if (stream.ids.valid())
            object["input"] = program.nameOf(stream.ids);
        if (stream.kind == Stream::Kind::Tokens) {
            object["context"] = stream.contextLength > 0 ? Json(stream.contextLength) : Json(nullptr);
            object["vocabulary"] = stream.vocabulary;
            object["decoded"] = stream.decoded;
            if (stream.decoded) {
                object["start_token"] = stream.startToken;
                object["end_tokens"] = stream.endTokens;
            }
        } else if (stream.kind == Stream::Kind::Memory) {
            object["positions"] = stream.memoryLength;
            object["before"] = streamOf(program, stream.text);
        } else {
            object["patch_rows"] = stream.patchRows;
            object["patch_columns"] = stream.patchColumns;
            object["leading_tokens"] = stream.leadingTokens;
        }
        list.push_back(std::move(object));
    }
    return list;
}

Json inputs(const Program& program)
{
    Json list = Json::array();
    for (const InputSpec& input : program.inputs) {
        Json object{{"name", input.name},
                    {"axes", axisNames(input.axes)},
                    {"shape", shape(input.axes)},
                    {"optional", input.optional}};
        addStreams(object, program, input.axes);
        list.push_back(std::move(object));
    }
    return list;
}

Json parameters(const Model& model)
{
    Json list = Json::array();
    for (const ParameterSpec& parameter : model.program->parameters) {
        Json source{{"tensor", parameter.source.tensor}, {"shape", parameter.source.fileShape}};
        if (const auto* entry = model.parameters->checkpoint().find(parameter.source.tensor))
            source["dtype"] = nameOf(entry->type);
        list.push_back({{"name", parameter.name},
                        {"symbol", parameter.symbol},
                        {"axes", axisNames(parameter.axes)},
                        {"shape", shape(parameter.axes)},
                        {"checkpoint", std::move(source)}});
    }
    return list;
}

Json hooks(const Program& program)
{
    std::vector<Json> aliases(program.steps.size(), Json::array());
    for (const auto& [name, ref] : program.aliases)
        if (ref.kind == TensorRef::Kind::Step)
            aliases[static_cast<std::size_t>(ref.index)].push_back(name);
    Json list = Json::array();
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
        const Step& step = program.steps[i];
        Json object{{"name", step.hook},     {"aliases", std::move(aliases[i])}, {"symbol", step.symbol},
                    {"op", step.op->name()}, {"axes", axisNames(step.axes)},     {"shape", shape(step.axes)}};
        addStreams(object, program, step.axes);
        Json operands = Json::array();
        for (const TensorRef operand : step.operands)
            operands.push_back(program.nameOf(operand));
        object["operands"] = std::move(operands);
        object["lazy"] = step.lazy;
        list.push_back(std::move(object));
    }
    return list;
}

Json attention(const Program& program)
{
    Json list = Json::array();
    for (const AttentionLayer& layer : program.attention)
        list.push_back({{"name", layer.name},
                        {"kind", layer.kind == AttentionLayer::Kind::Cross ? "cross" : "self"},
                        {"stack", layer.stack},
                        {"layer", layer.layer},
                        {"heads", layer.heads},
                        {"key_heads", layer.keyHeads},
                        {"d_head", layer.dHead},
                        {"queries", streamOf(program, layer.queries)},
                        {"keys", streamOf(program, layer.keys)},
                        {"q", hookOf(program, layer.q)},
                        {"k", hookOf(program, layer.k)},
                        {"v", hookOf(program, layer.v)},
                        {"scores", hookOf(program, layer.scores)},
                        {"pattern", hookOf(program, layer.pattern)},
                        {"z", hookOf(program, layer.z)}});
    return list;
}

Json prediction(const Program& program)
{
    const Prediction& what = program.prediction;
    const auto kind = [&] {
        switch (what.kind) {
        case Prediction::Kind::NextToken:
            return "next token";
        case Prediction::Kind::MaskedToken:
            return "masked token";
        case Prediction::Kind::Classes:
            return "classes";
        case Prediction::Kind::None:
            break;
        }
        return "none";
    };
    return {{"kind", kind()},
            {"logits", hookOf(program, what.logits)},
            {"probs", hookOf(program, what.probs)},
            {"stream", streamOf(program, what.stream)}};
}

/// A stage with what is in it; builders nest them only a few levels deep.
Json stage(const Program& program, int index)
{
    const Stage& s = program.stages[static_cast<std::size_t>(index)];
    Json object{{"key", s.key}, {"title", s.title}};
    if (s.number >= 0)
        object["number"] = s.number;
    if (s.children.empty()) {
        Json names = Json::array();
        for (int i = s.firstStep; i < s.endStep; ++i)
            names.push_back(hookOf(program, i));
        object["hooks"] = std::move(names);
    } else {
        object["first"] = hookOf(program, s.firstStep < s.endStep ? s.firstStep : -1);
        object["last"] = hookOf(program, s.firstStep < s.endStep ? s.endStep - 1 : -1);
        Json children = Json::array();
        for (const int child : s.children)
            children.push_back(stage(program, child));
        object["stages"] = std::move(children);
    }
    return object;
}

Json tokenizer(const Model& model)
{
    if (model.tokenizer)
        return {{"kind", model.tokenizer->kind()}, {"vocabulary", model.tokenizer->vocabularySize()}};
    if (model.tokenizerProblem)
        return {{"problem", model.tokenizerProblem->text()}};
    return nullptr;
}

/// What the file really has of the tensors that the family knows and leaves out.
Json ignored(const Model& model)
{
    Json names = Json::array();
    for (const std::string& name : model.program->ignored)
        if (model.parameters->checkpoint().find(name))
            names.push_back(name);
    return names;
}

Json outline(const Program& program)
{
    Json list = Json::array();
    for (const int index : program.topStages)
        list.push_back(stage(program, index));
    return list;
}

Outcome<void> run(const Arguments& arguments, const Context& context)
{
    auto folder = modelFolder(arguments, context);
    if (!folder)
        return tl::unexpected(folder.error());
    auto opened = openModel(*folder);
    if (!opened)
        return tl::unexpected(opened.error());
    const Model& model = **opened;
    const Program& program = *model.program;
    Json info{{"model", model.name}, {"family", program.family}, {"model_type", model.modelType}};
    if (!model.about.empty())
        info["about"] = model.about;
    info["sizes"] = sizes(program);
    info["parameter_count"] = model.parameters->count();
    info["file_bytes"] = model.parameters->checkpoint().fileBytes();
    info["unused"] = model.parameters->unused();
    info["ignored"] = ignored(model);
    info["tokenizer"] = tokenizer(model);
    info["streams"] = streams(program);
    info["inputs"] = inputs(program);
    info["prediction"] = prediction(program);
    info["attention"] = attention(program);
    info["parameters"] = parameters(model);
    info["hooks"] = hooks(program);
    info["stages"] = outline(program);
    return printJson(info);
}

} // namespace

Command infoCommand()
{
    return {
        .name = "info",
        .usage = "MODEL",
        .summary = "what a model is made of, as JSON",
        .about =
            "Prints one JSON object: \"family\", \"model_type\", \"sizes\", \"parameter_count\"; \"unused\", "
            "the checkpoint's tensors that no parameter uses, and \"ignored\", those that are rightly left "
            "out; "
            "\"tokenizer\", \"streams\", \"inputs\", \"prediction\", \"attention\" layers; \"parameters\" "
            "and "
            "\"hooks\" with axes and shapes (a size that only the input decides is written as the axis' "
            "name); "
            "\"stages\", the outline of the whole.",
        .options = {},
        .examples = "  headlight info stories260k\n",
        .run = run,
    };
}

} // namespace headlight::app
