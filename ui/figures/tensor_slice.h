// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A matrix to look at: two axes of a tensor, or two runs of axes walked as one (head · d_head), with a fixed
// index for each of the others. It copies no number.

#include "figures/figure.h"
#include "models/model.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace headlight {

/// What figures are made from: a run, and the model for the names of things (may be null in tests).
struct FigureSource
{
    Trace trace;
    ModelPtr model;

    /// What entry @p index of an axis is called: a token, a vocabulary piece, a class; else its number.
    [[nodiscard]] QString label(const Axis& axis, std::int64_t index) const;
    /// Whether entries of the axis have names of their own, or only numbers.
    [[nodiscard]] bool hasNames(const Axis& axis) const;
};

/// The entry that is looked at of axes that are not drawn, by axis name: {"head", 3}. 0 where none is given.
using AxisIndices = std::map<std::string, std::int64_t>;

class TensorSlice
{
public:
    TensorSlice() = default;
    /// @p rowAxes run down and @p columnAxes run across, the last of each fastest; @p fixed has an entry for
    /// every axis (those of drawn axes are ignored).
    TensorSlice(TensorRef ref, TensorPtr tensor, std::vector<int> rowAxes, std::vector<int> columnAxes,
                Cell fixed);
    /// The usual choice: heads and channels are chosen by @p indices; of what is left the last two axes are
    /// drawn and earlier ones chosen too. A single axis is one row.
    [[nodiscard]] static TensorSlice of(TensorRef ref, TensorPtr tensor, const AxisIndices& indices = {});
    /// The axes that of() needs an index for.
    [[nodiscard]] static std::vector<int> chosenAxes(const Axes& axes);

    [[nodiscard]] bool valid() const { return m_tensor != nullptr; }
    [[nodiscard]] TensorRef ref() const { return m_ref; }
    [[nodiscard]] const TensorPtr& tensor() const { return m_tensor; }
    [[nodiscard]] std::int64_t rows() const { return static_cast<std::int64_t>(m_rowOffsets.size()); }
    [[nodiscard]] std::int64_t columns() const { return static_cast<std::int64_t>(m_columnOffsets.size()); }
    [[nodiscard]] float value(std::int64_t row, std::int64_t column) const
    {
        return m_base[m_rowOffsets[static_cast<std::size_t>(row)] +
                      m_columnOffsets[static_cast<std::size_t>(column)]];
    }
    [[nodiscard]] Cell cell(std::int64_t row, std::int64_t column) const;
    /// Where a cell of the tensor is drawn; nothing when it lies in another slice.
    [[nodiscard]] std::optional<std::pair<std::int64_t, std::int64_t>> find(const Cell& cell) const;

    [[nodiscard]] const std::vector<int>& rowAxes() const { return m_rowAxes; }
    [[nodiscard]] const std::vector<int>& columnAxes() const { return m_columnAxes; }
    [[nodiscard]] const Cell& fixed() const { return m_fixed; }
    /// The one axis that runs down (across), or null when there are none or several.
    [[nodiscard]] const Axis* rowAxis() const;
    [[nodiscard]] const Axis* columnAxis() const;
    /// "query", "head · d_head", or nothing.
    [[nodiscard]] QString rowName() const { return nameOf(m_rowAxes); }
    [[nodiscard]] QString columnName() const { return nameOf(m_columnAxes); }

    [[nodiscard]] TensorSlice transposed() const;
    /// Only some of the rows, in ascending order: the looked-up rows of a table.
    [[nodiscard]] TensorSlice withRows(std::vector<std::int64_t> rows) const;
    /// Which entry of the row axis a row is: the row itself, unless only some rows are shown.
    [[nodiscard]] std::int64_t rowIndex(std::int64_t row) const
    {
        return m_rowIndices.empty() ? row : m_rowIndices[static_cast<std::size_t>(row)];
    }
    [[nodiscard]] bool someRows() const { return !m_rowIndices.empty(); }
    /// A dense copy, [rows, columns] (or [columns] when no axis runs down).
    [[nodiscard]] Tensor copy() const;

private:
    [[nodiscard]] QString nameOf(const std::vector<int>& axes) const;

    TensorRef m_ref;
    TensorPtr m_tensor;
    std::vector<int> m_rowAxes, m_columnAxes;
    Cell m_fixed;
    const float* m_base = nullptr;
    std::vector<std::int64_t> m_rowOffsets, m_columnOffsets;
    std::vector<std::int64_t> m_rowIndices; ///< empty when all rows are shown
};

/// "blocks.1.attn.hook_qk[3, 9, 8]"
[[nodiscard]] QString cellName(const Trace& trace, const CellRef& cell);
/// "␣little → ␣a, head 3: 27.37", with the names of the cell's entries.
[[nodiscard]] QString cellWords(const FigureSource& source, const CellRef& cell);

} // namespace headlight
