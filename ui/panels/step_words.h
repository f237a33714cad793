// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What happens in one frame of a step that computes, in a line of words: "row 3 of 10 · ␣little looks at ␣a ·
// d2: −2.862 + (−9.812) × (−2.585) = 22.504".

#include "figures/step_frames.h"
#include "panels/derivation_view.h"

#include <QCoreApplication>

namespace headlight {

class StepWords
{
    Q_DECLARE_TR_FUNCTIONS(StepWords)
public:
    StepWords() = default;
    explicit StepWords(FigureSource source)
        : m_source(std::move(source))
    {
    }
    /// Null stands for the finished picture, as StepFrames::at() gives it.
    [[nodiscard]] QString of(const StepFrame* frame);

private:
    [[nodiscard]] QString lineWords(const StepFrame& frame) const;

    FigureSource m_source;
    std::optional<DerivationView> m_lead; ///< of the cell that was spoken of last
};

} // namespace headlight
