// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An Op is one kind of arithmetic. It knows five things (its result's axes, how to compute it, how one cell
// follows from its operands, its gradient and its cost) and how it is written down as an equation of
// matrices. Nothing else in the program knows any of them.

#include "program/derivation.h"
#include "result/result.h"
#include "tensor/tensor.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

class Workers;

struct Cost
{
    double flops = 0; ///< floating-point operations; a multiply-add counts two
    double bytes = 0; ///< bytes read from operands and written to the result
};

/// The equation of matrices that the stage view draws: "softmax(", operand 0, ") =", result.
struct NotationPart
{
    enum class Kind { Text, Operand, Result };
    Kind kind = Kind::Text;
    std::string text; ///< for Text
    int operand = 0;  ///< for Operand; one that the step does not have is left out with the sign before it
    bool transposed =
        false; ///< draw the last two shown axes the other way round, and write the symbol with ᵀ

    static NotationPart words(std::string t) { return {Kind::Text, std::move(t), 0, false}; }
    static NotationPart of(int operandIndex, bool t = false) { return {Kind::Operand, {}, operandIndex, t}; }
    static NotationPart result() { return {Kind::Result, {}, 0, false}; }
};
using Notation = std::vector<NotationPart>;

class Op
{
public:
    virtual ~Op() = default;

    /// What it is called in lists, cost tables and text keys: "linear", "softmax".
    [[nodiscard]] virtual std::string_view name() const = 0;

    /// The axes of the result from those of the operands. Sizes may be anySize. Errors say which axis of
    /// which operand does not fit, what was expected and what was found.
    [[nodiscard]] virtual Result<Axes> shape(const std::vector<Axes>& operands) const = 0;

    /// Fills @p result, which has the axes that shape() told. Must give the same bits whatever the number
    /// of workers.
    virtual void forward(const Operands& operands, Tensor& result, Workers& workers) const = 0;

    /// True when the result is operand 0 unchanged (no mask, scale 1): the tensor is then shared, not copied.
    [[nodiscard]] virtual bool isIdentity() const { return false; }

    /// How @p cell of the result follows from cells of the operands. @p cell must lie within the result.
    [[nodiscard]] virtual Derivation derive(const Operands& operands, const Cell& cell) const = 0;

    /// The vector-Jacobian product: given dL/d(result), dL/d(operand) for every operand (an empty pointer for
    /// one that has no gradient, such as token ids).
    [[nodiscard]] virtual Result<std::vector<TensorPtr>>
    backward(const Operands& operands, const Tensor& result, const Tensor& gradient) const;

    [[nodiscard]] virtual Cost cost(const std::vector<Axes>& operands, const Axes& result) const = 0;

    [[nodiscard]] virtual Notation notation() const = 0;
};

using OpPtr = std::shared_ptr<const Op>;

} // namespace headlight
