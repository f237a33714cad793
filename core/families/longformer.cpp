// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Longformer (Beltagy et al. 2020): RoBERTa whose tokens look through a window, but for a few global ones
// that see all and are seen by all, with projections of their own.

#include "families/bert_parts.h"

namespace headlight::families {

namespace {

/// The window's whole width for each layer; one number is for all.
std::vector<int> windows(const Config& config, int layers)
{
    const auto count = static_cast<std::size_t>(layers);
    // A key that is a list in some files and a number in others.
    std::vector<int> widths =
        config.isList("attention_window")
            ? config.integers("attention_window")
            : std::vector<int>(count, config.positive("attention_window", mostOfAnything));
    if (widths.size() != count)
        config.refuse("attention_window", "expected a number for each of " + std::to_string(layers) +
                                              " layers, found " + std::to_string(widths.size()));
    widths.resize(count, 2);
    for (const int width : widths)
        if (width < 2 || width % 2 != 0 || width > mostOfAnything)
            config.refuse("attention_window",
                          "expected even numbers from 2 on, found " + std::to_string(width));
    return widths;
}

TensorRef windowAttention(ProgramBuilder& b, const Attention& a, const Attention& global, TensorRef x,
                          TensorRef marks)
{
    const std::string& n = a.name;
    AttentionTensors t;
    TensorRef qGlobal, kGlobal, vGlobal, s, sGlobal;
    {
        const StageScope stage(b, "qkv", "Queries, keys, values");
        t.q = projectHeads(b, a, "Q", {a.wQ, a.bQ}, x);
        t.k = projectHeads(b, a, "K", {a.wK, a.bK}, x);
        t.v = projectHeads(b, a, "V", {a.wV, a.bV}, x);
        qGlobal = projectHeads(b, a, "Q_global", {global.wQ, global.bQ}, x);
        kGlobal = projectHeads(b, a, "K_global", {global.wK, global.bK}, x);
        vGlobal = projectHeads(b, a, "V_global", {global.wV, global.bV}, x);
    }
    {
        const StageScope stage(b, "scores", "Scores q·kᵀ");
        s = b.step(n + ".hook_qk", "QKᵀ", ops::scores(), {t.q, t.k});
        sGlobal = b.step(n + ".hook_qk_global", "QKᵀ_global", ops::scores(), {qGlobal, kGlobal});
    }
    s = scaleScores(b, a, s);
    sGlobal = scaleScores(b, a, sGlobal, "_global");
    {
        const StageScope stage(b, "mask", "Window and global tokens");
        s = b.step(n + ".hook_window", "S", ops::mask(a.mask), {s, marks});
        t.scores = b.step(n + ".hook_attn_scores", "S", ops::whereGlobal(), {s, sGlobal, marks});
    }
    t.pattern = softmaxScores(b, a, t.scores);
    {
        const StageScope stage(b, "mix", "Mix the values");
        const TensorRef local = b.step(n + ".hook_z_window", "Z", ops::mix(), {t.pattern, t.v});
        const TensorRef all = b.step(n + ".hook_z_global", "Z_global", ops::mix(), {t.pattern, vGlobal});
        t.z = b.step(n + ".hook_z", "Z", ops::whereGlobal(), {local, all, marks});
    }
    recordAttention(b, a, t);
    return joinHeads(b, a, t.z);
}

} // namespace

void buildLongformer(FamilyContext& c)
{
    const BertSizes s = bertSizes(c, {"longformer.", ""}, true);
    if (!c.ready())
        return;
    const auto widths = windows(c.config, s.layers);
    if (!c.ready())
        return;
    const TensorRef x = bertEmbedding(c, s);
    const TensorRef marks = c.b.input("global", {positions(0)}, true, 2);
    const auto attend = [&](Attention a, const std::string& from, TensorRef y) {
        AttentionNames names = bertAttentionNames(from);
        linearAttention(a, s.d, names);
        Attention global = a;
        for (std::string* name : {&names.q, &names.k, &names.v})
            *name += "_global";
        linearAttention(global, s.d, names);
        // Half of the width on either side; the rule counts the query itself too.
        a.mask.window = widths[static_cast<std::size_t>(a.layer)] / 2 + 1;
        return windowAttention(c.b, a, global, y, marks);
    };
    robertaHeads(c, s, bertLayers(c, s, x, attend));
}

} // namespace headlight::families
