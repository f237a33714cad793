// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "families/chunked_attention.h"

#include <algorithm>
#include <numeric>

namespace headlight::families {

namespace {

ops::ChunkRule chunksOf(const Config& config, const std::string& kind, bool causal)
{
    ops::ChunkRule rule;
    rule.length = config.positiveOr(kind + "_attn_chunk_length", 64, mostOfAnything);
    rule.before = config.integerOr(kind + "_num_chunks_before", 1);
    rule.after = config.integerOr(kind + "_num_chunks_after", 0);
    rule.causal = causal;
    for (const int around : {rule.before, rule.after})
        if (around < 0 || around > 16)
            config.refuse(kind + "_num_chunks_before",
                          "expected 0 to 16 chunks on either side, found " + std::to_string(around));
    return rule;
}

/// The number of buckets, or its factors: a key that is a list in some files and a number in others.
std::vector<int> bucketsOf(const Config& config)
{
    const auto factors = config.isList("num_buckets")
                             ? config.integers("num_buckets")
                             : std::vector<int>{config.positive("num_buckets", mostOfAnything)};
    std::int64_t product = 1;
    for (const int factor : factors) {
        product *= std::clamp(factor, 1, mostOfAnything);
        if (factor < 2 || factor % 2 != 0 || product > mostOfAnything) {
            config.refuse("num_buckets", "expected even numbers from 2 on, found " + std::to_string(factor));
            break;
        }
    }
    return factors;
}

HeadProjection projection(const ChunkedAttention& s, const std::string& name)
{
    return {
        FamilyContext::linear(name + ".weight", std::int64_t{s.heads} * s.dHead, s.dModel).split(1, s.heads),
        {}};
}

} // namespace

ChunkedAttention chunkedAttention(const FamilyContext& c, const std::vector<std::string>& kinds)
{
    const Config& config = c.config;
    ChunkedAttention s;
    s.dModel = config.positive("hidden_size", mostOfAnything);
    s.heads = config.positive("num_attention_heads", mostOfAnything);
    s.dHead = config.positive("attention_head_size", mostOfAnything);
    s.hashes = config.positiveOr("num_hashes", 1, 64);
    // Without a seed the reference draws anew for each run; we always draw the same.
    s.seed = static_cast<std::uint32_t>(config.integerOr("hash_seed", 0));
    s.causal = config.flagOr("is_decoder", false);
    const auto hashed = std::count(kinds.begin(), kinds.end(), "lsh"),
               nearby = std::count(kinds.begin(), kinds.end(), "local");
    if (kinds.empty() || hashed + nearby != static_cast<std::ptrdiff_t>(kinds.size()))
        config.refuse("attn_layers", "expected lsh or local for each layer, found something else");
    if (hashed)
        s.buckets = bucketsOf(config);
    // The rotations are no parameters: nothing in the file backs their size.
    double rotations = 0;
    for (const int factor : s.buckets)
        rotations += factor / 2.0 * s.heads * s.dHead * s.hashes;
    if (rotations > 1 << 26)
        config.refuse("num_buckets", "expected at most 2^26 numbers in all rotations, found more");
    s.local = chunksOf(config, "local", s.causal);
    s.lsh = chunksOf(config, "lsh", s.causal);
    s.lsh.selfValue = -1e5; // section 2.2: nobody looks at itself who can look at somebody else
    // Texts are filled up so that all chunks come out even.
    const std::int64_t a = nearby ? s.local.length : s.lsh.length, b = hashed ? s.lsh.length : s.local.length;
    const std::int64_t common = std::lcm(a, b);
    if (common > mostOfAnything)
        config.refuse("lsh_attn_chunk_length",
                      "expected chunk lengths with a small common multiple, found " + std::to_string(common));
    for (ops::ChunkRule* rule : {&s.local, &s.lsh}) {
        rule->padTo = static_cast<int>(std::min<std::int64_t>(common, mostOfAnything));
        rule->padAbove = static_cast<int>(std::min(a, b));
    }
    return s;
}

TensorRef hashRotations(ProgramBuilder& b, const ChunkedAttention& s)
{
    if (s.buckets.empty())
        return {};
    const StageScope stage(b, "rotations", "Random rotations");
    const int size = std::accumulate(s.buckets.begin(), s.buckets.end(), 0) / 2;
    return b.step("hook_rotations", "R",
                  ops::randomRotations({named(axis::head, s.heads), named(axis::dHead, s.dHead),
                                        named("hash", s.hashes), named("rotation", size)},
                                       s.seed),
                  {});
}

AttentionTensors nearAttention(ProgramBuilder& b, const ChunkedAttention& s, const Attention& a,
                               const std::string& from, TensorRef x)
{
    AttentionTensors t;
    TensorRef scores;
    {
        const StageScope stage(b, "qkv", "Queries, keys, values");
        t.q = projectHeads(b, a, "Q", projection(s, from + "query"), x);
        t.k = projectHeads(b, a, "K", projection(s, from + "key"), x);
        t.v = projectHeads(b, a, "V", projection(s, from + "value"), x);
    }
    {
        const StageScope stage(b, "scores", "Scores q·kᵀ");
        scores = b.step(a.name + ".hook_qk", "QKᵀ", ops::scores(), {t.q, t.k});
    }
    scores = scaleScores(b, a, scores);
    {
        const StageScope stage(b, "mask", "Chunks");
        t.scores = b.step(a.name + ".hook_attn_scores", "S", ops::chunkScores(s.local), {scores});
    }
    t.pattern = softmaxScores(b, a, t.scores);
    return t;
}

AttentionTensors hashedAttention(ProgramBuilder& b, const ChunkedAttention& s, const Attention& a,
                                 const std::string& from, TensorRef x, TensorRef rotations)
{
    const std::string& n = a.name;
    AttentionTensors t;
    {
        const StageScope stage(b, "qkv", "Shared queries and keys, values");
        t.q = projectHeads(b, a, "Q", projection(s, from + "query_key"), x);
        t.v = projectHeads(b, a, "V", projection(s, from + "value"), x);
        const TensorRef size = b.step(n + ".hook_k_scale", "σ", ops::deviation(1e-6), {t.q});
        const TensorRef unit = b.step(n + ".hook_k_normalized", "Q̂", ops::rmsNorm(), {t.q, size});
        t.k = b.step(n + ".hook_k", "K", ops::scale(a.scale, a.scaleShown), {unit});
    }
    TensorRef buckets, perHash, patterns;
    {
        const StageScope stage(b, "hashing", "Hash into buckets");
        const TensorRef rotated = b.step(n + ".hook_rotated", "QR", ops::hashRotate(), {t.q, rotations});
        buckets = b.step(n + ".hook_buckets", "b", ops::buckets(s.buckets), {rotated});
    }
    {
        const StageScope stage(b, "scores", "Scores q·kᵀ");
        t.scores = b.step(n + ".hook_qk", "QKᵀ", ops::scores(), {t.q, t.k});
    }
    {
        const StageScope stage(b, "mask", "Chunks of sorted buckets");
        perHash = b.step(n + ".hook_attn_scores", "S", ops::chunkScores(s.lsh), {t.scores, buckets});
    }
    {
        const StageScope stage(b, "softmax", "Softmax in each round");
        patterns = b.step(n + ".hook_hash_pattern", "P_n", ops::softmax(), {perHash});
    }
    const StageScope stage(b, "hash_rounds", "Rounds together");
    const TensorRef logits = b.step(n + ".hook_hash_logits", "L", ops::logSumExp(), {perHash});
    const TensorRef weights = b.step(n + ".hook_hash_weights", "w", ops::hashWeights(), {logits});
    t.pattern = b.step(n + ".hook_pattern", "P", ops::combineHashes(), {patterns, weights});
    return t;
}

} // namespace headlight::families
