// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/logit_lens.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>

namespace headlight {

namespace {

/// So many logits at once: 16 MB. A large model's take a tenth of a second, so that one can see how far it is
/// and stop it.
constexpr std::int64_t mostLogits = std::int64_t{1} << 22;

/// The output head applied to another tensor than the run's own last state.
Result<TensorPtr> applyHead(const Trace& trace, const OutputHead& head, TensorPtr state, Workers& workers)
{
    std::unordered_map<int, TensorPtr> made{{head.stream.states.back().index, std::move(state)}};
    TensorPtr last;
    for (const int index : head.steps) {
        const Step& step = trace.program().steps[static_cast<std::size_t>(index)];
        std::vector<TensorPtr> operands;
        std::vector<Axes> axes;
        Operands plain;
        for (const TensorRef ref : step.operands) {
            const auto it = ref.kind == TensorRef::Kind::Step ? made.find(ref.index) : made.end();
            Result<TensorPtr> operand = it != made.end() ? Result<TensorPtr>(it->second) : trace.tensor(ref);
            if (!operand)
                return operand;
            axes.push_back((*operand)->axes());
            plain.push_back(operand->get());
            operands.push_back(std::move(*operand));
        }
        const OpPtr op = trace.op(index);
        if (op->isIdentity()) {
            last = operands.front();
        } else {
            auto shape = op->shape(axes);
            if (!shape)
                return tl::unexpected(shape.error());
            auto result = std::make_shared<Tensor>(std::move(*shape));
            op->forward(plain, *result, workers);
            last = std::move(result);
        }
        made[index] = last;
    }
    return last;
}

TensorPtr rowsOf(const Tensor& x, std::int64_t begin, std::int64_t count)
{
    if (begin == 0 && count == x.size(0))
        return std::make_shared<const Tensor>(x.dense());
    Axes axes = x.axes();
    axes[0].size = count;
    const auto values = x.values().subspan(static_cast<std::size_t>(begin * x.size(1)),
                                           static_cast<std::size_t>(count * x.size(1)));
    return std::make_shared<const Tensor>(std::move(axes), std::vector<float>(values.begin(), values.end()));
}

LensCell read(const float* logits, std::int64_t size, int top, int token)
{
    LensCell cell;
    double largest = -std::numeric_limits<double>::infinity(), sum = 0, weighted = 0;
    for (std::int64_t i = 0; i < size; ++i)
        largest = std::max<double>(largest, logits[i]);
    for (std::int64_t i = 0; i < size; ++i) {
        const double e = std::exp(logits[i] - largest);
        sum += e;
        if (e > 0)
            weighted += e * (logits[i] - largest);
    }
    cell.entropy = static_cast<float>(std::log(sum) - weighted / sum);
    std::vector<int> order(static_cast<std::size_t>(size));
    std::iota(order.begin(), order.end(), 0);
    const auto most = std::min<std::ptrdiff_t>(std::max(top, 1), static_cast<std::ptrdiff_t>(size));
    std::partial_sort(order.begin(), order.begin() + most, order.end(), [logits](int a, int b) {
        const bool nanA = std::isnan(logits[a]), nanB = std::isnan(logits[b]);
        if (nanA || nanB)
            return nanA == nanB ? a < b : nanB;
        return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
    });
    const auto probability = [&](int i) { return static_cast<float>(std::exp(logits[i] - largest) / sum); };
    for (std::ptrdiff_t i = 0; i < most; ++i) {
        const int id = order[static_cast<std::size_t>(i)];
        cell.top.push_back({id, logits[id], probability(id)});
    }
    cell.token = token >= 0 ? token : cell.top.front().token;
    cell.logit = logits[cell.token];
    cell.probability = probability(cell.token);
    cell.rank = 1 + static_cast<int>(std::count_if(logits, logits + size,
                                                   [&](float other) { return other > logits[cell.token]; }));
    return cell;
}

} // namespace

Result<LogitLens> logitLens(const Trace& trace, Workers& workers, const LensOptions& options,
                            std::stop_token stop, const AnalysisProgress& progress)
{
    auto head = outputHead(trace.program());
    if (!head)
        return tl::unexpected(head.error());
    LogitLens lens;
    lens.stream = head->stream;
    const int states = lens.states();
    const Axes logitAxes = trace.axes(trace.program().prediction.logits);
    lens.out = logitAxes.back();
    // A model that says one thing for the whole input reads it at one position: there each position gets its
    // own turn to be that one.
    const bool everywhere = trace.program().prediction.stream != noStream && logitAxes.size() == 2;
    if (options.token >= lens.out.size)
        return fail(ErrorCode::BadInput, "expected a token from 0 to " + std::to_string(lens.out.size - 1) +
                                             ", found " + std::to_string(options.token));
    std::vector<int> chosen;
    // From the last state to the first: the last one says which tokens the model chooses.
    for (int s = states - 1; s >= 0; --s) {
        auto state = trace.tensor(lens.stream.states[static_cast<std::size_t>(s)]);
        if (!state)
            return tl::unexpected(state.error());
        if ((*state)->rank() != 2 || !(*state)->isDense())
            return fail(ErrorCode::Unsupported, "the residual stream is not one vector a position",
                        trace.program().nameOf(lens.stream.states[static_cast<std::size_t>(s)]));
        const std::int64_t n = (*state)->size(0);
        if (lens.cells.empty()) {
            lens.positions = n;
            lens.cells.resize(static_cast<std::size_t>(states * n));
            chosen.assign(static_cast<std::size_t>(n), options.token);
        }
        const std::int64_t atOnce =
            everywhere ? std::clamp<std::int64_t>(mostLogits / std::max<std::int64_t>(lens.out.size, 1), 1, n)
                       : 1;
        for (std::int64_t begin = 0; begin < n; begin += atOnce) {
            if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled");
            const std::int64_t count = std::min(atOnce, n - begin);
            auto logits = applyHead(trace, *head, rowsOf(**state, begin, count), workers);
            if (!logits)
                return tl::unexpected(logits.error());
            if ((*logits)->count() != count * lens.out.size)
                return fail(ErrorCode::Unsupported, "this model's logits are not one row a position");
            for (std::int64_t i = 0; i < count; ++i) {
                const auto at = static_cast<std::size_t>(begin + i);
                LensCell& cell = lens.cells[static_cast<std::size_t>(s * n) + at];
                cell = read((*logits)->values().data() + i * lens.out.size, lens.out.size, options.top,
                            chosen[at]);
                chosen[at] = cell.token;
            }
            if (progress)
                progress(static_cast<int>((states - 1 - s) * n + begin + count),
                         static_cast<int>(states * n));
        }
    }
    return lens;
}

} // namespace headlight
