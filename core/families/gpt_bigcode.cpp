// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// GPT-BigCode (SantaCoder and StarCoder; Li et al. 2023): GPT-2 whose heads share one set of keys and values
// (multi-query attention, Shazeer 2019). Torch Linears; without multi_query queries, keys and values lie head
// by head.

#include "families/family.h"

namespace headlight::families {

void buildGptBigcode(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    const int d = config.positive("n_embd", mostOfAnything),
              heads = config.positive("n_head", mostOfAnything);
    const int layers = config.positive("n_layer", 4096),
              vocab = config.positive("vocab_size", mostOfAnything);
    const int context = config.positive("n_positions", mostOfAnything);
    const int hidden = config.positiveOr("n_inner", 4 * d, mostOfAnything);
    const double epsilon = config.numberOr("layer_norm_epsilon", 1e-5);
    const auto activation = activationNamed(b, config.textOr("activation_function", "gelu_pytorch_tanh"));
    const bool scaled = config.flagOr("scale_attn_weights", true);
    const bool shared = config.flagOr("multi_query", true);
    if (!c.divides("n_head", d, heads) || !c.ready())
        return;
    const int dHead = d / heads;
    const std::string p = c.prefix("wte.weight", {"transformer.", ""});

    const TensorRef ids =
        tokens(b, {.name = "text", .contextLength = context, .vocabulary = vocab}, "tokens");
    const Slice embedding(p + "wte.weight", {vocab, d});
    TensorRef x = embedGpt2(b, ids, embedding, Slice(p + "wpe.weight", {context, d}));
    for (int i = 0; i < layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = p + "h." + std::to_string(i) + ".";
        if (i > 0)
            b.alias(block + ".hook_resid_pre", x);

        Attention a{.name = block + ".attn",
                    .layer = i,
                    .heads = heads,
                    .keyHeads = shared ? 1 : heads,
                    .dHead = dHead};
        const std::string qkv = from + "attn.c_attn.weight", qkvBias = from + "attn.c_attn.bias";
        if (shared) {
            const Slice weight = FamilyContext::linear(qkv, d + 2 * dHead, d), bias(qkvBias, {d + 2 * dHead});
            a.wQ = weight.narrow(1, 0, d).split(1, heads);
            a.wK = weight.narrow(1, d, dHead).split(1, 1);
            a.wV = weight.narrow(1, d + dHead, dHead).split(1, 1);
            a.bQ = bias.narrow(0, 0, d).split(0, heads);
            a.bK = bias.narrow(0, d, dHead).split(0, 1);
            a.bV = bias.narrow(0, d + dHead, dHead).split(0, 1);
        } else {
            a.wQ = interleavedWeight(qkv, 0, a, d);
            a.wK = interleavedWeight(qkv, 1, a, d);
            a.wV = interleavedWeight(qkv, 2, a, d);
            a.bQ = interleavedBias(qkvBias, 0, a);
            a.bK = interleavedBias(qkvBias, 1, a);
            a.bV = interleavedBias(qkvBias, 2, a);
        }
        a.wO = FamilyContext::linear(from + "attn.c_proj.weight", d, d).split(0, heads);
        a.bO = Slice(from + "attn.c_proj.bias", {d});
        a.scale = scaled ? rootScale(dHead) : 1;
        a.scaleShown = scaled ? rootScaleShown(dHead) : "1";
        a.mask.causal = true;
        x = sublayer(b, {block, "ln1", layerNormAt(c, from + "ln_1", d, epsilon)}, x,
                     [&](TensorRef y) { return attention(b, a, y, y); });
        const Mlp m = linearMlp(from + "mlp.c_fc", from + "mlp.c_proj", d, hidden, activation);
        x = sublayer(b, {block, "ln2", layerNormAt(c, from + "ln_2", d, epsilon), true, "hook_resid_post"}, x,
                     [&](TensorRef y) { return mlp(b, block, y, m); });
        b.ignore(from + "attn.bias"); // the causal mask, as files of old versions store it
    }
    x = norm(b, "ln_final", x, layerNormAt(c, p + "ln_f", d, epsilon));
    languageHead(c, x, embedding, "lm_head", true);
}

} // namespace headlight::families
