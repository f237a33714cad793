// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/head_metrics.h"
#include "commands/model_input.h"
#include "formats/csv.h"
#include "output.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace headlight::app {

namespace {

using Json = nlohmann::ordered_json;

const AttentionLayer& attentionOf(const Model& model, const HeadMetrics& metrics)
{
    return model.program->attention[static_cast<std::size_t>(metrics.layer)];
}

std::string_view kindOf(const AttentionLayer& attention)
{
    return attention.kind == AttentionLayer::Kind::Cross ? "cross" : "self";
}

Outcome<void> printAsJson(const Model& model, const std::vector<HeadMetrics>& heads)
{
    const auto& definitions = metricDefinitions();
    Json meanings = Json::array(), list = Json::array();
    for (const MetricDefinition& d : definitions)
        meanings.push_back(
            {{"metric", d.key}, {"title", d.title}, {"definition", d.definition}, {"source", d.source}});
    for (const HeadMetrics& head : heads) {
        const AttentionLayer& attention = attentionOf(model, head);
        Json object{
            {"attention", attention.name}, {"stack", attention.stack},
            {"kind", kindOf(attention)},   {"layer", attention.layer},
            {"head", head.head},           {"label", head.label().empty() ? Json() : Json(head.label())},
            {"offset", head.offset}};
        for (std::size_t i = 0; i < definitions.size(); ++i)
            object[std::string(definitions[i].key)] = head.values[i] ? jsonNumber(*head.values[i]) : Json();
        list.push_back(std::move(object));
    }
    return printJson(
        {{"model", model.name}, {"definitions", std::move(meanings)}, {"heads", std::move(list)}});
}

/// The shortest decimal that reads back as the same number; nan and inf as other writers of CSV have them.
std::string csvNumber(double number)
{
    if (std::isnan(number))
        return "nan";
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, number).ptr};
}

Outcome<void> printAsCsv(const Model& model, const std::vector<HeadMetrics>& heads)
{
    std::string text = "attention,stack,kind,layer,head,label,offset";
    for (const MetricDefinition& d : metricDefinitions())
        text += "," + csvField(d.key);
    text += "\r\n";
    for (const HeadMetrics& head : heads) {
        const AttentionLayer& attention = attentionOf(model, head);
        text += csvField(attention.name) + "," + csvField(attention.stack) + "," +
                std::string(kindOf(attention)) + "," + std::to_string(attention.layer) + "," +
                std::to_string(head.head) + "," + csvField(head.label()) + "," + std::to_string(head.offset);
        for (const auto& value : head.values)
            text += "," + (value ? csvNumber(*value) : std::string());
        text += "\r\n";
    }
    return printData(text);
}

Outcome<void> run(const Arguments& arguments, const Context& context)
{
    const auto format = arguments.word("--format", {"json", "csv"}, "json");
    if (!format)
        return tl::unexpected(format.error());
    auto opened = openWithInput(arguments, context);
    if (!opened)
        return tl::unexpected(opened.error());
    const Model& model = *opened->model;
    RunOptions options;
    options.overrides = opened->overrides;
    auto trace = runModel(model.program, model.parameters, std::move(opened->input), opened->workers,
                          std::move(options));
    if (!trace)
        return tl::unexpected(trace.error());
    auto heads = allHeadMetrics(*trace);
    if (!heads)
        return tl::unexpected(heads.error());
    return *format == "csv" ? printAsCsv(model, *heads) : printAsJson(model, *heads);
}

} // namespace

Command headsCommand()
{
    return {
        .name = "heads",
        .usage = "MODEL INPUT [--format json|csv]",
        .summary = "measure what each attention head does, as JSON or CSV",
        .about =
            "Runs the model on the input and prints every metric of every head. In JSON, \"definitions\" has "
            "the "
            "definition and source of each, \"heads\" the values; null (in CSV an empty field) where the "
            "input gives no evidence. \"offset\" is the positional metric's: key position minus query "
            "position.",
        .options =
            inputOptions() + whatIfOptions() + Options{{"--format", "FORMAT", "json (default) or csv"}},
        .examples = "  headlight heads induction-2l --ids 3,6,12,17,1,3,6,12\n",
        .run = run,
    };
}

} // namespace headlight::app
