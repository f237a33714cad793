// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Models in TransformerLens' own names and axes: "attention-only" (Elhage et al. 2021) and "tracr" (Lindner
// et al. 2023), whose weights were compiled from a program, so that every direction has a name.

#include "families/family.h"

namespace headlight::families {

namespace {

using Labels = std::shared_ptr<const std::vector<std::string>>;

Labels share(std::vector<std::string> names)
{
    return names.empty() ? nullptr : std::make_shared<const std::vector<std::string>>(std::move(names));
}

struct Block
{
    bool attention = true, mlp = false;
    int heads = 1, hidden = 1;
    Labels hiddenLabels;
};

void build(FamilyContext& c, const std::vector<Block>& blocks, const Labels& residual, const Labels& outputs)
{
    const Config& config = c.config;
    ProgramBuilder& b = c.b;
    const int d = config.positive("d_model", mostOfAnything),
              dHead = config.positive("d_head", mostOfAnything);
    const int vocab = config.positive("d_vocab", mostOfAnything),
              context = config.positive("n_ctx", mostOfAnything);
    const int out = config.positiveOr("d_vocab_out", vocab, mostOfAnything);
    const double divisor = config.numberOr("attn_scale", rootScale(dHead) > 0 ? 1 / rootScale(dHead) : 1);
    const bool causal = config.textOr("attention_dir", "causal") == "causal";
    if (!(divisor > 0))
        config.refuse("attn_scale", "expected a positive number, found " + std::to_string(divisor));
    const auto activation = activationNamed(b, config.textOr("act_fn", "relu"));
    if (!c.ready())
        return;
    Axis model = named(axis::dModel, d);
    model.labels = residual;

    const TensorRef ids =
        tokens(b, {.name = "text", .contextLength = context, .vocabulary = vocab}, "tokens");
    TensorRef x;
    {
        const StageScope stage(b, "embedding", "Embedding");
        const TensorRef embed = b.step("hook_embed", "E", ops::embed(),
                                       {b.parameter("embed.W_E", "W_E", {named(axis::vocab, vocab), model},
                                                    Slice("embed.W_E", {vocab, d})),
                                        ids});
        const TensorRef position =
            b.step("hook_pos_embed", "P", ops::positionRows(),
                   {b.parameter("pos_embed.W_pos", "W_pos", {named(axis::position, context), model},
                                Slice("pos_embed.W_pos", {context, d})),
                    ids});
        x = b.checkpoint("blocks.0.hook_resid_pre", "X", ops::add(), {embed, position});
    }
    for (int i = 0; i < static_cast<int>(blocks.size()); ++i) {
        const Block& spec = blocks[static_cast<std::size_t>(i)];
        const StageScope stage(b, "layer", "Layer", i);
        const std::string block = blockName("", i);
        if (i > 0)
            b.alias(block + ".hook_resid_pre", x);
        const auto optional = [&](const std::string& name,
                                  std::vector<std::int64_t> shape) -> std::optional<Slice> {
            return c.has(name) ? std::optional<Slice>(Slice(name, std::move(shape))) : std::nullopt;
        };
        if (spec.attention) {
            Attention a{.name = block + ".attn",
                        .layer = i,
                        .heads = spec.heads,
                        .keyHeads = spec.heads,
                        .dHead = dHead};
            // The files have [head, d_model, d_head]; the view walks them as [d_model, head, d_head].
            const auto projection = [&](const char* name) {
                Slice w(a.name + name, {spec.heads, d, dHead});
                std::swap(w.sizes[0], w.sizes[1]);
                std::swap(w.strides[0], w.strides[1]);
                return w;
            };
            a.wQ = projection(".W_Q");
            a.wK = projection(".W_K");
            a.wV = projection(".W_V");
            a.wO = Slice(a.name + ".W_O", {spec.heads, dHead, d});
            a.bQ = optional(a.name + ".b_Q", {spec.heads, dHead});
            a.bK = optional(a.name + ".b_K", {spec.heads, dHead});
            a.bV = optional(a.name + ".b_V", {spec.heads, dHead});
            a.bO = optional(a.name + ".b_O", {d});
            a.scale = 1 / divisor;
            const auto rounded = static_cast<std::int64_t>(divisor);
            a.scaleShown = "1/" + (static_cast<double>(rounded) == divisor ? std::to_string(rounded)
                                                                           : std::to_string(divisor));
            a.mask.causal = causal;
            a.modelLabels = residual;
            const TensorRef written = attention(b, a, x, x);
            x = addResidual(b, block + (spec.mlp ? ".hook_resid_mid" : ".hook_resid_post"), "X", x, written);
        }
        if (spec.mlp) {
            const std::string n = block + ".mlp";
            Mlp m{.wIn = Slice(n + ".W_in", {d, spec.hidden}), .wOut = Slice(n + ".W_out", {spec.hidden, d})};
            m.bIn = optional(n + ".b_in", {spec.hidden});
            m.bOut = optional(n + ".b_out", {d});
            m.activation = activation;
            m.labels = spec.hiddenLabels;
            m.modelLabels = residual;
            x = addResidual(b, block + ".hook_resid_post", "X", x, mlp(b, block, x, m));
        }
    }
    Axis outAxis = named(axis::vocab, out);
    outAxis.labels = outputs;
    unembed(b, x, Slice("unembed.W_U", {d, out}),
            c.has("unembed.b_U") ? std::optional<Slice>(Slice("unembed.b_U", {out})) : std::nullopt, outAxis,
            outputs ? Prediction::Kind::None : Prediction::Kind::NextToken);
}

} // namespace

void buildAttentionOnly(FamilyContext& c)
{
    if (const auto normalization = c.config.textOr("normalization", "none"); normalization != "none")
        c.config.refuse("normalization", "expected none, found \"" + normalization + "\"");
    const int layers = c.config.positive("n_layers", 4096),
              heads = c.config.positive("n_heads", mostOfAnything);
    build(c, std::vector<Block>(static_cast<std::size_t>(layers), Block{.heads = heads}), nullptr, nullptr);
}

void buildTracr(FamilyContext& c)
{
    std::vector<Block> blocks;
    for (const Config& block : c.config.children("blocks")) {
        Block spec;
        spec.attention = block.flagOr("attn", true);
        spec.mlp = block.flagOr("mlp", false);
        spec.heads = block.positiveOr("n_heads", 1, mostOfAnything);
        if (spec.mlp) {
            spec.hidden = block.positive("d_mlp", mostOfAnything);
            spec.hiddenLabels = share(block.textsOr("mlp_labels", {}));
        }
        blocks.push_back(std::move(spec));
    }
    build(c, blocks, share(c.config.textsOr("residual_labels", {})),
          share(c.config.textsOr("output_labels", {})));
}

} // namespace headlight::families
