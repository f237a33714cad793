// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/ops.h"

#include <Eigen/Core>

#include <algorithm>

namespace headlight::ops {

namespace {

Result<Axes> sameAsOperand(const std::vector<Axes>& o)
{
    if (auto ok = expectCount(o, 1, 1); !ok)
        return tl::unexpected(ok.error());
    if (o[0].empty())
        return tl::unexpected(wrongOperand(0, "at least one axis", o[0]));
    return o[0];
}

/// Calls @p row with every row along the last axis, shared out among the workers.
template <class Row>
void forRows(const Tensor& x, Tensor& result, Workers& workers, Row row)
{
    const std::int64_t width = x.axes().back().size;
    const std::int64_t rows = width == 0 ? 0 : x.count() / width;
    const float* from = x.values().data();
    float* to = result.mutableValues().data();
    workers.forRanges(rows, 1 + (1 << 13) / std::max<std::int64_t>(width, 1),
                      [&](std::int64_t begin, std::int64_t end) {
                          for (std::int64_t r = begin; r < end; ++r)
                              row(from + r * width, to + r * width, r, width);
                      });
}

Expr cellInRow(const Cell& cell, std::int64_t j)
{
    Cell at = cell;
    at.back() = j;
    return Expr::at(0, std::move(at));
}

class Softmax final : public Op
{
public:
    explicit Softmax(double temperature)
        : m_temperature(static_cast<float>(temperature))
    {
    }
    std::string_view name() const override { return "softmax"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override { return sameAsOperand(o); }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        forRows(*o[0], result, workers, [this](const float* x, float* p, std::int64_t, std::int64_t n) {
            // A causal row ends in masked keys: their shares are 0, and nothing else is computed for them.
            std::int64_t open = n;
            while (open > 0 && x[open - 1] == masked)
                --open;
            std::fill(p + open, p + n, 0.0F);
            if (open == 0)
                return; // Every key is masked: there is nothing to look at.
            // Copies of our own alignment: Eigen treats what lies before the first aligned element with
            // scalar functions, whose last bit differs, and a row must give the same bits wherever it lies.
            const Eigen::ArrayXf scores = Eigen::Map<const Eigen::ArrayXf>(x, open);
            Eigen::ArrayXf shares(open);
            // Pass 1: the largest, so that no exponential overflows. A NaN stays visible in the whole row.
            const float m = scores.maxCoeff<Eigen::PropagateNaN>();
            // Pass 2: exponentials and their sum. The vectorised exponential of −∞ is tiny, not 0.
            shares = (scores == masked).select(0.0F, ((scores - m) / m_temperature).exp());
            // Pass 3: shares.
            shares *= 1 / shares.sum();
            std::copy(shares.begin(), shares.end(), p);
        });
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const std::string formula =
            m_temperature == 1 ? "{r}[i,j] = exp({0}[i,j] − m) / Σ_j exp({0}[i,j] − m)"
                               : "{r}[i,j] = exp(({0}[i,j] − m)/t) / Σ_j exp(({0}[i,j] − m)/t): t = " +
                                     decimal(m_temperature);
        std::vector<Expr> present, exponentials;
        const auto exponential = [this](Expr x) {
            x = Expr::of(Expr::Kind::Difference, {std::move(x), Expr::line(0)});
            if (m_temperature != 1)
                x = Expr::of(Expr::Kind::Quotient, {std::move(x), Expr::constant(m_temperature, "t")});
            return Expr::of(Expr::Kind::Exp, {std::move(x)});
        };
        // Masked cells add exp(−∞) = 0 and are left out, so that the sum reads as it is taught.
        for (std::int64_t j = 0; j < o[0]->axes().back().size; ++j) {
            Expr x = cellInRow(cell, j);
            if (o[0]->at(x.cell) == masked)
                continue;
            exponentials.push_back(exponential(x));
            present.push_back(std::move(x));
        }
        if (o[0]->at(cell) == masked || present.empty())
            return {formula, {{resultSymbol, Expr::constant(0, "exp(−∞)")}}};
        return {formula,
                {{"m", Expr::of(Expr::Kind::Max, std::move(present))},
                 {"e", exponential(Expr::at(0, cell))},
                 {"Z", Expr::sum(std::move(exponentials))},
                 {resultSymbol, Expr::of(Expr::Kind::Quotient, {Expr::line(1), Expr::line(2)})}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 5);
    }
    Notation notation() const override
    {
        return {NotationPart::words("softmax("), NotationPart::of(0),
                NotationPart::words(m_temperature == 1 ? ") =" : "/ " + decimal(m_temperature) + " ) ="),
                NotationPart::result()};
    }

private:
    float m_temperature;
};

class UniformPattern final : public Op
{
public:
    std::string_view name() const override { return "uniform_pattern"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override { return sameAsOperand(o); }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        forRows(*o[0], result, workers, [](const float* x, float* p, std::int64_t, std::int64_t n) {
            const auto open = std::count_if(x, x + n, [](float v) { return v != masked; });
            for (std::int64_t j = 0; j < n; ++j)
                p[j] = x[j] == masked ? 0.0F : 1.0F / static_cast<float>(open);
        });
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::int64_t open = 0;
        for (std::int64_t j = 0; j < o[0]->axes().back().size; ++j)
            open += o[0]->at(cellInRow(cell, j).cell) != masked;
        if (o[0]->at(cell) == masked)
            return {"{r}[i,j] = 1/n", {{resultSymbol, Expr::constant(0)}}};
        return {
            "{r}[i,j] = 1/n",
            {{resultSymbol, Expr::of(Expr::Kind::Quotient,
                                     {Expr::constant(1), Expr::constant(static_cast<double>(open), "n")})}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 1);
    }
    Notation notation() const override
    {
        return {NotationPart::words("even shares of"), NotationPart::of(0), NotationPart::words("="),
                NotationPart::result()};
    }
};

class IdentityPattern final : public Op
{
public:
    std::string_view name() const override { return "identity_pattern"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override { return sameAsOperand(o); }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const std::int64_t queries = queriesOf(*o[0]), before = o[0]->axes().back().size - queries;
        forRows(*o[0], result, workers, [&](const float*, float* p, std::int64_t r, std::int64_t n) {
            std::fill(p, p + n, 0.0F);
            if (const std::int64_t self = r % queries + before; self >= 0 && self < n)
                p[self] = 1;
        });
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const std::int64_t query = cell.size() < 2 ? 0 : cell[cell.size() - 2];
        const bool self = cell.back() == query + o[0]->axes().back().size - queriesOf(*o[0]);
        return {"{r}[i,j] = 1 for j = i, else 0", {{resultSymbol, Expr::constant(self ? 1 : 0)}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 0);
    }
    Notation notation() const override
    {
        return {NotationPart::words("each looks at itself ="), NotationPart::result()};
    }

private:
    static std::int64_t queriesOf(const Tensor& x) { return x.rank() < 2 ? 1 : x.size(x.rank() - 2); }
};

} // namespace

OpPtr softmax(double temperature)
{
    return std::make_shared<Softmax>(temperature);
}
OpPtr uniformPattern()
{
    return std::make_shared<UniformPattern>();
}
OpPtr identityPattern()
{
    return std::make_shared<IdentityPattern>();
}

} // namespace headlight::ops
