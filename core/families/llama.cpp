// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// LLaMA and its kin (Touvron et al. 2023): RMS norm, rotary positions, grouped keys and values, gated MLP.
// Also Mistral (sliding window), Qwen2 (biases on q, k, v), TinyLlama, SmolLM.

#include "families/family.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace headlight::families {

namespace {

/// Frequencies with the config's rope_scaling: linear (positions divided), or llama3's smooth blend of slow
/// frequencies (as published with LLaMA 3.1).
std::vector<double> frequencies(const Config& config, int dims)
{
    auto f = rotaryFrequencies(dims, config.numberOr("rope_theta", 10000));
    if (!config.has("rope_scaling"))
        return f;
    const Config scaling = config.child("rope_scaling");
    const std::string type = scaling.textOr("rope_type", scaling.textOr("type", "default"));
    const double factor = scaling.numberOr("factor", 1);
    if (type == "linear") {
        for (double& w : f)
            w /= factor;
    } else if (type == "llama3") {
        const double low = scaling.numberOr("low_freq_factor", 1),
                     high = scaling.numberOr("high_freq_factor", 4);
        const double original = scaling.numberOr("original_max_position_embeddings", 8192);
        for (double& w : f) {
            const double wavelength = 2 * std::numbers::pi / w;
            if (wavelength > original / low) {
                w /= factor;
            } else if (wavelength > original / high) {
                const double smooth = (original / wavelength - low) / (high - low);
                w = (1 - smooth) * w / factor + smooth * w;
            }
        }
    } else if (type != "default") {
        scaling.refuse("rope_type", "expected default, linear or llama3, found \"" + type + "\"");
    }
    return f;
}

} // namespace

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
    if (!c.divides("num_key_value_heads", heads, keyHeads) || !c.ready())
        return;
    ops::RotarySpec rotary{.frequencies = frequencies(config, dHead - dHead % 2), .dims = dHead - dHead % 2};
    const std::string p = c.prefix("embed_tokens.weight", {"model.", ""});
    const auto rms = [&](const std::string& name) {
        return Norm{.weight = Slice(name + ".weight", {d}), .epsilon = epsilon, .rms = true};
    };

    const TensorRef ids =
        tokens(b, {.name = "text", .contextLength = context, .vocabulary = vocab}, "tokens");
    const Slice embedding(p + "embed_tokens.weight", {vocab, d});
    TensorRef x;
    {
        const StageScope stage(b, "embedding", "Embedding");
        x = b.checkpoint(
            "hook_embed", "E", ops::embed(),
            {b.parameter("embed.W_E", "W_E", {named(axis::vocab, vocab), named(axis::dModel, d)}, embedding),
             ids});
    }
    for (int i = 0; i < layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = p + "layers." + std::to_string(i) + ".";
        b.alias(block + ".hook_resid_pre", x);

        Attention a{
            .name = block + ".attn", .layer = i, .heads = heads, .keyHeads = keyHeads, .dHead = dHead};
        linearAttention(c, a, d, from + "self_attn.q_proj", from + "self_attn.k_proj",
                        from + "self_attn.v_proj", from + "self_attn.o_proj");
        a.scale = rootScale(dHead);
        a.scaleShown = rootScaleShown(dHead);
        a.mask.causal = true;
        a.mask.window = window;
        a.rotary = rotary;
        const TensorRef normed = norm(b, block + ".ln1", x, rms(from + "input_layernorm"));
        x = addResidual(b, block + ".hook_resid_mid", "X", x, attention(b, a, normed, normed));

        Mlp m{.wIn = FamilyContext::linear(from + "mlp.up_proj.weight", hidden, d),
              .wOut = FamilyContext::linear(from + "mlp.down_proj.weight", d, hidden)};
        m.wGate = FamilyContext::linear(from + "mlp.gate_proj.weight", hidden, d);
        m.bIn = biasAt(c, from + "mlp.up_proj", hidden);
        m.bGate = biasAt(c, from + "mlp.gate_proj", hidden);
        m.bOut = biasAt(c, from + "mlp.down_proj", d);
        m.activation = activation;
        const TensorRef normed2 = norm(b, block + ".ln2", x, rms(from + "post_attention_layernorm"));
        x = addResidual(b, block + ".hook_resid_post", "X", x, mlp(b, block, normed2, m));
        b.ignore(from + "self_attn.rotary_emb.inv_freq");
    }
    x = norm(b, "ln_final", x, rms(p + "norm"));
    const bool tied = config.flagOr("tie_word_embeddings", false) || !c.has("lm_head.weight");
    if (tied)
        b.ignore("lm_head.weight");
    unembed(b, x, tied ? embedding.transpose() : FamilyContext::linear("lm_head.weight", vocab, d),
            std::nullopt, named(axis::vocab, vocab), Prediction::Kind::NextToken);
}

} // namespace headlight::families
