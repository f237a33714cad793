// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/override.h"

#include "run/trace_data.h"

namespace headlight {

namespace {

TensorPtr edited(const Override::EditCells& edit, const TensorPtr& tensor)
{
    Tensor copy = tensor->dense();
    for (const auto& [cell, value] : edit.cells)
        copy.mutableValues()[static_cast<std::size_t>(copy.offset(cell))] = value;
    return std::make_shared<const Tensor>(std::move(copy));
}

TensorPtr ablated(const Override::Ablate& ablate, const TensorPtr& tensor)
{
    const int at = findAxis(tensor->axes(), ablate.axis);
    Tensor copy = tensor->dense();
    const auto values = copy.mutableValues();
    std::int64_t inner = 1;
    for (int i = at + 1; i < copy.rank(); ++i)
        inner *= copy.size(i);
    const std::int64_t outer = copy.count() / (inner * copy.size(at));
    const auto cellOf = [&](std::int64_t o, std::int64_t i) {
        return static_cast<std::size_t>((o * copy.size(at) + ablate.index) * inner + i);
    };
    for (std::int64_t i = 0; i < inner; ++i) {
        double sum = 0;
        for (std::int64_t o = 0; ablate.mean && o < outer; ++o)
            sum += values[cellOf(o, i)];
        for (std::int64_t o = 0; o < outer; ++o)
            values[cellOf(o, i)] = static_cast<float>(sum / static_cast<double>(outer));
    }
    return std::make_shared<const Tensor>(std::move(copy));
}

} // namespace

Result<void> checkCells(const Override& change, const Axes& axes)
{
    if (const auto* edit = std::get_if<Override::EditCells>(&change.change)) {
        for (const auto& [cell, value] : edit->cells) {
            bool inside = cell.size() == axes.size();
            for (std::size_t i = 0; inside && i < cell.size(); ++i)
                inside = cell[i] >= 0 && cell[i] < axes[i].size;
            if (!inside)
                return fail(ErrorCode::BadInput,
                            "expected a cell of " + describe(axes) + ", found " + describe(cell),
                            change.target);
        }
    }
    if (const auto* ablate = std::get_if<Override::Ablate>(&change.change)) {
        const int at = findAxis(axes, ablate->axis);
        if (at < 0)
            return fail(ErrorCode::BadInput,
                        "expected one of the axes " + describe(axes) + ", found " + ablate->axis,
                        change.target);
        const auto size = axes[static_cast<std::size_t>(at)].size;
        if (ablate->index < 0 || ablate->index >= size)
            return fail(ErrorCode::BadInput,
                        "expected a " + ablate->axis + " from 0 to " + std::to_string(size - 1) + ", found " +
                            std::to_string(ablate->index),
                        change.target);
    }
    return {};
}

TensorPtr applied(const Override& change, TensorPtr tensor, const std::vector<TensorPtr>& operands)
{
    if (const auto* edit = std::get_if<Override::EditCells>(&change.change))
        return edited(*edit, tensor);
    if (const auto* ablate = std::get_if<Override::Ablate>(&change.change))
        return ablated(*ablate, tensor);
    if (std::holds_alternative<Override::PassFirst>(change.change) && !operands.empty())
        return operands.front();
    return tensor; // ReplaceOp has acted before
}

} // namespace headlight
