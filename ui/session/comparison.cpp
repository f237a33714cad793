// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/comparison.h"

#include <utility>

namespace headlight {

namespace {

/// The session's input with another text where the model reads one; what it writes, it writes anew.
SessionInput withText(const Model& model, SessionInput input, const std::string& text)
{
    std::size_t i = 0;
    bool given = false;
    for (const Stream& stream : model.program->streams) {
        if (stream.kind != Stream::Kind::Tokens)
            continue;
        if (i >= input.texts.size())
            input.texts.resize(i + 1);
        if (stream.decoded)
            input.texts[i] = {};
        else if (!std::exchange(given, true))
            input.texts[i] = {text, std::nullopt};
        ++i;
    }
    input.cut = false;
    input.example = -1;
    return input;
}

} // namespace

SessionInput inputForOther(const Model& other, const Model& model, const Trace& trace,
                           const SessionInput& input)
{
    StreamText read, written;
    std::size_t i = 0;
    for (std::size_t s = 0; s < model.program->streams.size(); ++s) {
        const Stream& stream = model.program->streams[s];
        if (stream.kind != Stream::Kind::Tokens)
            continue;
        StreamText text = i < input.texts.size() ? input.texts[i] : StreamText{};
        ++i;
        // Ids are numbers of this model's vocabulary: where they stand for a text, that is what is meant.
        if (text.ids && other.tokenizer && s < trace.input().streams.size() &&
            !trace.input().streams[s].text.empty())
            text = {trace.input().streams[s].text, std::nullopt};
        (stream.decoded ? written : read) = std::move(text);
    }
    SessionInput result;
    result.image = input.image;
    result.imageName = input.imageName;
    for (const Stream& stream : other.program->streams)
        if (stream.kind == Stream::Kind::Tokens)
            result.texts.push_back(stream.decoded ? written : read);
    return result;
}

Comparison::Comparison(Session& session, QObject* parent)
    : QObject(parent)
    , m_session(session)
{
    connect(&session, &Session::traceChanged, this, [this] {
        follow();
        if (m_with == With::Unchanged)
            emit changed();
    });
    // A run that failed or was cancelled has stopped our own as well.
    connect(&session, &Session::busyChanged, this, [this](bool busy) {
        if (!busy && m_busy)
            follow();
    });
    connect(&session, &Session::modelChanged, this, [this] {
        m_trace = {}; // of another program, perhaps: no base for the next run
        if (m_with == With::Input)
            m_model = nullptr;
        m_example = -1;
    });
}

const Trace& Comparison::trace() const
{
    return m_with == With::Unchanged ? m_session.plainTrace() : m_trace;
}

const ModelPtr& Comparison::model() const
{
    return m_with == With::Unchanged ? m_session.model() : m_model;
}

const QImage& Comparison::image() const
{
    return m_with == With::Unchanged ? m_session.input().image : m_image;
}

void Comparison::useUnchanged()
{
    m_with = With::Unchanged;
    m_trace = {};
    m_problem.clear();
    m_busy = false;
    emit changed();
}

void Comparison::useText(const QString& text)
{
    if (m_with != With::Input)
        m_trace = {};
    m_with = With::Input;
    m_text = text;
    m_example = -1;
    follow();
}

void Comparison::useExample(int example)
{
    if (m_with != With::Input)
        m_trace = {};
    m_with = With::Input;
    m_example = example;
    follow();
}

void Comparison::useModel(const QString& nameOrFolder)
{
    const auto folder = resolveModel(nameOrFolder.toStdString(), m_session.resources());
    if (m_with != With::Model || folder != m_folder) {
        m_model = nullptr;
        m_trace = {};
    }
    m_with = With::Model;
    m_folder = folder;
    follow();
}

void Comparison::follow()
{
    if (m_with == With::Unchanged || !m_session.model() || !m_session.trace().valid())
        return;
    setBusy(true);
    const auto workers = m_session.workers();
    const ModelPtr mine = m_session.model();
    RunRequest request;
    if (m_with == With::Input) {
        request.model = mine;
        const auto examples = static_cast<int>(mine->examples.size());
        request.input = m_example >= 0 && m_example < examples
                            ? exampleInput(*mine, m_example)
                            : withText(*mine, m_session.input(), m_text.toStdString());
        request.overrides = m_session.trace().overrides();
        request.base = m_trace;
    } else {
        request.folder = m_folder;
        request.model = m_model;
        request.base = m_trace;
    }
    m_session.background("comparison",
                         [this, request = std::move(request), workers, mine, trace = m_session.trace(),
                          input = m_session.input()](const std::stop_token& stop) mutable -> Session::Finish {
                             auto outcome = std::make_shared<Result<RunOutcome>>([&]() -> Result<RunOutcome> {
                                 if (!request.model) {
                                     auto opened = openModel(request.folder);
                                     if (!opened)
                                         return tl::unexpected(opened.error());
                                     request.model = std::move(*opened);
                                 }
                                 request.folder.clear();
                                 if (!request.input)
                                     request.input = inputForOther(*request.model, *mine, trace, input);
                                 return perform(request, workers, stop, {});
                             }());
                             if (!*outcome && outcome->error().code == ErrorCode::Cancelled)
                                 return {}; // follow() has been called again, or will be
                             return [this, outcome] { take(std::move(*outcome)); };
                         });
}

void Comparison::take(Result<RunOutcome> outcome)
{
    m_busy = false;
    if (outcome) {
        m_model = std::move(outcome->model);
        m_trace = std::move(outcome->trace);
        m_image = std::move(outcome->input.image);
        m_problem.clear();
    } else {
        m_trace = {};
        m_problem = errorText(outcome.error());
    }
    emit changed();
}

void Comparison::setBusy(bool busy)
{
    if (std::exchange(m_busy, busy) != busy)
        emit changed();
}

} // namespace headlight
