// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "result/result.h"
#include "tensor/tensor.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace headlight {

/// A tensor to be written under a name. Its shape is known from the start; its numbers are asked for when
/// their turn comes, so that a trace which is longer than memory can be written layer by layer.
struct TensorSource
{
    std::string name;
    std::vector<std::int64_t> shape;
    std::function<Result<TensorPtr>()> load;

    TensorSource(std::string sourceName, std::vector<std::int64_t> sourceShape,
                 std::function<Result<TensorPtr>()> sourceLoad)
        : name(std::move(sourceName))
        , shape(std::move(sourceShape))
        , load(std::move(sourceLoad))
    {
    }
    /// One that is in memory already.
    TensorSource(std::string sourceName, TensorPtr tensor)
        : name(std::move(sourceName))
    {
        for (const Axis& axis : tensor->axes())
            shape.push_back(axis.size);
        load = [tensor = std::move(tensor)]() -> Result<TensorPtr> { return tensor; };
    }
};

} // namespace headlight
