// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/position_codes.h"

#include "run/workers.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

namespace headlight {

namespace {

using Kind = ops::PositionRule::Kind;

constexpr std::int64_t mostPositions = 2048;

Axis labelled(std::string name, std::vector<std::string> labels)
{
    Axis axis = named(name, static_cast<std::int64_t>(labels.size()));
    axis.labels = std::make_shared<const std::vector<std::string>>(std::move(labels));
    return axis;
}

/// "−3" … "+3"
Axis offsets(std::int64_t furthest)
{
    std::vector<std::string> labels;
    for (std::int64_t o = -furthest; o <= furthest; ++o)
        labels.push_back((o < 0 ? "−" : o > 0 ? "+" : "") + std::to_string(std::abs(o)));
    return labelled("key − query", std::move(labels));
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

std::vector<double> sinusoidFrequencies(std::int64_t width)
{
    std::vector<double> all;
    for (std::int64_t k = 0; k < width / 2; ++k)
        all.push_back(std::pow(10000.0, -2.0 * static_cast<double>(k) / static_cast<double>(width)));
    return all;
}

/// Sines and cosines of length 1, which no step has made.
PositionCode plainSinusoids(std::int64_t width, std::int64_t positions)
{
    PositionCode code;
    code.rule.kind = Kind::Sinusoids;
    code.rule.frequencies = sinusoidFrequencies(width);
    code.rule.interleaved = true;
    Tensor values({named(axis::dModel, width), named(axis::position, positions)});
    auto to = values.mutableValues().begin();
    for (std::int64_t c = 0; c < width; ++c)
        for (std::int64_t p = 0; p < positions; ++p) {
            const double angle =
                static_cast<double>(p) *
                std::pow(10000.0, -2.0 * static_cast<double>(c / 2) / static_cast<double>(width));
            *to++ = static_cast<float>(c % 2 == 0 ? std::sin(angle) : std::cos(angle));
        }
    code.values = std::make_shared<const Tensor>(std::move(values));
    code.curves = spaced(width, 2);
    return code;
}

/// Cosine and sine of the pairs' angles, for positions or for so many tokens in an order of their own.
void fillRotation(PositionCode& code, std::int64_t tokens)
{
    const std::int64_t positions = code.rule.order ? tokens : std::max(tokens, leastPositions);
    const std::vector<std::int64_t> places =
        code.rule.order ? code.rule.order->places(tokens) : std::vector<std::int64_t>();
    std::vector<std::string> labels;
    for (const char* function : {"cos", "sin"})
        for (std::size_t k = 0; k < code.rule.frequencies.size(); ++k)
            labels.push_back(std::string(function) + " " + std::to_string(k));
    Tensor values({labelled("pair", labels), named(axis::position, positions)});
    auto to = values.mutableValues().begin();
    for (const bool sine : {false, true})
        for (const double frequency : code.rule.frequencies)
            for (std::int64_t p = 0; p < positions; ++p) {
                const std::int64_t place = places.empty() ? p : places[static_cast<std::size_t>(p)];
                const double angle = static_cast<double>(place + code.rule.firstPosition) * frequency;
                *to++ = static_cast<float>(sine ? std::sin(angle) : std::cos(angle));
            }
    code.values = std::make_shared<const Tensor>(std::move(values));
    code.curves = spaced(static_cast<std::int64_t>(code.rule.frequencies.size()), 1);
}

void fillSlopes(PositionCode& code)
{
    const auto heads = static_cast<std::int64_t>(code.rule.slopes.size());
    Tensor values({named(axis::head, heads), named("distance", leastPositions)});
    auto to = values.mutableValues().begin();
    for (const double slope : code.rule.slopes)
        for (std::int64_t d = 0; d < leastPositions; ++d)
            *to++ = static_cast<float>(-slope * static_cast<double>(d));
    code.values = std::make_shared<const Tensor>(std::move(values));
}

std::vector<std::int64_t> someHeads(std::int64_t heads)
{
    const std::int64_t shown = std::min<std::int64_t>(heads, 4);
    std::vector<std::int64_t> list;
    for (std::int64_t h = 0; h < shown; ++h)
        list.push_back(h * heads / shown);
    return list;
}

class Reader
{
public:
    explicit Reader(const Trace& trace)
        : m_trace(trace)
    {
    }

    void read(int step, const ops::PositionRule& rule)
    {
        const auto result = m_trace.step(step);
        const auto operands = m_trace.operands(step);
        if (!result || !operands || (*result)->count() == 0)
            return;
        PositionCode code;
        code.rule = rule;
        code.step = step;
        for (const Axis& a : (*result)->axes())
            if (a.isPositions() && code.stream == noStream)
                code.stream = a.stream;
        switch (rule.kind) {
        case Kind::Rows:
            return rows(std::move(code), *result, *operands);
        case Kind::Sinusoids:
            return sinusoids(std::move(code), *result, *operands);
        case Kind::Rotation:
            fillRotation(code, (*result)->size(0));
            return add(std::move(code));
        case Kind::Slopes:
            return slopes(std::move(code), *result, *operands);
        case Kind::Buckets:
            return buckets(std::move(code), *operands);
        case Kind::Distances:
            own(code, turned(**result, (*result)->size(0)), (*result)->size(0));
            code.curves = spaced(code.values->size(0) / 2, 1);
            return add(std::move(code));
        }
    }

    std::vector<PositionCode> take() { return std::move(m_all); }

private:
    void add(PositionCode code) { m_all.push_back(std::move(code)); }

    static void own(PositionCode& code, TensorPtr values, std::int64_t known)
    {
        code.values = std::move(values);
        code.ref = {TensorRef::Kind::Step, code.step};
        code.knownPositions = known;
    }

    void rows(PositionCode code, const TensorPtr& result, const std::vector<TensorPtr>& operands)
    {
        const TensorRef ref = m_trace.program().steps[static_cast<std::size_t>(code.step)].operands.front();
        // Only one table has a row for each position; coordinates have one each.
        if (operands.size() == 2 && operands.front()->rank() == 2 && ref.kind == TensorRef::Kind::Parameter) {
            PositionCode all = code;
            all.table = true;
            all.knownPositions = std::min(operands.front()->size(0), mostPositions);
            all.values = turned(*operands.front(), all.knownPositions);
            all.ref = ref;
            all.curves = liveliest(*all.values, 4);
            add(std::move(all));
        }
        own(code, turned(*result, result->size(0)), result->size(0));
        code.curves = liveliest(*code.values, 4);
        add(std::move(code));
    }

    void sinusoids(PositionCode code, const TensorPtr& result, const std::vector<TensorPtr>& operands)
    {
        if (!code.rule.alone) {
            PositionCode plain = plainSinusoids(result->size(1), std::max(result->size(0), leastPositions));
            plain.step = code.step;
            plain.stream = code.stream;
            return add(std::move(plain));
        }
        // A model's own goes on; one that a what-if has put in place is as long as this input's rows.
        TensorPtr values;
        if (!code.rule.order && !code.rule.frequencies.empty())
            values = computed(*m_trace.op(code.step), operands, std::max(result->size(0), leastPositions));
        if (code.rule.frequencies.empty())
            code.rule.frequencies = sinusoidFrequencies(result->size(1));
        if (!values)
            values = result;
        own(code, turned(*values, values->size(0)), result->size(0));
        code.curves = code.rule.interleaved ? spaced(result->size(1), 2) : spaced(result->size(1) / 2, 1);
        add(std::move(code));
    }

    void slopes(PositionCode code, const TensorPtr& result, const std::vector<TensorPtr>& operands)
    {
        if (!code.rule.alone) {
            fillSlopes(code);
        } else {
            TensorPtr values;
            if (!code.rule.order)
                values =
                    computed(*m_trace.op(code.step), operands, std::max(result->size(1), leastPositions));
            own(code, values ? values : result, result->size(1));
            code.transposed = false;
        }
        code.curves = someHeads(code.values->size(0));
        add(std::move(code));
    }

    void buckets(PositionCode code, const std::vector<TensorPtr>& operands)
    {
        const Tensor& table = *operands.front(); // [bucket, head]
        const std::int64_t n = leastPositions - 1;
        Tensor values({table.axes()[1], offsets(n)});
        auto to = values.mutableValues().begin();
        for (std::int64_t h = 0; h < table.size(1); ++h)
            for (std::int64_t o = -n; o <= n; ++o)
                *to++ = table.at({code.rule.buckets.bucket(o), h});
        code.values = std::make_shared<const Tensor>(std::move(values));
        code.curves = liveliest(*code.values, 4);
        add(std::move(code));
    }

    const Trace& m_trace;
    std::vector<PositionCode> m_all;
};

std::int64_t widthOf(const Program& program)
{
    for (const Step& step : program.steps)
        if (const int at = findAxis(step.axes, axis::dModel); at >= 0)
            return step.axes[static_cast<std::size_t>(at)].size;
    return 0;
}

} // namespace

double wavelength(double frequency)
{
    return 2 * std::numbers::pi / frequency;
}

std::vector<PositionCode> positionCodes(const Trace& trace)
{
    Reader reader(trace);
    std::set<std::pair<Kind, StreamIndex>> told;
    const Program& program = trace.program();
    for (int i = 0; i < static_cast<int>(program.steps.size()); ++i) {
        if (!trace.reached(i))
            break;
        const auto rule = ops::positionRuleOf(*trace.op(i));
        if (!rule)
            continue;
        // Every layer turns, and a what-if biases, in the same way: the first of a stream stands for all.
        StreamIndex stream = noStream;
        for (const Axis& a : program.steps[static_cast<std::size_t>(i)].axes)
            stream = stream == noStream ? a.stream : stream;
        if ((rule->kind == Kind::Rotation || !rule->alone) && !told.insert({rule->kind, stream}).second)
            continue;
        reader.read(i, *rule);
    }
    return reader.take();
}

std::vector<PositionCode> textbookCodes(const Trace& trace)
{
    std::set<Kind> used;
    const Program& program = trace.program();
    for (int i = 0; i < static_cast<int>(program.steps.size()); ++i)
        if (const auto rule = ops::positionRuleOf(*trace.op(i)))
            used.insert(rule->kind);
    std::vector<PositionCode> all;
    if (const std::int64_t width = widthOf(program); !used.contains(Kind::Sinusoids) && width >= 2)
        all.push_back(plainSinusoids(width, leastPositions));
    const AttentionLayer* first = program.attention.empty() ? nullptr : &program.attention.front();
    if (first && !used.contains(Kind::Rotation) && first->dHead >= 2) {
        PositionCode code;
        code.rule.kind = Kind::Rotation;
        code.rule.frequencies = sinusoidFrequencies(first->dHead / 2 * 2);
        code.rule.interleaved = false;
        fillRotation(code, leastPositions);
        all.push_back(std::move(code));
    }
    if (first && !used.contains(Kind::Slopes) && first->heads > 0) {
        PositionCode code;
        code.rule.kind = Kind::Slopes;
        code.rule.slopes = ops::alibiSlopes(first->heads);
        fillSlopes(code);
        code.curves = someHeads(first->heads);
        all.push_back(std::move(code));
    }
    if (!used.contains(Kind::Buckets)) {
        PositionCode code;
        code.rule.kind = Kind::Buckets;
        const std::int64_t furthest = 2 * leastPositions + 16;
        Tensor values({labelled("bucket", {"looking both ways", "looking back"}), offsets(furthest)});
        auto to = values.mutableValues().begin();
        for (const bool both : {true, false}) {
            ops::RelativeBuckets rule;
            rule.bothWays = both;
            for (std::int64_t o = -furthest; o <= furthest; ++o)
                *to++ = static_cast<float>(rule.bucket(o));
        }
        code.values = std::make_shared<const Tensor>(std::move(values));
        code.curves = {0, 1};
        all.push_back(std::move(code));
    }
    return all;
}

std::vector<int> scoreSteps(const Trace& trace, int attention, std::string_view op)
{
    const Program& program = trace.program();
    const AttentionLayer& layer = program.attention[static_cast<std::size_t>(attention)];
    const std::string prefix = layer.name + ".";
    std::set<int> seen;
    std::vector<int> open{layer.scores}, found;
    while (!open.empty()) {
        const int step = open.back();
        open.pop_back();
        if (step < 0 || step == layer.q || step == layer.k)
            continue;
        const Step& s = program.steps[static_cast<std::size_t>(step)];
        if (s.hook.compare(0, prefix.size(), prefix) != 0 || !seen.insert(step).second)
            continue;
        for (const TensorRef ref : s.operands)
            if (ref.kind == TensorRef::Kind::Step)
                open.push_back(ref.index);
    }
    for (const int step : seen)
        if (program.steps[static_cast<std::size_t>(step)].op->name() == op)
            found.push_back(step);
    return found;
}

double scoreFactor(const Trace& trace, int attention)
{
    double factor = 1;
    for (const int step : scoreSteps(trace, attention, "scale")) {
        // What becomes of a 1: the op alone knows. Where a bias follows, there is none at distance 0.
        Axes axes = trace.axes(step);
        for (Axis& a : axes)
            if (a.isPositions())
                a.size = 1;
        Tensor one(axes), result(axes);
        std::fill(one.mutableValues().begin(), one.mutableValues().end(), 1.0F);
        Workers alone(1);
        if (trace.op(step)->isIdentity())
            return factor;
        trace.op(step)->forward({&one}, result, alone);
        return static_cast<double>(result[0]);
    }
    return factor;
}

Result<TensorPtr> biasByDistance(const Trace& trace, const PositionCode& code, int attention,
                                 std::int64_t distances)
{
    const auto filled = [&](std::int64_t heads, std::int64_t count, const auto& value) -> TensorPtr {
        Tensor bias({named(axis::head, heads), named("distance", count)});
        auto to = bias.mutableValues().begin();
        for (std::int64_t h = 0; h < heads; ++h)
            for (std::int64_t d = 0; d < count; ++d)
                *to++ = static_cast<float>(value(h, d));
        return std::make_shared<const Tensor>(std::move(bias));
    };
    if (code.rule.kind == Kind::Slopes)
        return filled(static_cast<std::int64_t>(code.rule.slopes.size()), distances,
                      [&](std::int64_t h, std::int64_t d) {
                          return -code.rule.slopes[static_cast<std::size_t>(h)] * static_cast<double>(d);
                      });
    if (code.rule.kind == Kind::Buckets && code.step >= 0) {
        auto operands = trace.operands(code.step);
        if (!operands)
            return tl::unexpected(operands.error());
        const Tensor& table = *operands->front();
        return filled(table.size(1), distances, [&](std::int64_t h, std::int64_t d) {
            return static_cast<double>(table.at({code.rule.buckets.bucket(-d), h}));
        });
    }
    if (code.rule.kind == Kind::Distances) {
        const auto steps = scoreSteps(trace, attention, "distance_scores");
        const Program& program = trace.program();
        if (!steps.empty()) {
            // (q + v) · r: v is what was added to the queries.
            const Step& score = program.steps[static_cast<std::size_t>(steps.front())];
            const TensorRef sum = score.operands[0];
            const TensorRef added = sum.kind == TensorRef::Kind::Step
                                        ? program.steps[static_cast<std::size_t>(sum.index)].operands.back()
                                        : TensorRef{};
            const auto v = trace.tensor(added), r = trace.tensor(score.operands[1]);
            if (!v || !r)
                return tl::unexpected(v ? r.error() : v.error());
            const double factor = scoreFactor(trace, attention);
            return filled((*r)->size(1), std::min(distances, (*r)->size(0)),
                          [&](std::int64_t h, std::int64_t d) {
                              double dot = 0;
                              for (std::int64_t c = 0; c < (*r)->size(2); ++c)
                                  dot += static_cast<double>((*v)->at({h, c})) *
                                         static_cast<double>((*r)->at({d, h, c}));
                              return factor * dot;
                          });
        }
    }
    return fail(ErrorCode::BadInput, "these positions are no bias by distance");
}

} // namespace headlight
