// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What if a step were not there: a part of the model that adds nothing, a rotation that does not turn.

#include "ops/op_support.h"
#include "ops/ops.h"

#include <algorithm>

namespace headlight::ops {

namespace {

class SwitchedOff final : public Op
{
public:
    explicit SwitchedOff(OpPtr op)
        : m_op(std::move(op))
    {
    }
    std::string_view name() const override { return "switched_off"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override { return m_op->shape(o); }
    void forward(const Operands&, Tensor& result, Workers&) const override
    {
        std::fill(result.mutableValues().begin(), result.mutableValues().end(), 0.0F);
    }
    Derivation derive(const Operands&, const Cell&) const override
    {
        return {"{r} = 0: this step is off", {{resultSymbol, Expr::constant(0)}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {0, 4 * countOf(result)};
    }
    Notation notation() const override { return {NotationPart::words("0 ="), NotationPart::result()}; }

private:
    OpPtr m_op;
};

class PassThrough final : public Op
{
public:
    std::string_view name() const override { return "pass_through"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (o.empty())
            return fail(ErrorCode::BadShape, "expected an operand to pass through, found none");
        return o[0];
    }
    bool isIdentity() const override { return true; }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        for (std::int64_t i = 0; i < result.count(); ++i)
            result.mutableValues()[static_cast<std::size_t>(i)] = (*o[0])[i];
    }
    Derivation derive(const Operands&, const Cell& cell) const override
    {
        return {"{r} = {0}: this step is off", {{resultSymbol, Expr::at(0, cell)}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes&) const override { return {}; }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("="), NotationPart::result()};
    }
};

} // namespace

OpPtr switchedOff(OpPtr op)
{
    return std::make_shared<SwitchedOff>(std::move(op));
}
OpPtr passThrough()
{
    return std::make_shared<PassThrough>();
}

} // namespace headlight::ops
