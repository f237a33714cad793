// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// LLaMA and its kin (Touvron et al. 2023): RMS norm, rotary positions, grouped keys and values, gated MLP.
// Also Mistral (sliding window), Qwen2 (biases on q, k, v), TinyLlama, SmolLM.

#include "families/family.h"

#include <algorithm>

namespace headlight::families {

void buildLlama(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    const int d = config.positive("hidden_size", mostOfAnything);
    const int heads = config.positive("num_attention_heads", mostOfAnything);
    const int keyHeads = config.positiveOr("num_key_value_heads", heads, mostOfAnything);
    const int layers = config.positive("num_hidden_layers", 4096),
              vocab = config.positive("vocab_size", mostOfAnything);
    const int context = config.positiveOr("max_position_embeddings", 2048, mostOfAnything);
    const int hidden = config.positive("intermediate_size", mostOfAnything);
    const double epsilon = config.numberOr("rms_norm_eps", 1e-6);
    const auto activation = activationNamed(b, config.textOr("hidden_act", "silu"));
    const int dHead = config.positiveOr("head_dim", std::max(1, d / heads), mostOfAnything);
    // Qwen2 has the key in every config and a switch beside it.
    const int window = config.flagOr("use_sliding_window", true) ? config.integerOr("sliding_window", 0) : 0;
    const int firstWindow = config.integerOr("max_window_layers", 0);
    if (!c.divides("num_key_value_heads", heads, keyHeads) || !c.ready())
        return;
    const double base = config.numberOr("rope_theta", 10000);
    const std::string p = c.prefix("embed_tokens.weight", {"model.", ""});
    // Files tell which matrices have biases: Qwen2's q, k and v, others by attention_bias and mlp_bias.
    const bool qkvBias = c.has(p + "layers.0.self_attn.q_proj.bias");
    const bool outBias = c.has(p + "layers.0.self_attn.o_proj.bias");
    const bool mlpBias = c.has(p + "layers.0.mlp.down_proj.bias");
    const auto rms = [&](const std::string& name) {
        return Norm{.weight = Slice(name + ".weight", {d}), .epsilon = epsilon, .rms = true};
    };

    const TensorRef ids =
        tokens(b, {.name = "text", .contextLength = context, .vocabulary = vocab}, "tokens");
    const Slice embedding(p + "embed_tokens.weight", {vocab, d});
    TensorRef x;
    {
        const StageScope stage(b, "embedding", "Embedding");
        x = embedTokens(b, "", ids, embedding);
    }
    for (int i = 0; i < layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = p + "layers." + std::to_string(i) + ".";
        b.alias(block + ".hook_resid_pre", x);

        Attention a{
            .name = block + ".attn", .layer = i, .heads = heads, .keyHeads = keyHeads, .dHead = dHead};
        const std::string self = from + "self_attn.";
        linearAttention(
            a, d, {self + "q_proj", self + "k_proj", self + "v_proj", self + "o_proj", qkvBias, outBias});
        a.scale = rootScale(dHead);
        a.scaleShown = rootScaleShown(dHead);
        a.mask.causal = true;
        a.mask.window = i >= firstWindow ? window : 0;
        a.rotary = {.frequencies = scaledRotaryFrequencies(config, dHead - dHead % 2, base),
                    .dims = dHead - dHead % 2};
        const TensorRef normed = norm(b, block + ".ln1", x, rms(from + "input_layernorm"));
        x = addResidual(b, block + ".hook_resid_mid", "X", x, attention(b, a, normed, normed));

        Mlp m = linearMlp(from + "mlp.up_proj", from + "mlp.down_proj", d, hidden, activation, mlpBias);
        m.wGate = FamilyContext::linear(from + "mlp.gate_proj.weight", hidden, d);
        if (mlpBias)
            m.bGate = Slice(from + "mlp.gate_proj.bias", {hidden});
        const TensorRef normed2 = norm(b, block + ".ln2", x, rms(from + "post_attention_layernorm"));
        x = addResidual(b, block + ".hook_resid_post", "X", x, mlp(b, block, normed2, m));
        b.ignore(from + "self_attn.rotary_emb.inv_freq");
    }
    x = norm(b, "ln_final", x, rms(p + "norm"));
    languageHead(c, x, embedding, "lm_head", false);
}

} // namespace headlight::families
