// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/config.h"

#include <QDirIterator>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace headlight;

namespace {

Config parsed(std::string_view text)
{
    return Config::parse(text).value(); // Only for texts that the test knows to be an object.
}

std::string parseError(std::string_view text)
{
    const auto config = Config::parse(text);
    return config ? "parsed" : config.error().text();
}

std::string firstError(const Config& config)
{
    return config.error() ? config.error()->text() : "";
}

} // namespace

class TestConfig : public QObject
{
    Q_OBJECT

private slots:
    void givesWhatTheFileSays()
    {
        const Config config = parsed(R"({
            "n": 12, "whole": 2.0, "eps": 1e-5, "tied": true, "act": "gelu_new", "none": null,
            "layers": ["global", "local"], "sizes": [1, 2, 3], "means": [0.5, 1],
            "id2label": {"0": "cat", "1": "dog"},
            "text_config": {"hidden_size": 8, "rope": {"factor": 2.5}},
            "blocks": [{"kind": 1}, {"kind": 2}]})");
        QCOMPARE(config.integer("n"), 12);
        QCOMPARE(config.integer("whole"), 2);
        QCOMPARE(config.positive("n"), 12);
        QCOMPARE(config.number("eps"), 1e-5);
        QCOMPARE(config.number("n"), 12.0);
        QCOMPARE(config.flagOr("tied", false), true);
        QCOMPARE(config.text("act"), "gelu_new");
        QCOMPARE(config.texts("layers"), (std::vector<std::string>{"global", "local"}));
        QCOMPARE(config.integers("sizes"), (std::vector<int>{1, 2, 3}));
        QCOMPARE(config.numbers("means"), (std::vector<double>{0.5, 1.0}));
        QCOMPARE(config.textMap("id2label"),
                 (std::map<std::string, std::string>{{"0", "cat"}, {"1", "dog"}}));
        QCOMPARE(config.child("text_config").integer("hidden_size"), 8);
        QCOMPARE(config.child("text_config").child("rope").number("factor"), 2.5);
        QCOMPARE(config.children("blocks").size(), 2U);
        QCOMPARE(config.children("blocks")[1].integer("kind"), 2);
        QVERIFY(!config.error());
    }

    void absentAndNullKeysGiveTheDefault()
    {
        const Config config = parsed(R"({"none": null})");
        for (const char* key : {"none", "missing"}) {
            QVERIFY(!config.has(key));
            QCOMPARE(config.integerOr(key, 7), 7);
            QCOMPARE(config.positiveOr(key, 7), 7);
            QCOMPARE(config.numberOr(key, 0.5), 0.5);
            QCOMPARE(config.flagOr(key, true), true);
            QCOMPARE(config.textOr(key, "silu"), "silu");
            QCOMPARE(config.textsOr(key, {"a"}), (std::vector<std::string>{"a"}));
            QCOMPARE(config.integersOr(key, {4}), (std::vector<int>{4}));
            QCOMPARE(config.numbersOr(key, {4.5}), (std::vector<double>{4.5}));
            QVERIFY(config.textMap(key).empty());
            QVERIFY(config.children(key).empty());
        }
        QVERIFY(!config.error());
    }

    void theFirstErrorStays()
    {
        const Config config = parsed(R"({"a": "x", "b": []})");
        QCOMPARE(config.integer("a"), 0);
        QCOMPARE(config.text("b"), "");
        QCOMPARE(config.positive("c"), 1);
        QCOMPARE(firstError(config),
                 "config.json: a: expected a whole number from -2147483648 to 2147483647, found \"x\"");
    }

    void errorsSayWhere_data()
    {
        QTest::addColumn<std::function<void(const Config&)>>("read");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, std::function<void(const Config&)> read, const char* message) {
            QTest::newRow(name) << std::move(read) << QString("config.json: ") + message;
        };
        row(
            "fraction", [](const Config& c) { (void)c.integer("half"); },
            "half: expected a whole number from -2147483648 to 2147483647, found 2.5");
        row(
            "huge", [](const Config& c) { (void)c.integer("huge"); },
            "huge: expected a whole number from -2147483648 to 2147483647, found 18446744073709551615");
        row(
            "absent", [](const Config& c) { (void)c.number("missing"); },
            "missing: expected a number, found none");
        row(
            "zero", [](const Config& c) { (void)c.positive("zero"); },
            "zero: expected a whole number from 1 to 2147483647, found 0");
        row(
            "above the bound", [](const Config& c) { (void)c.positive("ten", 9); },
            "ten: expected a whole number from 1 to 9, found 10");
        row(
            "flag", [](const Config& c) { (void)c.flagOr("ten", true); },
            "ten: expected true or false, found 10");
        row(
            "text", [](const Config& c) { (void)c.text("list"); },
            "list: expected text, found an array of 2");
        row(
            "no list", [](const Config& c) { (void)c.integersOr("ten", {}); },
            "ten: expected a list, found 10");
        row(
            "in a list", [](const Config& c) { (void)c.integersOr("list", {}); },
            "list[1]: expected a whole number from -2147483648 to 2147483647, found \"b\"");
        row(
            "nested", [](const Config& c) { (void)c.child("child").integer("hidden_size"); },
            "child.hidden_size: expected a whole number from -2147483648 to 2147483647, found true");
        row(
            "no child", [](const Config& c) { (void)c.child("ten").child("deeper").integer("x"); },
            "ten: expected an object, found 10");
        row(
            "in objects", [](const Config& c) { (void)c.children("objects")[1].text("kind"); },
            "objects[1].kind: expected text, found none");
        row(
            "no objects", [](const Config& c) { (void)c.children("list"); },
            "list[0]: expected an object, found 1");
        row(
            "map", [](const Config& c) { (void)c.textMap("child"); },
            "child.\"hidden_size\": expected text, found true");
        row(
            "own words", [](const Config& c) { c.refuse("ten", "expected a multiple of 3, found 10"); },
            "ten: expected a multiple of 3, found 10");
    }

    void errorsSayWhere()
    {
        QFETCH(std::function<void(const Config&)>, read);
        QFETCH(QString, message);
        const Config config = parsed(R"({"half": 2.5, "huge": 18446744073709551615, "zero": 0, "ten": 10,
            "list": [1, "b"], "child": {"hidden_size": true}, "objects": [{"kind": "a"}, {}]})");
        read(config);
        QCOMPARE(QString::fromStdString(firstError(config)), message);
    }

    void textThatIsNoConfigIsRefused()
    {
        QCOMPARE(parseError(""), "config.json: expected JSON, found something else at line 1, column 1");
        QCOMPARE(parseError("[1]"), "config.json: expected a JSON object, found an array of 1");
        QCOMPARE(parseError("{\"a\":1,}"),
                 "config.json: expected JSON, found something else at line 1, column 8");
        QCOMPARE(parseError("{\"a\":NaN}"),
                 "config.json: expected JSON, found something else at line 1, column 6");
        QCOMPARE(parseError("{\"a\":1e400}"),
                 "config.json: found a number that is too large at line 1, column 10");
        QCOMPARE(parsed("{\"a\":[1],\"a\":2}").integer("a"), 2); // as the reference reads it
        QCOMPARE(parseError("{\"a\":\"\xFF\"}"),
                 "config.json: expected JSON, found something else at line 1, column 7");
        // A million open brackets must not be a million nested calls.
        QCOMPARE(parseError("{\"a\":" + std::string(1'000'000, '[')),
                 "config.json: expected at most 64 levels of nesting, found more");
        QCOMPARE(parseError("{\"a\":[0" +
                            [] {
                                std::string many;
                                for (int i = 0; i < 1'000'000; ++i)
                                    many += ",0";
                                return many;
                            }() +
                            "]}"),
                 "config.json: expected at most 1000000 values, found more");
    }

    void foldersWithoutConfigAreNamed()
    {
        const QTemporaryDir dir;
        const std::string folder = dir.path().toStdString();
        QCOMPARE(Config::read(folder).error().text(),
                 folder + ": expected config.json in the model's folder, found none");
        QCOMPARE(Config::read(folder + "/no").error().text(),
                 folder + "/no: expected a model's folder, found nothing there");
        std::ofstream(folder + "/config.json") << "{";
        QCOMPARE(Config::read(folder).error().text(),
                 folder + "/config.json: expected JSON, found something else at line 1, column 2");
        std::ofstream(folder + "/config.json") << R"({"n": "x"})";
        const auto config = Config::read(folder);
        QVERIFY(config);
        (void)config->number("n");
        QCOMPARE(firstError(*config), "config.json: n: expected a number, found \"x\"");
    }

    void readsEveryReferenceConfig()
    {
        int models = 0;
        for (const char* root : {"/golden", "/models"}) {
            QDirIterator it(QString(HEADLIGHT_SHARED_DIR) + root, QDir::Dirs | QDir::NoDotAndDotDot);
            while (it.hasNext()) {
                const auto config = Config::read(it.next().toStdString());
                QVERIFY(config);
                QVERIFY(!config->text("model_type").empty());
                QVERIFY2(!config->error(), firstError(*config).c_str());
                ++models;
            }
        }
        if (models == 0)
            QSKIP("The reference models are not beside this checkout.");
    }
};

QTEST_APPLESS_MAIN(TestConfig)
#include "test_config.moc"
