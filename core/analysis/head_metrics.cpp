// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/head_metrics.h"

#include "tokenizers/unicode.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

namespace headlight {

namespace {

enum Metric {
    Previous,
    Next,
    Self,
    First,
    Duplicate,
    Induction,
    Positional,
    Confidence,
    Entropy,
    Distance,
    Special,
    Punctuation,
    PatternMetricCount,
    InductionRepeated = PatternMetricCount,
    FirstTokenNorm,
    SpecialNorm,
    OvCopying,
    QkMatching,
    Importance,
    MetricCount
};

constexpr std::array<MetricDefinition, MetricCount> definitions{{
    {"previous_token", "previous token", "mean of P[i, i−1] over the queries after the first",
     "Elhage et al. 2021, A Mathematical Framework for Transformer Circuits", 1},
    {"next_token", "next token", "mean of P[i, i+1] over the queries before the last",
     "Clark et al. 2019, What Does BERT Look At?", 1},
    {"current_token", "current token", "mean of P[i, i]", "Clark et al. 2019", 1},
    {"first_token", "first token (sink)", "mean of P[i, 0] over the queries after the first",
     "Gu et al. 2024, When Attention Sink Emerges in Language Models", 1},
    {"duplicate_token", "duplicate token",
     "for queries whose token stood before: mean weight on its earlier occurrences together",
     "Wang et al. 2022, Interpretability in the Wild", 1},
    {"induction", "induction",
     "prefix matching: for queries whose token stood before, mean weight on the keys right after the earlier "
     "occurrences",
     "Olsson et al. 2022, In-context Learning and Induction Heads", 1},
    {"positional", "positional", "share of queries whose strongest key is at the head's most frequent offset",
     "Voita et al. 2019, Analyzing Multi-Head Self-Attention", 1},
    {"confidence", "confidence", "mean over queries of the largest weight", "Voita et al. 2019", 1},
    {"entropy", "entropy, nats", "mean over queries of −Σ_j P[i,j] ln P[i,j]",
     "Vig & Belinkov 2019, Analyzing the Structure of Attention", 0},
    {"mean_distance", "mean distance",
     "mean over queries of Σ_j P[i,j] · |i − j|; between patches, in patch widths", "Vig & Belinkov 2019", 0},
    {"special_tokens", "special tokens",
     "mean over queries of the weight on special tokens ([CLS], [SEP], <s>)", "Clark et al. 2019", 1},
    {"punctuation", "punctuation", "mean over queries of the weight on tokens that are punctuation alone",
     "Clark et al. 2019", 1},
    {"induction_repeated", "induction, random tokens",
     "on random tokens repeated once, made for this: mean over the second half of the weight on the key "
     "right after the query's first occurrence",
     "Olsson et al. 2022", 1},
    {"first_token_norm", "first token, by norm",
     "mean over the queries after the first of ‖P[i,0] f(x_0)‖ / Σ_j ‖P[i,j] f(x_j)‖, f(x) = v W_O: what a "
     "sink really gives",
     "Kobayashi et al. 2020, Attention is Not Only a Weight", 1},
    {"special_tokens_norm", "special tokens, by norm",
     "the same share of special tokens, mean over all queries", "Kobayashi et al. 2020", 1},
    {"ov_copying", "OV copying",
     "Σ λ / Σ |λ| of the OV circuit W_E W_V W_O W_U, with the norms' weights: 1 when attended tokens raise "
     "their own logits, −1 when they lower them; from the weights alone",
     "Elhage et al. 2021", 1},
    {"qk_matching", "QK matching",
     "Σ λ / Σ |λ| of the QK circuit W_E W_Q W_Kᵀ W_Eᵀ, with the norms' weights: 1 when tokens look at their "
     "own kind; from the weights alone",
     "Elhage et al. 2021", 1},
    {"importance", "importance, nats",
     "mean over positions of the fall of the most probable token's log-probability when the head's output is "
     "set to zero",
     "Michel et al. 2019, Are Sixteen Heads Really Better than One?", 0},
}};

struct Mean
{
    double sum = 0;
    std::int64_t count = 0;
    void add(double v)
    {
        sum += v;
        ++count;
    }
    [[nodiscard]] std::optional<double> value() const
    {
        return count ? std::optional<double>(sum / static_cast<double>(count)) : std::nullopt;
    }
};

/// Distance of two positions: in tokens, or on the patch grid of an image. Negative when it has no meaning
/// (the class token has no place).
double distance(const Stream& stream, std::int64_t i, std::int64_t j)
{
    if (stream.kind == Stream::Kind::Tokens)
        return static_cast<double>(std::abs(i - j));
    i -= stream.leadingTokens;
    j -= stream.leadingTokens;
    if (i < 0 || j < 0 || stream.patchColumns <= 0)
        return -1;
    const auto columns = static_cast<std::int64_t>(stream.patchColumns);
    return std::hypot(static_cast<double>(i / columns - j / columns),
                      static_cast<double>(i % columns - j % columns));
}

/// Whether a token is a comma, a full stop, a bracket … and nothing else, but for the space before it.
bool isPunctuationToken(const PositionLabel& label)
{
    std::string_view token = label.text;
    // How labels, and the tokens of attention that was computed elsewhere, write that space.
    for (const std::string_view space : {"␣", "▁", "Ġ", "##"})
        if (token.starts_with(space))
            token.remove_prefix(space.size());
    if (label.special || token.empty() || firstInvalidUtf8(token))
        return false;
    for (std::size_t at = 0; at < token.size();) {
        const CodePoint c = codePointAt(token, at);
        if (!isPunctuation(c.value))
            return false;
        at += c.length;
    }
    return true;
}

} // namespace

const std::vector<MetricDefinition>& metricDefinitions()
{
    static const std::vector<MetricDefinition> all(definitions.begin(),
                                                   definitions.begin() + PatternMetricCount);
    return all;
}

const std::vector<MetricDefinition>& allMetricDefinitions()
{
    static const std::vector<MetricDefinition> all(definitions.begin(), definitions.end());
    return all;
}

std::optional<double> HeadMetrics::value(std::string_view key) const
{
    for (std::size_t i = 0; i < definitions.size() && i < values.size(); ++i)
        if (definitions[i].key == key)
            return values[i];
    return std::nullopt;
}

std::string HeadFinding::evidence() const
{
    char text[64];
    std::snprintf(text, sizeof text, " %.2f > %.1f", value, threshold);
    return std::string(metric) + text;
}

std::optional<HeadFinding> HeadMetrics::finding() const
{
    struct Rule
    {
        Metric metric;
        double threshold;
        const char* label;
    };
    // Induction comes first: it is the rarer find, and where it is strong the others are weak. More than half
    // of the weight on average is what the literature calls a head by; a sink head needs more, since a little
    // sink is in almost every head.
    static constexpr std::array<Rule, 8> rules{{{Induction, 0.5, "induction"},
                                                {InductionRepeated, 0.5, "induction"},
                                                {Previous, 0.5, "previous token"},
                                                {Next, 0.5, "next token"},
                                                {Duplicate, 0.5, "duplicate token"},
                                                {Self, 0.6, "current token"},
                                                {First, 0.7, "sink"},
                                                {Positional, 0.9, nullptr}}};
    for (const Rule& rule : rules) {
        const double value = rule.metric < values.size() ? values[rule.metric].value_or(0) : 0;
        if (!(value > rule.threshold) || (!rule.label && offset == 0))
            continue;
        return HeadFinding{rule.label ? rule.label
                                      : "offset " + std::string(offset > 0 ? "+" : "−") +
                                            std::to_string(std::abs(offset)),
                           definitions[rule.metric].key, value, rule.threshold};
    }
    return std::nullopt;
}

std::string HeadMetrics::label() const
{
    const auto found = finding();
    return found ? found->label : std::string();
}

Result<HeadMetrics> headMetrics(const Trace& trace, int attention, int head)
{
    const AttentionLayer& layer = trace.program().attention[static_cast<std::size_t>(attention)];
    auto pattern = trace.step(layer.pattern);
    if (!pattern)
        return tl::unexpected(pattern.error());
    const std::int64_t n = (*pattern)->size(1), m = (*pattern)->size(2);
    const float* p = (*pattern)->values().data() + head * n * m;
    const auto& streams = trace.program().streams;
    const auto& labelsOf = [&](StreamIndex s) -> const std::vector<PositionLabel>& {
        static const std::vector<PositionLabel> none;
        return s >= 0 && static_cast<std::size_t>(s) < trace.input().streams.size()
                   ? trace.input().streams[static_cast<std::size_t>(s)].labels
                   : none;
    };
    const auto& keys = labelsOf(layer.keys);
    // Positions can only be compared within one stream; between two, only weights can.
    const bool self = layer.queries == layer.keys && n == m;
    const bool tokens = self && layer.keys >= 0 &&
                        streams[static_cast<std::size_t>(layer.keys)].kind == Stream::Kind::Tokens &&
                        keys.size() == static_cast<std::size_t>(m);

    std::vector<bool> punctuation(keys.size());
    for (std::size_t j = 0; j < keys.size(); ++j)
        punctuation[j] = isPunctuationToken(keys[j]);
    const bool punctuated = std::find(punctuation.begin(), punctuation.end(), true) != punctuation.end();

    std::array<Mean, MetricCount> means;
    std::map<int, std::int64_t> strongestOffsets;
    std::map<int, std::vector<std::int64_t>> seen; // token id → earlier positions
    for (std::int64_t i = 0; i < n; ++i) {
        const float* row = p + i * m;
        double entropy = 0, special = 0, marks = 0, away = 0;
        bool placed = self;
        std::int64_t strongest = 0;
        for (std::int64_t j = 0; j < m; ++j) {
            const double w = row[j];
            if (w > 0)
                entropy -= w * std::log(w);
            if (row[j] > row[strongest])
                strongest = j;
            if (static_cast<std::size_t>(j) < keys.size() && keys[static_cast<std::size_t>(j)].special)
                special += w;
            if (static_cast<std::size_t>(j) < punctuation.size() && punctuation[static_cast<std::size_t>(j)])
                marks += w;
        }
        means[Confidence].add(row[strongest]);
        means[Entropy].add(entropy);
        means[Special].add(special);
        if (punctuated)
            means[Punctuation].add(marks);
        if (i > 0 || !self)
            means[First].add(row[0]);
        if (!self)
            continue;
        const Stream& stream = streams[static_cast<std::size_t>(layer.keys)];
        double placedWeight = 0;
        for (std::int64_t j = 0; j < m && placed; ++j) {
            const double d = distance(stream, i, j);
            if (d < 0)
                continue;
            away += row[j] * d;
            placedWeight += row[j];
        }
        if (placedWeight > 0 && distance(stream, i, i) >= 0)
            means[Distance].add(away / placedWeight);
        means[Self].add(row[i]);
        ++strongestOffsets[static_cast<int>(strongest - i)];
        if (i > 0)
            means[Previous].add(row[i - 1]);
        if (i + 1 < n)
            means[Next].add(row[i + 1]);
        if (!tokens)
            continue;
        auto& earlier = seen[keys[static_cast<std::size_t>(i)].id];
        if (!earlier.empty()) {
            double duplicate = 0, after = 0;
            for (const std::int64_t j : earlier) {
                duplicate += row[j];
                // The key right after the earlier occurrence; the query itself is no evidence.
                if (j + 1 < i)
                    after += row[j + 1];
            }
            means[Duplicate].add(duplicate);
            if (earlier.front() + 1 < i)
                means[Induction].add(after);
        }
        earlier.push_back(i);
    }

    HeadMetrics result;
    result.layer = attention;
    result.head = head;
    for (const Mean& mean : means)
        result.values.push_back(mean.value());
    if (!strongestOffsets.empty()) {
        const auto most = std::max_element(strongestOffsets.begin(), strongestOffsets.end(),
                                           [](const auto& a, const auto& b) { return a.second < b.second; });
        result.offset = most->first;
        result.values[Positional] = static_cast<double>(most->second) / static_cast<double>(n);
    }
    return result;
}

Result<std::vector<HeadMetrics>> allHeadMetrics(const Trace& trace, std::stop_token stop)
{
    std::vector<HeadMetrics> all;
    const auto& layers = trace.program().attention;
    for (std::size_t a = 0; a < layers.size(); ++a)
        for (int h = 0; h < layers[a].heads; ++h) {
            if (stop.stop_requested())
                return fail(ErrorCode::Cancelled, "cancelled");
            auto metrics = headMetrics(trace, static_cast<int>(a), h);
            if (!metrics)
                return tl::unexpected(metrics.error());
            all.push_back(std::move(*metrics));
        }
    return all;
}

} // namespace headlight
