// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/eigen_decomposition.h"

#include <Eigen/Core>
#include <Eigen/Eigenvalues>

#include <cmath>

namespace headlight {

namespace {

Eigen::Map<const Eigen::MatrixXd> squareOf(std::span<const double> values)
{
    const auto n = static_cast<Eigen::Index>(std::lround(std::sqrt(static_cast<double>(values.size()))));
    return {values.data(), n, n};
}

} // namespace

std::vector<std::complex<double>> eigenvalues(std::span<const double> square)
{
    const Eigen::EigenSolver<Eigen::MatrixXd> solver(squareOf(square), false);
    return {solver.eigenvalues().begin(), solver.eigenvalues().end()};
}

SymmetricEigen symmetricEigen(std::span<const double> symmetric)
{
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(squareOf(symmetric));
    SymmetricEigen all;
    for (Eigen::Index i = solver.eigenvalues().size() - 1; i >= 0; --i) { // Eigen's come in ascending order
        const auto vector = solver.eigenvectors().col(i);
        all.values.push_back(solver.eigenvalues()[i]);
        all.vectors.emplace_back(vector.begin(), vector.end());
    }
    return all;
}

} // namespace headlight
