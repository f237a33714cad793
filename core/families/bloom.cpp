// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// BLOOM (BigScience 2022): no positions in the embedding but a bias on the scores (ALiBi, Press et al. 2022),
// a norm on the embedding, queries, keys and values head by head in one matrix.

#include "families/family.h"

namespace headlight::families {

void buildBloom(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    // The keys' names changed in time; published configs have either.
    const auto either = [&](const char* key, const char* old) { return config.has(key) ? key : old; };
    const int d = config.positive(either("hidden_size", "n_embed"), mostOfAnything);
    const int heads = config.positive(either("n_head", "num_attention_heads"), 1 << 16);
    const int layers = config.positive(either("n_layer", "num_hidden_layers"), 4096),
              vocab = config.positive("vocab_size", mostOfAnything);
    const double epsilon = config.numberOr("layer_norm_epsilon", 1e-5);
    const bool fromNormed = config.flagOr("apply_residual_connection_post_layernorm", false);
    if (!c.divides("n_head", d, heads) || !c.ready())
        return;
    const int dHead = d / heads;
    const std::string p = c.prefix("word_embeddings.weight", {"transformer.", ""});

    const TensorRef ids = tokens(b, {.name = "text", .vocabulary = vocab}, "tokens");
    const Slice embedding(p + "word_embeddings.weight", {vocab, d});
    TensorRef x, alibi;
    {
        const StageScope stage(b, "embedding", "Embedding");
        x = embedTokens(b, "", ids, embedding);
        x = norm(b, "embed.ln", x, layerNormAt(c, p + "word_embeddings_layernorm", d, epsilon));
    }
    {
        const StageScope stage(b, "position_bias", "Position bias");
        alibi = b.step("hook_alibi", "B", ops::alibi(heads), {x});
    }
    for (int i = 0; i < layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = p + "h." + std::to_string(i) + ".";
        b.alias(block + ".hook_resid_pre", x);

        Attention a{.name = block + ".attn", .layer = i, .heads = heads, .keyHeads = heads, .dHead = dHead};
        const std::string qkv = from + "self_attention.query_key_value", out = from + "self_attention.dense";
        a.wQ = interleavedWeight(qkv + ".weight", 0, a, d);
        a.wK = interleavedWeight(qkv + ".weight", 1, a, d);
        a.wV = interleavedWeight(qkv + ".weight", 2, a, d);
        a.bQ = interleavedBias(qkv + ".bias", 0, a);
        a.bK = interleavedBias(qkv + ".bias", 1, a);
        a.bV = interleavedBias(qkv + ".bias", 2, a);
        a.wO = FamilyContext::linear(out + ".weight", d, d).split(0, heads);
        a.bO = Slice(out + ".bias", {d});
        a.scale = rootScale(dHead);
        a.scaleShown = rootScaleShown(dHead);
        a.mask.causal = true;
        a.positionBias = alibi;
        const TensorRef normed =
            norm(b, block + ".ln1", x, layerNormAt(c, from + "input_layernorm", d, epsilon));
        x = addResidual(b, block + ".hook_resid_mid", "X", fromNormed ? normed : x,
                        attention(b, a, normed, normed));

        const TensorRef normed2 =
            norm(b, block + ".ln2", x, layerNormAt(c, from + "post_attention_layernorm", d, epsilon));
        const Mlp m = linearMlp(from + "mlp.dense_h_to_4h", from + "mlp.dense_4h_to_h", d,
                                std::int64_t{4} * d, ops::Activation::GeluTanh);
        x = addResidual(b, block + ".hook_resid_post", "X", fromNormed ? normed2 : x,
                        mlp(b, block, normed2, m));
    }
    x = norm(b, "ln_final", x, layerNormAt(c, p + "ln_f", d, epsilon));
    languageHead(c, x, embedding, "lm_head", true);
}

} // namespace headlight::families
