// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "families/family.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace headlight::families {

std::string FamilyContext::prefix(const std::string& tensor,
                                  std::initializer_list<const char*> prefixes) const
{
    for (const char* p : prefixes)
        if (has(p + tensor))
            return p;
    return *prefixes.begin();
}

bool FamilyContext::divides(std::string_view key, std::int64_t wholeSize, std::int64_t part) const
{
    if (part > 0 && wholeSize % part == 0)
        return true;
    config.refuse(key,
                  "expected a divisor of " + std::to_string(wholeSize) + ", found " + std::to_string(part));
    return false;
}

std::optional<Slice> biasAt(const FamilyContext& c, const std::string& name, std::int64_t size)
{
    if (!c.has(name + ".bias"))
        return std::nullopt;
    return Slice(name + ".bias", {size});
}

Norm layerNormAt(const FamilyContext& c, const std::string& name, std::int64_t dModel, double epsilon)
{
    const bool old = !c.has(name + ".weight") && c.has(name + ".gamma");
    Norm norm;
    norm.weight = Slice(name + (old ? ".gamma" : ".weight"), {dModel});
    norm.bias = Slice(name + (old ? ".beta" : ".bias"), {dModel});
    norm.epsilon = epsilon;
    return norm;
}

void linearAttention(Attention& a, std::int64_t dModel, const AttentionNames& names)
{
    const auto weight = [&](const std::string& name, int heads) {
        return FamilyContext::linear(name + ".weight", std::int64_t{heads} * a.dHead, dModel).split(1, heads);
    };
    const auto bias = [&](const std::string& name, int heads) -> std::optional<Slice> {
        if (!names.qkvBias || name.empty())
            return std::nullopt;
        return Slice(name + ".bias", {std::int64_t{heads} * a.dHead}).split(0, heads);
    };
    a.wQ = weight(names.q, a.heads);
    a.wK = weight(names.k, a.keyHeads);
    a.wV = weight(names.v, a.keyHeads);
    a.bQ = bias(names.q, a.heads);
    a.bK = bias(names.k, a.keyHeads);
    a.bV = bias(names.v, a.keyHeads);
    a.wO = FamilyContext::linear(names.out + ".weight", dModel, std::int64_t{a.heads} * a.dHead)
               .split(0, a.heads);
    if (names.outBias)
        a.bO = Slice(names.out + ".bias", {dModel});
}

Mlp linearMlp(const std::string& in, const std::string& out, std::int64_t dModel, std::int64_t hidden,
              ops::Activation activation, bool biased)
{
    Mlp m{.wIn = FamilyContext::linear(in + ".weight", hidden, dModel),
          .wOut = FamilyContext::linear(out + ".weight", dModel, hidden)};
    if (biased) {
        m.bIn = Slice(in + ".bias", {hidden});
        m.bOut = Slice(out + ".bias", {dModel});
    }
    m.activation = activation;
    return m;
}

Slice interleavedWeight(const std::string& name, int part, const Attention& a, std::int64_t dModel)
{
    return FamilyContext::linear(name, std::int64_t{3} * a.heads * a.dHead, dModel)
        .split(1, a.heads)
        .narrow(2, std::int64_t{part} * a.dHead, a.dHead);
}

Slice interleavedBias(const std::string& name, int part, const Attention& a)
{
    return Slice(name, {std::int64_t{3} * a.heads * a.dHead})
        .split(0, a.heads)
        .narrow(1, std::int64_t{part} * a.dHead, a.dHead);
}

Stream targetStream(const Config& config, int contextLength, int vocabulary)
{
    Stream target{.name = "target", .contextLength = contextLength, .vocabulary = vocabulary};
    target.decoded = true;
    for (const char* key : {"decoder_start_token_id", "bos_token_id", "pad_token_id"})
        if (target.startToken < 0)
            target.startToken = config.integerOr(key, -1);
    if (config.has("eos_token_id"))
        target.endTokens = {config.integer("eos_token_id")};
    return target;
}

TensorRef embedTokens(ProgramBuilder& b, const std::string& stack, TensorRef ids, const Slice& table,
                      double factor, bool shared)
{
    const std::string p = stack.empty() ? "" : stack + ".";
    return b.step(p + "hook_embed", "E", ops::embed(factor),
                  {b.parameter((shared ? "" : p) + "embed.W_E", "W_E",
                               {named(axis::vocab, anySize), named(axis::dModel, anySize)}, table),
                   ids});
}

TensorRef embedPositions(ProgramBuilder& b, const std::string& stack, TensorRef like, const Slice& table,
                         int offset, int padding)
{
    const std::string p = stack.empty() ? "" : stack + ".";
    return b.step(p + "hook_pos_embed", "P", ops::positionRows(offset, padding),
                  {b.parameter(p + "pos_embed.W_pos", "W_pos",
                               {named(axis::position, anySize), named(axis::dModel, anySize)}, table),
                   like});
}

TensorRef embedGpt2(ProgramBuilder& b, TensorRef ids, const Slice& table, const Slice& positions)
{
    const StageScope stage(b, "embedding", "Embedding");
    const TensorRef embed = embedTokens(b, "", ids, table);
    return b.checkpoint("blocks.0.hook_resid_pre", "X", ops::add(),
                        {embed, embedPositions(b, "", ids, positions)});
}

void languageHead(const FamilyContext& c, TensorRef x, const Slice& embedding, const std::string& head,
                  bool tied, std::optional<Slice> bias, Prediction::Kind kind)
{
    tied = c.config.flagOr("tie_word_embeddings", tied) || !c.has(head + ".weight");
    if (tied)
        c.b.ignore(head + ".weight");
    const auto vocab = embedding.sizes[0];
    unembed(c.b, x,
            tied ? embedding.transpose() : FamilyContext::linear(head + ".weight", vocab, embedding.sizes[1]),
            std::move(bias), named(axis::vocab, vocab), kind);
}

TensorRef firstPosition(ProgramBuilder& b, TensorRef x)
{
    const StageScope stage(b, "class_token", "Class token");
    return b.step("hook_class_token", "x₀", ops::selectPosition(0), {x});
}

void classHead(const FamilyContext& c, TensorRef x, const std::string& from)
{
    const auto* entry = c.checkpoint.find(from + ".weight");
    if (!entry || entry->shape.size() != 2 || c.b.failed())
        return;
    const std::int64_t classes = entry->shape[0];
    Axis out = named(axis::classes, classes);
    out.labels = classLabels(c.config, static_cast<int>(std::min<std::int64_t>(classes, mostOfAnything)));
    unembed(c.b, x, FamilyContext::linear(from + ".weight", classes, c.b.axesOf(x).back().size),
            biasAt(c, from, classes), out, Prediction::Kind::Classes);
}

std::vector<double> scaledRotaryFrequencies(const Config& config, int dims, double base)
{
    // Every layer's op has its own list, which nothing in the file backs.
    if (dims > 1 << 16 || !(base > 0)) {
        config.refuse("rope_theta", "expected a positive base and at most 65536 dimensions, found " +
                                        std::to_string(base) + " and " + std::to_string(dims));
        return {};
    }
    auto f = rotaryFrequencies(dims, base);
    if (!config.has("rope_scaling"))
        return f;
    const Config scaling = config.child("rope_scaling");
    const std::string type = scaling.textOr("rope_type", scaling.textOr("type", "default"));
    const double factor = scaling.numberOr("factor", 1);
    if (!(factor > 0))
        scaling.refuse("factor", "expected a positive number, found " + std::to_string(factor));
    if (type == "linear") {
        for (double& w : f)
            w /= factor;
    } else if (type == "llama3") {
        const double low = scaling.numberOr("low_freq_factor", 1),
                     high = scaling.numberOr("high_freq_factor", 4);
        const double original = scaling.numberOr("original_max_position_embeddings", 8192);
        for (double& w : f) {
            const double wavelength = 2 * std::numbers::pi / w;
            if (wavelength > original / low) {
                w /= factor;
            } else if (wavelength > original / high) {
                const double smooth = (original / wavelength - low) / (high - low);
                w = (1 - smooth) * w / factor + smooth * w;
            }
        }
    } else if (type != "default") {
        scaling.refuse("rope_type", "expected default, linear or llama3, found \"" + type + "\"");
    }
    return f;
}

std::shared_ptr<const std::vector<std::string>> classLabels(const Config& config, int count)
{
    auto labels = std::make_shared<std::vector<std::string>>();
    const auto map = config.textMap("id2label");
    if (map.empty())
        return nullptr;
    for (int i = 0; i < count; ++i) {
        const auto it = map.find(std::to_string(i));
        labels->push_back(it == map.end() ? std::to_string(i) : it->second);
    }
    return labels;
}

} // namespace headlight::families
