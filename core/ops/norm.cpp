// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/ops.h"

#include <Eigen/Core>

namespace headlight::ops {

namespace {

/// Axes without the last one, over which norms run.
Axes rowsOf(const Axes& x)
{
    return {x.begin(), x.end() - 1};
}

Cell rowOf(const Cell& cell)
{
    return {cell.begin(), cell.end() - 1};
}

Cell inRow(Cell row, std::int64_t c)
{
    row.push_back(c);
    return row;
}

/// A weight or bias [d_model], wherever it lies in its file.
Eigen::Map<const Eigen::ArrayXf, Eigen::Unaligned, Eigen::InnerStride<>> vectorOf(const Tensor& t)
{
    return {t.data(), t.count(), Eigen::InnerStride<>(t.strides().front())};
}

class Mean final : public Op
{
public:
    std::string_view name() const override { return "mean"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        if (o[0].empty())
            return tl::unexpected(wrongOperand(0, "at least one axis", o[0]));
        return rowsOf(o[0]);
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto x = o[0]->values();
        const auto width = static_cast<std::size_t>(o[0]->axes().back().size);
        const auto out = result.mutableValues();
        for (std::size_t r = 0; r < out.size(); ++r) {
            double sum = 0;
            for (std::size_t c = 0; c < width; ++c)
                sum += x[r * width + c];
            out[r] = static_cast<float>(sum / static_cast<double>(width));
        }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::vector<Expr> terms;
        const std::int64_t width = o[0]->axes().back().size;
        for (std::int64_t c = 0; c < width; ++c)
            terms.push_back(Expr::at(0, inRow(cell, c)));
        return {"{r}[i] = Σ_c {0}[i,c] / n",
                {{"Σ", Expr::sum(std::move(terms))},
                 {resultSymbol, Expr::of(Expr::Kind::Quotient,
                                         {Expr::line(0), Expr::constant(static_cast<double>(width), "n")})}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes&) const override
    {
        return {countOf(o[0]), 4 * countOf(o[0])};
    }
    Notation notation() const override
    {
        return {NotationPart::words("mean of each row of"), NotationPart::of(0), NotationPart::words("="),
                NotationPart::result()};
    }
};

class Deviation final : public Op
{
public:
    explicit Deviation(double epsilon)
        : m_epsilon(epsilon)
    {
    }
    std::string_view name() const override { return "deviation"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 2); !ok)
            return tl::unexpected(ok.error());
        if (o[0].empty())
            return tl::unexpected(wrongOperand(0, "at least one axis", o[0]));
        if (o.size() == 2 && o[1].size() + 1 != o[0].size())
            return tl::unexpected(wrongOperand(1, "one mean for each row of " + describe(o[0]), o[1]));
        return rowsOf(o[0]);
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto x = o[0]->values();
        const auto width = static_cast<std::size_t>(o[0]->axes().back().size);
        const auto out = result.mutableValues();
        for (std::size_t r = 0; r < out.size(); ++r) {
            const double mu = o.size() == 2 ? (*o[1])[static_cast<std::int64_t>(r)] : 0;
            double sum = 0;
            for (std::size_t c = 0; c < width; ++c) {
                const double d = x[r * width + c] - mu;
                sum += d * d;
            }
            out[r] = static_cast<float>(std::sqrt(sum / static_cast<double>(width) + m_epsilon));
        }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::vector<Expr> squares;
        const std::int64_t width = o[0]->axes().back().size;
        for (std::int64_t c = 0; c < width; ++c) {
            Expr x = Expr::at(0, inRow(cell, c));
            if (o.size() == 2)
                x = Expr::of(Expr::Kind::Difference, {std::move(x), Expr::at(1, cell)});
            squares.push_back(Expr::of(Expr::Kind::Power, {std::move(x), Expr::constant(2)}));
        }
        const std::string inner = o.size() == 2 ? "({0}[i,c] − {1}[i])²" : "{0}[i,c]²";
        return {"{r}[i] = √(Σ_c " + inner + " / n + ε)",
                {{"Σ", Expr::sum(std::move(squares))},
                 {"variance", Expr::of(Expr::Kind::Quotient,
                                       {Expr::line(0), Expr::constant(static_cast<double>(width), "n")})},
                 {resultSymbol,
                  Expr::of(Expr::Kind::Sqrt, {Expr::sum({Expr::line(1), Expr::constant(m_epsilon, "ε")})})}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes&) const override
    {
        return {3 * countOf(o[0]), 4 * countOf(o[0])};
    }
    Notation notation() const override
    {
        return {NotationPart::words("root mean square of each row of"),
                NotationPart::of(0),
                NotationPart::words("−"),
                NotationPart::of(1),
                NotationPart::words("="),
                NotationPart::result()};
    }

private:
    double m_epsilon;
};

class LayerNorm final : public Op
{
public:
    std::string_view name() const override { return "layer_norm"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 3, 5); !ok)
            return tl::unexpected(ok.error());
        for (std::size_t k : {std::size_t{1}, std::size_t{2}})
            if (o[k].size() + 1 != o[0].size())
                return tl::unexpected(wrongOperand(k, "one number for each row of " + describe(o[0]), o[k]));
        for (std::size_t k = 3; k < o.size(); ++k)
            if (o[k].size() != 1 || !o[k][0].fits(o[0].back()))
                return tl::unexpected(wrongOperand(k, describe(Axes{o[0].back()}), o[k]));
        return o[0];
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto x = o[0]->values();
        const auto width = static_cast<std::size_t>(o[0]->axes().back().size);
        const auto out = result.mutableValues();
        for (std::size_t r = 0; r * width < out.size(); ++r) {
            const float mu = (*o[1])[static_cast<std::int64_t>(r)];
            const float sigma = (*o[2])[static_cast<std::int64_t>(r)];
            const Eigen::Map<const Eigen::ArrayXf> row(x.data() + r * width,
                                                       static_cast<Eigen::Index>(width));
            Eigen::Map<Eigen::ArrayXf> y(out.data() + r * width, static_cast<Eigen::Index>(width));
            y = (row - mu) / sigma;
            if (o.size() > 3)
                y *= vectorOf(*o[3]);
            if (o.size() > 4)
                y += vectorOf(*o[4]);
        }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        Expr y = Expr::of(Expr::Kind::Quotient,
                          {Expr::of(Expr::Kind::Difference, {Expr::at(0, cell), Expr::at(1, rowOf(cell))}),
                           Expr::at(2, rowOf(cell))});
        std::string formula = "{r}[i,c] = ({0}[i,c] − {1}[i]) / {2}[i]";
        if (o.size() > 3) {
            y = Expr::product(std::move(y), Expr::at(3, {cell.back()}));
            formula += " · {3}[c]";
        }
        if (o.size() > 4) {
            y = Expr::sum({std::move(y), Expr::at(4, {cell.back()})});
            formula += " + {4}[c]";
        }
        return {formula, {{resultSymbol, std::move(y)}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 4);
    }
    Notation notation() const override
    {
        return {NotationPart::words("("), NotationPart::of(0),        NotationPart::words("−"),
                NotationPart::of(1),      NotationPart::words(") /"), NotationPart::of(2),
                NotationPart::words("⊙"), NotationPart::of(3),        NotationPart::words("+"),
                NotationPart::of(4),      NotationPart::words("="),   NotationPart::result()};
    }
};

class RmsNorm final : public Op
{
public:
    std::string_view name() const override { return "rms_norm"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 3); !ok)
            return tl::unexpected(ok.error());
        if (o[1].size() + 1 != o[0].size())
            return tl::unexpected(wrongOperand(1, "one number for each row of " + describe(o[0]), o[1]));
        if (o.size() > 2 && (o[2].size() != 1 || !o[2][0].fits(o[0].back())))
            return tl::unexpected(wrongOperand(2, describe(Axes{o[0].back()}), o[2]));
        return o[0];
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto x = o[0]->values();
        const auto width = static_cast<std::size_t>(o[0]->axes().back().size);
        const auto out = result.mutableValues();
        for (std::size_t r = 0; r * width < out.size(); ++r) {
            const float sigma = (*o[1])[static_cast<std::int64_t>(r)];
            const Eigen::Map<const Eigen::ArrayXf> row(x.data() + r * width,
                                                       static_cast<Eigen::Index>(width));
            Eigen::Map<Eigen::ArrayXf> y(out.data() + r * width, static_cast<Eigen::Index>(width));
            y = row / sigma;
            if (o.size() > 2)
                y *= vectorOf(*o[2]);
        }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        Expr y = Expr::of(Expr::Kind::Quotient, {Expr::at(0, cell), Expr::at(1, rowOf(cell))});
        if (o.size() > 2)
            y = Expr::product(std::move(y), Expr::at(2, {cell.back()}));
        return {o.size() > 2 ? "{r}[i,c] = {0}[i,c] / {1}[i] · {2}[c]" : "{r}[i,c] = {0}[i,c] / {1}[i]",
                {{resultSymbol, std::move(y)}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 2);
    }
    Notation notation() const override
    {
        return {NotationPart::of(0),      NotationPart::words("/"), NotationPart::of(1),
                NotationPart::words("⊙"), NotationPart::of(2),      NotationPart::words("="),
                NotationPart::result()};
    }
};

} // namespace

OpPtr mean()
{
    return std::make_shared<Mean>();
}
OpPtr deviation(double epsilon)
{
    return std::make_shared<Deviation>(epsilon);
}
OpPtr layerNorm()
{
    return std::make_shared<LayerNorm>();
}
OpPtr rmsNorm()
{
    return std::make_shared<RmsNorm>();
}

} // namespace headlight::ops
