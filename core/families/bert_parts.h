// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What BERT and those that were made from it (RoBERTa, Longformer) have in common: the embedding, blocks with
// the norm after each sum, and the heads.

#include "families/family.h"

#include <functional>

namespace headlight::families {

struct BertSizes
{
    int d = 1, heads = 1, layers = 1, vocab = 1, context = 1, types = 1, hidden = 1;
    double epsilon = 1e-12;
    ops::Activation activation = ops::Activation::GeluErf;
    std::string prefix;    ///< "bert.", or nothing where the file has a bare encoder
    int firstPosition = 0; ///< RoBERTa's positions begin behind the padding's
    int padding = -1;      ///< id of the token that has no position
};
/// Reads the config's keys, and checks them. @p prefixes are those that files of the family have. With
/// @p positionsByPadding they count from behind pad_token_id, tokens of padding left out.
[[nodiscard]] BertSizes bertSizes(const FamilyContext& c, std::initializer_list<const char*> prefixes,
                                  bool positionsByPadding);

/// The table of tokens, for heads that are tied to it.
[[nodiscard]] Slice bertTable(const BertSizes& s);
/// The text's stream, its inputs `tokens` and `token_types`, and the normed sum of the three embeddings.
TensorRef bertEmbedding(const FamilyContext& c, const BertSizes& s);

/// Fills in the rest of an attention, adds its steps and returns what it writes: given a name, a layer and
/// the sizes. @p from is the layer's name in the file, "bert.encoder.layer.0.".
using BertAttention = std::function<TensorRef(Attention, const std::string& from, TensorRef x)>;
TensorRef bertLayers(const FamilyContext& c, const BertSizes& s, TensorRef x, const BertAttention& attend);
/// The four Linears of BERT's own attention.
[[nodiscard]] AttentionNames bertAttentionNames(const std::string& from);

/// Where the parts of a masked-word head are in a file.
struct MaskedWordNames
{
    std::string dense, norm, decoder, bias; ///< bias is the whole name
};
/// act(x W + b), normed, against the table of tokens.
void maskedWordHead(const FamilyContext& c, TensorRef x, const Slice& table, const MaskedWordNames& names,
                    ops::Activation activation, double epsilon);

/// A Linear with a bias and an activation on one position's vector: steps `name.hook_pre` and @p result.
TensorRef denseHead(const FamilyContext& c, const std::string& name, const std::string& from,
                    const std::string& result, TensorRef x, ops::Activation activation);
/// tanh(x₀ W + b) where the file has a pooler; else an invalid reference.
TensorRef pooler(const FamilyContext& c, const BertSizes& s, TensorRef x);
/// The heads of RoBERTa and Longformer: masked words, or classes of a text, or of each token.
void robertaHeads(const FamilyContext& c, const BertSizes& s, TensorRef x);

} // namespace headlight::families
