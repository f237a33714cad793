// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Induction where nothing but repetition helps: random tokens, twice (Olsson et al. 2022, "In-context
// Learning and Induction Heads"). A head that looks, from each token of the second half, at the token after
// its first occurrence has found it by its prefix.

#include "models/model.h"

#include <cstdint>
#include <vector>

namespace headlight {

struct RepeatedSequence
{
    ModelInput input;
    std::int64_t first = 0;  ///< position of the first random token
    std::int64_t length = 0; ///< tokens in a half
};

/// Random tokens twice, between the special tokens that @p like begins and ends with, as long as the context
/// allows and at most @p longest a half. The same @p seed gives the same tokens. Errors: Unsupported for
/// models that do not read one text, or whose context is too short for two halves of two.
[[nodiscard]] Result<RepeatedSequence> repeatedSequence(const Model& model, const ModelInput& like,
                                                        std::uint32_t seed = 0, int longest = 32);

struct RepeatedScores
{
    int attention = 0, head = 0;
    double induction = 0; ///< mean over the second half of P[i, i − length + 1]
    double duplicate = 0; ///< mean over the second half of P[i, i − length]
};

/// @p trace has run on @p sequence.
[[nodiscard]] Result<std::vector<RepeatedScores>> repeatedScores(const Trace& trace,
                                                                 const RepeatedSequence& sequence);

} // namespace headlight
