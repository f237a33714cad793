// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// DistilBERT (Sanh et al. 2019): BERT with half the layers, without token types and without a pooler.

#include "families/bert_parts.h"

namespace headlight::families {

void buildDistilbert(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    const int d = config.positive("dim", mostOfAnything), heads = config.positive("n_heads", mostOfAnything);
    const int layers = config.positive("n_layers", 4096),
              vocab = config.positive("vocab_size", mostOfAnything);
    const int context = config.positive("max_position_embeddings", mostOfAnything);
    const int hidden = config.positive("hidden_dim", mostOfAnything);
    const auto activation = activationNamed(b, config.textOr("activation", "gelu"));
    constexpr double epsilon = 1e-12; // no key: the reference has it in its code
    if (!c.divides("n_heads", d, heads) || !c.ready())
        return;
    const std::string p = c.prefix("embeddings.word_embeddings.weight", {"distilbert.", ""});

    const TensorRef ids =
        tokens(b, {.name = "text", .contextLength = context, .vocabulary = vocab}, "tokens");
    const Slice embedding(p + "embeddings.word_embeddings.weight", {vocab, d});
    TensorRef x;
    {
        const StageScope stage(b, "embedding", "Embedding");
        const TensorRef embed = embedTokens(b, "", ids, embedding);
        const TensorRef position =
            embedPositions(b, "", ids, Slice(p + "embeddings.position_embeddings.weight", {context, d}));
        x = b.checkpoint("embed.hook_sum", "X", ops::add(), {embed, position});
        x = norm(b, "embed.ln", x, layerNormAt(c, p + "embeddings.LayerNorm", d, epsilon));
    }
    for (int i = 0; i < layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = p + "transformer.layer." + std::to_string(i) + ".";
        b.alias(block + ".hook_resid_pre", x);
        const Norm ln1 = layerNormAt(c, from + "sa_layer_norm", d, epsilon),
                   ln2 = layerNormAt(c, from + "output_layer_norm", d, epsilon);
        x = sublayer(b, {block, "ln1", ln1, false}, x, [&](TensorRef y) {
            Attention a{
                .name = block + ".attn", .layer = i, .heads = heads, .keyHeads = heads, .dHead = d / heads};
            const std::string self = from + "attention.";
            linearAttention(a, d, {self + "q_lin", self + "k_lin", self + "v_lin", self + "out_lin"});
            a.scale = rootScale(a.dHead);
            a.scaleShown = rootScaleShown(a.dHead);
            return attention(b, a, y, y);
        });
        x = sublayer(b, {block, "ln2", ln2, false, "hook_resid_post", lastNormed}, x, [&](TensorRef y) {
            return mlp(b, block, y, linearMlp(from + "ffn.lin1", from + "ffn.lin2", d, hidden, activation));
        });
    }
    if (c.has("vocab_transform.weight")) {
        maskedWordHead(c, x, embedding,
                       {"vocab_transform", "vocab_layer_norm", "vocab_projector", "vocab_projector.bias"},
                       activation, epsilon);
    } else if (c.has("pre_classifier.weight")) {
        x = firstPosition(b, x);
        {
            const StageScope stage(b, "class_head", "Class head");
            x = denseHead(c, "class_head", "pre_classifier", "hook_post", x, ops::Activation::Relu);
        }
        classHead(c, x, "classifier");
    } else {
        classHead(c, x, "classifier");
    }
}

} // namespace headlight::families
