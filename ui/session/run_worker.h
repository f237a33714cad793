// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The long work of a session: opening a model and running it. perform() is a plain function of a request that
// owns snapshots of all that it needs; RunWorker is the one thread that calls it. The latest request wins:
// what was running is asked to stop, what was waiting is forgotten.

#include "models/model.h"

#include <QImage>

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <stop_token>
#include <thread>

namespace headlight {

/// What a person gave: a text (or ids) for every token stream, and a picture for a model that sees.
struct SessionInput
{
    std::vector<StreamText> texts;
    QImage image;
    std::string imageName;
    bool cut = false; ///< cut texts that are longer than the context
    int example = -1; ///< of the model's examples, when it came from there
};

struct RunRequest
{
    std::uint64_t generation = 0;
    std::filesystem::path folder; ///< opens this model first, unless it is empty
    ModelPtr model;               ///< runs this one otherwise
    /// Without an input a model that has just been opened takes its first example.
    std::optional<SessionInput> input;
    std::string text; ///< instead of the first example's, when it is not empty
    Overrides overrides;
    Trace base;  ///< the run shown before
    Trace plain; ///< the run without what-ifs before
};

struct RunOutcome
{
    ModelPtr model;
    bool opened = false; ///< the request opened the model
    SessionInput input;
    Trace trace;
    Trace plain; ///< the same run without what-ifs; the trace itself when there are none
    double openMilliseconds = 0, runMilliseconds = 0;
    int executedSteps = 0;
};

using RunProgress = std::function<void(int done, int total)>;

/// Does the whole request. No exception leaves it. Cancelled between steps when @p stop is requested.
[[nodiscard]] Result<RunOutcome> perform(const RunRequest& request, const std::shared_ptr<Workers>& workers,
                                         const std::stop_token& stop, const RunProgress& progress);

/// The example's input, its picture read from the model's folder.
[[nodiscard]] SessionInput exampleInput(const Model& model, int example);
/// What an opened model is shown with when it brings no examples: always something that runs.
[[nodiscard]] SessionInput plainInput(const Model& model);
/// Normalises a picture as the model wants it: [channel, row, column].
[[nodiscard]] Result<TensorPtr> pixelsOf(const Model& model, const QImage& image);

class RunWorker
{
public:
    using Job = std::function<void(std::stop_token stop)>;

    RunWorker();
    ~RunWorker(); ///< asks the running job to stop and waits for it
    RunWorker(const RunWorker&) = delete;
    RunWorker& operator=(const RunWorker&) = delete;

    /// Runs @p job on the worker's thread; the job before it is asked to stop.
    void submit(Job job);
    /// Runs @p job when nothing else is submitted; a later one of the same @p name replaces it.
    void submitWhenIdle(const std::string& name, Job job);
    /// Asks the running job to stop and forgets the waiting ones.
    void cancel();

private:
    void loop(const std::stop_token& quit);

    std::mutex m_mutex;
    std::condition_variable_any m_wake;
    Job m_next;
    std::map<std::string, Job> m_idle;
    std::stop_source m_current;
    std::jthread m_thread; ///< last, so that it starts when the others are there
};

} // namespace headlight
