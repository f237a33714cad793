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

/// Queries, keys and values from three torch Linears `name.weight` [heads·d_head, d_model] with optional
/// biases, and the output from `out.weight` [d_model, heads·d_head]. Missing bias tensors are left out.
void linearAttention(const FamilyContext& c, Attention& a, std::int64_t dModel, const std::string& q,
                     const std::string& k, const std::string& v, const std::string& out);
/// A layer norm `name.weight`, `name.bias` of hub files (also under their old names gamma and beta).
[[nodiscard]] Norm layerNormAt(const FamilyContext& c, const std::string& name, std::int64_t dModel,
                               double epsilon);
/// `name.bias` if the checkpoint has it.
[[nodiscard]] std::optional<Slice> biasAt(const FamilyContext& c, const std::string& name, std::int64_t size);

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
