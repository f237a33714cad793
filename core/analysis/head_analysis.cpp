// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/head_analysis.h"

#include "analysis/ablation.h"
#include "analysis/circuits.h"
#include "analysis/repeated_sequence.h"
#include "analysis/value_norms.h"

#include <algorithm>

namespace headlight {

namespace {

class Analysis
{
public:
    Analysis(const Model& model, const Trace& trace, std::shared_ptr<Workers> workers,
             const std::vector<std::string>& keys, std::stop_token stop, const AnalysisProgress& progress)
        : m_model(model)
        , m_trace(trace)
        , m_workers(std::move(workers))
        , m_keys(keys)
        , m_stop(std::move(stop))
        , m_progress(progress)
    {
    }

    Result<HeadAnalysis> run()
    {
        auto heads = allHeadMetrics(m_trace, m_stop);
        if (!heads)
            return tl::unexpected(heads.error());
        m_result.heads = std::move(*heads);
        for (HeadMetrics& head : m_result.heads)
            head.values.resize(allMetricDefinitions().size());
        const bool norms = wanted("first_token_norm") || wanted("special_tokens_norm");
        const bool circuits = wanted("ov_copying") || wanted("qk_matching");
        m_parts = norms + circuits + wanted("induction_repeated") + wanted("importance");
        // The one with most work comes last.
        for (const auto& [asked, part] : {std::pair{norms, &Analysis::norms},
                                          {wanted("induction_repeated"), &Analysis::repeated},
                                          {circuits, &Analysis::circuits},
                                          {wanted("importance"), &Analysis::importance}}) {
            if (!asked)
                continue;
            if (auto ok = (this->*part)(); !ok)
                return tl::unexpected(ok.error());
            ++m_done;
        }
        return std::move(m_result);
    }

private:
    [[nodiscard]] bool wanted(std::string_view key) const
    {
        return std::find(m_keys.begin(), m_keys.end(), key) != m_keys.end();
    }

    /// Each of the parts is as long as the others, for whoever watches.
    [[nodiscard]] AnalysisProgress progress() const
    {
        return [this](int done, int total) {
            if (m_progress)
                m_progress(m_done * 100 + (total > 0 ? done * 100 / total : 0), m_parts * 100);
        };
    }

    void set(std::size_t head, std::string_view key, std::optional<double> value)
    {
        const auto& all = allMetricDefinitions();
        for (std::size_t i = 0; i < all.size(); ++i)
            if (all[i].key == key && wanted(key))
                m_result.heads[head].values[i] = value;
    }

    /// What does not apply is told, everything else goes up.
    Result<void> missing(std::initializer_list<const char*> keys, const Error& error)
    {
        if (error.code != ErrorCode::Unsupported && error.code != ErrorCode::TooLong)
            return tl::unexpected(error);
        for (const char* key : keys)
            if (wanted(key))
                m_result.missing.push_back({key, error.message});
        return {};
    }

    Result<void> norms()
    {
        std::size_t head = 0;
        const auto& layers = m_trace.program().attention;
        for (std::size_t a = 0; a < layers.size(); ++a) {
            if (m_stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled");
            auto weights = normWeightedAttention(m_trace, static_cast<int>(a));
            if (!weights)
                return missing({"first_token_norm", "special_tokens_norm"}, weights.error());
            const Tensor& w = **weights;
            const auto& streams = m_trace.input().streams;
            const auto keys = static_cast<std::size_t>(layers[a].keys);
            const auto special = [&](std::int64_t j) {
                return keys < streams.size() && static_cast<std::size_t>(j) < streams[keys].labels.size() &&
                       streams[keys].labels[static_cast<std::size_t>(j)].special;
            };
            const bool self = layers[a].queries == layers[a].keys;
            for (std::int64_t h = 0; h < w.size(0); ++h, ++head) {
                double first = 0, marked = 0;
                std::int64_t firstRows = 0, rows = 0;
                for (std::int64_t i = 0; i < w.size(1); ++i) {
                    double all = 0, specials = 0;
                    const float* row = w.values().data() + (h * w.size(1) + i) * w.size(2);
                    for (std::int64_t j = 0; j < w.size(2); ++j) {
                        all += row[j];
                        specials += special(j) ? row[j] : 0;
                    }
                    if (!(all > 0))
                        continue;
                    marked += specials / all;
                    ++rows;
                    if (i > 0 || !self) {
                        first += row[0] / all;
                        ++firstRows;
                    }
                }
                if (firstRows)
                    set(head, "first_token_norm", first / static_cast<double>(firstRows));
                if (rows)
                    set(head, "special_tokens_norm", marked / static_cast<double>(rows));
            }
            progress()(static_cast<int>(a) + 1, static_cast<int>(layers.size()));
        }
        return {};
    }

    Result<void> repeated()
    {
        auto sequence = repeatedSequence(m_model, m_trace.input());
        if (!sequence)
            return missing({"induction_repeated"}, sequence.error());
        RunOptions options;
        options.overrides = m_trace.overrides();
        auto run = Execution::start(m_model.program, m_model.parameters, sequence->input, m_workers, options);
        if (!run) // cells that were edited may lie outside of this input
            return missing({"induction_repeated"}, {ErrorCode::Unsupported, run.error().message, {}});
        if (auto ok = run->run(m_stop, progress()); !ok)
            return ok;
        auto scores = repeatedScores(run->trace(), *sequence);
        if (!scores)
            return missing({"induction_repeated"}, scores.error());
        for (std::size_t i = 0; i < scores->size(); ++i)
            set(i, "induction_repeated", (*scores)[i].induction);
        return {};
    }

    Result<void> circuits()
    {
        auto measures = circuitMeasures(m_trace, *m_workers, m_stop, progress());
        if (!measures)
            return missing({"ov_copying", "qk_matching"}, measures.error());
        bool ov = false, qk = false;
        for (std::size_t i = 0; i < measures->heads.size(); ++i) {
            set(i, "ov_copying", measures->heads[i].ov);
            set(i, "qk_matching", measures->heads[i].qk);
            ov = ov || measures->heads[i].ov;
            qk = qk || measures->heads[i].qk;
        }
        for (const auto& [has, key, reason] :
             {std::tuple{ov, "ov_copying", &measures->noOv}, {qk, "qk_matching", &measures->noQk}})
            if (!has && wanted(key))
                m_result.missing.push_back(
                    {key, reason->empty() ? "the heads are not plain matrix products" : *reason});
        return {};
    }

    Result<void> importance()
    {
        auto heads = headImportance(m_model, m_trace, m_workers, m_stop, progress());
        if (!heads)
            return missing({"importance"}, heads.error());
        for (std::size_t i = 0; i < heads->size(); ++i)
            set(i, "importance", (*heads)[i].drop);
        return {};
    }

    const Model& m_model;
    const Trace& m_trace;
    std::shared_ptr<Workers> m_workers;
    const std::vector<std::string>& m_keys;
    std::stop_token m_stop;
    const AnalysisProgress& m_progress;
    HeadAnalysis m_result;
    int m_parts = 0, m_done = 0;
};

} // namespace

std::vector<std::string> furtherMetrics()
{
    std::vector<std::string> keys;
    for (std::size_t i = metricDefinitions().size(); i < allMetricDefinitions().size(); ++i)
        keys.emplace_back(allMetricDefinitions()[i].key);
    return keys;
}

Result<HeadAnalysis> analyseHeads(const Model& model, const Trace& trace, std::shared_ptr<Workers> workers,
                                  const std::vector<std::string>& keys, std::stop_token stop,
                                  const AnalysisProgress& progress)
{
    return Analysis(model, trace, std::move(workers), keys, std::move(stop), progress).run();
}

} // namespace headlight
