// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/ops.h"

#include <Eigen/Core>

#include <algorithm>
#include <numbers>

namespace headlight::ops {

namespace {

constexpr double cubic = 0.044715; // Hendrycks & Gimpel 2016, section 2
constexpr double quick = 1.702;    // the same paper's sigmoid form
constexpr double rootTwoOverPi = std::numbers::sqrt2 * std::numbers::inv_sqrtpi;

class Elementwise final : public Op
{
public:
    explicit Elementwise(Activation kind)
        : m_kind(kind)
    {
    }
    std::string_view name() const override
    {
        switch (m_kind) {
        case Activation::Relu:
            return "relu";
        case Activation::GeluTanh:
            return "gelu_tanh";
        case Activation::GeluErf:
            return "gelu";
        case Activation::QuickGelu:
            return "quick_gelu";
        case Activation::Silu:
            return "silu";
        case Activation::Tanh:
            return "tanh";
        case Activation::Sigmoid:
            return "sigmoid";
        }
        return {};
    }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        return o[0];
    }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const auto in = o[0]->values();
        const auto out = result.mutableValues();
        // One vectorised expression over a range that stays in the cache. It is computed in memory of our own
        // alignment: Eigen treats what lies before the first aligned element with scalar functions, whose
        // last bit differs, and the same input must give the same bits wherever it lies.
        const auto each = [&](auto f) {
            workers.forRanges(result.count(), 1 << 13, [&](std::int64_t begin, std::int64_t end) {
                const Eigen::ArrayXf x = Eigen::Map<const Eigen::ArrayXf>(in.data() + begin, end - begin);
                const Eigen::ArrayXf y = f(x);
                std::copy(y.begin(), y.end(), out.data() + begin);
            });
        };
        constexpr auto twiceRoot = 2 * static_cast<float>(rootTwoOverPi);
        switch (m_kind) {
        case Activation::Relu:
            each([](const auto& x) { return (x < 0).select(0.0F, x); });
            break;
        case Activation::GeluTanh: // ½ (1 + tanh u) = 1 / (1 + exp(−2u)): one exponential, and no
                                   // cancellation
            each([](const auto& x) {
                return x / (1 + (-twiceRoot * (x + static_cast<float>(cubic) * x * x * x)).exp());
            });
            break;
        case Activation::GeluErf:
            each([](const auto& x) {
                return 0.5F * x * (1 + x.unaryExpr([](float v) {
                           return std::erf(v * static_cast<float>(1 / std::numbers::sqrt2));
                       }));
            });
            break;
        case Activation::QuickGelu:
            each([](const auto& x) { return x / (1 + (-static_cast<float>(quick) * x).exp()); });
            break;
        case Activation::Silu:
            each([](const auto& x) { return x / (1 + (-x).exp()); });
            break;
        case Activation::Tanh:
            each([](const auto& x) { return x.unaryExpr([](float v) { return std::tanh(v); }); });
            break;
        case Activation::Sigmoid:
            each([](const auto& x) { return 1 / (1 + (-x).exp()); });
            break;
        }
    }
    Derivation derive(const Operands&, const Cell& cell) const override
    {
        const Expr x = Expr::at(0, cell);
        const auto halfTimes = [&](Expr gate) {
            return Expr::of(Expr::Kind::Product,
                            {Expr::constant(0.5), x, Expr::sum({Expr::constant(1), std::move(gate)})});
        };
        switch (m_kind) {
        case Activation::Relu:
            return {"{r} = max(0, {0})", {{resultSymbol, Expr::of(Expr::Kind::Relu, {x})}}};
        case Activation::GeluTanh: {
            Expr cube =
                Expr::product(Expr::constant(cubic), Expr::of(Expr::Kind::Power, {x, Expr::constant(3)}));
            Expr inner =
                Expr::product(Expr::constant(rootTwoOverPi, "√(2/π)"), Expr::sum({x, std::move(cube)}));
            return {"{r} = ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))), x = {0}",
                    {{"u", std::move(inner)},
                     {resultSymbol, halfTimes(Expr::of(Expr::Kind::Tanh, {Expr::line(0)}))}}};
        }
        case Activation::GeluErf: {
            Expr inner = Expr::of(Expr::Kind::Quotient, {x, Expr::constant(std::numbers::sqrt2, "√2")});
            return {"{r} = ½ x (1 + erf(x/√2)), x = {0}",
                    {{"u", std::move(inner)},
                     {resultSymbol, halfTimes(Expr::of(Expr::Kind::Erf, {Expr::line(0)}))}}};
        }
        case Activation::QuickGelu:
            return {"{r} = x · sigmoid(1.702 x), x = {0}",
                    {{resultSymbol, Expr::product(x, Expr::of(Expr::Kind::Sigmoid,
                                                              {Expr::product(Expr::constant(quick), x)}))}}};
        case Activation::Silu:
            return {"{r} = x · sigmoid(x), x = {0}",
                    {{resultSymbol, Expr::product(x, Expr::of(Expr::Kind::Sigmoid, {x}))}}};
        case Activation::Tanh:
            return {"{r} = tanh({0})", {{resultSymbol, Expr::of(Expr::Kind::Tanh, {x})}}};
        case Activation::Sigmoid:
            return {"{r} = sigmoid({0})", {{resultSymbol, Expr::of(Expr::Kind::Sigmoid, {x})}}};
        }
        return {};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, m_kind == Activation::Relu ? 1 : 8);
    }
    Notation notation() const override
    {
        std::string shown(name());
        if (m_kind == Activation::GeluTanh || m_kind == Activation::GeluErf ||
            m_kind == Activation::QuickGelu)
            shown = "GELU";
        else if (m_kind == Activation::Silu)
            shown = "SiLU";
        else if (m_kind == Activation::Relu)
            shown = "ReLU";
        return {NotationPart::words(shown + "("), NotationPart::of(0), NotationPart::words(") ="),
                NotationPart::result()};
    }

private:
    Activation m_kind;
};

} // namespace

OpPtr activation(Activation kind)
{
    return std::make_shared<Elementwise>(kind);
}

} // namespace headlight::ops
