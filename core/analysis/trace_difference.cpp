// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trace_difference.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace headlight {

namespace {

float less(float after, float before)
{
    const bool same = after == before || (std::isnan(after) && std::isnan(before));
    if (same && !std::isfinite(after))
        return after;
    return after - before;
}

/// Log of the sum of the exponentials of a row of logits: what turns one into a probability.
double logSum(const Tensor& logits, std::int64_t row)
{
    const std::int64_t width = logits.axes().back().size;
    double largest = -HUGE_VAL, sum = 0;
    for (std::int64_t i = 0; i < width; ++i)
        largest = std::max<double>(largest, logits[row * width + i]);
    for (std::int64_t i = 0; i < width; ++i)
        sum += std::exp(logits[row * width + i] - largest);
    return largest + std::log(sum);
}

} // namespace

Result<TensorPtr> difference(const Trace& base, const Trace& changed, TensorRef tensor)
{
    auto before = base.tensor(tensor), after = changed.tensor(tensor);
    if (!before || !after)
        return tl::unexpected(before ? after.error() : before.error());
    if (describe((*before)->axes()) != describe((*after)->axes()))
        return fail(ErrorCode::BadShape,
                    "expected " + describe((*before)->axes()) + " in both runs, found " +
                        describe((*after)->axes()),
                    base.program().nameOf(tensor));
    const Tensor from = (*before)->dense(), to = (*after)->dense();
    auto result = std::make_shared<Tensor>(to.axes());
    const auto values = result->mutableValues();
    for (std::int64_t i = 0; i < result->count(); ++i)
        values[static_cast<std::size_t>(i)] = less(to[i], from[i]);
    return result;
}

Result<std::vector<PredictionChange>> predictionChanges(const Model& model, const Trace& base,
                                                        const Trace& changed, std::int64_t position,
                                                        int count)
{
    const auto before = predictions(model, base, position, count),
               after = predictions(model, changed, position, count);
    if (!before || !after)
        return tl::unexpected(before ? after.error() : before.error());
    std::map<int, PredictionChange> byId;
    for (const auto* list : {&*before, &*after})
        for (const Candidate& c : *list)
            byId[c.id] = {c.id, c.label, 0, 0};
    const int step = model.program->prediction.logits;
    for (const auto& [trace, member] :
         {std::pair{&base, &PredictionChange::before}, std::pair{&changed, &PredictionChange::after}}) {
        const auto logits = trace->step(step);
        if (!logits)
            return tl::unexpected(logits.error());
        const Tensor dense = (*logits)->dense();
        const std::int64_t row = dense.rank() > 1 ? position : 0, width = dense.axes().back().size;
        const double total = logSum(dense, row);
        for (auto& [id, change] : byId)
            change.*member = std::exp(dense[row * width + id] - total);
    }
    std::vector<PredictionChange> all;
    for (auto& [id, change] : byId)
        all.push_back(std::move(change));
    std::stable_sort(all.begin(), all.end(), [](const PredictionChange& a, const PredictionChange& b) {
        const double x = std::max(a.before, a.after), y = std::max(b.before, b.after);
        return x > y && !std::isnan(x); // a NaN orders like nothing else, and stays where it is
    });
    if (all.size() > static_cast<std::size_t>(std::max(count, 0)))
        all.resize(static_cast<std::size_t>(std::max(count, 0)));
    return all;
}

} // namespace headlight
