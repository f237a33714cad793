// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "run/workers.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace headlight {

struct Workers::Pool
{
    std::mutex oneCaller;
    std::mutex mutex;
    std::condition_variable wake, done;
    const std::function<void(std::int64_t)>* piece = nullptr;
    std::int64_t count = 0;
    std::atomic<std::int64_t> next = 0;
    int busy = 0;
    std::uint64_t round = 0;
    bool stop = false;
    std::vector<std::thread> threads;

    void drain(const std::function<void(std::int64_t)>& f, std::int64_t n)
    {
        for (std::int64_t i = next++; i < n; i = next++)
            f(i);
    }

    void loop()
    {
        std::uint64_t seen = 0;
        std::unique_lock lock(mutex);
        for (;;) {
            wake.wait(lock, [&] { return stop || round != seen; });
            if (stop)
                return;
            seen = round;
            if (!piece)
                continue;
            const auto* f = piece;
            const std::int64_t n = count;
            ++busy;
            lock.unlock();
            drain(*f, n);
            lock.lock();
            if (--busy == 0)
                done.notify_one();
        }
    }
};

Workers::Workers(int threads)
    : m_pool(std::make_unique<Pool>())
{
    if (threads <= 0)
        threads = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
    for (int i = 1; i < threads; ++i)
        m_pool->threads.emplace_back([pool = m_pool.get()] { pool->loop(); });
}

Workers::~Workers()
{
    {
        const std::lock_guard lock(m_pool->mutex);
        m_pool->stop = true;
    }
    m_pool->wake.notify_all();
    for (auto& thread : m_pool->threads)
        thread.join();
}

int Workers::threads() const
{
    return static_cast<int>(m_pool->threads.size()) + 1;
}

void Workers::forEach(std::int64_t count, const std::function<void(std::int64_t)>& piece)
{
    if (count <= 1 || m_pool->threads.empty()) {
        for (std::int64_t i = 0; i < count; ++i)
            piece(i);
        return;
    }
    const std::lock_guard caller(m_pool->oneCaller);
    {
        const std::lock_guard lock(m_pool->mutex);
        m_pool->piece = &piece;
        m_pool->count = count;
        m_pool->next = 0;
        ++m_pool->round;
    }
    m_pool->wake.notify_all();
    m_pool->drain(piece, count);
    std::unique_lock lock(m_pool->mutex);
    // A thread that wakes late finds no piece left and must not touch the caller's function any more.
    m_pool->piece = nullptr;
    m_pool->done.wait(lock, [&] { return m_pool->busy == 0; });
}

void Workers::forRanges(std::int64_t count, std::int64_t grain,
                        const std::function<void(std::int64_t, std::int64_t)>& range)
{
    grain = std::max<std::int64_t>(grain, 1);
    if (count <= grain) {
        if (count > 0)
            range(0, count);
        return;
    }
    forEach((count + grain - 1) / grain,
            [&](std::int64_t i) { range(i * grain, std::min(count, (i + 1) * grain)); });
}

} // namespace headlight
