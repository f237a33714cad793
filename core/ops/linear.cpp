// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/matrix.h"
#include "ops/op_support.h"
#include "ops/ops.h"

#include <algorithm>

namespace headlight::ops {

namespace {

/// How many of the last axes of x are the first axes of w: the contraction. 0 when they don't meet.
std::size_t contracted(const Axes& x, const Axes& w)
{
    for (std::size_t k = std::min(x.size(), w.size()); k > 0; --k) {
        bool same = true;
        for (std::size_t i = 0; same && i < k; ++i)
            same = x[x.size() - k + i].fits(w[i]);
        if (same)
            return k;
    }
    return 0;
}

/// The stride by which a run of axes can be walked as one, or −1.
std::int64_t mergedStride(const Tensor& t, std::size_t begin, std::size_t end)
{
    if (begin == end)
        return 1;
    for (std::size_t i = end - 1; i-- > begin;)
        if (t.strides()[i] != t.strides()[i + 1] * t.size(static_cast<int>(i + 1)))
            return -1;
    return t.strides()[end - 1];
}

std::int64_t product(const Axes& axes, std::size_t begin, std::size_t end)
{
    std::int64_t n = 1;
    for (std::size_t i = begin; i < end; ++i)
        n *= axes[i].size;
    return n;
}

class Linear final : public Op
{
public:
    std::string_view name() const override { return "linear"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 3); !ok)
            return tl::unexpected(ok.error());
        const std::size_t k = contracted(o[0], o[1]);
        if (k == 0)
            return tl::unexpected(wrongOperand(1, "a matrix whose first axes end " + describe(o[0]), o[1]));
        Axes result(o[0].begin(), o[0].end() - static_cast<std::ptrdiff_t>(k));
        const Axes rest(o[1].begin() + static_cast<std::ptrdiff_t>(k), o[1].end());
        result.insert(result.end(), rest.begin(), rest.end());
        if (o.size() == 3) {
            bool fits = o[2].size() == rest.size();
            for (std::size_t i = 0; fits && i < rest.size(); ++i)
                fits = o[2][i].fits(rest[i]);
            if (!fits)
                return tl::unexpected(wrongOperand(2, describe(rest), o[2]));
        }
        return result;
    }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const Tensor& x = *o[0];
        const Tensor& w = *o[1];
        const std::size_t k = contracted(x.axes(), w.axes());
        const std::int64_t inner = product(w.axes(), 0, k);
        const std::int64_t outer = product(w.axes(), k, w.axes().size());
        const std::int64_t rows = inner == 0 ? 0 : x.count() / inner;
        float* y = result.mutableValues().data();

        const std::int64_t rowStride = mergedStride(w, 0, k);
        const std::int64_t columnStride = mergedStride(w, k, w.axes().size());
        if (rowStride >= 0 && columnStride >= 0) {
            multiplyMatrices({x.data(), rows, inner, inner, 1},
                             {w.data(), inner, outer, rowStride, columnStride}, y, outer, workers);
        } else if (rowStride >= 0 && w.axes().size() > k + 1) {
            // Interleaved checkpoints ([head, (q k v), d_head]) walk evenly only within one head.
            const std::int64_t blocks = w.size(static_cast<int>(k));
            const std::int64_t width = outer / blocks;
            const std::int64_t inBlock = mergedStride(w, k + 1, w.axes().size());
            for (std::int64_t b = 0; b < blocks; ++b)
                multiplyMatrices({x.data(), rows, inner, inner, 1},
                                 {w.data() + b * w.strides()[k], inner, width, rowStride, inBlock},
                                 y + b * width, outer, workers);
        } else {
            const Tensor copy = w.dense();
            multiplyMatrices({x.data(), rows, inner, inner, 1}, {copy.data(), inner, outer, outer, 1}, y,
                             outer, workers);
        }
        if (o.size() == 3) {
            const Tensor bias = o[2]->dense();
            const float* b = bias.data();
            for (float* row = y; row != y + rows * outer; row += outer)
                for (std::int64_t c = 0; c < outer; ++c)
                    row[c] += b[c];
        }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const std::size_t k = contracted(o[0]->axes(), o[1]->axes());
        const auto front = static_cast<std::ptrdiff_t>(o[0]->axes().size() - k);
        const Cell lead(cell.begin(), cell.begin() + front);
        const Cell rest(cell.begin() + front, cell.end());
        const std::int64_t inner = product(o[1]->axes(), 0, k);
        std::vector<Expr> terms;
        terms.reserve(static_cast<std::size_t>(inner) + 1);
        for (std::int64_t c = 0; c < inner; ++c) {
            Cell sum(k);
            std::int64_t left = c;
            for (std::size_t a = k; a-- > 0;) {
                const std::int64_t size = o[1]->size(static_cast<int>(a));
                sum[a] = left % size;
                left /= size;
            }
            Cell xCell = lead, wCell = sum;
            xCell.insert(xCell.end(), sum.begin(), sum.end());
            wCell.insert(wCell.end(), rest.begin(), rest.end());
            terms.push_back(Expr::product(Expr::at(0, std::move(xCell)), Expr::at(1, std::move(wCell))));
        }
        if (o.size() == 3)
            terms.push_back(Expr::at(2, rest));
        return {o.size() == 3 ? "{r}[i,o] = Σ_c {0}[i,c] · {1}[c,o] + {2}[o]"
                              : "{r}[i,o] = Σ_c {0}[i,c] · {1}[c,o]",
                {{resultSymbol, Expr::sum(std::move(terms))}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        const std::size_t k = contracted(o[0], o[1]);
        const double inner = countOf({o[1].begin(), o[1].begin() + static_cast<std::ptrdiff_t>(k)});
        Cost cost = elementwiseCost(o, result, 2 * inner);
        return cost;
    }
    Notation notation() const override
    {
        return {NotationPart::of(0),      NotationPart::words("·"), NotationPart::of(1),
                NotationPart::words("+"), NotationPart::of(2),      NotationPart::words("="),
                NotationPart::result()};
    }
};

class HeadResults final : public Op
{
public:
    std::string_view name() const override { return "head_results"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 0, 3, "z [position, head, d_head]"); !ok)
            return tl::unexpected(ok.error());
        if (o[1].size() != 3 || !o[1][0].fits(o[0][1]) || !o[1][1].fits(o[0][2]))
            return tl::unexpected(wrongOperand(1, "[head, d_head, d_model] of " + describe(o[0]), o[1]));
        return Axes{o[0][0], o[0][1], o[1][2]};
    }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const Tensor& z = *o[0];
        const Tensor& w = *o[1];
        const std::int64_t rows = z.size(0), heads = z.size(1), inner = z.size(2), width = w.size(2);
        for (std::int64_t h = 0; h < heads; ++h)
            multiplyMatrices({z.data() + h * inner, rows, inner, heads * inner, 1},
                             {w.data() + h * w.strides()[0], inner, width, w.strides()[1], w.strides()[2]},
                             result.mutableValues().data() + h * width, heads * width, workers);
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::vector<Expr> terms;
        for (std::int64_t d = 0; d < o[0]->size(2); ++d)
            terms.push_back(
                Expr::product(Expr::at(0, {cell[0], cell[1], d}), Expr::at(1, {cell[1], d, cell[2]})));
        return {"{r}[i,h,c] = Σ_d {0}[i,h,d] · {1}[h,d,c]", {{resultSymbol, Expr::sum(std::move(terms))}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 2 * countOf({o[0][2]}));
    }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("·"), NotationPart::of(1), NotationPart::words("="),
                NotationPart::result()};
    }
};

} // namespace

OpPtr linear()
{
    return std::make_shared<Linear>();
}
OpPtr headResults()
{
    return std::make_shared<HeadResults>();
}

} // namespace headlight::ops
