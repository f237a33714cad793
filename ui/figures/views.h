// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Views by name: what `headlight export --view` and the window's panels show.

#include "figures/color_scale.h"
#include "figures/tensor_slice.h"

#include <QImage>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

struct ViewOptions
{
    std::string hook;         ///< stage, tensor: which one
    std::optional<int> layer; ///< head, rollout: counted from 0 within its stack
    std::optional<int> head;  ///< head; and the slice of stage and tensor
    std::vector<int> heads;   ///< links: which heads; empty: --head, or all
    double threshold = -1;    ///< links: weights below have no line; negative: what can be read
    bool arcs = false;        ///< links: over the running text
    std::optional<int>
        query;              ///< qk, scatter, overlay: the position that looks; the last (overlay: the first)
    std::optional<int> key; ///< qk, scatter: the one that is looked at; the strongest
    QImage image;           ///< overlay: the picture as it was given
    std::string attention;  ///< head: "cross", "encoder", "decoder" … or an attention layer's full name
    ScaleOptions scale;     ///< colours; the sink where a pattern is shown
    std::optional<int>
        position; ///< dla, sources, flow: which position; else the last one; positions: the dial's
    std::optional<int> token; ///< lens, dla, sources: which token (or class); else the most probable one
    std::string picture;      ///< positions: which one; empty: the values
    int encoding = 0;         ///< positions: which of several
    bool cosine = false;      ///< positions, similarity: cosines instead of dot products
    std::vector<std::int64_t> curves; ///< positions: dimensions to draw as curves
    std::optional<int> offset;        ///< positions, dial: how far the key stands before the query
    /// compare: the other side, as the run before a change; the run itself without one. heads: the run that
    /// is subtracted. pairForView(): what the view stands beside.
    FigureSource base;
    QImage baseImage;             ///< overlay: the picture that the other side has read
    std::array<QString, 2> sides; ///< names of the other side and of this one
    std::optional<Cell> focus;    ///< stage, tensor: a cell of the hook that must be in the picture
};

/// "stage", "tensor", "heads", "head", "links", "qk", "scatter", "overlay", "positions", the views across
/// layers "norms", "lens", "dla", "sources", "rollout", "flow", and "compare". "grid" is a second name of
/// "heads".
[[nodiscard]] const std::vector<std::string>& viewNames();

/// Errors in one line: an unknown view (with the known ones), hook (with a near one), layer or head (with how
/// many there are).
[[nodiscard]] Result<FigurePtr> figureForView(std::string_view view, FigureSource source,
                                              const ViewOptions& options = {});

/// The view of both sides (options.base and @p source) and, where it has one, their difference. "stage" and
/// "tensor" compare as "compare" does; "head" compares a head's pattern.
[[nodiscard]] Result<FigurePtr> pairForView(std::string_view view, FigureSource source,
                                            const ViewOptions& options);

} // namespace headlight
