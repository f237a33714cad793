// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/views.h"

#include "figures/across_layers.h"
#include "figures/colored_figure.h"
#include "figures/compare_figure.h"
#include "figures/dial_figure.h"
#include "figures/equation_figure.h"
#include "figures/head_grid_figure.h"
#include "figures/heatmap_figure.h"
#include "figures/links_figure.h"
#include "figures/overlay_figure.h"
#include "figures/pair_figure.h"
#include "figures/position_row_figure.h"
#include "figures/positions_figure.h"
#include "figures/query_key_figure.h"
#include "result/quote.h"
#include "run/workers.h"
#include "session/core_words.h"

#include <QCoreApplication>

#include <algorithm>

namespace headlight {

namespace {

/// Letters that differ between two names, as a small edit distance.
std::size_t distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t up = row[j + 1];
            row[j + 1] = std::min({up + 1, row[j] + 1, diagonal + (a[i] == b[j] ? 0 : 1)});
            diagonal = up;
        }
    }
    return row.back();
}

tl::unexpected<Error> unknownHook(const Program& program, const std::string& hook)
{
    std::string nearest;
    std::size_t least = 200;
    if (hook.size() < 200)
        for (const Step& step : program.steps)
            if (const std::size_t d = distance(hook, step.hook); d < least) {
                least = d;
                nearest = step.hook;
            }
    std::string message = "expected the name of a hook, found " + quote(hook);
    if (!nearest.empty())
        message += "; the nearest is " + nearest;
    return fail(ErrorCode::NotFound, std::move(message));
}

/// The head that was asked for, if the tensor has so many.
Result<AxisIndices> indicesFor(const Axes& axes, std::optional<int> head, const std::string& name)
{
    AxisIndices indices;
    if (!head)
        return indices;
    const int a = findAxis(axes, axis::head);
    if (a < 0)
        return fail(ErrorCode::BadInput,
                    "this tensor has no head axis, but head " + std::to_string(*head) + " was asked for",
                    name);
    const std::int64_t heads = axes[static_cast<std::size_t>(a)].size;
    if (*head < 0 || *head >= heads)
        return fail(ErrorCode::BadInput,
                    "expected a head from 0 to " + std::to_string(heads - 1) + ", found " +
                        std::to_string(*head),
                    name);
    indices[std::string(axis::head)] = *head;
    return indices;
}

bool matches(const AttentionLayer& layer, const std::string& which)
{
    if (which.empty())
        return true;
    const std::string kind = layer.kind == AttentionLayer::Kind::Cross ? "cross" : "self";
    return layer.name == which || kind == which || (layer.stack == which && kind == "self") ||
           layer.stack + " " + kind == which || layer.stack + "." + kind == which;
}

Result<const AttentionLayer*> findAttention(const Program& program, const ViewOptions& options)
{
    if (program.attention.empty())
        return fail(ErrorCode::NotFound, "this model has no attention heads");
    std::vector<const AttentionLayer*> kind;
    for (const AttentionLayer& layer : program.attention)
        if (matches(layer, options.attention))
            kind.push_back(&layer);
    if (kind.empty())
        return fail(ErrorCode::NotFound, "expected an attention such as " + program.attention.front().name +
                                             ", found " + quote(options.attention));
    const int layer = options.layer.value_or(kind.front()->layer);
    for (const AttentionLayer* candidate : kind)
        if (candidate->layer == layer)
            return candidate;
    int last = 0;
    for (const AttentionLayer* candidate : kind)
        last = std::max(last, candidate->layer);
    return fail(ErrorCode::BadInput,
                "expected a layer from 0 to " + std::to_string(last) + ", found " + std::to_string(layer));
}

Result<FigurePtr> revealed(FigurePtr figure, const std::optional<Cell>& focus)
{
    if (focus)
        figure->reveal({figure->mainTensor(), *focus});
    return figure;
}

Result<FigurePtr> tensorView(FigureSource source, TensorRef ref, const ViewOptions& options)
{
    const Program& program = source.trace.program();
    auto indices =
        indicesFor(ref.kind == TensorRef::Kind::Step ? source.trace.axes(ref.index) : program.axesOf(ref),
                   options.head, program.nameOf(ref));
    if (!indices)
        return tl::unexpected(indices.error());
    auto figure = HeatmapFigure::make(std::move(source), ref, {std::move(*indices), options.scale, true});
    if (!figure)
        return tl::unexpected(figure.error());
    return revealed(std::move(*figure), options.focus);
}

Result<FigurePtr> stageView(FigureSource source, TensorRef ref, const ViewOptions& options)
{
    const Program& program = source.trace.program();
    if (ref.kind != TensorRef::Kind::Step)
        return fail(ErrorCode::BadInput, "expected the result of a step, found a parameter or an input",
                    program.nameOf(ref));
    auto indices = indicesFor(source.trace.axes(ref.index), options.head, program.nameOf(ref));
    if (!indices)
        return tl::unexpected(indices.error());
    auto figure =
        EquationFigure::make(std::move(source), ref.index, {std::move(*indices), options.scale, true});
    if (!figure)
        return tl::unexpected(figure.error());
    return revealed(std::move(*figure), options.focus);
}

Result<FigurePtr> linksView(FigureSource source, const ViewOptions& options)
{
    const Program& program = source.trace.program();
    const auto layer = findAttention(program, options);
    if (!layer)
        return tl::unexpected(layer.error());
    LinksOptions links;
    links.attention = static_cast<int>(*layer - program.attention.data());
    links.heads = options.heads;
    if (options.head && links.heads.empty())
        links.heads = {*options.head};
    links.threshold = options.threshold;
    links.form = options.arcs ? LinkForm::Arcs : LinkForm::Columns;
    auto figure = LinksFigure::make(std::move(source), std::move(links));
    if (!figure)
        return tl::unexpected(figure.error());
    return FigurePtr(std::move(*figure));
}

template <class Made>
Result<FigurePtr> plain(Made made)
{
    if (!made)
        return tl::unexpected(made.error());
    return FigurePtr(std::move(*made));
}

Result<FigurePtr> queryKeyView(std::string_view view, FigureSource source, const ViewOptions& options)
{
    const Program& program = source.trace.program();
    const auto layer = findAttention(program, options);
    if (!layer)
        return tl::unexpected(layer.error());
    const Axes& axes = source.trace.axes((*layer)->pattern);
    const auto heads = indicesFor(axes, options.head.value_or(0), (*layer)->name);
    if (!heads)
        return tl::unexpected(heads.error());
    QueryKeyOptions two;
    two.attention = static_cast<int>(*layer - program.attention.data());
    two.head = options.head.value_or(0);
    two.query = options.query.value_or(static_cast<int>(axes[1].size) - 1);
    if (options.key) {
        two.key = *options.key;
    } else if (const auto pattern = source.trace.step((*layer)->pattern);
               pattern && two.query >= 0 && two.query < axes[1].size) {
        // What the query looks at most is what one asks about.
        for (std::int64_t k = 1; k < axes[2].size; ++k)
            if ((*pattern)->at({two.head, two.query, k}) > (*pattern)->at({two.head, two.query, two.key}))
                two.key = k;
    }
    return view == "qk" ? plain(QueryKeyFigure::make(std::move(source), two))
                        : plain(ScatterFigure::make(std::move(source), two));
}

Result<FigurePtr> overlayView(FigureSource source, const ViewOptions& options)
{
    const Program& program = source.trace.program();
    OverlayOptions overlay;
    overlay.attention = lastImageAttention(program);
    if (overlay.attention < 0)
        return fail(ErrorCode::NotFound, "this model sees no image");
    if (options.layer || !options.attention.empty()) {
        ViewOptions which = options;
        // Of several stacks, the one that sees is meant.
        if (which.attention.empty())
            which.attention = program.attention[static_cast<std::size_t>(overlay.attention)].stack;
        const auto layer = findAttention(program, which);
        if (!layer)
            return tl::unexpected(layer.error());
        overlay.attention = static_cast<int>(*layer - program.attention.data());
    }
    overlay.head = options.head.value_or(0);
    overlay.query = options.query.value_or(0);
    overlay.image = options.image;
    return plain(OverlayFigure::make(std::move(source), std::move(overlay)));
}

Result<FigurePtr> compareView(FigureSource source, const ViewOptions& options)
{
    const Program& program = source.trace.program();
    const FigureSource base = options.base.trace.valid() ? options.base : source;
    if (options.hook.empty())
        return fail(ErrorCode::BadInput, "expected the name of a hook for view compare, found none");
    const TensorRef ref = program.find(options.hook);
    if (!ref.valid())
        return unknownHook(program, options.hook);
    if (ref.kind != TensorRef::Kind::Step)
        return fail(ErrorCode::BadInput, "expected the result of a step, found a parameter or an input",
                    program.nameOf(ref));
    auto indices = indicesFor(source.trace.axes(ref.index), options.head, program.nameOf(ref));
    if (!indices)
        return tl::unexpected(indices.error());
    CompareOptions compare;
    compare.indices = std::move(*indices);
    compare.scale = options.scale;
    compare.names = options.sides;
    addPredictions(compare, source, base, options.position.value_or(-1));
    auto figure = CompareFigure::make(std::move(source), base, ref, std::move(compare));
    if (!figure)
        return tl::unexpected(figure.error());
    return revealed(std::move(*figure), options.focus);
}

/// The head, query and key that a picture of positions is about.
Result<QueryKeyOptions> chosenPair(const FigureSource& source, const ViewOptions& options)
{
    const Program& program = source.trace.program();
    const auto layer = findAttention(program, options);
    if (!layer)
        return tl::unexpected(layer.error());
    const Axes& axes = source.trace.axes((*layer)->pattern);
    const auto heads = indicesFor(axes, options.head.value_or(0), (*layer)->name);
    if (!heads)
        return tl::unexpected(heads.error());
    QueryKeyOptions two;
    two.attention = static_cast<int>(*layer - program.attention.data());
    two.head = options.head.value_or(0);
    two.query = options.query.value_or(static_cast<int>(axes[1].size) - 1);
    two.key = options.key.value_or(0);
    for (const auto& [index, at] : {std::pair(two.query, 1), std::pair(two.key, 2)})
        if (index < 0 || index >= axes[static_cast<std::size_t>(at)].size)
            return fail(ErrorCode::BadInput,
                        "expected a position from 0 to " +
                            std::to_string(axes[static_cast<std::size_t>(at)].size - 1) + ", found " +
                            std::to_string(index),
                        (*layer)->name);
    return two;
}

Result<FigurePtr> positionsView(FigureSource source, const ViewOptions& options)
{
    const auto picture =
        options.picture.empty() ? std::optional(PositionPicture::Values) : pictureOf(options.picture);
    if (!picture) {
        std::string known;
        for (const PositionPicture one : positionPictures())
            known += (known.empty() ? "" : ", ") + std::string(pictureId(one));
        return fail(ErrorCode::BadInput,
                    "expected a picture among " + known + "; found " + quote(options.picture));
    }
    if (*picture == PositionPicture::Values || *picture == PositionPicture::Similarity ||
        *picture == PositionPicture::Buckets) {
        PositionsOptions one{options.scale, {}, options.encoding, *picture};
        one.likeness = options.cosine ? Likeness::Cosine : Likeness::Dot;
        if (!options.curves.empty())
            one.curves = options.curves;
        return plain(PositionsFigure::make(std::move(source), std::move(one)));
    }
    const auto two = chosenPair(source, options);
    if (!two)
        return tl::unexpected(two.error());
    if (*picture == PositionPicture::Distance) {
        PositionsOptions one{options.scale, {}, options.encoding, *picture};
        one.attention = two->attention;
        return plain(PositionsFigure::make(std::move(source), std::move(one)));
    }
    if (*picture == PositionPicture::Dial)
        return plain(
            DialFigure::make(std::move(source), {options.encoding, two->attention, two->head, two->query,
                                                 two->key, options.position, options.offset}));
    if (!source.model)
        return fail(ErrorCode::NotFound, "expected a model to run without its positions, found none");
    auto contrast = positionContrast(*source.model, source.trace, std::make_shared<Workers>());
    if (!contrast)
        return tl::unexpected(contrast.error());
    if (*picture == PositionPicture::Heads) {
        auto table = positionHeads(*contrast);
        if (!table)
            return tl::unexpected(table.error());
        table->scale = options.scale;
        return plain(TableFigure::make(std::move(*table)));
    }
    return plain(
        PositionRowFigure::make(source.model, std::move(*contrast), {two->attention, two->head, two->query}));
}

struct PairViewWords
{
    Q_DECLARE_TR_FUNCTIONS(CompareFigure)
};

/// The query and key of the other run that stand for those that were asked for.
void takeTokens(std::string_view view, const FigureSource& source, const ViewOptions& options,
                ViewOptions& other)
{
    const Program& program = source.trace.program();
    const AttentionLayer* layer = nullptr;
    if (view == "overlay" && !options.layer && options.attention.empty()) {
        if (const int last = lastImageAttention(program); last >= 0)
            layer = &program.attention[static_cast<std::size_t>(last)];
    } else if (const auto found = findAttention(program, options)) {
        layer = *found;
    }
    if (!layer)
        return;
    const auto there = [&](StreamIndex stream, std::optional<int> position) {
        return position ? std::optional(static_cast<int>(
                              counterpart(source.trace, stream, *position, options.base.trace)))
                        : position;
    };
    other.query = there(layer->queries, options.query);
    other.key = there(layer->keys, options.key);
}

/// The other model's answer that is written as one of this model's; nothing where it has none: then the
/// picture is about the most probable one, and says so.
std::optional<int> answerOf(const FigureSource& other, const FigureSource& source, int token)
{
    const int mine = source.trace.program().prediction.logits,
              theirs = other.trace.program().prediction.logits;
    if (other.model == source.model || mine < 0 || theirs < 0)
        return token;
    const QString label = source.label(source.trace.axes(mine).back(), token);
    const Axis out = other.trace.axes(theirs).back();
    for (std::int64_t id = 0; id < out.size; ++id)
        if (other.label(out, id) == label)
            return static_cast<int>(id);
    return std::nullopt;
}

} // namespace

Result<FigurePtr> pairForView(std::string_view view, FigureSource source, const ViewOptions& options)
{
    const Program& program = source.trace.program();
    ViewOptions mine = options;
    if (view == "head") {
        const auto layer = findAttention(program, options);
        if (!layer)
            return tl::unexpected(layer.error());
        mine.hook = program.steps[static_cast<std::size_t>((*layer)->pattern)].hook;
        mine.head = options.head.value_or(0);
    }
    if (view == "head" || view == "stage" || view == "tensor" || view == "compare")
        return compareView(std::move(source), mine);
    ViewOptions other = options;
    other.base = mine.base = {};
    other.image = options.baseImage;
    if (const Prediction& prediction = program.prediction; options.position && prediction.stream != noStream)
        other.position = static_cast<int>(
            counterpart(source.trace, prediction.stream, *options.position, options.base.trace));
    if (options.query || options.key)
        takeTokens(view, source, options, other);
    if (options.token)
        other.token = answerOf(options.base, source, *options.token);
    auto left = figureForView(view, options.base, other);
    if (!left)
        return left;
    auto right = figureForView(view, source, mine);
    if (!right)
        return right;
    PairOptions pair{options.sides};
    if (const auto across = acrossViewOf(view))
        pair.title = acrossTitle(*across);
    if (auto* grid = dynamic_cast<HeadGridFigure*>(right->get())) {
        auto& others = dynamic_cast<HeadGridFigure&>(**left);
        grid->shareRanges(others);
        others.shareRanges(*grid);
        auto difference = figureForView(view, std::move(source), options);
        if (difference)
            pair.difference = std::move(*difference);
        else
            pair.apart = coreLine(difference.error().message);
    }
    if (view == "scatter")
        pair.apart = PairViewWords::tr("the two planes have axes of their own");
    return FigurePtr(std::make_unique<PairFigure>(std::move(*left), std::move(*right), std::move(pair)));
}

const std::vector<std::string>& viewNames()
{
    static const std::vector<std::string> names{"stage",   "tensor",  "heads",     "head",   "links", "qk",
                                                "scatter", "overlay", "positions", "norms",  "lens",  "dla",
                                                "sources", "rollout", "flow",      "compare"};
    return names;
}

namespace {

/// Leaving out a first key is for patterns; where there is none it is a misunderstanding.
Result<void> checkSink(std::string_view view, const Program& program, const ViewOptions& options)
{
    if (options.scale.sink == SinkTreatment::Shown || (view != "stage" && view != "tensor"))
        return {};
    const TensorRef ref = program.find(options.hook);
    bool found = !ref.valid() || isPattern(program, ref); // an unknown hook is told of elsewhere
    if (view == "stage" && ref.kind == TensorRef::Kind::Step)
        for (const TensorRef& operand : program.steps[static_cast<std::size_t>(ref.index)].operands)
            found = found || isPattern(program, operand);
    if (found)
        return {};
    const std::string example =
        program.attention.empty()
            ? std::string()
            : " such as " + program.steps[static_cast<std::size_t>(program.attention.front().pattern)].hook;
    return fail(ErrorCode::BadInput, "expected an attention pattern" + example +
                                         " to leave the first token out of, found " + quote(options.hook));
}

} // namespace

Result<FigurePtr> figureForView(std::string_view view, FigureSource source, const ViewOptions& options)
{
    if (auto ok = checkSink(view, source.trace.program(), options); !ok)
        return tl::unexpected(ok.error());
    const Program& program = source.trace.program();
    if (view == "stage" || view == "tensor") {
        if (options.hook.empty())
            return fail(ErrorCode::BadInput,
                        "expected the name of a hook for view " + std::string(view) + ", found none");
        const TensorRef ref = program.find(options.hook);
        if (!ref.valid())
            return unknownHook(program, options.hook);
        return view == "stage" ? stageView(std::move(source), ref, options)
                               : tensorView(std::move(source), ref, options);
    }
    if (view == "compare")
        return compareView(std::move(source), options);
    if (view == "head") {
        const auto layer = findAttention(program, options);
        if (!layer)
            return tl::unexpected(layer.error());
        ViewOptions one = options;
        one.head = options.head.value_or(0);
        return tensorView(source, {TensorRef::Kind::Step, (*layer)->pattern}, one);
    }
    if (view == "heads" || view == "grid") {
        HeadGridOptions grid;
        grid.scale = options.scale;
        grid.base = options.base.trace;
        if (options.head || options.layer) {
            const auto layer = findAttention(program, options);
            if (!layer)
                return tl::unexpected(layer.error());
            const auto ok =
                indicesFor(source.trace.axes((*layer)->pattern), options.head.value_or(0), (*layer)->name);
            if (!ok)
                return tl::unexpected(ok.error());
            grid.selected =
                HeadRef{static_cast<int>(*layer - program.attention.data()), options.head.value_or(0)};
        }
        auto figure = HeadGridFigure::make(std::move(source), grid);
        if (!figure)
            return tl::unexpected(figure.error());
        return FigurePtr(std::move(*figure));
    }
    if (view == "links")
        return linksView(std::move(source), options);
    if (view == "qk" || view == "scatter")
        return queryKeyView(view, std::move(source), options);
    if (view == "overlay")
        return overlayView(std::move(source), options);
    if (view == "positions")
        return positionsView(std::move(source), options);
    if (const auto across = acrossViewOf(view)) {
        Workers workers;
        auto table =
            acrossTable(source, workers,
                        {*across, options.position.value_or(-1), options.token.value_or(-1), options.layer});
        if (!table)
            return tl::unexpected(table.error());
        table->scale = options.scale;
        auto figure = TableFigure::make(std::move(*table));
        if (!figure)
            return tl::unexpected(figure.error());
        if (followsPosition(*across) && options.position && (*figure)->content().stream != noStream)
            (*figure)->mark(*options.position);
        return FigurePtr(std::move(*figure));
    }
    std::string known;
    for (const std::string& name : viewNames())
        known += (known.empty() ? "" : ", ") + name;
    return fail(ErrorCode::BadInput, "expected a view among " + known + "; found " + quote(view));
}

} // namespace headlight
