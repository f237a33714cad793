// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/parameters.h"

#include <algorithm>
#include <set>

namespace headlight {

namespace {

std::string shapeText(const std::vector<std::int64_t>& shape)
{
    return describe(Cell(shape));
}

} // namespace

Result<std::shared_ptr<const Parameters>> Parameters::open(std::shared_ptr<const Program> program,
                                                           std::shared_ptr<const Checkpoint> checkpoint)
{
    for (const ParameterSpec& p : program->parameters) {
        const Checkpoint::Entry* entry = checkpoint->find(p.source.tensor);
        if (!entry)
            return fail(ErrorCode::NotFound,
                        "expected this tensor of shape " + shapeText(p.source.fileShape) +
                            ", found none of that name in the checkpoint",
                        p.source.tensor);
        if (entry->shape != p.source.fileShape)
            return fail(ErrorCode::BadShape,
                        "expected shape " + shapeText(p.source.fileShape) + " by config.json, found " +
                            shapeText(entry->shape),
                        p.source.tensor);
    }
    auto parameters = std::make_shared<Parameters>();
    parameters->m_tensors.resize(program->parameters.size());
    parameters->m_program = std::move(program);
    parameters->m_checkpoint = std::move(checkpoint);
    return std::shared_ptr<const Parameters>(std::move(parameters));
}

Result<TensorPtr> Parameters::tensor(int parameter) const
{
    const auto index = static_cast<std::size_t>(parameter);
    {
        const std::lock_guard lock(m_mutex);
        if (m_tensors[index])
            return m_tensors[index];
    }
    const ParameterSpec& spec = m_program->parameters[index];
    auto floats = m_checkpoint->floats(spec.source.tensor);
    if (!floats)
        return tl::unexpected(floats.error());
    auto made = std::make_shared<const Tensor>(spec.axes, floats->data + spec.source.offset,
                                               spec.source.strides, floats->owner);
    const std::lock_guard lock(m_mutex);
    if (!m_tensors[index])
        m_tensors[index] = std::move(made);
    return m_tensors[index];
}

std::vector<std::string> Parameters::unused() const
{
    std::set<std::string> known(m_program->ignored.begin(), m_program->ignored.end());
    for (const ParameterSpec& p : m_program->parameters)
        known.insert(p.source.tensor);
    std::vector<std::string> names;
    for (const auto& entry : m_checkpoint->entries())
        if (!known.contains(entry.name))
            names.push_back(entry.name);
    return names;
}

std::int64_t Parameters::count() const
{
    std::set<std::string> seen;
    std::int64_t total = 0;
    for (const ParameterSpec& p : m_program->parameters)
        if (const auto* entry = m_checkpoint->find(p.source.tensor);
            entry && seen.insert(p.source.tensor).second)
            total += entry->count;
    return total;
}

} // namespace headlight
