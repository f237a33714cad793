// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/across_layers.h"

#include "analysis/logit_attribution.h"
#include "analysis/logit_lens.h"
#include "analysis/rollout.h"
#include "figures/number_text.h"
#include "session/core_words.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

namespace headlight {

namespace {

struct AcrossLayersWords
{
    Q_DECLARE_TR_FUNCTIONS(AcrossLayers)
};

constexpr std::array allViews{AcrossView::Norms,   AcrossView::Lens,    AcrossView::Attribution,
                              AcrossView::Sources, AcrossView::Rollout, AcrossView::Flow};

/// Names of a stream's positions as columns.
void positionColumns(TableContent& table, const FigureSource& source, StreamIndex stream, std::int64_t count)
{
    table.stream = stream;
    const Axis axis = positions(stream, count);
    for (std::int64_t i = 0; i < count; ++i)
        table.columns.push_back(source.label(axis, i));
    table.columnName = AcrossLayersWords::tr("position");
}

/// "embedding", "after layer 0" …
void stateRows(TableContent& table, int states)
{
    table.rows.push_back(AcrossLayersWords::tr("embedding"));
    for (int s = 1; s < states; ++s)
        table.rows.push_back(AcrossLayersWords::tr("after layer %1").arg(s - 1));
    table.rowName = AcrossLayersWords::tr("residual stream");
}

/// The last position of what the model predicts for, or the one that was asked for.
std::int64_t positionOf(const Trace& trace, StreamIndex stream, std::int64_t asked)
{
    const auto s = static_cast<std::size_t>(stream);
    const auto count = stream != noStream && s < trace.input().streams.size()
                           ? static_cast<std::int64_t>(trace.input().streams[s].labels.size())
                           : 0;
    return asked < 0 ? std::max<std::int64_t>(count - 1, 0) : asked;
}

Result<TableContent> norms(const FigureSource& source)
{
    const auto streams = residualStreams(source.trace.program());
    if (streams.empty())
        return fail(ErrorCode::Unsupported, "this model names no residual stream");
    const auto head = outputHead(source.trace.program());
    const ResidualStream& stream = head ? head->stream : streams.front();
    auto values = residualNorms(source.trace, stream);
    if (!values)
        return tl::unexpected(values.error());
    TableContent table;
    table.values = *values;
    stateRows(table, static_cast<int>((*values)->size(0)));
    positionColumns(table, source, stream.positions, (*values)->size(1));
    for (std::int64_t s = 0; s < (*values)->size(0); ++s)
        for (std::int64_t i = 0; i < (*values)->size(1); ++i)
            table.details.push_back(AcrossLayersWords::tr("“%1”, %2: ‖x‖ = %3")
                                        .arg(table.columns[static_cast<std::size_t>(i)],
                                             table.rows[static_cast<std::size_t>(s)],
                                             shownNumber((*values)->at({s, i}), 4)));
    return table;
}

Result<TableContent> lens(const FigureSource& source, Workers& workers, const AcrossRequest& request,
                          std::stop_token stop, const AnalysisProgress& progress)
{
    auto found =
        logitLens(source.trace, workers, {.top = 3, .token = request.token}, std::move(stop), progress);
    if (!found)
        return tl::unexpected(found.error());
    TableContent table;
    std::vector<float> values;
    for (int s = 0; s < found->states(); ++s)
        for (std::int64_t i = 0; i < found->positions; ++i) {
            const LensCell& cell = found->at(s, i);
            const bool chosen = request.token >= 0;
            values.push_back(chosen ? cell.probability : cell.top.front().probability);
            table.texts.push_back(chosen ? QString::number(cell.rank)
                                         : source.label(found->out, cell.top.front().token));
        }
    table.values = std::make_shared<const Tensor>(
        Axes{named("state", found->states()), positions(found->stream.positions, found->positions)},
        std::move(values));
    stateRows(table, found->states());
    positionColumns(table, source, found->stream.positions, found->positions);
    for (int s = 0; s < found->states(); ++s)
        for (std::int64_t i = 0; i < found->positions; ++i) {
            const LensCell& cell = found->at(s, i);
            QStringList best;
            for (const LensCell::Entry& e : cell.top)
                best << QStringLiteral("“%1” %2").arg(source.label(found->out, e.token),
                                                      percent(e.probability));
            table.details.push_back(
                AcrossLayersWords::tr("“%1”, %2: %3. “%4” has rank %5, %6, logit %7")
                    .arg(table.columns[static_cast<std::size_t>(i)], table.rows[static_cast<std::size_t>(s)],
                         best.join(QStringLiteral(", ")), source.label(found->out, cell.token))
                    .arg(cell.rank)
                    .arg(percent(cell.probability), shownNumber(cell.logit, 4)));
        }
    table.wholeRange = true;
    if (request.token >= 0)
        table.title = AcrossLayersWords::tr("Logit lens: rank (1: the most probable) and probability of “%1”")
                          .arg(source.label(found->out, request.token));
    else
        table.quantity = AcrossLayersWords::tr("the highest probability");
    return table;
}

QString partName(const LogitPart& part)
{
    const QString hook = QString::fromStdString(part.hook);
    switch (part.kind) {
    case LogitPart::Kind::Head:
        return AcrossLayersWords::tr("layer %1, head %2").arg(part.layer).arg(part.head);
    case LogitPart::Kind::AttentionBias:
        return AcrossLayersWords::tr("layer %1, b_O").arg(part.layer);
    case LogitPart::Kind::Mlp:
        return AcrossLayersWords::tr("layer %1, MLP").arg(part.layer);
    case LogitPart::Kind::Embedding:
    case LogitPart::Kind::Bias:
    case LogitPart::Kind::Other:
        break;
    }
    return hook;
}

/// Layers run down, heads, biases and MLPs run across; what is no layer's has a row and its name for itself,
/// and a column that is no head's.
Result<TableContent> attribution(const FigureSource& source, const AcrossRequest& request)
{
    const Program& program = source.trace.program();
    auto found = logitAttribution(
        source.trace, positionOf(source.trace, program.prediction.stream, request.position), request.token);
    if (!found)
        return tl::unexpected(found.error());
    TableContent table;
    int heads = 0;
    bool bias = false, mlp = false;
    for (const LogitPart& p : found->parts) {
        heads = std::max(heads, p.head + 1);
        bias = bias || p.kind == LogitPart::Kind::AttentionBias;
        mlp = mlp || (p.kind == LogitPart::Kind::Mlp && p.layer >= 0);
    }
    std::vector<const LogitPart*> before, after;
    using Row = std::pair<int, int>; // layer, attention
    std::map<Row, std::map<int, const LogitPart*>> rows;
    const int biasColumn = heads, mlpColumn = heads + bias;
    std::map<int, int> lastAttention;
    for (const LogitPart& p : found->parts)
        if (p.attention >= 0)
            lastAttention[p.layer] = std::max(p.attention, lastAttention[p.layer]);
    for (const LogitPart& p : found->parts) {
        if (p.kind == LogitPart::Kind::Head)
            rows[{p.layer, p.attention}][p.head] = &p;
        else if (p.kind == LogitPart::Kind::AttentionBias)
            rows[{p.layer, p.attention}][biasColumn] = &p;
        else if (p.kind == LogitPart::Kind::Mlp && p.layer >= 0)
            rows[{p.layer, lastAttention.contains(p.layer) ? lastAttention[p.layer] : -1}][mlpColumn] = &p;
        else
            (p.kind == LogitPart::Kind::Bias ? after : before).push_back(&p);
    }
    const int otherColumn = heads + bias + mlp;
    const int columns = otherColumn + (before.empty() && after.empty() ? 0 : 1);
    std::vector<float> values;
    const auto addRow = [&](const QString& name, const std::map<int, const LogitPart*>& cells) {
        table.rows.push_back(name);
        for (int c = 0; c < columns; ++c) {
            const auto it = cells.find(c);
            const LogitPart* part = it == cells.end() ? nullptr : it->second;
            values.push_back(part ? static_cast<float>(part->value)
                                  : std::numeric_limits<float>::quiet_NaN());
            table.details.push_back(
                part ? AcrossLayersWords::tr("%1 adds %2 to the logit %3")
                           .arg(partName(*part), shownNumber(part->value, 4), shownNumber(found->logit, 4))
                     : QString());
            const TensorRef ref = part ? program.find(part->hook) : TensorRef{};
            table.steps.push_back(ref.kind == TensorRef::Kind::Step ? ref.index : -1);
            table.heads.push_back(part ? part->head : -1);
        }
    };
    const auto addAlone = [&](const LogitPart* part) { addRow(partName(*part), {{otherColumn, part}}); };
    std::for_each(before.begin(), before.end(), addAlone);
    for (const auto& [key, cells] : rows) {
        QString name = AcrossLayersWords::tr("layer %1").arg(key.first);
        const auto& layers = program.attention;
        if (key.second >= 0 &&
            layers[static_cast<std::size_t>(key.second)].kind == AttentionLayer::Kind::Cross)
            name += AcrossLayersWords::tr(", cross");
        addRow(name, cells);
    }
    std::for_each(after.begin(), after.end(), addAlone);
    for (int c = 0; c < columns; ++c)
        table.columns.push_back(c < heads               ? QString::number(c)
                                : bias && c == heads    ? QStringLiteral("b_O")
                                : mlp && c == mlpColumn ? QStringLiteral("MLP")
                                                        : AcrossLayersWords::tr("other"));
    table.values = std::make_shared<const Tensor>(
        Axes{named("layer", static_cast<std::int64_t>(table.rows.size())), named(axis::head, columns)},
        std::move(values));
    table.columnName = AcrossLayersWords::tr("head");
    const Axis out = source.trace.axes(program.prediction.logits).back();
    const QString token = source.label(out, found->token);
    table.title = program.prediction.stream == noStream
                      ? AcrossLayersWords::tr("Direct logit attribution of “%1”: logit %2")
                            .arg(token, shownNumber(found->logit, 4))
                      : AcrossLayersWords::tr("Direct logit attribution of “%1” after “%2”: logit %3")
                            .arg(token, source.label(positions(program.prediction.stream), found->position),
                                 shownNumber(found->logit, 4));
    return table;
}

Result<TableContent> sources(const FigureSource& source, const AcrossRequest& request)
{
    const Program& program = source.trace.program();
    auto found = logitAttribution(
        source.trace, positionOf(source.trace, program.prediction.stream, request.position), request.token);
    if (!found)
        return tl::unexpected(found.error());
    TableContent table;
    std::size_t most = 0;
    int streams = 0;
    StreamIndex stream = noStream;
    for (std::size_t s = 0; s < found->bySource.size(); ++s)
        if (!found->bySource[s].empty()) {
            most = std::max(most, found->bySource[s].size());
            stream = static_cast<StreamIndex>(s);
            ++streams;
        }
    const Axis out = source.trace.axes(program.prediction.logits).back();
    const QString token = source.label(out, found->token);
    std::vector<float> values;
    for (std::size_t s = 0; s < found->bySource.size(); ++s) {
        const auto& list = found->bySource[s];
        if (list.empty())
            continue;
        table.rows.push_back(coreWords(program.streams[s].name));
        for (std::size_t i = 0; i < most; ++i) {
            values.push_back(i < list.size() ? static_cast<float>(list[i])
                                             : std::numeric_limits<float>::quiet_NaN());
            const QString from = i < list.size() ? source.label(positions(static_cast<StreamIndex>(s)),
                                                                static_cast<std::int64_t>(i))
                                                 : QString();
            table.texts.push_back(streams > 1 ? from
                                              : (i < list.size() ? shownNumber(list[i], 2) : QString()));
            table.details.push_back(i < list.size()
                                        ? AcrossLayersWords::tr("the heads carry %1 for “%2” from “%3”")
                                              .arg(shownNumber(list[i], 4), token, from)
                                        : QString());
        }
    }
    if (table.rows.empty())
        return fail(ErrorCode::Unsupported, "no head's output is added to this residual stream");
    table.values =
        std::make_shared<const Tensor>(Axes{named("stream", static_cast<std::int64_t>(table.rows.size())),
                                            named(axis::position, static_cast<std::int64_t>(most))},
                                       std::move(values));
    if (streams == 1) {
        positionColumns(table, source, stream, static_cast<std::int64_t>(most));
    } else {
        for (std::size_t i = 0; i < most; ++i)
            table.columns.push_back(QString::number(i));
        table.columnName = AcrossLayersWords::tr("position");
    }
    table.title = AcrossLayersWords::tr("Where the heads take “%1” from: logit %2")
                      .arg(token, shownNumber(found->logit, 4));
    return table;
}

Result<std::string> stackOf(const Trace& trace)
{
    const auto stacks = selfAttentionStacks(trace.program());
    if (stacks.empty())
        return fail(ErrorCode::Unsupported, "this model has no attention of a text or an image to itself");
    return stacks.front();
}

Result<TableContent> rollout(const FigureSource& source, const AcrossRequest& request, std::stop_token stop,
                             const AnalysisProgress& progress)
{
    auto stack = stackOf(source.trace);
    if (!stack)
        return tl::unexpected(stack.error());
    auto found = attentionRollout(source.trace, *stack, std::move(stop), progress);
    if (!found)
        return tl::unexpected(found.error());
    const Tensor& r = **found;
    const std::int64_t layers = r.size(0), n = r.size(1);
    const std::int64_t layer = request.layer.value_or(static_cast<int>(layers) - 1);
    if (layer < 0 || layer >= layers)
        return fail(ErrorCode::BadInput, "expected a layer from 0 to " + std::to_string(layers - 1) +
                                             ", found " + std::to_string(layer));
    TableContent table;
    const auto part =
        r.values().subspan(static_cast<std::size_t>(layer * n * n), static_cast<std::size_t>(n * n));
    table.values = std::make_shared<const Tensor>(Axes{r.axes()[1], r.axes()[2]},
                                                  std::vector<float>(part.begin(), part.end()));
    positionColumns(table, source, r.axes()[2].stream, n);
    table.rows = table.columns;
    table.rowName = AcrossLayersWords::tr("position after layer %1").arg(layer);
    table.columnName = AcrossLayersWords::tr("input token");
    for (std::int64_t i = 0; n <= 512 && i < n; ++i)
        for (std::int64_t j = 0; j < n; ++j)
            table.details.push_back(
                AcrossLayersWords::tr("%1 of “%2” after layer %3 comes from “%4”")
                    .arg(percent(table.values->at({i, j})), table.rows[static_cast<std::size_t>(i)])
                    .arg(layer)
                    .arg(table.columns[static_cast<std::size_t>(j)]));
    return table;
}

Result<TableContent> flow(const FigureSource& source, const AcrossRequest& request, std::stop_token stop,
                          const AnalysisProgress& progress)
{
    auto stack = stackOf(source.trace);
    if (!stack)
        return tl::unexpected(stack.error());
    const auto layers = selfAttentionLayers(source.trace.program(), *stack);
    const StreamIndex stream =
        source.trace.program().attention[static_cast<std::size_t>(layers.front())].queries;
    const std::int64_t query = positionOf(source.trace, stream, request.position);
    auto found = attentionFlow(source.trace, *stack, query, std::move(stop), progress);
    if (!found)
        return tl::unexpected(found.error());
    TableContent table;
    table.values = *found;
    positionColumns(table, source, stream, (*found)->size(1));
    table.columnName = AcrossLayersWords::tr("input token");
    for (std::int64_t l = 0; l < (*found)->size(0); ++l) {
        table.rows.push_back(AcrossLayersWords::tr("after layer %1").arg(l));
        for (std::int64_t j = 0; j < (*found)->size(1); ++j)
            table.details.push_back(
                AcrossLayersWords::tr("at most %1 can flow from “%2” to “%3” through layers 0 to %4")
                    .arg(shownNumber((*found)->at({l, j}), 3), table.columns[static_cast<std::size_t>(j)],
                         table.columns[static_cast<std::size_t>(query)])
                    .arg(l));
    }
    table.title =
        AcrossLayersWords::tr("Attention flow to “%1”").arg(table.columns[static_cast<std::size_t>(query)]);
    return table;
}

} // namespace

std::string_view acrossName(AcrossView view)
{
    switch (view) {
    case AcrossView::Norms:
        return "norms";
    case AcrossView::Lens:
        return "lens";
    case AcrossView::Attribution:
        return "dla";
    case AcrossView::Sources:
        return "sources";
    case AcrossView::Rollout:
        return "rollout";
    case AcrossView::Flow:
        return "flow";
    }
    return {};
}

QString acrossTitle(AcrossView view)
{
    switch (view) {
    case AcrossView::Norms:
        return AcrossLayersWords::tr("Residual stream's norm");
    case AcrossView::Lens:
        return AcrossLayersWords::tr("Logit lens");
    case AcrossView::Attribution:
        return AcrossLayersWords::tr("Direct logit attribution");
    case AcrossView::Sources:
        return AcrossLayersWords::tr("Contribution of tokens");
    case AcrossView::Rollout:
        return AcrossLayersWords::tr("Attention rollout");
    case AcrossView::Flow:
        return AcrossLayersWords::tr("Attention flow");
    }
    return {};
}

QString acrossMeaning(AcrossView view)
{
    switch (view) {
    case AcrossView::Norms:
        return AcrossLayersWords::tr("How long each position's vector is between the layers: ‖x‖₂.");
    case AcrossView::Lens:
        return AcrossLayersWords::tr(
            "What the model would say if it ended here: the final norm and the unembedding applied to "
            "every layer's residual stream (nostalgebraist 2020). The last row is the model's own answer.");
    case AcrossView::Attribution:
        return AcrossLayersWords::tr(
            "The logit as a sum of what each head, MLP and embedding has written, the final norm's scale "
            "held fixed (Elhage et al. 2021).");
    case AcrossView::Sources:
        return AcrossLayersWords::tr(
            "What all heads together carry to this logit from each token: Σ P[i,j] · (v_j W_O) · ∂logit "
            "(Elhage et al. 2021).");
    case AcrossView::Rollout:
        return AcrossLayersWords::tr(
            "How much of each input token is left in a position, by attention alone: the layers' "
            "½ P + ½ I multiplied (Abnar & Zuidema 2020).");
    case AcrossView::Flow:
        return AcrossLayersWords::tr(
            "How much could flow from each input token to this position if attention weights were pipes: "
            "maximum flow (Abnar & Zuidema 2020).");
    }
    return {};
}

std::optional<AcrossView> acrossViewOf(std::string_view name)
{
    for (const AcrossView view : allViews)
        if (acrossName(view) == name)
            return view;
    return std::nullopt;
}

bool appliesTo(AcrossView view, const Program& program)
{
    switch (view) {
    case AcrossView::Norms:
        return !residualStreams(program).empty();
    case AcrossView::Lens:
    case AcrossView::Attribution:
    case AcrossView::Sources:
        return outputHead(program).has_value();
    case AcrossView::Rollout:
    case AcrossView::Flow:
        return !selfAttentionStacks(program).empty();
    }
    return false;
}

bool followsPosition(AcrossView view)
{
    return view == AcrossView::Attribution || view == AcrossView::Sources || view == AcrossView::Flow;
}

Result<TableContent> acrossTable(const FigureSource& source, Workers& workers, const AcrossRequest& request,
                                 std::stop_token stop, const AnalysisProgress& progress)
{
    Result<TableContent> table = TableContent{};
    switch (request.view) {
    case AcrossView::Norms:
        table = norms(source);
        break;
    case AcrossView::Lens:
        table = lens(source, workers, request, std::move(stop), progress);
        break;
    case AcrossView::Attribution:
        table = attribution(source, request);
        break;
    case AcrossView::Sources:
        table = sources(source, request);
        break;
    case AcrossView::Rollout:
        table = rollout(source, request, std::move(stop), progress);
        break;
    case AcrossView::Flow:
        table = flow(source, request, std::move(stop), progress);
        break;
    }
    if (table && table->title.isEmpty())
        table->title = acrossTitle(request.view);
    return table;
}

} // namespace headlight
