// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The arithmetic of Transformers, one op an equation. Each function makes an op; what the op knows (shape,
// forward, derive, backward, cost) is in the file named behind it. Axes are written as in the code:
// positions i (query) and j (key), heads h, d_head d, d_model c.

#include "program/op.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace headlight::ops {

// ---- embed.cpp ----
/// What came in from outside, unchanged: the first step of a program (token ids, pixels).
[[nodiscard]] OpPtr input();
/// Rows of a table: operands W [vocab, d_model] and ids [position]; result [position, d_model],
/// y[i,c] = W[id_i, c]. With @p scale ≠ 1 the rows are multiplied by it (√d_model in Vaswani et al.
/// 2017, 3.4).
[[nodiscard]] OpPtr embed(double scale = 1);
/// Learned positions: operands W_pos [table, d_model] and x [position, …]; y[i,c] = W_pos[i + offset, c].
/// With @p padding ≥ 0, x are ids, and padding is not counted: it has row offset − 1, all others the row of
/// their place among the tokens that are no padding (RoBERTa).
[[nodiscard]] OpPtr positionRows(int offset = 0, int padding = -1);
/// Vaswani et al. 2017, 3.5: operand x [position, …]; y[i,2k] = sin(i / 10000^(2k/d)), y[i,2k+1] = cos(same).
/// @p halves puts all sines before all cosines instead (Marian, Transformer-XL).
[[nodiscard]] OpPtr sinusoidalPositions(std::int64_t dModel, bool halves = false, int offset = 0);

/// Positions as coordinates (Kitaev et al. 2020, section 4): operands one table [entry, d] a coordinate, and
/// last a tensor [position, …]; row i has the tables' rows for i's digits in base @p shape side by side.
[[nodiscard]] OpPtr axialPositions(std::vector<int> shape);

// ---- arithmetic.cpp ----
/// Σ of so many operands. An operand may lack axes of the first one; it is then repeated along them.
[[nodiscard]] OpPtr add(int terms = 2);
/// Elementwise product of two operands with the same axes (gated MLPs, Shazeer 2020).
[[nodiscard]] OpPtr multiply();
/// Two operands' last axes side by side, as one axis @p axisName.
[[nodiscard]] OpPtr concatenate(std::string axisName);
/// y = factor · x; @p shown is how the factor is written ("1/√8").
[[nodiscard]] OpPtr scale(double factor, std::string shown);

// ---- norm.cpp ---- layer norm, Ba et al. 2016, eq. 3–4; RMS norm, Zhang & Sennrich 2019, eq. 4
/// μ[i] = (1/n) Σ_c x[i,c].
[[nodiscard]] OpPtr mean();
/// σ[i] = √((1/n) Σ_c (x[i,c] − μ[i])² + ε) of operands x, μ; with x alone (RMS) μ is 0.
[[nodiscard]] OpPtr deviation(double epsilon);
/// y = (x − μ)/σ · w + b of operands x, μ, σ and, where there are any, w, b.
[[nodiscard]] OpPtr layerNorm();
/// y = x/σ · w of operands x, σ, w.
[[nodiscard]] OpPtr rmsNorm();

// ---- linear.cpp ----
/// y = x·W + b: contracts the last axes of x with the first axes of W that have the same names; the remaining
/// axes follow each other: [position, d_model]·[d_model, head, d_head] → [position, head, d_head]. The bias
/// (operand 2) is optional and has the remaining axes of W.
[[nodiscard]] OpPtr linear();
/// What each head alone writes to the residual stream: operands z [position, head, d_head] and
/// W_O [head, d_head, d_model]; y[i,h,c] = Σ_d z[i,h,d] W_O[h,d,c] (Elhage et al. 2021).
[[nodiscard]] OpPtr headResults();

// ---- attention ---- Vaswani et al. 2017, eq. 1, in its four parts
/// scores.cpp: S[h,i,j] = Σ_d q[i,h,d] · k[j,g,d], g = h / (heads / key heads) (Shazeer 2019; Ainslie et al.
/// 2023).
[[nodiscard]] OpPtr scores();

/// mask.cpp: which keys a query may look at.
struct MaskRule
{
    bool causal = false;     ///< only keys at or before the query
    int window = 0;          ///< at most this many positions away, the query itself counted (0: no limit)
    int stride = 0;          ///< Child et al. 2019: strided pattern of this stride (0: none)
    int fixedBlock = 0;      ///< Child et al. 2019: fixed pattern of this block (0: none)
    std::vector<int> global; ///< Beltagy et al. 2020: positions that see and are seen by all

    /// @p query counts from the first key's position (a memory in front shifts it).
    [[nodiscard]] bool allows(std::int64_t query, std::int64_t key) const;
    [[nodiscard]] bool allowsAll() const { return !causal && window == 0 && stride == 0 && fixedBlock == 0; }
    [[nodiscard]] std::string description() const; ///< "causal", "no mask", "window of 4, causal"
};
/// Cells that the rule forbids become −∞, the others pass. A second operand [position] marks, with numbers
/// other than 0, keys and queries that are global besides the rule's.
[[nodiscard]] OpPtr mask(MaskRule rule);
/// The rule of a mask, or nothing for another op.
[[nodiscard]] std::optional<MaskRule> maskRuleOf(const Op& op);
/// Operands a, b and marks [position]: b's rows (queries of scores, positions of vectors) where the mark is
/// not 0, a's elsewhere (Beltagy et al. 2020: global tokens have projections of their own).
[[nodiscard]] OpPtr whereGlobal();

/// softmax.cpp: p[…,j] = exp(x[…,j]/t − m) / Σ_j' exp(x[…,j']/t − m), m the row's largest, over the last
/// axis, at temperature t. Masked cells (−∞) are exactly 0.
[[nodiscard]] OpPtr softmax(double temperature = 1);
/// scores.cpp: z[i,h,d] = Σ_j p[h,i,j] · v[j,g,d], g as for scores.
[[nodiscard]] OpPtr mix();
/// What if: the pattern is uniform over the keys that it had, or the identity (operand: the softmax's input).
[[nodiscard]] OpPtr uniformPattern();
[[nodiscard]] OpPtr identityPattern();

/// switch_off.cpp. What if: an op's result is zero everywhere, or what came in (operand 0).
[[nodiscard]] OpPtr switchedOff(OpPtr op);
[[nodiscard]] OpPtr passThrough();

// ---- rotary.cpp ---- Su et al. 2021, eq. 34
struct RotarySpec
{
    std::vector<double> frequencies; ///< one a pair, radians a position
    bool interleaved = false;        ///< pairs (2k, 2k+1); else (k, k + dims/2), as in LLaMA's hub files
    int dims = 0;                    ///< how many of d_head are rotated; the rest passes
    int firstPosition = 0;
    double magnitude = 1; ///< factor on cos and sin (YaRN)
};
/// Operand x [position, head, d_head]: pair (a, b) at position p becomes (a cos pθ − b sin pθ, b cos pθ + a
/// sin pθ).
[[nodiscard]] OpPtr rotary(RotarySpec spec);

// ---- position_bias.cpp ---- what is added to the scores
/// Press et al. 2022: operand x [position, …]; result [head, key], B[h,j] = m_h · j, with a slope m_h a head.
/// As the softmax does not see what all keys of a query have in common, this is the same as −m_h (i − j).
[[nodiscard]] OpPtr alibi(int heads);

/// Raffel et al. 2019, 2.1: near distances have a bucket each, far ones share.
struct RelativeBuckets
{
    int buckets = 32;
    int maxDistance = 128; ///< from here on all are in the last bucket
    bool bothWays = true;  ///< half of the buckets for keys behind the query; else those all share the first

    /// @p distance is the key's position less the query's.
    [[nodiscard]] std::int64_t bucket(std::int64_t distance) const;
};
/// Operands table [bucket, head], and two tensors whose first axes are the queries' and the keys' positions;
/// B[h,i,j] = table[bucket of j − i, h].
[[nodiscard]] OpPtr relativeBias(RelativeBuckets rule);

// ---- memory.cpp ---- Dai et al. 2019
/// The segment before stands in front: operands memory [memory, d_model] and x [position, d_model]; result
/// [position of @p stream, d_model].
[[nodiscard]] OpPtr appendMemory(StreamIndex stream);
/// Drops so many first rows: the text's positions alone, which belong to @p stream.
[[nodiscard]] OpPtr withoutMemory(int rows, StreamIndex stream);
/// The last so many rows, for the segment that follows.
[[nodiscard]] OpPtr newMemory(int rows);
/// Sinusoids of distances 0, 1, 2 … for as many as operand x [position, …] has positions; result [distance,
/// d_model], all sines before all cosines. Distances above @p furthest are like it (0: no limit).
[[nodiscard]] OpPtr distances(std::int64_t dModel, int furthest);
/// Eq. (b) and (d) on page 5: operands q [position, head, d_head], r [distance, head, d_head] and the keys,
/// of which only the positions matter; S[h,i,j] = Σ_d q[i,h,d] · r[i − j,h,d], and 0 for later keys. The last
/// query stands where the last key does.
[[nodiscard]] OpPtr distanceScores();

// ---- hashing.cpp ---- Kitaev et al. 2020, 2.1: which vectors point alike
/// No operands: normal numbers with these axes, as torch draws them from @p seed.
[[nodiscard]] OpPtr randomRotations(Axes axes, std::uint32_t seed);
/// Operands x [position, head, d_head] and R [head, d_head, hash, rotation]; y[h,n,i,k] = Σ_d x[i,h,d] ·
/// R[h,d,n,k].
[[nodiscard]] OpPtr hashRotate();
/// Operand rotated vectors [head, hash, position, rotation]; result [head, hash, position], the place of the
/// largest in [x; −x]. With several @p factors (each even) each has rotations of its own, half as many, and a
/// bucket's number has their places as digits.
[[nodiscard]] OpPtr buckets(std::vector<int> factors);

// ---- chunks.cpp ---- the same, 2.2: attention among those that the sorted buckets put together
struct ChunkRule
{
    int length = 1; ///< of a chunk
    int before = 1,
        after = 0; ///< chunks around its own that a query sees; the first one follows the last one
    bool causal = false;
    double selfValue = 0; ///< what stands for a query's score with itself; 0: the score
    int padTo = 1;        ///< texts are filled up to a multiple of this …
    int padAbove = 0;     ///< … unless they have at most so many positions

    [[nodiscard]] std::int64_t paddedLength(std::int64_t positions) const;
};
/// Operands scores [head, query, key], and buckets [head, hash, position] by which each round of hashing
/// sorts them before it cuts them into chunks; result [head, hash, query, key], or without buckets [head,
/// query, key]. Pairs that don't meet are −∞; who meets n times gets ln n on top.
[[nodiscard]] OpPtr chunkScores(ChunkRule rule);
/// ln Σ_j exp x[…,j].
[[nodiscard]] OpPtr logSumExp();
/// Eq. 9's weights of the rounds: softmax over the hash axis of [head, hash, query].
[[nodiscard]] OpPtr hashWeights();
/// Operands patterns [head, hash, query, key] and weights [head, hash, query]; result [head, query, key].
[[nodiscard]] OpPtr combineHashes();

// ---- adaptive.cpp ---- Grave et al. 2016; Baevski & Auli 2018
/// Rows of a cluster's table for tokens that belong to it, zeros for others: operands table [vocab, d_embed],
/// whose row 0 is token @p first, and ids [position].
[[nodiscard]] OpPtr embedCluster(int first);
/// Log-probabilities over the whole vocabulary, of operands head [position, vocab], and, where words are in
/// clusters, clusters [position, cluster] and the words of each: a word's is its cluster's and its own in
/// there.
[[nodiscard]] OpPtr adaptiveLogProbs();

// ---- activation.cpp ----
enum class Activation { Relu, GeluTanh, GeluErf, QuickGelu, Silu, Tanh, Sigmoid };
/// Elementwise; GELU: Hendrycks & Gimpel 2016, exact (erf) and tanh form; SiLU: Elfwing et al. 2017.
[[nodiscard]] OpPtr activation(Activation kind);

// ---- image.cpp ---- Dosovitskiy et al. 2020, eq. 1
/// Operands pixels [channel, row, column], W [d_model, channel, row, column] and optionally b [d_model]: the
/// image is cut into patches of W's rows × columns, each multiplied with W. Result [position of stream,
/// d_model].
[[nodiscard]] OpPtr patchEmbed(StreamIndex stream);
/// Puts rows in front: operands x [position, d_model] and t [d_model].
[[nodiscard]] OpPtr prependRow();
/// One position's row: [position, …] → […], or [keptAs 1, …] when the axis is to stay under another name;
/// negative indices count from the end.
[[nodiscard]] OpPtr selectPosition(int index, std::string keptAs = {});

// ---- similarity.cpp ---- Radford et al. 2021, figure 3
/// The row of the first token @p id, or, with −1, of the token with the largest id (as CLIP's end token is):
/// operands x [position, …] and ids [position]; result [axisName 1, …].
[[nodiscard]] OpPtr selectToken(int id, std::string axisName);
/// y = x / √(Σ_c x[…,c]²).
[[nodiscard]] OpPtr unitLength();
/// S[i,t] = Σ_c a[i,c] · b[t,c] of operands a [image, d_embed] and b [text, d_embed].
[[nodiscard]] OpPtr similarity();
/// y = x · exp(s) of operands x and s [1].
[[nodiscard]] OpPtr learnedScale();

} // namespace headlight::ops
