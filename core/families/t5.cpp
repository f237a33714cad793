// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// T5 (Raffel et al. 2019): an encoder-decoder whose positions are a bias on the scores, learned for buckets
// of distances in the first layer and used by all. RMS norms, no biases, scores that are not scaled. T5 1.1
// and Flan-T5 have a gated MLP and a head of their own.

#include "families/family.h"

namespace headlight::families {

namespace {

struct T5Sizes
{
    int d = 1, heads = 1, dHead = 1, hidden = 1;
    double epsilon = 1e-6;
    bool gated = false;
    ops::Activation activation = ops::Activation::Relu;
    ops::RelativeBuckets buckets;
};

Norm rms(const T5Sizes& s, const std::string& name)
{
    return {.weight = Slice(name + ".weight", {s.d}), .epsilon = s.epsilon, .rms = true};
}

Attention t5Attention(const T5Sizes& s, const std::string& stack, int layer, const std::string& from)
{
    Attention a{.stack = stack, .layer = layer, .heads = s.heads, .keyHeads = s.heads, .dHead = s.dHead};
    linearAttention(a, s.d, {from + ".q", from + ".k", from + ".v", from + ".o", false, false});
    return a;
}

Mlp t5Mlp(const T5Sizes& s, const std::string& from)
{
    const std::string n = from + ".DenseReluDense.";
    Mlp m = linearMlp(n + (s.gated ? "wi_1" : "wi"), n + "wo", s.d, s.hidden, s.activation, false);
    if (s.gated)
        m.wGate = FamilyContext::linear(n + "wi_0.weight", s.hidden, s.d);
    return m;
}

/// One stack: self-attention, for the decoder (which has a @p memory) cross-attention, and an MLP a layer.
TensorRef stackOf(FamilyContext& c, T5Sizes s, const std::string& stack, int layers, TensorRef x,
                  TensorRef memory)
{
    ProgramBuilder& b = c.b;
    const bool decoder = memory.valid();
    s.buckets.bothWays = !decoder;
    TensorRef bias;
    for (int i = 0; i < layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName(stack, i),
                          from = stack + ".block." + std::to_string(i) + ".layer.";
        b.alias(block + ".hook_resid_pre", x);
        x = sublayer(b, {block, "ln1", rms(s, from + "0.layer_norm")}, x, [&](TensorRef y) {
            if (i == 0) {
                const StageScope part(b, "position_bias", "Position bias");
                bias = b.step(block + ".attn.hook_rel_pos_bias", "B", ops::relativeBias(s.buckets),
                              {b.parameter(block + ".attn.rel_pos_bias", "b",
                                           {named("bucket", anySize), named(axis::head, anySize)},
                                           Slice(from + "0.SelfAttention.relative_attention_bias.weight",
                                                 {s.buckets.buckets, s.heads})),
                               y, y});
            } else {
                b.alias(block + ".attn.hook_rel_pos_bias", bias);
            }
            Attention a = t5Attention(s, stack, i, from + "0.SelfAttention");
            a.name = block + ".attn";
            a.mask.causal = decoder;
            a.positionBias = bias;
            return attention(b, a, y, y);
        });
        if (decoder)
            x = sublayer(b, {block, "ln2", rms(s, from + "1.layer_norm"), true, "hook_resid_mid_cross"}, x,
                         [&](TensorRef y) {
                             const StageScope part(b, "cross_attention", "Cross-attention");
                             Attention a = t5Attention(s, stack, i, from + "1.EncDecAttention");
                             a.name = block + ".cross_attn";
                             a.kind = AttentionLayer::Kind::Cross;
                             a.outputHook = block + ".hook_cross_attn_out";
                             return attention(b, a, y, memory);
                         });
        const std::string last = from + (decoder ? "2" : "1");
        x = sublayer(b,
                     {block, decoder ? "ln3" : "ln2", rms(s, last + ".layer_norm"), true, "hook_resid_post"},
                     x, [&](TensorRef y) { return mlp(b, block, y, t5Mlp(s, last)); });
        // The first files had a table for cross-attention too, which nothing reads.
        b.ignore(from + "1.EncDecAttention.relative_attention_bias.weight");
    }
    return norm(b, stack + ".ln_final", x, rms(s, stack + ".final_layer_norm"));
}

} // namespace

void buildT5(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    T5Sizes s;
    s.d = config.positive("d_model", mostOfAnything);
    s.heads = config.positive("num_heads", mostOfAnything);
    s.dHead = config.positive("d_kv", mostOfAnything);
    s.hidden = config.positive("d_ff", mostOfAnything);
    s.epsilon = config.numberOr("layer_norm_epsilon", 1e-6);
    s.buckets.buckets = config.positiveOr("relative_attention_num_buckets", 32, mostOfAnything);
    s.buckets.maxDistance = config.positiveOr("relative_attention_max_distance", 128, mostOfAnything);
    if (s.buckets.buckets < 4 || s.buckets.maxDistance <= s.buckets.buckets)
        config.refuse("relative_attention_num_buckets",
                      "expected at least 4 and less than the largest distance, "
                      "found " +
                          std::to_string(s.buckets.buckets));
    const int layers = config.positive("num_layers", 4096),
              vocab = config.positive("vocab_size", mostOfAnything);
    const int decoderLayers = config.positiveOr("num_decoder_layers", layers, 4096);
    std::string kind = config.textOr("feed_forward_proj", "relu");
    s.gated = kind.starts_with("gated-");
    if (s.gated)
        kind = kind.substr(6);
    s.activation = activationNamed(b, s.gated && kind == "gelu" ? "gelu_new" : kind);
    if (!c.ready())
        return;
    const Slice embedding("shared.weight", {vocab, s.d});
    const auto embed = [&](const std::string& stack, TensorRef ids) {
        b.ignore(stack + ".embed_tokens.weight"); // the shared table once more
        const StageScope stage(b, "embedding", "Embedding");
        return embedTokens(b, stack, ids, embedding);
    };
    TensorRef memory;
    {
        const StageScope stack(b, "encoder", "Encoder");
        const TensorRef ids =
            tokens(b, {.name = "source", .vocabulary = vocab}, "tokens", "encoder.hook_tokens");
        memory = stackOf(c, s, "encoder", layers, embed("encoder", ids), {});
    }
    const StageScope stack(b, "decoder", "Decoder");
    const TensorRef ids = tokens(b, targetStream(config, 0, vocab), "target_tokens", "decoder.hook_tokens");
    TensorRef x = stackOf(c, s, "decoder", decoderLayers, embed("decoder", ids), memory);
    if (config.flagOr("tie_word_embeddings", true)) {
        // A table that serves both ends would make logits √d_model too wide.
        const StageScope stage(b, "scale", "Scale ÷ √d");
        x = b.step("decoder.hook_scaled", "x̂/√d", ops::scale(rootScale(s.d), rootScaleShown(s.d)), {x});
    }
    languageHead(c, x, embedding, "lm_head", true);
}

} // namespace headlight::families
