// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The parts that families put together: embeddings, norms, attention, MLPs, heads. Each adds its steps under
// TransformerLens names and its stages of the outline, and returns the tensor that goes on.

#include "ops/ops.h"
#include "program/builder.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace headlight::families {

struct Norm
{
    std::optional<Slice> weight, bias; ///< [d_model]; without a weight it only normalises
    double epsilon = 1e-5;
    bool rms = false;
};

/// Steps `prefix.hook_mean` (layer norm only), `prefix.hook_scale` and @p result (by default
/// `prefix.hook_normalized`), in a stage of their own.
TensorRef norm(ProgramBuilder& b, const std::string& prefix, TensorRef x, const Norm& norm,
               std::string result = {});

struct Attention
{
    std::string name;  ///< "blocks.0.attn"
    std::string stack; ///< "", "encoder", "decoder"
    int layer = 0;
    AttentionLayer::Kind kind = AttentionLayer::Kind::Self;
    int heads = 1, keyHeads = 1, dHead = 1;
    Slice wQ, wK, wV;                ///< [d_model, head, d_head]
    Slice wO;                        ///< [head, d_head, d_model]
    std::optional<Slice> bQ, bK, bV; ///< [head, d_head]
    std::optional<Slice> bO;         ///< [d_model]
    double scale = 1;                ///< factor on the scores
    std::string scaleShown;          ///< "1/√8"
    ops::MaskRule mask;
    std::optional<ops::RotarySpec> rotary;
    TensorRef positionBias; ///< added to the scaled scores, [head, query, key] (ALiBi, T5)
    /// Names of the d_head directions (compiled models).
    std::shared_ptr<const std::vector<std::string>> qkLabels, vLabels, modelLabels;
    std::string outputHook; ///< default: name's block + ".hook_attn_out"
};

/// softmax(scale · q(x) k(y)ᵀ + mask) v(y) W_O: queries from @p x, keys and values from @p y (the same tensor
/// for self-attention). Returns attn_out.
TensorRef attention(ProgramBuilder& b, const Attention& spec, TensorRef x, TensorRef y);

// The parts of attention(), for families whose scores come about in another way.

struct HeadProjection
{
    Slice weight;              ///< [d_model, head, d_head]
    std::optional<Slice> bias; ///< [head, d_head]
};
/// `hook_q` for the letter "Q", with parameters W_Q and b_Q; "Q_global" makes `hook_q_global`.
TensorRef projectHeads(ProgramBuilder& b, const Attention& spec, const std::string& letter,
                       const HeadProjection& to, TensorRef x);
/// `hook_scaled`, in a stage of its own.
TensorRef scaleScores(ProgramBuilder& b, const Attention& spec, TensorRef s, const std::string& suffix = {});
/// `hook_pattern`, `hook_z` and the block's attn_out, each in its stage.
TensorRef softmaxScores(ProgramBuilder& b, const Attention& spec, TensorRef s);
TensorRef mixValues(ProgramBuilder& b, const Attention& spec, TensorRef pattern, TensorRef v);
TensorRef joinHeads(ProgramBuilder& b, const Attention& spec, TensorRef z);

struct AttentionTensors
{
    TensorRef q, k, v, scores, pattern, z;
};
/// Lists the layer for views of heads.
void recordAttention(ProgramBuilder& b, const Attention& spec, const AttentionTensors& t);

struct Mlp
{
    Slice wIn, wOut;                              ///< [d_model, d_mlp], [d_mlp, d_model]
    std::optional<Slice> bIn, bOut, wGate, bGate; ///< with a gate: act(x W_gate) ⊙ (x W_in), Shazeer 2020
    ops::Activation activation = ops::Activation::GeluTanh;
    std::shared_ptr<const std::vector<std::string>> labels,
        modelLabels; ///< names of hidden units, of d_model
};

/// Steps `block.mlp.hook_pre`, `.hook_post`, `block.hook_mlp_out`. Returns mlp_out.
TensorRef mlp(ProgramBuilder& b, const std::string& block, TensorRef x, const Mlp& spec);

/// `to` = x + y (+ z, where two sublayers write at once), a checkpoint, in the stage "Add to the residual".
TensorRef addResidual(ProgramBuilder& b, const std::string& to, const std::string& symbol, TensorRef x,
                      TensorRef y, TensorRef z = {});

/// A part of a block with the residual around it: x + f(norm(x)), or norm(x + f(x)) when the norm comes after
/// (Xiong et al. 2020 compare the two).
struct Sublayer
{
    std::string block;      ///< "blocks.0"
    std::string ln = "ln1"; ///< the norm's name within the block
    Norm norm;
    bool normFirst = true;
    std::string sum = "hook_resid_mid"; ///< the sum's name within the block
    std::string normed = {};            ///< what a norm that comes after makes; default: ln.hook_normalized
};
TensorRef sublayer(ProgramBuilder& b, const Sublayer& spec, TensorRef x,
                   const std::function<TensorRef(TensorRef)>& f);
/// The name that the last norm of a block has when it comes after the sum.
inline constexpr const char* lastNormed = "hook_normalized_resid_post";

/// Declares a token stream, its input @p inputName and the stage "Tokens → ids" with the step @p hook.
TensorRef tokens(ProgramBuilder& b, Stream stream, const std::string& inputName,
                 const std::string& hook = "hook_tokens");
/// The same for an image: pixels [channel, row, column].
TensorRef pixels(ProgramBuilder& b, Stream stream, std::int64_t channels, std::int64_t rows,
                 std::int64_t columns, const std::string& hook = "hook_pixels");

/// `hook_logits` (and `hook_probs`) over @p outAxis: x · W_U + b_U.
void unembed(ProgramBuilder& b, TensorRef x, Slice wU, std::optional<Slice> bU, Axis outAxis,
             Prediction::Kind kind);

/// "1/√8" and its value.
double rootScale(int dHead);
std::string rootScaleShown(int dHead);

/// Rotary frequencies base^(−2k/dims), k = 0 … dims/2 − 1.
std::vector<double> rotaryFrequencies(int dims, double base);

/// "blocks.3" or "encoder.blocks.3".
std::string blockName(const std::string& stack, int layer);

/// The activation of a hub config's name ("gelu_new", "relu", "silu" …); an error on @p b for others.
ops::Activation activationNamed(ProgramBuilder& b, const std::string& name);

} // namespace headlight::families
