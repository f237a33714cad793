// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// ViT (Dosovitskiy et al. 2020): an image is cut into patches, each patch a token; a class token in front.

#include "families/family.h"

namespace headlight::families {

void buildVit(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    const int d = config.positive("hidden_size", mostOfAnything);
    const int heads = config.positive("num_attention_heads", mostOfAnything);
    const int layers = config.positive("num_hidden_layers", 4096);
    const int hidden = config.positive("intermediate_size", mostOfAnything);
    const int image = config.positiveOr("image_size", 224, 1 << 14),
              patch = config.positiveOr("patch_size", 16, 1 << 14);
    const int channels = config.positiveOr("num_channels", 3, 1 << 10);
    const double epsilon = config.numberOr("layer_norm_eps", 1e-12);
    const auto activation = activationNamed(b, config.textOr("hidden_act", "gelu"));
    if (!c.divides("num_attention_heads", d, heads) || !c.divides("patch_size", image, patch) || !c.ready())
        return;
    const int across = image / patch, count = across * across + 1;
    const std::string p = c.prefix("embeddings.cls_token", {"vit.", ""});
    const Axis model = named(axis::dModel, d);

    const TensorRef input =
        pixels(b, {.name = "image", .patchRows = across, .patchColumns = across, .leadingTokens = 1},
               channels, image, image);
    TensorRef x;
    {
        const StageScope stage(b, "patches", "Patches");
        const std::string from = p + "embeddings.patch_embeddings.projection";
        const TensorRef patches =
            b.step("hook_patch_embed", "E", ops::patchEmbed(0),
                   {input,
                    b.parameter("patch_embed.W", "W",
                                {model, named(axis::channel, channels), named(axis::row, patch),
                                 named(axis::column, patch)},
                                Slice(from + ".weight", {d, channels, patch, patch})),
                    b.parameter("patch_embed.b", "b", {model}, Slice(from + ".bias", {d}))});
        const TensorRef embed = b.step(
            "hook_embed", "E", ops::prependRow(),
            {patches, b.parameter("cls_token", "cls", {model},
                                  Slice(p + "embeddings.cls_token", {1, 1, d}).select(0, 0).select(0, 0))});
        const TensorRef position =
            b.step("hook_pos_embed", "P", ops::positionRows(),
                   {b.parameter("pos_embed.W_pos", "W_pos", {named(axis::position, count), model},
                                Slice(p + "embeddings.position_embeddings", {1, count, d}).select(0, 0)),
                    embed});
        x = b.checkpoint("blocks.0.hook_resid_pre", "X", ops::add(), {embed, position});
    }
    for (int i = 0; i < layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = p + "encoder.layer." + std::to_string(i) + ".";
        if (i > 0)
            b.alias(block + ".hook_resid_pre", x);

        Attention a{
            .name = block + ".attn", .layer = i, .heads = heads, .keyHeads = heads, .dHead = d / heads};
        const std::string self = from + "attention.attention.";
        linearAttention(a, d,
                        {self + "query", self + "key", self + "value", from + "attention.output.dense",
                         config.flagOr("qkv_bias", true)});
        a.scale = rootScale(a.dHead);
        a.scaleShown = rootScaleShown(a.dHead);
        const TensorRef normed =
            norm(b, block + ".ln1", x, layerNormAt(c, from + "layernorm_before", d, epsilon));
        x = addResidual(b, block + ".hook_resid_mid", "X", x, attention(b, a, normed, normed));

        const Mlp m = linearMlp(from + "intermediate.dense", from + "output.dense", d, hidden, activation);
        const TensorRef normed2 =
            norm(b, block + ".ln2", x, layerNormAt(c, from + "layernorm_after", d, epsilon));
        x = addResidual(b, block + ".hook_resid_post", "X", x, mlp(b, block, normed2, m));
    }
    x = norm(b, "ln_final", x, layerNormAt(c, p + "layernorm", d, epsilon));
    if (c.has("classifier.weight"))
        classHead(c, firstPosition(b, x), "classifier");
}

} // namespace headlight::families
