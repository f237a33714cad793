// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Reformer (Kitaev et al. 2020): attention among tokens that hash into the same bucket or stand near each
// other, two residual streams by turns (Gomez et al. 2017), and positions as coordinates.

#include "families/chunked_attention.h"

namespace headlight::families {

namespace {

TensorRef positionsOf(const FamilyContext& c, int d, const std::string& from, TensorRef ids, int context)
{
    const Config& config = c.config;
    if (!config.flagOr("axial_pos_embds", true))
        return embedPositions(c.b, "", ids, Slice(from + "embedding.weight", {context, d}));
    const auto shape = config.integers("axial_pos_shape"), widths = config.integers("axial_pos_embds_dim");
    std::int64_t product = 1, width = 0;
    for (std::size_t k = 0; k < shape.size() && k < widths.size(); ++k) {
        product = shape[k] > 0 && product < mostOfAnything ? product * shape[k] : 0;
        width += widths[k] > 0 ? widths[k] : mostOfAnything;
    }
    if (shape.size() < 2 || shape.size() > 8 || shape.size() != widths.size() || product < 1 || width != d)
        config.refuse("axial_pos_shape",
                      "expected 2 to 8 sizes, and axial_pos_embds_dim as many that make up "
                      "hidden_size, found others");
    if (!c.ready())
        return {};
    std::vector<TensorRef> operands;
    for (std::size_t k = 0; k < shape.size(); ++k) {
        std::vector<std::int64_t> file(shape.size(), 1);
        file[k] = shape[k];
        file.push_back(widths[k]);
        Slice table(from + "weights." + std::to_string(k), file);
        for (std::size_t other = shape.size(); other-- > 0;)
            if (other != k)
                table = table.select(static_cast<int>(other), 0);
        const std::string number = std::to_string(k);
        operands.push_back(
            c.b.parameter("pos_embed.W_" + number, "W_" + number,
                          {named("coordinate_" + number, shape[k]), named("d_axial", widths[k])}, table));
    }
    operands.push_back(ids);
    return c.b.step("hook_pos_embed", "P", ops::axialPositions(shape), operands);
}

} // namespace

void buildReformer(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    const auto layers = config.texts("attn_layers");
    const ChunkedAttention s = chunkedAttention(c, layers);
    const int d = s.dModel, hidden = config.positive("feed_forward_size", mostOfAnything);
    const double epsilon = config.numberOr("layer_norm_eps", 1e-12);
    const auto activation = activationNamed(b, config.textOr("hidden_act", "relu"));
    const int vocab = config.positive("vocab_size", mostOfAnything),
              context = config.positive("max_position_embeddings", mostOfAnything);
    if (!c.ready())
        return;
    const std::string p = c.prefix("embeddings.word_embeddings.weight", {"reformer.", ""});
    const TensorRef ids =
        tokens(b, {.name = "text", .contextLength = context, .vocabulary = vocab}, "tokens");
    TensorRef x, y; // the two streams
    {
        const StageScope stage(b, "embedding", "Embedding");
        const TensorRef embed =
            embedTokens(b, "", ids, Slice(p + "embeddings.word_embeddings.weight", {vocab, d}));
        const TensorRef position = positionsOf(c, d, p + "embeddings.position_embeddings.", ids, context);
        if (!c.ready())
            return;
        x = y = b.checkpoint("blocks.0.hook_resid_pre", "X", ops::add(), {embed, position});
    }
    const TensorRef rotations = hashRotations(b, s);
    for (int i = 0; i < static_cast<int>(layers.size()); ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = p + "encoder.layers." + std::to_string(i) + ".";
        b.alias(block + ".hook_resid_pre", y);
        b.alias(block + ".hook_resid_pre_attn", x);
        Attention a{
            .name = block + ".attn", .layer = i, .heads = s.heads, .keyHeads = s.heads, .dHead = s.dHead};
        a.scale = rootScale(s.dHead);
        a.scaleShown = rootScaleShown(s.dHead);
        a.wO =
            FamilyContext::linear(from + "attention.output.dense.weight", d, std::int64_t{s.heads} * s.dHead)
                .split(0, s.heads);
        const std::string self = from + "attention.self_attention.";
        const TensorRef normed =
            norm(b, block + ".ln1", y, layerNormAt(c, from + "attention.layer_norm", d, epsilon));
        AttentionTensors t = layers[static_cast<std::size_t>(i)] == "lsh"
                                 ? hashedAttention(b, s, a, self, normed, rotations)
                                 : nearAttention(b, s, a, self, normed);
        t.z = mixValues(b, a, t.pattern, t.v);
        recordAttention(b, a, t);
        // Attention writes to the first stream what it reads from the second, the MLP the other way round.
        x = addResidual(b, block + ".hook_resid_mid", "X₁", x, joinHeads(b, a, t.z));
        const std::string forward = from + "feed_forward.";
        const TensorRef normed2 =
            norm(b, block + ".ln2", x, layerNormAt(c, forward + "layer_norm", d, epsilon));
        y = addResidual(
            b, block + ".hook_resid_post", "X₂", y,
            mlp(b, block, normed2,
                linearMlp(forward + "dense.dense", forward + "output.dense", d, hidden, activation)));
    }
    {
        const StageScope stage(b, "residual", "Both streams");
        x = b.step("hook_streams", "X", ops::concatenate("d_streams"), {x, y});
    }
    x = norm(b, "ln_final", x, layerNormAt(c, p + "encoder.layer_norm", 2 * d, epsilon));
    b.ignore("lm_head.decoder.bias"); // the same numbers under a second name
    if (c.has("lm_head.decoder.weight"))
        unembed(b, x, FamilyContext::linear("lm_head.decoder.weight", vocab, 2 * d),
                Slice("lm_head.bias", {vocab}), named(axis::vocab, vocab),
                s.causal ? Prediction::Kind::NextToken : Prediction::Kind::MaskedToken);
}

} // namespace headlight::families
