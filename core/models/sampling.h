// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// From logits to the next token: temperature, top-k (Fan et al. 2018), top-p (nucleus sampling, Holtzman et
// al. 2019), and a draw that a seed repeats.

#include "models/model.h"

#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace headlight {

struct Sampling
{
    double temperature = 1; ///< logits are divided by it; 0 takes the largest
    int topK = 0;           ///< only so many of the largest; 0: all
    double topP = 1;        ///< only the fewest whose probabilities sum to this
    bool operator==(const Sampling&) const = default;
};

/// softmax(logits / temperature) with the tokens that top-k and then top-p leave out at 0, the others summing
/// to 1. At least one token stays. NaN counts as −∞.
[[nodiscard]] std::vector<double> samplingProbabilities(std::span<const float> logits,
                                                        const Sampling& sampling);

/// The token at place @p at, 0 ≤ at < 1, when the probabilities are laid side by side.
[[nodiscard]] int tokenAt(std::span<const double> probabilities, double at);

/// Draws tokens, the same ones for the same seed on every machine.
class TokenSampler
{
public:
    explicit TokenSampler(std::uint32_t seed = 0)
        : m_random(seed)
    {
    }
    [[nodiscard]] int draw(std::span<const double> probabilities);

private:
    std::mt19937 m_random;
};

/// The logits of a position (ignored by models with one prediction for the whole input) as a row of their
/// own.
[[nodiscard]] Result<std::vector<float>> logitsAt(const Trace& trace, std::int64_t position);

/// A stream's text as one types it: its ids, where the model has no tokenizer.
[[nodiscard]] std::string typedText(const Model& model, const Trace& trace, StreamIndex stream);

/// The typed text of a stream with token @p id behind it; none when that ends the text (a special token) or
/// adds nothing that can be written.
[[nodiscard]] std::optional<std::string> textWithToken(const Model& model, const Trace& trace,
                                                       StreamIndex stream, int id);

/// The text of a stream with the token at @p position masked; none where the model has no mask or the token
/// has no text of its own.
[[nodiscard]] std::optional<std::string> textWithMask(const Model& model, const Trace& trace,
                                                      StreamIndex stream, std::int64_t position);

} // namespace headlight
