// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What-ifs on every bundled model: each gives a run whose derivations hold, and does what it says.

#include "../derivations.h"
#include "../support.h"
#include "analysis/what_if.h"

#include <QTest>

#include <cstring>
#include <random>
#include <set>

using namespace headlight;

namespace {

bool sameBits(const Tensor& a, const Tensor& b)
{
    return describe(a.axes()) == describe(b.axes()) &&
           std::memcmp(a.values().data(), b.values().data(), a.values().size_bytes()) == 0;
}

StreamText ids(std::vector<int> numbers)
{
    return {{}, std::move(numbers)};
}

WhatIf parsed(const std::string& spec)
{
    auto whatIf = parseWhatIf(spec);
    if (!whatIf)
        qFatal("%s", whatIf.error().text().c_str());
    return *whatIf;
}

QString refusal(const std::string& spec)
{
    const auto whatIf = parseWhatIf(spec);
    return whatIf ? QString("accepted") : QString::fromStdString(whatIf.error().text());
}

Overrides changes(const Model& model, const std::string& spec, const ModelInput& input = {})
{
    auto list = overridesOf(*model.program, parsed(spec), input);
    if (!list)
        qFatal("%s", list.error().text().c_str());
    return *list;
}

Trace changedRun(const Model& model, const ModelInput& input, const Overrides& list)
{
    RunOptions options;
    options.overrides = list;
    return test::run(model, input, options);
}

} // namespace

class WhatIfTest : public QObject
{
    Q_OBJECT

    static void everyModel()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }

private slots:
    void specsReadBack()
    {
        for (const char* spec :
             {"blocks.1.attn:no-scale", "*:temperature=0.5", "*:mask=none", "*:mask=causal",
              "blocks.0.attn:mask=window:4", "*:mask=strided:3", "*:mask=fixed:8", "*:mask=alternating:2",
              "*:uniform", "*:identity", "hook_pos_embed:no-positions", "blocks.1.mlp:off",
              "blocks.1.attn:head-off=3", "blocks.1.attn:head-mean=0", "blocks.0.attn.hook_pattern[3,5,*]=0",
              "embed.W_E[0,1]=-inf,2.5,1e-20"})
            QCOMPARE(specOf(parsed(spec)), std::string(spec));
        QCOMPARE(parseCellValue(" \u22122.5 "), std::optional<float>(-2.5F));
        for (const char* bad : {"", "x", "1 2", "nan", "1e99", "0x10"})
            QVERIFY2(!parseCellValue(bad), bad);
    }

    void badSpecsAreToldInOneLine()
    {
        QCOMPARE(refusal("off"), "\"off\": expected TARGET:CHANGE or HOOK[I,J,...]=VALUE, found \"off\"");
        QVERIFY(refusal("*:of").contains("expected a change among no-scale, temperature, mask"));
        QVERIFY(refusal("*:temperature=0").contains("expected temperature=T"));
        QVERIFY(refusal("*:temperature").contains("expected temperature=T"));
        QVERIFY(refusal("*:mask=windows:3").contains("expected a mask among none, causal, window"));
        QVERIFY(refusal("*:mask=window:0").contains("expected window:N with a whole number from 1"));
        QVERIFY(refusal("*:mask=none:2").contains("expected no number"));
        QVERIFY(refusal("*:off=2").contains("expected no value"));
        QVERIFY(refusal("*:head-off=-1").contains("a head's number from 0"));
        QVERIFY(refusal("h[a]=1").contains("expected an index from 0, or * for all, found \"a\""));
        QVERIFY(refusal("h[0]=").contains("expected a number"));
        QVERIFY(refusal("h[0]=1,nan").contains("expected a number, found \"nan\""));

        const auto model = test::bundled("stories260k");
        const auto refused = [&](const std::string& spec) {
            const auto list = overridesOf(*model->program, parsed(spec), test::anyInput(*model));
            return list ? QString("accepted") : QString::fromStdString(list.error().text());
        };
        QVERIFY(refused("blocks.9.attn:no-scale")
                    .startsWith("\"blocks.9.attn\": expected one of blocks.0.attn,"));
        QCOMPARE(refused("blocks.1.attn:head-off=8"), "blocks.1.attn: expected a head from 0 to 7, found 8");
        QVERIFY(refused("blocks.1.attn.hook_pattern[8,0,0]=1").contains("expected a cell of [head 8, query"));
        QVERIFY(refused("blocks.1.attn.hook_pattern[0,0]=1").contains("found [0,0]"));
        QVERIFY(refused("blocks.1.attn.hook_pattern[0,0,*]=1,2").contains("expected one value, or "));
        QCOMPARE(refused("hook_tokens[0]=3"), "hook_tokens: token ids are not edited here: change the text");
        QVERIFY(refused("nothing[0]=3").contains("expected a hook, a parameter or an input"));
    }

    void derivationsHoldInEveryChangedRun_data() { everyModel(); }
    void derivationsHoldInEveryChangedRun()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const ModelInput input = test::anyInput(*model);
        const Program& program = *model->program;
        const Trace base = test::run(*model, input);
        std::mt19937 random(11);
        int applied = 0;
        for (const char* spec :
             {"*:no-scale", "*:temperature=0.25", "*:mask=none", "*:mask=causal", "*:mask=window:2",
              "*:mask=strided:3", "*:mask=fixed:3", "*:mask=alternating:2", "*:uniform", "*:identity",
              "*:no-positions", "*:off", "*:head-off=0", "*:head-mean=0"}) {
            const auto list = overridesOf(program, parsed(spec), input);
            if (!list)
                continue; // an image model has no mask, another no positions
            ++applied;
            const Trace trace = changedRun(*model, input, *list);
            const auto changed = changesOf(program, *list);
            for (std::size_t i = 0; i < changed.size(); ++i) {
                const int step = static_cast<int>(i);
                if (changed[i] == StepChange::None) {
                    QVERIFY2(sameBits(**trace.step(step), **base.step(step)), program.steps[i].hook.c_str());
                    continue;
                }
                const QString wrong = test::checkStep(trace, step, 8, random);
                QVERIFY2(wrong.isEmpty(),
                         qPrintable(QString("%1 %2: %3")
                                        .arg(spec, QString::fromStdString(program.steps[i].hook), wrong)));
            }
        }
        QVERIFY2(applied >= 8, qPrintable(QString::number(applied)));
    }

    void everyLayerHasItsSublayers_data() { everyModel(); }
    void everyLayerHasItsSublayers()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Program& program = *model->program;
        const auto parts = sublayersOf(program);
        std::size_t attention = 0;
        for (const Sublayer& part : parts)
            attention += part.attention >= 0;
        QCOMPARE(attention, program.attention.size());
        for (std::size_t i = 0; i < parts.size(); ++i)
            QCOMPARE(sublayerOf(program, parts, parts[i].output), static_cast<int>(i));

        // With everything off the residual stream is what was embedded, layer after layer.
        const ModelInput input = test::anyInput(*model);
        const Trace trace = changedRun(*model, input, changes(*model, "*:off"));
        for (const Sublayer& part : parts) {
            const TensorPtr added = *trace.step(part.output);
            for (std::int64_t i = 0; i < added->count(); ++i)
                QCOMPARE((*added)[i], 0.0F);
        }
    }

    void patternsAreWhatTheyAreSaidToBe()
    {
        const auto model = test::bundled("shakespeare-char");
        const ModelInput input = test::anyInput(*model);
        const auto pattern = [&](const std::string& spec) {
            return *changedRun(*model, input, changes(*model, spec)).tensor("blocks.1.attn.hook_pattern");
        };
        const TensorPtr uniform = pattern("*:uniform"), identity = pattern("blocks.1.attn:identity"),
                        window = pattern("blocks.1:mask=window:2"), open = pattern("*:mask=none"),
                        banded = pattern("*:mask=alternating:2");
        const TensorPtr dense = *changedRun(*model, input, changes(*model, "*:mask=alternating:2"))
                                     .tensor("blocks.2.attn.hook_pattern");
        const std::int64_t n = uniform->size(1);
        QVERIFY(n > 4);
        for (std::int64_t i = 0; i < n; ++i)
            for (std::int64_t j = 0; j < n; ++j) {
                QCOMPARE(uniform->at({0, i, j}), j <= i ? 1.0F / float(i + 1) : 0.0F);
                QCOMPARE(identity->at({0, i, j}), i == j ? 1.0F : 0.0F);
                QCOMPARE(window->at({0, i, j}) > 0, j <= i && i - j < 2);
                QCOMPARE(banded->at({0, i, j}) > 0, j <= i && i - j < 2);
                QVERIFY(open->at({0, i, j}) > 0);
                QCOMPARE(dense->at({0, i, j}) > 0, j <= i);
            }
    }

    void positionsOfAnyKindCanGo()
    {
        // Without positions, equal tokens get equal vectors wherever they stand.
        const auto model = test::bundled("shakespeare-char");
        const auto input = makeInput(*model, {ids({5, 9, 5, 9})});
        QVERIFY(input);
        const Trace trace = changedRun(*model, *input, changes(*model, "*:no-positions"));
        const TensorPtr x = *trace.tensor("blocks.0.hook_resid_pre");
        for (std::int64_t c = 0; c < x->size(1); ++c)
            QCOMPARE(x->at({0, c}), x->at({2, c}));
        // Rotations do not turn.
        const auto llama = test::bundled("stories260k");
        const Trace still =
            changedRun(*llama, test::anyInput(*llama), changes(*llama, "blocks.2.attn:no-positions"));
        QVERIFY(sameBits(**still.tensor("blocks.2.attn.hook_rot_q"), **still.tensor("blocks.2.attn.hook_q")));
        QVERIFY(
            !sameBits(**still.tensor("blocks.1.attn.hook_rot_q"), **still.tensor("blocks.1.attn.hook_q")));
    }

    void theSameKindOnTheSameTargetReplaces()
    {
        const auto model = test::bundled("stories260k");
        const ModelInput input = test::anyInput(*model);
        Overrides list = with({}, changes(*model, "blocks.1.attn:temperature=2"));
        list = with(list, changes(*model, "blocks.1.attn:temperature=3"));
        list = with(list, changes(*model, "blocks.1.attn:uniform"));
        QCOMPARE(list.size(), std::size_t(1));
        QCOMPARE(list.front()->what, std::string("uniform"));
        list = with(list, changes(*model, "blocks.1.attn:head-off=1"));
        list = with(list, changes(*model, "blocks.1.attn:head-off=2"));
        list = with(list, changes(*model, "blocks.1.attn:head-mean=2"));
        QCOMPARE(list.size(), std::size_t(3));
        list = with(list, changes(*model, "blocks.1.attn.hook_pattern[0,3,0]=0.5", input));
        list = with(list, changes(*model, "blocks.1.attn.hook_pattern[0,3,*]=0.25", input));
        list = with(list, changes(*model, "blocks.1.attn.hook_pattern[0,3,1]=0.75", input));
        QCOMPARE(list.size(), std::size_t(4));
        const TensorPtr p = *changedRun(*model, input, list).tensor("blocks.1.attn.hook_pattern");
        QCOMPARE(p->at({0, 3, 0}), 0.25F);
        QCOMPARE(p->at({0, 3, 1}), 0.75F);
        list = without(list, changes(*model, "blocks.1.attn.hook_pattern[0,0,0]=0", input));
        list = without(list, changes(*model, "*:uniform"));
        list = without(list, changes(*model, "blocks.1.attn:head-off=1"));
        QCOMPARE(list.size(), std::size_t(1));
        QCOMPARE(list.front()->what, std::string("head-mean=2"));
    }

    void editsThatNoLongerFitAreLeftOut()
    {
        const auto model = test::bundled("nano-sort");
        const auto four = makeInput(*model, {ids({0, 1, 2, 1})}), two = makeInput(*model, {ids({0, 1})});
        QVERIFY(four && two);
        const Overrides list = with(changes(*model, "blocks.0.attn.hook_pattern[0,*,1]=0.5", *four),
                                    changes(*model, "*:no-scale"));
        QVERIFY(fitting(*model->program, *four, list) == list);
        const Overrides fewer = fitting(*model->program, *two, list);
        QCOMPARE(fewer.size(), list.size());
        QCOMPARE(std::get<Override::EditCells>(fewer.front()->change).cells.size(), std::size_t(2));
        (void)changedRun(*model, *two, fewer);
    }

    void anEditInTheLastLayerComputesOnlyWhatFollows_data() { everyModel(); }
    void anEditInTheLastLayerComputesOnlyWhatFollows()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const Program& program = *model->program;
        const ModelInput input = test::anyInput(*model);
        const Trace base = test::run(*model, input);
        const AttentionLayer& last = program.attention.back();
        const std::string hook = program.steps[std::size_t(last.pattern)].hook;
        RunOptions options;
        options.base = base;
        options.overrides = changes(*model, hook + "[0,1,*]=0.125", input);
        const auto changed = changesOf(program, options.overrides);
        auto run = Execution::start(model->program, model->parameters, input, test::workers(), options);
        QVERIFY(run && run->run());
        int expected = 0;
        for (std::size_t i = 0; i < changed.size(); ++i) {
            expected += changed[i] != StepChange::None && !program.steps[i].lazy;
            if (static_cast<int>(i) < last.pattern)
                QCOMPARE(run->trace().step(int(i))->get() == base.step(int(i))->get(),
                         !program.steps[i].lazy);
        }
        QCOMPARE(run->executedSteps(), expected);
        QVERIFY(expected < static_cast<int>(program.steps.size()));
    }
};

QTEST_APPLESS_MAIN(WhatIfTest)
#include "what_if_test.moc"
