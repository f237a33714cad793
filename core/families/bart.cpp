// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// BART (Lewis et al. 2019): the encoder-decoder of 2017 with learned positions and a norm on the embedding.
// Marian (Junczys-Dowmunt et al. 2018) is the same with sinusoidal positions and scaled embeddings.

#include "families/family.h"

#include <cmath>

namespace headlight::families {

namespace {

struct BartSizes
{
    int d = 1, heads = 1, hidden = 1, layers = 1;
    std::string stack, prefix; ///< "encoder", "model.encoder."
    ops::Activation activation = ops::Activation::GeluErf;
};

/// The sizes of one stack; keys of the decoder begin with decoder_.
BartSizes sizesOf(const FamilyContext& c, const std::string& stack)
{
    BartSizes s;
    s.stack = stack;
    s.prefix = c.prefix(stack + ".layers.0.fc1.weight", {"model.", ""}) + stack + ".";
    s.d = c.config.positive("d_model", mostOfAnything);
    s.heads = c.config.positive(stack + "_attention_heads", mostOfAnything);
    s.hidden = c.config.positive(stack + "_ffn_dim", mostOfAnything);
    s.layers = c.config.positive(stack + "_layers", 4096);
    s.activation = activationNamed(c.b, c.config.textOr("activation_function", "gelu"));
    c.divides(stack + "_attention_heads", s.d, s.heads);
    return s;
}

Attention bartAttention(const BartSizes& s, int layer, const std::string& name, const std::string& from)
{
    Attention a{.name = blockName(s.stack, layer) + "." + name,
                .stack = s.stack,
                .layer = layer,
                .heads = s.heads,
                .keyHeads = s.heads,
                .dHead = s.d / s.heads};
    linearAttention(a, s.d, {from + ".q_proj", from + ".k_proj", from + ".v_proj", from + ".out_proj"});
    a.scale = rootScale(a.dHead);
    a.scaleShown = rootScaleShown(a.dHead);
    return a;
}

TensorRef layersOf(FamilyContext& c, const BartSizes& s, TensorRef x, TensorRef memory)
{
    ProgramBuilder& b = c.b;
    const bool decoder = memory.valid();
    for (int i = 0; i < s.layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName(s.stack, i),
                          from = s.prefix + "layers." + std::to_string(i) + ".";
        b.alias(block + ".hook_resid_pre", x);
        const auto normAt = [&](const char* name) { return layerNormAt(c, from + name, s.d, 1e-5); };
        x = sublayer(b, {block, "ln1", normAt("self_attn_layer_norm"), false}, x, [&](TensorRef y) {
            Attention a = bartAttention(s, i, "attn", from + "self_attn");
            a.mask.causal = decoder;
            return attention(b, a, y, y);
        });
        if (decoder)
            x = sublayer(b, {block, "ln2", normAt("encoder_attn_layer_norm"), false, "hook_resid_mid_cross"},
                         x, [&](TensorRef y) {
                             const StageScope part(b, "cross_attention", "Cross-attention");
                             Attention a = bartAttention(s, i, "cross_attn", from + "encoder_attn");
                             a.kind = AttentionLayer::Kind::Cross;
                             a.outputHook = block + ".hook_cross_attn_out";
                             return attention(b, a, y, memory);
                         });
        x = sublayer(b,
                     {block, decoder ? "ln3" : "ln2", normAt("final_layer_norm"), false, "hook_resid_post",
                      lastNormed},
                     x, [&](TensorRef y) {
                         return mlp(b, block, y,
                                    linearMlp(from + "fc1", from + "fc2", s.d, s.hidden, s.activation));
                     });
    }
    return x;
}

void build(FamilyContext& c, bool learnedPositions)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    const BartSizes encoder = sizesOf(c, "encoder"), decoder = sizesOf(c, "decoder");
    const int d = encoder.d, context = config.positiveOr("max_position_embeddings", 1024, mostOfAnything);
    const int vocab = config.positive("vocab_size", mostOfAnything);
    const bool shared = config.flagOr("share_encoder_decoder_embeddings", true);
    const int targetVocab = shared ? vocab : config.positiveOr("decoder_vocab_size", vocab, mostOfAnything);
    const double factor = config.flagOr("scale_embedding", false) ? std::sqrt(static_cast<double>(d)) : 1;
    if (!c.ready())
        return;
    const std::string p = c.prefix("shared.weight", {"model.", ""});
    const auto tableOf = [&](const BartSizes& s, int words) {
        return Slice(shared ? p + "shared.weight" : s.prefix + "embed_tokens.weight", {words, d});
    };
    const auto embed = [&](const BartSizes& s, int words, TensorRef ids) {
        const StageScope stage(b, "embedding", "Embedding");
        const TensorRef e = embedTokens(b, s.stack, ids, tableOf(s, words), factor, shared);
        b.ignore(shared ? s.prefix + "embed_tokens.weight" : p + "shared.weight"); // the same table once more
        if (!learnedPositions) {
            b.ignore(s.prefix + "embed_positions.weight"); // the sines and cosines that we compute
            const TensorRef positions =
                b.step(s.stack + ".hook_pos_embed", "P", ops::sinusoidalPositions(d, true), {ids});
            return b.checkpoint(s.stack + ".blocks.0.hook_resid_pre", "X", ops::add(), {e, positions});
        }
        constexpr int firstRow = 2; // the table has two rows for padding in front
        const TensorRef positions = embedPositions(
            b, s.stack, ids, Slice(s.prefix + "embed_positions.weight", {context + firstRow, d}), firstRow);
        const TensorRef sum = b.checkpoint(s.stack + ".embed.hook_sum", "X", ops::add(), {e, positions});
        return norm(b, s.stack + ".embed.ln", sum, layerNormAt(c, s.prefix + "layernorm_embedding", d, 1e-5));
    };
    TensorRef memory;
    {
        const StageScope stack(b, "encoder", "Encoder");
        const TensorRef ids = tokens(b, {.name = "source", .contextLength = context, .vocabulary = vocab},
                                     "tokens", "encoder.hook_tokens");
        memory = layersOf(c, encoder, embed(encoder, vocab, ids), {});
    }
    const StageScope stack(b, "decoder", "Decoder");
    const TensorRef ids =
        tokens(b, targetStream(config, context, targetVocab), "target_tokens", "decoder.hook_tokens");
    const TensorRef x = layersOf(c, decoder, embed(decoder, targetVocab, ids), memory);
    std::optional<Slice> bias;
    if (c.has("final_logits_bias"))
        bias = Slice("final_logits_bias", {1, targetVocab}).select(0, 0);
    languageHead(c, x, tableOf(decoder, targetVocab), "lm_head", true, bias);
}

} // namespace

void buildBart(FamilyContext& c)
{
    build(c, true);
}

void buildMarian(FamilyContext& c)
{
    build(c, false);
}

} // namespace headlight::families
