// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/repeated_sequence.h"

#include <algorithm>
#include <random>

namespace headlight {

Result<RepeatedSequence> repeatedSequence(const Model& model, const ModelInput& like, std::uint32_t seed,
                                          int longest)
{
    const auto& streams = model.program->streams;
    if (streams.size() != 1 || streams[0].kind != Stream::Kind::Tokens || like.streams.size() != 1)
        return fail(ErrorCode::Unsupported, "this model does not read one text", model.name);
    const auto& labels = like.streams[0].labels;
    std::vector<int> front, back;
    for (std::size_t i = 0; i < labels.size() && labels[i].special; ++i)
        front.push_back(labels[i].id);
    for (std::size_t i = labels.size(); i > front.size() && labels[i - 1].special; --i)
        back.insert(back.begin(), labels[i - 1].id);
    if (streams[0].contextLength > 0)
        longest = std::min<int>(
            longest, (streams[0].contextLength - static_cast<int>(front.size() + back.size())) / 2);
    std::vector<int> choices;
    const Tokenizer* tokenizer = model.tokenizerOf(0);
    for (int id = 0; id < streams[0].vocabulary; ++id)
        if (!tokenizer || (id < tokenizer->vocabularySize() && !tokenizer->isSpecial(id)))
            choices.push_back(id);
    if (longest < 2 || choices.size() < 2)
        return fail(ErrorCode::Unsupported, "the context is too short for a repeated sequence", model.name);
    // The standard's shuffles and distributions differ between libraries; its generator does not.
    std::mt19937 random(seed);
    const auto below = [&random](std::size_t n) { return static_cast<std::size_t>(random() % n); };
    std::vector<int> half;
    // No token twice in a half, as long as there are enough: else an earlier one would match too.
    for (std::size_t i = 0; i < static_cast<std::size_t>(longest); ++i) {
        const std::size_t used = i % choices.size();
        std::swap(choices[used], choices[used + below(choices.size() - used)]);
        half.push_back(choices[used]);
    }
    RepeatedSequence sequence;
    sequence.first = static_cast<std::int64_t>(front.size());
    sequence.length = longest;
    std::vector<int> ids = front;
    for (int copy = 0; copy < 2; ++copy)
        ids.insert(ids.end(), half.begin(), half.end());
    ids.insert(ids.end(), back.begin(), back.end());
    auto input = makeInput(model, {{{}, std::move(ids)}});
    if (!input)
        return tl::unexpected(input.error());
    sequence.input = std::move(*input);
    return sequence;
}

Result<std::vector<RepeatedScores>> repeatedScores(const Trace& trace, const RepeatedSequence& sequence)
{
    std::vector<RepeatedScores> all;
    const auto& layers = trace.program().attention;
    for (std::size_t a = 0; a < layers.size(); ++a) {
        auto pattern = trace.step(layers[a].pattern);
        if (!pattern)
            return tl::unexpected(pattern.error());
        const Tensor& p = **pattern;
        const std::int64_t end = sequence.first + 2 * sequence.length;
        if (layers[a].queries != layers[a].keys || p.size(1) != p.size(2) || p.size(1) < end)
            return fail(ErrorCode::Unsupported, "queries and keys are different positions", layers[a].name);
        for (int h = 0; h < layers[a].heads; ++h) {
            RepeatedScores scores{.attention = static_cast<int>(a), .head = h};
            for (std::int64_t i = sequence.first + sequence.length; i < end; ++i) {
                scores.induction += p.at({h, i, i - sequence.length + 1});
                scores.duplicate += p.at({h, i, i - sequence.length});
            }
            scores.induction /= static_cast<double>(sequence.length);
            scores.duplicate /= static_cast<double>(sequence.length);
            all.push_back(scores);
        }
    }
    return all;
}

} // namespace headlight
