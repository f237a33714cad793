// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/against.h"
#include "figures/figure_export.h"
#include "figures/position_encodings.h"
#include "figures/views.h"
#include "quiet_start.h"
#include "result/quote.h"
#include "run/execution.h"

#include <QApplication>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

namespace headlight::app {

namespace {

/// What the command line says about the picture; all of it is checked before any work is done.
struct Request
{
    std::string file, view;
    ViewOptions viewOptions;
    ExportOptions exportOptions;
    std::string theme;
    QString sequentialMap, divergingMap; ///< empty: the style's
};

/// Which options a view has a use for; the first ones it can't do without.
struct ViewUse
{
    enum class Colors {
        None,     ///< no numbers are coloured
        Scale,    ///< a scale with limits
        Shared,   ///< … that several heads may have in common
        Patterns, ///< … of attention patterns, whose first token can be left out
    };
    std::string_view view;
    std::vector<std::string_view> needs, takes;
    Colors colors = Colors::Scale;
};

const std::vector<ViewUse>& viewUses()
{
    static const std::vector<std::string_view> linkOptions{"--layer",     "--head",      "--heads",
                                                           "--attention", "--threshold", "--arcs"};
    static const std::vector<std::string_view> pairOptions{"--layer", "--head", "--attention", "--query",
                                                           "--key"};
    using enum ViewUse::Colors;
    static const std::vector<ViewUse> uses{
        {"stage", {"--hook"}, {"--head", "--cell"}, Patterns},
        {"tensor", {"--hook"}, {"--head", "--cell"}, Patterns},
        {"heads", {}, {}, Patterns},
        {"head", {"--layer", "--head"}, {"--attention"}, Patterns},
        {"links", {}, linkOptions, None},
        {"qk", {}, pairOptions, None},
        {"scatter", {}, pairOptions, None},
        {"overlay", {}, {"--layer", "--head", "--attention", "--query"}, None},
        {"positions",
         {},
         {"--picture", "--encoding", "--curves", "--cosine", "--layer", "--head", "--attention", "--query",
          "--key", "--position", "--offset"}},
        {"norms", {}, {}},
        {"lens", {}, {"--token"}},
        {"dla", {}, {"--position", "--token"}},
        {"sources", {}, {"--position", "--token"}},
        {"rollout", {}, {"--layer"}},
        {"flow", {}, {"--position"}},
        {"compare", {"--hook"}, {"--head", "--cell"}, Shared}};
    return uses;
}

/// An option that a view has no use for is a misunderstanding that is better told than passed over.
Outcome<void> checkUse(const Arguments& arguments, const std::string& view)
{
    const auto& uses = viewUses();
    const auto use = std::find_if(uses.begin(), uses.end(), [&](const ViewUse& u) { return u.view == view; });
    if (use == uses.end())
        return {};
    if (view == "compare" && !arguments.has("--what-if") && !hasAgainst(arguments))
        return wrongUsage(
            "expected --what-if with --view compare, or --against or --against-text, found none");
    for (const std::string_view option :
         {"--hook", "--layer", "--head", "--heads", "--attention", "--threshold", "--arcs", "--query",
          "--key", "--cell", "--position", "--token", "--picture", "--encoding", "--curves", "--cosine",
          "--offset"}) {
        const bool needed = std::find(use->needs.begin(), use->needs.end(), option) != use->needs.end();
        const bool taken = std::find(use->takes.begin(), use->takes.end(), option) != use->takes.end();
        if (needed && !arguments.has(option))
            return wrongUsage("expected " + std::string(option) + " with --view " + view + ", found none");
        if (!needed && !taken && arguments.has(option))
            return wrongUsage("expected no " + std::string(option) + " with --view " + view);
    }
    for (const auto& [option, least] :
         {std::pair{"--range", ViewUse::Colors::Scale}, std::pair{"--curve", ViewUse::Colors::Scale},
          std::pair{"--per", ViewUse::Colors::Shared}, std::pair{"--sink", ViewUse::Colors::Patterns}})
        if (use->colors < least && arguments.has(option))
            return wrongUsage("expected no " + std::string(option) + " with --view " + view);
    return {};
}

bool isCurve(std::string_view word)
{
    return word == "linear" || word == "log" || word == "rank";
}

/// What is said about colours: --curve (or --scale with a word), --per, --range, --sink, --map.
Outcome<void> readColors(const Arguments& arguments, Request& request)
{
    ScaleOptions& scale = request.viewOptions.scale;
    auto curve = arguments.word("--curve", {"linear", "log", "rank"}, "linear");
    auto per = arguments.word("--per", {"head", "layer", "figure"}, "head");
    auto sink = arguments.word("--sink", {"show", "hide", "renormalise"}, "show");
    if (!curve || !per || !sink)
        return tl::unexpected(!curve ? curve.error() : !per ? per.error() : sink.error());
    if (const auto word = arguments.value("--scale").value_or(""); isCurve(word)) {
        if (arguments.has("--curve"))
            return wrongUsage("expected --curve or --scale " + word + ", found both");
        curve = word;
    }
    scale.curve = *curve == "log"    ? ScaleOptions::Curve::Log
                  : *curve == "rank" ? ScaleOptions::Curve::Rank
                                     : ScaleOptions::Curve::Linear;
    scale.extent = *per == "layer"    ? ScaleOptions::Extent::Tensor
                   : *per == "figure" ? ScaleOptions::Extent::Figure
                                      : ScaleOptions::Extent::Slice;
    scale.sink = *sink == "hide"          ? SinkTreatment::Hidden
                 : *sink == "renormalise" ? SinkTreatment::Renormalised
                                          : SinkTreatment::Shown;
    auto limits = arguments.range("--range");
    if (!limits)
        return tl::unexpected(limits.error());
    if (*limits) {
        scale.low = (*limits)->first;
        scale.high = (*limits)->second;
    }
    const QStringList maps = QString::fromStdString(arguments.value("--map").value_or(""))
                                 .split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (const QString& map : maps) {
        const auto among = [&](const std::vector<QString>& ids) {
            return std::find(ids.begin(), ids.end(), map.trimmed()) != ids.end();
        };
        QString* place = among(ColorMap::sequentialIds())  ? &request.sequentialMap
                         : among(ColorMap::divergingIds()) ? &request.divergingMap
                                                           : nullptr;
        if (!place) {
            QStringList known;
            for (const auto& ids : {ColorMap::sequentialIds(), ColorMap::divergingIds()})
                known.append(QStringList(ids.begin(), ids.end()));
            return wrongUsage("expected colours among " + known.join(QStringLiteral(", ")).toStdString() +
                                  "; found " + quote(map.toStdString()),
                              "--map");
        }
        *place = map.trimmed();
    }
    return {};
}

Outcome<std::optional<int>> index(const Arguments& arguments, std::string_view name)
{
    const auto number = arguments.integer(name, 0, 0, 1 << 24);
    if (!number)
        return tl::unexpected(number.error());
    return arguments.has(name) ? std::optional(*number) : std::nullopt;
}

Outcome<Request> requestOf(const Arguments& arguments)
{
    Request request;
    const auto file = arguments.required("--output");
    if (!file)
        return tl::unexpected(file.error());
    request.file = *file;
    if (auto format = exportFormatOf(request.file); !format)
        return wrongUsage(format.error().message, format.error().where);
    if (auto view = arguments.required("--view"); !view)
        return tl::unexpected(view.error());
    std::vector<std::string_view> names(viewNames().begin(), viewNames().end());
    names.emplace_back("grid");
    auto view = arguments.word("--view", names, "");
    if (!view)
        return tl::unexpected(view.error());
    request.view = *view;
    if (auto ok = checkUse(arguments, request.view); !ok)
        return tl::unexpected(ok.error());
    if (auto ok = checkAgainst(arguments); !ok)
        return tl::unexpected(ok.error());

    ViewOptions& options = request.viewOptions;
    options.hook = arguments.value("--hook").value_or("");
    options.attention = arguments.value("--attention").value_or("");
    auto layer = index(arguments, "--layer"), head = index(arguments, "--head");
    if (!layer || !head)
        return tl::unexpected(layer ? head.error() : layer.error());
    options.layer = *layer;
    options.head = *head;
    auto heads = arguments.integers("--heads");
    auto threshold = arguments.number("--threshold", -1, 0.01, 1);
    if (!heads || !threshold)
        return tl::unexpected(heads ? threshold.error() : heads.error());
    if (*heads)
        options.heads.assign((*heads)->begin(), (*heads)->end());
    options.threshold = *threshold;
    options.arcs = arguments.has("--arcs");
    auto query = index(arguments, "--query"), key = index(arguments, "--key");
    if (!query || !key)
        return tl::unexpected(query ? key.error() : query.error());
    options.query = *query;
    options.key = *key;
    if (const auto picture = arguments.value("--image"); picture && request.view == "overlay")
        options.image = options.baseImage = QImage(QString::fromStdString(*picture));
    auto position = index(arguments, "--position"), token = index(arguments, "--token");
    if (!position || !token)
        return tl::unexpected(position ? token.error() : position.error());
    options.position = *position;
    options.token = *token;
    auto encoding = index(arguments, "--encoding");
    if (!encoding)
        return tl::unexpected(encoding.error());
    options.encoding = encoding->value_or(0);
    std::vector<std::string_view> pictures;
    for (const PositionPicture one : positionPictures())
        pictures.push_back(pictureId(one));
    auto picture = arguments.word("--picture", pictures, "values");
    auto curves = arguments.integers("--curves");
    auto offset = arguments.integer("--offset", 0, -(1 << 24), 1 << 24);
    if (!picture)
        return tl::unexpected(picture.error());
    if (!curves || !offset)
        return tl::unexpected(curves ? offset.error() : curves.error());
    options.picture = *picture;
    options.cosine = arguments.has("--cosine");
    if (*curves)
        options.curves.assign((*curves)->begin(), (*curves)->end());
    if (arguments.has("--offset"))
        options.offset = *offset;
    auto cell = arguments.integers("--cell");
    if (!cell)
        return tl::unexpected(cell.error());
    if (*cell)
        options.focus = Cell((*cell)->begin(), (*cell)->end());
    if (auto ok = readColors(arguments, request); !ok)
        return tl::unexpected(ok.error());

    auto dpi = arguments.number("--dpi", 0, 10, 1536);
    if (!dpi)
        return tl::unexpected(dpi.error());
    if (!isCurve(arguments.value("--scale").value_or(""))) {
        if (auto ok = arguments.notTogether("--scale", "--dpi"); !ok)
            return tl::unexpected(ok.error());
        auto scale = arguments.number("--scale", 2, 0.1, 16);
        if (!scale)
            return tl::unexpected(scale.error());
        request.exportOptions.scale = *scale;
    }
    if (arguments.has("--dpi"))
        request.exportOptions.dpi = *dpi;
    request.exportOptions.title = !arguments.has("--no-title");
    auto theme = arguments.word("--theme", {"light", "dark"}, "light");
    if (!theme)
        return tl::unexpected(theme.error());
    request.theme = *theme;
    return request;
}

/// Painting needs fonts, and they need Qt's application; it must neither open a display nor say a word about
/// the person's settings.
void beOffscreen()
{
    ::setenv("QT_QPA_PLATFORM", "offscreen", 1);
    ::unsetenv("QT_QPA_PLATFORMTHEME");
    ::unsetenv("QT_STYLE_OVERRIDE");
    ::setenv("LC_ALL", "C.UTF-8", 1);
}

/// A pinned cell and the cells that it follows from, as the window shows them.
Outcome<Highlight> highlightOf(const Trace& trace, int step, const Cell& cell)
{
    auto result = trace.step(step);
    if (!result)
        return tl::unexpected(result.error());
    if (!(*result)->contains(cell))
        return fail(ErrorCode::BadInput,
                    "expected a cell within " + describe((*result)->axes()) + ", found " + describe(cell),
                    "--cell");
    auto operands = trace.operands(step);
    if (!operands)
        return tl::unexpected(operands.error());
    Operands plain;
    for (const TensorPtr& operand : *operands)
        plain.push_back(operand.get());
    Highlight highlight;
    highlight.focus = CellRef{{TensorRef::Kind::Step, step}, cell};
    const auto& refs = trace.program().steps[static_cast<std::size_t>(step)].operands;
    visitCells(trace.derive(step, plain, cell), [&](int operand, const Cell& source) {
        highlight.sources.push_back({refs[static_cast<std::size_t>(operand)], source});
    });
    return highlight;
}

/// What the two runs are called: by their models, or else by their texts.
std::array<QString, 2> sidesOf(const Arguments& arguments, const Model& model, const Model& other)
{
    if (arguments.has("--against"))
        return {QString::fromStdString(other.name), QString::fromStdString(model.name)};
    const auto quoted = [](const std::optional<std::string>& text) {
        return QStringLiteral("“%1”").arg(QString::fromStdString(text.value_or("")).simplified());
    };
    return {quoted(arguments.value("--against-text")),
            quoted(arguments.has("--text") ? arguments.value("--text") : arguments.value("--ids"))};
}

Outcome<void> run(const Arguments& arguments, const Context& context)
{
    auto request = requestOf(arguments);
    if (!request)
        return tl::unexpected(request.error());
    auto opened = openWithInput(arguments, context);
    if (!opened)
        return tl::unexpected(opened.error());
    int last = static_cast<int>(opened->model->program->steps.size()) - 1, hookStep = last;
    if (const std::string& hook = request->viewOptions.hook; !hook.empty()) {
        auto step = stepOf(*opened->model, hook);
        if (!step)
            return tl::unexpected(step.error());
        last = hookStep = *step;
    }
    RunOptions options;
    options.overrides = opened->overrides;
    const bool against = hasAgainst(arguments);
    // Two runs are looked at as a whole.
    if (against)
        last = static_cast<int>(opened->model->program->steps.size()) - 1;
    if (request->view == "compare" && !against) {
        // The predictions stand at the end.
        last = static_cast<int>(opened->model->program->steps.size()) - 1;
        auto base =
            runModel(opened->model->program, opened->model->parameters, opened->input, opened->workers);
        if (!base)
            return tl::unexpected(base.error());
        request->viewOptions.base = {*base, opened->model};
        options.base = std::move(*base);
    }
    auto execution = Execution::start(opened->model->program, opened->model->parameters,
                                      std::move(opened->input), opened->workers, std::move(options));
    if (!execution)
        return tl::unexpected(execution.error());
    if (auto ok = execution->runTo(last); !ok)
        return tl::unexpected(ok.error());
    const Trace trace = execution->trace();
    if (against) {
        auto other = runAgainst(arguments, context);
        if (!other)
            return tl::unexpected(other.error());
        request->viewOptions.base = {other->trace, other->model};
        request->viewOptions.sides = sidesOf(arguments, *opened->model, *other->model);
    }
    if (const auto& focus = request->viewOptions.focus) {
        auto highlight = highlightOf(trace, hookStep, *focus);
        if (!highlight)
            return tl::unexpected(highlight.error());
        request->exportOptions.highlight = *highlight;
    }

    beOffscreen();
    int count = 1;
    char name[] = "headlight";
    char* words[] = {name, nullptr};
    std::optional<QuietStart> quiet(std::in_place);
    const QApplication application(count, words);
    quiet.reset();
    const FigureSource source{trace, opened->model};
    auto figure = against ? pairForView(request->view, source, request->viewOptions)
                          : figureForView(request->view, source, request->viewOptions);
    if (!figure)
        return tl::unexpected(figure.error());
    FigureStyle style = request->theme == "dark" ? FigureStyle::darkStyle() : FigureStyle::light();
    if (!request->sequentialMap.isEmpty())
        style.sequentialMap = request->sequentialMap;
    if (!request->divergingMap.isEmpty())
        style.divergingMap = request->divergingMap;
    if (auto ok = saveFigure(**figure, request->file, style, request->exportOptions); !ok)
        return tl::unexpected(ok.error());
    return {};
}

} // namespace

Command exportCommand()
{
    return {
        .name = "export",
        .usage = "MODEL INPUT --view VIEW [OPTIONS] -o FILE",
        .summary = "save a picture, or the numbers behind it",
        .about =
            "Draws what the window shows, without a window. The file's ending says how it is saved: .png, "
            ".svg and .pdf are pictures; .csv and .npy are the numbers of the picture's tensor.\n\n"
            "Views:\n"
            "  stage      the step that makes --hook, as an equation of matrices\n"
            "  tensor     --hook as a heatmap\n"
            "  heads      the patterns of all layers and heads (also: grid)\n"
            "  head       one head's pattern: --layer, --head\n"
            "  links      a layer's attention as lines between tokens: --layer, --heads\n"
            "  qk         one query times one key, dimension by dimension: --query, --key\n"
            "  scatter    a head's queries and keys in one plane\n"
            "  overlay    where a patch or the class token looks, over the picture: --query\n"
            "  positions  how the model knows where a token stands: --picture\n"
            "  norms      the length of the residual stream after every layer\n"
            "  lens       the logit lens: what the model would say after every layer\n"
            "  dla        direct logit attribution by layer and head: --position, --token\n"
            "  sources    what heads carry to a logit from each token: --position, --token\n"
            "  rollout    attention rollout: --layer\n"
            "  flow       attention flow to a token: --position\n"
            "  compare    --hook before and after --what-if, the difference, what becomes of\n"
            "             the predictions; as .csv or .npy the difference\n\n"
            "With --against or --against-text each view stands beside that of the other model or text, with "
            "tokens aligned, and the signed difference (this − other) follows where there is one.",
        .options =
            inputOptions() + whatIfOptions() + againstOptions() +
            Options{{"--view", "VIEW", "what to draw"},
                    {"--hook", "HOOK", "stage, tensor, compare: which one; headlight info lists them"},
                    {"--layer", "L", "head, links, qk, scatter, overlay, rollout: which layer"},
                    {"--head", "N", "which head"},
                    {"--attention", "NAME",
                     "head, links: which attention when there are several: encoder, decoder, cross, or its "
                     "full name"},
                    {"--heads", "H,H,...", "links: which heads (all, unless --head says which one)"},
                    {"--threshold", "W", "links: the smallest weight that has a line (what can be read)"},
                    {"--arcs", "", "links: as arcs over the running text"},
                    {"--query", "I", "qk, scatter, overlay: the position that looks"},
                    {"--key", "J", "qk, scatter: the position that is looked at (the strongest)"},
                    {"--position", "I", "dla, sources, flow: which token of the input (default: the last)"},
                    {"--picture", "P",
                     "positions: values (default), similarity (of positions), distance (the bias by it), "
                     "buckets (of distances), dial (rotating pairs: --query, --key, --position, --offset), "
                     "row (one row of attention with and without), heads (how far each needs positions); "
                     "row and heads also compare with what --what-if '*:positions=…' makes of them"},
                    {"--encoding", "N", "positions: which one, when there are several"},
                    {"--curves", "D,D,...", "positions: dimensions (or heads) to draw as curves"},
                    {"--cosine", "", "positions, similarity: cosines instead of dot products"},
                    {"--offset", "O", "positions, dial: how far the key stands before the query"},
                    {"--token", "ID", "lens, dla, sources: which answer (default: the most probable)"},
                    {"--cell", "I,J,...", "stage, tensor: mark this cell and those that it follows from"},
                    {"--curve", "CURVE", "colours: linear (default), log or rank"},
                    {"--per", "WHAT",
                     "colours: limits measured over a head (default), a layer or the whole figure"},
                    {"--range", "LOW,HIGH", "colours: these limits instead of measured ones"},
                    {"--map", "NAME[,NAME]",
                     "colours: blues (default), viridis, cividis, magma or greys for numbers from 0 up; puor "
                     "(default) or bluered for signed ones"},
                    {"--sink", "WHAT",
                     "patterns: show (default), hide or renormalise: leave the first token out and, "
                     "renormalised, let the rest of each row sum to 1; the picture says so"},
                    {"--theme", "THEME", "light (default) or dark"},
                    {"--scale", "S", "PNG: pixels a unit of length (default 2); or a CURVE"},
                    {"--dpi", "D", "PNG: dots an inch instead"},
                    {"--no-title", "", "leave the title out"},
                    {"--output", "FILE", "the file: .png .svg .pdf .csv .npy", "-o"}},
        .examples =
            "  headlight export shakespeare-char --text \"To be\" --view heads -o heads.png\n"
            "  headlight export stories260k --text \"Once\" --view head --layer 2 "
            "--head 1 \\\n    --sink renormalise --curve log --range 0,0.5 --map viridis -o head.svg\n",
        .run = run,
    };
}

} // namespace headlight::app
