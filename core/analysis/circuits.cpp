// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/circuits.h"

#include "analysis/eigen_decomposition.h"
#include "analysis/residual_stream.h"
#include "ops/matrix.h"

#include <Eigen/Core>

#include <map>

namespace headlight {

namespace {

using Matrix = Eigen::MatrixXd;
using FloatRows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

ops::MatrixView viewOf(const Tensor& t)
{
    return {t.data(), t.size(0), t.size(1), t.strides()[0], t.strides()[1]};
}

ops::MatrixView transposed(ops::MatrixView m)
{
    std::swap(m.rows, m.columns);
    std::swap(m.rowStride, m.columnStride);
    return m;
}

Matrix product(const ops::MatrixView& a, const ops::MatrixView& b, Workers& workers)
{
    FloatRows y(a.rows, b.columns);
    ops::multiplyMatrices(a, b, y.data(), b.columns, workers);
    return y.cast<double>();
}

/// Σ λ / Σ |λ| of a square matrix. Σ λ is real: complex ones come in pairs.
std::optional<double> share(const Matrix& m)
{
    if (!m.allFinite())
        return std::nullopt;
    double sum = 0, absolute = 0;
    for (const std::complex<double> lambda : eigenvalues({m.data(), static_cast<std::size_t>(m.size())})) {
        sum += lambda.real();
        absolute += std::abs(lambda);
    }
    return absolute > 0 ? std::optional<double>(sum / absolute) : std::nullopt;
}

/// A norm without its scale, as a matrix that a row vector is multiplied with: (x − μ) ⊙ w, or x ⊙ w.
Result<Matrix> normMatrix(const Trace& trace, int step, std::int64_t d)
{
    Matrix m = Matrix::Identity(d, d);
    if (step < 0)
        return m;
    const Step& s = trace.program().steps[static_cast<std::size_t>(step)];
    const bool centred = s.op->name() == "layer_norm";
    if (!centred && s.op->name() != "rms_norm")
        return m;
    if (centred)
        m.array() -= 1.0 / static_cast<double>(d);
    const std::size_t first = centred ? 3 : 2;
    if (s.operands.size() > first) {
        auto w = trace.tensor(s.operands[first]);
        if (!w)
            return tl::unexpected(w.error());
        for (std::int64_t c = 0; c < d; ++c)
            m.col(c) *= (**w)[c];
    }
    return m;
}

/// The token table of the stream that a stack reads: step "embed" of ids with a table over a vocabulary.
TensorRef embeddingOf(const Program& program, StreamIndex stream)
{
    for (const Step& step : program.steps)
        if (step.op->name() == "embed" && step.operands[0].kind == TensorRef::Kind::Parameter &&
            program.axesOf(step.operands[0])[0].name == axis::vocab && !step.axes.empty() &&
            step.axes[0].stream == stream)
            return step.operands[0];
    return {};
}

/// W_Q, W_K or W_V of one head, [d_model, d_head], from the step that makes q, k or v.
std::optional<Matrix> projectionOf(const Trace& trace, int step, std::int64_t head, TensorRef* read)
{
    const Program& program = trace.program();
    // Rotary positions turn what the projection made; for a key at the query's own place that cancels.
    while (step >= 0 && program.steps[static_cast<std::size_t>(step)].op->name() == "rotary")
        step = program.steps[static_cast<std::size_t>(step)].operands[0].kind == TensorRef::Kind::Step
                   ? program.steps[static_cast<std::size_t>(step)].operands[0].index
                   : -1;
    if (step < 0)
        return std::nullopt;
    const Step& s = program.steps[static_cast<std::size_t>(step)];
    if (s.op->name() != "linear" || s.operands[1].kind != TensorRef::Kind::Parameter)
        return std::nullopt;
    auto w = trace.tensor(s.operands[1]);
    if (!w || (*w)->rank() != 3 || head >= (*w)->size(1))
        return std::nullopt;
    *read = s.operands[0];
    Matrix m((*w)->size(0), (*w)->size(2));
    for (std::int64_t r = 0; r < m.rows(); ++r)
        for (std::int64_t c = 0; c < m.cols(); ++c)
            m(r, c) = (*w)->at({r, head, c});
    return m;
}

struct Unembedding
{
    TensorRef weight;
    int norm = -1; ///< step
    std::string stack;
};

/// W_U and the norm before it, when nothing else lies between the residual stream and the logits.
std::optional<Unembedding> unembeddingOf(const Program& program)
{
    const auto head = outputHead(program);
    if (!head || program.prediction.stream == noStream)
        return std::nullopt;
    Unembedding found{.stack = head->stream.stack};
    for (const int index : head->steps) {
        const Step& step = program.steps[static_cast<std::size_t>(index)];
        const std::string_view op = step.op->name();
        if (op == "layer_norm" || op == "rms_norm")
            found.norm = index;
        else if (op == "linear" && !found.weight.valid())
            found.weight = step.operands[1];
        else if (op != "mean" && op != "deviation" && op != "scale")
            return std::nullopt;
    }
    return found.weight.kind == TensorRef::Kind::Parameter ? std::optional(found) : std::nullopt;
}

} // namespace

Result<CircuitMeasures> circuitMeasures(const Trace& trace, Workers& workers, std::stop_token stop,
                                        const AnalysisProgress& progress)
{
    const Program& program = trace.program();
    CircuitMeasures result;
    const auto unembedding = unembeddingOf(program);
    std::map<int, Matrix> pairs, copies; // W_Eᵀ W_E, and W_U W_E through the final norm, of each table
    int done = 0, total = 0;
    for (const AttentionLayer& layer : program.attention)
        total += layer.heads;
    for (std::size_t a = 0; a < program.attention.size(); ++a) {
        const AttentionLayer& layer = program.attention[a];
        const TensorRef queries = embeddingOf(program, layer.queries),
                        keys = embeddingOf(program, layer.keys);
        const auto out = outputProjection(program, layer);
        const bool qk = queries.valid() && queries == keys && layer.kind == AttentionLayer::Kind::Self;
        bool ov = keys.valid() && out && unembedding && layer.stack == unembedding->stack;
        if (!keys.valid() || !queries.valid())
            result.noQk = result.noOv = "there is no table of tokens at the bottom";
        else if (!qk)
            result.noQk = "queries and keys come from different tables";
        if (keys.valid() && !unembedding)
            result.noOv = "the logits are not one matrix away from the residual stream";
        else if (keys.valid() && !ov)
            result.noOv = "only the stack that makes the logits has it";

        TensorPtr table, unembed;
        if (qk || ov) {
            auto t = trace.tensor(keys);
            if (!t)
                return tl::unexpected(t.error());
            table = *t;
        }
        if (ov) {
            auto u = trace.tensor(unembedding->weight);
            if (!u)
                return tl::unexpected(u.error());
            unembed = *u;
            if (unembed->rank() != 2 || unembed->size(1) != table->size(0)) {
                ov = false;
                result.noOv = "the model writes other tokens than it reads";
            }
        }
        if (qk && !pairs.contains(keys.index))
            pairs[keys.index] = product(transposed(viewOf(*table)), viewOf(*table), workers);
        if (ov && !copies.contains(keys.index)) {
            const Matrix plain = product(viewOf(*unembed), viewOf(*table), workers);
            auto norm = normMatrix(trace, unembedding->norm, plain.rows());
            if (!norm)
                return tl::unexpected(norm.error());
            copies[keys.index] = *norm * plain;
        }
        for (int h = 0; h < layer.heads; ++h) {
            if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled");
            HeadCircuits head;
            head.attention = static_cast<int>(a);
            head.head = h;
            const int group = h / std::max(1, layer.heads / std::max(layer.keyHeads, 1));
            const auto folded = [&](int step, int index) -> std::optional<Matrix> {
                TensorRef read;
                auto w = projectionOf(trace, step, index, &read);
                if (!w || w->rows() != table->size(1))
                    return std::nullopt;
                auto norm =
                    normMatrix(trace, read.kind == TensorRef::Kind::Step ? read.index : -1, w->rows());
                return norm ? std::optional<Matrix>(*norm * *w) : std::nullopt;
            };
            if (qk)
                if (const auto q = folded(layer.q, h), k = folded(layer.k, group); q && k)
                    head.qk = share(k->transpose() * pairs[keys.index] * *q);
            if (ov)
                if (const auto v = folded(layer.v, group)) {
                    auto w = trace.tensor(out->weight);
                    if (!w)
                        return tl::unexpected(w.error());
                    Matrix wO((*w)->size(1), (*w)->size(2));
                    for (std::int64_t r = 0; r < wO.rows(); ++r)
                        for (std::int64_t c = 0; c < wO.cols(); ++c)
                            wO(r, c) = (*w)->at({h, r, c});
                    head.ov = share(wO * copies[keys.index] * *v);
                }
            result.heads.push_back(head);
            if (progress)
                progress(++done, total);
        }
    }
    return result;
}

} // namespace headlight
