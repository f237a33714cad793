// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/ops.h"

#include <algorithm>
#include <numbers>
#include <random>

namespace headlight::ops {

namespace {

/// Normal numbers as torch.manual_seed and torch.randn draw them on a CPU, so that a seed that a config names
/// gives the rotations that the model was trained with: uniform numbers of 24 bits from a Mersenne twister,
/// made normal by Box & Muller in blocks of 16, the first 8 with the last 8. What is left of the last block
/// is drawn anew, together with what stands before it.
std::vector<float> torchNormals(std::size_t count, std::uint32_t seed)
{
    constexpr std::size_t block = 16, half = block / 2;
    std::mt19937 generator(seed);
    std::vector<float> x(std::max(count, block));
    const auto draw = [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            x[i] = static_cast<float>(generator() & 0xFFFFFFU) * 0x1p-24F;
    };
    const auto makeNormal = [&](std::size_t begin) {
        for (std::size_t i = begin; i < begin + half; ++i) {
            const float radius = std::sqrt(-2 * std::log(1 - x[i]));
            const float angle = 2 * std::numbers::pi_v<float> * x[i + half];
            x[i] = radius * std::cos(angle);
            x[i + half] = radius * std::sin(angle);
        }
    };
    draw(0, x.size());
    for (std::size_t i = 0; i + block <= x.size(); i += block)
        makeNormal(i);
    if (x.size() % block != 0) {
        draw(x.size() - block, x.size());
        makeNormal(x.size() - block);
    }
    x.resize(count);
    return x;
}

class RandomRotations final : public Op
{
public:
    RandomRotations(Axes axes, std::uint32_t seed)
        : m_axes(std::move(axes))
        , m_values(torchNormals(static_cast<std::size_t>(elementCount(m_axes)), seed))
        , m_seed(seed)
    {
    }
    std::string_view name() const override { return "random_rotations"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 0, 0); !ok)
            return tl::unexpected(ok.error());
        return m_axes;
    }
    void forward(const Operands&, Tensor& result, Workers&) const override
    {
        std::copy(m_values.begin(), m_values.end(), result.mutableValues().begin());
    }
    Derivation derive(const Operands&, const Cell& cell) const override
    {
        std::size_t at = 0;
        for (std::size_t i = 0; i < m_axes.size(); ++i)
            at = at * static_cast<std::size_t>(m_axes[i].size) + static_cast<std::size_t>(cell[i]);
        return {"{r} ∼ N(0, 1): drawn with seed " + std::to_string(m_seed),
                {{resultSymbol, Expr::constant(m_values[at])}}};
    }
    Cost cost(const std::vector<Axes>&, const Axes& result) const override
    {
        return {0, 4 * countOf(result)};
    }
    Notation notation() const override
    {
        return {NotationPart::words("drawn at random ="), NotationPart::result()};
    }

private:
    Axes m_axes;
    std::vector<float> m_values;
    std::uint32_t m_seed;
};

class Rotate final : public Op
{
public:
    std::string_view name() const override { return "hash_rotate"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        if (auto ok = expectRank(o, 0, 3, "[position, head, d_head]"); !ok)
            return tl::unexpected(ok.error());
        if (o[1].size() != 4 || !o[1][0].fits(o[0][1]) || !o[1][1].fits(o[0][2]))
            return tl::unexpected(
                wrongOperand(1, "[head, d_head, hash, rotation] of " + describe(o[0]), o[1]));
        return Axes{o[0][1], o[1][2], o[0][0], o[1][3]};
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const std::int64_t heads = result.size(0), hashes = result.size(1), positions = result.size(2),
                           rotations = result.size(3), width = o[0]->size(2);
        const float *x = o[0]->values().data(), *r = o[1]->values().data();
        float* y = result.mutableValues().data();
        for (std::int64_t h = 0; h < heads; ++h)
            for (std::int64_t n = 0; n < hashes; ++n)
                for (std::int64_t i = 0; i < positions; ++i, y += rotations)
                    for (std::int64_t d = 0; d < width; ++d)
                        for (std::int64_t k = 0; k < rotations; ++k)
                            y[k] += x[(i * heads + h) * width + d] *
                                    r[((h * width + d) * hashes + n) * rotations + k];
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::vector<Expr> terms;
        for (std::int64_t d = 0; d < o[0]->size(2); ++d)
            terms.push_back(Expr::product(Expr::at(0, {cell[2], cell[0], d}),
                                          Expr::at(1, {cell[0], d, cell[1], cell[3]})));
        return {"{r}[i,k] = Σ_d {0}[i,d] · {1}[d,k]", {{resultSymbol, Expr::sum(std::move(terms))}}};
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

class Buckets final : public Op
{
public:
    explicit Buckets(std::vector<int> factors)
        : m_factors(std::move(factors))
    {
    }
    std::string_view name() const override { return "buckets"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        std::int64_t rotations = 0;
        for (const int factor : m_factors)
            rotations += factor / 2;
        if (o[0].size() != 4 || o[0][3].size != rotations)
            return tl::unexpected(
                wrongOperand(0, "[head, hash, position, rotation " + std::to_string(rotations) + "]", o[0]));
        return Axes(o[0].begin(), o[0].end() - 1);
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const auto out = result.mutableValues();
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = static_cast<float>(bucketOf(*o[0], static_cast<std::int64_t>(i)));
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const std::int64_t rotations = o[0]->size(3);
        std::int64_t row = 0;
        for (std::size_t i = 0; i < cell.size(); ++i)
            row = row * o[0]->size(static_cast<int>(i)) + cell[i];
        std::vector<Expr> sides;
        for (std::int64_t k = 0; k < rotations; ++k) {
            Cell at = cell;
            at.push_back(k);
            sides.push_back(Expr::at(0, at));
            sides.push_back(Expr::of(Expr::Kind::Negate, {Expr::at(0, std::move(at))}));
        }
        return {"{r}[i] = argmax({0}[i], −{0}[i])",
                {{"largest", Expr::of(Expr::Kind::Max, std::move(sides))},
                 {resultSymbol, Expr::constant(static_cast<double>(bucketOf(*o[0], row)), "its place")}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 2 * countOf({o[0].back()}));
    }
    Notation notation() const override
    {
        return {NotationPart::words("place of the largest in"), NotationPart::of(0), NotationPart::words("="),
                NotationPart::result()};
    }

private:
    /// Each factor has its own rotations; a bucket's number has the factors' as its digits.
    std::int64_t bucketOf(const Tensor& x, std::int64_t row) const
    {
        const float* values = x.values().data() + row * x.size(3);
        std::int64_t bucket = 0, digit = 1;
        for (const int factor : m_factors) {
            const int half = factor / 2;
            int best = 0;
            const auto side = [&](int k) { return k < half ? values[k] : -values[k - half]; };
            for (int k = 1; k < factor; ++k)
                if (side(k) > side(best))
                    best = k;
            bucket += digit * best;
            digit *= factor;
            values += half;
        }
        return bucket;
    }

    std::vector<int> m_factors;
};

} // namespace

OpPtr randomRotations(Axes axes, std::uint32_t seed)
{
    return std::make_shared<RandomRotations>(std::move(axes), seed);
}
OpPtr hashRotate()
{
    return std::make_shared<Rotate>();
}
OpPtr buckets(std::vector<int> factors)
{
    return std::make_shared<Buckets>(std::move(factors));
}

} // namespace headlight::ops
