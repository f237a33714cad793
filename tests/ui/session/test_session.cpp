// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "../support_ui.h"

#include <QFile>

#include <cstring>
#include <random>

using namespace headlight;
using namespace headlight::test;

namespace {

std::vector<StreamText> text(const std::string& words)
{
    return {{words, std::nullopt}};
}

} // namespace

class TestSession : public QObject
{
    Q_OBJECT
private slots:
    void opensWithTheFirstExample()
    {
        Session session(resourceFolder());
        QSignalSpy shown(&session, &Session::exampleShown);
        QVERIFY(open(session, "stories260k"));
        QCOMPARE(session.model()->name, std::string("stories260k"));
        QCOMPARE(session.input().texts.front().text, session.model()->examples.front().text);
        QVERIFY(session.trace().reached(static_cast<int>(session.trace().program().steps.size()) - 1));
        QCOMPARE(shown.size(), 1);
        QVERIFY(!session.busy());
    }

    void opensEveryBundledModel_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto& folder : bundledModels(resourceFolder()))
            QTest::newRow(folder.filename().c_str()) << QString::fromStdString(folder.filename().string());
    }
    void opensEveryBundledModel()
    {
        QFETCH(QString, name);
        Session session(resourceFolder());
        QVERIFY(open(session, name));
        for (int i = 0; i < static_cast<int>(session.model()->examples.size()); ++i) {
            session.showExample(i);
            QVERIFY(settled(session));
            QCOMPARE(session.input().example, i);
        }
    }

    void typingGivesANewTrace()
    {
        Session session(resourceFolder());
        QVERIFY(open(session, "stories260k"));
        const Trace before = session.trace();
        session.setTexts(text("Once upon a time"));
        QVERIFY(settled(session));
        QCOMPARE(tokens(session).last(), QString("␣time"));
        QVERIFY(before.input().streams[0].text != session.trace().input().streams[0].text);
    }

    void theLatestTextWins()
    {
        Session session(resourceFolder());
        QVERIFY(open(session, "shakespeare-char"));
        QSignalSpy changed(&session, &Session::traceChanged);
        std::string typed;
        for (const char c : std::string("To be, or not to be, that is the question")) {
            typed += c;
            session.setTexts(text(typed));
        }
        QVERIFY(settled(session));
        QCOMPARE(QString::fromStdString(session.trace().input().streams[0].text),
                 QString::fromStdString(typed));
        QVERIFY2(changed.size() < 41, "runs that were overtaken must not be shown");
    }

    void cancellingKeepsTheSession()
    {
        Session session(resourceFolder());
        QVERIFY(open(session, "stories260k"));
        const std::string before = session.trace().input().streams[0].text;
        QSignalSpy changed(&session, &Session::traceChanged), said(&session, &Session::problem);
        session.setTexts(text("Something else"));
        session.cancel();
        QVERIFY(!session.busy());
        QTest::qWait(50);
        QCOMPARE(changed.size(), 0);
        QCOMPARE(said.size(), 1);
        QCOMPARE(session.trace().input().streams[0].text, before);
        QCOMPARE(session.wanted().texts.front().text, session.input().texts.front().text);
    }

    void cancellingAnOpeningKeepsTheModel()
    {
        Session session(resourceFolder());
        QVERIFY(open(session, "nano-sort"));
        session.openModel("kjv-bert");
        session.cancel();
        QTest::qWait(100);
        QCOMPARE(session.model()->name, std::string("nano-sort"));
        // And it goes on working.
        session.setTexts(text("CBA"));
        QVERIFY(settled(session));
        QCOMPARE(tokens(session).size(), 3);
    }

    void tooLongSaysSoAndCuts()
    {
        Session session(resourceFolder());
        QVERIFY(open(session, "shakespeare-char"));
        const int most = session.model()->program->streams[0].contextLength;
        const Trace before = session.trace();
        QSignalSpy said(&session, &Session::problem), replaced(&session, &Session::inputReplaced);
        session.setTexts(text(std::string(static_cast<std::size_t>(most) + 20, 'a')));
        QVERIFY(settled(session));
        QCOMPARE(said.size(), 1);
        const auto issue = said.front().front().value<Issue>();
        QVERIFY2(issue.text.contains(QString::number(most)) && !issue.text.contains('\n'),
                 qPrintable(issue.text));
        QVERIFY(issue.actionText.contains(QString::number(most)));
        QCOMPARE(session.trace().input().streams[0].text, before.input().streams[0].text);
        issue.action();
        QVERIFY(settled(session));
        QCOMPARE(tokens(session).size(), most);
        QCOMPARE(session.input().texts.front().text.size(), static_cast<std::size_t>(most));
        QCOMPARE(replaced.size(), 1);
        QVERIFY(said.size() == 1);
    }

    void emptyTextIsSaidAndNothingIsLost()
    {
        Session session(resourceFolder());
        QVERIFY(open(session, "shakespeare-char"));
        const Trace before = session.trace();
        QSignalSpy said(&session, &Session::problem);
        session.setTexts(text(""));
        QVERIFY(settled(session));
        QCOMPARE(said.size(), 1);
        QVERIFY(session.trace().valid());
        session.setTexts(text("x"));
        QVERIFY(settled(session));
        QCOMPARE(tokens(session), QStringList{"x"});
    }

    void badModelsAreRefusedAndTheSessionGoesOn_data()
    {
        QTest::addColumn<QByteArray>("config");
        QTest::addColumn<QString>("expected");
        QTest::newRow("no config") << QByteArray() << "config.json";
        QTest::newRow("unknown type") << QByteArray(R"({"model_type":"mystery"})") << "mystery";
        QTest::newRow("no weights") << QByteArray(R"({"model_type":"gpt2"})") << "safetensors";
    }
    void badModelsAreRefusedAndTheSessionGoesOn()
    {
        QFETCH(QByteArray, config);
        QFETCH(QString, expected);
        QTemporaryDir folder;
        if (!config.isEmpty()) {
            QFile file(folder.filePath("config.json"));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(config);
        }
        Session session(resourceFolder());
        QVERIFY(open(session, "nano-sort"));
        QSignalSpy said(&session, &Session::problem);
        session.openModel(folder.path());
        QVERIFY(settled(session));
        QCOMPARE(said.size(), 1);
        const QString line = said.front().front().value<Issue>().text;
        QVERIFY2(line.contains(expected) && !line.contains('\n'), qPrintable(line));
        QCOMPARE(session.model()->name, std::string("nano-sort"));
        session.setTexts(text("ABC"));
        QVERIFY(settled(session));
        QCOMPARE(tokens(session).size(), 3);
    }

    void aHeadSwitchedOffRecomputesWhatDependsOnIt()
    {
        Session session(resourceFolder());
        QVERIFY(open(session, "nano-sort"));
        const Trace base = session.trace();
        const int all = session.executedSteps();
        const auto& attention = session.model()->program->attention;
        const int last = static_cast<int>(attention.size()) - 1;
        session.setHeadOff(last, 1, true);
        QVERIFY(settled(session));
        QVERIFY(session.headOff(last, 1));
        QVERIFY2(session.executedSteps() < all / 2, "only the last layer depends on its head");
        const int logits = session.model()->program->prediction.logits;
        QVERIFY((*session.trace().step(logits))->values()[0] != (*base.step(logits))->values()[0]);
        QCOMPARE(*session.trace().step(attention.front().pattern), *base.step(attention.front().pattern));

        session.undoStack().undo();
        QVERIFY(settled(session));
        QVERIFY(!session.headOff(last, 1));
        QCOMPARE((*session.trace().step(logits))->values()[0], (*base.step(logits))->values()[0]);
        session.undoStack().redo();
        QVERIFY(settled(session));
        QVERIFY(session.headOff(last, 1));
        // What-ifs stay while one types.
        session.setTexts(text("CAB"));
        QVERIFY(settled(session));
        QCOMPARE(session.trace().overrides().size(), 1U);
    }

    void twoHundredChangesUndoneAndRedone_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"nano-sort", "date-seq2seq", "fashion-vit"})
            QTest::newRow(name) << name;
    }
    void twoHundredChangesUndoneAndRedone()
    {
        QFETCH(QString, name);
        Session session(resourceFolder());
        QVERIFY(open(session, name));
        const Trace first = session.trace();
        const Program& program = first.program();
        std::mt19937 random(200);
        const auto any = [&](std::size_t count) {
            return std::uniform_int_distribution<std::size_t>(0, count - 1)(random);
        };
        const auto change = [&] {
            WhatIf whatIf;
            const AttentionLayer& layer = program.attention[any(program.attention.size())];
            whatIf.target = any(4) == 0 ? "*" : layer.name;
            whatIf.kind = static_cast<WhatIf::Kind>(any(10));
            whatIf.temperature = 0.5 + 0.5 * static_cast<double>(any(5));
            whatIf.mask = static_cast<WhatIf::Mask>(any(6));
            whatIf.size = 1 + static_cast<int>(any(3));
            whatIf.head = static_cast<int>(any(static_cast<std::size_t>(layer.heads)));
            if (whatIf.kind == WhatIf::Kind::Edit) {
                const bool weight = any(3) == 0;
                const auto step = any(program.steps.size());
                whatIf.target = weight ? program.parameters[any(program.parameters.size())].name
                                       : program.steps[step].hook;
                const Axes& axes =
                    weight ? program.axesOf(program.find(whatIf.target)) : first.axes(static_cast<int>(step));
                for (const Axis& a : axes)
                    whatIf.cell.emplace_back(
                        static_cast<std::int64_t>(any(static_cast<std::size_t>(a.size))));
                if (!whatIf.cell.empty() && any(3) == 0)
                    whatIf.cell.back().reset();
                whatIf.values = {static_cast<float>(any(100)) / 25.0F - 2};
            }
            // What makes no sense here (a mask of patches, token ids) is refused, and changes nothing.
            (void)session.setWhatIf(whatIf, any(5) != 0,
                                    [whatIf] { return QString::fromStdString(specOf(whatIf)); });
        };
        int operations = 0;
        while (operations < 200) {
            switch (any(6)) {
            case 0:
                session.undoStack().undo();
                break;
            case 1:
                session.undoStack().redo();
                break;
            default:
                change();
            }
            ++operations;
            if (any(4) == 0) // sometimes several follow before a run is done
                QVERIFY(settled(session));
        }
        QVERIFY(settled(session));
        const Trace last = session.trace();
        const int index = session.undoStack().index();
        QVERIFY2(index > 40, "too little happened");
        QVERIFY(!last.overrides().empty());
        const auto identical = [&](const Trace& a, const Trace& b) {
            for (int i = 0; i < static_cast<int>(program.steps.size()); ++i) {
                const auto x = a.step(i), y = b.step(i);
                if (!x || !y ||
                    std::memcmp((*x)->dense().data(), (*y)->dense().data(),
                                static_cast<std::size_t>((*x)->count()) * sizeof(float)) != 0)
                    return QString::fromStdString(program.steps[static_cast<std::size_t>(i)].hook);
            }
            return QString();
        };
        while (session.undoStack().canUndo()) {
            session.undoStack().undo();
            if (any(3) == 0)
                QVERIFY(settled(session));
        }
        QVERIFY(settled(session));
        QVERIFY(session.trace().overrides().empty());
        QCOMPARE(identical(session.trace(), first), QString());
        QCOMPARE(identical(session.plainTrace(), first), QString());
        session.undoStack().setIndex(index);
        QVERIFY(settled(session));
        QCOMPARE(identical(session.trace(), last), QString());
        QVERIFY(identical(session.trace(), first) != QString());
    }

    void anEditThatDoesNotFitAShorterTextWaits()
    {
        Session session(resourceFolder());
        QVERIFY(open(session, "nano-sort", "CABBA"));
        WhatIf edit;
        edit.kind = WhatIf::Kind::Edit;
        edit.target = "blocks.0.attn.hook_pattern";
        edit.cell = {0, 4, 1};
        edit.values = {0.5F};
        QVERIFY(session.setWhatIf(edit, true, [] { return QString("edit"); }));
        QVERIFY(settled(session));
        QVERIFY(session.changed());
        QSignalSpy said(&session, &Session::problem);
        session.setTexts(text("CAB"));
        QVERIFY(settled(session));
        QVERIFY(said.isEmpty());
        QVERIFY(!session.changed());
        session.setTexts(text("CABBA"));
        QVERIFY(settled(session));
        QCOMPARE((*session.trace().tensor("blocks.0.attn.hook_pattern"))->at({0, 4, 1}), 0.5F);
        QVERIFY((*session.plainTrace().tensor("blocks.0.attn.hook_pattern"))->at({0, 4, 1}) != 0.5F);
    }

    void aCancelledWhatIfIsTakenBack()
    {
        Session session(resourceFolder());
        QVERIFY(open(session, "nano-sort"));
        session.setHeadOff(0, 0, true);
        session.cancel();
        QVERIFY(!session.headOff(0, 0));
        QVERIFY(!session.undoStack().canUndo());
        QVERIFY(session.trace().overrides().empty());
        session.setHeadOff(0, 2, true);
        QVERIFY(settled(session));
        QCOMPARE(session.trace().overrides().size(), 1U);
    }

    void theTargetIsDecodedWhenItIsEmpty()
    {
        Session session(resourceFolder());
        QVERIFY(open(session, "date-seq2seq"));
        session.setTexts({{"25th of september 2009", std::nullopt}, {}});
        QVERIFY(settled(session));
        QCOMPARE(QString::fromStdString(session.trace().input().streams[1].text), QString("2009-09-25"));
        session.setTexts({{"25th of september 2009", std::nullopt}, {"2009", std::nullopt}});
        QVERIFY(settled(session));
        QCOMPARE(tokens(session, 1).size(), 5); // the start token and four digits
        session.decode();
        QVERIFY(settled(session));
        QCOMPARE(QString::fromStdString(session.trace().input().streams[1].text), QString("2009-09-25"));
    }

    void picturesGoThroughTheSameDoor()
    {
        Session session(resourceFolder());
        QVERIFY(open(session, "fashion-vit"));
        QVERIFY(!session.input().image.isNull());
        const Trace before = session.trace();
        QImage black(28, 28, QImage::Format_RGB888);
        black.fill(Qt::black);
        session.setImage(black, "black");
        QVERIFY(settled(session));
        QVERIFY(session.trace().input().tensors[0] != before.input().tensors[0]);
        QSignalSpy said(&session, &Session::problem);
        session.setImage(QImage(), "nothing.png");
        QVERIFY(settled(session));
        QCOMPARE(said.size(), 1);
        QVERIFY(session.trace().valid());
    }

    void stopsWhileItWorks()
    {
        // Going away in the middle of a run must neither hang nor crash.
        for (int i = 0; i < 5; ++i) {
            Session session(resourceFolder());
            session.openModel("kjv-bert");
            QTest::qWait(5 * i);
        }
    }
};

QTEST_MAIN(TestSession)
#include "test_session.moc"
