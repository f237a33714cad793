// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Transformer-XL (Dai et al. 2019): each layer also looks at what it made of the segment before, positions
// are distances, and rare words have small vectors (Baevski & Auli 2018).

#include "families/adaptive_words.h"

namespace headlight::families {

namespace {

struct TransfoXlSizes
{
    int d = 1, heads = 1, dHead = 1, hidden = 1, layers = 1, memory = 1, furthest = 0;
    bool normFirst = false, sameLength = false;
    double epsilon = 1e-5;
    std::string prefix;
};

TransfoXlSizes sizesOf(const FamilyContext& c)
{
    const Config& config = c.config;
    TransfoXlSizes s;
    s.d = config.positive("d_model", mostOfAnything);
    s.heads = config.positive("n_head", mostOfAnything);
    s.dHead = config.positive("d_head", mostOfAnything);
    s.hidden = config.positive("d_inner", mostOfAnything);
    s.layers = config.positive("n_layer", 4096);
    s.memory = config.positive("mem_len", 1 << 14); // zeros at first: nothing in the file backs it
    s.furthest = config.integerOr("clamp_len", -1);
    s.normFirst = config.flagOr("pre_lnorm", false);
    s.sameLength = config.flagOr("same_length", false);
    s.epsilon = config.numberOr("layer_norm_epsilon", 1e-5);
    if (const int kind = config.integerOr("attn_type", 0); kind != 0)
        config.refuse("attn_type", "expected 0, found " + std::to_string(kind));
    s.prefix = c.prefix("word_emb.emb_layers.0.weight", {"transformer.", ""});
    c.b.ignore(s.prefix + "pos_emb.inv_freq"); // the frequencies that we compute
    return s;
}

/// A = softmax((q + u)·k + (q + v)·r) v, keys and values from the memory and the text.
TensorRef lookBack(const FamilyContext& c, const TransfoXlSizes& s, int layer, TensorRef x, TensorRef context,
                   TensorRef distances)
{
    ProgramBuilder& b = c.b;
    const std::string from = s.prefix + "layers." + std::to_string(layer) + ".dec_attn.";
    Attention a{.name = blockName("", layer) + ".attn",
                .layer = layer,
                .heads = s.heads,
                .keyHeads = s.heads,
                .dHead = s.dHead};
    const std::int64_t width = std::int64_t{s.heads} * s.dHead;
    const auto rows = [&](int part) {
        return Slice(from + "qkv_net.weight", {3 * width, s.d})
            .narrow(0, part * width, width)
            .transpose()
            .split(1, s.heads);
    };
    a.wO = FamilyContext::linear(from + "o_net.weight", s.d, width).split(0, s.heads);
    a.scale = rootScale(s.dHead);
    a.scaleShown = rootScaleShown(s.dHead);
    a.mask.causal = true;
    a.mask.window = s.sameLength ? s.memory : 0;
    const std::string& n = a.name;
    AttentionTensors t;
    TensorRef r, scores;
    {
        const StageScope stage(b, "qkv", "Queries, keys, values");
        t.q = projectHeads(b, a, "Q", {rows(0), {}}, x);
        t.k = projectHeads(b, a, "K", {rows(1), {}}, context);
        t.v = projectHeads(b, a, "V", {rows(2), {}}, context);
        r = projectHeads(b, a, "R",
                         {FamilyContext::linear(from + "r_net.weight", width, s.d).split(1, s.heads), {}},
                         distances);
    }
    {
        const StageScope stage(b, "scores", "Scores by content and distance");
        const Axes vector{named(axis::head, s.heads), named(axis::dHead, s.dHead)};
        // Without untie_r all layers share these two.
        const auto bias = [&](const char* name, const char* symbol) {
            const std::string own = from + name;
            return b.parameter(n + "." + symbol, symbol, vector,
                               Slice(c.has(own) ? own : s.prefix + name, {s.heads, s.dHead}));
        };
        const TensorRef qu = b.step(n + ".hook_q_content", "Q + u", ops::add(), {t.q, bias("r_w_bias", "u")});
        const TensorRef qv =
            b.step(n + ".hook_q_distance", "Q + v", ops::add(), {t.q, bias("r_r_bias", "v")});
        const TensorRef content = b.step(n + ".hook_qk_content", "(Q + u)Kᵀ", ops::scores(), {qu, t.k});
        const TensorRef distance =
            b.step(n + ".hook_qk_distance", "(Q + v)Rᵀ", ops::distanceScores(), {qv, r, t.k});
        scores = b.step(n + ".hook_qk", "QKᵀ", ops::add(), {content, distance});
    }
    scores = scaleScores(b, a, scores);
    {
        const StageScope stage(b, "mask", "Causal mask");
        t.scores = b.step(n + ".hook_attn_scores", "S", ops::mask(a.mask), {scores});
    }
    t.pattern = softmaxScores(b, a, t.scores);
    t.z = mixValues(b, a, t.pattern, t.v);
    recordAttention(b, a, t);
    return joinHeads(b, a, t.z);
}

} // namespace

void buildTransfoXl(FamilyContext& c)
{
    ProgramBuilder& b = c.b;
    const TransfoXlSizes s = sizesOf(c);
    const AdaptiveWords words = adaptiveWords(c, s.d, s.prefix + "word_emb.");
    if (!c.ready())
        return;
    const TensorRef ids = tokens(b, {.name = "text", .vocabulary = words.vocab}, "tokens");
    const StreamIndex memory =
        b.stream({.name = "memory", .kind = Stream::Kind::Memory, .memoryLength = s.memory, .text = 0});
    const Axes memoryAxes{named("memory", s.memory), named(axis::dModel, s.d)};
    TensorRef x = adaptiveEmbedding(c, words, ids), distances;
    for (int i = 0; i < s.layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = s.prefix + "layers." + std::to_string(i) + ".";
        b.alias(block + ".hook_resid_pre", x);
        const Norm ln1 = layerNormAt(c, from + "dec_attn.layer_norm", s.d, s.epsilon),
                   ln2 = layerNormAt(c, from + "pos_ff.layer_norm", s.d, s.epsilon);
        TensorRef context, seen = x;
        {
            const StageScope part(b, "memory", "Memory");
            const TensorRef before = b.input("memory." + std::to_string(i), memoryAxes, true);
            context = b.step(block + ".hook_context", "C", ops::appendMemory(memory), {before, x});
            b.carry(b.step(block + ".hook_new_memory", "M", ops::newMemory(s.memory), {context},
                           {.checkpoint = false, .lazy = true}),
                    before);
            if (i == 0)
                distances = b.step("hook_distances", "R", ops::distances(s.d, s.furthest), {context});
        }
        if (s.normFirst) {
            context = norm(b, block + ".ln1", context, ln1);
            seen = b.step(block + ".hook_text", "X̂", ops::withoutMemory(s.memory, 0), {context});
        }
        x = addResidual(b, block + ".hook_resid_mid", "X", x, lookBack(c, s, i, seen, context, distances));
        if (!s.normFirst)
            x = norm(b, block + ".ln1", x, ln1);
        x = sublayer(b, {block, "ln2", ln2, s.normFirst, "hook_resid_post", lastNormed}, x, [&](TensorRef y) {
            const std::string net = from + "pos_ff.CoreNet.";
            return mlp(b, block, y, linearMlp(net + "0", net + "3", s.d, s.hidden, ops::Activation::Relu));
        });
    }
    adaptiveHead(c, words, x);
}

} // namespace headlight::families
