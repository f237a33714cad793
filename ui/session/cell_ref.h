// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "program/program.h"

#include <QMetaType>

#include <optional>

namespace headlight {

/// A cell of a tensor of the trace.
struct CellRef
{
    TensorRef tensor;
    Cell cell;
    bool operator==(const CellRef&) const = default;
};

} // namespace headlight

Q_DECLARE_METATYPE(headlight::CellRef)
Q_DECLARE_METATYPE(std::optional<headlight::CellRef>)
