// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// GPT-NeoX and Pythia (Black et al. 2022): rotary positions on a part of each head, attention and MLP side by
// side on the same residual stream, queries, keys and values head by head in one matrix.

#include "families/family.h"

namespace headlight::families {

void buildGptNeox(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    const int d = config.positive("hidden_size", mostOfAnything),
              heads = config.positive("num_attention_heads", mostOfAnything);
    const int layers = config.positive("num_hidden_layers", 4096),
              vocab = config.positive("vocab_size", mostOfAnything);
    const int context = config.positive("max_position_embeddings", mostOfAnything);
    const int hidden = config.positive("intermediate_size", mostOfAnything);
    const double epsilon = config.numberOr("layer_norm_eps", 1e-5);
    const auto activation = activationNamed(b, config.textOr("hidden_act", "gelu"));
    const bool parallel = config.flagOr("use_parallel_residual", true);
    const bool biased = config.flagOr("attention_bias", true);
    const double rotated = config.numberOr("rotary_pct", 0.25);
    if (!(rotated >= 0 && rotated <= 1))
        config.refuse("rotary_pct", "expected a share from 0 to 1, found " + std::to_string(rotated));
    if (!c.divides("num_attention_heads", d, heads) || !c.ready())
        return;
    const int dHead = d / heads;
    const int rotaryDims = static_cast<int>(dHead * rotated) / 2 * 2;
    const ops::RotarySpec rotary{
        .frequencies = scaledRotaryFrequencies(config, rotaryDims, config.numberOr("rotary_emb_base", 10000)),
        .dims = rotaryDims};
    const std::string p = c.prefix("embed_in.weight", {"gpt_neox.", ""});

    const TensorRef ids =
        tokens(b, {.name = "text", .contextLength = context, .vocabulary = vocab}, "tokens");
    const Slice embedding(p + "embed_in.weight", {vocab, d});
    TensorRef x;
    {
        const StageScope stage(b, "embedding", "Embedding");
        x = embedTokens(b, "", ids, embedding);
    }
    for (int i = 0; i < layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = p + "layers." + std::to_string(i) + ".";
        b.alias(block + ".hook_resid_pre", x);
        Attention a{.name = block + ".attn", .layer = i, .heads = heads, .keyHeads = heads, .dHead = dHead};
        const std::string self = from + "attention.";
        a.wQ = interleavedWeight(self + "query_key_value.weight", 0, a, d);
        a.wK = interleavedWeight(self + "query_key_value.weight", 1, a, d);
        a.wV = interleavedWeight(self + "query_key_value.weight", 2, a, d);
        a.wO = FamilyContext::linear(self + "dense.weight", d, d).split(0, heads);
        if (biased) {
            a.bQ = interleavedBias(self + "query_key_value.bias", 0, a);
            a.bK = interleavedBias(self + "query_key_value.bias", 1, a);
            a.bV = interleavedBias(self + "query_key_value.bias", 2, a);
            a.bO = Slice(self + "dense.bias", {d});
        }
        a.scale = rootScale(dHead);
        a.scaleShown = rootScaleShown(dHead);
        a.mask.causal = true;
        a.rotary = rotary;
        const Norm ln1 = layerNormAt(c, from + "input_layernorm", d, epsilon),
                   ln2 = layerNormAt(c, from + "post_attention_layernorm", d, epsilon);
        const Mlp m =
            linearMlp(from + "mlp.dense_h_to_4h", from + "mlp.dense_4h_to_h", d, hidden, activation);
        if (parallel) {
            const TensorRef normed = norm(b, block + ".ln1", x, ln1);
            const TensorRef looked = attention(b, a, normed, normed);
            const TensorRef thought = mlp(b, block, norm(b, block + ".ln2", x, ln2), m);
            x = addResidual(b, block + ".hook_resid_post", "X", x, looked, thought);
        } else {
            x = sublayer(b, {block, "ln1", ln1}, x, [&](TensorRef y) { return attention(b, a, y, y); });
            x = sublayer(b, {block, "ln2", ln2, true, "hook_resid_post"}, x,
                         [&](TensorRef y) { return mlp(b, block, y, m); });
        }
        for (const char* constant : {"bias", "masked_bias", "rotary_emb.inv_freq"})
            b.ignore(self + constant);
    }
    x = norm(b, "ln_final", x, layerNormAt(c, p + "final_layer_norm", d, epsilon));
    languageHead(c, x, embedding, "embed_out", false);
}

} // namespace headlight::families
