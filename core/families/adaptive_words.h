// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Words in clusters by how often they are seen (Grave et al. 2016; Baevski & Auli 2018): those of later
// clusters have smaller vectors, and what the model says is first a cluster, then a word of it.

#include "families/family.h"

namespace headlight::families {

struct AdaptiveWords
{
    int d = 1;                ///< of the residual stream
    int vocab = 1, width = 1; ///< of the vectors of the first cluster
    int shrink = 1;           ///< each cluster's vectors are so many times smaller than those before
    std::vector<int> cutoffs; ///< where each cluster ends; the last one where the vocabulary does
    std::string prefix;       ///< of the tables in the file, "transformer.word_emb."

    [[nodiscard]] int first(std::size_t cluster) const { return cluster == 0 ? 0 : cutoffs[cluster - 1]; }
    [[nodiscard]] int words(std::size_t cluster) const { return cutoffs[cluster] - first(cluster); }
    [[nodiscard]] int widthOf(std::size_t cluster) const;
    /// Vectors that are as wide as the residual stream need no matrix to it.
    [[nodiscard]] bool projects() const { return shrink != 1 || width != d; }
};
/// Reads cutoffs, d_embed, div_val and vocab_size, and checks them.
[[nodiscard]] AdaptiveWords adaptiveWords(const FamilyContext& c, int dModel, std::string prefix);

/// `hook_embed`: √d_model times each token's vector.
TensorRef adaptiveEmbedding(const FamilyContext& c, const AdaptiveWords& w, TensorRef ids);
/// `hook_logits`, the log-probabilities of all words, and `hook_probs`.
void adaptiveHead(const FamilyContext& c, const AdaptiveWords& w, TensorRef x);

} // namespace headlight::families
