// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// GPT-Neo (Black et al. 2021): GPT-2 with layers that look everywhere and layers that look through a window
// by turns, as in GPT-3, and scores that are not scaled.

#include "families/family.h"

namespace headlight::families {

namespace {

/// Whether layer @p i looks through the window. Configs list every layer; those that do not alternate.
bool isLocal(const FamilyContext& c, int i, const std::vector<std::string>& kinds)
{
    const auto index = static_cast<std::size_t>(i);
    const std::string kind = kinds.empty() ? (i % 2 ? "local" : "global") : kinds[index % kinds.size()];
    if (kind != "local" && kind != "global")
        c.config.refuse("attention_layers", "expected local or global, found \"" + kind + "\"");
    return kind == "local";
}

} // namespace

void buildGptNeo(FamilyContext& c)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    const int d = config.positive("hidden_size", mostOfAnything),
              heads = config.positive("num_heads", mostOfAnything);
    const int layers = config.positive("num_layers", 4096),
              vocab = config.positive("vocab_size", mostOfAnything);
    const int context = config.positive("max_position_embeddings", mostOfAnything);
    const int hidden = config.positiveOr("intermediate_size", 4 * d, mostOfAnything);
    const int window = config.positiveOr("window_size", 256, mostOfAnything);
    const double epsilon = config.numberOr("layer_norm_epsilon", 1e-5);
    const auto activation = activationNamed(b, config.textOr("activation_function", "gelu_new"));
    const auto kinds = config.textsOr("attention_layers", {});
    if (!c.divides("num_heads", d, heads) || !c.ready())
        return;
    const std::string p = c.prefix("wte.weight", {"transformer.", ""});

    const TensorRef ids =
        tokens(b, {.name = "text", .contextLength = context, .vocabulary = vocab}, "tokens");
    const Slice embedding(p + "wte.weight", {vocab, d});
    TensorRef x = embedGpt2(b, ids, embedding, Slice(p + "wpe.weight", {context, d}));
    for (int i = 0; i < layers; ++i) {
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i), from = p + "h." + std::to_string(i) + ".";
        if (i > 0)
            b.alias(block + ".hook_resid_pre", x);
        x = sublayer(b, {block, "ln1", layerNormAt(c, from + "ln_1", d, epsilon)}, x, [&](TensorRef y) {
            Attention a{
                .name = block + ".attn", .layer = i, .heads = heads, .keyHeads = heads, .dHead = d / heads};
            const std::string self = from + "attn.attention.";
            linearAttention(a, d,
                            {self + "q_proj", self + "k_proj", self + "v_proj", self + "out_proj", false});
            a.mask.causal = true;
            a.mask.window = isLocal(c, i, kinds) ? window : 0;
            return attention(b, a, y, y);
        });
        x = sublayer(b, {block, "ln2", layerNormAt(c, from + "ln_2", d, epsilon), true, "hook_resid_post"}, x,
                     [&](TensorRef y) {
                         return mlp(b, block, y,
                                    linearMlp(from + "mlp.c_fc", from + "mlp.c_proj", d, hidden, activation));
                     });
        b.ignore(from + "attn.attention.bias");
        b.ignore(from + "attn.attention.masked_bias");
    }
    x = norm(b, "ln_final", x, layerNormAt(c, p + "ln_f", d, epsilon));
    languageHead(c, x, embedding, "lm_head", true);
}

} // namespace headlight::families
