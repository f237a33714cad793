// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// The encoder-decoder of "Attention Is All You Need" (Vaswani et al. 2017), with the names of PyTorch's
// torch.nn.Transformer.

#include "families/family.h"

#include <cmath>

namespace headlight::families {

namespace {

struct TransformerSizes
{
    int d = 1, heads = 1, hidden = 1;
    double epsilon = 1e-5;
    bool normFirst = false;
    ops::Activation activation = ops::Activation::Relu;
};

/// in_proj_weight has the rows of queries, keys and values one below the other.
Attention torchAttention(const FamilyContext& c, const TransformerSizes& s, const std::string& name,
                         const std::string& from)
{
    Attention a;
    a.name = name;
    a.heads = a.keyHeads = s.heads;
    a.dHead = s.d / s.heads;
    const Slice weight(from + ".in_proj_weight", {3 * s.d, s.d}), bias(from + ".in_proj_bias", {3 * s.d});
    const auto rows = [&](int part) {
        return weight.narrow(0, std::int64_t{part} * s.d, s.d).transpose().split(1, s.heads);
    };
    a.wQ = rows(0);
    a.wK = rows(1);
    a.wV = rows(2);
    if (c.has(bias.tensor)) {
        a.bQ = bias.narrow(0, 0, s.d).split(0, s.heads);
        a.bK = bias.narrow(0, s.d, s.d).split(0, s.heads);
        a.bV = bias.narrow(0, 2 * std::int64_t{s.d}, s.d).split(0, s.heads);
    }
    a.wO = FamilyContext::linear(from + ".out_proj.weight", s.d, s.d).split(0, s.heads);
    a.bO = biasAt(c, from + ".out_proj", s.d);
    a.scale = rootScale(a.dHead);
    a.scaleShown = rootScaleShown(a.dHead);
    return a;
}

Mlp torchMlp(const FamilyContext& c, const TransformerSizes& s, const std::string& from)
{
    Mlp m{.wIn = FamilyContext::linear(from + "linear1.weight", s.hidden, s.d),
          .wOut = FamilyContext::linear(from + "linear2.weight", s.d, s.hidden)};
    m.bIn = biasAt(c, from + "linear1", s.hidden);
    m.bOut = biasAt(c, from + "linear2", s.d);
    m.activation = s.activation;
    return m;
}

} // namespace

void buildTransformer(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    TransformerSizes s;
    s.d = config.positive("d_model", mostOfAnything);
    s.heads = config.positive("nhead", mostOfAnything);
    s.hidden = config.positive("dim_feedforward", mostOfAnything);
    s.epsilon = config.numberOr("layer_norm_eps", 1e-5);
    s.normFirst = config.flagOr("norm_first", false);
    s.activation = activationNamed(b, config.textOr("activation", "relu"));
    const int vocab = config.positive("vocab_size", mostOfAnything);
    const int encoderLayers = config.positive("num_encoder_layers", 4096);
    const int decoderLayers = config.positive("num_decoder_layers", 4096);
    const int most = config.positiveOr("max_position", 5000, mostOfAnything);
    if (const auto position = config.textOr("position", "sinusoidal"); position != "sinusoidal")
        config.refuse("position", "expected sinusoidal, found \"" + position + "\"");
    const bool halves = config.textOr("sinusoidal_layout", "interleaved") == "halves";
    const double factor = config.flagOr("scale_embedding", true) ? std::sqrt(static_cast<double>(s.d)) : 1;
    const bool shared = config.flagOr("share_embeddings", true);
    if (!c.divides("nhead", s.d, s.heads) || !c.ready())
        return;
    const Axis model = named(axis::dModel, s.d), words = named(axis::vocab, vocab);

    const auto embed = [&](const std::string& stack, const std::string& tensor, TensorRef ids) {
        const StageScope stage(b, "embedding", "Embedding");
        const Slice table(shared ? "embedding.weight" : tensor, {vocab, s.d});
        const TensorRef e = b.step(
            stack + ".hook_embed", "E", ops::embed(factor),
            {b.parameter(shared ? "embed.W_E" : stack + ".embed.W_E", "W_E", {words, model}, table), ids});
        const TensorRef p =
            b.step(stack + ".hook_pos_embed", "P", ops::sinusoidalPositions(s.d, halves), {ids});
        return b.checkpoint(stack + ".blocks.0.hook_resid_pre", "X", ops::add(), {e, p});
    };
    const auto part = [&](const std::string& block, const std::string& ln, const std::string& from,
                          const std::string& sum, const std::string& normed = {}) {
        return Sublayer{block, ln, layerNormAt(c, from, s.d, s.epsilon), s.normFirst, sum, normed};
    };

    TensorRef memory;
    {
        const StageScope stack(b, "encoder", "Encoder");
        Stream source{.name = "source",
                      .contextLength = std::min(most, config.positiveOr("max_source_length", most)),
                      .vocabulary = vocab};
        memory = embed("encoder", "src_embedding.weight", tokens(b, source, "tokens", "encoder.hook_tokens"));
        for (int i = 0; i < encoderLayers; ++i) {
            const StageScope stage(b, "layer", "Layer", i);
            const std::string block = blockName("encoder", i),
                              from = "encoder.layers." + std::to_string(i) + ".";
            if (i > 0)
                b.alias(block + ".hook_resid_pre", memory);
            memory =
                sublayer(b, part(block, "ln1", from + "norm1", "hook_resid_mid"), memory, [&](TensorRef x) {
                    Attention a = torchAttention(c, s, block + ".attn", from + "self_attn");
                    a.stack = "encoder";
                    a.layer = i;
                    return attention(b, a, x, x);
                });
            memory = sublayer(b, part(block, "ln2", from + "norm2", "hook_resid_post", lastNormed), memory,
                              [&](TensorRef x) { return mlp(b, block, x, torchMlp(c, s, from)); });
        }
        if (config.flagOr("encoder_final_norm", c.has("encoder.norm.weight")))
            memory = norm(b, "encoder.ln_final", memory, layerNormAt(c, "encoder.norm", s.d, s.epsilon));
    }
    const StageScope stack(b, "decoder", "Decoder");
    const Stream target =
        targetStream(config, std::min(most, config.positiveOr("max_target_length", most)), vocab);
    TensorRef x =
        embed("decoder", "tgt_embedding.weight", tokens(b, target, "target_tokens", "decoder.hook_tokens"));
    for (int i = 0; i < decoderLayers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("decoder", i), from = "decoder.layers." + std::to_string(i) + ".";
        if (i > 0)
            b.alias(block + ".hook_resid_pre", x);
        x = sublayer(b, part(block, "ln1", from + "norm1", "hook_resid_mid"), x, [&](TensorRef y) {
            Attention a = torchAttention(c, s, block + ".attn", from + "self_attn");
            a.stack = "decoder";
            a.layer = i;
            a.mask.causal = true;
            const StageScope kind(b, "self_attention", "Self-attention");
            return attention(b, a, y, y);
        });
        x = sublayer(b, part(block, "ln2", from + "norm2", "hook_resid_mid_cross"), x, [&](TensorRef y) {
            Attention a = torchAttention(c, s, block + ".cross_attn", from + "multihead_attn");
            a.stack = "decoder";
            a.layer = i;
            a.kind = AttentionLayer::Kind::Cross;
            a.outputHook = block + ".hook_cross_attn_out";
            const StageScope kind(b, "cross_attention", "Cross-attention");
            return attention(b, a, y, memory);
        });
        x = sublayer(b, part(block, "ln3", from + "norm3", "hook_resid_post", lastNormed), x,
                     [&](TensorRef y) { return mlp(b, block, y, torchMlp(c, s, from)); });
    }
    if (config.flagOr("decoder_final_norm", c.has("decoder.norm.weight")))
        x = norm(b, "decoder.ln_final", x, layerNormAt(c, "decoder.norm", s.d, s.epsilon));
    const bool tied = config.flagOr("tie_word_embeddings", false);
    const Slice table(shared ? "embedding.weight" : "tgt_embedding.weight", {vocab, s.d});
    unembed(b, x, tied ? table.transpose() : FamilyContext::linear("generator.weight", vocab, s.d),
            biasAt(c, "generator", vocab), words, Prediction::Kind::NextToken);
}

} // namespace headlight::families
