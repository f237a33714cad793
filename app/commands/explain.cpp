// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "commands/model_input.h"
#include "expression_text.h"
#include "output.h"
#include "run/execution.h"

#include <nlohmann/json.hpp>
#include <set>

namespace headlight::app {

namespace {

using Json = nlohmann::ordered_json;

Json axisNames(const Axes& axes)
{
    Json names = Json::array();
    for (const Axis& axis : axes)
        names.push_back(axis.name);
    return names;
}

/// Every operand cell that the result is made of, once, in the order in which it is read.
Json terms(const Program& program, const Step& step, const Derivation& derivation,
           const std::vector<TensorPtr>& operands)
{
    Json list = Json::array();
    std::set<std::pair<int, Cell>> seen;
    visitCells(derivation, [&](int operand, const Cell& cell) {
        if (!seen.emplace(operand, cell).second)
            return;
        const auto i = static_cast<std::size_t>(operand);
        const TensorRef ref = step.operands[i];
        list.push_back({{"hook", program.nameOf(ref)},
                        {"symbol", program.symbolOf(ref)},
                        {"cell", cell},
                        {"value", jsonNumber(operands[i]->at(cell))}});
    });
    return list;
}

Json explained(const Model& model, const Trace& trace, int index, const Cell& cell, const Tensor& result,
               const std::vector<TensorPtr>& operands)
{
    const Program& program = *model.program;
    const Step& step = program.steps[static_cast<std::size_t>(index)];
    Operands plain;
    for (const TensorPtr& operand : operands)
        plain.push_back(operand.get());
    const OpPtr op = trace.op(index);
    const Derivation derivation = trace.derive(index, plain, cell);
    const std::vector<double> values = evaluate(derivation, plain);

    Json labels = Json::array();
    for (std::size_t i = 0; i < cell.size(); ++i)
        labels.push_back(model.label(trace, result.axes()[i], cell[i]));
    Json lines = Json::array();
    for (std::size_t i = 0; i < derivation.lines.size(); ++i)
        lines.push_back({{"symbol", withSymbols(derivation.lines[i].symbol, program, index)},
                         {"expression", expressionText(derivation, derivation.lines[i].expr, program, index)},
                         {"value", jsonNumber(values[i])}});
    const double evaluated = values.empty() ? 0 : values.back(), stored = result.at(cell);
    return {{"hook", step.hook},
            {"symbol", step.symbol},
            {"op", op->name()},
            {"axes", axisNames(result.axes())},
            {"cell", cell},
            {"labels", std::move(labels)},
            {"formula", withSymbols(derivation.formula, program, index)},
            {"lines", std::move(lines)},
            {"terms", terms(program, step, derivation, operands)},
            {"result", jsonNumber(evaluated)},
            {"stored", jsonNumber(stored)}};
}

Outcome<void> run(const Arguments& arguments, const Context& context)
{
    const auto hook = arguments.required("--hook");
    if (!hook)
        return tl::unexpected(hook.error());
    const auto numbers = arguments.integers("--cell");
    if (!numbers)
        return tl::unexpected(numbers.error());
    if (!*numbers)
        return wrongUsage("expected --cell, found none");
    const Cell cell((*numbers)->begin(), (*numbers)->end());
    auto opened = openWithInput(arguments, context);
    if (!opened)
        return tl::unexpected(opened.error());
    auto index = stepOf(*opened->model, *hook);
    if (!index)
        return tl::unexpected(index.error());

    RunOptions options;
    options.overrides = opened->overrides;
    auto execution = Execution::start(opened->model->program, opened->model->parameters,
                                      std::move(opened->input), opened->workers, std::move(options));
    if (!execution)
        return tl::unexpected(execution.error());
    if (auto ok = execution->runTo(*index); !ok)
        return tl::unexpected(ok.error());
    const Trace trace = execution->trace();
    auto result = trace.step(*index);
    if (!result)
        return tl::unexpected(result.error());
    if (!(*result)->contains(cell))
        return fail(ErrorCode::BadInput,
                    "expected a cell within " + describe((*result)->axes()) + ", found " + describe(cell),
                    *hook);
    auto operands = trace.operands(*index);
    if (!operands)
        return tl::unexpected(operands.error());
    return printJson(explained(*opened->model, trace, *index, cell, **result, *operands));
}

} // namespace

Command explainCommand()
{
    return {
        .name = "explain",
        .usage = "MODEL INPUT --hook HOOK --cell I,J,...",
        .summary = "show how one number follows from others, as JSON",
        .about =
            "Prints one JSON object: \"formula\" of the step that makes the hook; \"lines\" of its "
            "arithmetic for this cell, the last of which is the cell; \"terms\", every operand cell that it "
            "reads, with its hook and value; \"result\", the arithmetic evaluated in double precision; "
            "\"stored\", the number that the model computed. Indices count from 0. NaN and infinities are "
            "the "
            "strings \"NaN\", \"Infinity\" and \"-Infinity\", as JSON has none.",
        .options = inputOptions() + whatIfOptions() +
                   Options{{"--hook", "HOOK", "the hook's name; headlight info lists them"},
                           {"--cell", "I,J,...", "one index for each of its axes"}},
        .examples = "  headlight explain nano-sort --ids 2,1,0 --hook hook_probs --cell 2,1\n"
                    "  headlight explain nano-sort --ids 2,1,0 --hook hook_probs --cell 2,1 \\\n"
                    "    --what-if '*:no-scale'\n",
        .run = run,
    };
}

} // namespace headlight::app
