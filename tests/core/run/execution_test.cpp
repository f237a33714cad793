// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Stepping equals running; a change recomputes only what depends on it; a cancelled run leaves things as they
// were; a small memory budget changes nothing that a caller can see.

#include "../model_copy.h"
#include "ops/ops.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <cstring>

using namespace headlight;

namespace {

bool sameBits(const Tensor& a, const Tensor& b)
{
    return describe(a.axes()) == describe(b.axes()) &&
           std::memcmp(a.values().data(), b.values().data(), a.values().size_bytes()) == 0;
}

OverridePtr headOff(const AttentionLayer& layer, const Program& program, int head)
{
    return std::make_shared<const Override>(Override{program.steps[std::size_t(layer.z)].hook,
                                                     Override::Ablate{"head", head, false}, "head off"});
}

/// Steps that depend on @p step, itself included, lazy ones left out.
int dependents(const Program& program, int step)
{
    std::vector<char> dirty(program.steps.size(), 0);
    int count = 0;
    for (std::size_t i = 0; i < program.steps.size(); ++i) {
        bool is = int(i) == step;
        for (const TensorRef ref : program.steps[i].operands)
            is = is || (ref.kind == TensorRef::Kind::Step && dirty[std::size_t(ref.index)]);
        dirty[i] = is;
        count += is && !program.steps[i].lazy;
    }
    return count;
}

} // namespace

class ExecutionTest : public QObject
{
    Q_OBJECT
private slots:
    void everyModel_data()
    {
        QTest::addColumn<QString>("name");
        for (const QString& name : test::bundledNames())
            QTest::newRow(qPrintable(name)) << name;
    }

    void steppingEqualsRunning_data() { everyModel_data(); }
    void steppingEqualsRunning()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const ModelInput input = test::anyInput(*model);
        const Trace ran = test::run(*model, input);
        auto stepped = Execution::start(model->program, model->parameters, input, test::workers(1));
        QVERIFY(stepped);
        while (!stepped->atEnd()) {
            const int next = stepped->position();
            QVERIFY(!stepped->trace().reached(next));
            QVERIFY(stepped->step());
            QVERIFY(stepped->trace().reached(next));
        }
        for (int i = 0; i < int(model->program->steps.size()); ++i)
            QVERIFY2(sameBits(**ran.step(i), **stepped->trace().step(i)),
                     model->program->steps[std::size_t(i)].hook.c_str());
    }

    void smallBudgetShowsTheSame_data() { everyModel_data(); }
    void smallBudgetShowsTheSame()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const ModelInput input = test::anyInput(*model);
        const Trace all = test::run(*model, input);
        RunOptions options;
        options.memoryBudget = 1;
        const Trace few = test::run(*model, input, options);
        QVERIFY(few.keptBytes() <= all.keptBytes());
        for (int i = int(model->program->steps.size()) - 1; i >= 0; --i)
            QVERIFY2(sameBits(**all.step(i), **few.step(i)),
                     model->program->steps[std::size_t(i)].hook.c_str());
    }

    void headOffRecomputesOnlyWhatDepends_data() { everyModel_data(); }
    void headOffRecomputesOnlyWhatDepends()
    {
        QFETCH(QString, name);
        const auto model = test::bundled(name);
        const ModelInput input = test::anyInput(*model);
        const Trace base = test::run(*model, input);
        const AttentionLayer& last = model->program->attention.back();
        RunOptions options;
        options.base = base;
        options.overrides = {headOff(last, *model->program, last.heads - 1)};
        auto run = Execution::start(model->program, model->parameters, input, test::workers(), options);
        QVERIFY(run);
        QVERIFY(run->run());
        QCOMPARE(run->executedSteps(), dependents(*model->program, last.z));

        // What comes before is the very same tensor; what comes after is what a run from nothing gives.
        const Trace changed = run->trace();
        QCOMPARE(changed.step(last.pattern)->get(), base.step(last.pattern)->get());
        RunOptions alone;
        alone.overrides = options.overrides;
        const Trace fresh = test::run(*model, input, alone);
        for (int i = 0; i < int(model->program->steps.size()); ++i)
            QVERIFY(sameBits(**changed.step(i), **fresh.step(i)));
        const TensorPtr z = *changed.step(last.z);
        for (std::int64_t i = 0; i < z->size(0); ++i)
            for (std::int64_t d = 0; d < z->size(2); ++d)
                QCOMPARE(z->at({i, last.heads - 1, d}), 0.0F);

        // And back: undoing computes the same steps again and gives the first trace's numbers.
        RunOptions back;
        back.base = changed;
        const Trace undone = test::run(*model, input, back);
        for (int i = 0; i < int(model->program->steps.size()); ++i)
            QVERIFY(sameBits(**undone.step(i), **base.step(i)));
    }

    void nothingChangedComputesNothing()
    {
        const auto model = test::bundled("stories260k");
        const ModelInput input = test::anyInput(*model);
        RunOptions options;
        options.base = test::run(*model, input);
        auto run = Execution::start(model->program, model->parameters, input, test::workers(), options);
        QVERIFY(run && run->run());
        QCOMPARE(run->executedSteps(), 0);
    }

    void editedCellChangesWhatFollows()
    {
        const auto model = test::bundled("shakespeare-char");
        const ModelInput input = test::anyInput(*model);
        const Trace base = test::run(*model, input);
        RunOptions options;
        options.base = base;
        options.overrides = {std::make_shared<const Override>(
            Override{"blocks.2.attn.hook_pattern", Override::EditCells{{{{0, 3, 1}, 0.75F}}}, "edit"})};
        const Trace changed = test::run(*model, input, options);
        QCOMPARE((*changed.tensor("blocks.2.attn.hook_pattern"))->at({0, 3, 1}), 0.75F);
        QCOMPARE(changed.tensor("blocks.1.hook_resid_post")->get(),
                 base.tensor("blocks.1.hook_resid_post")->get());
        QVERIFY(!sameBits(**changed.tensor("hook_logits"), **base.tensor("hook_logits")));
    }

    void editedWeightChangesWhatFollows()
    {
        const auto model = test::bundled("shakespeare-char");
        const ModelInput input = test::anyInput(*model);
        const Trace base = test::run(*model, input);
        RunOptions options;
        options.base = base;
        options.overrides = {std::make_shared<const Override>(
            Override{"blocks.3.mlp.W_out", Override::EditCells{{{{5, 7}, 2.0F}}}, "edit"})};
        auto run = Execution::start(model->program, model->parameters, input, test::workers(), options);
        QVERIFY(run && run->run());
        QCOMPARE(run->executedSteps(),
                 dependents(*model->program, model->program->findStep("blocks.3.hook_mlp_out")));
    }

    void replacedOpActs()
    {
        const auto model = test::bundled("stories260k");
        const ModelInput input = test::anyInput(*model);
        RunOptions options;
        options.overrides = {std::make_shared<const Override>(
            Override{"blocks.0.attn.hook_attn_scores", Override::ReplaceOp{ops::mask({})}, "no mask"})};
        const TensorPtr pattern = *test::run(*model, input, options).tensor("blocks.0.attn.hook_pattern");
        QVERIFY(pattern->at({0, 0, 5}) > 0);
    }

    void cancelStopsBetweenStepsAndGoesOn()
    {
        const auto model = test::bundled("stories260k");
        const ModelInput input = test::anyInput(*model);
        auto run = Execution::start(model->program, model->parameters, input, test::workers());
        QVERIFY(run);
        std::stop_source stop;
        const auto result = run->run(stop.get_token(), [&](int done, int) {
            if (done == 10)
                stop.request_stop();
        });
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QCOMPARE(run->position(), 10);
        QVERIFY(run->run());
        const Trace whole = test::run(*model, input);
        QVERIFY(sameBits(**run->trace().tensor("hook_logits"), **whole.tensor("hook_logits")));
    }

    void threadsChangeNoBit()
    {
        const auto model = test::bundled("shakespeare-char");
        std::vector<int> ids(96);
        for (int i = 0; i < 96; ++i)
            ids[std::size_t(i)] = (i * 7) % 65;
        const auto input = makeInput(*model, {{{}, ids}});
        QVERIFY(input);
        const auto one = runModel(model->program, model->parameters, *input, test::workers(1));
        const auto four = runModel(model->program, model->parameters, *input, test::workers(4));
        QVERIFY(one && four);
        for (int i = 0; i < int(model->program->steps.size()); ++i)
            QVERIFY(sameBits(**one->step(i), **four->step(i)));
    }

    void badInputsAreRefused()
    {
        const auto model = test::bundled("nano-sort");
        const auto refused = [&](std::vector<int> ids) {
            const auto input = makeInput(*model, {{{}, std::move(ids)}});
            return input ? QString("accepted") : QString::fromStdString(input.error().text());
        };
        QCOMPARE(refused({0, 3}), "text: expected token ids from 0 to 2, found 3 at position 1");
        QCOMPARE(refused({}), "text: expected some text, found none");
        QCOMPARE(refused(std::vector<int>(12, 1)),
                 "text: expected at most 11 tokens (the model's context), found 12");
        const auto cut = makeInputCut(*model, {{{}, std::vector<int>(12, 1)}});
        QVERIFY(cut);
        QCOMPARE(cut->streams[0].labels.size(), std::size_t(11));
        const auto target =
            std::make_shared<const Override>(Override{"blocks.9.hook_z", Override::PassFirst{}, ""});
        RunOptions options;
        options.overrides = {target};
        const auto run = Execution::start(model->program, model->parameters, test::anyInput(*model),
                                          test::workers(), options);
        QVERIFY(!run);
        QCOMPARE(QString::fromStdString(run.error().text()),
                 "blocks.9.hook_z: no step of this name to change");
    }

    void badChangesAreRefused()
    {
        const auto model = test::bundled("nano-sort");
        const auto refused = [&](Override o) {
            RunOptions options;
            options.overrides = {std::make_shared<const Override>(std::move(o))};
            const auto run = Execution::start(model->program, model->parameters, test::anyInput(*model),
                                              test::workers(), options);
            return run ? QString("accepted") : QString::fromStdString(run.error().text());
        };
        QCOMPARE(
            refused({"blocks.0.attn.hook_pattern", Override::EditCells{{{{3, 0, 0}, 1.0F}}}, ""}),
            "blocks.0.attn.hook_pattern: expected a cell of [head 3, query 11, key 11], found [3, 0, 0]");
        QCOMPARE(refused({"embed.W_E", Override::EditCells{{{{0}, 1.0F}}}, ""}),
                 "embed.W_E: expected a cell of [vocab 3, d_model 48], found [0]");
        QCOMPARE(refused({"blocks.0.attn.hook_z", Override::Ablate{"head", 3, false}, ""}),
                 "blocks.0.attn.hook_z: expected a head from 0 to 2, found 3");
        QCOMPARE(refused({"blocks.0.attn.hook_z", Override::PassFirst{}, ""}),
                 "blocks.0.attn.hook_z: expected a change that gives [position 11, head 3, d_head 16], found "
                 "[head 3, "
                 "query 11, key 11]");
        QCOMPARE(refused({"tokens", Override::EditCells{{{{0}, 2.5F}}}, ""}),
                 "text: expected token ids from 0 to 2, found 2.5 at position 0");
    }

    void decodesGreedily()
    {
        const auto model = test::bundled("date-seq2seq");
        const auto input = makeInput(*model, {{"25th of september 2009", {}}, {}});
        QVERIFY2(input, input ? "" : input.error().text().c_str());
        const auto decoded = decodeGreedy(*model, *input, test::workers());
        QVERIFY2(decoded, decoded ? "" : decoded.error().text().c_str());
        QCOMPARE(QString::fromStdString(decoded->streams[1].text), "2009-09-25");
    }

    /// Without an end token a text has no end: then some tokens must do.
    void decodesSomeTokensWithoutAnEnd()
    {
        const test::ModelCopy copy("date-seq2seq");
        QJsonObject config = QJsonDocument::fromJson(copy.read("config.json")).object();
        config.remove("eos_token_id");
        copy.write("config.json", QJsonDocument(config).toJson());
        const auto model = openModel(copy.path().toStdString());
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        const Stream& target = (*model)->program->streams[1];
        QVERIFY(target.endTokens.empty());
        const auto input = makeInput(**model, {{"25th of september 2009", {}}, {}});
        QVERIFY(input);
        int told = 0, most = 0;
        const auto decoded =
            decodeGreedy(**model, *input, test::workers(), 512, {}, [&](int done, int total) {
                told = done;
                most = total;
            });
        QVERIFY2(decoded, decoded ? "" : decoded.error().text().c_str());
        const auto count = static_cast<int>(decoded->streams[1].labels.size());
        QVERIFY2(count == 32 || count == target.contextLength, qPrintable(QString::number(count)));
        QCOMPARE(told, count);
        QCOMPARE(most, count);
    }

    /// A model that has learned nothing never writes its end token.
    void endsSomeWayBeyondItsSource()
    {
        const std::filesystem::path folder = HEADLIGHT_SHARED_DIR "/golden/t5";
        if (!std::filesystem::exists(folder))
            QSKIP("../shared is not there");
        const auto model = openModel(folder);
        QVERIFY2(model, model ? "" : model.error().text().c_str());
        QVERIFY(!(*model)->program->streams[1].endTokens.empty());
        const auto input = makeInput(**model, {{"", std::vector<int>{6, 151, 36}}, {}});
        QVERIFY2(input, input ? "" : input.error().text().c_str());
        const auto decoded = decodeGreedy(**model, *input, test::workers());
        QVERIFY2(decoded, decoded ? "" : decoded.error().text().c_str());
        QCOMPARE(decoded->streams[1].labels.size(), decoded->streams[0].labels.size() + 50);
    }

    void predictsWhatItsExamplesSay()
    {
        const auto model = test::bundled("stories260k");
        const auto input = makeInput(*model, {{"Once upon a", {}}});
        QVERIFY(input);
        const auto best = predictions(*model, test::run(*model, *input), 3, 3);
        QVERIFY(best);
        QCOMPARE(QString::fromStdString(model->tokenizer->piece(best->front().id)), "▁time");
        QVERIFY(std::abs(best->front().probability - 0.999) < 0.001);
    }
};

QTEST_APPLESS_MAIN(ExecutionTest)
#include "execution_test.moc"
