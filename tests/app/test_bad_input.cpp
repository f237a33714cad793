// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Whatever a person or a file gets wrong is one clear line, and leaves no file behind.

#include "../core/model_copy.h"
#include "program.h"

#include "formats/npz.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace headlight;
using namespace headlight::test;

namespace {

/// Runs a trace that must fail, in an empty folder that must stay empty.
Finished failingTrace(const QString& model, const QStringList& input = {"--ids", "2,1,0"})
{
    const QTemporaryDir dir;
    Finished finished = program(QStringList{"trace", model, "-o", "t.npz"} + input, {}, dir.path());
    const auto left = QDir(dir.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    if (!left.isEmpty())
        finished.words += "left behind: " + left.join(' ').toUtf8() + "\n";
    return finished;
}

const QString weight = "transformer.h.1.ln_1.weight";

} // namespace

class BadInputTest : public QObject
{
    Q_OBJECT
private slots:
    void missingFolder()
    {
        auto finished = failingTrace("/nowhere/at/all");
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "/nowhere/at/all", "expected a model's folder");
        finished = program({"info", "no-such-model"});
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "no-such-model", "nano-sort"); // and which there are
        finished = program({"info", HEADLIGHT_PROGRAM});
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "found a file");
    }

    void folderWithoutConfig()
    {
        const ModelCopy folder;
        folder.remove("config.json");
        const auto finished = failingTrace(folder.path());
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "config.json");
    }

    void configThatIsNoJson()
    {
        const ModelCopy folder;
        for (const QByteArray& bytes : {QByteArray(), QByteArray("{"), QByteArray("[]"),
                                        QByteArray("\xff\xfe"), QByteArray(100'000, '[')}) {
            folder.write("config.json", bytes);
            const auto finished = failingTrace(folder.path());
            VERIFY_FAILURE(finished);
            VERIFY_SAYS(finished, "config.json");
        }
    }

    void unknownModelType()
    {
        const ModelCopy folder;
        folder.write("config.json", R"({"model_type": "perceptron"})");
        const auto finished = failingTrace(folder.path());
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "\"perceptron\"", "gpt2", "llama");
    }

    void sizesThatMakeNoSense()
    {
        const ModelCopy folder;
        const QByteArray config = folder.read("config.json");
        for (const char* value : {"0", "-3", "7", "4294967297", "1e300", "\"three\"", "null"}) {
            QJsonObject object = QJsonDocument::fromJson(config).object();
            object["n_head"] = QJsonDocument::fromJson(QByteArray("[") + value + "]").array()[0];
            folder.write("config.json", QJsonDocument(object).toJson());
            const auto finished = failingTrace(folder.path());
            if (QByteArray(value) == "null")
                continue; // null is as good as absent, and GPT-2 has a default
            VERIFY_FAILURE(finished);
            VERIFY_SAYS(finished, "n_head");
        }
    }

    void missingTensor()
    {
        const ModelCopy folder;
        folder.editHeader([](QJsonObject& header) { header["another.name"] = header.take(weight); });
        const auto finished = failingTrace(folder.path());
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, weight, "[48]", folder.path());
    }

    void misshapenTensor()
    {
        const ModelCopy folder;
        folder.editHeader([](QJsonObject& header) {
            QJsonObject entry = header[weight].toObject();
            entry["shape"] = QJsonArray({24, 2});
            header[weight] = entry;
        });
        const auto finished = failingTrace(folder.path());
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, weight, "[48]", "[24, 2]");
    }

    void unusedTensorsAreListed()
    {
        const ModelCopy folder;
        const QByteArray data = folder.read("model.safetensors");
        folder.editHeader([&](QJsonObject& header) {
            qint64 end = 0;
            for (const auto& entry : std::as_const(header))
                end = std::max(end, entry.toObject()["data_offsets"].toArray().at(1).toInteger());
            header["extra.weight"] = QJsonObject{
                {"dtype", "F32"}, {"shape", QJsonArray({1})}, {"data_offsets", QJsonArray({end, end + 4})}};
        });
        folder.write("model.safetensors", folder.read("model.safetensors") + QByteArray(4, '\0'));
        const auto finished = program({"info", folder.path()});
        VERIFY_SUCCESS(finished);
        QCOMPARE(jsonObject(finished.out)["unused"].toArray(), QJsonArray({"extra.weight"}));
    }

    void truncatedOrLyingHeader()
    {
        const ModelCopy folder;
        const QByteArray file = folder.read("model.safetensors");
        const auto length = [](quint64 n) { return QByteArray(reinterpret_cast<const char*>(&n), 8); };
        const std::vector<QByteArray> broken{
            {},
            file.left(5),
            file.left(8),
            file.left(100),
            file.left(file.size() / 2),
            file.left(file.size() - 1),
            length(0) + file.mid(8),
            length(std::numeric_limits<quint64>::max()) + file.mid(8),
            length(quint64(1) << 40U) + file.mid(8),
            length(quint64(file.size())) + file.mid(8),
            length(10) + file.mid(8),
            ModelCopy::withLength("[]"),
            ModelCopy::withLength(QByteArray(1'000'000, '[')),
        };
        for (std::size_t i = 0; i < broken.size(); ++i) {
            folder.write("model.safetensors", broken[i]);
            const auto finished = failingTrace(folder.path());
            QVERIFY2(finished.exitCode == 1 && !finished.line().isEmpty(),
                     qPrintable(QString::number(i) + ": " + finished.words));
            VERIFY_SAYS(finished, "model.safetensors");
        }
    }

    void offsetsThatOverlapOrLeaveTheFile()
    {
        const ModelCopy folder;
        const QByteArray file = folder.read("model.safetensors");
        for (const qint64 shift :
             {qint64(-4), qint64(4), qint64(1) << 40, std::numeric_limits<qint64>::max() - 1000000}) {
            folder.write("model.safetensors", file);
            folder.editHeader([&](QJsonObject& header) {
                QJsonObject entry = header[weight].toObject();
                const QJsonArray offsets = entry["data_offsets"].toArray();
                entry["data_offsets"] =
                    QJsonArray({offsets[0].toInteger() + shift, offsets[1].toInteger() + shift});
                header[weight] = entry;
            });
            const auto finished = failingTrace(folder.path());
            VERIFY_FAILURE(finished);
            VERIFY_SAYS(finished, "model.safetensors");
        }
    }

    void notANumberRuns()
    {
        const ModelCopy folder;
        folder.editNumbers(weight, [](std::span<float> numbers) {
            numbers[3] = std::numeric_limits<float>::quiet_NaN();
            numbers[5] = std::numeric_limits<float>::infinity();
        });
        const QTemporaryDir dir;
        const auto finished =
            program({"trace", folder.path(), "--ids", "2,1,0", "-o", dir.filePath("t.npz")});
        VERIFY_SUCCESS(finished);
        const auto arrays = readNpz(dir.filePath("t.npz").toStdString());
        QVERIFY(arrays);
        QVERIFY(std::isfinite(arrays->at("blocks.0.hook_resid_post").values[0]));
        QVERIFY(std::isnan(arrays->at("blocks.1.ln1.hook_normalized").values[3]));
        QVERIFY(std::isnan(arrays->at("hook_logits").values[0]));
        const auto explained = program({"explain", folder.path(), "--ids", "2,1,0", "--hook",
                                        "blocks.1.ln1.hook_normalized", "--cell", "0,3"});
        VERIFY_SUCCESS(explained);
        QCOMPARE(jsonObject(explained.out)["result"].toString(), QString("NaN"));
        QCOMPARE(jsonObject(explained.out)["stored"].toString(), QString("NaN"));
    }

    void textLongerThanTheContext()
    {
        auto finished = failingTrace("nano-sort", {"--text", "ABCABCABCABC"});
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "at most 11", "found 12");
        finished = failingTrace("date-seq2seq", {"--ids", "6", "--target-ids", "1,2,2,2,2,2,2,2,2,2,2,2,2"});
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "target", "at most 12", "found 13");
        finished = program({"bench", "nano-sort", "--tokens", "12"});
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "at most 11", "found 12");
    }

    void emptyText()
    {
        for (const QStringList& input : {QStringList{"--text", ""}, QStringList{"--ids", ""}}) {
            const auto finished = failingTrace("nano-sort", input);
            VERIFY_FAILURE(finished);
            VERIFY_SAYS(finished, "found none");
        }
    }

    void oneToken()
    {
        for (const char* model : {"nano-sort", "shakespeare-char", "stories260k", "kjv-bert", "date-seq2seq",
                                  "induction-2l", "tracr-sort"}) {
            const QTemporaryDir dir;
            const auto finished =
                program({"trace", model, "--ids", "0", "--only", "hook_logits", "-o", dir.filePath("t.npz")});
            VERIFY_SUCCESS(finished);
            QVERIFY(QFile::exists(dir.filePath("t.npz")));
        }
        const auto text = program({"explain", "nano-sort", "--text", "B", "--hook",
                                   "blocks.0.attn.hook_pattern", "--cell", "0,0,0"});
        VERIFY_SUCCESS(text);
        QCOMPARE(jsonObject(text.out)["stored"].toDouble(), 1.0);
    }

    void idsOutOfRange()
    {
        for (const char* ids : {"3", "0,-1", "0,1,2147483647", "0,99999999999"}) {
            const auto finished = failingTrace("nano-sort", {"--ids", ids});
            VERIFY_FAILURE(finished);
            VERIFY_SAYS(finished, QString(ids).split(',').last());
        }
    }

    void textWithoutATokenizer()
    {
        const ModelCopy folder;
        folder.remove("tokenizer.json");
        auto finished = failingTrace(folder.path(), {"--text", "CAB"});
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "tokenizer");
        finished = program({"tokenize", folder.path(), "--text", "CAB"});
        VERIFY_FAILURE(finished);
        finished = program({"info", folder.path()});
        VERIFY_SUCCESS(finished);
        QVERIFY(jsonObject(finished.out)["tokenizer"].isNull());

        folder.write("tokenizer.json", "{");
        finished = failingTrace(folder.path(), {"--text", "CAB"});
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "tokenizer.json");
        finished = program({"info", folder.path()});
        VERIFY_SUCCESS(finished);
    }

    void textThatIsNoUtf8()
    {
        const auto finished = shell(R"("$0" tokenize shakespeare-char --text $'a\xff\xfe')");
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "UTF-8");
        const auto name = shell(R"("$0" info $'./\xff\n\x1b[31m')");
        VERIFY_FAILURE(name);
        QVERIFY(!name.words.contains('\x1b'));
    }

    void picklesAreRefused()
    {
        const ModelCopy folder;
        folder.remove("model.safetensors");
        auto finished = failingTrace(folder.path());
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "model.safetensors");
        folder.write("pytorch_model.bin", "PK\x03\x04");
        finished = failingTrace(folder.path());
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "pytorch_model.bin", "safetensors");
    }

    void hooksAndCells()
    {
        const auto explain = [](const QString& hook, const QString& cell) {
            return program({"explain", "nano-sort", "--ids", "2,1,0", "--hook", hook, "--cell", cell});
        };
        for (const char* hook : {"blocks.9.attn.hook_pattern", "", "embed.W_E", "tokens"}) {
            const auto finished = explain(hook, "0,0,0");
            VERIFY_FAILURE(finished);
            VERIFY_SAYS(finished, hook, "expected a hook");
        }
        for (const char* cell : {"3,0,0", "0,0,3", "-1,0,0", "0,0", "0,0,0,0", ""}) {
            const auto finished = explain("blocks.0.attn.hook_pattern", cell);
            VERIFY_FAILURE(finished);
            VERIFY_SAYS(finished, "[head 3, query 3, key 3]");
        }
    }

    void inputsThatTheModelHasNot()
    {
        for (const QStringList& options :
             {QStringList{"--token-types", "0,0,0"}, QStringList{"--global", "0"},
              QStringList{"--memory-ids", "1"}, QStringList{"--target-text", "A"},
              QStringList{"--target-ids", "1"}}) {
            const auto finished = failingTrace("nano-sort", QStringList{"--ids", "2,1,0"} + options);
            VERIFY_FAILURE(finished);
        }
        auto finished = failingTrace("nano-sort", {"--pixels", "x.npy"});
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "takes text, not an image");
        finished = failingTrace("fashion-vit", {"--text", "boot"});
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "takes an image");
        finished = failingTrace("date-seq2seq", {"--target-text", "2003"});
        QCOMPARE(finished.exitCode, 2);
        finished = failingTrace("kjv-bert", {"--ids", "2,5,3", "--token-types", "0,0"});
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "position 3", "position 2");
    }

    void tokenTypesThatThereAreNot()
    {
        for (const char* types : {"0,2,0", "0,-1,0"}) {
            const auto finished = failingTrace("kjv-bert", {"--ids", "2,5,3", "--token-types", types});
            VERIFY_FAILURE(finished);
            VERIFY_SAYS(finished, QString(types).split(',')[1]);
        }
    }

    void imagesThatAreNone()
    {
        const ModelCopy folder;
        folder.write("small.npy",
                     QByteArray("\x93NUMPY\x01\x00\x46\x00", 10) +
                         "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 2, 2), }       \n" +
                         QByteArray(16, '\0'));
        auto finished = failingTrace("fashion-vit", {"--pixels", folder.filePath("small.npy")});
        VERIFY_FAILURE(finished);
        VERIFY_SAYS(finished, "row 28");
        for (const char* option : {"--pixels", "--image"})
            for (const QString& file :
                 {folder.filePath("config.json"), folder.filePath("none"), folder.path()}) {
                finished = failingTrace("fashion-vit", {option, file});
                VERIFY_FAILURE(finished);
                VERIFY_SAYS(finished, file);
            }
    }
};

QTEST_APPLESS_MAIN(BadInputTest)
#include "test_bad_input.moc"
