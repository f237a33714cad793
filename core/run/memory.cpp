// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/memory.h"

namespace headlight {

Result<ModelInput> continued(const Trace& before, ModelInput next)
{
    const Program& program = before.program();
    next.tensors.resize(program.inputs.size());
    next.streams.resize(program.streams.size());
    for (const Carried& carried : program.carried) {
        auto left = before.step(carried.step);
        if (!left)
            return tl::unexpected(left.error());
        next.tensors[static_cast<std::size_t>(carried.input)] = std::move(*left);
    }
    for (std::size_t s = 0; s < program.streams.size(); ++s) {
        const Stream& stream = program.streams[s];
        if (stream.kind != Stream::Kind::Memory)
            continue;
        // Positions of that run that are remembered: its last ones, of its own memory where it was short.
        const auto text = static_cast<std::size_t>(stream.text);
        const auto tokens = static_cast<std::int64_t>(before.input().streams[text].labels.size());
        auto& labels = next.streams[s].labels;
        labels.clear();
        for (std::int64_t i = tokens; i < tokens + stream.memoryLength; ++i) {
            PositionLabel label;
            label.text = before.label(static_cast<StreamIndex>(s), i);
            labels.push_back(std::move(label));
        }
    }
    return next;
}

} // namespace headlight
