// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trace_difference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

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

/// after − before over the pairs of the axes in @p drawn; of the others the entry in @p start.
std::shared_ptr<Tensor> lessOverPairs(const Tensor& before, const Tensor& after,
                                      const std::vector<TokenAlignment>& pairs,
                                      const std::vector<std::size_t>& drawn, const Cell& start, Axes axes)
{
    auto values = std::make_shared<Tensor>(std::move(axes));
    const auto out = values->mutableValues();
    // Where each entry of a drawn axis lies in either tensor; the last axis runs fastest.
    std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>> steps;
    for (const std::size_t a : drawn) {
        steps.emplace_back();
        for (const TokenPair& pair : pairs[a].pairs)
            steps.back().emplace_back(pair.first * before.strides()[a], pair.second * after.strides()[a]);
    }
    const float *x = before.data() + before.offset(start), *y = after.data() + after.offset(start);
    Cell cell(drawn.size(), 0);
    for (float& value : out) {
        std::int64_t old = 0, now = 0;
        for (std::size_t d = 0; d < cell.size(); ++d) {
            old += steps[d][static_cast<std::size_t>(cell[d])].first;
            now += steps[d][static_cast<std::size_t>(cell[d])].second;
        }
        value = less(y[now], x[old]);
        for (std::size_t d = cell.size(); d-- > 0;) {
            if (++cell[d] < values->size(static_cast<int>(d)))
                break;
            cell[d] = 0;
        }
    }
    return values;
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

Result<AlignedDifference> alignedDifference(const Trace& base, TensorRef was, const Trace& changed,
                                            TensorRef is, const std::map<std::string, std::int64_t>& fixed)
{
    auto before = base.tensor(was), after = changed.tensor(is);
    if (!before || !after)
        return tl::unexpected(before ? after.error() : before.error());
    const Axes &from = (*before)->axes(), &to = (*after)->axes();
    const std::string& name = changed.program().nameOf(is);
    if (from.size() != to.size())
        return fail(ErrorCode::BadShape, describe(from) + " in one run, " + describe(to) + " in the other",
                    name);
    AlignedDifference result;
    Axes axes;
    Cell start(to.size(), 0);
    std::vector<std::size_t> drawn;
    for (std::size_t a = 0; a < to.size(); ++a) {
        if (const auto index = fixed.find(to[a].name); index != fixed.end()) {
            const std::int64_t size = std::min(from[a].size, to[a].size);
            if (from[a].name != to[a].name || index->second < 0 || index->second >= size)
                return fail(
                    ErrorCode::BadShape,
                    "only one of the two runs has " + to[a].name + " " + std::to_string(index->second), name);
            start[a] = index->second;
            TokenAlignment both{from[a].size, to[a].size, {}};
            for (std::int64_t i = 0; i < size; ++i)
                both.pairs.push_back({i, i, true});
            result.axes.push_back(std::move(both));
            continue;
        }
        auto pairs = alignAxes(base, from[a], changed, to[a]);
        if (!pairs)
            return fail(pairs.error().code, pairs.error().message, name);
        if (pairs->pairs.empty())
            return fail(ErrorCode::BadShape, "the two runs have nothing in common", name);
        Axis axis = to[a];
        axis.size = static_cast<std::int64_t>(pairs->pairs.size());
        axes.push_back(std::move(axis));
        result.axes.push_back(std::move(*pairs));
        drawn.push_back(a);
    }
    result.values = lessOverPairs(**before, **after, result.axes, drawn, start, std::move(axes));
    return result;
}

Result<void> checkSameHeads(const Program& first, const Program& second)
{
    const auto &ones = first.attention, &others = second.attention;
    if (ones.size() != others.size())
        return fail(ErrorCode::BadShape, std::to_string(ones.size()) + " attention layers in one run and " +
                                             std::to_string(others.size()) + " in the other");
    for (const AttentionLayer& other : others) {
        const auto one = std::find_if(ones.begin(), ones.end(),
                                      [&](const AttentionLayer& layer) { return layer.name == other.name; });
        if (one == ones.end())
            return fail(ErrorCode::BadShape, "only one of the two runs has " + other.name);
        if (one->heads != other.heads)
            return fail(ErrorCode::BadShape, std::to_string(one->heads) + " heads a layer in one run and " +
                                                 std::to_string(other.heads) + " in the other");
    }
    return {};
}

Result<AlignedDifference> patternDifference(const Trace& base, const Trace& changed, int attention,
                                            SinkTreatment sink)
{
    if (auto same = checkSameHeads(base.program(), changed.program()); !same)
        return tl::unexpected(same.error());
    const AttentionLayer& mine = changed.program().attention[static_cast<std::size_t>(attention)];
    const auto& layers = base.program().attention;
    const AttentionLayer& other = *std::find_if(
        layers.begin(), layers.end(), [&](const AttentionLayer& layer) { return layer.name == mine.name; });
    const TensorRef was{TensorRef::Kind::Step, other.pattern}, is{TensorRef::Kind::Step, mine.pattern};
    auto result = alignedDifference(base, was, changed, is, {});
    if (!result)
        return result;
    const std::vector<std::size_t> all{0, 1, 2};
    const Cell start(3, 0);
    Axes axes = result->values->axes();
    for (const std::size_t a : {std::size_t{1}, std::size_t{2}}) {
        auto names = std::make_shared<std::vector<std::string>>();
        const Axis &from = base.axes(other.pattern)[a], &to = changed.axes(mine.pattern)[a];
        for (const TokenPair& pair : result->axes[a].pairs) {
            const std::string name = changed.label(to, pair.second);
            names->push_back(pair.same ? name : base.label(from, pair.first) + " → " + name);
        }
        axes[a] = {axes[a].name, axes[a].size, noStream, std::move(names)};
    }
    constexpr float hidden = -std::numeric_limits<float>::infinity();
    std::shared_ptr<Tensor> values;
    if (sink == SinkTreatment::Shown) {
        const auto plain = result->values->values();
        values = std::make_shared<Tensor>(std::move(axes), std::vector<float>(plain.begin(), plain.end()));
    } else {
        // What is compared is what the pictures of both sides show.
        const auto before = base.tensor(was), after = changed.tensor(is);
        if (!before || !after)
            return tl::unexpected(before ? after.error() : before.error());
        values =
            lessOverPairs(withoutFirstKey(**before, sink, hidden), withoutFirstKey(**after, sink, hidden),
                          result->axes, all, start, std::move(axes));
        for (float& value : values->mutableValues())
            if (std::isinf(value)) // a first key that stands for another one
                value = hidden;
    }
    // In a pattern a masked cell is a mere zero.
    const auto hides = base.step(other.scores), hidesNow = changed.step(mine.scores);
    if (hides && hidesNow) {
        const auto scores = lessOverPairs(**hides, **hidesNow, result->axes, all, start, values->axes());
        const auto to = values->mutableValues();
        for (std::int64_t i = 0; i < scores->count(); ++i)
            if (float& value = to[static_cast<std::size_t>(i)]; value == 0 && (*scores)[i] == hidden)
                value = hidden;
    }
    result->values = std::move(values);
    return result;
}

Result<std::vector<PredictionChange>> predictionChanges(const Model& model, const Trace& base,
                                                        const Trace& changed, std::int64_t position,
                                                        int count)
{
    return predictionChanges({model, base, position}, {model, changed, position}, count);
}

Result<std::vector<PredictionChange>> predictionChanges(const Speaker& before, const Speaker& after,
                                                        int count)
{
    const auto was = predictions(before.model, before.trace, before.position, count),
               is = predictions(after.model, after.trace, after.position, count);
    if (!was || !is)
        return tl::unexpected(was ? is.error() : was.error());
    // In one model an answer is its number: two pieces may be written alike.
    const bool oneModel = &before.model == &after.model;
    std::map<std::string, PredictionChange> byName;
    for (const auto* list : {&*is, &*was})
        for (const Candidate& c : *list)
            byName.try_emplace(oneModel ? std::to_string(c.id) : c.label,
                               PredictionChange{c.id, c.label, std::nan(""), std::nan("")});
    for (const auto& [speaker, list, member] : {std::tuple{&before, &*was, &PredictionChange::before},
                                                std::tuple{&after, &*is, &PredictionChange::after}}) {
        const auto logits = speaker->trace.step(speaker->model.program->prediction.logits);
        if (!logits)
            return tl::unexpected(logits.error());
        const Tensor dense = (*logits)->dense();
        const Axis& out = dense.axes().back();
        const std::int64_t row = dense.rank() > 1 ? speaker->position : 0;
        const double total = logSum(dense, row);
        for (const Candidate& c : *list) {
            double& share = byName.at(oneModel ? std::to_string(c.id) : c.label).*member;
            if (std::isnan(share)) // of two that are written alike, the likelier
                share = std::exp(dense[row * out.size + c.id] - total);
        }
        for (std::int64_t id = 0; id < out.size && !oneModel; ++id)
            if (const auto it = byName.find(speaker->model.label(speaker->trace, out, id));
                it != byName.end() && std::isnan(it->second.*member))
                it->second.*member = std::exp(dense[row * out.size + id] - total);
        for (auto it = byName.begin(); it != byName.end() && oneModel; ++it)
            it->second.*member = std::exp(dense[row * out.size + it->second.id] - total);
    }
    std::vector<PredictionChange> all;
    for (auto& [name, change] : byName)
        all.push_back(std::move(change));
    // What one model has no word for counts by the other's share; where all is NaN, nothing goes first.
    const auto most = [](const PredictionChange& c) {
        const double larger = std::fmax(c.before, c.after);
        return std::isnan(larger) ? -1.0 : larger;
    };
    std::sort(all.begin(), all.end(), [&](const PredictionChange& a, const PredictionChange& b) {
        return most(a) != most(b) ? most(a) > most(b) : a.id < b.id;
    });
    if (all.size() > static_cast<std::size_t>(std::max(count, 0)))
        all.resize(static_cast<std::size_t>(std::max(count, 0)));
    return all;
}

} // namespace headlight
