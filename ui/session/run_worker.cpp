// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/run_worker.h"

#include "analysis/what_if.h"
#include "models/preprocess.h"
#include "run/workers.h"

#include <QImageReader>
#include <QString>

#include <algorithm>
#include <chrono>
#include <exception>
#include <new>
#include <utility>

namespace headlight {

namespace {

double millisecondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

Result<ModelInput> modelInput(const Model& model, const SessionInput& given,
                              const std::shared_ptr<Workers>& workers, const std::stop_token& stop,
                              const RunProgress& progress)
{
    const auto& streams = model.program->streams;
    const bool sees = std::any_of(streams.begin(), streams.end(),
                                  [](const Stream& s) { return s.kind == Stream::Kind::Patches; });
    Result<ModelInput> input = fail(ErrorCode::BadInput, "no input");
    if (sees) {
        const auto pixels = pixelsOf(model, given.image);
        if (!pixels)
            return tl::unexpected(pixels.error());
        input = makeImageInput(model, *pixels, given.texts);
    } else {
        input = given.cut ? makeInputCut(model, given.texts) : makeInput(model, given.texts);
    }
    if (!input)
        return input;
    // A decoded stream that nobody wrote is written by the model.
    std::size_t text = 0;
    for (const Stream& stream : streams) {
        if (stream.kind != Stream::Kind::Tokens)
            continue;
        const StreamText written = text < given.texts.size() ? given.texts[text] : StreamText{};
        ++text;
        if (stream.decoded && written.text.empty() && !written.ids)
            return decodeGreedy(model, std::move(*input), workers, 512, stop, progress);
    }
    return input;
}

/// The texts as they were cut: up to the last token's last byte.
void shorten(const Model& model, const ModelInput& input, SessionInput& given)
{
    std::size_t text = 0;
    for (std::size_t s = 0; s < model.program->streams.size() && text < given.texts.size(); ++s) {
        if (model.program->streams[s].kind != Stream::Kind::Tokens)
            continue;
        StreamText& t = given.texts[text++];
        const auto& labels = input.streams[s].labels;
        std::size_t end = 0;
        for (const PositionLabel& l : labels)
            end = std::max(end, l.end);
        if (t.ids)
            t.ids->resize(std::min(t.ids->size(), labels.size()));
        else if (end < t.text.size() && !t.text.empty())
            t.text.resize(end);
    }
    given.cut = false;
}

Result<RunOutcome> run(const RunRequest& request, ModelPtr model, SessionInput given,
                       const std::shared_ptr<Workers>& workers, const std::stop_token& stop,
                       const RunProgress& progress)
{
    const auto start = std::chrono::steady_clock::now();
    auto input = modelInput(*model, given, workers, stop, progress);
    if (!input)
        return tl::unexpected(input.error());
    if (given.cut)
        shorten(*model, *input, given);
    RunOutcome outcome;
    RunOptions options;
    options.overrides = fitting(*model->program, *input, request.overrides);
    options.base = request.base;
    if (!options.overrides.empty()) {
        // What the changed run is compared with; when the input is the old one, nothing is computed for it.
        auto plain = Execution::start(model->program, model->parameters, *input, workers,
                                      {{}, request.plain, options.memoryBudget});
        if (!plain)
            return tl::unexpected(plain.error());
        if (auto ok = plain->run(stop, progress); !ok)
            return tl::unexpected(ok.error());
        outcome.plain = plain->trace();
        if (plain->executedSteps() > 0)
            options.base = outcome.plain;
    }
    auto execution =
        Execution::start(model->program, model->parameters, std::move(*input), workers, std::move(options));
    if (!execution)
        return tl::unexpected(execution.error());
    if (auto ok = execution->run(stop, progress); !ok)
        return tl::unexpected(ok.error());
    outcome.model = std::move(model);
    outcome.input = std::move(given);
    outcome.trace = execution->trace();
    if (!outcome.plain.valid())
        outcome.plain = outcome.trace;
    outcome.executedSteps = execution->executedSteps();
    outcome.runMilliseconds = millisecondsSince(start);
    return outcome;
}

Result<RunOutcome> openAndRun(const RunRequest& request, const std::shared_ptr<Workers>& workers,
                              const std::stop_token& stop, const RunProgress& progress)
{
    const auto start = std::chrono::steady_clock::now();
    auto model = openModel(request.folder);
    if (!model)
        return tl::unexpected(model.error());
    if (stop.stop_requested())
        return fail(ErrorCode::Cancelled, "cancelled while the model was being opened");
    const double opened = millisecondsSince(start);
    SessionInput first = request.input                 ? *request.input
                         : !(*model)->examples.empty() ? exampleInput(**model, 0)
                                                       : plainInput(**model);
    if (!request.text.empty()) {
        first = plainInput(**model);
        if (!first.texts.empty())
            first.texts.front() = StreamText{request.text, std::nullopt};
    }
    auto outcome = run(request, *model, std::move(first), workers, stop, progress);
    // A person's own input may not fit; the model is opened all the same when something else does.
    if (!outcome && outcome.error().code != ErrorCode::Cancelled && !request.input && request.text.empty())
        if (auto plain = run(request, *model, plainInput(**model), workers, stop, progress))
            outcome = std::move(plain);
    if (outcome) {
        outcome->opened = true;
        outcome->openMilliseconds = opened;
    }
    return outcome;
}

} // namespace

SessionInput exampleInput(const Model& model, int index)
{
    const Example& example = model.examples[static_cast<std::size_t>(index)];
    SessionInput input;
    input.example = index;
    for (const Stream& stream : model.program->streams)
        if (stream.kind == Stream::Kind::Tokens)
            input.texts.push_back({stream.decoded ? example.targetText : example.text, std::nullopt});
    if (!example.image.empty()) {
        input.image = QImage(QString::fromStdString((model.folder / example.image).string()));
        input.imageName = example.image;
    }
    return input;
}

SessionInput plainInput(const Model& model)
{
    SessionInput input;
    for (std::size_t s = 0; s < model.program->streams.size(); ++s) {
        const Stream& stream = model.program->streams[s];
        if (stream.kind == Stream::Kind::Patches) {
            // A soft diagonal: enough for every patch to differ.
            input.image = QImage(64, 64, QImage::Format_RGB888);
            for (int y = 0; y < 64; ++y)
                for (int x = 0; x < 64; ++x)
                    input.image.setPixelColor(x, y, QColor(4 * x, 4 * y, 2 * (x + y)));
            input.imageName = "gradient";
            continue;
        }
        StreamText text{"The cat sat on the mat.", std::nullopt};
        if (stream.decoded)
            text.text.clear();
        const Tokenizer* tokenizer = model.tokenizerOf(static_cast<StreamIndex>(s));
        const auto tokens = tokenizer && !stream.decoded ? tokenizer->encode(text.text)
                                                         : fail(ErrorCode::BadInput, "no tokenizer");
        const bool fits =
            tokens && !tokens->empty() &&
            (stream.contextLength == 0 || tokens->size() <= static_cast<std::size_t>(stream.contextLength)) &&
            std::all_of(tokens->begin(), tokens->end(),
                        [&](const Token& t) { return t.id >= 0 && t.id < stream.vocabulary; });
        if (!fits && !stream.decoded) {
            std::vector<int> ids;
            const int most = stream.contextLength > 0 ? std::min(8, stream.contextLength) : 8;
            for (int i = 0; i < most; ++i)
                ids.push_back(std::min(i + 1, stream.vocabulary - 1));
            text = {{}, std::move(ids)};
        }
        input.texts.push_back(std::move(text));
    }
    return input;
}

Result<TensorPtr> pixelsOf(const Model& model, const QImage& image)
{
    if (image.isNull())
        return fail(ErrorCode::BadInput, "expected a picture, found none that can be read", model.name);
    if (!model.preprocessing)
        return fail(ErrorCode::BadInput, "this model takes text, not a picture", model.name);
    // A grey picture stays grey, so that its numbers are the file's own.
    const bool grey = image.isGrayscale() && !image.hasAlphaChannel();
    const QImage plain = image.convertToFormat(grey                      ? QImage::Format_Grayscale8
                                               : image.hasAlphaChannel() ? QImage::Format_RGBA8888
                                                                         : QImage::Format_RGB888);
    ImagePixels pixels;
    pixels.width = plain.width();
    pixels.height = plain.height();
    pixels.channels = grey ? 1 : image.hasAlphaChannel() ? 4 : 3;
    const auto row = static_cast<std::ptrdiff_t>(pixels.width) * pixels.channels;
    pixels.bytes.reserve(static_cast<std::size_t>(row * pixels.height));
    for (int y = 0; y < pixels.height; ++y)
        pixels.bytes.insert(pixels.bytes.end(), plain.constScanLine(y), plain.constScanLine(y) + row);
    return preprocessImage(*model.preprocessing, pixels);
}

Result<RunOutcome> perform(const RunRequest& request, const std::shared_ptr<Workers>& workers,
                           const std::stop_token& stop, const RunProgress& progress)
{
    try {
        if (!request.folder.empty())
            return openAndRun(request, workers, stop, progress);
        return run(request, request.model, request.input.value_or(SessionInput{}), workers, stop, progress);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::TooLarge, "there is not enough memory for this run");
    } catch (const std::exception& e) {
        return fail(ErrorCode::BadInput, std::string("the run failed: ") + e.what());
    }
}

RunWorker::RunWorker()
    : m_thread([this](const std::stop_token& quit) { loop(quit); })
{
}

RunWorker::~RunWorker()
{
    m_thread.request_stop();
    cancel();
}

void RunWorker::submit(Job job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_current.request_stop();
        m_next = std::move(job);
    }
    m_wake.notify_one();
}

void RunWorker::submitWhenIdle(const std::string& name, Job job)
{
    {
        const std::lock_guard lock(m_mutex);
        m_idle[name] = std::move(job);
    }
    m_wake.notify_one();
}

void RunWorker::cancel()
{
    const std::lock_guard lock(m_mutex);
    m_current.request_stop();
    m_next = nullptr;
    m_idle.clear();
}

void RunWorker::loop(const std::stop_token& quit)
{
    while (!quit.stop_requested()) {
        Job job;
        std::stop_token stop;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, quit, [this] { return m_next || !m_idle.empty(); }))
                return;
            if (m_next) {
                job = std::exchange(m_next, nullptr);
            } else {
                job = std::move(m_idle.begin()->second);
                m_idle.erase(m_idle.begin());
            }
            m_current = std::stop_source();
            stop = m_current.get_token();
        }
        job(stop);
    }
}

} // namespace headlight
