// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A family turns a config.json and the names in a checkpoint into a Program. It is one small file: config
// keys to builder calls, checkpoint names to hook-style parameter names. To add one: write the file, add a
// line to registry.cpp. Nothing else in Headlight knows which families there are.

#include "families/blocks.h"
#include "formats/checkpoint.h"
#include "models/config.h"
#include "program/builder.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace headlight::families {

struct FamilyContext
{
    const Config& config;
    const Checkpoint& checkpoint;
    ProgramBuilder& b;

    [[nodiscard]] bool has(const std::string& tensor) const { return checkpoint.find(tensor) != nullptr; }

    /// The first of @p prefixes under which the checkpoint has @p tensor ("transformer.", ""); the first of
    /// all when none has, so that the error names the usual place.
    [[nodiscard]] std::string prefix(const std::string& tensor,
                                     std::initializer_list<const char*> prefixes) const;

    /// Slices of the shapes that checkpoints usually have. @p shape is what the file must say.
    [[nodiscard]] static Slice whole(std::string name, std::vector<std::int64_t> shape)
    {
        return {std::move(name), std::move(shape)};
    }
    /// A torch Linear [out, in] as [in, out].
    [[nodiscard]] static Slice linear(std::string name, std::int64_t out, std::int64_t in)
    {
        return Slice(std::move(name), {out, in}).transpose();
    }

    /// A config whose sizes the getters have refused must not be built from.
    [[nodiscard]] bool ready() const { return !config.error() && !b.failed(); }
    /// Checks that @p whole is a multiple of @p part, else records an error on @p key.
    bool divides(std::string_view key, std::int64_t whole, std::int64_t part) const;
};

/// Where an attention's four torch Linears are, and which of them have biases.
struct AttentionNames
{
    std::string q, k, v, out; ///< "….query": its matrix is "….query.weight"
    bool qkvBias = true, outBias = true;
};
/// Fills in @p a's queries, keys and values from matrices [heads·d_head, from], and its output from
/// [d_model, heads·d_head].
void linearAttention(Attention& a, std::int64_t dModel, const AttentionNames& names);
/// Two torch Linears with biases (unless @p biased says otherwise): `in` [hidden, d_model] and `out`
/// [d_model, hidden].
[[nodiscard]] Mlp linearMlp(const std::string& in, const std::string& out, std::int64_t dModel,
                            std::int64_t hidden, ops::Activation activation, bool biased = true);
/// A layer norm `name.weight`, `name.bias` of hub files (also under their old names gamma and beta).
[[nodiscard]] Norm layerNormAt(const FamilyContext& c, const std::string& name, std::int64_t dModel,
                               double epsilon);
/// `name.bias` if the checkpoint has it.
[[nodiscard]] std::optional<Slice> biasAt(const FamilyContext& c, const std::string& name, std::int64_t size);
/// One of three matrices of queries, keys and values (@p part 0, 1, 2) that lie head by head in one torch
/// Linear [heads · 3 · d_head, d_model], as [d_model, head, d_head]; and its bias.
[[nodiscard]] Slice interleavedWeight(const std::string& name, int part, const Attention& a,
                                      std::int64_t dModel);
[[nodiscard]] Slice interleavedBias(const std::string& name, int part, const Attention& a);

/// The stream that a two-stack model writes itself, with the tokens that begin and end it by config.json.
[[nodiscard]] Stream targetStream(const Config& config, int contextLength, int vocabulary);

/// Step `hook_embed` (of a stack): rows of @p table [vocab, d_model] for @p ids, times @p factor. Two stacks
/// with one table have one parameter embed.W_E; those that are not @p shared have one each.
TensorRef embedTokens(ProgramBuilder& b, const std::string& stack, TensorRef ids, const Slice& table,
                      double factor = 1, bool shared = true);
/// Step `hook_pos_embed` (of a stack): rows of @p table [position, d_model], from row @p offset on
/// (ops::positionRows).
TensorRef embedPositions(ProgramBuilder& b, const std::string& stack, TensorRef like, const Slice& table,
                         int offset = 0, int padding = -1);
/// The stage "embedding" of GPT-2 and its kin, up to `blocks.0.hook_resid_pre`: rows of @p table for @p ids
/// plus rows of @p positions [position, d_model].
TensorRef embedGpt2(ProgramBuilder& b, TensorRef ids, const Slice& table, const Slice& positions);
/// Logits over the vocabulary: x · W_Eᵀ where config.json ties them (@p tied says what a missing key means)
/// or the file has no @p head.weight, else `head.weight`. @p bias may be none.
void languageHead(const FamilyContext& c, TensorRef x, const Slice& embedding, const std::string& head,
                  bool tied, std::optional<Slice> bias = std::nullopt,
                  Prediction::Kind kind = Prediction::Kind::NextToken);

/// The first position's vector, which stands for the whole input, as `hook_class_token`.
TensorRef firstPosition(ProgramBuilder& b, TensorRef x);
/// Classes by `from.weight` and `from.bias`, for one vector or for every position.
void classHead(const FamilyContext& c, TensorRef x, const std::string& from);

/// Rotary frequencies with the config's rope_scaling: linear (positions divided), or llama3's smooth blend of
/// slow frequencies (as published with LLaMA 3.1).
[[nodiscard]] std::vector<double> scaledRotaryFrequencies(const Config& config, int dims, double base);

/// Labels from config's id2label, or null.
[[nodiscard]] std::shared_ptr<const std::vector<std::string>> classLabels(const Config& config, int count);

struct Family
{
    std::string_view modelType; ///< config.json's model_type
    std::string_view title;     ///< as a person says it
    void (*build)(FamilyContext&);
};

/// All families, in the order in which help lists them.
[[nodiscard]] const std::vector<Family>& all();
/// The family of a model_type, or a null pointer.
[[nodiscard]] const Family* find(std::string_view modelType);

/// Largest size of one axis that a config may claim: more than any published model, small enough that no
/// product of two overflows.
inline constexpr int mostOfAnything = 1 << 24;

} // namespace headlight::families
