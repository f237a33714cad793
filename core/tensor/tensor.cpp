// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/tensor.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <new>

#ifdef __linux__
#include <sys/mman.h>
#endif

namespace headlight {

namespace {

std::vector<std::int64_t> denseStrides(const Axes& axes)
{
    std::vector<std::int64_t> strides(axes.size(), 1);
    for (std::size_t i = axes.size(); i-- > 1;)
        strides[i - 1] = strides[i] * axes[i].size;
    return strides;
}

#ifdef __linux__
/// From this size on a result is mapped by itself, in huge pages: with small ones the faults of a first touch
/// cost more than what the op computes (a pattern of GPT-2 at 1,024 tokens is 12,288 small pages).
constexpr std::size_t largeBytes = std::size_t{8} << 20;
#endif

} // namespace

Tensor::Memory Tensor::zeros(std::int64_t count)
{
    const std::size_t bytes = static_cast<std::size_t>(std::max<std::int64_t>(count, 1)) * sizeof(float);
#ifdef __linux__
    if (bytes >= largeBytes) {
        void* mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mapped == MAP_FAILED)
            throw std::bad_alloc();
        madvise(mapped, bytes, MADV_HUGEPAGE); // a wish: without it all is the same, only slower
        return Memory(static_cast<float*>(mapped), Free{bytes});
    }
#endif
    // Zeroed by the operating system where it can, so that a result is touched once only, by the op itself.
    auto* memory = static_cast<float*>(std::calloc(bytes, 1));
    if (!memory)
        throw std::bad_alloc();
    return Memory(memory, Free{});
}

void Tensor::Free::operator()(float* memory) const
{
#ifdef __linux__
    if (mapped > 0) {
        munmap(memory, mapped);
        return;
    }
#endif
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
    , m_own(nullptr, Free{})
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
