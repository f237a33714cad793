// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// GPT-J (Wang & Komatsuzaki 2021): attention and MLP side by side behind one norm, rotary positions on
// neighbouring pairs of the first dimensions of each head, no biases in the attention, one on the logits.

#include "families/family.h"

namespace headlight::families {

void buildGptj(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    const int d = config.positive("n_embd", mostOfAnything),
              heads = config.positive("n_head", mostOfAnything);
    const int layers = config.positive("n_layer", 4096),
              vocab = config.positive("vocab_size", mostOfAnything);
    const int context = config.positive("n_positions", mostOfAnything);
    const int hidden = config.positiveOr("n_inner", 4 * d, mostOfAnything);
    const int rotaryDims = config.positiveOr("rotary_dim", 64, mostOfAnything);
    const double epsilon = config.numberOr("layer_norm_epsilon", 1e-5);
    const auto activation = activationNamed(b, config.textOr("activation_function", "gelu_new"));
    if (!c.divides("n_head", d, heads) || !c.ready())
        return;
    const int dHead = d / heads;
    if (rotaryDims > dHead || rotaryDims % 2 != 0)
        return config.refuse("rotary_dim", "expected an even number up to " + std::to_string(dHead) +
                                               " (n_embd / n_head), found " + std::to_string(rotaryDims));
    const ops::RotarySpec rotary{
        .frequencies = rotaryFrequencies(rotaryDims, 10000), .interleaved = true, .dims = rotaryDims};
    const std::string p = c.prefix("wte.weight", {"transformer.", ""});

    const TensorRef ids =
        tokens(b, {.name = "text", .contextLength = context, .vocabulary = vocab}, "tokens");
    const Slice embedding(p + "wte.weight", {vocab, d});
    TensorRef x;
    {
        const StageScope stage(b, "embedding", "Embedding");
        x = embedTokens(b, "", ids, embedding);
    }
    for (int i = 0; i < layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = p + "h." + std::to_string(i) + ".";
        b.alias(block + ".hook_resid_pre", x);
        Attention a{.name = block + ".attn", .layer = i, .heads = heads, .keyHeads = heads, .dHead = dHead};
        const std::string self = from + "attn.";
        linearAttention(a, d,
                        {self + "q_proj", self + "k_proj", self + "v_proj", self + "out_proj", false, false});
        a.scale = rootScale(dHead);
        a.scaleShown = rootScaleShown(dHead);
        a.mask.causal = true;
        a.rotary = rotary;
        const TensorRef normed = norm(b, block + ".ln1", x, layerNormAt(c, from + "ln_1", d, epsilon));
        const TensorRef looked = attention(b, a, normed, normed);
        const TensorRef thought =
            mlp(b, block, normed, linearMlp(from + "mlp.fc_in", from + "mlp.fc_out", d, hidden, activation));
        x = addResidual(b, block + ".hook_resid_post", "X", x, looked, thought);
        for (const char* constant : {"bias", "masked_bias", "embed_positions"})
            b.ignore(self + constant);
    }
    x = norm(b, "ln_final", x, layerNormAt(c, p + "ln_f", d, epsilon));
    languageHead(c, x, embedding, "lm_head", false, biasAt(c, "lm_head", vocab));
}

} // namespace headlight::families
