// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/query_key.h"

#include "analysis/eigen_decomposition.h"

#include <Eigen/Core>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

struct Vectors
{
    TensorPtr q, k; // [position, head, d_head]
    int keyHead = 0;
};

Result<Vectors> vectorsOf(const Trace& trace, int attention, int head)
{
    const Program& program = trace.program();
    if (attention < 0 || static_cast<std::size_t>(attention) >= program.attention.size())
        return fail(ErrorCode::NotFound, "this model has no such attention layer");
    const AttentionLayer& layer = program.attention[static_cast<std::size_t>(attention)];
    if (head < 0 || head >= layer.heads)
        return fail(ErrorCode::BadInput, "expected a head from 0 to " + std::to_string(layer.heads - 1) +
                                             ", found " + std::to_string(head));
    if (layer.q < 0 || layer.k < 0)
        return fail(ErrorCode::NotFound, "this attention has no queries and keys of its own", layer.name);
    auto q = trace.step(layer.q), k = trace.step(layer.k);
    if (!q || !k)
        return tl::unexpected(q ? k.error() : q.error());
    const auto vectors = [](const Tensor& t) {
        return t.rank() == 3 && t.axes()[0].isPositions() && t.axes()[1].name == axis::head && t.count() > 0;
    };
    if (!vectors(**q) || !vectors(**k) || (*q)->size(2) != (*k)->size(2))
        return fail(ErrorCode::NotFound,
                    "expected queries and keys as [position, head, d_head], found " + describe((*q)->axes()) +
                        " and " + describe((*k)->axes()),
                    layer.name);
    const auto keyHeads = static_cast<int>((*k)->size(1));
    return Vectors{*q, *k, head * keyHeads / std::max(1, static_cast<int>((*q)->size(1)))};
}

std::vector<double> vectorAt(const Tensor& t, std::int64_t position, std::int64_t head)
{
    std::vector<double> v(static_cast<std::size_t>(t.size(2)));
    for (std::size_t d = 0; d < v.size(); ++d)
        v[d] = static_cast<double>(t.at({position, head, static_cast<std::int64_t>(d)}));
    return v;
}

} // namespace

Result<QueryKeyProduct> queryKeyProduct(const Trace& trace, int attention, int head, std::int64_t query,
                                        std::int64_t key)
{
    const auto vectors = vectorsOf(trace, attention, head);
    if (!vectors)
        return tl::unexpected(vectors.error());
    if (query < 0 || query >= vectors->q->size(0) || key < 0 || key >= vectors->k->size(0))
        return fail(ErrorCode::BadInput,
                    "expected a query from 0 to " + std::to_string(vectors->q->size(0) - 1) +
                        " and a key from 0 to " + std::to_string(vectors->k->size(0) - 1) + ", found " +
                        std::to_string(query) + " and " + std::to_string(key));
    QueryKeyProduct p;
    p.keyHead = vectors->keyHead;
    p.query = vectorAt(*vectors->q, query, head);
    p.key = vectorAt(*vectors->k, key, p.keyHead);
    for (std::size_t d = 0; d < p.query.size(); ++d) {
        p.product.push_back(p.query[d] * p.key[d]);
        p.sum += p.product.back();
    }
    const AttentionLayer& layer = trace.program().attention[static_cast<std::size_t>(attention)];
    p.scoreStep = trace.program().findStep(layer.name + ".hook_qk");
    if (p.scoreStep >= 0) {
        const auto scores = trace.step(p.scoreStep);
        const Cell cell{head, query, key};
        if (scores && (*scores)->contains(cell))
            p.stored = static_cast<double>((*scores)->at(cell));
        else
            p.scoreStep = -1;
    }
    return p;
}

PlanePoints principalPlane(const std::vector<std::vector<double>>& rows)
{
    PlanePoints plane;
    plane.points.assign(rows.size(), {0, 0});
    if (rows.empty() || rows.front().empty())
        return plane;
    const auto n = static_cast<Eigen::Index>(rows.size()), d = static_cast<Eigen::Index>(rows.front().size());
    Eigen::MatrixXd x(n, d);
    for (Eigen::Index i = 0; i < n; ++i)
        x.row(i) = Eigen::Map<const Eigen::RowVectorXd>(rows[static_cast<std::size_t>(i)].data(), d);
    x.rowwise() -= x.colwise().mean().eval();
    const Eigen::MatrixXd covariance = x.transpose() * x / static_cast<double>(n);
    const auto [values, vectors] =
        symmetricEigen({covariance.data(), static_cast<std::size_t>(covariance.size())});
    const double whole = covariance.trace();
    for (std::size_t c = 0; c < 2 && c < vectors.size(); ++c) {
        Eigen::VectorXd direction = Eigen::Map<const Eigen::VectorXd>(vectors[c].data(), d);
        Eigen::Index largest = 0;
        direction.cwiseAbs().maxCoeff(&largest);
        if (direction[largest] < 0)
            direction = -direction;
        plane.explained[c] = whole > 0 ? std::max(0.0, values[c]) / whole : 0;
        plane.directions.emplace_back(direction.data(), direction.data() + d);
        const Eigen::VectorXd along = x * direction;
        for (Eigen::Index i = 0; i < n; ++i)
            plane.points[static_cast<std::size_t>(i)][c] = along[i];
    }
    return plane;
}

Result<QueryKeyPlane> queryKeyPlane(const Trace& trace, int attention, int head)
{
    const auto vectors = vectorsOf(trace, attention, head);
    if (!vectors)
        return tl::unexpected(vectors.error());
    std::vector<std::vector<double>> rows;
    const std::int64_t queries = vectors->q->size(0), keys = vectors->k->size(0);
    for (std::int64_t i = 0; i < queries; ++i)
        rows.push_back(vectorAt(*vectors->q, i, head));
    for (std::int64_t j = 0; j < keys; ++j)
        rows.push_back(vectorAt(*vectors->k, j, vectors->keyHead));
    const PlanePoints plane = principalPlane(rows);
    QueryKeyPlane result;
    result.queries.assign(plane.points.begin(), plane.points.begin() + queries);
    result.keys.assign(plane.points.begin() + queries, plane.points.end());
    result.explained = plane.explained;
    result.keyHead = vectors->keyHead;
    return result;
}

} // namespace headlight
