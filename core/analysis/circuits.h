// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a head's weights alone say, on no input: Elhage et al. 2021, "A Mathematical Framework for Transformer
// Circuits". The OV circuit W_E W_V W_O W_U says how a token that is attended to changes the logits; when its
// eigenvalues are positive, tokens raise their own logits: the head copies. The QK circuit W_E W_Q W_Kᵀ W_Eᵀ
// says which token looks at which; when its eigenvalues are positive, tokens look at their own kind. Both
// are measured by Σ λ / Σ |λ|, from −1 to 1. The [vocab × vocab] matrices are never made: the eigenvalues
// other than 0 are those of the same product turned round, [d_head × d_head].
//
// Norms count as the linear maps that they are but for their scale: their weights are folded in. Positions
// are left out (rotary ones are those of a key at the query's own place).

#include "analysis/progress.h"
#include "run/trace.h"
#include "run/workers.h"

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace headlight {

struct HeadCircuits
{
    int attention = 0, head = 0;  ///< as in HeadMetrics
    std::optional<double> ov, qk; ///< Σ λ / Σ |λ|; none where the circuit does not exist
};

struct CircuitMeasures
{
    std::vector<HeadCircuits> heads; ///< all heads of all layers, layer by layer
    std::string noOv, noQk;          ///< why some have none; may be empty
};

/// Errors: Cancelled, and those of the checkpoint.
[[nodiscard]] Result<CircuitMeasures> circuitMeasures(const Trace& trace, Workers& workers,
                                                      std::stop_token stop = {},
                                                      const AnalysisProgress& progress = {});

} // namespace headlight
