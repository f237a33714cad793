// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/model.h"

#include "result/quote.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>

namespace headlight {

namespace {

/// Tokens that a model writes when nothing ends its text: enough to look at.
constexpr int mostWithoutEnd = 32;
/// A text that is this much longer than its source will not end by itself (Vaswani et al. 2017, section 6.1).
constexpr int mostBeyondSource = 50;

struct StreamTokens
{
    std::vector<PositionLabel> labels;
    std::vector<int> typeIds;
};

/// "1 2, 3" as ids; otherwise the first of the words that is no id, for a message.
tl::expected<std::vector<int>, std::string> idsOf(std::string_view words)
{
    constexpr std::string_view separators = " \t\r\n,;";
    std::vector<int> ids;
    for (std::size_t at = 0; (at = words.find_first_not_of(separators, at)) != words.npos;) {
        const std::string_view word = words.substr(at, words.find_first_of(separators, at) - at);
        int id = 0;
        const auto [end, problem] = std::from_chars(word.data(), word.data() + word.size(), id);
        if (problem != std::errc() || end != word.data() + word.size())
            return tl::unexpected(quote(word));
        ids.push_back(id);
        at += word.size();
    }
    if (ids.empty())
        return tl::unexpected(words.empty() ? "none" : quote(words));
    return ids;
}

Result<StreamTokens> tokenize(const Model& model, StreamIndex index, const StreamText& given)
{
    const Stream& stream = model.program->streams[static_cast<std::size_t>(index)];
    const Tokenizer* tokenizer = model.tokenizerOf(index);
    StreamTokens result;
    const auto add = [&](int id, std::size_t begin, std::size_t end, bool special, int type) {
        result.labels.push_back({model.pieceLabel(index, id), id, begin, end, special});
        result.typeIds.push_back(type);
    };
    if (given.ids) {
        for (const int id : *given.ids)
            add(id, 0, 0,
                tokenizer && id >= 0 && id < tokenizer->vocabularySize() && tokenizer->isSpecial(id), 0);
        return result;
    }
    if (stream.decoded && stream.startToken >= 0)
        add(stream.startToken, 0, 0, true, 0);
    if (given.text.empty() && stream.decoded)
        return result;
    if (!tokenizer) {
        if (model.tokenizerProblem)
            return tl::unexpected(*model.tokenizerProblem);
        const auto ids = idsOf(given.text);
        if (!ids)
            return fail(ErrorCode::BadInput,
                        "this model has no tokenizer: expected token ids from 0 to " +
                            std::to_string(stream.vocabulary - 1) + ", such as 1 2 3, found " + ids.error(),
                        stream.name);
        for (const int id : *ids)
            add(id, 0, 0, false, 0);
        return result;
    }
    auto tokens = tokenizer->encode(given.text, !stream.decoded);
    if (!tokens)
        return tl::unexpected(tokens.error());
    for (const Token& t : *tokens)
        add(t.id, t.begin, t.end, t.special, t.typeId);
    return result;
}

TensorPtr idTensor(StreamIndex stream, const std::vector<int>& ids)
{
    std::vector<float> numbers(ids.begin(), ids.end());
    return std::make_shared<const Tensor>(Axes{positions(stream, static_cast<std::int64_t>(ids.size()))},
                                          std::move(numbers));
}

Result<void> addTokens(const Model& model, ModelInput& input, StreamIndex index, StreamTokens tokens,
                       std::string text)
{
    const Program& program = *model.program;
    const Stream& stream = program.streams[static_cast<std::size_t>(index)];
    if (tokens.labels.empty())
        return fail(ErrorCode::BadInput, "expected some text, found none", stream.name);
    std::vector<int> ids;
    for (std::size_t i = 0; i < tokens.labels.size(); ++i) {
        const int id = tokens.labels[i].id;
        if (id < 0 || id >= stream.vocabulary)
            return fail(ErrorCode::BadInput,
                        "expected token ids from 0 to " + std::to_string(stream.vocabulary - 1) + ", found " +
                            std::to_string(id) + " at position " + std::to_string(i),
                        stream.name);
        ids.push_back(id);
    }
    if (stream.contextLength > 0 && ids.size() > static_cast<std::size_t>(stream.contextLength))
        return fail(ErrorCode::TooLong,
                    "expected at most " + std::to_string(stream.contextLength) +
                        " tokens (the model's context), found " + std::to_string(ids.size()),
                    stream.name);
    input.tensors[static_cast<std::size_t>(stream.ids.index)] = idTensor(index, ids);
    const TensorRef types = program.find("token_types");
    if (types.kind == TensorRef::Kind::Input && program.axesOf(types)[0].stream == index &&
        std::any_of(tokens.typeIds.begin(), tokens.typeIds.end(), [](int t) { return t != 0; }))
        input.tensors[static_cast<std::size_t>(types.index)] = idTensor(index, tokens.typeIds);
    input.streams[static_cast<std::size_t>(index)] = {std::move(text), std::move(tokens.labels)};
    return {};
}

/// Drops tokens until the context's length is met; tokens that the tokenizer put at the end stay there.
void cut(StreamTokens& tokens, int length)
{
    const auto size = tokens.labels.size(), most = static_cast<std::size_t>(length);
    if (length <= 0 || size <= most)
        return;
    std::size_t tail = 0;
    while (tail < most && tokens.labels[size - 1 - tail].special &&
           tokens.labels[size - 1 - tail].begin == tokens.labels[size - 1 - tail].end)
        ++tail;
    const auto from = static_cast<std::ptrdiff_t>(most - tail), to = static_cast<std::ptrdiff_t>(size - tail);
    tokens.labels.erase(tokens.labels.begin() + from, tokens.labels.begin() + to);
    tokens.typeIds.erase(tokens.typeIds.begin() + from, tokens.typeIds.begin() + to);
}

Result<void> addStreams(const Model& model, ModelInput& input, const std::vector<StreamText>& given,
                        bool cutting)
{
    std::size_t next = 0;
    for (std::size_t s = 0; s < model.program->streams.size(); ++s) {
        const Stream& stream = model.program->streams[s];
        if (stream.kind != Stream::Kind::Tokens)
            continue;
        const StreamText text = next < given.size() ? given[next] : StreamText{};
        ++next;
        auto tokens = tokenize(model, static_cast<StreamIndex>(s), text);
        if (!tokens)
            return tl::unexpected(tokens.error());
        if (cutting)
            cut(*tokens, stream.contextLength);
        if (auto ok = addTokens(model, input, static_cast<StreamIndex>(s), std::move(*tokens), text.text);
            !ok)
            return ok;
    }
    return {};
}

ModelInput emptyInput(const Model& model)
{
    ModelInput input;
    input.tensors.resize(model.program->inputs.size());
    input.streams.resize(model.program->streams.size());
    return input;
}

} // namespace

Result<ModelInput> makeInput(const Model& model, const std::vector<StreamText>& streams)
{
    ModelInput input = emptyInput(model);
    if (auto ok = addStreams(model, input, streams, false); !ok)
        return tl::unexpected(ok.error());
    return input;
}

Result<ModelInput> makeInputCut(const Model& model, const std::vector<StreamText>& streams)
{
    ModelInput input = emptyInput(model);
    if (auto ok = addStreams(model, input, streams, true); !ok)
        return tl::unexpected(ok.error());
    return input;
}

Result<ModelInput> makeImageInput(const Model& model, TensorPtr pixels, const std::vector<StreamText>& texts)
{
    ModelInput input = emptyInput(model);
    bool sees = false;
    for (std::size_t s = 0; s < model.program->streams.size(); ++s) {
        const Stream& stream = model.program->streams[s];
        if (stream.kind != Stream::Kind::Patches)
            continue;
        sees = true;
        input.tensors[static_cast<std::size_t>(stream.ids.index)] = pixels;
        auto& labels = input.streams[s].labels;
        for (int i = 0; i < stream.leadingTokens; ++i)
            labels.push_back({"[CLS]", -1, 0, 0, true});
        for (int r = 0; r < stream.patchRows; ++r)
            for (int c = 0; c < stream.patchColumns; ++c)
                labels.push_back({"r" + std::to_string(r) + " c" + std::to_string(c), -1, 0, 0, false});
    }
    if (!sees)
        return fail(ErrorCode::BadInput, "this model takes text, not an image", model.name);
    if (auto ok = addStreams(model, input, texts, false); !ok)
        return tl::unexpected(ok.error());
    return input;
}

Result<ModelInput> decodeGreedy(const Model& model, ModelInput input, std::shared_ptr<Workers> workers,
                                int most, std::stop_token stop, const Execution::Progress& progress)
{
    const auto& streams = model.program->streams;
    const auto decoded =
        std::find_if(streams.begin(), streams.end(), [](const Stream& s) { return s.decoded; });
    if (decoded == streams.end() || model.program->prediction.logits < 0)
        return fail(ErrorCode::Unsupported, "this model does not write a target text", model.name);
    const auto index = static_cast<std::size_t>(decoded - streams.begin());
    const Stream& stream = *decoded;
    if (stream.contextLength > 0)
        most = std::min(most, stream.contextLength);
    // A model that names no end token never says that it is done.
    if (stream.endTokens.empty())
        most = std::min(most, mostWithoutEnd);
    std::size_t source = 0;
    for (std::size_t s = 0; s < streams.size(); ++s)
        source += s == index ? 0 : input.streams[s].labels.size();
    most = std::min(most, static_cast<int>(source) + mostBeyondSource);
    Trace base;
    for (;;) {
        auto& labels = input.streams[index].labels;
        if (static_cast<int>(labels.size()) >= most)
            break;
        RunOptions options;
        options.base = base; // what does not read the target (the encoder) is computed once
        auto run = Execution::start(model.program, model.parameters, input, workers, options);
        if (!run)
            return tl::unexpected(run.error());
        if (auto ok = run->runTo(model.program->prediction.logits, stop); !ok)
            return tl::unexpected(ok.error());
        base = run->trace();
        auto best = predictions(model, base, static_cast<std::int64_t>(labels.size()) - 1, 1);
        if (!best)
            return tl::unexpected(best.error());
        const int id = best->front().id;
        if (std::find(stream.endTokens.begin(), stream.endTokens.end(), id) != stream.endTokens.end())
            break;
        labels.push_back({model.pieceLabel(static_cast<StreamIndex>(index), id), id, 0, 0, false});
        std::vector<int> ids;
        for (const PositionLabel& l : labels)
            ids.push_back(l.id);
        input.tensors[static_cast<std::size_t>(stream.ids.index)] =
            idTensor(static_cast<StreamIndex>(index), ids);
        if (progress)
            progress(static_cast<int>(labels.size()), most);
    }
    // The text that was written, with the bytes of each token, so that the chips can mark it.
    auto& written = input.streams[index];
    written.text.clear();
    if (const Tokenizer* tokenizer = model.tokenizerOf(static_cast<StreamIndex>(index))) {
        std::vector<int> ids;
        for (PositionLabel& l : written.labels) {
            ids.push_back(l.id);
            l.begin = written.text.size();
            if (auto text = tokenizer->decode(ids))
                written.text = *text;
            l.end = std::max(l.begin, written.text.size());
        }
    }
    return input;
}

Result<std::vector<Candidate>> predictions(const Model& model, const Trace& trace, std::int64_t position,
                                           int count)
{
    const Prediction& what = model.program->prediction;
    if (what.logits < 0)
        return fail(ErrorCode::Unsupported, "this model has no prediction head", model.name);
    auto logits = trace.step(what.logits);
    if (!logits)
        return tl::unexpected(logits.error());
    const Tensor& t = **logits;
    const Axis& out = t.axes().back();
    const std::int64_t row = t.rank() > 1 ? position : 0;
    if (t.rank() > 1 && (position < 0 || position >= t.size(0)))
        return fail(ErrorCode::BadInput, "expected a position from 0 to " + std::to_string(t.size(0) - 1) +
                                             ", found " + std::to_string(position));
    const float* x = t.values().data() + row * out.size;
    double largest = -std::numeric_limits<double>::infinity(), sum = 0;
    for (std::int64_t i = 0; i < out.size; ++i)
        largest = std::max<double>(largest, x[i]);
    for (std::int64_t i = 0; i < out.size; ++i)
        sum += std::exp(x[i] - largest);
    std::vector<int> order(static_cast<std::size_t>(out.size));
    std::iota(order.begin(), order.end(), 0);
    const auto wanted = std::min<std::size_t>(static_cast<std::size_t>(std::max(count, 0)), order.size());
    // NaNs go last: a comparison that is always false would break the sort.
    const auto before = [x](int a, int b) {
        const bool nanA = std::isnan(x[a]), nanB = std::isnan(x[b]);
        if (nanA || nanB)
            return nanA == nanB ? a < b : nanB;
        return x[a] != x[b] ? x[a] > x[b] : a < b;
    };
    std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(wanted), order.end(),
                      before);
    std::vector<Candidate> best;
    for (std::size_t i = 0; i < wanted; ++i) {
        const int id = order[i];
        best.push_back({id, model.label(trace, out, id), x[id], std::exp(x[id] - largest) / sum});
    }
    return best;
}

} // namespace headlight
