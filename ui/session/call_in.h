// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaObject>
#include <QObject>

#include <mutex>
#include <utility>

namespace headlight {

/// Calls `call` in the thread of `receiver`, when that thread's event loop comes to it; never when `receiver`
/// has gone by then. For the worker, which publishes its results to the window in this way.
template <class Call>
void callIn(QObject* receiver, Call call)
{
    // Qt's own queue keeps the order, but with locks inside its library that a thread sanitizer cannot see. A
    // mutex that it sees says the same; it is static, so that nothing of the call is read before it is held.
    static std::mutex handover;
    const std::lock_guard lock(handover);
    QMetaObject::invokeMethod(
        receiver,
        [call = std::move(call)]() mutable {
            {
                const std::lock_guard posted(handover);
            }
            call();
        },
        Qt::QueuedConnection);
}

} // namespace headlight
