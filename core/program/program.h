// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A forward pass is a program made of data: an ordered list of steps, each of which applies one op to named
// tensors and yields one named tensor. The list is the model. No view, exporter or analysis knows which
// family built it.

#include "program/op.h"
#include "program/slice.h"
#include "tensor/tensor.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace headlight {

/// A tensor of a program: one of its inputs, parameters or step results.
struct TensorRef
{
    enum class Kind : std::uint8_t { None, Input, Parameter, Step };
    Kind kind = Kind::None;
    int index = -1;

    [[nodiscard]] bool valid() const { return kind != Kind::None; }
    bool operator==(const TensorRef&) const = default;
};

/// A sequence whose positions label axes: the text of a one-stack model; source and target of a two-stack
/// one; the patches of an image; a text with the segment before it in front.
struct Stream
{
    enum class Kind { Tokens, Patches, Memory };
    std::string name; ///< "text", "source", "target", "image", "memory"
    Kind kind = Kind::Tokens;
    int contextLength = 0;      ///< the longest that the model takes, in positions; 0 when there is no limit
    int vocabulary = 0;         ///< ids are 0 … vocabulary − 1 (Tokens)
    TensorRef ids;              ///< the input that holds the token ids, or the pixels
    bool decoded = false;       ///< the model writes it itself: without an input, greedy decoding makes it
    int startToken = -1;        ///< what a decoded stream begins with
    std::vector<int> endTokens; ///< what ends it
    int patchRows = 0, patchColumns = 0; ///< Patches: the grid, row by row
    int leadingTokens = 0;               ///< Patches: positions before the first patch ([CLS])
    int memoryLength = 0;                ///< Memory: positions that are remembered; the text's follow
    StreamIndex text = noStream;         ///< Memory: the stream that follows
};

/// A result that the next segment of a long text takes in (Dai et al. 2019).
struct Carried
{
    int step = -1;
    int input = -1;
};

/// Something that comes from outside: token ids (as numbers), token types, pixels, a memory.
struct InputSpec
{
    std::string name; ///< "tokens", "target_tokens", "token_types", "pixels"
    Axes axes;
    bool optional = false; ///< zeros when it is not given
    int choices = 0;       ///< whole numbers from 0 to choices − 1; 0: any numbers
};

struct ParameterSpec
{
    std::string name;   ///< hook style: "blocks.0.attn.W_Q"
    std::string symbol; ///< "W_Q"
    Axes axes;
    Slice source; ///< where in the checkpoint
};

struct Step
{
    std::string hook;   ///< TransformerLens name of the result: "blocks.0.attn.hook_q"
    std::string symbol; ///< what it is called in an equation: "Q"
    OpPtr op;
    std::vector<TensorRef> operands;
    Axes axes;               ///< of the result; position axes have anySize until an input is known
    int stage = -1;          ///< index of the innermost stage
    bool checkpoint = false; ///< kept when memory is short; others are computed again from these
    bool lazy = false;       ///< a side step that run() leaves out: computed when somebody looks
};

/// A node of the outline: the program, as a person reads it. Stages nest; a stage without children is a few
/// consecutive steps that belong together.
struct Stage
{
    std::string key;   ///< which text explains it: "softmax", "qkv", "layer"
    std::string title; ///< in English, to be translated by whoever shows it
    int number = -1;   ///< for "Layer 1"
    int parent = -1;
    std::vector<int> children;
    int firstStep = 0;
    int endStep = 0; ///< one past the last
};

/// Where one attention layer's tensors are, for views of heads.
struct AttentionLayer
{
    enum class Kind { Self, Cross };
    Kind kind = Kind::Self;
    std::string name;  ///< "blocks.1.attn", "decoder.blocks.0.cross_attn"
    std::string stack; ///< "", "encoder", "decoder", "text", "vision"
    int layer = 0;     ///< counted from 0 within its stack
    int heads = 0, keyHeads = 0, dHead = 0;
    int q = -1, k = -1, v = -1; ///< steps; with rotary positions the rotated ones
    int scores = -1, pattern = -1, z = -1;
    StreamIndex queries = noStream, keys = noStream;
};

/// What the model says in the end.
struct Prediction
{
    int logits = -1, probs = -1; ///< steps; probs may be absent
    StreamIndex stream =
        noStream; ///< whose positions have a prediction each; noStream: one for the whole input
    enum class Kind { NextToken, MaskedToken, Classes, None };
    Kind kind = Kind::None;
};

class Program
{
public:
    std::string family; ///< as a person says it: "GPT-2"
    std::vector<Stream> streams;
    std::vector<InputSpec> inputs;
    std::vector<ParameterSpec> parameters;
    std::vector<Step> steps;
    std::vector<Stage> stages; ///< a stage comes before its children
    std::vector<int> topStages;
    std::vector<AttentionLayer> attention;
    Prediction prediction;
    /// A second name of the same tensor: blocks.1.hook_resid_pre is blocks.0.hook_resid_post.
    std::vector<std::pair<std::string, TensorRef>> aliases;
    std::vector<Carried> carried;
    /// Checkpoint tensors that the family knows and rightly ignores (constant mask buffers).
    std::vector<std::string> ignored;

    /// A step, an alias, an input or a parameter by name.
    [[nodiscard]] TensorRef find(std::string_view name) const;
    [[nodiscard]] int findStep(std::string_view hook) const; ///< −1 when there is none
    [[nodiscard]] const std::string& nameOf(TensorRef ref) const;
    [[nodiscard]] const std::string& symbolOf(TensorRef ref) const;
    [[nodiscard]] const Axes& axesOf(TensorRef ref) const;

    /// The axes of every step for the given axes of the inputs. Errors name the step, the expected and the
    /// found axis.
    [[nodiscard]] Result<std::vector<Axes>> inferAxes(const std::vector<Axes>& inputAxes) const;

    /// To be called once by the builder when all lists are final.
    void index();

private:
    std::unordered_map<std::string, TensorRef> m_names;
};

} // namespace headlight
