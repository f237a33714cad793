// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/head_metrics.h"
#include "commands/command.h"
#include "commands/model_input.h"
#include "formats/csv.h"
#include "formats/json.h"
#include "output.h"

#include <charconv>

namespace headlight::app {

namespace {

using Json = nlohmann::ordered_json;

Json asJson(const Program& program, const std::vector<HeadMetrics>& heads)
{
    Json definitions = Json::array(), rows = Json::array();
    for (const MetricDefinition& d : metricDefinitions())
        definitions.push_back({{"metric", d.key}, {"definition", d.definition}, {"source", d.source}});
    for (const HeadMetrics& metrics : heads) {
        const AttentionLayer& layer = program.attention[static_cast<std::size_t>(metrics.layer)];
        Json row{{"attention", layer.name}, {"layer", layer.layer}, {"head", metrics.head}};
        const std::string label = metrics.label();
        row["label"] = label.empty() ? Json(nullptr) : Json(label);
        for (std::size_t i = 0; i < metrics.values.size(); ++i)
            row[std::string(metricDefinitions()[i].key)] =
                metrics.values[i] ? jsonNumber(*metrics.values[i]) : Json(nullptr);
        rows.push_back(std::move(row));
    }
    return {{"definitions", std::move(definitions)}, {"heads", std::move(rows)}};
}

std::string asCsv(const Program& program, const std::vector<HeadMetrics>& heads)
{
    std::string text = "attention,layer,head,label";
    for (const MetricDefinition& d : metricDefinitions())
        text += "," + std::string(d.key);
    text += "\r\n";
    for (const HeadMetrics& metrics : heads) {
        const AttentionLayer& layer = program.attention[static_cast<std::size_t>(metrics.layer)];
        text += csvField(layer.name) + "," + std::to_string(layer.layer) + "," +
                std::to_string(metrics.head) + "," + csvField(metrics.label());
        for (const auto& value : metrics.values) {
            text += ",";
            if (!value)
                continue;
            char digits[32];
            const auto end = std::to_chars(std::begin(digits), std::end(digits), *value).ptr;
            text.append(digits, end);
        }
        text += "\r\n";
    }
    return text;
}

Outcome<void> run(const Arguments& arguments, const Context& context)
{
    const std::string format = arguments.value("--format").value_or("json");
    if (format != "json" && format != "csv")
        return wrongUsage("expected --format json or csv, found " + format);
    auto opened = openWithInput(arguments, context);
    if (!opened)
        return tl::unexpected(opened.error());
    const auto program = opened->model->program;
    auto trace = runModel(program, opened->model->parameters, std::move(opened->input), opened->workers);
    if (!trace)
        return tl::unexpected(trace.error());
    auto heads = allHeadMetrics(*trace);
    if (!heads)
        return tl::unexpected(heads.error());
    return format == "csv" ? printData(asCsv(*program, *heads)) : printJson(asJson(*program, *heads));
}

} // namespace

Command headsCommand()
{
    return {
        .name = "heads",
        .usage = "MODEL INPUT [--format json|csv]",
        .summary = "what each head does on an input, in numbers",
        .about = "Prints every metric of every head. The JSON has \"definitions\", each metric's meaning and "
                 "source, and \"heads\", one object a head; a metric is null (in CSV: empty) where the input "
                 "gives no evidence, such as induction in a text without a repeated token. \"label\" is what "
                 "the head does by these numbers, where that is clear.",
        .options = inputOptions() + Options{{"--format", "FORMAT", "json (default) or csv"}},
        .examples = "  headlight heads induction-2l --text dgmrbqwm\n",
        .run = run,
    };
}

} // namespace headlight::app
