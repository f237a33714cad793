// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "program/slice.h"

#include <cassert>
#include <utility>

namespace headlight {

Slice::Slice(std::string name, std::vector<std::int64_t> shape)
    : tensor(std::move(name))
    , fileShape(shape)
    , sizes(std::move(shape))
    , strides(sizes.size(), 1)
{
    for (std::size_t i = sizes.size(); i-- > 1;)
        strides[i - 1] = strides[i] * sizes[i];
}

Slice Slice::transpose() const
{
    assert(sizes.size() >= 2);
    Slice view = *this;
    const std::size_t last = sizes.size() - 1;
    std::swap(view.sizes[last], view.sizes[last - 1]);
    std::swap(view.strides[last], view.strides[last - 1]);
    return view;
}

Slice Slice::narrow(int dim, std::int64_t start, std::int64_t length) const
{
    const auto d = static_cast<std::size_t>(dim);
    assert(start >= 0 && length >= 0 && start + length <= sizes[d]);
    Slice view = *this;
    view.offset += start * strides[d];
    view.sizes[d] = length;
    return view;
}

Slice Slice::split(int dim, std::int64_t parts) const
{
    const auto d = static_cast<std::size_t>(dim);
    assert(parts > 0 && sizes[d] % parts == 0);
    Slice view = *this;
    const std::int64_t rest = sizes[d] / parts;
    view.sizes[d] = parts;
    view.strides[d] = strides[d] * rest;
    view.sizes.insert(view.sizes.begin() + dim + 1, rest);
    view.strides.insert(view.strides.begin() + dim + 1, strides[d]);
    return view;
}

Slice Slice::merge(int dim) const
{
    const auto d = static_cast<std::size_t>(dim);
    assert(d + 1 < sizes.size() && strides[d] == strides[d + 1] * sizes[d + 1]);
    Slice view = *this;
    view.sizes[d + 1] *= sizes[d];
    view.sizes.erase(view.sizes.begin() + dim);
    view.strides.erase(view.strides.begin() + dim);
    return view;
}

Slice Slice::select(int dim, std::int64_t index) const
{
    Slice view = narrow(dim, index, 1);
    view.sizes.erase(view.sizes.begin() + dim);
    view.strides.erase(view.strides.begin() + dim);
    return view;
}

} // namespace headlight
