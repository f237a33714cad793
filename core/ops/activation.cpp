// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/ops.h"

#include <numbers>

namespace headlight::ops {

namespace {

constexpr double cubic = 0.044715; // Hendrycks & Gimpel 2016, section 2
constexpr double quick = 1.702;    // the same paper's sigmoid form
const double rootTwoOverPi = std::sqrt(2 / std::numbers::pi);

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
        const auto each = [&](auto f) {
            workers.forRanges(result.count(), 1 << 13, [&](std::int64_t begin, std::int64_t end) {
                for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i)
                    out[i] = f(in[i]);
            });
        };
        switch (m_kind) {
        case Activation::Relu:
            each([](float x) { return x < 0 ? 0 : x; });
            break;
        case Activation::GeluTanh:
            each([](float x) {
                const float inner =
                    static_cast<float>(rootTwoOverPi) * (x + static_cast<float>(cubic) * x * x * x);
                return 0.5F * x * (1 + std::tanh(inner));
            });
            break;
        case Activation::GeluErf:
            each([](float x) {
                return 0.5F * x * (1 + std::erf(x * static_cast<float>(1 / std::numbers::sqrt2)));
            });
            break;
        case Activation::QuickGelu:
            each([](float x) { return x / (1 + std::exp(-static_cast<float>(quick) * x)); });
            break;
        case Activation::Silu:
            each([](float x) { return x / (1 + std::exp(-x)); });
            break;
        case Activation::Tanh:
            each([](float x) { return std::tanh(x); });
            break;
        case Activation::Sigmoid:
            each([](float x) { return 1 / (1 + std::exp(-x)); });
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
        return {NotationPart::words(shown), NotationPart::of(0), NotationPart::words("="),
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
