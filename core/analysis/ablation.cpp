// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/ablation.h"

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

/// ln p of token @p t of each row, or of the largest one (whose place goes to @p t) when t is empty.
std::vector<double> logProbabilities(const Tensor& logits, std::vector<std::int64_t>& t)
{
    const std::int64_t n = logits.axes().back().size, rows = logits.count() / n;
    const bool choose = t.empty();
    std::vector<double> result;
    for (std::int64_t r = 0; r < rows; ++r) {
        const float* x = logits.values().data() + r * n;
        const float* largest = std::max_element(x, x + n);
        double sum = 0;
        for (std::int64_t i = 0; i < n; ++i)
            sum += std::exp(static_cast<double>(x[i]) - *largest);
        if (choose)
            t.push_back(largest - x);
        result.push_back(static_cast<double>(x[t[static_cast<std::size_t>(r)]]) - *largest - std::log(sum));
    }
    return result;
}

} // namespace

Result<std::vector<HeadImportance>> headImportance(const Model& model, const Trace& trace,
                                                   std::shared_ptr<Workers> workers, std::stop_token stop,
                                                   const AnalysisProgress& progress)
{
    const Program& program = trace.program();
    const int last = program.prediction.logits;
    if (last < 0)
        return fail(ErrorCode::Unsupported, "this model has no logits");
    auto logits = trace.step(last);
    if (!logits)
        return tl::unexpected(logits.error());
    std::vector<std::int64_t> tokens;
    const auto before = logProbabilities(**logits, tokens);
    std::vector<HeadImportance> all;
    int total = 0;
    for (const AttentionLayer& layer : program.attention)
        total += layer.heads;
    for (std::size_t a = 0; a < program.attention.size(); ++a) {
        const AttentionLayer& layer = program.attention[a];
        for (int h = 0; h < layer.heads; ++h) {
            RunOptions options;
            options.base = trace;
            options.overrides = trace.overrides();
            options.overrides.push_back(std::make_shared<const Override>(
                Override{program.steps[static_cast<std::size_t>(layer.z)].hook,
                         Override::Ablate{std::string(axis::head), h, false},
                         {}}));
            auto run = Execution::start(model.program, model.parameters, trace.input(), workers, options);
            if (!run)
                return tl::unexpected(run.error());
            if (auto ok = run->runTo(last, stop); !ok)
                return tl::unexpected(ok.error());
            auto without = run->trace().step(last);
            if (!without)
                return tl::unexpected(without.error());
            const auto after = logProbabilities(**without, tokens);
            HeadImportance head{.attention = static_cast<int>(a), .head = h};
            for (std::size_t i = 0; i < before.size(); ++i) {
                head.drop += (before[i] - after[i]) / static_cast<double>(before.size());
                head.probabilityDrop +=
                    (std::exp(before[i]) - std::exp(after[i])) / static_cast<double>(before.size());
            }
            all.push_back(head);
            if (progress)
                progress(static_cast<int>(all.size()), total);
        }
    }
    return all;
}

} // namespace headlight
