// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ops/op_support.h"
#include "ops/ops.h"

namespace headlight::ops {

namespace {

/// For each axis of the result, the operand's stride along it (0 where the operand lacks the axis).
std::vector<std::int64_t> alignedStrides(const Tensor& operand, const Axes& result)
{
    std::vector<std::int64_t> strides(result.size(), 0);
    for (std::size_t i = 0; i < result.size(); ++i)
        if (const int at = findAxis(operand.axes(), result[i].name); at >= 0)
            strides[i] = operand.strides()[static_cast<std::size_t>(at)];
    return strides;
}

Cell alignedCell(const Axes& operand, const Axes& result, const Cell& cell)
{
    Cell own;
    for (const Axis& a : operand)
        own.push_back(cell[static_cast<std::size_t>(findAxis(result, a.name))]);
    return own;
}

class Add final : public Op
{
public:
    explicit Add(int terms)
        : m_terms(static_cast<std::size_t>(terms))
    {
    }
    std::string_view name() const override { return "add"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, m_terms, m_terms); !ok)
            return tl::unexpected(ok.error());
        Axes result = o[0];
        for (std::size_t k = 1; k < o.size(); ++k)
            for (const Axis& a : o[k]) {
                const int at = findAxis(result, a.name);
                if (at < 0 || !result[static_cast<std::size_t>(at)].fits(a))
                    return tl::unexpected(wrongOperand(k, "axes of " + describe(result), o[k]));
                if (result[static_cast<std::size_t>(at)].size == anySize)
                    result[static_cast<std::size_t>(at)].size = a.size;
            }
        return result;
    }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const auto out = result.mutableValues();
        const auto& axes = result.axes();
        const std::int64_t width = axes.empty() ? 1 : axes.back().size;
        const std::int64_t rows = width == 0 ? 0 : result.count() / width;
        std::vector<std::vector<std::int64_t>> strides;
        for (const Tensor* t : o)
            strides.push_back(alignedStrides(*t, axes));
        workers.forRanges(rows, 1 + (1 << 15) / std::max<std::int64_t>(width, 1),
                          [&](std::int64_t begin, std::int64_t end) {
                              for (std::int64_t r = begin; r < end; ++r) {
                                  float* to = out.data() + r * width;
                                  for (std::size_t k = 0; k < o.size(); ++k) {
                                      std::int64_t offset = 0, rest = r;
                                      for (std::size_t a = axes.size() - 1; a-- > 0;) {
                                          offset += (rest % axes[a].size) * strides[k][a];
                                          rest /= axes[a].size;
                                      }
                                      const float* from = o[k]->data() + offset;
                                      const std::int64_t s = strides[k].back();
                                      if (k == 0)
                                          for (std::int64_t c = 0; c < width; ++c)
                                              to[c] = from[c * s];
                                      else
                                          for (std::int64_t c = 0; c < width; ++c)
                                              to[c] += from[c * s];
                                  }
                              }
                          });
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        std::vector<Expr> terms;
        std::string formula = "{r} = ";
        for (std::size_t k = 0; k < o.size(); ++k) {
            terms.push_back(Expr::at(static_cast<int>(k), alignedCell(o[k]->axes(), o[0]->axes(), cell)));
            formula += (k ? " + {" : "{") + std::to_string(k) + "}";
        }
        return {formula, {{resultSymbol, Expr::sum(std::move(terms))}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, static_cast<double>(o.size() - 1));
    }
    Notation notation() const override
    {
        Notation parts{NotationPart::of(0)};
        for (int i = 1; i < static_cast<int>(m_terms); ++i) {
            parts.push_back(NotationPart::words("+"));
            parts.push_back(NotationPart::of(i));
        }
        parts.push_back(NotationPart::words("="));
        parts.push_back(NotationPart::result());
        return parts;
    }

private:
    std::size_t m_terms;
};

class Multiply final : public Op
{
public:
    std::string_view name() const override { return "multiply"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        if (o[0].size() != o[1].size())
            return tl::unexpected(wrongOperand(1, describe(o[0]), o[1]));
        for (std::size_t i = 0; i < o[0].size(); ++i)
            if (!o[0][i].fits(o[1][i]))
                return tl::unexpected(wrongOperand(1, describe(o[0]), o[1]));
        return o[0];
    }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const auto out = result.mutableValues();
        workers.forRanges(result.count(), 1 << 15, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i)
                out[static_cast<std::size_t>(i)] = (*o[0])[i] * (*o[1])[i];
        });
    }
    Derivation derive(const Operands&, const Cell& cell) const override
    {
        return {"{r} = {0} · {1}", {{resultSymbol, Expr::product(Expr::at(0, cell), Expr::at(1, cell))}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 1);
    }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("⊙"), NotationPart::of(1), NotationPart::words("="),
                NotationPart::result()};
    }
};

class Concatenate final : public Op
{
public:
    explicit Concatenate(std::string axisName)
        : m_axis(std::move(axisName))
    {
    }
    std::string_view name() const override { return "concatenate"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 2, 2); !ok)
            return tl::unexpected(ok.error());
        bool fits = !o[0].empty() && o[0].size() == o[1].size();
        for (std::size_t i = 0; fits && i + 1 < o[0].size(); ++i)
            fits = o[0][i].fits(o[1][i]);
        if (!fits)
            return tl::unexpected(wrongOperand(1, "all axes but the last of " + describe(o[0]), o[1]));
        Axes result = o[0];
        result.back() = named(m_axis, o[0].back().size + o[1].back().size);
        return result;
    }
    void forward(const Operands& o, Tensor& result, Workers&) const override
    {
        const std::int64_t first = o[0]->axes().back().size, width = result.axes().back().size;
        const auto out = result.mutableValues();
        for (std::int64_t i = 0; i < result.count(); ++i) {
            const std::int64_t row = i / width, c = i % width;
            out[static_cast<std::size_t>(i)] =
                c < first ? (*o[0])[row * first + c] : (*o[1])[row * (width - first) + c - first];
        }
    }
    Derivation derive(const Operands& o, const Cell& cell) const override
    {
        const std::int64_t first = o[0]->axes().back().size;
        if (cell.back() < first)
            return {"{r}[i,c] = {0}[i,c]", {{resultSymbol, Expr::at(0, cell)}}};
        Cell from = cell;
        from.back() -= first;
        return {"{r}[i,c] = {1}[i, c − n]: n = " + std::to_string(first),
                {{resultSymbol, Expr::at(1, std::move(from))}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 0);
    }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("beside"), NotationPart::of(1),
                NotationPart::words("="), NotationPart::result()};
    }

private:
    std::string m_axis;
};

class Scale final : public Op
{
public:
    Scale(double factor, std::string shown)
        : m_factor(static_cast<float>(factor))
        , m_shown(std::move(shown))
    {
    }
    std::string_view name() const override { return "scale"; }
    Result<Axes> shape(const std::vector<Axes>& o) const override
    {
        if (auto ok = expectCount(o, 1, 1); !ok)
            return tl::unexpected(ok.error());
        return o[0];
    }
    bool isIdentity() const override { return m_factor == 1.0F; }
    void forward(const Operands& o, Tensor& result, Workers& workers) const override
    {
        const auto out = result.mutableValues();
        workers.forRanges(result.count(), 1 << 15, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i)
                out[static_cast<std::size_t>(i)] = (*o[0])[i] * m_factor;
        });
    }
    Derivation derive(const Operands&, const Cell& cell) const override
    {
        return {formula(),
                {{resultSymbol, Expr::product(Expr::at(0, cell), Expr::constant(m_factor, m_shown))}}};
    }
    Cost cost(const std::vector<Axes>& o, const Axes& result) const override
    {
        return elementwiseCost(o, result, 1);
    }
    Notation notation() const override
    {
        return {NotationPart::of(0), NotationPart::words("· " + m_shown + " ="), NotationPart::result()};
    }

private:
    /// The factor's number stands behind the formula, so that there is one formula for all sizes.
    [[nodiscard]] std::string formula() const
    {
        if (isIdentity()) // by a what-if, or in a model that does not scale
            return "{r} = {0}: not divided by √d";
        const std::string_view shown = m_shown, over = "1/√", root = "√";
        const bool digits = shown.find('/', 2) == std::string_view::npos;
        if (digits && shown.starts_with(over))
            return "{r} = {0} / √d: d = " + std::string(shown.substr(over.size()));
        if (digits && shown.starts_with(root))
            return "{r} = {0} · √d: d = " + std::string(shown.substr(root.size()));
        return "{r} = {0} · s: s = " + m_shown;
    }

    float m_factor;
    std::string m_shown;
};

} // namespace

OpPtr add(int terms)
{
    return std::make_shared<Add>(terms);
}
OpPtr multiply()
{
    return std::make_shared<Multiply>();
}
OpPtr concatenate(std::string axisName)
{
    return std::make_shared<Concatenate>(std::move(axisName));
}
OpPtr scale(double factor, std::string shown)
{
    return std::make_shared<Scale>(factor, std::move(shown));
}

} // namespace headlight::ops
