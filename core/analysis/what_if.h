// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What if the scores were not divided by √d, if nothing was masked, if this head was off? A WhatIf says it as
// a person does; here it becomes the changes of single steps (Overrides) that give the changed run. Which
// steps those are follows from the program alone: from the attention layers and from what each step's op is.

#include "program/program.h"
#include "run/input.h"
#include "run/override.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headlight {

struct WhatIf
{
    enum class Kind {
        NoScale,     ///< no 1/√d_k (Vaswani et al. 2017, eq. 1)
        Temperature, ///< softmax(S / t)
        Mask,        ///< another rule of who may look at whom
        Uniform,     ///< every key that is not masked gets the same share
        Identity,    ///< every position looks at itself alone
        NoPositions, ///< added positions and biases are 0, rotations do not turn
        Positions,   ///< another encoding in the place of the model's own
        Off,         ///< an attention or an MLP adds nothing to the residual stream
        HeadOff,     ///< one head's mixed values are 0
        HeadMean,    ///< … or their mean over this input's positions
        Edit,        ///< cells of a step's result, a parameter or an input
    };
    enum class Mask {
        None,
        Causal,
        Window,      ///< the nearest `size` positions, in the direction in which the layer looks anyway
        Strided,     ///< Child et al. 2019, 4.2, with stride `size`
        Fixed,       ///< Child et al. 2019, 4.3, with blocks of `size`
        Alternating, ///< Brown et al. 2020, 2.1: layers 0, 2 … dense, layers 1, 3 … banded with width `size`
    };

    enum class Positions {
        Sinusoidal, ///< sines and cosines instead of learned vectors; added where nothing is added yet
        Rotary,     ///< queries and keys are turned (Su et al. 2021, base 10000), nothing else
        Alibi,      ///< scores fall with the distance (Press et al. 2022), nothing else
        Reversed,   ///< the model's own, the tokens counted from the end
        Shuffled,   ///< … in an order drawn with the seed `size`
        Shifted,    ///< … `size` positions later
    };

    Kind kind = Kind::NoScale;
    /// An attention layer ("blocks.1.attn"), an MLP ("blocks.1.mlp"), all that a name contains ("blocks.1"),
    /// a step's hook, for Edit also a parameter or an input. Elsewhere than in Edit * and ? match any
    /// characters.
    std::string target = "*";
    double temperature = 1;
    Mask mask = Mask::None;
    Positions positions = Positions::Sinusoidal;
    int size = 0; ///< of a mask's window, stride or block; Positions: seed or shift
    int head = 0;
    /// Edit: one index an axis, nothing for all of an axis; one value for all those cells, or one for each.
    std::vector<std::optional<std::int64_t>> cell;
    std::vector<float> values;
};

/// Reads a what-if as the command line has it: TARGET:CHANGE, or HOOK[I,J,…]=V[,V…].
///
///   blocks.1.attn:no-scale       blocks.1.attn:mask=window:4    blocks.1.mlp:off
///   *:temperature=0.5            *:no-positions                 blocks.0.attn:head-off=3
///   *:positions=alibi            *:positions=shuffled:7         *:positions=shifted:4
///   blocks.0.attn.hook_pattern[3,5,*]=0
///
/// Errors: BadInput, with what was expected.
[[nodiscard]] Result<WhatIf> parseWhatIf(std::string_view spec);
/// The part behind the target: "mask=window:4".
[[nodiscard]] std::string changeText(const WhatIf& whatIf);
/// What parseWhatIf() reads.
[[nodiscard]] std::string specOf(const WhatIf& whatIf);
/// A number as a person types it, "-inf" and "inf" too; not a NaN.
[[nodiscard]] std::optional<float> parseCellValue(std::string_view text);

/// The changes of steps that a what-if means. @p input gives the sizes that an Edit needs.
/// Errors: NotFound (no such target, with what there is), BadInput (the change makes no sense there; cells
/// that the tensor does not have; token ids, which change with the text).
[[nodiscard]] Result<Overrides> overridesOf(const Program& program, const WhatIf& whatIf,
                                            const ModelInput& input = {});

/// The list with the changes of @p added in place of those of the same kind on the same target; edited cells
/// of one tensor are one change.
[[nodiscard]] Overrides with(Overrides list, const Overrides& added);
/// The list without the changes of the same kind on the same targets as @p removed (for edits: all of them).
[[nodiscard]] Overrides without(Overrides list, const Overrides& removed);
/// The list without edits of cells that do not exist for this input (a shorter text).
[[nodiscard]] Overrides fitting(const Program& program, const ModelInput& input, const Overrides& list);

/// The list without all changes of positions (NoPositions, Positions): the model's own encoding again.
[[nodiscard]] Overrides withOwnPositions(Overrides list);
/// The change of positions in a list, if there is one: how a chooser shows it. Its target is the first one.
[[nodiscard]] std::optional<WhatIf> positionChangeOf(const Overrides& list);

/// A part of a layer that adds to the residual stream.
struct Sublayer
{
    std::string name;   ///< "blocks.1.attn", "blocks.1.mlp"
    int output = -1;    ///< the step whose result is added
    int attention = -1; ///< or −1
    int stage = -1;     ///< the innermost stage around all of it, or the MLP's own
};
[[nodiscard]] std::vector<Sublayer> sublayersOf(const Program& program);
/// The sublayer that a step is part of, its norm not counted; −1 when there is none.
[[nodiscard]] int sublayerOf(const Program& program, const std::vector<Sublayer>& sublayers, int step);

/// What a run's what-ifs have to do with each of its steps.
enum class StepChange : std::uint8_t {
    None,
    Downstream, ///< it depends on a change
    Changed,    ///< its op, its result or its parameters are changed
};
[[nodiscard]] std::vector<StepChange> changesOf(const Program& program, const Overrides& list);

} // namespace headlight
