// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A step's result coming about, as a bounded number of pictures: first nothing, then row after row, and
// within a row term after term (of all its cells at once, or cell by cell where that is not too long), at
// last the finished picture. Every number is one of core's partial results. Which cells light up and which
// are built together follows from their derivations; no op is known here.

#include "figures/tensor_slice.h"
#include "program/build_up.h"

#include <memory>
#include <optional>
#include <vector>

namespace headlight {

/// One of the pictures: what is already there of the result, and what is being read.
struct StepFrame
{
    enum class Built : std::uint8_t {
        Empty,
        Partial, ///< shows a partial result
        Done,
    };
    /// Cells of an operand that a term reads, from the first to the last cell that is being built.
    struct Light
    {
        enum class State : std::uint8_t { Waiting, Added, Now };
        CellRef first, last;
        State state = State::Waiting;
        /// How much of these cells goes into the sum, where that is a share (a pattern's weight); else
        /// nothing.
        std::optional<double> share;
    };

    // The result: rows before are done, rows after are empty, unless only one cell is built.
    std::int64_t row = 0, rows = 1;
    bool onlyCell = false;
    std::vector<Built> built;  ///< by column of the row
    std::vector<float> values; ///< of partial cells
    std::vector<Light> lights;

    // The cell that the words are about.
    CellRef lead;
    std::vector<CellRef> sources; ///< all that it is made from
    [[nodiscard]] Highlight highlight() const { return {lead, sources}; }
    bool whole = false; ///< whole rows at once: there is nothing to say of terms
    int line = -1;      ///< of its derivation; −1 while nothing is built
    int firstTerm = 0, lastTerm = 0, terms = 1;
    double before = 0, value = 0; ///< the line without, and with, the terms that this frame adds
};

class StepFrames
{
public:
    /// @p result is the slice of the step's result that is drawn; with @p only, that one cell is built and
    /// all others stand. Errors: NotFound when the run does not have the step or its operands.
    [[nodiscard]] static Result<StepFrames> make(FigureSource source, int step, TensorSlice result,
                                                 const std::optional<CellRef>& only = {});

    /// Frame 0 is empty, the last one the finished picture.
    [[nodiscard]] int count() const { return m_count; }
    /// Null for the last one: nothing is to be drawn over the finished picture.
    [[nodiscard]] std::shared_ptr<const StepFrame> at(int index) const;
    /// The next frame that completes a row (of one cell alone: a line of its arithmetic), for those who do
    /// not want to see things move.
    [[nodiscard]] int nextWhole(int index) const;
    /// How long all frames take at normal speed, in milliseconds; at most 20 seconds.
    [[nodiscard]] double duration() const;

private:
    /// Cells of a row that are built together.
    struct Unit
    {
        std::int64_t row = 0;
        std::vector<std::int64_t> columns; ///< empty: all
        std::int64_t lead = 0;
        std::vector<int> frames; ///< for each line of the lead's derivation; empty: one for the finished row
        int first = 1;           ///< index of its first frame
        [[nodiscard]] int count() const;
    };
    struct Built
    {
        Derivation derivation;
        BuildUp numbers;
    };
    struct Row
    {
        int unit = -1;
        std::vector<std::int64_t> columns;
        std::vector<Built> cells; ///< as columns
        std::size_t lead = 0;     ///< index into both
        std::vector<char> shared; ///< by line: all cells of the row have it in common
        std::vector<CellRef> sources;
    };

    StepFrames() = default;
    [[nodiscard]] Derivation derive(std::int64_t row, std::int64_t column) const;
    [[nodiscard]] std::int64_t leadOf(std::int64_t row) const;
    [[nodiscard]] std::vector<int> termCounts(std::int64_t row, std::int64_t column) const;
    void plan();
    [[nodiscard]] bool planGroups();
    void planRows();
    void finishPlan();
    [[nodiscard]] const Row& rowOf(int unit) const;
    void light(StepFrame& frame, const Row& row) const;

    FigureSource m_source;
    int m_step = -1;
    TensorSlice m_result;
    std::optional<std::pair<std::int64_t, std::int64_t>> m_only;
    std::vector<TensorPtr> m_kept;
    Operands m_operands;
    std::vector<Unit> m_units;
    int m_count = 2;
    mutable Row m_row; ///< the one looked at last
};

} // namespace headlight
