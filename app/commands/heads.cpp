// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/head_analysis.h"
#include "analysis/head_table.h"
#include "analysis/pattern_distance.h"
#include "commands/against.h"
#include "formats/csv.h"
#include "output.h"
#include "result/quote.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

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

Outcome<void> printAsJson(const Model& model, const HeadAnalysis& analysis,
                          const std::vector<MetricDefinition>& definitions)
{
    Json meanings = Json::array(), list = Json::array();
    for (const MetricDefinition& d : definitions)
        meanings.push_back(
            {{"metric", d.key}, {"title", d.title}, {"definition", d.definition}, {"source", d.source}});
    for (const HeadMetrics& head : analysis.heads) {
        const auto finding = head.finding();
        const AttentionLayer& attention = attentionOf(model, head);
        Json object{{"attention", attention.name},
                    {"stack", attention.stack},
                    {"kind", kindOf(attention)},
                    {"layer", attention.layer},
                    {"head", head.head},
                    {"label", finding ? Json(finding->label) : Json()},
                    {"evidence", finding ? Json(finding->evidence()) : Json()},
                    {"offset", head.offset}};
        for (const MetricDefinition& d : definitions) {
            const auto value = head.value(d.key);
            object[std::string(d.key)] = value ? jsonNumber(*value) : Json();
        }
        list.push_back(std::move(object));
    }
    Json missing = Json::object();
    for (const HeadAnalysis::Missing& m : analysis.missing)
        missing[m.metric] = m.reason;
    return printJson({{"model", model.name},
                      {"definitions", std::move(meanings)},
                      {"missing", std::move(missing)},
                      {"heads", std::move(list)}});
}

constexpr const char* distanceMeaning =
    "cosine: mean over queries of 1 − cos(P[i,·], Q[i,·]); jensen_shannon: mean over queries of the "
    "Jensen–Shannon divergence in bits (Lin 1991), 0 to 1; largest: max |P − Q|. Over the queries that both "
    "inputs have; a key that only one has counts as one that the other does not look at.";

/// What each token of one side stands for on the other, one list a token stream.
Json pairsAsJson(const Trace& first, const Trace& second)
{
    Json streams = Json::array();
    const auto &ones = first.program().streams, &others = second.program().streams;
    for (std::size_t s = 0; s < std::min(ones.size(), others.size()); ++s) {
        if (ones[s].kind != Stream::Kind::Tokens || others[s].kind != Stream::Kind::Tokens)
            continue;
        const auto &a = first.input().streams[s].labels, &b = second.input().streams[s].labels;
        const auto index = static_cast<StreamIndex>(s);
        const auto pairs = alignAxes(first, positions(index, static_cast<std::int64_t>(a.size())), second,
                                     positions(index, static_cast<std::int64_t>(b.size())));
        if (!pairs)
            continue;
        Json list = Json::array();
        for (const TokenPair& p : pairs->pairs)
            list.push_back({{"position", p.second},
                            {"token", b[static_cast<std::size_t>(p.second)].text},
                            {"other_position", p.first},
                            {"other_token", a[static_cast<std::size_t>(p.first)].text},
                            {"same", p.same}});
        streams.push_back({{"stream", others[s].name}, {"pairs", std::move(list)}});
    }
    return streams;
}

/// @p other is the side that is compared with, @p trace the one that the command is about.
Outcome<void> printDistances(const Model& model, const Trace& trace, const OtherRun& other,
                             const std::string& format)
{
    const auto distances = patternDistances(other.trace, trace);
    if (!distances)
        return tl::unexpected(distances.error());
    const auto& layers = model.program->attention;
    if (format == "csv") {
        std::string text = "attention,layer,head,jensen_shannon,cosine,largest\r\n";
        for (const PatternDistance& d : *distances) {
            const AttentionLayer& layer = layers[static_cast<std::size_t>(d.attention)];
            text += csvField(layer.name) + "," + std::to_string(layer.layer) + "," + std::to_string(d.head);
            for (const double value : {d.jensenShannon, d.cosine, d.largest})
                text += "," + Json(value).dump();
            text += "\r\n";
        }
        return printData(text);
    }
    Json list = Json::array();
    for (const PatternDistance& d : *distances) {
        const AttentionLayer& layer = layers[static_cast<std::size_t>(d.attention)];
        list.push_back({{"attention", layer.name},
                        {"layer", layer.layer},
                        {"head", d.head},
                        {"jensen_shannon", jsonNumber(d.jensenShannon)},
                        {"cosine", jsonNumber(d.cosine)},
                        {"largest", jsonNumber(d.largest)}});
    }
    return printJson({{"model", model.name},
                      {"against", other.model->name},
                      {"definition", distanceMeaning},
                      {"streams", pairsAsJson(other.trace, trace)},
                      {"heads", std::move(list)}});
}

/// The further metrics that --all and --metrics ask for.
Outcome<std::vector<std::string>> wantedMetrics(const Arguments& arguments)
{
    if (auto ok = arguments.notTogether("--all", "--metrics"); !ok)
        return tl::unexpected(ok.error());
    if (arguments.has("--all"))
        return furtherMetrics();
    std::vector<std::string> keys;
    std::string known;
    for (const std::string& key : furtherMetrics())
        known += (known.empty() ? "" : ", ") + key;
    std::stringstream list(arguments.value("--metrics").value_or(""));
    for (std::string key; std::getline(list, key, ',');) {
        const auto all = furtherMetrics();
        if (std::find(all.begin(), all.end(), key) == all.end())
            return wrongUsage("expected metrics among " + known + "; found " + quote(key), "--metrics");
        keys.push_back(key);
    }
    return keys;
}

Outcome<void> run(const Arguments& arguments, const Context& context)
{
    const auto format = arguments.word("--format", {"json", "csv"}, "json");
    if (!format)
        return tl::unexpected(format.error());
    const auto wanted = wantedMetrics(arguments);
    if (!wanted)
        return tl::unexpected(wanted.error());
    if (auto ok = checkAgainst(arguments); !ok)
        return ok;
    const bool compared = hasAgainst(arguments);
    if (compared && (arguments.has("--all") || arguments.has("--metrics")))
        return wrongUsage("expected metrics of one run or a comparison of two, found both");
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
    if (compared) {
        const auto other = runAgainst(arguments, context);
        if (!other)
            return tl::unexpected(other.error());
        return printDistances(model, *trace, *other, *format);
    }
    auto analysis = analyseHeads(model, *trace, opened->workers, *wanted);
    if (!analysis)
        return tl::unexpected(analysis.error());
    for (const HeadAnalysis::Missing& m : analysis->missing)
        printWords(m.metric + ": " + m.reason);
    const auto definitions = definitionsWith(*wanted);
    return *format == "csv" ? printData(headsAsCsv(*model.program, analysis->heads, definitions))
                            : printAsJson(model, *analysis, definitions);
}

} // namespace

Command headsCommand()
{
    return {
        .name = "heads",
        .usage = "MODEL INPUT [--all | --metrics A,B] [--against M]",
        .summary = "measure what each attention head does, as JSON or CSV",
        .about =
            "Runs the model on the input and prints every metric of every head. In JSON, \"definitions\" has "
            "the "
            "definition and source of each, \"heads\" the values; null (in CSV an empty field) where the "
            "input gives no evidence. \"offset\" is the positional metric's: key position minus query "
            "position. \"evidence\" is the number that a label stands on.\n\n"
            "Without further options these are the metrics of the patterns. With --all there are also those "
            "of "
            "the weights (OV and QK circuits, norm-weighted attention) and of further runs (induction on "
            "random "
            "tokens, importance by ablation), which take as many runs as there are heads. \"missing\" says "
            "which of them a model has not, and why.\n\n"
            "With --against or --against-text the command prints how far each head's pattern is from the one "
            "of the other model, or on the other text, the most changed heads first. Tokens are aligned by "
            "their letters; \"streams\" says which one stands for which.",
        .options = inputOptions() + whatIfOptions() + againstOptions() +
                   Options{{"--all", "", "every metric"},
                           {"--metrics", "A,B,...", "these ones of the further metrics"},
                           {"--format", "FORMAT", "json (default) or csv"}},
        .examples = "  headlight heads induction-2l --ids 3,6,12,17,1,3,6,12\n"
                    "  headlight heads stories260k --text \"Once upon a time\" --all --format csv\n"
                    "  headlight heads stories260k --text \"Once upon\" --against-text \"Once more\"\n",
        .run = run,
    };
}

} // namespace headlight::app
