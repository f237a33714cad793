// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/tensor.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <new>

namespace headlight {

namespace {

std::vector<std::int64_t> denseStrides(const Axes& axes)
{
    std::vector<std::int64_t> strides(axes.size(), 1);
    for (std::size_t i = axes.size(); i-- > 1;)
        strides[i - 1] = strides[i] * axes[i].size;
    return strides;
}

/// Zeroed by the operating system where it can, so that a large result is touched once only, by the op
/// itself.
float* zeros(std::int64_t count)
{
    auto* memory = static_cast<float*>(
        std::calloc(static_cast<std::size_t>(std::max<std::int64_t>(count, 1)), sizeof(float)));
    if (!memory)
        throw std::bad_alloc();
    return memory;
}

} // namespace

void Tensor::Free::operator()(float* memory) const
{
    std::free(memory);
}

std::string describe(const Axes& axes)
{
    std::string text = "[";
    for (const Axis& a : axes) {
        if (text.size() > 1)
            text += ", ";
        text += a.name;
        if (a.size != anySize)
            text += ' ' + std::to_string(a.size);
    }
    return text + ']';
}

std::string describe(const Cell& cell)
{
    std::string text = "[";
    for (const auto index : cell) {
        if (text.size() > 1)
            text += ", ";
        text += std::to_string(index);
    }
    return text + ']';
}

std::int64_t elementCount(const Axes& axes)
{
    std::int64_t count = 1;
    for (const Axis& a : axes)
        count *= a.size;
    return count;
}

int findAxis(const Axes& axes, std::string_view name)
{
    for (std::size_t i = 0; i < axes.size(); ++i)
        if (axes[i].name == name)
            return static_cast<int>(i);
    return -1;
}

Tensor::Tensor(Axes axes)
    : m_axes(std::move(axes))
    , m_strides(denseStrides(m_axes))
    , m_own(zeros(elementCount(m_axes)))
    , m_data(m_own.get())
    , m_count(elementCount(m_axes))
{
}

Tensor::Tensor(Axes axes, std::vector<float> values)
    : Tensor(std::move(axes))
{
    assert(static_cast<std::int64_t>(values.size()) == m_count);
    std::copy(values.begin(), values.end(), m_own.get());
}

Tensor::Tensor(Axes axes, const float* data, std::vector<std::int64_t> strides,
               std::shared_ptr<const void> owner)
    : m_axes(std::move(axes))
    , m_strides(std::move(strides))
    , m_owner(std::move(owner))
    , m_data(data)
    , m_count(elementCount(m_axes))
    , m_dense(m_strides == denseStrides(m_axes))
{
    assert(m_strides.size() == m_axes.size());
}

std::span<const float> Tensor::values() const
{
    assert(m_dense);
    return {m_data, static_cast<std::size_t>(m_count)};
}

std::span<float> Tensor::mutableValues()
{
    assert(m_own);
    return {m_own.get(), static_cast<std::size_t>(m_count)};
}

std::int64_t Tensor::offset(const Cell& cell) const
{
    assert(contains(cell));
    std::int64_t at = 0;
    for (std::size_t i = 0; i < cell.size(); ++i)
        at += cell[i] * m_strides[i];
    return at;
}

bool Tensor::contains(const Cell& cell) const
{
    if (cell.size() != m_axes.size())
        return false;
    for (std::size_t i = 0; i < cell.size(); ++i)
        if (cell[i] < 0 || cell[i] >= m_axes[i].size)
            return false;
    return true;
}

Cell Tensor::cellAt(std::int64_t flat) const
{
    Cell cell(m_axes.size());
    for (std::size_t i = m_axes.size(); i-- > 0;) {
        cell[i] = flat % m_axes[i].size;
        flat /= m_axes[i].size;
    }
    return cell;
}

Tensor Tensor::dense() const
{
    Tensor copy(m_axes);
    const auto out = copy.mutableValues();
    if (m_dense) {
        std::copy_n(m_data, m_count, out.begin());
        return copy;
    }
    for (std::int64_t i = 0; i < m_count; ++i)
        out[static_cast<std::size_t>(i)] = at(cellAt(i));
    return copy;
}

} // namespace headlight
