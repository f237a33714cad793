// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "../../core/model_copy.h"
#include "window_fixture.h"

#include <QComboBox>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>

using namespace headlight;
using namespace headlight::test;

class TestWindowInput : public QObject
{
    Q_OBJECT
private slots:
    /// Shaping is what takes the time when a letter is typed among a thousand ids, and digits need none.
    void idsAreNotShaped()
    {
        const ModelCopy copy("nano-sort");
        for (const char* name : {"tokenizer.json", "tokenizer_config.json", "examples.json"})
            copy.remove(name);
        WindowFixture f;
        QVERIFY(f.open("nano-sort"));
        const auto shaped = [&] {
            return !(f.window->inputBar().field(0)->font().styleStrategy() & QFont::PreferNoShaping);
        };
        QVERIFY(shaped());
        QVERIFY(f.open(copy.path()));
        QVERIFY(!shaped());
    }

    void typingShowsNewTokens()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        TextField* field = f.window->inputBar().field(0);
        field->setFocus();
        field->selectAll();
        QTest::keyClicks(field, "Once upon");
        QVERIFY(f.settled());
        QCOMPARE(f.window->inputBar().chips(0)->count(), 3);
        QCOMPARE(tokens(f.session), (QStringList{"<s>", "␣Once", "␣upon"}));
        // The arrows are the text's own while one types.
        const QString hook = f.hook();
        f.key(Qt::Key_Left);
        f.key(Qt::Key_Space);
        QCOMPARE(f.hook(), hook);
        QVERIFY(!f.window->transport().playing());
        QVERIFY(f.settled()); // the space was typed: its run comes first
        f.key(Qt::Key_Escape);
        f.key(Qt::Key_Home);
        QCOMPARE(f.hook(), QString("hook_tokens"));
    }

    void theModelChooserOpensModels()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        QComboBox& models = f.window->inputBar().models();
        QCOMPARE(models.currentText(), QString("stories260k · LLaMA"));
        int index = -1;
        for (int i = 0; i < models.count(); ++i)
            if (models.itemText(i).startsWith("induction-2l"))
                index = i;
        QVERIFY(index >= 0);
        QSignalSpy changed(&f.session, &Session::traceChanged);
        emit models.activated(index);
        QVERIFY(QTest::qWaitFor([&] { return !changed.isEmpty(); }, patience));
        QCOMPARE(f.session.model()->name, std::string("induction-2l"));
        QVERIFY(models.currentText().startsWith("induction-2l"));
        QVERIFY(f.window->windowTitle().contains("induction-2l"));
    }

    void aFolderIsOpenedAndRemembered()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        // A copy of a bundled model is somebody's own model.
        const QString own = f.folder.filePath("my-model");
        QVERIFY(QDir().mkpath(own));
        const auto source = resourceFolder() / "models" / "nano-sort";
        for (const char* name : {"config.json", "model.safetensors"})
            QVERIFY(QFile::copy(QString::fromStdString((source / name).string()), own + "/" + name));
        f.folderAnswer = own;
        QSignalSpy changed(&f.session, &Session::traceChanged);
        f.trigger("file.open");
        QVERIFY(QTest::qWaitFor([&] { return !changed.isEmpty(); }, patience));
        QCOMPARE(f.session.model()->name, std::string("my-model"));
        QCOMPARE(f.settings.recentModels(), QStringList{own});
        // It has no tokenizer: ids are typed as numbers.
        TextField* field = f.window->inputBar().field(0);
        QVERIFY(field->placeholderText().contains("ids"));
        field->selectAll();
        QTest::keyClicks(field, "2 1,0");
        QVERIFY(f.settled());
        QCOMPARE(tokens(f.session), (QStringList{"2", "1", "0"}));
        QTest::keyClicks(field, " x");
        QVERIFY(f.settled());
        QVERIFY(f.window->messageBar().isVisible());
        QTest::keyClick(field, Qt::Key_Backspace);
        QTest::keyClicks(field, "99");
        QVERIFY(f.settled());
        QVERIFY2(f.window->messageBar().text().contains("99"), qPrintable(f.window->messageBar().text()));
        QCOMPARE(tokens(f.session), (QStringList{"2", "1", "0"}));
    }

    void aBrokenFolderSaysSoAndNothingIsLost()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        f.folderAnswer = f.folder.path();
        f.trigger("file.open");
        QVERIFY(f.settled());
        QVERIFY(f.window->messageBar().isVisible());
        QVERIFY(f.window->messageBar().text().contains("config.json"));
        QCOMPARE(f.session.model()->name, std::string("stories260k"));
        QVERIFY(f.window->inputBar().models().currentText().startsWith("stories260k"));
        QTest::keyClicks(f.window->inputBar().field(0), " girl");
        QVERIFY(f.settled());
        QVERIFY2(!f.window->messageBar().isVisible(), "a run that succeeds takes the message away");
    }

    void tooLongOffersToCut()
    {
        WindowFixture f;
        QVERIFY(f.open("nano-sort"));
        const int most = f.session.model()->program->streams[0].contextLength;
        TextField* field = f.window->inputBar().field(0);
        field->selectAll();
        QTest::keyClicks(field, QString(most + 5, 'A'));
        QVERIFY(f.settled());
        QVERIFY(f.window->messageBar().isVisible());
        QVERIFY(f.window->messageBar().action().isVisible());
        QTest::mouseClick(&f.window->messageBar().action(), Qt::LeftButton);
        QVERIFY(f.settled());
        QCOMPARE(field->toPlainText().size(), most);
        QCOMPARE(f.window->inputBar().chips(0)->count(), most);
        QVERIFY(!f.window->messageBar().isVisible());
    }

    void examplesSetTextAndSelection()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        const auto& examples = f.session.model()->examples;
        QMenu& menu = f.window->inputBar().examples();
        QCOMPARE(menu.actions().size(), static_cast<qsizetype>(examples.size()));
        menu.actions().at(2)->trigger();
        QVERIFY(f.settled());
        QTest::qWait(5);
        QCOMPARE(f.window->inputBar().field(0)->toPlainText(), QString::fromStdString(examples[2].text));
        const Example::Look& look = examples[2].lookAt.front();
        QVERIFY(f.window->selection().pinned()->cell == (Cell{look.head, look.query, look.key}));
        QVERIFY(f.window->explain().plainText().contains(QString::fromStdString(examples[2].about)));
        // Nobody's example any more after the first letter.
        QTest::keyClicks(f.window->inputBar().field(0), "x");
        QVERIFY(f.settled());
        QTest::qWait(5);
        QVERIFY(!f.window->explain().plainText().contains(QString::fromStdString(examples[2].about)));
    }

    void chipsAndTextMarkEachOther()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k", "Once upon a time"));
        TokenChips* chips = f.window->inputBar().chips(0);
        TextField* field = f.window->inputBar().field(0);
        QTest::mouseMove(chips, chips->chipRect(2).center());
        QVERIFY(QTest::qWaitFor([&] { return field->extraSelections().size() == 1; }, 2000));
        QCOMPARE(field->extraSelections().front().cursor.selectedText(), QString(" upon"));
        QTest::mouseClick(chips, Qt::LeftButton, Qt::ControlModifier, chips->chipRect(1).center());
        QCOMPARE(f.window->selection().keyToken(0), 1);
        QTest::mouseClick(chips, Qt::LeftButton, {}, chips->chipRect(3).center());
        QCOMPARE(f.window->selection().queryToken(0), 3);
    }

    void twoStacksHaveTwoTextsAndDecode()
    {
        WindowFixture f;
        QVERIFY(f.open("date-seq2seq"));
        TextField *source = f.window->inputBar().field(0), *target = f.window->inputBar().field(1);
        QVERIFY(source && target);
        auto* decode = f.window->findChild<QToolButton*>("decodeButton");
        QVERIFY(decode && decode->isVisible());
        source->selectAll();
        QTest::keyClicks(source, "july 4, 2026");
        QVERIFY(f.settled());
        QTest::mouseClick(decode, Qt::LeftButton);
        QVERIFY(f.settled());
        QVERIFY(target->toPlainText().isEmpty());
        QVERIFY2(target->placeholderText().contains("2026-07-04"), qPrintable(target->placeholderText()));
        QCOMPARE(f.window->inputBar().chips(1)->count(), 11);
        // The keys of cross-attention are the source's tokens.
        f.go("decoder.blocks.1.cross_attn.hook_pattern");
        f.window->selection().pin({f.result(), {2, 3, 11}});
        QCOMPARE(f.window->selection().keyToken(0), 11);
        QCOMPARE(f.window->selection().queryToken(1), 3);
        QTest::qWait(5);
        QVERIFY(f.window->explain().plainText().contains("looks at"));
        // A target of one's own is taken as it is.
        QTest::keyClicks(target, "2026");
        QVERIFY(f.settled());
        QCOMPARE(f.window->inputBar().chips(1)->count(), 5);
    }

    void picturesAreChosenDroppedAndOpened()
    {
        WindowFixture f;
        QVERIFY(f.open("fashion-vit"));
        ImageChooser* images = f.window->inputBar().images();
        QVERIFY(images && images->count() > 3);
        QTest::mouseClick(images, Qt::LeftButton, {}, images->thumbnailRect(2).center());
        QVERIFY(f.settled());
        QCOMPARE(f.session.input().example, 2);
        const QString file = f.folder.filePath("grey.png");
        QImage grey(40, 30, QImage::Format_RGB888);
        grey.fill(Qt::gray);
        QVERIFY(grey.save(file));
        f.imageAnswer = file;
        f.trigger("file.image");
        QVERIFY(f.settled());
        QCOMPARE(f.session.input().example, -1);
        QCOMPARE(f.session.input().imageName, file.toStdString());
        QFile bad(f.folder.filePath("bad.png"));
        QVERIFY(bad.open(QIODevice::WriteOnly));
        bad.write("not a picture");
        bad.close();
        f.imageAnswer = bad.fileName();
        f.trigger("file.image");
        QVERIFY(f.window->messageBar().isVisible());
        QCOMPARE(f.session.input().imageName, file.toStdString());
    }

    void cancelGivesTheSessionBack()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k"));
        QTest::keyClicks(f.window->inputBar().field(0), " girl");
        f.session.cancel();
        QVERIFY(f.window->messageBar().isVisible());
        QCOMPARE(tokens(f.session).size(), 10);
    }
};

QTEST_MAIN(TestWindowInput)
#include "test_window_input.moc"
