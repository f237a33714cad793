// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/position_encodings.h"

#include "figures/core_words.h"
#include "run/workers.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <set>

namespace headlight {

namespace {

struct Words
{
    Q_DECLARE_TR_FUNCTIONS(PositionEncodings)
};

constexpr std::int64_t mostPositions = 2048;

Axis labelled(std::string name, std::vector<std::string> labels)
{
    Axis axis = named(name, static_cast<std::int64_t>(labels.size()));
    axis.labels = std::make_shared<const std::vector<std::string>>(std::move(labels));
    return axis;
}

/// [position, dimension] as [dimension, position].
TensorPtr turned(const Tensor& t, std::int64_t positions)
{
    const std::int64_t dims = t.size(1);
    Axis across = t.axes()[0];
    across.size = positions;
    Tensor result({t.axes()[1], across});
    auto to = result.mutableValues().begin();
    for (std::int64_t d = 0; d < dims; ++d)
        for (std::int64_t p = 0; p < positions; ++p)
            *to++ = t.data()[p * t.strides()[0] + d * t.strides()[1]];
    return std::make_shared<const Tensor>(std::move(result));
}

/// Dimensions whose value changes most along the positions.
std::vector<std::int64_t> liveliest(const Tensor& values, std::size_t count)
{
    std::vector<std::pair<double, std::int64_t>> spread;
    for (std::int64_t d = 0; d < values.size(0); ++d) {
        double sum = 0, squares = 0;
        for (std::int64_t p = 0; p < values.size(1); ++p) {
            const double v = values[d * values.size(1) + p];
            sum += v;
            squares += v * v;
        }
        spread.emplace_back(sum * sum / static_cast<double>(values.size(1)) - squares, d);
    }
    std::sort(spread.begin(), spread.end());
    std::vector<std::int64_t> dims;
    for (std::size_t i = 0; i < std::min(count, spread.size()); ++i)
        dims.push_back(spread[i].second);
    std::sort(dims.begin(), dims.end());
    return dims;
}

/// A few of @p count, from fast to slow: 0, 1/8, 1/4 and 1/2 of the way.
std::vector<std::int64_t> spaced(std::int64_t count, std::int64_t stride)
{
    std::vector<std::int64_t> dims;
    for (const std::int64_t part : {std::int64_t{0}, count / 8, count / 4, count / 2}) {
        const std::int64_t d = part / stride * stride;
        if (d < count && (dims.empty() || dims.back() != d))
            dims.push_back(d);
    }
    return dims;
}

/// What the op gives for @p positions positions instead of those of the input.
TensorPtr computed(const Op& op, const std::vector<TensorPtr>& operands, std::int64_t positions)
{
    std::vector<Tensor> longer;
    longer.reserve(operands.size());
    std::vector<TensorPtr> kept;
    Operands plain;
    std::vector<Axes> axes;
    for (const TensorPtr& t : operands) {
        if (!t->axes().empty() && t->axes().front().isPositions()) {
            Axis axis = t->axes().front();
            axis.size = positions;
            // Only the number of positions counts: what stands there is not read.
            longer.emplace_back(Axes{axis});
            plain.push_back(&longer.back());
        } else {
            plain.push_back(t.get());
        }
        axes.push_back(plain.back()->axes());
    }
    const auto shape = op.shape(axes);
    if (!shape)
        return nullptr;
    Tensor result(*shape);
    Workers one(1);
    op.forward(plain, result, one);
    return std::make_shared<const Tensor>(std::move(result));
}

QString streamSuffix(const Program& program, StreamIndex stream)
{
    if (program.streams.size() < 2 || stream < 0)
        return {};
    return QStringLiteral(", ") + coreWords(program.streams[static_cast<std::size_t>(stream)].name);
}

void addLearned(const Trace& trace, int step, const TensorPtr& result, std::vector<PositionEncoding>& all)
{
    const Program& program = trace.program();
    const Step& s = program.steps[static_cast<std::size_t>(step)];
    const QString suffix = streamSuffix(program, result->axes().front().stream);
    const auto table = trace.tensor(s.operands.front());
    if (table && *table && (*table)->rank() == 2) {
        PositionEncoding e;
        const std::int64_t shown = std::min((*table)->size(0), mostPositions);
        e.title = Words::tr("Learned positions") + suffix;
        e.about = Words::tr("One learned vector for each position, added to the token's embedding.");
        e.values = turned(**table, shown);
        e.ref = s.operands.front();
        e.knownPositions = shown;
        e.curves = liveliest(*e.values, 4);
        all.push_back(std::move(e));
    }
    PositionEncoding e;
    e.title = Words::tr("Learned positions of this input") + suffix;
    e.about = Words::tr("The rows of the table that this input takes.");
    e.values = turned(*result, result->size(0));
    e.ref = {TensorRef::Kind::Step, step};
    e.knownPositions = result->size(0);
    e.curves = liveliest(*e.values, 4);
    all.push_back(std::move(e));
}

void addSinusoidal(const Trace& trace, int step, const TensorPtr& result,
                   const std::vector<TensorPtr>& operands, std::vector<PositionEncoding>& all)
{
    const std::int64_t positions = std::max(result->size(0), leastPositions);
    TensorPtr values = computed(*trace.op(step), operands, positions);
    if (!values)
        values = result;
    PositionEncoding e;
    e.title =
        Words::tr("Sinusoidal positions") + streamSuffix(trace.program(), result->axes().front().stream);
    e.about = Words::tr("Each pair of dimensions is a sine and a cosine of the position; the first turn "
                        "fastest, the last hardly at all.");
    e.values = turned(*values, values->size(0));
    e.ref = {TensorRef::Kind::Step, step};
    e.knownPositions = result->size(0);
    e.curves = spaced(result->size(1), 2);
    all.push_back(std::move(e));
}

void addRotary(const Trace& trace, int step, const TensorPtr& result, const std::vector<TensorPtr>& operands,
               std::vector<PositionEncoding>& all)
{
    // The angle of a pair grows evenly with the position; the op's own derivation says it for two of them.
    Operands plain;
    for (const TensorPtr& t : operands)
        plain.push_back(t.get());
    const auto angleAt = [&](std::int64_t position, std::int64_t d) -> std::optional<double> {
        const Derivation derivation = trace.op(step)->derive(plain, {position, 0, d});
        if (derivation.lines.size() < 2)
            return std::nullopt; // a dimension that is not rotated
        return evaluate(derivation.lines.front().expr, plain, {});
    };
    std::vector<std::pair<double, double>> pairs; // angle at 0, and how much a position adds
    std::set<double> seen;
    for (std::int64_t d = 0; d < result->size(2); ++d) {
        const auto start = angleAt(0, d), next = angleAt(1, d);
        if (start && next && seen.insert(*next - *start).second)
            pairs.emplace_back(*start, *next - *start);
    }
    if (pairs.empty())
        return;
    const std::int64_t positions = std::max(result->size(0), leastPositions);
    std::vector<std::string> labels;
    for (const char* function : {"cos", "sin"})
        for (std::size_t k = 0; k < pairs.size(); ++k)
            labels.push_back(std::string(function) + " " + std::to_string(k));
    Tensor values({labelled("pair", labels), named(axis::position, positions)});
    auto to = values.mutableValues().begin();
    for (const bool sine : {false, true})
        for (const auto& [start, step1] : pairs)
            for (std::int64_t p = 0; p < positions; ++p) {
                const double angle = start + static_cast<double>(p) * step1;
                *to++ = static_cast<float>(sine ? std::sin(angle) : std::cos(angle));
            }
    PositionEncoding e;
    e.title = Words::tr("Rotary positions") + streamSuffix(trace.program(), result->axes().front().stream);
    e.about = Words::tr("Nothing is added: each pair of dimensions of a query or key is turned by an angle "
                        "that grows with its position, so scores feel only distances.");
    e.values = std::make_shared<const Tensor>(std::move(values));
    e.curves = spaced(static_cast<std::int64_t>(pairs.size()), 1);
    all.push_back(std::move(e));
}

void addAlibi(const Trace& trace, int step, const TensorPtr& result, const std::vector<TensorPtr>& operands,
              std::vector<PositionEncoding>& all)
{
    TensorPtr values = computed(*trace.op(step), operands, std::max(result->size(1), leastPositions));
    PositionEncoding e;
    e.title = Words::tr("Linear biases (ALiBi)");
    e.about = Words::tr("Each head adds its own slope times the key's position to the scores, so that far "
                        "keys count less.");
    e.values = values ? values : result;
    e.ref = {TensorRef::Kind::Step, step};
    e.knownPositions = result->size(1);
    e.transposed = false;
    for (std::int64_t h = 0; h < std::min<std::int64_t>(e.values->size(0), 4); ++h)
        e.curves.push_back(h * e.values->size(0) / std::min<std::int64_t>(e.values->size(0), 4));
    all.push_back(std::move(e));
}

void addRelative(const Trace& trace, int step, const std::vector<TensorPtr>& operands,
                 std::vector<PositionEncoding>& all)
{
    const std::int64_t n = leastPositions;
    const TensorPtr bias = computed(*trace.op(step), operands, n);
    if (!bias || bias->rank() != 3)
        return;
    std::vector<std::string> offsets;
    for (std::int64_t o = 1 - n; o < n; ++o)
        offsets.push_back((o < 0 ? "−" : o > 0 ? "+" : "") + std::to_string(std::abs(o)));
    Tensor values({bias->axes()[0], labelled("key − query", offsets)});
    auto to = values.mutableValues().begin();
    for (std::int64_t h = 0; h < bias->size(0); ++h)
        for (std::int64_t o = 1 - n; o < n; ++o)
            *to++ = bias->at({h, o < 0 ? -o : 0, o < 0 ? 0 : o});
    PositionEncoding e;
    e.title = Words::tr("Relative position biases, ") +
              QString::fromStdString(trace.program().steps[static_cast<std::size_t>(step)].hook);
    e.about = Words::tr("Each head adds a learned number to the scores, by how far the key stands from the "
                        "query; far distances share one.");
    e.values = std::make_shared<const Tensor>(std::move(values));
    e.curves = liveliest(*e.values, 4);
    all.push_back(std::move(e));
}

} // namespace

std::vector<PositionEncoding> positionEncodings(const Trace& trace)
{
    std::vector<PositionEncoding> all;
    std::set<std::pair<std::string, StreamIndex>> rotated;
    const Program& program = trace.program();
    for (int i = 0; i < static_cast<int>(program.steps.size()); ++i) {
        const std::string name(trace.op(i)->name());
        if (name != "position_rows" && name != "sinusoidal_positions" && name != "rotary" &&
            name != "alibi" && name != "relative_bias")
            continue;
        // Every layer rotates in the same way: the first one of a stream stands for all.
        if (name == "rotary" &&
            !rotated.insert({name, program.steps[static_cast<std::size_t>(i)].axes.front().stream}).second)
            continue;
        if (!trace.reached(i))
            continue;
        const auto result = trace.step(i);
        const auto operands = trace.operands(i);
        if (!result || !operands || (*result)->count() == 0)
            continue;
        if (name == "position_rows")
            addLearned(trace, i, *result, all);
        else if (name == "sinusoidal_positions")
            addSinusoidal(trace, i, *result, *operands, all);
        else if (name == "rotary")
            addRotary(trace, i, *result, *operands, all);
        else if (name == "alibi")
            addAlibi(trace, i, *result, *operands, all);
        else
            addRelative(trace, i, *operands, all);
    }
    return all;
}

} // namespace headlight
