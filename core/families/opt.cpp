// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// OPT (Zhang et al. 2022): learned positions whose table begins two rows early, ReLU, and in one size tokens
// of a smaller width than the residual stream, with norms after the sums.

#include "families/family.h"

namespace headlight::families {

namespace {

/// x · W from one width to another, where the file has such a matrix.
TensorRef project(const FamilyContext& c, TensorRef x, const std::string& name, const std::string& hook,
                  const Axis& from, const Axis& to)
{
    if (!c.has(name) && from.size == to.size)
        return x;
    return c.b.step(hook, "X", ops::linear(),
                    {x, c.b.parameter(hook.substr(5) + ".W", "W", {from, to},
                                      FamilyContext::linear(name, to.size, from.size))});
}

} // namespace

void buildOpt(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    const int d = config.positive("hidden_size", mostOfAnything),
              heads = config.positive("num_attention_heads", mostOfAnything);
    const int layers = config.positive("num_hidden_layers", 4096),
              vocab = config.positive("vocab_size", mostOfAnything);
    const int context = config.positive("max_position_embeddings", mostOfAnything);
    const int hidden = config.positive("ffn_dim", mostOfAnything);
    const int wordWidth = config.positiveOr("word_embed_proj_dim", d, mostOfAnything);
    const bool before = config.flagOr("do_layer_norm_before", true);
    const bool biased = config.flagOr("enable_bias", true);
    const bool affine = config.flagOr("layer_norm_elementwise_affine", true);
    const auto activation = activationNamed(b, config.textOr("activation_function", "relu"));
    if (!c.divides("num_attention_heads", d, heads) || !c.ready())
        return;
    constexpr int firstRow = 2;
    const std::string p = c.prefix("embed_tokens.weight", {"model.decoder.", "decoder.", ""});
    const Axis model = named(axis::dModel, d);
    const Axis word = wordWidth == d ? model : named("d_embed", wordWidth);
    const auto normAt = [&](const std::string& name) {
        return affine ? layerNormAt(c, name, d, 1e-5) : Norm{.epsilon = 1e-5};
    };

    const TensorRef ids =
        tokens(b, {.name = "text", .contextLength = context, .vocabulary = vocab}, "tokens");
    const Slice embedding(p + "embed_tokens.weight", {vocab, wordWidth});
    TensorRef x;
    {
        const StageScope stage(b, "embedding", "Embedding");
        TensorRef embed =
            b.step("hook_embed", "E", ops::embed(),
                   {b.parameter("embed.W_E", "W_E", {named(axis::vocab, vocab), word}, embedding), ids});
        embed = project(c, embed, p + "project_in.weight", "hook_embed_in", word, model);
        const TensorRef position = embedPositions(
            b, "", ids, Slice(p + "embed_positions.weight", {context + firstRow, d}), firstRow);
        x = b.checkpoint("blocks.0.hook_resid_pre", "X", ops::add(), {embed, position});
    }
    for (int i = 0; i < layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = p + "layers." + std::to_string(i) + ".";
        if (i > 0)
            b.alias(block + ".hook_resid_pre", x);
        const Norm ln1 = normAt(from + "self_attn_layer_norm"), ln2 = normAt(from + "final_layer_norm");
        x = sublayer(b, {block, "ln1", ln1, before}, x, [&](TensorRef y) {
            Attention a{
                .name = block + ".attn", .layer = i, .heads = heads, .keyHeads = heads, .dHead = d / heads};
            const std::string self = from + "self_attn.";
            linearAttention(
                a, d, {self + "q_proj", self + "k_proj", self + "v_proj", self + "out_proj", biased, biased});
            a.scale = rootScale(a.dHead);
            a.scaleShown = rootScaleShown(a.dHead);
            a.mask.causal = true;
            return attention(b, a, y, y);
        });
        x = sublayer(b, {block, "ln2", ln2, before, "hook_resid_post", lastNormed}, x, [&](TensorRef y) {
            return mlp(b, block, y, linearMlp(from + "fc1", from + "fc2", d, hidden, activation, biased));
        });
    }
    if (before && !config.flagOr("_remove_final_layer_norm", false))
        x = norm(b, "ln_final", x, normAt(p + "final_layer_norm"));
    {
        const StageScope stage(b, "logits", "Logits");
        x = project(c, x, p + "project_out.weight", "hook_unembed_in", model, word);
    }
    languageHead(c, x, embedding, "lm_head", true);
}

} // namespace headlight::families
