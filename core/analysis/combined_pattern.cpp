// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/combined_pattern.h"

#include <algorithm>

namespace headlight {

Result<TensorPtr> combinedPattern(const Trace& trace, const std::vector<std::pair<int, int>>& heads,
                                  PatternCombination how, std::stop_token stop)
{
    const auto& layers = trace.program().attention;
    if (heads.size() < 2)
        return fail(ErrorCode::BadInput, "expected two heads or more, found " + std::to_string(heads.size()));
    for (const auto& [attention, head] : heads)
        if (attention < 0 || static_cast<std::size_t>(attention) >= layers.size() || head < 0 ||
            head >= layers[static_cast<std::size_t>(attention)].heads)
            return fail(ErrorCode::BadInput, "expected heads of this model, found layer " +
                                                 std::to_string(attention) + ", head " +
                                                 std::to_string(head));
    const auto axesOf = [&](int attention) -> const Axes& {
        return trace.axes(layers[static_cast<std::size_t>(attention)].pattern);
    };
    const Axes first = axesOf(heads.front().first);
    for (const auto& one : heads) {
        const Axes& axes = axesOf(one.first);
        if (!axes[1].fits(first[1]) || !axes[2].fits(first[2]))
            return fail(ErrorCode::BadInput, "expected heads that look from and to the same tokens, found " +
                                                 describe(first) + " and " + describe(axes));
    }
    auto result = std::make_shared<Tensor>(Axes{first[1], first[2]});
    const auto to = result->mutableValues();
    // Sums in double precision, so that the order of the heads does not matter in what is shown.
    std::vector<double> sum(to.size(), 0.0);
    for (std::size_t i = 0; i < heads.size(); ++i) {
        if (stop.stop_requested())
            return fail(ErrorCode::Cancelled, "cancelled");
        const auto pattern = trace.step(layers[static_cast<std::size_t>(heads[i].first)].pattern);
        if (!pattern)
            return tl::unexpected(pattern.error());
        const double others = 1.0 / static_cast<double>(heads.size() - 1);
        const double weight = how == PatternCombination::Mean ? 1.0 / static_cast<double>(heads.size())
                              : i == 0                        ? 1.0
                                                              : -others;
        const auto values =
            (*pattern)->values().subspan(static_cast<std::size_t>(heads[i].second) * to.size(), to.size());
        if (how == PatternCombination::Largest)
            for (std::size_t c = 0; c < to.size(); ++c)
                sum[c] = std::max(sum[c], static_cast<double>(values[c]));
        else
            for (std::size_t c = 0; c < to.size(); ++c)
                sum[c] += weight * static_cast<double>(values[c]);
    }
    std::transform(sum.begin(), sum.end(), to.begin(), [](double v) { return static_cast<float>(v); });
    return TensorPtr(std::move(result));
}

} // namespace headlight
