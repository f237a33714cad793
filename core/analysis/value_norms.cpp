// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/value_norms.h"

#include "analysis/residual_stream.h"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>

namespace headlight {

Result<TensorPtr> normWeightedAttention(const Trace& trace, int attention)
{
    const AttentionLayer& layer = trace.program().attention[static_cast<std::size_t>(attention)];
    const auto out = outputProjection(trace.program(), layer);
    if (!out || layer.v < 0)
        return fail(ErrorCode::Unsupported, "the heads' outputs do not go through one matrix W_O",
                    layer.name);
    auto pattern = trace.step(layer.pattern), values = trace.step(layer.v);
    auto weight = trace.tensor(out->weight);
    for (const auto* tensor : {&pattern, &values, &weight})
        if (!*tensor)
            return tl::unexpected(tensor->error());
    const Tensor &p = **pattern, &v = **values, &w = **weight;
    if (p.rank() != 3 || v.rank() != 3 || w.rank() != 3 || v.size(0) != p.size(2))
        return fail(ErrorCode::Unsupported, "the values are not one vector a key", layer.name);
    const std::int64_t heads = p.size(0), n = p.size(1), m = p.size(2), dHead = v.size(2), d = w.size(2);
    const std::int64_t perGroup = std::max<std::int64_t>(1, heads / std::max<std::int64_t>(v.size(1), 1));
    auto result = std::make_shared<Tensor>(p.axes());
    float* y = result->mutableValues().data();
    for (std::int64_t h = 0; h < heads; ++h) {
        // ‖v W_O‖² = v (W_O W_Oᵀ) vᵀ, a product of d_head × d_head numbers a key.
        Eigen::MatrixXd wO(dHead, d);
        for (std::int64_t r = 0; r < dHead; ++r)
            for (std::int64_t c = 0; c < d; ++c)
                wO(r, c) = w.at({h, r, c});
        const Eigen::MatrixXd gram = wO * wO.transpose();
        for (std::int64_t j = 0; j < m; ++j) {
            Eigen::VectorXd x(dHead);
            for (std::int64_t c = 0; c < dHead; ++c)
                x(c) = v.at({j, h / perGroup, c});
            const double norm = std::sqrt(std::max(0.0, x.dot(gram * x)));
            for (std::int64_t i = 0; i < n; ++i)
                y[(h * n + i) * m + j] = static_cast<float>(p[(h * n + i) * m + j] * norm);
        }
    }
    return result;
}

} // namespace headlight
