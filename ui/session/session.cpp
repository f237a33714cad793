// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/session.h"

#include "run/workers.h"
#include "session/call_in.h"
#include "session/core_words.h"

#include <QUndoCommand>

#include <algorithm>
#include <chrono>

namespace headlight {

class Session::Command final : public QUndoCommand
{
public:
    /// @p input: what is read from then on; nothing leaves it as it is.
    Command(Session& session, Overrides overrides, std::optional<SessionInput> input, Words words)
        : m_session(session)
        , m_words(std::move(words))
        , m_before{session.m_done, session.m_wantedOverrides, {}}
        , m_after{++session.m_commands, std::move(overrides), std::move(input)}
    {
        if (m_after.input)
            m_before.input = session.m_wanted;
        say();
    }
    void say() { setText(m_words()); }
    void redo() override { apply(m_after); }
    void undo() override { apply(m_before); }

private:
    struct State
    {
        std::uint64_t done = 0;
        Overrides overrides;
        std::optional<SessionInput> input;
    };
    void apply(const State& state)
    {
        m_session.m_done = state.done;
        m_session.m_wantedOverrides = state.overrides;
        if (state.input) {
            m_session.m_wanted = *state.input;
            emit m_session.inputReplaced();
        }
        if (!m_session.m_reverting)
            m_session.rerun();
    }
    Session& m_session;
    Words m_words;
    State m_before, m_after;
};

Session::Session(std::filesystem::path resources, QObject* parent)
    : QObject(parent)
    , m_resources(std::move(resources))
    , m_workers(std::make_shared<Workers>())
{
}

Session::~Session()
{
    m_undo.disconnect();
}

void Session::openModel(const QString& nameOrFolder, const QString& text)
{
    RunRequest wanted;
    wanted.folder = resolveModel(nameOrFolder.toStdString(), m_resources);
    wanted.text = text.toStdString();
    m_replacing = true;
    request(std::move(wanted));
}

void Session::setTexts(std::vector<StreamText> texts)
{
    m_wanted.texts = std::move(texts);
    m_wanted.cut = false;
    m_wanted.example = -1;
    rerun();
}

void Session::setImage(const QImage& image, const QString& name)
{
    m_wanted.image = image;
    m_wanted.imageName = name.toStdString();
    m_wanted.example = -1;
    rerun();
}

void Session::showExample(int example)
{
    if (!m_model || example < 0 || static_cast<std::size_t>(example) >= m_model->examples.size())
        return;
    m_wanted = exampleInput(*m_model, example);
    m_replacing = true;
    rerun();
}

void Session::decode()
{
    if (!m_model)
        return;
    std::size_t text = 0;
    for (const Stream& stream : m_model->program->streams) {
        if (stream.kind != Stream::Kind::Tokens)
            continue;
        if (stream.decoded && text < m_wanted.texts.size())
            m_wanted.texts[text] = {};
        ++text;
    }
    m_replacing = true;
    rerun();
}

void Session::cutToContext()
{
    m_wanted.cut = true;
    m_replacing = true;
    rerun();
}

void Session::cancel()
{
    if (!m_busy)
        return;
    ++m_generation;
    m_worker.cancel();
    m_wanted = m_input;
    m_replacing = false;
    revertFailedCommands();
    setBusy(false);
    emit problem({errorText({ErrorCode::Cancelled, {}, {}}), {}, {}});
}

void Session::setOverrides(Overrides overrides, Words description)
{
    m_undo.push(new Command(*this, std::move(overrides), std::nullopt, std::move(description)));
}

void Session::replaceText(StreamIndex stream, const std::string& text, Words description)
{
    if (!m_model)
        return;
    SessionInput input = m_wanted;
    std::size_t at = 0;
    for (StreamIndex s = 0; s < stream; ++s)
        at += m_model->program->streams[static_cast<std::size_t>(s)].kind == Stream::Kind::Tokens;
    if (at >= input.texts.size())
        return;
    input.texts[at] = {text, std::nullopt};
    input.cut = false;
    input.example = -1;
    m_undo.push(new Command(*this, m_wantedOverrides, std::move(input), std::move(description)));
}

Result<void> Session::setWhatIf(const WhatIf& whatIf, bool on, Words description)
{
    if (!m_model || !m_trace.valid())
        return fail(ErrorCode::NotFound, "no model is open");
    auto list = overridesOf(*m_model->program, whatIf, m_trace.input());
    if (!list)
        return tl::unexpected(list.error());
    Overrides wanted = on ? with(m_wantedOverrides, *list) : without(m_wantedOverrides, *list);
    const auto same = [](const OverridePtr& a, const OverridePtr& b) {
        // Edits of one tensor are merged: their text is that of the last one only.
        return a == b || (a->target == b->target && !a->what.empty() && a->what == b->what &&
                          !std::holds_alternative<Override::EditCells>(a->change));
    };
    if (!std::equal(wanted.begin(), wanted.end(), m_wantedOverrides.begin(), m_wantedOverrides.end(), same))
        setOverrides(std::move(wanted), std::move(description));
    return {};
}

void Session::resetWhatIfs()
{
    if (!m_wantedOverrides.empty())
        setOverrides({}, [] { return tr("Reset all what-ifs"); });
}

void Session::setHeadOff(int attention, int head, bool off)
{
    if (!m_model || headOff(attention, head) == off)
        return;
    const AttentionLayer& layer = m_model->program->attention[static_cast<std::size_t>(attention)];
    if (layer.z < 0)
        return; // only its pattern is known
    const std::string& name = layer.name;
    WhatIf whatIf;
    whatIf.kind = WhatIf::Kind::HeadOff;
    whatIf.target = name;
    whatIf.head = head;
    const auto ok = setWhatIf(whatIf, off, [off, head, layer] {
        return (off ? tr("%1: head %2 off") : tr("%1: head %2 on")).arg(layerTitle(layer)).arg(head);
    });
    if (!ok)
        emit problem({errorText(ok.error()), {}, {}});
}

bool Session::headOff(int attention, int head) const
{
    if (!m_model || attention < 0 ||
        static_cast<std::size_t>(attention) >= m_model->program->attention.size())
        return false;
    const AttentionLayer& layer = m_model->program->attention[static_cast<std::size_t>(attention)];
    if (layer.z < 0)
        return false;
    const std::string& hook = m_model->program->steps[static_cast<std::size_t>(layer.z)].hook;
    return std::any_of(m_wantedOverrides.begin(), m_wantedOverrides.end(), [&](const OverridePtr& o) {
        const auto* ablate = std::get_if<Override::Ablate>(&o->change);
        return o->target == hook && ablate && ablate->axis == axis::head && ablate->index == head;
    });
}

bool Session::need(int step)
{
    if (!m_trace.valid())
        return false;
    bool all = m_trace.kept(step);
    for (const TensorRef ref : m_trace.program().steps[static_cast<std::size_t>(step)].operands)
        all = all && (ref.kind != TensorRef::Kind::Step || m_trace.kept(ref.index));
    if (all)
        return true;
    background("step", [this, trace = m_trace, step](const std::stop_token&) -> Finish {
        (void)trace.step(step); // an error will be met again, and shown, by whoever looks
        (void)trace.operands(step);
        return [this, step] { emit tensorsReady(step); };
    });
    return false;
}

void Session::background(const std::string& name, std::function<Finish(std::stop_token)> work)
{
    m_worker.submitWhenIdle(name, [this, work = std::move(work), generation = m_generation,
                                   observers = m_observers](std::stop_token stop) {
        Finish finish;
        try {
            finish = work(std::move(stop));
        } catch (const std::exception&) {
            return; // out of memory: the view stays as it was
        }
        callIn(this, [this, finish = std::move(finish), generation, observers] {
            if (generation == m_generation && observers == m_observers && finish)
                finish();
        });
    });
}

void Session::changeObservers()
{
    ++m_observers;
    // The stack shows its commands as const; what they say is no part of what they do.
    for (int i = 0; i < m_undo.count(); ++i)
        if (auto* command = dynamic_cast<Command*>(const_cast<QUndoCommand*>(m_undo.command(i))))
            command->say();
}

void Session::introduce()
{
    if (m_model)
        emit modelChanged();
    if (m_trace.valid())
        emit traceChanged();
    if (m_busy)
        emit busyChanged(true);
}

void Session::rerun()
{
    if (!m_model || (m_busy && m_opening))
        return; // another model is on its way; it brings its own input
    RunRequest wanted;
    wanted.model = m_model;
    wanted.input = m_wanted;
    wanted.overrides = m_wantedOverrides;
    wanted.base = m_trace;
    wanted.plain = m_plain;
    request(std::move(wanted));
}

void Session::request(RunRequest wanted)
{
    wanted.generation = ++m_generation;
    m_opening = !wanted.folder.empty();
    setBusy(true);
    m_worker.submit([this, wanted = std::move(wanted), workers = m_workers](const std::stop_token& stop) {
        auto last = std::chrono::steady_clock::now();
        const auto progress = [&, generation = wanted.generation](int done, int total) {
            const auto now = std::chrono::steady_clock::now();
            if (now - last < std::chrono::milliseconds(40))
                return;
            last = now;
            callIn(this, [this, generation, done, total] {
                if (generation == m_generation)
                    emit progressed(done, total);
            });
        };
        auto outcome = std::make_shared<Result<RunOutcome>>(perform(wanted, workers, stop, progress));
        callIn(this,
               [this, generation = wanted.generation, outcome] { publish(generation, std::move(*outcome)); });
    });
}

void Session::publish(std::uint64_t generation, Result<RunOutcome> outcome)
{
    if (generation != m_generation)
        return; // something newer has been asked for
    setBusy(false);
    if (outcome) {
        takeOver(std::move(*outcome));
        return;
    }
    m_replacing = false;
    revertFailedCommands();
    const Error& error = outcome.error();
    Issue issue{errorText(error), {}, {}};
    if (error.code == ErrorCode::TooLong && m_model) {
        for (const Stream& stream : m_model->program->streams)
            if (stream.name == error.where && stream.contextLength > 0)
                issue.actionText = tr("Cut to %1 tokens").arg(stream.contextLength);
        if (!issue.actionText.isEmpty())
            issue.action = [this] { cutToContext(); };
    }
    emit problem(issue);
}

void Session::takeOver(RunOutcome outcome)
{
    m_input = outcome.input;
    m_trace = std::move(outcome.trace);
    m_plain = std::move(outcome.plain);
    m_runMilliseconds = outcome.runMilliseconds;
    m_executedSteps = outcome.executedSteps;
    if (outcome.opened) {
        m_model = std::move(outcome.model);
        m_openMilliseconds = outcome.openMilliseconds;
        m_wantedOverrides.clear();
        m_undo.clear();
        m_done = 0;
    }
    m_ranDone = m_done; // a command after this run was asked for would have made another one
    if (m_replacing || outcome.opened)
        m_wanted = m_input;
    emit problemSolved();
    if (outcome.opened)
        emit modelChanged();
    const bool replaced = std::exchange(m_replacing, false);
    if (replaced)
        emit inputReplaced();
    emit traceChanged();
    if (replaced && m_input.example >= 0)
        emit exampleShown(m_input.example);
}

void Session::revertFailedCommands()
{
    if (m_done == m_ranDone)
        return;
    m_reverting = true;
    const int index = m_undo.index();
    while (m_done != m_ranDone && m_undo.canUndo())
        m_undo.undo();
    if (m_done != m_ranDone) { // it was an undo that failed
        m_undo.setIndex(index);
        while (m_done != m_ranDone && m_undo.canRedo())
            m_undo.redo();
    }
    m_reverting = false;
}

void Session::setBusy(bool busy)
{
    if (std::exchange(m_busy, busy) != busy)
        emit busyChanged(busy);
}

} // namespace headlight
