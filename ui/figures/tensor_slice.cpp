// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/tensor_slice.h"

#include "figures/number_text.h"
#include "session/core_words.h"

#include <algorithm>
#include <cmath>

namespace headlight {

QString FigureSource::label(const Axis& axis, std::int64_t index) const
{
    if (model && trace.valid())
        return QString::fromStdString(model->label(trace, axis, index));
    return trace.valid() ? QString::fromStdString(trace.label(axis, index)) : QString::number(index);
}

bool FigureSource::hasNames(const Axis& axis) const
{
    if (axis.isPositions() || axis.labels)
        return true;
    // A name that is only its number is none; two are asked, since a vocabulary may begin with "0".
    for (std::int64_t i = 0; i < std::min<std::int64_t>(axis.size, 2); ++i)
        if (label(axis, i) != QString::number(i))
            return true;
    return false;
}

TensorSlice::TensorSlice(TensorRef ref, TensorPtr tensor, std::vector<int> rowAxes,
                         std::vector<int> columnAxes, Cell fixed)
    : m_ref(ref)
    , m_tensor(std::move(tensor))
    , m_rowAxes(std::move(rowAxes))
    , m_columnAxes(std::move(columnAxes))
    , m_fixed(std::move(fixed))
{
    m_fixed.resize(static_cast<std::size_t>(m_tensor->rank()), 0);
    const auto& strides = m_tensor->strides();
    const auto drawn = [&](int axis) {
        return std::count(m_rowAxes.begin(), m_rowAxes.end(), axis) +
                   std::count(m_columnAxes.begin(), m_columnAxes.end(), axis) >
               0;
    };
    std::int64_t base = 0;
    for (int a = 0; a < m_tensor->rank(); ++a) {
        auto& index = m_fixed[static_cast<std::size_t>(a)];
        index = drawn(a)
                    ? 0
                    : std::clamp<std::int64_t>(index, 0, std::max<std::int64_t>(m_tensor->size(a), 1) - 1);
        base += index * strides[static_cast<std::size_t>(a)];
    }
    m_base = m_tensor->data() + base;
    const auto offsets = [&](const std::vector<int>& axes) {
        std::vector<std::int64_t> all{0};
        for (const int a : axes) {
            std::vector<std::int64_t> longer;
            longer.reserve(all.size() * static_cast<std::size_t>(m_tensor->size(a)));
            for (const std::int64_t start : all)
                for (std::int64_t i = 0; i < m_tensor->size(a); ++i)
                    longer.push_back(start + i * strides[static_cast<std::size_t>(a)]);
            all = std::move(longer);
        }
        return all;
    };
    m_rowOffsets = offsets(m_rowAxes);
    m_columnOffsets = offsets(m_columnAxes);
}

std::vector<int> TensorSlice::chosenAxes(const Axes& axes)
{
    const int rank = static_cast<int>(axes.size());
    std::vector<int> chosen;
    if (rank <= 2)
        return chosen;
    // Heads and channels are what a person leafs through; the rest is a matrix where it can be one.
    for (int a = 0; a < rank && rank - static_cast<int>(chosen.size()) > 2; ++a)
        if (axes[static_cast<std::size_t>(a)].name == axis::head ||
            axes[static_cast<std::size_t>(a)].name == axis::channel)
            chosen.push_back(a);
    for (int a = 0; a < rank && rank - static_cast<int>(chosen.size()) > 2; ++a)
        if (std::find(chosen.begin(), chosen.end(), a) == chosen.end())
            chosen.push_back(a);
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

TensorSlice TensorSlice::of(TensorRef ref, TensorPtr tensor, const AxisIndices& indices)
{
    const Axes& axes = tensor->axes();
    const std::vector<int> chosen = chosenAxes(axes);
    Cell fixed(axes.size(), 0);
    std::vector<int> drawn;
    for (int a = 0; a < tensor->rank(); ++a) {
        if (std::find(chosen.begin(), chosen.end(), a) == chosen.end())
            drawn.push_back(a);
        else if (const auto it = indices.find(axes[static_cast<std::size_t>(a)].name); it != indices.end())
            fixed[static_cast<std::size_t>(a)] = it->second;
    }
    std::vector<int> rows, columns;
    if (drawn.size() == 2)
        rows.push_back(drawn.front());
    if (!drawn.empty())
        columns.push_back(drawn.back());
    return {ref, std::move(tensor), std::move(rows), std::move(columns), std::move(fixed)};
}

namespace {

/// Splits an index over several axes, the last one fastest.
void spread(std::int64_t index, const std::vector<int>& axes, const Tensor& tensor, Cell& cell)
{
    for (std::size_t k = axes.size(); k-- > 0;) {
        const std::int64_t size = tensor.size(axes[k]);
        cell[static_cast<std::size_t>(axes[k])] = index % size;
        index /= size;
    }
}

std::int64_t gather(const std::vector<int>& axes, const Tensor& tensor, const Cell& cell)
{
    std::int64_t index = 0;
    for (const int a : axes)
        index = index * tensor.size(a) + cell[static_cast<std::size_t>(a)];
    return index;
}

} // namespace

Cell TensorSlice::cell(std::int64_t row, std::int64_t column) const
{
    Cell cell = m_fixed;
    spread(rowIndex(row), m_rowAxes, *m_tensor, cell);
    spread(column, m_columnAxes, *m_tensor, cell);
    return cell;
}

std::optional<std::pair<std::int64_t, std::int64_t>> TensorSlice::find(const Cell& cell) const
{
    if (!m_tensor || !m_tensor->contains(cell))
        return std::nullopt;
    std::pair<std::int64_t, std::int64_t> place{gather(m_rowAxes, *m_tensor, cell),
                                                gather(m_columnAxes, *m_tensor, cell)};
    if (someRows()) {
        const auto at = std::lower_bound(m_rowIndices.begin(), m_rowIndices.end(), place.first);
        if (at == m_rowIndices.end() || *at != place.first)
            return std::nullopt;
        place.first = at - m_rowIndices.begin();
    }
    if (this->cell(place.first, place.second) != cell)
        return std::nullopt;
    return place;
}

const Axis* TensorSlice::rowAxis() const
{
    return m_rowAxes.size() == 1 ? &m_tensor->axes()[static_cast<std::size_t>(m_rowAxes.front())] : nullptr;
}

const Axis* TensorSlice::columnAxis() const
{
    return m_columnAxes.size() == 1 ? &m_tensor->axes()[static_cast<std::size_t>(m_columnAxes.front())]
                                    : nullptr;
}

TensorSlice TensorSlice::transposed() const
{
    TensorSlice t = *this;
    std::swap(t.m_rowAxes, t.m_columnAxes);
    std::swap(t.m_rowOffsets, t.m_columnOffsets);
    t.m_rowIndices.clear(); // Columns have no choice of their own; nobody transposes a looked-up table.
    return t;
}

TensorSlice TensorSlice::withRows(std::vector<std::int64_t> rows) const
{
    TensorSlice t = *this;
    t.m_rowOffsets.clear();
    for (const std::int64_t row : rows)
        t.m_rowOffsets.push_back(m_rowOffsets[static_cast<std::size_t>(row)]);
    t.m_rowIndices = std::move(rows);
    return t;
}

Tensor TensorSlice::copy() const
{
    const auto merged = [&](const std::vector<int>& axes, const Axis* single, std::int64_t size) {
        Axis axis = single ? *single : named("", size);
        if (!single)
            for (const int a : axes) // as core names them, in whatever language the window is
                axis.name +=
                    (axis.name.empty() ? "" : " · ") + m_tensor->axes()[static_cast<std::size_t>(a)].name;
        axis.size = size;
        return axis;
    };
    Axes axes;
    if (!m_rowAxes.empty())
        axes.push_back(merged(m_rowAxes, rowAxis(), rows()));
    axes.push_back(merged(m_columnAxes, columnAxis(), columns()));
    Tensor t(std::move(axes));
    auto to = t.mutableValues().begin();
    for (std::int64_t r = 0; r < rows(); ++r)
        for (std::int64_t c = 0; c < columns(); ++c)
            *to++ = value(r, c);
    return t;
}

QString TensorSlice::nameOf(const std::vector<int>& axes) const
{
    QStringList names;
    for (const int a : axes)
        names << axisName(m_tensor->axes()[static_cast<std::size_t>(a)]);
    return names.join(QStringLiteral(" · "));
}

QString cellName(const Trace& trace, const CellRef& cell)
{
    return QString::fromStdString(trace.program().nameOf(cell.tensor) + describe(cell.cell));
}

QString cellWords(const FigureSource& source, const CellRef& cell)
{
    const auto tensor = source.trace.tensor(cell.tensor);
    if (!tensor || !(*tensor)->contains(cell.cell))
        return {};
    const auto& axes = (*tensor)->axes();
    QString places, words;
    for (std::size_t a = 0; a < axes.size(); ++a) {
        const QString name = source.label(axes[a], cell.cell[a]);
        if (axes[a].isPositions())
            places += (places.isEmpty() ? QString() : QStringLiteral(" → ")) + name;
        else
            words += (words.isEmpty() ? QString() : QStringLiteral(", ")) + axisName(axes[a]) +
                     QLatin1Char(' ') + name;
    }
    const float v = (*tensor)->at(cell.cell);
    return places + (places.isEmpty() || words.isEmpty() ? QString() : QStringLiteral(", ")) + words +
           QStringLiteral(": ") + shownNumber(v, 6);
}

} // namespace headlight
