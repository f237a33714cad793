// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/position_scores.h"

#include "analysis/position_codes.h"
#include "analysis/rotary_dial.h"

#include <cmath>

namespace headlight {

namespace {

using Kind = ops::PositionRule::Kind;

struct Row
{
    const Trace& trace;
    const AttentionLayer& layer;
    int attention, head;
    std::int64_t query, keys;
};

const Step& stepOf(const Row& row, int step)
{
    return row.trace.program().steps[static_cast<std::size_t>(step)];
}

/// Biases that an add puts on the scores: [head, key] or [head, query, key].
Result<bool> addBiases(const Row& row, std::vector<double>& position)
{
    bool found = false;
    for (const int step : scoreSteps(row.trace, row.attention, "add"))
        for (const TensorRef ref : stepOf(row, step).operands) {
            if (ref.kind != TensorRef::Kind::Step)
                continue;
            // Also one that is switched off counts: it then adds 0.
            const auto rule = ops::positionRuleOf(*stepOf(row, ref.index).op);
            if (!rule || (rule->kind != Kind::Slopes && rule->kind != Kind::Buckets))
                continue;
            const auto bias = row.trace.step(ref.index);
            if (!bias)
                return tl::unexpected(bias.error());
            found = true;
            for (std::int64_t j = 0; j < row.keys; ++j)
                position[static_cast<std::size_t>(j)] +=
                    (*bias)->rank() == 2 ? (*bias)->at({row.head, j}) : (*bias)->at({row.head, row.query, j});
        }
    // A what-if's bias comes with the scale.
    for (const int step : scoreSteps(row.trace, row.attention, "scale")) {
        const auto rule = ops::positionRuleOf(*row.trace.op(step));
        if (!rule || rule->kind != Kind::Slopes)
            continue;
        found = true;
        const std::int64_t queries = row.trace.axes(step)[1].size;
        for (std::int64_t j = 0; j < row.keys; ++j)
            position[static_cast<std::size_t>(j)] -=
                rule->slopes[static_cast<std::size_t>(row.head)] *
                static_cast<double>(std::abs(row.query + row.keys - queries - j));
    }
    return found;
}

/// What turning changes: q · k of the turned vectors less that of the same vectors unturned.
Result<bool> addRotation(const Row& row, std::vector<double>& position)
{
    const auto rule = ops::positionRuleOf(*row.trace.op(row.layer.q));
    if (!rule || rule->kind != Kind::Rotation)
        return false;
    const double factor = scoreFactor(row.trace, row.attention);
    for (std::int64_t j = 0; j < row.keys; ++j) {
        const auto dial = rotaryDial(row.trace, row.attention, row.head, row.query, j);
        if (!dial)
            return tl::unexpected(dial.error());
        position[static_cast<std::size_t>(j)] += factor * (dial->score(static_cast<double>(dial->queryPlace),
                                                                       static_cast<double>(dial->keyPlace)) -
                                                           dial->score(0, 0));
    }
    return true;
}

/// The four terms of Transformer-XL.
Result<bool> addDistances(const Row& row, PositionScores& scores)
{
    const auto found = scoreSteps(row.trace, row.attention, "distance_scores");
    if (found.empty())
        return false;
    const Step& distance = stepOf(row, found.front());
    const auto content = scoreSteps(row.trace, row.attention, "scores");
    if (content.empty() || distance.operands[0].kind != TensorRef::Kind::Step)
        return false;
    const Step& product = stepOf(row, content.front());
    // Queries with what is added to them, and what is added.
    const auto added = [&](TensorRef sum) {
        return sum.kind == TensorRef::Kind::Step && !stepOf(row, sum.index).operands.empty()
                   ? row.trace.tensor(stepOf(row, sum.index).operands.back())
                   : row.trace.tensor(TensorRef{});
    };
    const auto q = row.trace.step(row.layer.q), k = row.trace.step(row.layer.k),
               r = row.trace.tensor(distance.operands[1]), u = added(product.operands[0]),
               v = added(distance.operands[0]), whole = row.trace.step(found.front());
    for (const auto* t : {&q, &k, &r, &u, &v, &whole})
        if (!*t)
            return tl::unexpected(t->error());
    const double factor = scoreFactor(row.trace, row.attention);
    const std::int64_t queries = (*q)->size(0), width = (*q)->size(2);
    for (auto& term : scores.terms)
        term.assign(static_cast<std::size_t>(row.keys), 0.0);
    // Switched off, the step gives 0 whatever its operands say.
    const bool on = row.trace.op(found.front())->name() == "distance_scores";
    for (std::int64_t j = 0; j < row.keys; ++j) {
        const std::int64_t far = row.query + row.keys - queries - j;
        const auto at = static_cast<std::size_t>(j);
        for (std::int64_t c = 0; c < width; ++c) {
            const double qc = (*q)->at({row.query, row.head, c}), kc = (*k)->at({j, row.head, c}),
                         uc = (*u)->at({row.head, c}), vc = (*v)->at({row.head, c});
            scores.terms[0][at] += factor * qc * kc;
            scores.terms[2][at] += factor * uc * kc;
            if (far < 0 || !on)
                continue;
            const double rc = (*r)->at({far, row.head, c});
            scores.terms[1][at] += factor * qc * rc;
            scores.terms[3][at] += factor * vc * rc;
        }
        scores.position[at] += scores.terms[1][at] + scores.terms[3][at];
    }
    return true;
}

} // namespace

Result<PositionScores> positionScores(const Trace& trace, int attention, int head, std::int64_t query)
{
    const Program& program = trace.program();
    if (attention < 0 || static_cast<std::size_t>(attention) >= program.attention.size())
        return fail(ErrorCode::NotFound, "no such attention layer");
    const AttentionLayer& layer = program.attention[static_cast<std::size_t>(attention)];
    const auto pattern = trace.step(layer.pattern);
    if (!pattern)
        return tl::unexpected(pattern.error());
    if ((*pattern)->rank() != 3 || head < 0 || head >= (*pattern)->size(0) || query < 0 ||
        query >= (*pattern)->size(1))
        return fail(ErrorCode::BadInput, "no such head or query", layer.name);
    const std::int64_t keys = (*pattern)->size(2);
    PositionScores result;
    for (std::int64_t j = 0; j < keys; ++j)
        result.pattern.push_back((*pattern)->at({head, query, j}));
    // Of patterns from elsewhere nothing more is known; sparse kinds of attention have scores of their own.
    const bool scored = layer.scores >= 0 && trace.axes(layer.scores).size() == 3;
    if (!scored || program.steps[static_cast<std::size_t>(layer.scores)].operands.empty())
        return result;
    const auto after = trace.step(layer.scores),
               before = trace.tensor(program.steps[static_cast<std::size_t>(layer.scores)].operands.front());
    if (!after || !before)
        return tl::unexpected(after ? before.error() : after.error());
    if (describe((*after)->axes()) != describe((*before)->axes()))
        return result;
    const Row row{trace, layer, attention, head, query, keys};
    result.position.assign(static_cast<std::size_t>(keys), 0.0);
    for (std::int64_t j = 0; j < keys; ++j) {
        result.score.push_back((*before)->at({head, query, j}));
        result.masked.push_back(std::isinf((*after)->at({head, query, j})));
    }
    using Part = PositionScores::Part;
    const auto biased = addBiases(row, result.position);
    const auto turned = biased ? addRotation(row, result.position) : biased;
    const auto distant = turned ? addDistances(row, result) : turned;
    if (!distant)
        return tl::unexpected(distant.error());
    result.part = *distant ? Part::Distance : *turned ? Part::Rotation : *biased ? Part::Bias : Part::None;
    for (std::size_t j = 0; j < result.score.size(); ++j)
        result.content.push_back(result.score[j] - result.position[j]);
    return result;
}

} // namespace headlight
