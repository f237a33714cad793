// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "run/trace.h"

#include <QString>

#include <cmath>
#include <random>

namespace headlight::test {

/// Checks @p cells random cells of one step; an empty text when all agree.
inline QString checkStep(const Trace& trace, int step, int cells, std::mt19937& random)
{
    const auto result = trace.step(step);
    const auto operands = trace.operands(step);
    if (!result || !operands)
        return "no tensor";
    Operands plain;
    for (const TensorPtr& t : *operands)
        plain.push_back(t.get());
    const Tensor& stored = **result;
    for (int n = 0; n < cells && stored.count() > 0; ++n) {
        const Cell cell =
            stored.cellAt(std::uniform_int_distribution<std::int64_t>(0, stored.count() - 1)(random));
        const Derivation derivation = trace.derive(step, plain, cell);
        bool inside = true;
        visitCells(derivation, [&](int operand, const Cell& at) {
            inside = inside && operand >= 0 && std::size_t(operand) < plain.size() &&
                     plain[std::size_t(operand)]->contains(at);
        });
        if (!inside)
            return QString("cell %1 reads outside its operands").arg(QString::fromStdString(describe(cell)));
        if (derivation.formula.empty() || derivation.lines.empty())
            return "no formula";
        const double derived = evaluate(derivation, plain).back();
        const double value = stored.at(cell);
        if (std::isinf(value) || std::isnan(value)) {
            if (!(derived == value || (std::isnan(derived) && std::isnan(value))))
                return QString("cell %1: derived %2, stored %3")
                    .arg(QString::fromStdString(describe(cell)))
                    .arg(derived)
                    .arg(value);
            continue;
        }
        // float32 rounds each operation by at most 2^-24 of what it handles; sums of n terms in any order by
        // at most n of those. 3e-6 of the magnitude covers the longest sums here (a few hundred terms).
        const double tolerance = 3e-6 * magnitude(derivation, plain) + 1e-12;
        if (!(std::abs(derived - value) <= tolerance))
            return QString("cell %1: derived %2, stored %3, tolerance %4")
                .arg(QString::fromStdString(describe(cell)))
                .arg(derived, 0, 'g', 10)
                .arg(value, 0, 'g', 10)
                .arg(tolerance);
    }
    return {};
}

} // namespace headlight::test
