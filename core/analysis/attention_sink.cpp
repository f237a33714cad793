// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/attention_sink.h"

namespace headlight {

Tensor withoutFirstKey(const Tensor& pattern, SinkTreatment treatment, float left)
{
    Tensor result = pattern.dense();
    if (treatment == SinkTreatment::Shown || pattern.rank() == 0 || pattern.count() == 0)
        return result;
    const auto values = result.mutableValues();
    const auto keys = static_cast<std::size_t>(pattern.size(pattern.rank() - 1));
    for (std::size_t row = 0; row < values.size(); row += keys) {
        const auto weights = values.subspan(row, keys);
        weights[0] = left;
        if (treatment == SinkTreatment::Hidden)
            continue;
        double rest = 0;
        for (std::size_t j = 1; j < keys; ++j)
            rest += static_cast<double>(weights[j]);
        if (rest > 0)
            for (std::size_t j = 1; j < keys; ++j)
                weights[j] = static_cast<float>(static_cast<double>(weights[j]) / rest);
    }
    return result;
}

} // namespace headlight
