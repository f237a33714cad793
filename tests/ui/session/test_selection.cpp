// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "../support_ui.h"

using namespace headlight;
using namespace headlight::test;

class TestSelection : public QObject
{
    Q_OBJECT
private slots:
    void stopsCoverEveryStep_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto& folder : bundledModels(resourceFolder()))
            QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.filename().string());
    }
    void stopsCoverEveryStep()
    {
        QFETCH(QString, name);
        const auto model = openModel(resourceFolder() / "models" / name.toStdString());
        QVERIFY(model);
        const Program& program = *(*model)->program;
        const Stops stops(program);
        for (const auto g : {Granularity::Layer, Granularity::Stage, Granularity::Op}) {
            int next = 0;
            for (const Stops::Stop& stop : stops.at(g)) {
                QCOMPARE(stop.firstStep, next);
                QVERIFY(stop.step >= stop.firstStep && stop.step < stop.endStep);
                QVERIFY(!program.steps[static_cast<std::size_t>(stop.step)].lazy);
                for (int s = stop.firstStep; s < stop.endStep; ++s)
                    QCOMPARE(stops.at(g)[static_cast<std::size_t>(stops.indexOf(g, s))].firstStep,
                             stop.firstStep);
                next = stop.endStep;
            }
            QCOMPARE(next, static_cast<int>(program.steps.size()));
        }
        QVERIFY(stops.at(Granularity::Layer).size() < stops.at(Granularity::Stage).size());
        QVERIFY(stops.at(Granularity::Stage).size() < stops.at(Granularity::Op).size());
    }

    void walksByStageOpAndLayer()
    {
        Session session(resourceFolder());
        Selection selection(session);
        QVERIFY(open(session, "stories260k"));
        selection.first();
        QCOMPARE(selection.step(), stepOf(session, "hook_tokens"));
        QVERIFY(!selection.canGoPrevious());
        selection.next();
        selection.next();
        QCOMPARE(selection.step(), stepOf(session, "blocks.0.ln1.hook_normalized"));
        selection.stepInto();
        QCOMPARE(selection.step(), stepOf(session, "blocks.0.ln1.hook_scale"));
        selection.next();
        selection.next();
        QCOMPARE(selection.step(), stepOf(session, "blocks.0.attn.hook_q"));
        selection.next();
        QCOMPARE(selection.step(), stepOf(session, "blocks.0.attn.hook_k"));
        selection.stepOut();
        QCOMPARE(selection.step(), stepOf(session, "blocks.0.attn.hook_q"));
        selection.stepOut();
        QCOMPARE(selection.step(), stepOf(session, "blocks.0.hook_resid_post"));
        selection.next();
        QCOMPARE(selection.step(), stepOf(session, "blocks.1.hook_resid_post"));
        selection.last();
        QCOMPARE(selection.step(), stepOf(session, "hook_probs"));
        QVERIFY(!selection.canGoNext());
    }

    void walksToTheSameStepOfAnotherLayer()
    {
        Session session(resourceFolder());
        Selection selection(session);
        QVERIFY(open(session, "stories260k"));
        selection.jumpTo(stepOf(session, "blocks.1.attn.hook_qk"));
        selection.sameInLayer(1);
        QCOMPARE(selection.step(), stepOf(session, "blocks.2.attn.hook_qk"));
        selection.sameInLayer(-1);
        selection.sameInLayer(-1);
        QCOMPARE(selection.step(), stepOf(session, "blocks.0.attn.hook_qk"));
        selection.sameInLayer(-1);
        QCOMPARE(selection.step(), stepOf(session, "blocks.0.attn.hook_qk"));
    }

    void haltsAtBreakpoints()
    {
        Session session(resourceFolder());
        Selection selection(session);
        QVERIFY(open(session, "nano-sort"));
        selection.first();
        selection.toggleBreakpoint(stepOf(session, "blocks.1.attn.hook_pattern"));
        selection.toggleBreakpoint(stepOf(session, "blocks.2.mlp.hook_pre"));
        selection.runToBreakpoint();
        QCOMPARE(selection.step(), stepOf(session, "blocks.1.attn.hook_pattern"));
        selection.runToBreakpoint();
        QCOMPARE(selection.step(), stepOf(session, "blocks.2.hook_mlp_out")); // the stage that has it
        selection.runToBreakpoint();
        QVERIFY(!selection.canGoNext());
    }

    void theCellFollowsFromStepToStep()
    {
        Session session(resourceFolder());
        Selection selection(session);
        QVERIFY(open(session, "stories260k", "Once upon a time, there was a little"));
        const auto at = [&](const char* hook) {
            return TensorRef{TensorRef::Kind::Step, stepOf(session, hook)};
        };
        selection.jumpTo(CellRef{at("blocks.1.attn.hook_qk"), {6, 9, 8}});
        QCOMPARE(selection.head(), 6);
        QCOMPARE(selection.queryToken(0), 9);
        QCOMPARE(selection.keyToken(0), 8);
        selection.next();
        selection.next();
        selection.next();
        QCOMPARE(selection.step(), at("blocks.1.attn.hook_pattern").index);
        QVERIFY(selection.pinned() == (CellRef{at("blocks.1.attn.hook_pattern"), {6, 9, 8}}));
        selection.jumpTo(at("blocks.1.attn.hook_z").index);
        QVERIFY(selection.pinned() == (CellRef{at("blocks.1.attn.hook_z"), {9, 6, 0}}));
        // Eight query heads share four key heads.
        selection.jumpTo(at("blocks.1.attn.hook_v").index);
        QVERIFY(selection.pinned() == (CellRef{at("blocks.1.attn.hook_v"), {9, 3, 0}}));
        selection.back();
        selection.back();
        QVERIFY(selection.pinned() == (CellRef{at("blocks.1.attn.hook_pattern"), {6, 9, 8}}));
        selection.forward();
        QCOMPARE(selection.step(), at("blocks.1.attn.hook_z").index);
    }

    void followingAnOperandAndComingBack()
    {
        Session session(resourceFolder());
        Selection selection(session);
        QVERIFY(open(session, "stories260k"));
        const int scores = stepOf(session, "blocks.1.attn.hook_qk"),
                  q = stepOf(session, "blocks.1.attn.hook_rot_q");
        selection.jumpTo(CellRef{{TensorRef::Kind::Step, scores}, {3, 2, 1}});
        const CellRef operand{{TensorRef::Kind::Step, q}, {2, 3, 5}};
        selection.jumpTo(operand);
        QVERIFY(selection.pinned() == operand);
        selection.back();
        QVERIFY(selection.pinned() == (CellRef{{TensorRef::Kind::Step, scores}, {3, 2, 1}}));
    }

    void aShorterTextKeepsTheSelectionInside()
    {
        Session session(resourceFolder());
        Selection selection(session);
        QVERIFY(open(session, "stories260k", "Once upon a time, there was a little"));
        selection.jumpTo(
            CellRef{{TensorRef::Kind::Step, stepOf(session, "blocks.1.attn.hook_qk")}, {6, 9, 8}});
        session.setTexts({{"Once", std::nullopt}});
        QVERIFY(settled(session));
        const auto cell = selection.pinned();
        QVERIFY(cell);
        QVERIFY((*session.trace().tensor(cell->tensor))->contains(cell->cell));
    }

    void examplesPointAtTheirCell()
    {
        Session session(resourceFolder());
        Selection selection(session);
        QVERIFY(open(session, "date-seq2seq"));
        const Example::Look& look = session.model()->examples.front().lookAt.front();
        QCOMPARE(look.attention, std::string("cross"));
        const AttentionLayer& layer =
            session.model()->program->attention[static_cast<std::size_t>(selection.attention())];
        QVERIFY(layer.kind == AttentionLayer::Kind::Cross);
        QCOMPARE(layer.layer, look.layer);
        QCOMPARE(selection.head(), look.head);
        const auto cell = selection.pinned();
        QVERIFY(cell && (cell->cell == Cell{look.head, look.query, look.key}));
        const double weight = (*session.trace().tensor(cell->tensor))->at(cell->cell);
        QVERIFY2(std::abs(weight - look.weight) < 0.01, qPrintable(QString::number(weight)));
    }
};

QTEST_MAIN(TestSelection)
#include "test_selection.moc"
