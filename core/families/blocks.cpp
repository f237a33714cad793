// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "families/blocks.h"

#include <cmath>

namespace headlight::families {

namespace {

Axes withLabels(Axes axes, std::string_view name,
                const std::shared_ptr<const std::vector<std::string>>& labels)
{
    if (const int at = findAxis(axes, name); at >= 0)
        axes[static_cast<std::size_t>(at)].labels = labels;
    return axes;
}

const Axis dModel = named(axis::dModel, anySize);
const Axis head = named(axis::head, anySize);
const Axis dHead = named(axis::dHead, anySize);
const Axis dMlp = named(axis::dMlp, anySize);

std::string blockOf(const std::string& attentionName)
{
    return attentionName.substr(0, attentionName.rfind('.'));
}

} // namespace

double rootScale(int dHeadSize)
{
    return 1 / std::sqrt(static_cast<double>(dHeadSize));
}

std::string rootScaleShown(int dHeadSize)
{
    return "1/√" + std::to_string(dHeadSize);
}

std::vector<double> rotaryFrequencies(int dims, double base)
{
    std::vector<double> frequencies;
    for (int k = 0; k < dims / 2; ++k)
        frequencies.push_back(std::pow(base, -2.0 * k / dims));
    return frequencies;
}

std::string blockName(const std::string& stack, int layer)
{
    return (stack.empty() ? "" : stack + ".") + "blocks." + std::to_string(layer);
}

ops::Activation activationNamed(ProgramBuilder& b, const std::string& name)
{
    using enum ops::Activation;
    if (name == "relu")
        return Relu;
    if (name == "gelu_new" || name == "gelu_pytorch_tanh" || name == "gelu_fast" || name == "gelu_tanh")
        return GeluTanh;
    if (name == "gelu" || name == "gelu_python")
        return GeluErf;
    if (name == "quick_gelu")
        return QuickGelu;
    if (name == "silu" || name == "swish")
        return Silu;
    if (name == "tanh")
        return Tanh;
    b.error({ErrorCode::Unsupported,
             "expected an activation such as gelu, gelu_new, quick_gelu, relu, silu or tanh, found \"" +
                 name + "\"",
             "config.json"});
    return Relu;
}

TensorRef tokens(ProgramBuilder& b, Stream stream, const std::string& inputName, const std::string& hook)
{
    const auto index = static_cast<StreamIndex>(b.program().streams.size());
    stream.ids = b.input(inputName, {positions(index)});
    b.stream(stream);
    const StageScope stage(b, "tokens", "Tokens → ids");
    return b.checkpoint(hook, "ids", ops::input(), {stream.ids});
}

TensorRef pixels(ProgramBuilder& b, Stream stream, std::int64_t channels, std::int64_t rows,
                 std::int64_t columns, const std::string& hook)
{
    stream.kind = Stream::Kind::Patches;
    stream.ids = b.input(
        "pixels", {named(axis::channel, channels), named(axis::row, rows), named(axis::column, columns)});
    b.stream(stream);
    const StageScope stage(b, "pixels", "Image → pixels");
    return b.checkpoint(hook, "pixels", ops::input(), {stream.ids});
}

TensorRef norm(ProgramBuilder& b, const std::string& prefix, TensorRef x, const Norm& spec,
               std::string result)
{
    if (result.empty())
        result = prefix + ".hook_normalized";
    const bool last = prefix.find("final") != std::string::npos;
    const StageScope stage(b, spec.rms ? "rms_norm" : "layer_norm",
                           last ? (spec.rms ? "Final RMS norm" : "Final layer norm")
                                : (spec.rms ? "RMS norm" : "Layer norm"));
    std::vector<TensorRef> operands{x};
    if (!spec.rms)
        operands.push_back(b.step(prefix + ".hook_mean", "μ", ops::mean(), {x}));
    operands.push_back(b.step(prefix + ".hook_scale", "σ", ops::deviation(spec.epsilon), operands));
    // Norms run over the last axis, whatever it is called (a reformer's is two streams side by side).
    const Axes axes = b.failed() ? Axes{dModel} : Axes{b.axesOf(x).back()};
    if (spec.weight)
        operands.push_back(b.parameter(prefix + ".w", "w", axes, *spec.weight));
    if (spec.bias)
        operands.push_back(b.parameter(prefix + ".b", "b", axes, *spec.bias));
    return b.step(result, "x̂", spec.rms ? ops::rmsNorm() : ops::layerNorm(), operands);
}

TensorRef projectHeads(ProgramBuilder& b, const Attention& spec, const std::string& letter,
                       const HeadProjection& to, TensorRef x)
{
    std::string lower = letter;
    lower[0] = static_cast<char>(lower[0] + ('a' - 'A'));
    const auto& labels = letter[0] == 'V' ? spec.vLabels : spec.qkLabels;
    std::vector<TensorRef> operands{
        x, b.parameter(spec.name + ".W_" + letter, "W_" + letter,
                       withLabels(withLabels({dModel, head, dHead}, axis::dHead, labels), axis::dModel,
                                  spec.modelLabels),
                       to.weight)};
    if (to.bias)
        operands.push_back(b.parameter(spec.name + ".b_" + letter, "b_" + letter, {head, dHead}, *to.bias));
    return b.step(spec.name + ".hook_" + lower, letter, ops::linear(), operands);
}

TensorRef scaleScores(ProgramBuilder& b, const Attention& spec, TensorRef s, const std::string& suffix)
{
    const StageScope stage(b, "scale", spec.scale == 1 ? "Scale (none)" : "Scale ÷ √d");
    return b.step(spec.name + ".hook_scaled" + suffix, "S/√d",
                  ops::scale(spec.scale, spec.scale == 1 ? "1" : spec.scaleShown), {s});
}

TensorRef softmaxScores(ProgramBuilder& b, const Attention& spec, TensorRef s)
{
    const StageScope stage(b, "softmax", "Softmax");
    return b.step(spec.name + ".hook_pattern", "P", ops::softmax(), {s});
}

TensorRef mixValues(ProgramBuilder& b, const Attention& spec, TensorRef pattern, TensorRef v)
{
    const StageScope stage(b, "mix", "Mix the values");
    return b.step(spec.name + ".hook_z", "Z", ops::mix(), {pattern, v});
}

TensorRef joinHeads(ProgramBuilder& b, const Attention& spec, TensorRef z)
{
    const StageScope stage(b, "join_heads", "Join heads, W_O");
    const std::string& n = spec.name;
    const TensorRef wO = b.parameter(n + ".W_O", "W_O",
                                     withLabels(withLabels({head, dHead, dModel}, axis::dHead, spec.vLabels),
                                                axis::dModel, spec.modelLabels),
                                     spec.wO);
    b.step(n + ".hook_result", "Z_h W_O", ops::headResults(), {z, wO}, {.checkpoint = false, .lazy = true});
    std::vector<TensorRef> operands{z, wO};
    if (spec.bO)
        operands.push_back(b.parameter(n + ".b_O", "b_O", {dModel}, *spec.bO));
    return b.step(spec.outputHook.empty() ? blockOf(n) + ".hook_attn_out" : spec.outputHook, "A",
                  ops::linear(), operands);
}

void recordAttention(ProgramBuilder& b, const Attention& spec, const AttentionTensors& t)
{
    if (b.failed())
        return;
    AttentionLayer layer;
    layer.kind = spec.kind;
    layer.name = spec.name;
    layer.stack = spec.stack;
    layer.layer = spec.layer;
    layer.heads = spec.heads;
    layer.keyHeads = spec.keyHeads;
    layer.dHead = spec.dHead;
    layer.q = t.q.index;
    layer.k = t.k.index;
    layer.v = t.v.index;
    layer.scores = t.scores.index;
    layer.pattern = t.pattern.index;
    layer.z = t.z.index;
    layer.queries = b.axesOf(t.pattern)[1].stream;
    layer.keys = b.axesOf(t.pattern)[2].stream;
    b.attention(std::move(layer));
}

TensorRef attention(ProgramBuilder& b, const Attention& spec, TensorRef x, TensorRef y)
{
    const std::string& n = spec.name;
    AttentionTensors t;
    {
        const StageScope stage(b, "qkv", "Queries, keys, values");
        t.q = projectHeads(b, spec, "Q", {spec.wQ, spec.bQ}, x);
        t.k = projectHeads(b, spec, "K", {spec.wK, spec.bK}, y);
        t.v = projectHeads(b, spec, "V", {spec.wV, spec.bV}, y);
    }
    if (spec.rotary) {
        const StageScope stage(b, "rotary", "Rotary positions");
        t.q = b.step(n + ".hook_rot_q", "Q", ops::rotary(*spec.rotary), {t.q});
        t.k = b.step(n + ".hook_rot_k", "K", ops::rotary(*spec.rotary), {t.k});
    }
    TensorRef s;
    {
        const StageScope stage(b, "scores", "Scores q·kᵀ");
        s = b.step(n + ".hook_qk", "QKᵀ", ops::scores(), {t.q, t.k});
    }
    s = scaleScores(b, spec, s);
    if (spec.positionBias.valid()) {
        const StageScope stage(b, "position_bias", "Position bias");
        s = b.step(n + ".hook_biased", "S + B", ops::add(), {s, spec.positionBias});
    }
    {
        const StageScope stage(b, "mask",
                               spec.mask.allowsAll() ? "Mask (none)"
                               : spec.mask.causal    ? "Causal mask"
                                                     : "Mask");
        t.scores = b.step(n + ".hook_attn_scores", "S", ops::mask(spec.mask), {s});
    }
    t.pattern = softmaxScores(b, spec, t.scores);
    t.z = mixValues(b, spec, t.pattern, t.v);
    const TensorRef out = joinHeads(b, spec, t.z);
    recordAttention(b, spec, t);
    return out;
}

TensorRef mlp(ProgramBuilder& b, const std::string& block, TensorRef x, const Mlp& spec)
{
    const StageScope stage(b, spec.wGate ? "gated_mlp" : "mlp", "MLP");
    const std::string n = block + ".mlp";
    const auto hidden =
        withLabels(withLabels({dModel, dMlp}, axis::dMlp, spec.labels), axis::dModel, spec.modelLabels);
    const auto project = [&](const std::string& hook, const std::string& symbol, const std::string& suffix,
                             const Slice& w, const std::optional<Slice>& bias) {
        std::vector<TensorRef> operands{x, b.parameter(n + ".W_" + suffix, "W_" + suffix, hidden, w)};
        if (bias)
            operands.push_back(b.parameter(n + ".b_" + suffix, "b_" + suffix, {dMlp}, *bias));
        return b.step(n + hook, symbol, ops::linear(), operands);
    };
    TensorRef post;
    if (spec.wGate) {
        const TensorRef pre = project(".hook_pre", "G", "gate", *spec.wGate, spec.bGate);
        const TensorRef linear = project(".hook_pre_linear", "U", "in", spec.wIn, spec.bIn);
        const TensorRef gate = b.step(n + ".hook_gate", "act(G)", ops::activation(spec.activation), {pre});
        post = b.step(n + ".hook_post", "H", ops::multiply(), {gate, linear});
    } else {
        const TensorRef pre = project(".hook_pre", "H", "in", spec.wIn, spec.bIn);
        post = b.step(n + ".hook_post", "act(H)", ops::activation(spec.activation), {pre});
    }
    std::vector<TensorRef> operands{
        post, b.parameter(n + ".W_out", "W_out",
                          withLabels(withLabels({dMlp, dModel}, axis::dMlp, spec.labels), axis::dModel,
                                     spec.modelLabels),
                          spec.wOut)};
    if (spec.bOut)
        operands.push_back(b.parameter(n + ".b_out", "b_out", {dModel}, *spec.bOut));
    return b.step(block + ".hook_mlp_out", "M", ops::linear(), operands);
}

TensorRef addResidual(ProgramBuilder& b, const std::string& to, const std::string& symbol, TensorRef x,
                      TensorRef y, TensorRef z)
{
    const StageScope stage(b, "residual", "Add to the residual");
    if (z.valid())
        return b.checkpoint(to, symbol, ops::add(3), {x, y, z});
    return b.checkpoint(to, symbol, ops::add(), {x, y});
}

TensorRef sublayer(ProgramBuilder& b, const Sublayer& spec, TensorRef x,
                   const std::function<TensorRef(TensorRef)>& f)
{
    const std::string ln = spec.block + "." + spec.ln, sum = spec.block + "." + spec.sum;
    if (spec.normFirst)
        return addResidual(b, sum, "X", x, f(norm(b, ln, x, spec.norm)));
    return norm(b, ln, addResidual(b, sum, "X", x, f(x)), spec.norm,
                spec.normed.empty() ? "" : spec.block + "." + spec.normed);
}

void unembed(ProgramBuilder& b, TensorRef x, Slice wU, std::optional<Slice> bU, Axis outAxis,
             Prediction::Kind kind)
{
    Prediction prediction;
    prediction.kind = kind;
    TensorRef logits;
    {
        const StageScope stage(b, "logits", "Logits");
        const Axis in = b.failed() ? dModel : b.axesOf(x).back();
        std::vector<TensorRef> operands{x, b.parameter("unembed.W_U", "W_U", {in, outAxis}, std::move(wU))};
        if (bU)
            operands.push_back(b.parameter("unembed.b_U", "b_U", {outAxis}, *bU));
        logits = b.step("hook_logits", "logits", ops::linear(), operands);
    }
    const StageScope stage(b, "probabilities", "Probabilities");
    const TensorRef probs = b.step("hook_probs", "p", ops::softmax(), {logits});
    prediction.logits = logits.index;
    prediction.probs = probs.index;
    if (!b.failed() && b.axesOf(logits)[0].isPositions())
        prediction.stream = b.axesOf(logits)[0].stream;
    b.prediction(prediction);
}

} // namespace headlight::families
