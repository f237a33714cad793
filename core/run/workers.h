// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A few threads that share out independent pieces of one op. How the work is cut depends on its size alone,
// never on the number of threads, so that every result has the same bits on every machine of a kind.

#include <cstdint>
#include <functional>
#include <memory>

namespace headlight {

class Workers
{
public:
    /// @p threads counts the caller, who works too; 0 takes one a core.
    explicit Workers(int threads = 0);
    ~Workers();
    Workers(const Workers&) = delete;
    Workers& operator=(const Workers&) = delete;

    [[nodiscard]] int threads() const;

    /// Calls @p piece(0 … count − 1), each once, in any order, and returns when all are done. One caller at a
    /// time; others wait.
    void forEach(std::int64_t count, const std::function<void(std::int64_t)>& piece);

    /// Cuts 0 … @p count into ranges of @p grain and calls @p range(begin, end) for each.
    void forRanges(std::int64_t count, std::int64_t grain,
                   const std::function<void(std::int64_t begin, std::int64_t end)>& range);

private:
    struct Pool;
    std::unique_ptr<Pool> m_pool;
};

} // namespace headlight
