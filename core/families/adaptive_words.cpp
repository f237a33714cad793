// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "families/adaptive_words.h"

#include <cmath>

namespace headlight::families {

namespace {

std::string numbered(const std::string& name, std::size_t i)
{
    return name + std::to_string(i);
}

Axis widthAxis(const AdaptiveWords& w, std::size_t cluster)
{
    return w.projects() && w.widthOf(cluster) != w.d ? named("d_embed", w.widthOf(cluster))
                                                     : named(axis::dModel, w.d);
}

/// Files have one matrix [d_model, d_embed] a table, and read it both ways.
TensorRef projected(const FamilyContext& c, const AdaptiveWords& w, const std::string& hook, TensorRef x,
                    const Slice& matrix, std::size_t cluster, bool inwards)
{
    if (!w.projects())
        return x;
    const Axis model = named(axis::dModel, w.d), width = widthAxis(w, cluster);
    return c.b.step(hook, "X", ops::linear(),
                    {x, c.b.parameter(hook + ".W", "W", inwards ? Axes{width, model} : Axes{model, width},
                                      inwards ? matrix.transpose() : matrix)});
}

} // namespace

int AdaptiveWords::widthOf(std::size_t cluster) const
{
    int result = width;
    for (std::size_t i = 0; i < cluster; ++i)
        result /= shrink;
    return result;
}

AdaptiveWords adaptiveWords(const FamilyContext& c, int dModel, std::string prefix)
{
    const Config& config = c.config;
    AdaptiveWords w;
    w.d = dModel;
    w.vocab = config.positive("vocab_size", mostOfAnything);
    w.width = config.positiveOr("d_embed", dModel, mostOfAnything);
    w.shrink = config.positiveOr("div_val", 1, mostOfAnything);
    w.cutoffs = config.integersOr("cutoffs", {});
    w.prefix = std::move(prefix);
    int last = 0;
    for (const int cutoff : w.cutoffs) {
        if (cutoff <= last || cutoff >= w.vocab)
            config.refuse("cutoffs",
                          "expected growing numbers below vocab_size, found " + std::to_string(cutoff));
        last = cutoff;
    }
    w.cutoffs.push_back(w.vocab);
    if (w.cutoffs.size() > 32 || w.widthOf(w.cutoffs.size() - 1) < 1)
        config.refuse("div_val", "expected widths of at least 1 for each of at most 32 clusters, found less");
    return w;
}

TensorRef adaptiveEmbedding(const FamilyContext& c, const AdaptiveWords& w, TensorRef ids)
{
    ProgramBuilder& b = c.b;
    const StageScope stage(b, "embedding", "Embedding");
    // Clusters whose vectors are all of one width share one table.
    const std::size_t tables = w.shrink == 1 ? 1 : w.cutoffs.size();
    std::vector<TensorRef> parts;
    for (std::size_t i = 0; i < tables; ++i) {
        const std::string suffix = tables == 1 ? "" : numbered("_", i);
        const Slice table(w.prefix + numbered("emb_layers.", i) + ".weight",
                          {tables == 1 ? w.vocab : w.words(i), w.widthOf(i)});
        const TensorRef rows = b.step(
            "hook_embed_rows" + suffix, "E", ops::embedCluster(w.first(i)),
            {b.parameter("embed.W_E" + suffix, "W_E", {named(axis::vocab, anySize), widthAxis(w, i)}, table),
             ids});
        parts.push_back(projected(c, w, "hook_embed_projected" + suffix, rows,
                                  Slice(w.prefix + numbered("emb_projs.", i), {w.d, w.widthOf(i)}), i, true));
    }
    const TensorRef sum =
        parts.size() == 1 ? parts[0]
                          : b.step("hook_embed_sum", "E", ops::add(static_cast<int>(parts.size())), parts);
    return b.checkpoint("hook_embed", "E",
                        ops::scale(std::sqrt(static_cast<double>(w.d)), "√" + std::to_string(w.d)), {sum});
}

void adaptiveHead(const FamilyContext& c, const AdaptiveWords& w, TensorRef x)
{
    ProgramBuilder& b = c.b;
    const StageScope stage(b, "logits", "Logits");
    const auto vectorsOf = [&](std::size_t i) {
        const std::string own = numbered("crit.out_projs.", i);
        const std::string tied = w.prefix + numbered("emb_projs.", w.shrink == 1 ? 0 : i);
        return projected(c, w, numbered("hook_unembed_in_", i), x,
                         Slice(c.has(own) ? own : tied, {w.d, w.widthOf(i)}), i, false);
    };
    const auto logitsOf = [&](std::size_t i, TensorRef from) {
        const bool one = w.shrink == 1;
        const std::string own = numbered("crit.out_layers.", one ? 0 : i) + ".weight";
        const std::string tied = w.prefix + numbered("emb_layers.", one ? 0 : i) + ".weight";
        const int rows = one ? w.vocab : w.words(i), first = one ? w.first(i) : 0;
        const Slice table(c.has(own) ? own : tied, {rows, w.widthOf(i)});
        const Slice bias(numbered("crit.out_layers.", one ? 0 : i) + ".bias", {rows});
        const Axis words = named(axis::vocab, w.words(i));
        const std::string suffix = numbered("_", i);
        return b.step(
            "hook_logits" + suffix, "logits", ops::linear(),
            {from,
             b.parameter("unembed.W_U" + suffix, "W_U", {widthAxis(w, i), words},
                         table.narrow(0, first, w.words(i)).transpose()),
             b.parameter("unembed.b_U" + suffix, "b_U", {words}, bias.narrow(0, first, w.words(i)))});
    };
    const TensorRef head = vectorsOf(0);
    std::vector<TensorRef> parts{logitsOf(0, head)};
    if (const auto clusters = static_cast<std::int64_t>(w.cutoffs.size()) - 1; clusters > 0) {
        const Axis axis = named("cluster", clusters);
        parts.push_back(b.step(
            "hook_cluster_logits", "C", ops::linear(),
            {head,
             b.parameter("unembed.W_cluster", "W_C", {widthAxis(w, 0), axis},
                         FamilyContext::linear("crit.cluster_weight", clusters, w.width)),
             b.parameter("unembed.b_cluster", "b_C", {axis}, Slice("crit.cluster_bias", {clusters}))}));
    }
    for (std::size_t i = 1; i < w.cutoffs.size(); ++i)
        parts.push_back(logitsOf(i, vectorsOf(i)));
    const TensorRef logits = b.step("hook_logits", "ln p", ops::adaptiveLogProbs(), parts);
    Prediction prediction;
    prediction.kind = Prediction::Kind::NextToken;
    prediction.stream = b.failed() ? noStream : b.axesOf(logits)[0].stream;
    prediction.logits = logits.index;
    prediction.probs = b.step("hook_probs", "p", ops::softmax(), {logits}).index;
    b.prediction(prediction);
}

} // namespace headlight::families
