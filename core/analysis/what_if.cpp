// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/what_if.h"

#include "ops/positions.h"
#include "result/quote.h"

#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

namespace headlight {

namespace {

constexpr std::int64_t mostEditedCells = 1 << 20;

const Step& stepAt(const Program& program, int step)
{
    return program.steps[static_cast<std::size_t>(step)];
}

bool startsWith(const std::string& text, const std::string& start)
{
    return text.compare(0, start.size(), start) == 0;
}

/// "blocks.1" means all that a name with "blocks.1." in front stands for.
bool matches(const std::string& target, const std::string& name)
{
    return ::fnmatch(target.c_str(), name.c_str(), 0) == 0 ||
           ::fnmatch((target + ".*").c_str(), name.c_str(), 0) == 0;
}

/// The layer's own steps between its queries, keys and its pattern, in order: where scores are scaled, masked
/// and shared out.
std::vector<int> scorePath(const Program& program, const AttentionLayer& layer)
{
    const std::string prefix = layer.name + ".";
    std::set<int> path;
    std::vector<int> open{layer.pattern};
    while (!open.empty()) {
        const int step = open.back();
        open.pop_back();
        if (!startsWith(stepAt(program, step).hook, prefix) || !path.insert(step).second)
            continue;
        if (step == layer.q || step == layer.k || step == layer.v)
            continue;
        for (const TensorRef ref : stepAt(program, step).operands)
            if (ref.kind == TensorRef::Kind::Step)
                open.push_back(ref.index);
    }
    return {path.begin(), path.end()};
}

std::vector<int> stepsOfOp(const Program& program, const std::vector<int>& steps, std::string_view op)
{
    std::vector<int> found;
    for (const int step : steps)
        if (stepAt(program, step).op->name() == op)
            found.push_back(step);
    return found;
}

OverridePtr changed(const Program& program, int step, Override::ReplaceOp op, const WhatIf& whatIf,
                    const std::string& where)
{
    const std::string what = changeText(whatIf);
    return std::make_shared<const Override>(
        Override{stepAt(program, step).hook, std::move(op), where + ": " + what, what});
}

/// The rule that a layer's own mask becomes.
std::optional<ops::MaskRule> newRule(ops::MaskRule rule, const AttentionLayer& layer, const WhatIf& whatIf)
{
    using Mask = WhatIf::Mask;
    if (whatIf.mask == Mask::None)
        return ops::MaskRule{};
    if (layer.kind == AttentionLayer::Kind::Cross)
        return std::nullopt; // positions of two texts have no distance
    if (whatIf.mask == Mask::Causal)
        return ops::MaskRule{.causal = true};
    rule.window = rule.stride = rule.fixedBlock = 0;
    if (whatIf.mask == Mask::Window || (whatIf.mask == Mask::Alternating && layer.layer % 2 == 1))
        rule.window = whatIf.size;
    if (whatIf.mask == Mask::Strided)
        rule.stride = whatIf.size;
    if (whatIf.mask == Mask::Fixed)
        rule.fixedBlock = whatIf.size;
    return rule;
}

/// What a change of one attention layer means; empty when it makes no sense there.
Result<Overrides> changeAttention(const Program& program, const AttentionLayer& layer, const WhatIf& whatIf)
{
    using Kind = WhatIf::Kind;
    const std::vector<int> path = scorePath(program, layer);
    Overrides list;
    const auto replace = [&](int step, OpPtr op) {
        list.push_back(changed(program, step, {std::move(op)}, whatIf, layer.name));
    };
    switch (whatIf.kind) {
    case Kind::NoScale:
        for (const int step : stepsOfOp(program, path, "scale"))
            if (!stepAt(program, step).op->isIdentity())
                replace(step, ops::scale(1, "1"));
        break;
    case Kind::Temperature:
        for (const int step : stepsOfOp(program, path, "softmax"))
            replace(step, ops::softmax(whatIf.temperature));
        break;
    case Kind::Uniform:
        for (const int step : stepsOfOp(program, path, "softmax"))
            replace(step, ops::uniformPattern());
        break;
    case Kind::Identity:
        if (layer.kind == AttentionLayer::Kind::Self)
            for (const int step : stepsOfOp(program, path, "softmax"))
                replace(step, ops::identityPattern());
        break;
    case Kind::Mask:
        for (const int step : stepsOfOp(program, path, "mask")) {
            const auto own = ops::maskRuleOf(*stepAt(program, step).op);
            const auto rule = own ? newRule(*own, layer, whatIf) : std::nullopt;
            if (rule)
                replace(step, ops::mask(*rule));
        }
        break;
    case Kind::HeadOff:
    case Kind::HeadMean: {
        if (whatIf.head >= layer.heads)
            return fail(ErrorCode::BadInput,
                        "expected a head from 0 to " + std::to_string(layer.heads - 1) + ", found " +
                            std::to_string(whatIf.head),
                        layer.name);
        if (layer.z < 0)
            return fail(ErrorCode::BadInput, "expected a layer with head outputs, found only its pattern",
                        layer.name);
        const bool mean = whatIf.kind == Kind::HeadMean;
        list.push_back(std::make_shared<const Override>(Override{
            stepAt(program, layer.z).hook, Override::Ablate{std::string(axis::head), whatIf.head, mean},
            layer.name + ", head " + std::to_string(whatIf.head) + (mean ? " averaged" : " off"),
            changeText(whatIf)}));
        break;
    }
    default:
        break;
    }
    return list;
}

std::string someNames(const std::vector<std::string>& names)
{
    constexpr std::size_t most = 12;
    std::string text;
    for (std::size_t i = 0; i < names.size() && i < most; ++i)
        text += (i ? ", " : "") + names[i];
    return names.size() > most ? text + " …" : text;
}

tl::unexpected<Error> noTarget(const std::string& target, const std::vector<std::string>& names)
{
    return fail(ErrorCode::NotFound,
                names.empty() ? "this model has nothing to change like that"
                              : "expected one of " + someNames(names) + "; found no such name",
                quote(target));
}

Result<Overrides> changeAttentions(const Program& program, const WhatIf& whatIf)
{
    Overrides all;
    std::vector<std::string> names;
    bool found = false;
    Error last{ErrorCode::BadInput, "there is nothing to change like that: " + changeText(whatIf),
               whatIf.target};
    for (const AttentionLayer& layer : program.attention) {
        names.push_back(layer.name);
        const bool isItsOutput = layer.z >= 0 && whatIf.target == stepAt(program, layer.z).hook;
        if (!matches(whatIf.target, layer.name) && !isItsOutput)
            continue;
        found = true;
        auto list = changeAttention(program, layer, whatIf);
        if (list)
            all.insert(all.end(), list->begin(), list->end());
        else
            last = list.error();
    }
    if (!found)
        return noTarget(whatIf.target, names);
    if (all.empty())
        return tl::unexpected(last);
    return all;
}

Result<Overrides> switchOff(const Program& program, const WhatIf& whatIf)
{
    Overrides all;
    std::vector<std::string> names;
    for (const Sublayer& part : sublayersOf(program)) {
        names.push_back(part.name);
        const Step& output = stepAt(program, part.output);
        if (matches(whatIf.target, part.name) || whatIf.target == output.hook)
            all.push_back(changed(program, part.output, {ops::switchedOff(output.op)}, whatIf, part.name));
    }
    if (all.empty())
        return noTarget(whatIf.target, names);
    return all;
}

Result<Overrides> withoutPositions(const Program& program, const WhatIf& whatIf)
{
    constexpr std::array<std::string_view, 6> added{"position_rows",   "sinusoidal_positions",
                                                    "axial_positions", "alibi",
                                                    "relative_bias",   "distance_scores"};
    Overrides all;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
        const Step& step = program.steps[i];
        const bool adds = std::find(added.begin(), added.end(), step.op->name()) != added.end();
        if (!adds && step.op->name() != "rotary")
            continue;
        names.push_back(step.hook);
        if (matches(whatIf.target, step.hook))
            all.push_back(changed(program, static_cast<int>(i),
                                  {adds ? ops::switchedOff(step.op) : ops::passThrough()}, whatIf,
                                  step.hook));
    }
    if (all.empty())
        return noTarget(whatIf.target, names);
    return all;
}

/// The model's own encoding, with the tokens counted in another order.
Result<Overrides> reorderPositions(const Program& program, const WhatIf& whatIf)
{
    using Kind = ops::TokenOrder::Kind;
    const Kind order = whatIf.positions == WhatIf::Positions::Reversed   ? Kind::Reversed
                       : whatIf.positions == WhatIf::Positions::Shuffled ? Kind::Shuffled
                                                                         : Kind::Shifted;
    Overrides all;
    std::vector<std::string> names;
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
        const Step& step = program.steps[i];
        const auto rule = ops::positionRuleOf(*step.op);
        // Distances to a memory are looked up in one direction only: they have no other order.
        if (!rule || rule->kind == ops::PositionRule::Kind::Distances)
            continue;
        names.push_back(step.hook);
        if (matches(whatIf.target, step.hook))
            all.push_back(changed(program, static_cast<int>(i),
                                  {ops::relocated(step.op, {order, whatIf.size})}, whatIf, step.hook));
    }
    if (all.empty())
        return noTarget(whatIf.target, names);
    return all;
}

/// Self-attentions of one sequence, where a distance between query and key is one between two tokens.
std::vector<const AttentionLayer*> selfAttentions(const Program& program, const std::string& target)
{
    std::vector<const AttentionLayer*> layers;
    for (const AttentionLayer& layer : program.attention)
        if (layer.kind == AttentionLayer::Kind::Self && layer.q >= 0 && layer.k >= 0 &&
            layer.queries == layer.keys && matches(target, layer.name))
            layers.push_back(&layer);
    return layers;
}

/// Where an encoding acts instead of the model's own, which is switched off.
Result<Overrides> changePositions(const Program& program, const WhatIf& whatIf)
{
    using Rule = ops::PositionRule::Kind;
    using Positions = WhatIf::Positions;
    const auto already = [&](Rule kind) {
        return std::any_of(program.steps.begin(), program.steps.end(), [&](const Step& step) {
            const auto rule = ops::positionRuleOf(*step.op);
            return rule && rule->kind == kind && matches(whatIf.target, step.hook);
        });
    };
    const Rule wanted = whatIf.positions == Positions::Sinusoidal ? Rule::Sinusoids
                        : whatIf.positions == Positions::Rotary   ? Rule::Rotation
                                                                  : Rule::Slopes;
    if (already(wanted))
        return fail(ErrorCode::BadInput, "the model has these positions already: " + changeText(whatIf),
                    whatIf.target);

    Overrides all;
    if (auto own = withoutPositions(program, whatIf))
        all = std::move(*own);
    const auto replace = [&](int step, OpPtr op, const std::string& where) {
        const std::string& hook = stepAt(program, step).hook;
        std::erase_if(all, [&](const OverridePtr& o) { return o->target == hook; });
        all.push_back(changed(program, step, {std::move(op)}, whatIf, where));
    };
    bool found = false;
    if (whatIf.positions == Positions::Sinusoidal) {
        // In the place of learned vectors; a model that adds none gets them on top of its tokens.
        for (const bool learned : {true, false}) {
            if (found)
                break;
            for (std::size_t i = 0; i < program.steps.size(); ++i) {
                const Step& step = program.steps[i];
                const auto rule = ops::positionRuleOf(*step.op);
                const bool takes = learned ? rule && rule->kind == Rule::Rows : step.op->name() == "embed";
                if (!takes || !matches(whatIf.target, step.hook))
                    continue;
                replace(static_cast<int>(i), ops::thenSinusoids(step.op, !learned), step.hook);
                found = true;
            }
        }
    }
    for (const AttentionLayer* layer : selfAttentions(program, whatIf.target)) {
        if (whatIf.positions == Positions::Alibi)
            for (const int step : stepsOfOp(program, scorePath(program, *layer), "scale")) {
                replace(step, ops::thenAlibi(stepAt(program, step).op, ops::alibiSlopes(layer->heads)),
                        layer->name);
                found = true;
            }
        if (whatIf.positions == Positions::Rotary && layer->dHead >= 2) {
            const int dims = layer->dHead / 2 * 2;
            ops::RotarySpec spec{.frequencies = {}, .interleaved = false, .dims = dims};
            for (int k = 0; k < dims / 2; ++k)
                spec.frequencies.push_back(std::pow(10000.0, -2.0 * k / dims));
            for (const int step : {layer->q, layer->k})
                replace(step, ops::thenRotary(stepAt(program, step).op, spec), layer->name);
            found = true;
        }
    }
    if (!found)
        return fail(ErrorCode::BadInput, "there is nothing to change like that: " + changeText(whatIf),
                    whatIf.target);
    return all;
}

/// The axes of a tensor for this input.
Result<Axes> axesFor(const Program& program, TensorRef ref, const ModelInput& input)
{
    if (ref.kind == TensorRef::Kind::Parameter)
        return program.axesOf(ref);
    std::vector<Axes> inputs;
    for (std::size_t i = 0; i < program.inputs.size(); ++i) {
        const bool given = i < input.tensors.size() && input.tensors[i];
        inputs.push_back(given ? input.tensors[i]->axes() : program.inputs[i].axes);
        // An optional one that is not given is as long as its stream.
        for (Axis& a : inputs.back())
            if (a.size == anySize && a.isPositions()) {
                const TensorRef ids = program.streams[static_cast<std::size_t>(a.stream)].ids;
                const auto at = static_cast<std::size_t>(ids.index);
                if (ids.kind == TensorRef::Kind::Input && at < input.tensors.size() && input.tensors[at])
                    a.size = input.tensors[at]->size(0);
            }
    }
    if (ref.kind == TensorRef::Kind::Input)
        return inputs[static_cast<std::size_t>(ref.index)];
    auto all = program.inferAxes(inputs);
    if (!all)
        return tl::unexpected(all.error());
    return (*all)[static_cast<std::size_t>(ref.index)];
}

Result<Overrides> editCells(const Program& program, const WhatIf& whatIf, const ModelInput& input)
{
    TensorRef ref = program.find(whatIf.target);
    if (!ref.valid())
        return fail(ErrorCode::NotFound, "expected a hook, a parameter or an input, found no such name",
                    quote(whatIf.target));
    // What came in from outside is changed there, so that it is checked like any input.
    while (ref.kind == TensorRef::Kind::Step && stepAt(program, ref.index).op->name() == "input")
        ref = stepAt(program, ref.index).operands.front();
    for (const Stream& stream : program.streams)
        if (stream.kind == Stream::Kind::Tokens && stream.ids == ref)
            return fail(ErrorCode::BadInput, "token ids are not edited here: change the text", whatIf.target);
    auto axes = axesFor(program, ref, input);
    if (!axes)
        return tl::unexpected(axes.error());
    bool inside = whatIf.cell.size() == axes->size();
    std::int64_t count = 1;
    for (std::size_t i = 0; inside && i < axes->size(); ++i) {
        const std::int64_t size = (*axes)[i].size;
        inside = size > 0 && (!whatIf.cell[i] || (*whatIf.cell[i] >= 0 && *whatIf.cell[i] < size));
        if (!whatIf.cell[i])
            count = std::min(count, mostEditedCells + 1) * size;
    }
    if (!inside) {
        WhatIf where = whatIf;
        where.values.clear();
        std::string found = changeText(where);
        found.pop_back(); // the sign before the values
        return fail(ErrorCode::BadInput, "expected a cell of " + describe(*axes) + ", found " + found,
                    whatIf.target);
    }
    if (count > mostEditedCells)
        return fail(ErrorCode::TooLarge,
                    "expected at most " + std::to_string(mostEditedCells) + " cells at once", whatIf.target);
    const auto given = static_cast<std::int64_t>(whatIf.values.size());
    if (given != 1 && given != count)
        return fail(ErrorCode::BadInput,
                    "expected " + (count == 1 ? "one value" : "one value, or " + std::to_string(count)) +
                        ", found " + std::to_string(given),
                    whatIf.target);
    Override::EditCells edit;
    edit.cells.reserve(static_cast<std::size_t>(count));
    for (std::int64_t n = 0; n < count; ++n) {
        Cell cell(axes->size());
        std::int64_t rest = n;
        for (std::size_t i = axes->size(); i-- > 0;) {
            if (whatIf.cell[i]) {
                cell[i] = *whatIf.cell[i];
                continue;
            }
            cell[i] = rest % (*axes)[i].size;
            rest /= (*axes)[i].size;
        }
        edit.cells.emplace_back(std::move(cell), whatIf.values[given == 1 ? 0 : static_cast<std::size_t>(n)]);
    }
    const std::string what = changeText(whatIf);
    return Overrides{std::make_shared<const Override>(
        Override{program.nameOf(ref), std::move(edit), program.nameOf(ref) + what, what})};
}

bool sameSlot(const Override& a, const Override& b)
{
    if (a.target != b.target || a.change.index() != b.change.index())
        return false;
    const auto* one = std::get_if<Override::Ablate>(&a.change);
    const auto* other = std::get_if<Override::Ablate>(&b.change);
    return !one || (one->axis == other->axis && one->index == other->index);
}

OverridePtr merged(const Override& before, const Override& added)
{
    std::map<Cell, float> cells;
    for (const Override* o : {&before, &added})
        for (const auto& [cell, value] : std::get<Override::EditCells>(o->change).cells)
            cells[cell] = value;
    const std::string what = std::to_string(cells.size()) + (cells.size() == 1 ? " cell" : " cells");
    return std::make_shared<const Override>(Override{added.target,
                                                     Override::EditCells{{cells.begin(), cells.end()}},
                                                     added.target + ": " + what + " edited", added.what});
}

} // namespace

Result<Overrides> overridesOf(const Program& program, const WhatIf& whatIf, const ModelInput& input)
{
    switch (whatIf.kind) {
    case WhatIf::Kind::Off:
        return switchOff(program, whatIf);
    case WhatIf::Kind::NoPositions:
        return withoutPositions(program, whatIf);
    case WhatIf::Kind::Positions:
        return whatIf.positions == WhatIf::Positions::Sinusoidal ||
                       whatIf.positions == WhatIf::Positions::Rotary ||
                       whatIf.positions == WhatIf::Positions::Alibi
                   ? changePositions(program, whatIf)
                   : reorderPositions(program, whatIf);
    case WhatIf::Kind::Edit:
        return editCells(program, whatIf, input);
    default:
        return changeAttentions(program, whatIf);
    }
}

Overrides with(Overrides list, const Overrides& added)
{
    for (const OverridePtr& one : added) {
        const auto same =
            std::find_if(list.begin(), list.end(), [&](const OverridePtr& o) { return sameSlot(*o, *one); });
        if (same == list.end()) {
            list.push_back(one);
        } else if (std::holds_alternative<Override::EditCells>(one->change)) {
            *same = merged(**same, *one);
        } else {
            *same = one;
        }
    }
    return list;
}

Overrides without(Overrides list, const Overrides& removed)
{
    std::erase_if(list, [&](const OverridePtr& o) {
        return std::any_of(removed.begin(), removed.end(),
                           [&](const OverridePtr& r) { return sameSlot(*o, *r); });
    });
    return list;
}

Overrides withOwnPositions(Overrides list)
{
    std::erase_if(list, [](const OverridePtr& o) { return positionChangeOf({o}).has_value(); });
    return list;
}

std::optional<WhatIf> positionChangeOf(const Overrides& list)
{
    for (const OverridePtr& o : list)
        if (auto whatIf = parseWhatIf(o->target + ":" + o->what);
            whatIf && (whatIf->kind == WhatIf::Kind::NoPositions || whatIf->kind == WhatIf::Kind::Positions))
            return *whatIf;
    return std::nullopt;
}

Overrides fitting(const Program& program, const ModelInput& input, const Overrides& list)
{
    Overrides kept;
    for (const OverridePtr& o : list) {
        const auto* edit = std::get_if<Override::EditCells>(&o->change);
        const auto axes = edit ? axesFor(program, program.find(o->target), input) : Result<Axes>(Axes{});
        const auto inside = [&](const std::pair<Cell, float>& one) {
            bool in = one.first.size() == axes->size();
            for (std::size_t i = 0; in && i < axes->size(); ++i)
                in = one.first[i] < (*axes)[i].size;
            return in;
        };
        if (!edit || !axes || std::all_of(edit->cells.begin(), edit->cells.end(), inside)) {
            kept.push_back(o);
            continue;
        }
        auto some = std::make_shared<Override>(*o);
        auto& cells = std::get<Override::EditCells>(some->change).cells;
        std::erase_if(cells, [&](const auto& one) { return !inside(one); });
        if (!cells.empty())
            kept.push_back(std::move(some));
    }
    return kept;
}

std::vector<Sublayer> sublayersOf(const Program& program)
{
    // The first step that reads each one; side steps do not count.
    std::vector<int> reader(program.steps.size(), -1);
    for (std::size_t i = program.steps.size(); i-- > 0;)
        for (const TensorRef ref : program.steps[i].operands)
            if (ref.kind == TensorRef::Kind::Step && !program.steps[i].lazy)
                reader[static_cast<std::size_t>(ref.index)] = static_cast<int>(i);
    /// Follows what a step is made into, to what is added to the residual stream; −1 when that never happens.
    const auto addedBy = [&](int step) {
        for (int next = reader[static_cast<std::size_t>(step)]; next >= 0;
             step = next, next = reader[static_cast<std::size_t>(step)])
            if (stepAt(program, next).op->name() == "add" && stepAt(program, next).checkpoint)
                return step;
        return -1;
    };
    std::vector<Sublayer> parts;
    for (std::size_t i = 0; i < program.attention.size(); ++i) {
        const AttentionLayer& layer = program.attention[i];
        if (layer.z < 0)
            continue; // only its pattern is known, nothing follows from it
        if (const int output = addedBy(layer.z); output >= 0)
            parts.push_back({layer.name, output, static_cast<int>(i), -1});
    }
    for (std::size_t i = 0; i < program.stages.size(); ++i) {
        const Stage& stage = program.stages[i];
        if ((stage.key != "mlp" && stage.key != "gated_mlp") || stage.endStep <= stage.firstStep)
            continue;
        const std::string& hook = stepAt(program, stage.firstStep).hook;
        const int output = addedBy(stage.endStep - 1);
        if (output >= 0)
            parts.push_back({hook.substr(0, hook.rfind('.')), output, -1, static_cast<int>(i)});
    }
    std::sort(parts.begin(), parts.end(),
              [](const Sublayer& a, const Sublayer& b) { return a.output < b.output; });
    return parts;
}

int sublayerOf(const Program& program, const std::vector<Sublayer>& sublayers, int step)
{
    for (std::size_t i = 0; i < sublayers.size(); ++i) {
        const Sublayer& part = sublayers[i];
        if (step == part.output || startsWith(stepAt(program, step).hook, part.name + "."))
            return static_cast<int>(i);
        if (part.stage < 0)
            continue;
        const Stage& stage = program.stages[static_cast<std::size_t>(part.stage)];
        if (step >= stage.firstStep && step < stage.endStep)
            return static_cast<int>(i);
    }
    return -1;
}

std::vector<StepChange> changesOf(const Program& program, const Overrides& list)
{
    std::vector<StepChange> changes(program.steps.size(), StepChange::None);
    std::set<std::pair<TensorRef::Kind, int>> sources;
    for (const OverridePtr& o : list) {
        const TensorRef ref = program.find(o->target);
        if (ref.kind == TensorRef::Kind::Step)
            changes[static_cast<std::size_t>(ref.index)] = StepChange::Changed;
        else if (ref.valid())
            sources.insert({ref.kind, ref.index});
    }
    for (std::size_t i = 0; i < changes.size(); ++i)
        for (const TensorRef ref : program.steps[i].operands) {
            if (ref.kind != TensorRef::Kind::Step && sources.contains({ref.kind, ref.index}))
                changes[i] = StepChange::Changed;
            else if (ref.kind == TensorRef::Kind::Step && changes[i] == StepChange::None &&
                     changes[static_cast<std::size_t>(ref.index)] != StepChange::None)
                changes[i] = StepChange::Downstream;
        }
    return changes;
}

} // namespace headlight
