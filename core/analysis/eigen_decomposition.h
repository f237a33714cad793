// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Eigen's decompositions, in one file: compiling them takes longer than all other analyses together.

#include <complex>
#include <span>
#include <vector>

namespace headlight {

/// The eigenvalues of a square matrix of finite numbers, [row, column] or its transpose.
[[nodiscard]] std::vector<std::complex<double>> eigenvalues(std::span<const double> square);

/// The largest eigenvalue comes first; to each belongs an eigenvector of length 1.
struct SymmetricEigen
{
    std::vector<double> values;
    std::vector<std::vector<double>> vectors;
};
/// Of a symmetric matrix of finite numbers.
[[nodiscard]] SymmetricEigen symmetricEigen(std::span<const double> symmetric);

} // namespace headlight
