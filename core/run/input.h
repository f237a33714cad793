// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a program is run on.

#include "tensor/tensor.h"

#include <cstddef>
#include <string>
#include <vector>

namespace headlight {

/// One position of a stream, as views label it.
struct PositionLabel
{
    std::string text;      ///< "␣little", "[CLS]", "patch r0 c2"
    int id = -1;           ///< token id, or −1
    std::size_t begin = 0; ///< bytes of the stream's text that it stands for; begin == end for added tokens
    std::size_t end = 0;
    bool special = false;
};

/// An immutable input: one tensor for each Program::inputs (a null pointer leaves an optional one out), and
/// for each stream its text, if it has one, and a label a position.
struct ModelInput
{
    struct StreamInput
    {
        std::string text;
        std::vector<PositionLabel> labels;
    };
    std::vector<TensorPtr> tensors;
    std::vector<StreamInput> streams;
};

} // namespace headlight
