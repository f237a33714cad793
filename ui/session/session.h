// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The document: a model, an input, the trace of its run, and what-ifs with undo. Whatever takes long happens
// in one worker; what it publishes is immutable and taken over in one go on the GUI thread, so that a run
// that fails or is cancelled leaves the session as it was.

#include "analysis/what_if.h"
#include "session/issue.h"
#include "session/run_worker.h"

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <QUndoStack>

#include <atomic>

namespace headlight {

class Session : public QObject
{
    Q_OBJECT
public:
    explicit Session(std::filesystem::path resources, QObject* parent = nullptr);
    ~Session() override;

    [[nodiscard]] const std::filesystem::path& resources() const { return m_resources; }
    [[nodiscard]] const ModelPtr& model() const { return m_model; } ///< null before the first one is open
    [[nodiscard]] const Trace& trace() const { return m_trace; }    ///< invalid before the first run
    /// The same run without what-ifs: what a changed run is compared with.
    [[nodiscard]] const Trace& plainTrace() const { return m_plain; }
    /// Whether what is shown is a changed run.
    [[nodiscard]] bool changed() const { return m_trace.valid() && !m_trace.overrides().empty(); }
    /// What the trace was made from, and what has been asked for since (the same when idle and well).
    [[nodiscard]] const SessionInput& input() const { return m_input; }
    [[nodiscard]] const SessionInput& wanted() const { return m_wanted; }
    [[nodiscard]] bool busy() const { return m_busy; }
    [[nodiscard]] double openMilliseconds() const { return m_openMilliseconds; }
    [[nodiscard]] double runMilliseconds() const { return m_runMilliseconds; }
    [[nodiscard]] int executedSteps() const { return m_executedSteps; }
    [[nodiscard]] QUndoStack& undoStack() { return m_undo; }
    [[nodiscard]] const std::shared_ptr<Workers>& workers() const { return m_workers; }

    /// A folder, or a bundled model's name. @p text replaces the first example's when it is not empty.
    void openModel(const QString& nameOrFolder, const QString& text = {});
    /// One entry a token stream. Recomputes; what was running is dropped.
    void setTexts(std::vector<StreamText> texts);
    void setImage(const QImage& image, const QString& name);
    void showExample(int example);
    /// Lets the model write its target again.
    void decode();
    void cutToContext();
    void cancel();

    /// The what-ifs that have been asked for (the trace's, when idle and well).
    [[nodiscard]] const Overrides& overrides() const { return m_wantedOverrides; }
    /// What the history says of a change: asked again when the language is another one.
    using Words = std::function<QString()>;
    /// A new list of what-ifs, as a command that can be undone.
    void setOverrides(Overrides overrides, Words description);
    /// Adds a what-if, in the place of one of the same kind on the same target, or takes it away. Nothing
    /// happens when that changes nothing. Errors: those of overridesOf().
    Result<void> setWhatIf(const WhatIf& whatIf, bool on, Words description);
    void resetWhatIfs();
    void setHeadOff(int attention, int head, bool off);
    /// Another text in the place of a stream's, as a command that can be undone.
    void replaceText(StreamIndex stream, const std::string& text, Words description);
    [[nodiscard]] bool headOff(int attention, int head) const;

    /// Runs @p work on the worker when it is idle, and what it returns on the GUI thread, unless the session
    /// has gone on to something else by then. A later call of the same @p name replaces a waiting one.
    using Finish = std::function<void()>;
    void background(const std::string& name, std::function<Finish(std::stop_token)> work);

    /// Observers are about to go and others will come: what is still computed for them is dropped, and the
    /// history speaks the language of the moment.
    void changeObservers();
    /// Tells observers that have come late what there is, in the order in which it comes at first.
    void introduce();

    /// Makes sure that a step's tensors are in memory; tells by tensorsReady() when they had to be computed.
    /// True when they are there at once.
    bool need(int step);

signals:
    void modelChanged();
    void traceChanged();
    /// The session itself has put another input in place (an example, a cut text, a masked token): fields
    /// show it.
    void inputReplaced();
    void exampleShown(int example);
    void busyChanged(bool busy);
    void progressed(int done, int total);
    void problem(const headlight::Issue& issue);
    void problemSolved();
    void tensorsReady(int step);

private:
    class Command;

    void request(RunRequest request);
    void rerun();
    void publish(std::uint64_t generation, Result<RunOutcome> outcome);
    void takeOver(RunOutcome outcome);
    void revertFailedCommands();
    void setBusy(bool busy);

    std::filesystem::path m_resources;
    std::shared_ptr<Workers> m_workers;
    ModelPtr m_model;
    Trace m_trace, m_plain;
    SessionInput m_input, m_wanted;
    Overrides m_wantedOverrides;
    QUndoStack m_undo;
    /// The last of the commands that are done, counted from 1 in the order in which they were made: as
    /// wanted, and as the trace was asked for with.
    std::uint64_t m_commands = 0, m_done = 0, m_ranDone = 0;
    bool m_busy = false, m_opening = false, m_reverting = false, m_replacing = false;
    std::uint64_t m_generation = 0;
    std::uint64_t m_observers = 0; ///< how often they have changed
    double m_openMilliseconds = 0, m_runMilliseconds = 0;
    int m_executedSteps = 0;
    RunWorker m_worker; ///< last: it stops before anything else goes
};

} // namespace headlight
