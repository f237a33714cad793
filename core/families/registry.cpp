// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "families/family.h"

namespace headlight::families {

void buildGpt2(FamilyContext& c);
void buildGptNeo(FamilyContext& c);
void buildGptNeox(FamilyContext& c);
void buildGptBigcode(FamilyContext& c);
void buildGptj(FamilyContext& c);
void buildOpt(FamilyContext& c);
void buildBloom(FamilyContext& c);
void buildLlama(FamilyContext& c);
void buildBert(FamilyContext& c);
void buildRoberta(FamilyContext& c);
void buildDistilbert(FamilyContext& c);
void buildLongformer(FamilyContext& c);
void buildTransfoXl(FamilyContext& c);
void buildReformer(FamilyContext& c);
void buildT5(FamilyContext& c);
void buildBart(FamilyContext& c);
void buildMarian(FamilyContext& c);
void buildClip(FamilyContext& c);
void buildVit(FamilyContext& c);
void buildTransformer(FamilyContext& c);
void buildAttentionOnly(FamilyContext& c);
void buildTracr(FamilyContext& c);

const std::vector<Family>& all()
{
    static const std::vector<Family> families{
        {"gpt2", "GPT-2", buildGpt2},
        {"gpt_neo", "GPT-Neo", buildGptNeo},
        {"gpt_neox", "GPT-NeoX", buildGptNeox},
        {"gpt_bigcode", "GPT-BigCode", buildGptBigcode},
        {"gptj", "GPT-J", buildGptj},
        {"opt", "OPT", buildOpt},
        {"bloom", "BLOOM", buildBloom},
        {"llama", "LLaMA", buildLlama},
        {"mistral", "Mistral", buildLlama},
        {"qwen2", "Qwen2", buildLlama},
        {"bert", "BERT", buildBert},
        {"roberta", "RoBERTa", buildRoberta},
        {"xlm-roberta", "XLM-RoBERTa", buildRoberta},
        {"camembert", "CamemBERT", buildRoberta},
        {"distilbert", "DistilBERT", buildDistilbert},
        {"longformer", "Longformer", buildLongformer},
        {"transfo-xl", "Transformer-XL", buildTransfoXl},
        {"reformer", "Reformer", buildReformer},
        {"t5", "T5", buildT5},
        {"bart", "BART", buildBart},
        {"marian", "Marian", buildMarian},
        {"vit", "ViT", buildVit},
        {"clip", "CLIP", buildClip},
        {"transformer", "Transformer (2017)", buildTransformer},
        {"attention-only", "attention only", buildAttentionOnly},
        {"tracr", "Tracr", buildTracr},
    };
    return families;
}

const Family* find(std::string_view modelType)
{
    for (const Family& family : all())
        if (family.modelType == modelType)
            return &family;
    return nullptr;
}

} // namespace headlight::families
