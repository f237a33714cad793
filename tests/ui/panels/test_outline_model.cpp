// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/model.h"
#include "panels/outline_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace headlight;

class TestOutlineModel : public QObject
{
    Q_OBJECT
    using State = OutlineModel::State;

    static std::shared_ptr<const Program> program(const char* name)
    {
        const auto model = openModel(std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "resources/models" / name);
        if (!model)
            qFatal("%s", model.error().text().c_str());
        return (*model)->program;
    }
    static State state(const QModelIndex& index)
    {
        return static_cast<State>(index.data(OutlineModel::StateRole).toInt());
    }

private slots:
    void isAProperModel_data()
    {
        QTest::addColumn<QByteArray>("name");
        for (const char* name : {"stories260k", "date-seq2seq", "fashion-vit", "tracr-sort"})
            QTest::newRow(name) << QByteArray(name);
    }
    void isAProperModel()
    {
        QFETCH(QByteArray, name);
        OutlineModel outline;
        const QAbstractItemModelTester tester(&outline,
                                              QAbstractItemModelTester::FailureReportingMode::Fatal);
        const auto p = program(name.constData());
        outline.setProgram(p);
        for (int step = 0; step < static_cast<int>(p->steps.size()); ++step) {
            outline.setCurrent(step, step % 2 == 1);
            const QModelIndex index = outline.indexOf(step, step % 2 == 1);
            QVERIFY(index.isValid());
            QVERIFY(state(index) == State::Current);
        }
        outline.setBreakpoints({3, 5});
        outline.setProgram(program("nano-sort"));
        outline.setProgram(nullptr);
    }

    void saysWhatIsDoneAndWhatComes()
    {
        OutlineModel outline;
        const auto p = program("stories260k");
        outline.setProgram(p);
        outline.setCurrent(p->findStep("blocks.1.attn.hook_qk"), false);
        QStringList titles;
        for (int row = 0; row < outline.rowCount(); ++row)
            titles << outline.index(row, 0).data().toString();
        QCOMPARE(titles, (QStringList{"Tokens → ids", "Embedding", "Layer 0", "Layer 1", "Layer 2", "Layer 3",
                                      "Layer 4", "Final RMS norm", "Logits", "Probabilities"}));
        QVERIFY(state(outline.index(2, 0)) == State::Done);
        QVERIFY(state(outline.index(3, 0)) == State::Within);
        QVERIFY(state(outline.index(4, 0)) == State::Next);
        const QModelIndex scores = outline.indexOf(p->findStep("blocks.1.attn.hook_qk"), false);
        QCOMPARE(scores.data().toString(), QString("Scores q·kᵀ"));
        QVERIFY(state(scores) == State::Current);
        QVERIFY(state(scores.siblingAtRow(0)) == State::Done);
        QCOMPARE(scores.data(OutlineModel::SizeRole).toString(), QString("8 × n × n"));
    }

    void showsBreakpointsOnStageAndStep()
    {
        OutlineModel outline;
        const auto p = program("stories260k");
        outline.setProgram(p);
        const int k = p->findStep("blocks.0.attn.hook_k");
        outline.setBreakpoints({k});
        QVERIFY(outline.indexOf(k, true).data(OutlineModel::BreakpointRole).toBool());
        QVERIFY(outline.indexOf(k, false).data(OutlineModel::BreakpointRole).toBool());
        QVERIFY(!outline.indexOf(p->findStep("blocks.0.attn.hook_q"), true)
                     .data(OutlineModel::BreakpointRole)
                     .toBool());
    }
};

QTEST_MAIN(TestOutlineModel)
#include "test_outline_model.moc"
