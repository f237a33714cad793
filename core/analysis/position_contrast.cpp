// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/position_contrast.h"

#include "analysis/what_if.h"
#include "run/execution.h"

namespace headlight {

Result<PositionContrast> positionContrast(const Model& model, const Trace& trace,
                                          std::shared_ptr<Workers> workers, const std::stop_token& stop)
{
    PositionContrast contrast;
    contrast.swapped = positionChangeOf(trace.overrides()).has_value();
    RunOptions options;
    options.base = trace;
    if (contrast.swapped) {
        options.overrides = withOwnPositions(trace.overrides());
    } else {
        WhatIf none;
        none.kind = WhatIf::Kind::NoPositions;
        const auto off = overridesOf(*model.program, none, trace.input());
        if (!off)
            return fail(ErrorCode::NotFound, "this model has no positions to leave out");
        options.overrides = with(trace.overrides(), *off);
    }
    auto run = Execution::start(model.program, model.parameters, trace.input(), std::move(workers),
                                std::move(options));
    if (!run)
        return tl::unexpected(run.error());
    if (auto ok = run->run(stop); !ok)
        return tl::unexpected(ok.error());
    contrast.own = contrast.swapped ? run->trace() : trace;
    contrast.other = contrast.swapped ? trace : run->trace();
    return contrast;
}

} // namespace headlight
