// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// BERT (Devlin et al. 2018): post-norm, learned positions and token types, attention in both directions. With
// the heads that files have: masked words, next sentence, classes of a text or of each token. RoBERTa (Liu et
// al. 2019) is the same with positions that count from behind the padding's, and a head of other names.

#include "families/bert_parts.h"

namespace headlight::families {

namespace {

TensorRef encoder(const FamilyContext& c, const BertSizes& s)
{
    return bertLayers(c, s, bertEmbedding(c, s), [&](Attention a, const std::string& from, TensorRef x) {
        linearAttention(a, s.d, bertAttentionNames(from));
        return attention(c.b, a, x, x);
    });
}

/// Whether the second sentence follows the first one.
void nextSentenceHead(const FamilyContext& c, TensorRef pooled, std::int64_t d)
{
    ProgramBuilder& b = c.b;
    const StageScope stage(b, "nsp_head", "Next-sentence head");
    Axis out = named(axis::classes, 2);
    out.labels = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"next", "random"});
    const TensorRef logits =
        b.step("nsp_head.hook_nsp_out", "logits", ops::linear(),
               {pooled,
                b.parameter("nsp_head.W", "W", {named(axis::dModel, d), out},
                            FamilyContext::linear("cls.seq_relationship.weight", 2, d)),
                b.parameter("nsp_head.b", "b", {out}, Slice("cls.seq_relationship.bias", {2}))});
    b.step("nsp_head.hook_probs", "p", ops::softmax(), {logits});
}

} // namespace

void buildBert(FamilyContext& c)
{
    const BertSizes s = bertSizes(c, {"bert.", ""}, false);
    if (!c.ready())
        return;
    const TensorRef x = encoder(c, s);
    const TensorRef pooled = pooler(c, s, x);
    if (pooled.valid() && c.has("cls.seq_relationship.weight"))
        nextSentenceHead(c, pooled, s.d);
    if (c.has("cls.predictions.transform.dense.weight"))
        maskedWordHead(c, x, bertTable(s),
                       {"cls.predictions.transform.dense", "cls.predictions.transform.LayerNorm",
                        "cls.predictions.decoder", "cls.predictions.bias"},
                       s.activation, s.epsilon);
    else
        classHead(c, pooled.valid() ? pooled : x, "classifier");
}

void buildRoberta(FamilyContext& c)
{
    const BertSizes s = bertSizes(c, {"roberta.", ""}, true);
    if (!c.ready())
        return;
    robertaHeads(c, s, encoder(c, s));
}

} // namespace headlight::families
