// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The words of the positional lab: what encodings and pictures of them are called, and what they say.

#include "analysis/position_codes.h"
#include "figures/tensor_slice.h"

#include <QCoreApplication>

#include <vector>

namespace headlight {

/// Where the lab's words are translated.
struct PositionWords
{
    Q_DECLARE_TR_FUNCTIONS(Positions)
};

struct PositionEncoding
{
    PositionCode code;
    QString title; ///< "Learned positions"
    QString about; ///< one line on what is seen
};

/// Those of the run, then those of textbooks that it does not use.
[[nodiscard]] std::vector<PositionEncoding> positionEncodings(const Trace& trace);

/// What can be drawn of an encoding and of what it does.
enum class PositionPicture {
    Values,     ///< its numbers over position × dimension, and curves of some dimensions
    Similarity, ///< how alike two positions are
    Distance,   ///< what it adds to the scores by distance
    Buckets,    ///< which distances share a learned bias
    Dial,       ///< its rotating pairs
    Row,        ///< one row of attention with and without it
    Heads       ///< how far each head's pattern changes
};
/// On the command line: "values", "similarity", "distance", "buckets", "dial", "row", "heads".
[[nodiscard]] std::string_view pictureId(PositionPicture picture);
[[nodiscard]] std::optional<PositionPicture> pictureOf(std::string_view id);
[[nodiscard]] const std::vector<PositionPicture>& positionPictures();
[[nodiscard]] QString pictureTitle(PositionPicture picture);
/// Whether the encoding has this picture. Row and Heads are about the run, and always there.
[[nodiscard]] bool hasPicture(const PositionEncoding& encoding, PositionPicture picture);

} // namespace headlight
