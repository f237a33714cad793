// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "families/bert_parts.h"

namespace headlight::families {

BertSizes bertSizes(const FamilyContext& c, std::initializer_list<const char*> prefixes,
                    bool positionsByPadding)
{
    const Config& config = c.config;
    BertSizes s;
    s.d = config.positive("hidden_size", mostOfAnything);
    s.heads = config.positive("num_attention_heads", mostOfAnything);
    s.layers = config.positive("num_hidden_layers", 4096);
    s.vocab = config.positive("vocab_size", mostOfAnything);
    s.context = config.positive("max_position_embeddings", mostOfAnything);
    s.types = config.positiveOr("type_vocab_size", 2, mostOfAnything);
    s.hidden = config.positive("intermediate_size", mostOfAnything);
    s.epsilon = config.numberOr("layer_norm_eps", 1e-12);
    s.activation = activationNamed(c.b, config.textOr("hidden_act", "gelu"));
    if (const auto kind = config.textOr("position_embedding_type", "absolute"); kind != "absolute")
        config.refuse("position_embedding_type", "expected absolute, found \"" + kind + "\"");
    c.divides("num_attention_heads", s.d, s.heads);
    if (positionsByPadding) {
        s.padding = config.integerOr("pad_token_id", 1);
        s.firstPosition = s.padding + 1;
        if (s.padding < 0 || s.firstPosition >= s.context)
            config.refuse("pad_token_id", "expected a position of the table of " + std::to_string(s.context) +
                                              ", found " + std::to_string(s.padding));
    }
    s.prefix = c.prefix("embeddings.word_embeddings.weight", prefixes);
    return s;
}

Slice bertTable(const BertSizes& s)
{
    return {s.prefix + "embeddings.word_embeddings.weight", {s.vocab, s.d}};
}

TensorRef bertEmbedding(const FamilyContext& c, const BertSizes& s)
{
    ProgramBuilder& b = c.b;
    const TensorRef ids = tokens(
        b, {.name = "text", .contextLength = s.context - s.firstPosition, .vocabulary = s.vocab}, "tokens");
    const TensorRef typeIds = b.input("token_types", {positions(0)}, true, s.types);
    const std::string p = s.prefix + "embeddings.";
    b.ignore(p + "position_ids");
    const StageScope stage(b, "embedding", "Embedding");
    const TensorRef embed = embedTokens(b, "", ids, bertTable(s));
    const TensorRef position = embedPositions(
        b, "", ids, Slice(p + "position_embeddings.weight", {s.context, s.d}), s.firstPosition, s.padding);
    const TensorRef type = b.step(
        "hook_token_type_embed", "T", ops::embed(),
        {b.parameter("embed.W_token_type", "W_T", {named("token_type", s.types), named(axis::dModel, s.d)},
                     Slice(p + "token_type_embeddings.weight", {s.types, s.d})),
         typeIds});
    const TensorRef sum = b.checkpoint("embed.hook_sum", "X", ops::add(3), {embed, position, type});
    return norm(b, "embed.ln", sum, layerNormAt(c, p + "LayerNorm", s.d, s.epsilon));
}

TensorRef bertLayers(const FamilyContext& c, const BertSizes& s, TensorRef x, const BertAttention& attend)
{
    ProgramBuilder& b = c.b;
    for (int i = 0; i < s.layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i),
                          from = s.prefix + "encoder.layer." + std::to_string(i) + ".";
        b.alias(block + ".hook_resid_pre", x);
        const Norm first = layerNormAt(c, from + "attention.output.LayerNorm", s.d, s.epsilon),
                   last = layerNormAt(c, from + "output.LayerNorm", s.d, s.epsilon);
        x = sublayer(b, {block, "ln1", first, false}, x, [&](TensorRef y) {
            Attention a{.name = block + ".attn",
                        .layer = i,
                        .heads = s.heads,
                        .keyHeads = s.heads,
                        .dHead = s.d / s.heads};
            a.scale = rootScale(a.dHead);
            a.scaleShown = rootScaleShown(a.dHead);
            return attend(std::move(a), from, y);
        });
        x = sublayer(b, {block, "ln2", last, false, "hook_resid_post", lastNormed}, x, [&](TensorRef y) {
            return mlp(
                b, block, y,
                linearMlp(from + "intermediate.dense", from + "output.dense", s.d, s.hidden, s.activation));
        });
    }
    return x;
}

AttentionNames bertAttentionNames(const std::string& from)
{
    const std::string self = from + "attention.self.";
    return {self + "query", self + "key", self + "value", from + "attention.output.dense"};
}

TensorRef denseHead(const FamilyContext& c, const std::string& name, const std::string& from,
                    const std::string& result, TensorRef x, ops::Activation activation)
{
    ProgramBuilder& b = c.b;
    if (b.failed())
        return {};
    const Axis width = b.axesOf(x).back();
    const TensorRef pre =
        b.step(name + ".hook_pre", "H", ops::linear(),
               {x,
                b.parameter(name + ".W", "W", {width, width},
                            FamilyContext::linear(from + ".weight", width.size, width.size)),
                b.parameter(name + ".b", "b", {width}, Slice(from + ".bias", {width.size}))});
    return b.step(name + "." + result, "act(H)", ops::activation(activation), {pre});
}

void maskedWordHead(const FamilyContext& c, TensorRef x, const Slice& table, const MaskedWordNames& names,
                    ops::Activation activation, double epsilon)
{
    {
        const StageScope stage(c.b, "mlm_head", "Masked-word head");
        x = denseHead(c, "mlm_head", names.dense, "hook_post", x, activation);
        x = norm(c.b, "mlm_head.ln", x, layerNormAt(c, names.norm, table.sizes[1], epsilon));
    }
    // Files have the bias under one of two names, or the same numbers under both.
    const std::string second = names.decoder + ".bias";
    const std::string bias = c.has(names.bias) || !c.has(second) ? names.bias : second;
    c.b.ignore(second);
    languageHead(c, x, table, names.decoder, true, Slice(bias, {table.sizes[0]}),
                 Prediction::Kind::MaskedToken);
}

TensorRef pooler(const FamilyContext& c, const BertSizes& s, TensorRef x)
{
    const std::string from = s.prefix + "pooler.dense";
    if (!c.has(from + ".weight"))
        return {};
    const TensorRef first = firstPosition(c.b, x);
    const StageScope stage(c.b, "pooler", "Pooler");
    return denseHead(c, "pooler", from, "hook_pooler_out", first, ops::Activation::Tanh);
}

void robertaHeads(const FamilyContext& c, const BertSizes& s, TensorRef x)
{
    pooler(c, s, x);
    if (c.has("lm_head.dense.weight")) {
        maskedWordHead(c, x, bertTable(s),
                       {"lm_head.dense", "lm_head.layer_norm", "lm_head.decoder", "lm_head.bias"},
                       ops::Activation::GeluErf, s.epsilon);
    } else if (c.has("classifier.dense.weight")) {
        x = firstPosition(c.b, x);
        {
            const StageScope stage(c.b, "class_head", "Class head");
            x = denseHead(c, "class_head", "classifier.dense", "hook_post", x, ops::Activation::Tanh);
        }
        classHead(c, x, "classifier.out_proj");
    } else {
        classHead(c, x, "classifier");
    }
}

} // namespace headlight::families
