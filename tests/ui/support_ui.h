// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What tests of the window share.

#include "session/selection.h"
#include "session/session.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace headlight::test {

inline std::filesystem::path resourceFolder()
{
    return std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "resources";
}

/// Long enough for a sanitizer's build on a busy machine; nothing waits when all is well.
constexpr int patience = 60'000;

/// Opens a model and waits for its first run.
[[nodiscard]] inline bool open(Session& session, const QString& model, const QString& text = {})
{
    QSignalSpy done(&session, &Session::traceChanged), failed(&session, &Session::problem);
    session.openModel(model, text);
    return QTest::qWaitFor([&] { return !done.isEmpty() || !failed.isEmpty(); }, patience) && !done.isEmpty();
}

/// Waits until the session has nothing more to do.
[[nodiscard]] inline bool settled(Session& session)
{
    return QTest::qWaitFor([&] { return !session.busy(); }, patience);
}

[[nodiscard]] inline QStringList tokens(const Session& session, int stream = 0)
{
    QStringList list;
    for (const PositionLabel& label :
         session.trace().input().streams[static_cast<std::size_t>(stream)].labels)
        list << QString::fromStdString(label.text);
    return list;
}

[[nodiscard]] inline int stepOf(const Session& session, std::string_view hook)
{
    return session.model()->program->findStep(hook);
}

} // namespace headlight::test
