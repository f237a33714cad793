// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A tensor is float32 numbers with named axes. What an axis means travels with it: a view that meets
// [head, query, key] knows without being told where a head selector belongs and which tokens label the
// rows. Results are dense and row-major; parameters may be strided views into a memory-mapped file, so that
// a fused or transposed matrix is never copied.

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

/// The field's axis names (TransformerLens' where it has one). A name is only text: a new mechanism may add
/// its own.
namespace axis {
inline constexpr std::string_view position = "position"; ///< one entry a token or patch of a stream
inline constexpr std::string_view query = "query";       ///< positions that look
inline constexpr std::string_view key = "key";           ///< positions that are looked at
inline constexpr std::string_view head = "head";         ///< attention heads (key heads on keys and values)
inline constexpr std::string_view dHead = "d_head";
inline constexpr std::string_view dModel = "d_model";
inline constexpr std::string_view dMlp = "d_mlp";
inline constexpr std::string_view vocab = "vocab";
inline constexpr std::string_view classes = "class";
inline constexpr std::string_view channel = "channel";
inline constexpr std::string_view row = "row";
inline constexpr std::string_view column = "column";
} // namespace axis

/// Which sequence the positions of an axis come from: an index into Program::streams.
using StreamIndex = int;
inline constexpr StreamIndex noStream = -1;

/// The size of an axis that only an input decides (the number of tokens).
inline constexpr std::int64_t anySize = -1;

struct Axis
{
    std::string name;
    std::int64_t size = anySize;
    StreamIndex stream = noStream; ///< for position, query and key axes
    /// Names of the entries where the model gives them (compiled models name every direction, classifiers
    /// every class); positions are labelled by the input's tokens instead.
    std::shared_ptr<const std::vector<std::string>> labels;

    /// Same name and stream, and sizes that agree (anySize agrees with all).
    [[nodiscard]] bool fits(const Axis& other) const
    {
        return name == other.name && stream == other.stream &&
               (size == other.size || size == anySize || other.size == anySize);
    }
    [[nodiscard]] bool isPositions() const { return stream != noStream; }
};

using Axes = std::vector<Axis>;
/// One entry a axis, each counted from 0.
using Cell = std::vector<std::int64_t>;

[[nodiscard]] inline Axis positions(StreamIndex stream, std::int64_t size = anySize)
{
    return Axis{std::string(axis::position), size, stream, nullptr};
}
[[nodiscard]] inline Axis named(std::string_view name, std::int64_t size)
{
    return Axis{std::string(name), size, noStream, nullptr};
}

/// "[head 8, query 10, key 10]"; anySize is written as the axis' name alone.
[[nodiscard]] std::string describe(const Axes& axes);
/// "[3, 9, 8]"
[[nodiscard]] std::string describe(const Cell& cell);
[[nodiscard]] std::int64_t elementCount(const Axes& axes);
/// Index of the axis of that name, or -1.
[[nodiscard]] int findAxis(const Axes& axes, std::string_view name);

class Tensor;
using TensorPtr = std::shared_ptr<const Tensor>;

/// Float32 numbers with named axes. Immutable once it is shared as a TensorPtr.
class Tensor
{
public:
    /// A dense tensor of zeros; every axis must have its size.
    explicit Tensor(Axes axes);
    /// A dense tensor that takes over @p values (as many as the axes say, row-major).
    Tensor(Axes axes, std::vector<float> values);
    /// A view of memory that @p owner keeps alive; @p strides are in elements, one an axis.
    Tensor(Axes axes, const float* data, std::vector<std::int64_t> strides,
           std::shared_ptr<const void> owner);

    Tensor(const Tensor&) = delete;
    Tensor& operator=(const Tensor&) = delete;
    Tensor(Tensor&&) = default;
    Tensor& operator=(Tensor&&) = default;

    [[nodiscard]] const Axes& axes() const { return m_axes; }
    [[nodiscard]] int rank() const { return static_cast<int>(m_axes.size()); }
    [[nodiscard]] std::int64_t size(int axisIndex) const
    {
        return m_axes[static_cast<std::size_t>(axisIndex)].size;
    }
    [[nodiscard]] std::int64_t count() const { return m_count; }
    [[nodiscard]] const std::vector<std::int64_t>& strides() const { return m_strides; }
    [[nodiscard]] bool isDense() const { return m_dense; }
    /// Whether the memory is this tensor's own, and how many bytes that is.
    [[nodiscard]] std::size_t ownedBytes() const
    {
        return m_own ? static_cast<std::size_t>(m_count) * sizeof(float) : 0;
    }

    /// The first element; with strides() it reaches all others.
    [[nodiscard]] const float* data() const { return m_data; }
    /// All elements in row-major order; only for dense tensors.
    [[nodiscard]] std::span<const float> values() const;
    /// Writable elements; only for tensors that own their memory, before they are shared.
    [[nodiscard]] std::span<float> mutableValues();

    [[nodiscard]] std::int64_t offset(const Cell& cell) const;
    [[nodiscard]] float at(const Cell& cell) const { return m_data[offset(cell)]; }
    [[nodiscard]] float operator[](std::int64_t flat) const
    {
        return m_dense ? m_data[flat] : at(cellAt(flat));
    }
    /// Whether the cell has one index an axis, each within its size.
    [[nodiscard]] bool contains(const Cell& cell) const;
    /// The cell of a row-major index.
    [[nodiscard]] Cell cellAt(std::int64_t flat) const;

    /// A dense copy (of a strided view).
    [[nodiscard]] Tensor dense() const;

private:
    Axes m_axes;
    std::vector<std::int64_t> m_strides;
    struct Free
    {
        std::size_t mapped = 0; ///< bytes of a mapping of its own; 0 for what comes from the heap
        void operator()(float* memory) const;
    };
    using Memory = std::unique_ptr<float[], Free>;
    /// @p count zeros. Throws std::bad_alloc.
    static Memory zeros(std::int64_t count);

    Memory m_own;
    std::shared_ptr<const void> m_owner;
    const float* m_data = nullptr;
    std::int64_t m_count = 0;
    bool m_dense = true;
};

} // namespace headlight
