// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// CLIP (Radford et al. 2021): a tower that reads text and one that sees an image, both pre-norm, and how
// alike what they make of them is.

#include "families/family.h"

namespace headlight::families {

namespace {

struct Tower
{
    std::string stack, prefix; ///< "text", "text_model."
    int d = 1, heads = 1, layers = 1, hidden = 1;
    double epsilon = 1e-5;
    ops::Activation activation = ops::Activation::QuickGelu;
};

Tower towerOf(const FamilyContext& c, const Config& config, const std::string& stack)
{
    Tower t{.stack = stack, .prefix = stack + "_model."};
    t.d = config.positive("hidden_size", mostOfAnything);
    t.heads = config.positive("num_attention_heads", mostOfAnything);
    t.layers = config.positive("num_hidden_layers", 4096);
    t.hidden = config.positive("intermediate_size", mostOfAnything);
    t.epsilon = config.numberOr("layer_norm_eps", 1e-5);
    t.activation = activationNamed(c.b, config.textOr("hidden_act", "quick_gelu"));
    if (t.d % t.heads != 0)
        config.refuse("num_attention_heads",
                      "expected a divisor of " + std::to_string(t.d) + ", found " + std::to_string(t.heads));
    c.b.ignore(t.prefix + "embeddings.position_ids");
    return t;
}

TensorRef layersOf(const FamilyContext& c, const Tower& t, TensorRef x, bool causal)
{
    ProgramBuilder& b = c.b;
    for (int i = 0; i < t.layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName(t.stack, i),
                          from = t.prefix + "encoder.layers." + std::to_string(i) + ".";
        b.alias(block + ".hook_resid_pre", x);
        x = sublayer(b, {block, "ln1", layerNormAt(c, from + "layer_norm1", t.d, t.epsilon)}, x,
                     [&](TensorRef y) {
                         Attention a{.name = block + ".attn",
                                     .stack = t.stack,
                                     .layer = i,
                                     .heads = t.heads,
                                     .keyHeads = t.heads,
                                     .dHead = t.d / t.heads};
                         const std::string self = from + "self_attn.";
                         linearAttention(
                             a, t.d, {self + "q_proj", self + "k_proj", self + "v_proj", self + "out_proj"});
                         a.scale = rootScale(a.dHead);
                         a.scaleShown = rootScaleShown(a.dHead);
                         a.mask.causal = causal;
                         return attention(b, a, y, y);
                     });
        x = sublayer(
            b, {block, "ln2", layerNormAt(c, from + "layer_norm2", t.d, t.epsilon), true, "hook_resid_post"},
            x, [&](TensorRef y) {
                return mlp(b, block, y,
                           linearMlp(from + "mlp.fc1", from + "mlp.fc2", t.d, t.hidden, t.activation));
            });
    }
    return x;
}

/// Into the space that both towers share, at length 1.
TensorRef projected(const FamilyContext& c, const Tower& t, const std::string& from, int width, TensorRef x)
{
    ProgramBuilder& b = c.b;
    const StageScope stage(b, "projection", "Projection");
    x = b.step(t.stack + ".hook_projected", "E", ops::linear(),
               {x, b.parameter(t.stack + ".W_proj", "W", {named(axis::dModel, t.d), named("d_embed", width)},
                               FamilyContext::linear(from + ".weight", width, t.d))});
    return b.step(t.stack + ".hook_embeds", t.stack == "text" ? "T" : "I", ops::unitLength(), {x});
}

TensorRef textTower(const FamilyContext& c, const Config& config, int width)
{
    ProgramBuilder& b = c.b;
    const Tower t = towerOf(c, config, "text");
    const int vocab = config.positiveOr("vocab_size", 49408, mostOfAnything);
    const int context = config.positiveOr("max_position_embeddings", 77, mostOfAnything);
    // 2 stands in all old configs and is not the token that ends a text: the largest id is.
    const int end = config.integerOr("eos_token_id", 2);
    if (!c.ready())
        return {};
    const StageScope stack(b, "text", "Text");
    const TensorRef ids = tokens(b, {.name = "text", .contextLength = context, .vocabulary = vocab}, "tokens",
                                 "text.hook_tokens");
    TensorRef x;
    {
        const StageScope stage(b, "embedding", "Embedding");
        const std::string from = t.prefix + "embeddings.";
        const TensorRef embed =
            embedTokens(b, "text", ids, Slice(from + "token_embedding.weight", {vocab, t.d}), 1, false);
        const TensorRef position =
            embedPositions(b, "text", ids, Slice(from + "position_embedding.weight", {context, t.d}));
        x = b.checkpoint("text.embed.hook_sum", "X", ops::add(), {embed, position});
    }
    x = layersOf(c, t, x, true);
    x = norm(b, "text.ln_final", x, layerNormAt(c, t.prefix + "final_layer_norm", t.d, t.epsilon));
    {
        const StageScope stage(b, "end_token", "End token");
        x = b.step("text.hook_pooled", "x", ops::selectToken(end == 2 ? -1 : end, "text"), {x, ids});
    }
    return projected(c, t, "text_projection", width, x);
}

TensorRef visionTower(const FamilyContext& c, const Config& config, int width)
{
    ProgramBuilder& b = c.b;
    const Tower t = towerOf(c, config, "vision");
    const int image = config.positiveOr("image_size", 224, 1 << 14),
              patch = config.positiveOr("patch_size", 32, 1 << 14);
    const int channels = config.positiveOr("num_channels", 3, 1 << 10);
    if (image % patch != 0)
        config.refuse("patch_size",
                      "expected a divisor of " + std::to_string(image) + ", found " + std::to_string(patch));
    if (!c.ready())
        return {};
    const int across = image / patch, count = across * across + 1;
    const StageScope stack(b, "vision", "Image");
    const auto stream = static_cast<StreamIndex>(b.program().streams.size());
    const Axis model = named(axis::dModel, t.d);
    const TensorRef input =
        pixels(b, {.name = "image", .patchRows = across, .patchColumns = across, .leadingTokens = 1},
               channels, image, image, "vision.hook_pixels");
    TensorRef x;
    {
        const StageScope stage(b, "patches", "Patches");
        const std::string from = t.prefix + "embeddings.";
        const TensorRef patches = b.step(
            "vision.hook_patch_embed", "E", ops::patchEmbed(stream),
            {input, b.parameter("vision.patch_embed.W", "W",
                                {model, named(axis::channel, channels), named(axis::row, patch),
                                 named(axis::column, patch)},
                                Slice(from + "patch_embedding.weight", {t.d, channels, patch, patch}))});
        const TensorRef embed = b.step("vision.hook_embed", "E", ops::prependRow(),
                                       {patches, b.parameter("vision.cls_token", "cls", {model},
                                                             Slice(from + "class_embedding", {t.d}))});
        const TensorRef position =
            embedPositions(b, "vision", embed, Slice(from + "position_embedding.weight", {count, t.d}));
        x = b.checkpoint("vision.embed.hook_sum", "X", ops::add(), {embed, position});
        // The name in the files has lost a letter.
        x = norm(b, "vision.embed.ln", x, layerNormAt(c, t.prefix + "pre_layrnorm", t.d, t.epsilon));
    }
    x = layersOf(c, t, x, false);
    {
        const StageScope stage(b, "class_token", "Class token");
        x = b.step("vision.hook_class_token", "x₀", ops::selectPosition(0, "image"), {x});
    }
    x = norm(b, "vision.ln_final", x, layerNormAt(c, t.prefix + "post_layernorm", t.d, t.epsilon));
    return projected(c, t, "visual_projection", width, x);
}

} // namespace

void buildClip(FamilyContext& c)
{
    ProgramBuilder& b = c.b;
    const int width = c.config.positiveOr("projection_dim", 512, mostOfAnything);
    const TensorRef text = textTower(c, c.config.child("text_config"), width);
    const TensorRef image = visionTower(c, c.config.child("vision_config"), width);
    if (!c.ready())
        return;
    const StageScope stage(b, "similarity", "Similarity");
    const TensorRef cosine = b.step("hook_similarity", "S", ops::similarity(), {image, text});
    Slice scale("logit_scale", {});
    scale.sizes = scale.strides = {1}; // one number without an axis in the file
    const TensorRef logits = b.step("hook_logits_per_image", "logits", ops::learnedScale(),
                                    {cosine, b.parameter("logit_scale", "s", {named("scale", 1)}, scale)});
    b.alias("hook_logits_per_text", logits);
}

} // namespace headlight::families
