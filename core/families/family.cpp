// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "families/family.h"

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

void linearAttention(const FamilyContext& c, Attention& a, std::int64_t dModel, const std::string& q,
                     const std::string& k, const std::string& v, const std::string& out)
{
    const auto weight = [&](const std::string& name, int heads) {
        return FamilyContext::linear(name + ".weight", std::int64_t{heads} * a.dHead, dModel).split(1, heads);
    };
    const auto bias = [&](const std::string& name, int heads) -> std::optional<Slice> {
        if (auto whole = biasAt(c, name, std::int64_t{heads} * a.dHead))
            return whole->split(0, heads);
        return std::nullopt;
    };
    a.wQ = weight(q, a.heads);
    a.wK = weight(k, a.keyHeads);
    a.wV = weight(v, a.keyHeads);
    a.bQ = bias(q, a.heads);
    a.bK = bias(k, a.keyHeads);
    a.bV = bias(v, a.keyHeads);
    a.wO = FamilyContext::linear(out + ".weight", dModel, std::int64_t{a.heads} * a.dHead).split(0, a.heads);
    a.bO = biasAt(c, out, dModel);
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
