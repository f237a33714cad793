// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// BERT (Devlin et al. 2018): post-norm, learned positions and token types, attention in both directions.

#include "families/family.h"

namespace headlight::families {

void buildBert(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    const int d = config.positive("hidden_size", mostOfAnything);
    const int heads = config.positive("num_attention_heads", mostOfAnything);
    const int layers = config.positive("num_hidden_layers", 4096),
              vocab = config.positive("vocab_size", mostOfAnything);
    const int context = config.positive("max_position_embeddings", mostOfAnything);
    const int types = config.positiveOr("type_vocab_size", 2, mostOfAnything);
    const int hidden = config.positive("intermediate_size", mostOfAnything);
    const double epsilon = config.numberOr("layer_norm_eps", 1e-12);
    const auto activation = activationNamed(b, config.textOr("hidden_act", "gelu"));
    if (const auto kind = config.textOr("position_embedding_type", "absolute"); kind != "absolute")
        config.refuse("position_embedding_type", "expected absolute, found \"" + kind + "\"");
    if (!c.divides("num_attention_heads", d, heads) || !c.ready())
        return;
    const std::string p = c.prefix("embeddings.word_embeddings.weight", {"bert.", ""});

    const TensorRef ids =
        tokens(b, {.name = "text", .contextLength = context, .vocabulary = vocab}, "tokens");
    const TensorRef typeIds = b.input("token_types", {positions(0)}, true);
    const Axis model = named(axis::dModel, d);
    const Slice embedding(p + "embeddings.word_embeddings.weight", {vocab, d});
    TensorRef x;
    {
        const StageScope stage(b, "embedding", "Embedding");
        const TensorRef embed =
            b.step("hook_embed", "E", ops::embed(),
                   {b.parameter("embed.W_E", "W_E", {named(axis::vocab, vocab), model}, embedding), ids});
        const TensorRef position =
            b.step("hook_pos_embed", "P", ops::positionRows(),
                   {b.parameter("pos_embed.W_pos", "W_pos", {named(axis::position, context), model},
                                Slice(p + "embeddings.position_embeddings.weight", {context, d})),
                    ids});
        const TensorRef type =
            b.step("hook_token_type_embed", "T", ops::embed(),
                   {b.parameter("embed.W_token_type", "W_T", {named("token_type", types), model},
                                Slice(p + "embeddings.token_type_embeddings.weight", {types, d})),
                    typeIds});
        x = b.checkpoint("embed.hook_sum", "X", ops::add(), {embed, position, type});
        x = norm(b, "embed.ln", x, layerNormAt(c, p + "embeddings.LayerNorm", d, epsilon));
    }
    for (int i = 0; i < layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = p + "encoder.layer." + std::to_string(i) + ".";
        b.alias(block + ".hook_resid_pre", x);

        Attention a{
            .name = block + ".attn", .layer = i, .heads = heads, .keyHeads = heads, .dHead = d / heads};
        linearAttention(c, a, d, from + "attention.self.query", from + "attention.self.key",
                        from + "attention.self.value", from + "attention.output.dense");
        a.scale = rootScale(a.dHead);
        a.scaleShown = rootScaleShown(a.dHead);
        x = addResidual(b, block + ".hook_resid_mid", "X", x, attention(b, a, x, x));
        x = norm(b, block + ".ln1", x, layerNormAt(c, from + "attention.output.LayerNorm", d, epsilon));

        Mlp m{.wIn = FamilyContext::linear(from + "intermediate.dense.weight", hidden, d),
              .wOut = FamilyContext::linear(from + "output.dense.weight", d, hidden)};
        m.bIn = Slice(from + "intermediate.dense.bias", {hidden});
        m.bOut = Slice(from + "output.dense.bias", {d});
        m.activation = activation;
        x = addResidual(b, block + ".hook_resid_post", "X", x, mlp(b, block, x, m));
        x = norm(b, block + ".ln2", x, layerNormAt(c, from + "output.LayerNorm", d, epsilon),
                 block + ".hook_normalized_resid_post");
    }
    b.ignore(p + "embeddings.position_ids");
    const std::string head = "cls.predictions.";
    if (!c.has(head + "transform.dense.weight"))
        return;
    {
        const StageScope stage(b, "mlm_head", "Masked-word head");
        const TensorRef pre =
            b.step("mlm_head.hook_pre", "H", ops::linear(),
                   {x,
                    b.parameter("mlm_head.W", "W", {model, model},
                                FamilyContext::linear(head + "transform.dense.weight", d, d)),
                    b.parameter("mlm_head.b", "b", {model}, Slice(head + "transform.dense.bias", {d}))});
        x = b.step("mlm_head.hook_post", "act(H)", ops::activation(activation), {pre});
        x = norm(b, "mlm_head.ln", x, layerNormAt(c, head + "transform.LayerNorm", d, epsilon));
    }
    const bool tied = config.flagOr("tie_word_embeddings", true) || !c.has(head + "decoder.weight");
    if (tied)
        b.ignore(head + "decoder.weight");
    b.ignore(head + "decoder.bias");
    unembed(b, x, tied ? embedding.transpose() : FamilyContext::linear(head + "decoder.weight", vocab, d),
            Slice(head + "bias", {vocab}), named(axis::vocab, vocab), Prediction::Kind::MaskedToken);
}

} // namespace headlight::families
