// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The other side of a comparison: the session's run without its what-ifs, the same model on another input, or
// another model on the session's input. It is a model and a Trace, as the session's own side is, and follows
// the session: another text there is another run here.

#include "session/session.h"

namespace headlight {

class Comparison : public QObject
{
    Q_OBJECT
public:
    enum class With { Unchanged, Input, Model };
    explicit Comparison(Session& session, QObject* parent = nullptr);

    [[nodiscard]] With with() const { return m_with; }
    /// The run without what-ifs.
    void useUnchanged();
    /// The session's model, with its what-ifs, on another text in the place of the (source's) text.
    void useText(const QString& text);
    /// The session's model, with its what-ifs, on one of its examples.
    void useExample(int example);
    /// Another model: a folder, or a bundled one's name. It reads the session's text in its own tokens.
    void useModel(const QString& nameOrFolder);

    /// Invalid while there is nothing to compare with.
    [[nodiscard]] const Trace& trace() const;
    [[nodiscard]] const ModelPtr& model() const;
    /// The picture that it has read, as it was given; null when there was none.
    [[nodiscard]] const QImage& image() const;
    [[nodiscard]] bool busy() const { return m_busy; }
    /// Why there is no other side; empty when there is one, or will be.
    [[nodiscard]] const QString& problem() const { return m_problem; }

signals:
    /// The other side, busy() or problem().
    void changed();

private:
    void follow();
    void setBusy(bool busy);
    void take(Result<RunOutcome> outcome);

    Session& m_session;
    With m_with = With::Unchanged;
    QString m_text;
    std::filesystem::path m_folder;
    int m_example = -1;
    ModelPtr m_model;
    Trace m_trace;
    QImage m_image;
    QString m_problem;
    bool m_busy = false;
};

/// What @p other reads of an input that was made for @p model: a text for a text, a target for a target, and
/// the picture.
[[nodiscard]] SessionInput inputForOther(const Model& other, const Model& model, const Trace& trace,
                                         const SessionInput& input);

} // namespace headlight
