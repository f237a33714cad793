// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// What each command gives when all is well, on every bundled model.

#include "../core/model_copy.h"
#include "../core/support.h"
#include "program.h"

#include "formats/npz.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace headlight;
using namespace headlight::test;

namespace {

/// The options that give a model its reference input.
QStringList inputOptions(const QString& caseFolder)
{
    const auto list = [](const QJsonValue& batch) {
        QStringList numbers;
        for (const auto& id : batch.toArray().at(0).toArray())
            numbers << QString::number(id.toInt());
        return numbers.join(',');
    };
    const QJsonObject json = readJson((caseFolder + "/inputs.json").toStdString());
    if (json.contains("pixel_values"))
        return {"--pixels", caseFolder + "/" + json["pixel_values"].toObject()["npy"].toString()};
    QStringList options{"--ids", list(json["input_ids"])};
    if (json.contains("decoder_input_ids"))
        options << "--target-ids" << list(json["decoder_input_ids"]);
    return options;
}

QString firstCase(const QString& model)
{
    const QDir dir(QString::fromStdString((goldenFolder() / model.toStdString()).string()));
    return dir.filePath(dir.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name).first());
}

QStringList names(const QJsonArray& objects)
{
    QStringList list;
    for (const auto& object : objects)
        list << object.toObject()["name"].toString();
    return list;
}

QList<int> ints(const QJsonValue& array)
{
    QList<int> list;
    for (const auto& number : array.toArray())
        list << number.toInt();
    return list;
}

} // namespace

class CommandsTest : public QObject
{
    Q_OBJECT

    static void everyModel()
    {
        QTest::addColumn<QString>("model");
        for (const QString& model : bundledNames())
            QTest::newRow(qPrintable(model)) << model;
    }

private slots:
    void aModelAloneOpensTheWindow()
    {
        // There is no display for it here, which is what it then says; a name that nothing has is still wrong
        // usage.
        QTemporaryDir dir;
        QFile file(dir.filePath("my.npz"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        for (const QString& model : {QString("stories260k"), dir.path(), QString("my.npz")}) {
            const auto finished = program({model}, {}, dir.path());
            QCOMPARE(finished.exitCode, 1);
            QVERIFY2(finished.line().contains("expected a display"), finished.words.constData());
        }
    }

    void idsAreTextWhereThereIsNoTokenizer()
    {
        QTemporaryDir dir;
        const ModelCopy model;
        model.remove("tokenizer.json");
        model.remove("tokenizer_config.json");
        const auto explained = [&](const QStringList& input) {
            return program(QStringList{"explain", model.path(), "--hook", "hook_embed", "--cell", "1,0"} +
                           input);
        };
        const auto asText = explained({"--text", "2 1, 0"}), asIds = explained({"--ids", "2,1,0"});
        QVERIFY2(asText.exitCode == 0, asText.words.constData());
        QCOMPARE(asText.out, asIds.out);
        const auto wrong = explained({"--text", "2 one"});
        QCOMPARE(wrong.exitCode, 1);
        QVERIFY2(wrong.line().contains("found \"one\""), wrong.words.constData());
    }

    void helpAndVersion()
    {
        const auto version = program({"--version"});
        VERIFY_SUCCESS(version);
        QCOMPARE(version.out, QByteArray("headlight 0.1.0\n"));
        const auto help = program({"--help"});
        VERIFY_SUCCESS(help);
        for (const char* name : {"info", "tokenize", "trace", "explain", "heads", "export", "bench"}) {
            QVERIFY2(help.out.contains(QByteArray("\n  ") + name), name);
            const auto own = program({name, "--help"});
            VERIFY_SUCCESS(own);
            QVERIFY(own.out.startsWith("Usage: headlight " + QByteArray(name) + " MODEL"));
            for (const QByteArray& line : own.out.split('\n'))
                QVERIFY2(QString::fromUtf8(line).size() <= 80, line.constData());
        }
        for (const QString& model : bundledNames())
            QVERIFY2(help.out.contains(model.toUtf8()), qPrintable(model));
    }

    void info_data() { everyModel(); }
    void info()
    {
        QFETCH(QString, model);
        const auto finished = program({"info", model});
        VERIFY_SUCCESS(finished);
        const QJsonObject json = jsonObject(finished.out);
        const auto opened = bundled(model);
        QCOMPARE(json["family"].toString().toStdString(), opened->program->family);
        QCOMPARE(json["parameter_count"].toInteger(), qint64(opened->parameters->count()));
        QVERIFY(json["unused"].isArray());
        QCOMPARE(json["attention"].toArray().size(), qsizetype(opened->program->attention.size()));
        const QJsonArray hooks = json["hooks"].toArray();
        QCOMPARE(hooks.size(), qsizetype(opened->program->steps.size()));
        QStringList all = names(hooks);
        for (const auto& hook : hooks) {
            QCOMPARE(hook.toObject()["axes"].toArray().size(), hook.toObject()["shape"].toArray().size());
            for (const auto& alias : hook.toObject()["aliases"].toArray())
                all << alias.toString();
        }
        const QJsonObject manifest = readJson((firstCase(model) + "/manifest.json").toStdString());
        for (const QString& hook : manifest["hooks"].toObject().keys())
            QVERIFY2(all.contains(hook), qPrintable(hook));
        for (const auto& parameter : json["parameters"].toArray()) {
            const QJsonObject source = parameter.toObject()["checkpoint"].toObject();
            QVERIFY(!source["tensor"].toString().isEmpty() && source["dtype"].toString() == "F32");
        }
    }

    void infoSaysAxesAndSizes()
    {
        const auto finished = program({"info", "date-seq2seq"});
        VERIFY_SUCCESS(finished);
        const QJsonObject json = jsonObject(finished.out);
        for (const auto& item : json["hooks"].toArray()) {
            const QJsonObject hook = item.toObject();
            if (hook["name"] != "decoder.blocks.1.cross_attn.hook_pattern")
                continue;
            QCOMPARE(hook["axes"].toArray(), QJsonArray({"head", "query", "key"}));
            QCOMPARE(hook["shape"].toArray(), QJsonArray({4, "query", "key"}));
            QCOMPARE(hook["streams"].toArray(), QJsonArray({QJsonValue::Null, "target", "source"}));
            return;
        }
        QFAIL("no cross-attention");
    }

    void infoOfAFolderIsThatOfTheBundledModel()
    {
        const auto byName = program({"info", "nano-sort"});
        const auto byFolder =
            program({"info", "./nano-sort/"}, {}, QString::fromStdString((resources() / "models").string()));
        VERIFY_SUCCESS(byFolder);
        QCOMPARE(byFolder.out, byName.out);
    }

    void tokenize()
    {
        const auto finished = program({"tokenize", "kjv-bert", "--text", "the LORD said"});
        VERIFY_SUCCESS(finished);
        const QJsonObject json = jsonObject(finished.out);
        QCOMPARE(json["pieces"].toArray(), QJsonArray({"[CLS]", "the", "lord", "said", "[SEP]"}));
        QCOMPARE(json["spans"].toArray(),
                 QJsonArray({QJsonArray({0, 0}), QJsonArray({0, 3}), QJsonArray({4, 8}), QJsonArray({9, 13}),
                             QJsonArray({13, 13})}));
        QCOMPARE(json["special"].toArray(), QJsonArray({true, false, false, false, true}));
        const auto bare = program({"tokenize", "kjv-bert", "--no-special", "--text=the LORD said"});
        VERIFY_SUCCESS(bare);
        QCOMPARE(jsonObject(bare.out)["pieces"].toArray(), QJsonArray({"the", "lord", "said"}));
    }

    void tokenizeLines()
    {
        const QByteArray lines = "\"the LORD\"\n\"\"\n\"\\u0074he\"";
        const auto finished = program({"tokenize", "kjv-bert", "--no-special", "--jsonl", "-"}, lines);
        VERIFY_SUCCESS(finished);
        const QByteArrayList out = finished.out.split('\n');
        QCOMPARE(out.size(), 4); // three lines, and nothing behind the last line's end
        QCOMPARE(jsonObject(out[0])["pieces"].toArray(), QJsonArray({"the", "lord"}));
        QCOMPARE(jsonObject(out[1])["ids"].toArray(), QJsonArray());
        QCOMPARE(jsonObject(out[2])["pieces"].toArray(), QJsonArray({"the"}));

        const auto bad = program({"tokenize", "kjv-bert", "--jsonl", "-"}, "\"the\"\n17\n");
        QCOMPARE(bad.exitCode, 1);
        VERIFY_SAYS(bad, "line 2", "expected a JSON string", "found 17");
    }

    void tokenizeNeedsOnlyTokenizerFiles()
    {
        QTemporaryDir dir;
        QVERIFY(
            QFile::copy(QString::fromStdString((resources() / "models/nano-sort/tokenizer.json").string()),
                        dir.filePath("tokenizer.json")));
        const auto finished = program({"tokenize", dir.path(), "--text", "CAB"});
        VERIFY_SUCCESS(finished);
        QCOMPARE(ints(jsonObject(finished.out)["ids"]), QList<int>({2, 0, 1}));
    }

    void traceAgreesWithTheReference_data() { everyModel(); }
    void traceAgreesWithTheReference()
    {
        QFETCH(QString, model);
        const QString folder = firstCase(model);
        QTemporaryDir dir;
        const QString file = dir.filePath("trace.npz");
        const auto finished = program(QStringList{"trace", model, "-o", file} + inputOptions(folder));
        VERIFY_SUCCESS(finished);
        QVERIFY(finished.out.isEmpty());
        QCOMPARE(QDir(dir.path()).entryList(QDir::Files | QDir::Hidden), QStringList{"trace.npz"});

        const auto arrays = readNpz(file.toStdString());
        QVERIFY2(arrays, arrays ? "" : arrays.error().text().c_str());
        const QJsonObject hooks = readJson((folder + "/manifest.json").toStdString())["hooks"].toObject();
        for (auto it = hooks.begin(); it != hooks.end(); ++it) {
            const QJsonObject entry = it.value().toObject();
            const auto found = arrays->find(it.key().toStdString());
            QVERIFY2(found != arrays->end(), qPrintable(it.key()));
            QCOMPARE(found->second.shape.size() + 1, std::size_t(entry["shape"].toArray().size()));
            const auto reference = readNpy((folder + "/" + entry["file"].toString()).toStdString());
            QVERIFY(reference);
            QCOMPARE(found->second.values.size(), reference->values.size());
            // The manifest's tolerance.
            const double tolerance =
                std::max(20 * entry["max_abs_diff_vs_f64"].toDouble(), 1e-5 * entry["max_abs"].toDouble());
            for (std::size_t i = 0; i < reference->values.size(); ++i)
                if (reference->values[i] >= -1e30F) // below are masked cells
                    QVERIFY2(std::abs(double(found->second.values[i]) - double(reference->values[i])) <=
                                 tolerance,
                             qPrintable(it.key()));
        }
    }

    void safetensorsAndNpzHaveTheSameNumbers()
    {
        QTemporaryDir dir;
        for (const char* file : {"t.safetensors", "t.npz"}) {
            const auto finished =
                program({"trace", "date-seq2seq", "--text", "12 May 2003", "-o", file}, {}, dir.path());
            VERIFY_SUCCESS(finished);
        }
        const auto arrays = readNpz(dir.filePath("t.npz").toStdString());
        QVERIFY(arrays);
        QFile::rename(dir.filePath("t.safetensors"), dir.filePath("model.safetensors"));
        const auto checkpoint = openCheckpoint(dir.path().toStdString());
        QVERIFY2(checkpoint, checkpoint ? "" : checkpoint.error().text().c_str());
        QCOMPARE((*checkpoint)->entries().size(), arrays->size());
        for (const auto& [name, array] : *arrays) {
            const auto* entry = (*checkpoint)->find(name);
            QVERIFY2(entry, name.c_str());
            QCOMPARE(entry->shape, array.shape);
            const auto floats = (*checkpoint)->floats(name);
            QVERIFY(floats);
            QVERIFY2(std::memcmp(floats->data, array.values.data(), array.values.size() * sizeof(float)) == 0,
                     name.c_str());
        }
        // The target was decoded: 2003-05-12, each character a token, after the start token.
        QCOMPARE(arrays->at("decoder.hook_tokens").shape.at(0), std::int64_t(11));
    }

    void traceOnlySome()
    {
        QTemporaryDir dir;
        const auto only = [&](const QStringList& options) {
            const auto finished = program(
                QStringList{"trace", "nano-sort", "--ids", "2,1,0", "-o", "t.npz"} + options, {}, dir.path());
            QStringList list;
            if (finished.exitCode != 0)
                return QStringList{finished.line()};
            const auto arrays = readNpz(dir.filePath("t.npz").toStdString());
            for (const auto& [name, array] : *arrays)
                list << QString::fromStdString(name);
            return list;
        };
        QCOMPARE(only({"--only", "*.hook_pattern"}),
                 QStringList({"blocks.0.attn.hook_pattern", "blocks.1.attn.hook_pattern",
                              "blocks.2.attn.hook_pattern"}));
        QCOMPARE(only({"--only", "blocks.1.hook_resid_???", "--only=hook_probs"}),
                 QStringList({"blocks.1.hook_resid_mid", "blocks.1.hook_resid_pre", "hook_probs"}).mid(0, 3));
        QCOMPARE(only({"--only", "*.2.attn.hook_result"}), QStringList{"blocks.2.attn.hook_result"});
        QVERIFY(!only({}).contains("blocks.0.attn.hook_result"));
        QVERIFY(only({"--all"}).contains("blocks.0.attn.hook_result"));
        QVERIFY(only({"--only", "*.nothing"}).first().contains("*.nothing"));
    }

    void explain_data() { everyModel(); }
    void explain()
    {
        QFETCH(QString, model);
        const QString folder = firstCase(model);
        const QStringList input = inputOptions(folder);
        const auto opened = bundled(model);
        // One cell of every hook of the last layer, the one in the middle of its axes.
        const Trace trace = run(*opened, goldenInput(*opened, folder.toStdString()));
        const int last = opened->program->attention.back().pattern;
        for (int step = std::max(0, last - 8); step <= last; ++step) {
            QStringList cell;
            for (const Axis& axis : trace.axes(step))
                cell << QString::number(axis.size / 2);
            const QString hook = QString::fromStdString(opened->program->steps[std::size_t(step)].hook);
            const auto finished =
                program(QStringList{"explain", model, "--hook", hook, "--cell", cell.join(',')} + input);
            VERIFY_SUCCESS(finished);
            const QJsonObject json = jsonObject(finished.out);
            QCOMPARE(json["hook"].toString(), hook);
            QVERIFY(!json["formula"].toString().isEmpty() && !json["formula"].toString().contains('{'));
            QVERIFY(!json["lines"].toArray().isEmpty());
            if (json["stored"].isString()) {
                QCOMPARE(json["result"], json["stored"]); // "-Infinity"
                continue;
            }
            // float32 loses at most a few units of the last place of the largest term.
            const double stored = json["stored"].toDouble(), result = json["result"].toDouble();
            double largest = std::abs(stored);
            for (const auto& term : json["terms"].toArray()) {
                largest = std::max(largest, std::abs(term.toObject()["value"].toDouble()));
                QVERIFY(opened->program->find(term.toObject()["hook"].toString().toStdString()).valid());
            }
            QVERIFY2(std::abs(stored - result) <= 1e-5 * std::max(largest, 1.0), qPrintable(hook));
        }
    }

    void explainWritesTheArithmetic()
    {
        const auto finished = program({"explain", "nano-sort", "--ids", "2,1,0", "--hook",
                                       "blocks.0.attn.hook_pattern", "--cell", "0, 1, 0"});
        VERIFY_SUCCESS(finished);
        const QJsonArray lines = jsonObject(finished.out)["lines"].toArray();
        QStringList written;
        for (const auto& line : lines)
            written << line.toObject()["symbol"].toString() + " = " +
                           line.toObject()["expression"].toString();
        QCOMPARE(written, QStringList({"m = max(S[0,1,0], S[0,1,1])", "e = exp(S[0,1,0] − m)",
                                       "Z = exp(S[0,1,0] − m) + exp(S[0,1,1] − m)", "P = e / Z"}));
        const auto masked = program({"explain", "nano-sort", "--ids", "2,1,0", "--hook",
                                     "blocks.0.attn.hook_attn_scores", "--cell", "0,0,1"});
        VERIFY_SUCCESS(masked);
        QCOMPARE(jsonObject(masked.out)["stored"].toString(), QString("-Infinity"));
    }

    void severalImagesStandBehindEachOther()
    {
        const QTemporaryDir dir;
        const QDir cases(QString::fromStdString((goldenFolder() / "fashion-vit").string()));
        std::vector<NumpyArray> single;
        std::vector<float> pixels;
        for (const QString& name : cases.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name)) {
            const QString file = cases.filePath(name + "/pixel_values.npy");
            const auto image = readNpy(file.toStdString());
            QVERIFY(image);
            pixels.insert(pixels.end(), image->values.begin(), image->values.end());
            const auto finished =
                program({"trace", "fashion-vit", "--pixels", file, "-o", dir.filePath("one.npz")});
            VERIFY_SUCCESS(finished);
            const auto arrays = readNpz(dir.filePath("one.npz").toStdString());
            QVERIFY(arrays);
            single.push_back(arrays->at("blocks.1.attn.hook_pattern"));
        }
        const auto count = static_cast<std::int64_t>(single.size());
        QVERIFY(count > 1);
        const Tensor batch(
            {named("image", count), named("channel", 1), named("row", 28), named("column", 28)},
            std::move(pixels));
        QVERIFY(writeNpy(dir.filePath("batch.npy").toStdString(), batch));
        const auto finished = program(
            {"trace", "fashion-vit", "--pixels", dir.filePath("batch.npy"), "-o", dir.filePath("all.npz")});
        VERIFY_SUCCESS(finished);
        const auto arrays = readNpz(dir.filePath("all.npz").toStdString());
        QVERIFY(arrays);
        const NumpyArray& all = arrays->at("blocks.1.attn.hook_pattern");
        QCOMPARE(all.shape, (std::vector<std::int64_t>{count, 4, 17, 17}));
        for (std::size_t i = 0; i < single.size(); ++i)
            QVERIFY(std::memcmp(all.values.data() + i * single[i].values.size(), single[i].values.data(),
                                single[i].values.size() * sizeof(float)) == 0);
        const auto explained = program({"explain", "fashion-vit", "--pixels", dir.filePath("batch.npy"),
                                        "--hook", "hook_logits", "--cell", "0"});
        VERIFY_FAILURE(explained);
        VERIFY_SAYS(explained, "expected one image");
    }

    void heads_data() { everyModel(); }
    void heads()
    {
        QFETCH(QString, model);
        const QStringList input = inputOptions(firstCase(model));
        const auto json = program(QStringList{"heads", model} + input);
        VERIFY_SUCCESS(json);
        const QJsonObject object = jsonObject(json.out);
        int count = 0;
        const auto opened = bundled(model); // the loop does not keep it alive
        for (const AttentionLayer& attention : opened->program->attention)
            count += attention.heads;
        const QJsonArray heads = object["heads"].toArray();
        QCOMPARE(heads.size(), count);
        const auto csv = program(QStringList{"heads", model, "--format", "csv"} + input);
        VERIFY_SUCCESS(csv);
        const QByteArrayList lines = csv.out.split('\n');
        QCOMPARE(lines.size(), count + 2); // a header before, nothing behind the last line's end
        const QByteArrayList columns = lines.front().trimmed().split(',');
        for (int i = 0; i < count; ++i) {
            const QByteArrayList fields = lines[i + 1].trimmed().split(',');
            QCOMPARE(fields.size(), columns.size());
            for (const auto& metric : object["definitions"].toArray()) {
                const QString key = metric.toObject()["metric"].toString();
                const QJsonValue value = heads[i].toObject()[key];
                const QByteArray field = fields[columns.indexOf(key.toUtf8())];
                QCOMPARE(field.isEmpty(), value.isNull());
                QCOMPARE(field.toDouble(), value.toDouble());
            }
        }
    }

    void everyMetric()
    {
        const auto all = program({"heads", "induction-2l", "--text", "dgmrbqwm", "--all"});
        VERIFY_SUCCESS(all);
        const QJsonObject object = jsonObject(all.out);
        const QJsonArray heads = object["heads"].toArray();
        QCOMPARE(object["definitions"].toArray().size(), 18);
        QVERIFY(heads[1]["ov_copying"].toDouble() > 0.9);
        QVERIFY(heads[1]["importance"].toDouble() > 1);
        QVERIFY(heads[1]["evidence"].toString().startsWith("induction "));
        QCOMPARE(object["missing"].toObject().size(), 0);

        const auto one = program({"heads", "kjv-bert", "--text", "in the beginning", "--metrics",
                                  "ov_copying,qk_matching", "--format", "csv"});
        QCOMPARE(one.exitCode, 0);
        const QByteArray header = one.out.left(one.out.indexOf('\r'));
        QVERIFY(header.endsWith(",special_tokens,punctuation,ov_copying,qk_matching"));
        QVERIFY(one.words.contains("ov_copying: "));

        const auto wrong = program({"heads", "kjv-bert", "--text", "a", "--metrics", "fame"});
        QCOMPARE(wrong.exitCode, 2);
        QVERIFY(wrong.words.contains("expected metrics among induction_repeated"));
    }

    void headsOfAFile()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath("mine.npy");
        QVERIFY(writeNpy(file.toStdString(),
                         Tensor({named("layer", 1), named("head", 1), named("query", 3), named("key", 3)},
                                {1, 0, 0, 1, 0, 0, 0, 1, 0})));
        const auto finished = program({"heads", file});
        VERIFY_SUCCESS(finished);
        QCOMPARE(jsonObject(finished.out)["heads"][0]["label"].toString(), "previous token");
    }

    void headsOfTheInductionModel()
    {
        const auto finished = program({"heads", "induction-2l", "--text", "dgmrbqwm"});
        VERIFY_SUCCESS(finished);
        const QJsonArray heads = jsonObject(finished.out)["heads"].toArray();
        QCOMPARE(heads[0]["label"].toString(), "previous token");
        QCOMPARE(heads[1]["label"].toString(), "induction");
        QVERIFY(heads[1]["induction"].toDouble() > 0.9);
        // No letter stands twice here: no evidence is neither 0 nor 1.
        const auto none = program({"heads", "induction-2l", "--text", "abcdefgh"});
        VERIFY_SUCCESS(none);
        QVERIFY(jsonObject(none.out)["heads"][1]["induction"].isNull());
    }

    void images()
    {
        QTemporaryDir dir;
        const QString examples =
            QString::fromStdString((resources() / "models/fashion-vit/examples").string());
        const QStringList images = QDir(examples).entryList({"*.png"}, QDir::Files, QDir::Name);
        QVERIFY(!images.isEmpty());
        const auto finished = program({"trace", "fashion-vit", "--image", examples + "/" + images.first(),
                                       "--only", "hook_probs", "-o", dir.filePath("t.npz")});
        VERIFY_SUCCESS(finished);
        const auto arrays = readNpz(dir.filePath("t.npz").toStdString());
        QVERIFY(arrays);
        double sum = 0;
        for (const float p : arrays->at("hook_probs").values)
            sum += p;
        QVERIFY(std::abs(sum - 1) < 1e-5);
    }

    void bench_data() { everyModel(); }
    void bench()
    {
        QFETCH(QString, model);
        const auto finished = program({"bench", model, "--tokens", "5", "--threads", "1", "--repeat", "3"});
        VERIFY_SUCCESS(finished);
        const QJsonObject json = jsonObject(finished.out);
        QCOMPARE(json["threads"].toInt(), 1);
        QCOMPARE(json["repeat"].toInt(), 3);
        QVERIFY(json["min_ms"].toDouble() > 0 && json["min_ms"].toDouble() <= json["median_ms"].toDouble());
        QVERIFY(json["gflop"].toDouble() > 0 && json["gflop_per_s"].toDouble() > 0);
        QVERIFY(json["bytes"].toInteger() > 0 && json["peak_memory_bytes"].toInteger() > 1'000'000);
        double flops = 0;
        for (const auto& op : json["ops"].toArray())
            flops += op.toObject()["gflop"].toDouble();
        QVERIFY(std::abs(flops - json["gflop"].toDouble()) <= 1e-9 * flops);
    }
};

QTEST_APPLESS_MAIN(CommandsTest)
#include "test_commands.moc"
