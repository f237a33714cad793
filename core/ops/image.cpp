// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/matrix.h"
#include "ops/op_support.h"
#include "ops/ops.h"

namespace headlight::ops {

namespace {

class PatchEmbed final : public Op
{
public:
    explicit PatchEmbed(StreamIndex stream)
        : m_stream(stream)
    {
    }
    std::string_view name() const override { return "patch_embed"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 3); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 0, 3, "pixels [channel, row, column]"); !ok)
            return tl::unexpected(ok.error());
        if (o[1].size() != 4 || !o[1][1].fits(o[0][0]))
            return tl::unexpected(wrongOperand(
                1, "[d_model, channel, row, column] with the channels of " + describe(o[0]), o[1]));
        if (o[0][1].size % o[1][2].size != 0 || o[0][2].size % o[1][3].size != 0)
            return tl::unexpected(wrongOperand(0, "whole patches of " + describe(o[1]), o[0]));
        if (o.size() == 3 && (o[2].size() != 1 || !o[2][0].fits(o[1][0])))
            return tl::unexpected(wrongOperand(2, describe(Axes{o[1][0]}), o[2]));
        return Axes{positions(m_stream, (o[0][1].size / o[1][2].size) * (o[0][2].size / o[1][3].size)),
                    o[1][0]};
    }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const Tensor w = o[1]->dense();
        const std::int64_t patches = result.size(0), width = result.size(1);
        const std::int64_t inner = w.size(1) * w.size(2) * w.size(3);
        // One row a patch, its pixels in the order of W: the convolution is then one product.
        std::vector<float> pixels(static_cast<std::size_t>(patches * inner));
        const Tensor& image = *o[0];
        for (std::int64_t p = 0; p < patches; ++p) {
            float* to = pixels.data() + p * inner;
            forPixels(
                o, p,
                [&](std::int64_t channel, std::int64_t row, std::int64_t column, std::int64_t, std::int64_t) {
                    *to++ = image.data()[channel * image.strides()[0] + row * image.strides()[1] +
                                         column * image.strides()[2]];
                });
        }
        float* y = result.mutableValues().data();
        multiplyMatrices({pixels.data(), patches, inner, inner, 1}, {w.data(), inner, width, 1, inner}, y,
                         width, workers);
        for (std::int64_t i = 0; o.size() == 3 && i < patches * width; ++i)
            y[i] += (*o[2])[i % width];
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::vector<Expr> terms;
        forPixels(
            o, cell[0],
            [&](std::int64_t channel, std::int64_t row, std::int64_t column, std::int64_t r, std::int64_t c) {
                terms.push_back(Expr::product(Expr::at(0, {channel, row, column}),
                                              Expr::at(1, {cell[1], channel, r, c})));
            });
        if (o.size() == 3)
            terms.push_back(Expr::at(2, {cell[1]}));
        return {"{r}[p,c] = Σ_k {0}[k] · {1}[c,k]" + std::string(o.size() == 3 ? " + {2}[c]" : "") +
                    ": k are the pixels of patch p",
                {{resultSymbol, Expr::sum(std::move(terms))}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 2 * countOf({o[1][1], o[1][2], o[1][3]}));
    }
    Notation notation() const override
    {
        return {NotationPart::words("patches of"), NotationPart::of(0),
                NotationPart::words("·"),          NotationPart::of(1),
                NotationPart::words("+"),          NotationPart::of(2),
                NotationPart::words("="),          NotationPart::result()};
    }

private:
    /// Visits the pixels of patch @p p with their place in the image and in the patch; patches run row by
    /// row.
    template <class Visit>
    static void forPixels(const Operands& o, std::int64_t p, Visit visit)
    {
        const Tensor& w = *o[1];
        const std::int64_t rows = w.size(2), columns = w.size(3), across = o[0]->size(2) / columns;
        const std::int64_t top = p / across * rows, left = p % across * columns;
        for (std::int64_t channel = 0; channel < w.size(1); ++channel)
            for (std::int64_t r = 0; r < rows; ++r)
                for (std::int64_t c = 0; c < columns; ++c)
                    visit(channel, top + r, left + c, r, c);
    }

    StreamIndex m_stream;
};

class PrependRow final : public Op
{
public:
    std::string_view name() const override { return "prepend_row"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 0, 2, "[position, d_model]"); !ok)
            return tl::unexpected(ok.error());
        if (o[1].size() != 1 || !o[1][0].fits(o[0][1]))
            return tl::unexpected(wrongOperand(1, describe(Axes{o[0][1]}), o[1]));
        Axes result = o[0];
        if (result[0].size != anySize)
            ++result[0].size;
        return result;
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        const std::int64_t width = result.size(1);
        for (std::int64_t c = 0; c < width; ++c)
            out[static_cast<std::size_t>(c)] = (*o[1])[c];
        const auto rest = o[0]->values();
        std::copy(rest.begin(), rest.end(), out.begin() + static_cast<std::ptrdiff_t>(width));
    }
    Derivation derive(const Operands&, const Cell& cell) const override
    {
        if (cell[0] == 0)
            return {"{r}[0,c] = {1}[c]", {{resultSymbol, Expr::at(1, {cell[1]})}}};
        return {"{r}[i,c] = {0}[i − 1, c]", {{resultSymbol, Expr::at(0, {cell[0] - 1, cell[1]})}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 0);
    }
    Notation notation() const override
    {
        return {NotationPart::of(1), NotationPart::words("in front of"), NotationPart::of(0),
                NotationPart::words("="), NotationPart::result()};
    }
};

class SelectPosition final : public Op
{
public:
    SelectPosition(int index, std::string keptAs)
        : m_index(index)
        , m_keptAs(std::move(keptAs))
    {
    }
    std::string_view name() const override { return "select_position"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        if (o[0].empty() || !o[0][0].isPositions())
            return tl::unexpected(wrongOperand(0, "a tensor whose first axis is position", o[0]));
        Axes result(o[0].begin() + 1, o[0].end());
        if (!m_keptAs.empty())
            result.insert(result.begin(), named(m_keptAs, 1));
        return result;
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto x = o[0]->values();
        const auto out = result.mutableValues();
        std::copy_n(x.begin() +
                        static_cast<std::ptrdiff_t>(rowIn(*o[0])) * static_cast<std::ptrdiff_t>(out.size()),
                    out.size(), out.begin());
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        Cell from(cell.begin() + (m_keptAs.empty() ? 0 : 1), cell.end());
        from.insert(from.begin(), rowIn(*o[0]));
        return {"{r}[c] = {0}[n, c]: n = " + std::to_string(m_index),
                {{resultSymbol, Expr::at(0, std::move(from))}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {0, 8 * countOf(result)};
    }
    Notation notation() const override
    {
        return {NotationPart::words(m_index == 0 ? "first row of" : "one row of"), NotationPart::of(0),
                NotationPart::words("="), NotationPart::result()};
    }

private:
    std::int64_t rowIn(const Tensor& x) const { return m_index >= 0 ? m_index : x.size(0) + m_index; }
    int m_index;
    std::string m_keptAs;
};

} // namespace

OpPtr patchEmbed(StreamIndex stream)
{
    return std::make_shared<PatchEmbed>(stream);
}
OpPtr prependRow()
{
    return std::make_shared<PrependRow>();
}
OpPtr selectPosition(int index, std::string keptAs)
{
    return std::make_shared<SelectPosition>(index, std::move(keptAs));
}

} // namespace headlight::ops
