// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One head's queries and keys as vectors: why a score is what it is, and where all of them lie.
//
//   score(i, j) = Σ_d q_i[d] · k_j[d]
//
// Queries and keys of one head live in one space, so that one plane shows both: the two directions along
// which all of them together vary most (principal components; Pearson 1901).

#include "run/trace.h"

#include <array>
#include <optional>
#include <vector>

namespace headlight {

/// One query against one key, dimension by dimension.
struct QueryKeyProduct
{
    std::vector<double> query, key, product; ///< [d_head]
    double sum = 0;                          ///< of the products, in double precision
    int scoreStep = -1; ///< the step whose cell the sum is: hook_qk; −1 when the model has none
    /// That cell. It differs from the sum where the model adds more to its scores (Transformer-XL's biases).
    std::optional<double> stored;
    int keyHead = 0; ///< the key head that the head uses (grouped heads share them)
};

/// @p attention indexes Program::attention. Errors: NotFound for what the model or the input has not, and
/// what computing the tensors says.
[[nodiscard]] Result<QueryKeyProduct> queryKeyProduct(const Trace& trace, int attention, int head,
                                                      std::int64_t query, std::int64_t key);

struct PlanePoints
{
    std::vector<std::array<double, 2>> points;   ///< one a row, centred
    std::array<double, 2> explained{};           ///< share of the whole variance along each direction
    std::vector<std::vector<double>> directions; ///< two unit vectors
};

/// The plane in which @p rows (each of the same length) vary most, in double precision. The largest component
/// of each direction is positive, so that the same points always give the same picture.
[[nodiscard]] PlanePoints principalPlane(const std::vector<std::vector<double>>& rows);

/// All queries and keys of a head in their common plane.
struct QueryKeyPlane
{
    std::vector<std::array<double, 2>> queries, keys;
    std::array<double, 2> explained{};
    int keyHead = 0;
};
[[nodiscard]] Result<QueryKeyPlane> queryKeyPlane(const Trace& trace, int attention, int head);

} // namespace headlight
