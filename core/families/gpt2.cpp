// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// GPT-2 (Radford et al. 2019): pre-norm, learned positions, GELU; Conv1D matrices stored [in, out], queries,
// keys and values side by side.

#include "families/family.h"

namespace headlight::families {

void buildGpt2(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    const int d = config.positive("n_embd", mostOfAnything),
              heads = config.positive("n_head", mostOfAnything);
    const int layers = config.positive("n_layer", 4096),
              vocab = config.positive("vocab_size", mostOfAnything);
    const int context = config.positive(config.has("n_positions") ? "n_positions" : "n_ctx", mostOfAnything);
    const int hidden = config.positiveOr("n_inner", 4 * d, mostOfAnything);
    const double epsilon = config.numberOr("layer_norm_epsilon", 1e-5);
    const auto activation = activationNamed(b, config.textOr("activation_function", "gelu_new"));
    const bool scaled = config.flagOr("scale_attn_weights", true);
    const bool byLayer = config.flagOr("scale_attn_by_inverse_layer_idx", false);
    if (!c.divides("n_head", d, heads) || !c.ready())
        return;
    const int dHead = d / heads;
    const std::string p = c.prefix("wte.weight", {"transformer.", ""});

    Stream text{.name = "text", .contextLength = context, .vocabulary = vocab};
    const TensorRef ids = tokens(b, text, "tokens");
    const Slice embedding(p + "wte.weight", {vocab, d});
    TensorRef x = embedGpt2(b, ids, embedding, Slice(p + "wpe.weight", {context, d}));
    for (int i = 0; i < layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = p + "h." + std::to_string(i) + ".";
        if (i > 0)
            b.alias(block + ".hook_resid_pre", x);

        Attention a{.name = block + ".attn", .layer = i, .heads = heads, .keyHeads = heads, .dHead = dHead};
        const Slice qkv(from + "attn.c_attn.weight", {d, 3 * d}), qkvBias(from + "attn.c_attn.bias", {3 * d});
        a.wQ = qkv.narrow(1, 0, d).split(1, heads);
        a.wK = qkv.narrow(1, d, d).split(1, heads);
        a.wV = qkv.narrow(1, 2 * d, d).split(1, heads);
        a.bQ = qkvBias.narrow(0, 0, d).split(0, heads);
        a.bK = qkvBias.narrow(0, d, d).split(0, heads);
        a.bV = qkvBias.narrow(0, 2 * d, d).split(0, heads);
        a.wO = Slice(from + "attn.c_proj.weight", {d, d}).split(0, heads);
        a.bO = Slice(from + "attn.c_proj.bias", {d});
        a.scale = (scaled ? rootScale(dHead) : 1) / (byLayer ? i + 1 : 1);
        a.scaleShown = (scaled ? rootScaleShown(dHead) : "1") + (byLayer ? "/" + std::to_string(i + 1) : "");
        a.mask.causal = true;
        const TensorRef normed = norm(b, block + ".ln1", x, layerNormAt(c, from + "ln_1", d, epsilon));
        x = addResidual(b, block + ".hook_resid_mid", "X", x, attention(b, a, normed, normed));

        Mlp m{.wIn = Slice(from + "mlp.c_fc.weight", {d, hidden}),
              .wOut = Slice(from + "mlp.c_proj.weight", {hidden, d})};
        m.bIn = Slice(from + "mlp.c_fc.bias", {hidden});
        m.bOut = Slice(from + "mlp.c_proj.bias", {d});
        m.activation = activation;
        const TensorRef normed2 = norm(b, block + ".ln2", x, layerNormAt(c, from + "ln_2", d, epsilon));
        x = addResidual(b, block + ".hook_resid_post", "X", x, mlp(b, block, normed2, m));
        b.ignore(from + "attn.bias");
        b.ignore(from + "attn.masked_bias");
    }
    x = norm(b, "ln_final", x, layerNormAt(c, p + "ln_f", d, epsilon));
    languageHead(c, x, embedding, "lm_head", true);
}

} // namespace headlight::families
