// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/rotary_dial.h"

#include <cmath>

namespace headlight {

std::array<double, 2> RotatedPair::turned(const std::array<double, 2>& which, double position) const
{
    const double c = std::cos(position * frequency), s = std::sin(position * frequency);
    return {which[0] * c - which[1] * s, which[1] * c + which[0] * s};
}

double RotatedPair::product(double offset) const
{
    const auto ahead = turned(q, offset);
    return ahead[0] * k[0] + ahead[1] * k[1];
}

double RotaryDial::score(double queryPosition, double keyPosition) const
{
    double sum = rest;
    for (const RotatedPair& pair : pairs) {
        const auto a = pair.turned(pair.q, queryPosition), b = pair.turned(pair.k, keyPosition);
        sum += a[0] * b[0] + a[1] * b[1];
    }
    return sum;
}

Result<RotaryDial> rotaryDial(const Trace& trace, int attention, int head, std::int64_t query,
                              std::int64_t key)
{
    const Program& program = trace.program();
    if (attention < 0 || static_cast<std::size_t>(attention) >= program.attention.size())
        return fail(ErrorCode::NotFound, "no such attention layer");
    const AttentionLayer& layer = program.attention[static_cast<std::size_t>(attention)];
    const auto rule = layer.q < 0 ? std::nullopt : ops::positionRuleOf(*trace.op(layer.q));
    if (!rule || rule->kind != ops::PositionRule::Kind::Rotation)
        return fail(ErrorCode::BadInput, "this layer does not turn its queries and keys", layer.name);
    const auto q = trace.step(layer.q), k = trace.step(layer.k);
    if (!q || !k)
        return tl::unexpected(q ? k.error() : q.error());
    if (head < 0 || head >= layer.heads || query < 0 || query >= (*q)->size(0) || key < 0 ||
        key >= (*k)->size(0))
        return fail(ErrorCode::BadInput, "no such head, query or key", layer.name);
    const std::int64_t keyHead = head / std::max<std::int64_t>((*q)->size(1) / (*k)->size(1), 1);
    const auto place = [&](std::int64_t token, std::int64_t tokens) {
        return (rule->order ? rule->order->places(tokens)[static_cast<std::size_t>(token)] : token) +
               rule->firstPosition;
    };
    RotaryDial dial;
    dial.queryPlace = place(query, (*q)->size(0));
    dial.keyPlace = place(key, (*k)->size(0));
    for (std::size_t i = 0; i < rule->frequencies.size(); ++i) {
        const auto [a, b] = rule->pair(static_cast<std::int64_t>(i));
        RotatedPair pair{rule->frequencies[i], {}, {}};
        // The run has them turned already: back to position 0.
        pair.q = pair.turned({(*q)->at({query, head, a}), (*q)->at({query, head, b})},
                             -static_cast<double>(dial.queryPlace));
        pair.k = pair.turned({(*k)->at({key, keyHead, a}), (*k)->at({key, keyHead, b})},
                             -static_cast<double>(dial.keyPlace));
        dial.pairs.push_back(pair);
    }
    for (std::int64_t d = 2 * static_cast<std::int64_t>(rule->frequencies.size()); d < (*q)->size(2); ++d)
        dial.rest += static_cast<double>((*q)->at({query, head, d})) *
                     static_cast<double>((*k)->at({key, keyHead, d}));
    return dial;
}

RotaryDial plainDial(const ops::PositionRule& rule)
{
    RotaryDial dial;
    for (const double frequency : rule.frequencies)
        dial.pairs.push_back({frequency, {1, 0}, {1, 0}});
    return dial;
}

} // namespace headlight
