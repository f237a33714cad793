// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/core_words.h"
#include "window/core_translator.h"
#include "window/language.h"
#include "window_fixture.h"

#include <QAbstractButton>
#include <QComboBox>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QLineEdit>
#include <QMenuBar>
#include <QRegularExpression>
#include <QSpinBox>
#include <QSplitter>
#include <QTreeView>
#include <QUndoStack>

using namespace headlight;
using namespace headlight::test;

namespace {

/// A word of Latin letters that is no name, no symbol and no file's ending.
QString englishWordIn(QString text)
{
    // Hooks, markup, paths, keys, numbers with letters, and everything a person or a model has written.
    static const QRegularExpression others(QStringLiteral(
        "<[^>]*>|␣\\S*|“[^”]*”|\\S*[_/\\\\.]\\S*|\\b[A-Z][A-Za-z]*\\d[\\w.-]*|(Ctrl|Shift|Alt)\\+\\S+|"
        "%\\d|\\b[a-z]+\\d+\\b|[a-z]+(-[a-z0-9]+)+|[A-Z]+(?=[₀-ₜᵀ])"));
    static const QStringList names{"Headlight", "MLP",    "RMS",     "softmax", "Softmax",
                                   "logit",     "logits", "Logits",  "CSV",     "PNG",
                                   "SVG",       "PDF",    "NumPy",   "Ctrl",    "Shift",
                                   "Alt",       "Esc",    "Tab",     "Home",    "End",
                                   "Return",    "Space",  "rollout", "flow",    "English",
                                   "Language",  "top",    "GPT",     "BERT",    "LLaMA",
                                   "exp",       "max",    "sin",     "cos",     "RoPE",
                                   "ALiBi",     "QK",     "OV",      "hook",    "Fan",
                                   "Holtzman",  "float",  "inf",     "XYZ",     "Transformer",
                                   "ViT",       "CLS",    "SEP",     "MASK",    "UNK",
                                   "Backspace", "PgUp",   "PgDown",  "Left",    "Right",
                                   "Up",        "Down",   "Del",     "Ins",     "sqrt",
                                   "tanh",      "ReLU",   "GELU",    "SiLU",    "nostalgebraist",
                                   "Elhage",    "Abnar",  "Zuidema", "json",    "Viridis",
                                   "Cividis",   "Magma",  "Jensen",  "Shannon", "Lin",
                                   "Dai"};
    text.remove(others);
    static const QRegularExpression word(QStringLiteral("[A-Za-z]{3,}"));
    for (auto it = word.globalMatch(text); it.hasNext();)
        if (const QString found = it.next().captured(); !names.contains(found))
            return found;
    return {};
}

/// All words that a window shows or speaks, with the widget that has them. Not those that a person or a model
/// has written.
QList<std::pair<QString, QString>> wordsOf(MainWindow& window)
{
    QList<std::pair<QString, QString>> all;
    const auto add = [&all](const QObject& owner, const QString& text) {
        if (!text.isEmpty())
            all.emplace_back(QLatin1String(owner.metaObject()->className()) + " " + owner.objectName(), text);
    };
    for (QWidget* widget : window.findChildren<QWidget*>()) {
        if (widget->objectName() == "modelChooser" || widget->objectName() == "compareModel" ||
            widget->objectName() == "textField" || widget->objectName() == "compareText")
            continue; // names of models; the text
        for (const QString& text : {widget->toolTip(), widget->accessibleName()})
            add(*widget, text);
        if (const auto* label = qobject_cast<QLabel*>(widget))
            add(*label, label->text());
        else if (const auto* button = qobject_cast<QAbstractButton*>(widget))
            add(*button, button->text());
        else if (const auto* line = qobject_cast<QLineEdit*>(widget))
            add(*line, line->placeholderText());
        else if (const auto* box = qobject_cast<QComboBox*>(widget))
            for (int i = 0; i < box->count(); ++i)
                add(*box, box->itemText(i));
        else if (const auto* view = qobject_cast<FigureView*>(widget); view && view->figure()) {
            add(*view, view->figure()->title());
            add(*view, view->accessibleDescription());
        } else if (const auto* tabs = qobject_cast<QTabWidget*>(widget))
            for (int i = 0; i < tabs->count(); ++i)
                add(*tabs, tabs->tabText(i));
    }
    for (QAction* action : window.findChildren<QAction*>())
        if (action->objectName().contains('.'))
            for (const QString& text : {action->text(), action->toolTip(), action->iconText()})
                add(*action, text);
    for (QAction* menu : window.menuBar()->actions())
        add(*menu, menu->text());
    const auto& model = *window.outline().findChild<QTreeView*>()->model();
    const std::function<void(const QModelIndex&)> walk = [&](const QModelIndex& parent) {
        for (int row = 0; row < model.rowCount(parent); ++row) {
            const QModelIndex index = model.index(row, 0, parent);
            if (model.rowCount(index) > 0) { // leaves are hooks
                add(model, index.data().toString());
                walk(index);
            }
        }
    };
    walk({});
    return all;
}

void speak(WindowFixture& f, const char* action)
{
    f.trigger(action);
    QCoreApplication::processEvents();
}

} // namespace

class TestLanguage : public QObject
{
    Q_OBJECT
private slots:
    void followsTheSystem()
    {
        QCOMPARE(Language::of({"zh-Hans-CN", "zh-CN", "zh"}), QString("zh_CN"));
        QCOMPARE(Language::of({"zh_TW"}), QString("zh_CN"));
        QCOMPARE(Language::of({"de-DE", "de", "zh-CN", "en"}), QString("zh_CN"));
        QCOMPARE(Language::of({"en-GB", "zh-CN"}), QString("en"));
        QCOMPARE(Language::of({"C"}), QString("en"));
        QCOMPARE(Language::of({}), QString("en"));
    }

    void queriesAreBlueInEveryLanguage()
    {
        WindowFixture f;
        QVERIFY(f.open("stories260k", "Once upon a"));
        f.go("blocks.1.attn.hook_pattern");
        const auto drawn = [&f] {
            // The blue of the queries' name, above the block: nothing else there is blue.
            const FigureView& view = f.window->stage().view();
            const auto place = [&](std::int64_t key) {
                const CellRef cell{f.result(), {f.window->selection().head(), 0, key}};
                return view.figure()->cellRect(cell, view.figureArea(), view.figureStyle());
            };
            const QRectF block = place(0) | place(3);
            const QImage image = f.window->stage().view().grab().toImage();
            const QColor query = view.figureStyle().query;
            int count = 0;
            for (int y = 6; y < static_cast<int>(block.top()); ++y) // not the frame of the focus
                for (int x = static_cast<int>(block.left()); x < static_cast<int>(block.right()); ++x) {
                    const QColor pixel = image.pixelColor(x, y); // letters are smoothed
                    count += std::abs(pixel.red() - query.red()) < 60 &&
                             std::abs(pixel.blue() - query.blue()) < 60;
                }
            return count;
        };
        QVERIFY(drawn() > 0);
        speak(f, "view.languageChinese");
        QVERIFY(drawn() > 0);
    }

    void anotherLanguageChangesTheWordsAndNothingElse()
    {
        WindowFixture f;
        f.window->resize(1300, 860);
        QVERIFY(f.open("stories260k"));
        MainWindow& window = *f.window;
        f.session.setHeadOff(1, 2, true);
        QVERIFY(f.settled());
        f.session.setHeadOff(1, 3, true);
        QVERIFY(f.settled());
        f.trigger("edit.undo");
        QVERIFY(f.settled());
        f.go("blocks.2.attn.hook_attn_scores");
        f.go("blocks.1.attn.hook_pattern");
        window.selection().pin({f.result(), {2, 3, 1}});
        window.selection().toggleBreakpoint(f.result().index);
        window.tabs().setCurrentIndex(1);
        window.findChild<QSplitter*>("acrossSplitter")->setSizes({301, 999});
        window.predictions().findChild<QDoubleSpinBox*>()->setValue(0.7);
        window.stage().view().setZoom(1.5);
        QCoreApplication::processEvents();

        const auto english = wordsOf(window);
        const auto pinned = window.selection().pinned();
        const int step = window.selection().step();
        const auto sizes = window.findChild<QSplitter*>("acrossSplitter")->sizes();
        const TensorPtr trace = *f.session.trace().step(step);
        const QString explained = window.explain().plainText();
        QVERIFY(window.actionRegistry().find("edit.undo")->text().contains("head 2 off"));

        speak(f, "view.languageChinese");
        QCOMPARE(window.tabs().tabText(0), QString("注意力头"));
        QCOMPARE(window.menuBar()->actions().front()->text(), QString("文件(&F)"));
        QVERIFY(window.actionRegistry().find("edit.undo")->text().contains("头 2 关闭"));
        QVERIFY(window.explain().plainText() != explained);
        QVERIFY2(window.explain().plainText().contains("如果没有它"),
                 qPrintable(window.explain().plainText()));
        QCOMPARE(stageTitle(f.session.model()->program->stages[0]), QString("词元 → 编号"));
        QCOMPARE(f.settings.language(), QString("zh_CN"));
        QVERIFY(window.actionRegistry().find("view.languageChinese")->isChecked());
        const auto kept = [&] {
            QCOMPARE(window.selection().step(), step);
            QVERIFY(window.selection().pinned() == pinned);
            QVERIFY(window.selection().breakpoints() == std::set<int>{step});
            QVERIFY(window.selection().canGoBack());
            QVERIFY(window.actionRegistry().find("step.back")->isEnabled());
            QCOMPARE(f.session.undoStack().count(), 2);
            QCOMPARE(f.session.undoStack().index(), 1);
            QVERIFY(window.actionRegistry().find("edit.redo")->isEnabled());
            QVERIFY(f.session.headOff(1, 2) && !f.session.headOff(1, 3));
            QCOMPARE(*f.session.trace().step(step), trace); // the very run
            QCOMPARE(window.tabs().currentIndex(), 1);
            QCOMPARE(window.findChild<QSplitter*>("acrossSplitter")->sizes(), sizes);
            QCOMPARE(window.predictions().findChild<QDoubleSpinBox*>()->value(), 0.7);
            QCOMPARE(window.stage().view().zoom(), 1.5);
            QCOMPARE(window.inputBar().field(0)->toPlainText(),
                     QString::fromStdString(f.session.wanted().texts[0].text));
        };
        kept();
        // The new panels are as alive as the old ones were.
        f.trigger("edit.redo");
        QVERIFY(f.settled());
        QVERIFY(f.session.headOff(1, 3));
        f.trigger("edit.undo");
        QVERIFY(f.settled());
        f.trigger("step.next");
        QVERIFY(window.selection().step() != step);
        f.trigger("step.previous");
        QCOMPARE(window.selection().step(), step);
        QVERIFY(!window.stage().view().figure()->title().isEmpty());

        const TensorPtr again = *f.session.trace().step(step);
        speak(f, "view.languageEnglish");
        QCOMPARE(window.explain().plainText(), explained);
        QCOMPARE(*f.session.trace().step(step), again);
        // All words are there again.
        const auto back = wordsOf(window);
        for (const auto& was : english)
            if (!was.second.contains("pass ")) // how long it took, and how much had to be computed
                QVERIFY2(std::any_of(back.begin(), back.end(),
                                     [&](const auto& w) { return w.second == was.second; }),
                         qPrintable(was.first + ": " + was.second));
    }

    void isRemembered()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("settings.ini");
        {
            WindowFixture f(file);
            QCOMPARE(f.window->tabs().tabText(0), QString("Heads")); // the system's, here C
            speak(f, "view.languageChinese");
        }
        QCOMPARE(QCoreApplication::translate("headlight::MainWindow", "Heads"), QString("Heads"));
        WindowFixture f(file);
        QCOMPARE(f.window->tabs().tabText(0), QString("注意力头"));
        speak(f, "view.languageSystem");
        QCOMPARE(f.window->tabs().tabText(0), QString("Heads"));
    }

    void nothingStaysEnglish_data()
    {
        QTest::addColumn<QString>("model");
        for (const char* model : {"stories260k", "fashion-vit", "date-seq2seq", "kjv-bert"})
            QTest::newRow(model) << QString(model);
    }

    void nothingStaysEnglish()
    {
        QFETCH(QString, model);
        WindowFixture f;
        f.window->resize(1400, 900);
        speak(f, "view.languageChinese");
        QVERIFY(f.open(model));
        QStringList left;
        const auto look = [&] {
            for (const auto& [owner, text] : wordsOf(*f.window))
                if (const QString word = englishWordIn(text); !word.isEmpty())
                    left << owner + ": " + text;
        };
        for (int tab = 0; tab < f.window->tabs().count(); ++tab) {
            f.window->tabs().setCurrentIndex(tab);
            QTest::qWait(30);
            look();
        }
        f.session.setHeadOff(0, 0, true);
        QVERIFY(f.settled());
        look();
        left.removeDuplicates();
        QVERIFY2(left.isEmpty(), qPrintable(left.join('\n')));
    }

    void coreSpeaksChinese()
    {
        const CoreTranslator chinese(resourceFolder() / "texts" / "zh_CN.json");
        static const QRegularExpression word(QStringLiteral("[A-Za-z]{3,}"));
        // The same in both languages, or a name.
        const QStringList same{"MLP", "Softmax", "Logits"};
        QStringList missing;
        const auto need = [&](const std::string& english) {
            const QString text = QString::fromStdString(english);
            if (text.contains(word) && !text.contains('_') && !same.contains(text) &&
                chinese.translate("CoreLine", english.c_str(), nullptr, -1).isEmpty() &&
                !missing.contains(text))
                missing << text;
        };
        for (const auto& folder : bundledModels(resourceFolder())) {
            const auto model = openModel(folder);
            QVERIFY(model);
            const Program& program = *(*model)->program;
            for (const Stage& stage : program.stages)
                need(stage.number < 0 ? stage.title : stage.title + " %1");
            for (const Stream& stream : program.streams)
                need(stream.name);
            for (const Step& step : program.steps) {
                for (const Axis& axis : step.axes)
                    need(axis.name);
                for (const NotationPart& part : step.op->notation())
                    if (part.kind == NotationPart::Kind::Text && !part.text.ends_with("(") &&
                        !part.text.ends_with(") ="))
                        need(part.text);
            }
            for (const Example& example : (*model)->examples) {
                need(example.title);
                need(example.about);
                for (const Example::Look& look : example.lookAt)
                    need(look.what);
            }
        }
        for (const MetricDefinition& d : allMetricDefinitions()) {
            need(std::string(d.title));
            need(std::string(d.definition));
        }
        QVERIFY2(missing.isEmpty(), qPrintable(missing.join('\n')));
    }

    void errorsAreTranslatedWithTheirNumbersAndNames()
    {
        const CoreTranslator chinese(resourceFolder() / "texts" / "zh_CN.json");
        const auto said = [&](const char* english) {
            return chinese.translate("CoreLine", english, nullptr, -1);
        };
        QCOMPARE(said("expected at most 96 tokens (the model's context), found 120"),
                 QString("最多应为 96 个词元（模型的上下文长度），实际为 120 个"));
        QCOMPARE(said("expected a head from 0 to 7, found 9"), QString("应为0 到 7 之间的头，实际为 9"));
        // Names stay as they are, even those that look like a place for one.
        QCOMPARE(said("cannot read the file (%1 %2)"), QString("无法读取文件（%1 %2）"));
        QCOMPARE(said("something that nobody has translated"), QString());
    }

    void translationsHaveThePlacesOfTheirOriginals()
    {
        QFile file(QString::fromStdString((resourceFolder() / "texts" / "zh_CN.json").string()));
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
        static const QRegularExpression place(QStringLiteral("%[1-9]"));
        const auto places = [](const QString& text) {
            QStringList all;
            for (auto it = place.globalMatch(text); it.hasNext();)
                all << it.next().captured();
            all.sort();
            all.removeDuplicates();
            return all;
        };
        for (const char* section : {"words", "metrics", "examples", "lines"}) {
            const QJsonObject object = root.value(QLatin1String(section)).toObject();
            QVERIFY(!object.isEmpty());
            for (auto it = object.begin(); it != object.end(); ++it) {
                QVERIFY2(!it->toString().isEmpty(), qPrintable(it.key()));
                QCOMPARE(places(it->toString()), places(it.key()));
            }
        }
    }
};

QTEST_MAIN(TestLanguage)
#include "test_language.moc"
