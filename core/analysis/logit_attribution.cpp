// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/logit_attribution.h"

#include "run/workers.h"

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

using Vector = std::vector<double>;

double dot(const Vector& g, const float* x, std::int64_t stride = 1)
{
    double sum = 0;
    for (std::size_t c = 0; c < g.size(); ++c)
        sum += g[c] * static_cast<double>(x[static_cast<std::int64_t>(c) * stride]);
    return sum;
}

/// Walks from a logit backwards along everything that is a sum, with the logit's gradient in hand.
class Walk
{
public:
    Walk(const Trace& trace, LogitAttribution& result)
        : m_trace(trace)
        , m_program(trace.program())
        , m_result(result)
    {
    }

    /// Adds what @p ref's row @p position has to do with the logit, whose gradient there is @p g.
    Result<void> add(TensorRef ref, std::int64_t position, const Vector& g)
    {
        if (ref.kind != TensorRef::Kind::Step)
            return whole(ref, position, g, LogitPart::Kind::Other);
        const Step& step = m_program.steps[static_cast<std::size_t>(ref.index)];
        const std::string_view op = m_trace.op(ref.index)->name();
        if (op == "add") {
            for (const TensorRef term : step.operands)
                if (auto ok = add(term, position, g); !ok)
                    return ok;
            return {};
        }
        if (op == "layer_norm" || op == "rms_norm")
            return norm(step, position, g, op == "layer_norm");
        if (op == "linear")
            for (std::size_t a = 0; a < m_program.attention.size(); ++a)
                if (const auto out = outputProjection(m_program, m_program.attention[a]);
                    out && out->step == ref.index)
                    return heads(static_cast<int>(a), *out, position, g);
        const bool mlp = step.hook.find("mlp") != std::string::npos;
        const bool embedding = layerOf(m_program, ref.index) < 0;
        return whole(ref, position, g,
                     mlp         ? LogitPart::Kind::Mlp
                     : embedding ? LogitPart::Kind::Embedding
                                 : LogitPart::Kind::Other);
    }

    void part(LogitPart::Kind kind, TensorRef from, double value, int layer, int attention = -1,
              int head = -1)
    {
        m_result.parts.push_back({kind, m_program.nameOf(from), layer, attention, head, value});
    }

private:
    Result<void> whole(TensorRef ref, std::int64_t position, const Vector& g, LogitPart::Kind kind)
    {
        auto x = m_trace.tensor(ref);
        if (!x)
            return tl::unexpected(x.error());
        const int layer = ref.kind == TensorRef::Kind::Step ? layerOf(m_program, ref.index) : -1;
        // A term without positions (a learned vector) is added to all of them.
        const bool rows = (*x)->rank() == 2;
        if (!rows && (*x)->rank() != 1)
            return fail(ErrorCode::Unsupported, "expected a vector a position in the residual stream",
                        m_program.nameOf(ref));
        const std::int64_t row = rows ? position * (*x)->strides()[0] : 0;
        part(kind, ref, dot(g, (*x)->data() + row, (*x)->strides().back()), layer);
        return {};
    }

    /// (x − μ)/σ · w + b with μ linear in x and σ frozen: g becomes C(g ⊙ w)/σ, C taking the mean away.
    Result<void> norm(const Step& step, std::int64_t position, const Vector& g, bool centred)
    {
        const std::size_t first = centred ? 3 : 2;
        auto sigma = m_trace.tensor(step.operands[first - 1]);
        if (!sigma)
            return tl::unexpected(sigma.error());
        Vector inner = g;
        if (step.operands.size() > first) {
            auto w = m_trace.tensor(step.operands[first]);
            if (!w)
                return tl::unexpected(w.error());
            for (std::size_t c = 0; c < g.size(); ++c)
                inner[c] *= (**w)[static_cast<std::int64_t>(c)];
        }
        if (step.operands.size() > first + 1) {
            auto b = m_trace.tensor(step.operands[first + 1]);
            if (!b)
                return tl::unexpected(b.error());
            part(LogitPart::Kind::Bias, step.operands[first + 1],
                 dot(g, (*b)->data(), (*b)->strides().front()), -1);
        }
        double mean = 0;
        for (const double v : inner)
            mean += v / static_cast<double>(inner.size());
        const double scale = (*sigma)->rank() == 0 ? (**sigma)[0] : (**sigma)[position];
        for (double& v : inner)
            v = (v - (centred ? mean : 0)) / scale;
        return add(step.operands[0], position, inner);
    }

    Result<void> heads(int attention, const OutputProjection& out, std::int64_t position, const Vector& g)
    {
        const AttentionLayer& layer = m_program.attention[static_cast<std::size_t>(attention)];
        auto z = m_trace.step(layer.z), pattern = m_trace.step(layer.pattern), v = m_trace.step(layer.v);
        auto w = m_trace.tensor(out.weight);
        for (const auto* tensor : {&z, &pattern, &v, &w})
            if (!*tensor)
                return tl::unexpected(tensor->error());
        const Tensor &Z = **z, &P = **pattern, &V = **v, &W = **w;
        if (Z.rank() != 3 || P.rank() != 3 || V.rank() != 3 || W.rank() != 3 ||
            W.size(2) != static_cast<std::int64_t>(g.size()) || position >= Z.size(0))
            return fail(ErrorCode::Unsupported, "the heads' outputs are not added to the residual stream",
                        layer.name);
        const std::int64_t dHead = Z.size(2), keys = P.size(2);
        const std::int64_t perGroup =
            std::max<std::int64_t>(1, Z.size(1) / std::max<std::int64_t>(V.size(1), 1));
        std::vector<double>* source = nullptr;
        if (layer.keys >= 0 && V.size(0) == keys) {
            source = &m_result.bySource[static_cast<std::size_t>(layer.keys)];
            source->resize(static_cast<std::size_t>(keys), 0);
        }
        for (std::int64_t h = 0; h < Z.size(1); ++h) {
            Vector u(static_cast<std::size_t>(dHead)); // W_O g
            for (std::int64_t d = 0; d < dHead; ++d)
                u[static_cast<std::size_t>(d)] = dot(g, W.data() + W.offset({h, d, 0}), W.strides()[2]);
            part(LogitPart::Kind::Head, {TensorRef::Kind::Step, layer.z},
                 dot(u, Z.data() + Z.offset({position, h, 0})), layer.layer, attention, static_cast<int>(h));
            for (std::int64_t j = 0; source && j < keys; ++j)
                if (const double p = P[P.offset({h, position, j})]; p > 0)
                    (*source)[static_cast<std::size_t>(j)] +=
                        p * dot(u, V.data() + V.offset({j, h / perGroup, 0}));
        }
        if (out.bias.valid()) {
            auto b = m_trace.tensor(out.bias);
            if (!b)
                return tl::unexpected(b.error());
            part(LogitPart::Kind::AttentionBias, out.bias, dot(g, (*b)->data(), (*b)->strides().front()),
                 layer.layer, attention);
        }
        return {};
    }

    const Trace& m_trace;
    const Program& m_program;
    LogitAttribution& m_result;
};

/// The position that a step reads for its cell c, where it takes one out of many.
std::int64_t selectedPosition(const Trace& trace, int step)
{
    auto operands = trace.operands(step);
    if (!operands)
        return -1;
    Operands plain;
    for (const TensorPtr& t : *operands)
        plain.push_back(t.get());
    std::int64_t position = -1;
    const Cell first(trace.axes(step).size(), 0);
    visitCells(trace.op(step)->derive(plain, first), [&](int operand, const Cell& cell) {
        if (operand == 0 && !cell.empty())
            position = cell.front();
    });
    return position;
}

} // namespace

double LogitAttribution::sum() const
{
    double total = 0;
    for (const LogitPart& p : parts)
        total += p.value;
    return total;
}

Result<LogitAttribution> logitAttribution(const Trace& trace, std::int64_t position, int token)
{
    const Program& program = trace.program();
    auto head = outputHead(program);
    if (!head)
        return tl::unexpected(head.error());
    const int logitsStep = program.prediction.logits;
    auto logits = trace.step(logitsStep);
    if (!logits)
        return tl::unexpected(logits.error());
    const Tensor& y = **logits;
    const std::int64_t choices = y.axes().back().size, rows = y.count() / choices;
    if (rows == 1 && y.rank() < 2)
        position = 0;
    if (position < 0 || position >= rows)
        return fail(ErrorCode::BadInput, "expected a position from 0 to " + std::to_string(rows - 1) +
                                             ", found " + std::to_string(position));
    const auto row =
        y.values().subspan(static_cast<std::size_t>(position * choices), static_cast<std::size_t>(choices));
    if (token < 0)
        token = static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin());
    if (token >= choices)
        return fail(ErrorCode::BadInput, "expected a token from 0 to " + std::to_string(choices - 1) +
                                             ", found " + std::to_string(token));

    LogitAttribution result;
    result.position = position;
    result.token = token;
    result.logit = row[static_cast<std::size_t>(token)];
    result.bySource.resize(program.streams.size());
    Walk walk(trace, result);

    // From the logit to what the unembedding reads …
    const Step* step = &program.steps[static_cast<std::size_t>(logitsStep)];
    double factor = 1;
    TensorRef at{TensorRef::Kind::Step, logitsStep};
    while (step->op->name() == "scale") {
        const Tensor one(Axes{named("one", 1)}, {1.0F});
        Tensor scaled(one.axes());
        Workers alone(1);
        trace.op(at.index)->forward({&one}, scaled, alone);
        factor *= scaled[0];
        at = step->operands[0];
        if (at.kind != TensorRef::Kind::Step)
            break;
        step = &program.steps[static_cast<std::size_t>(at.index)];
    }
    const auto notLinear = [&](const Step& s) {
        return fail(ErrorCode::Unsupported, "the prediction head is not linear (" + s.hook +
                                                "), so a logit is no sum of what layers have written");
    };
    if (trace.op(at.index)->name() != "linear" || step->operands.size() < 2 ||
        step->operands[1].kind != TensorRef::Kind::Parameter)
        return notLinear(*step);
    auto unembedding = trace.tensor(step->operands[1]);
    if (!unembedding)
        return tl::unexpected(unembedding.error());
    const Tensor& U = **unembedding;
    Vector g(static_cast<std::size_t>(U.size(0)));
    for (std::size_t c = 0; c < g.size(); ++c)
        g[c] = factor * U.at({static_cast<std::int64_t>(c), token});
    if (step->operands.size() > 2) {
        auto bias = trace.tensor(step->operands[2]);
        if (!bias)
            return tl::unexpected(bias.error());
        walk.part(LogitPart::Kind::Bias, step->operands[2], factor * (**bias)[token], -1);
    }
    // … past the choice of one position, and then everything that is a sum.
    at = step->operands[0];
    if (at.kind == TensorRef::Kind::Step) {
        const std::string_view op = program.steps[static_cast<std::size_t>(at.index)].op->name();
        if (op == "select_position" || op == "select_token") {
            position = selectedPosition(trace, at.index);
            at = program.steps[static_cast<std::size_t>(at.index)].operands[0];
        }
    }
    // The way must be sums and norms down to the last state, else one part would be the whole logit.
    TensorRef check = at;
    while (check.kind == TensorRef::Kind::Step && check != head->stream.states.back()) {
        const Step& s = program.steps[static_cast<std::size_t>(check.index)];
        const std::string_view op = s.op->name();
        if (op != "layer_norm" && op != "rms_norm")
            return notLinear(s);
        check = s.operands[0];
    }
    if (auto ok = walk.add(at, position, g); !ok)
        return tl::unexpected(ok.error());
    // From the first layer to the last, the embedding before, biases after.
    std::stable_sort(result.parts.begin(), result.parts.end(), [](const LogitPart& a, const LogitPart& b) {
        const auto order = [](const LogitPart& p) {
            return p.kind == LogitPart::Kind::Bias ? 1 << 30 : p.layer;
        };
        return order(a) < order(b);
    });
    return result;
}

} // namespace headlight
