// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The analyses across layers as tables: what core computes, with names for its rows, columns and cells.

#include "analysis/progress.h"
#include "figures/table_figure.h"
#include "figures/tensor_slice.h"

#include <stop_token>
#include <string_view>

namespace headlight {

enum class AcrossView { Norms, Lens, Attribution, Sources, Rollout, Flow };

struct AcrossRequest
{
    AcrossView view = AcrossView::Norms;
    std::int64_t position = -1; ///< whose logit, or from where flow starts; −1: the last one
    int token = -1;             ///< which token's logit, or rank in the lens; −1: the most probable one
    std::optional<int> layer;   ///< rollout: up to which one; the last one without
};

/// The name on the command line ("norms", "lens", "dla", "sources", "rollout", "flow") and the one on screen.
[[nodiscard]] std::string_view acrossName(AcrossView view);
[[nodiscard]] QString acrossTitle(AcrossView view);
/// What it means, in a sentence, with its source.
[[nodiscard]] QString acrossMeaning(AcrossView view);
[[nodiscard]] std::optional<AcrossView> acrossViewOf(std::string_view name);

/// Whether a model has what the view is about.
[[nodiscard]] bool appliesTo(AcrossView view, const Program& program);

/// Whether the table depends on the position that is asked for.
[[nodiscard]] bool followsPosition(AcrossView view);

/// Takes as long as the analysis takes. Errors: those of the analysis, with the reason where it does not
/// apply.
[[nodiscard]] Result<TableContent> acrossTable(const FigureSource& source, Workers& workers,
                                               const AcrossRequest& request, std::stop_token stop = {},
                                               const AnalysisProgress& progress = {});

} // namespace headlight
