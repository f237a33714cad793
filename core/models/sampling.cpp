// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sampling.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace headlight {

std::vector<double> samplingProbabilities(std::span<const float> logits, const Sampling& sampling)
{
    const std::size_t n = logits.size();
    std::vector<double> p(n, 0);
    if (n == 0)
        return p;
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), 0);
    const auto value = [&](std::size_t i) {
        return std::isnan(logits[i]) ? -std::numeric_limits<double>::infinity()
                                     : static_cast<double>(logits[i]);
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return value(a) > value(b); });
    std::size_t kept = sampling.topK > 0 ? std::min(n, static_cast<std::size_t>(sampling.topK)) : n;
    if (!(sampling.temperature > 0) || std::isinf(value(order[0]))) {
        p[order[0]] = 1;
        return p;
    }
    double sum = 0;
    for (std::size_t i = 0; i < kept; ++i)
        sum += p[order[i]] = std::exp((value(order[i]) - value(order[0])) / sampling.temperature);
    if (sampling.topP < 1) {
        double before = 0;
        std::size_t i = 0;
        while (i < kept && (i == 0 || before < sampling.topP * sum))
            before += p[order[i++]];
        for (std::size_t rest = i; rest < kept; ++rest)
            p[order[rest]] = 0;
        sum = before;
    }
    for (double& v : p)
        v /= sum;
    return p;
}

int tokenAt(std::span<const double> probabilities, double at)
{
    int last = 0;
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        if (!(probabilities[i] > 0))
            continue;
        last = static_cast<int>(i);
        at -= probabilities[i];
        if (at < 0)
            break;
    }
    return last;
}

int TokenSampler::draw(std::span<const double> probabilities)
{
    // The standard's distributions differ between libraries; its generator does not.
    return tokenAt(probabilities, static_cast<double>(m_random()) / 4294967296.0);
}

Result<std::vector<float>> logitsAt(const Trace& trace, std::int64_t position)
{
    const int step = trace.program().prediction.logits;
    if (step < 0)
        return fail(ErrorCode::Unsupported, "this model has no logits");
    auto logits = trace.step(step);
    if (!logits)
        return tl::unexpected(logits.error());
    const Tensor& t = **logits;
    const std::int64_t n = t.axes().back().size, row = t.rank() > 1 ? position : 0;
    if (row < 0 || row * n >= t.count())
        return fail(ErrorCode::BadInput, "expected a position from 0 to " +
                                             std::to_string(t.count() / n - 1) + ", found " +
                                             std::to_string(position));
    const auto values = t.values().subspan(static_cast<std::size_t>(row * n), static_cast<std::size_t>(n));
    return std::vector<float>(values.begin(), values.end());
}

std::string typedText(const Model& model, const Trace& trace, StreamIndex stream)
{
    const auto& given = trace.input().streams[static_cast<std::size_t>(stream)];
    if (model.tokenizerOf(stream))
        return given.text;
    std::string ids;
    for (const PositionLabel& label : given.labels)
        ids += (ids.empty() ? "" : " ") + std::to_string(label.id);
    return ids;
}

std::optional<std::string> textWithToken(const Model& model, const Trace& trace, StreamIndex stream, int id)
{
    if (stream < 0 || id < 0)
        return std::nullopt;
    const Tokenizer* tokenizer = model.tokenizerOf(stream);
    if (!tokenizer) {
        const auto& ends = model.program->streams[static_cast<std::size_t>(stream)].endTokens;
        if (std::find(ends.begin(), ends.end(), id) != ends.end())
            return std::nullopt;
        return typedText(model, trace, stream) + " " + std::to_string(id);
    }
    if (id >= tokenizer->vocabularySize() || tokenizer->isSpecial(id))
        return std::nullopt;
    const auto& given = trace.input().streams[static_cast<std::size_t>(stream)];
    std::vector<int> ids;
    for (const PositionLabel& label : given.labels)
        ids.push_back(label.id);
    const auto before = tokenizer->decode(ids);
    ids.push_back(id);
    const auto after = tokenizer->decode(ids);
    // What the token adds is only known in its place: a space before it, say.
    if (!before || !after || after->size() <= before->size() || !after->starts_with(*before))
        return std::nullopt;
    return given.text + after->substr(before->size());
}

std::optional<std::string> textWithMask(const Model& model, const Trace& trace, StreamIndex stream,
                                        std::int64_t position)
{
    const Tokenizer* tokenizer = model.tokenizerOf(stream);
    if (!tokenizer || stream < 0)
        return std::nullopt;
    const auto& given = trace.input().streams[static_cast<std::size_t>(stream)];
    if (position < 0 || static_cast<std::size_t>(position) >= given.labels.size())
        return std::nullopt;
    const PositionLabel& label = given.labels[static_cast<std::size_t>(position)];
    if (label.special || label.begin >= label.end || label.end > given.text.size())
        return std::nullopt;
    for (const std::string_view mask : {"[MASK]", "<mask>"})
        if (tokenizer->idOf(mask))
            return given.text.substr(0, label.begin) + std::string(mask) + given.text.substr(label.end);
    return std::nullopt;
}

} // namespace headlight
