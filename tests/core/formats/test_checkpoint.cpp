// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/checkpoint.h"
#include "formats/element_convert.h"
#include "formats/safetensors_header.h"

#include <QDirIterator>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <thread>

using namespace headlight;

namespace {

/// The bytes of a safetensors file with this header and data.
QByteArray safetensors(const QByteArray& header, const QByteArray& data)
{
    QByteArray file(8, '\0');
    const auto size = static_cast<quint64>(header.size());
    std::memcpy(file.data(), &size, 8);
    return file + header + data;
}

template <class T>
QByteArray bytesOf(std::initializer_list<T> values)
{
    QByteArray bytes;
    for (const T value : values)
        bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
    return bytes;
}

class Folder
{
public:
    void write(const QString& name, const QByteArray& bytes) const
    {
        QFile file(m_dir.filePath(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        QCOMPARE(file.write(bytes), bytes.size());
    }
    [[nodiscard]] std::filesystem::path path() const { return m_dir.path().toStdString(); }
    [[nodiscard]] QString error() const
    {
        const auto opened = openCheckpoint(path());
        return opened ? QStringLiteral("opened") : QString::fromStdString(opened.error().text());
    }

private:
    QTemporaryDir m_dir;
};

std::vector<float> numbers(const Checkpoint& checkpoint, std::string_view name)
{
    const auto floats = checkpoint.floats(name);
    if (!floats)
        return {};
    return {floats->data, floats->data + floats->count};
}

std::uint32_t bits(float value)
{
    return std::bit_cast<std::uint32_t>(value);
}

const QByteArray oneTensor = R"({"w":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]}})";

} // namespace

class TestCheckpoint : public QObject
{
    Q_OBJECT

private slots:
    void opensEveryReferenceModel()
    {
        int models = 0;
        for (const QString& root : {QStringLiteral("golden"), QStringLiteral("models")}) {
            QDirIterator it(QStringLiteral(HEADLIGHT_SHARED_DIR) + '/' + root,
                            QDir::Dirs | QDir::NoDotAndDotDot);
            while (it.hasNext()) {
                const QString folder = it.next();
                const auto checkpoint = openCheckpoint(folder.toStdString());
                QVERIFY2(
                    checkpoint,
                    qPrintable(folder +
                               (checkpoint ? QString() : QString::fromStdString(checkpoint.error().text()))));
                QVERIFY(!(*checkpoint)->entries().empty());
                std::uint64_t bytes = 0;
                for (const Checkpoint::Entry& entry : (*checkpoint)->entries()) {
                    QCOMPARE((*checkpoint)->find(entry.name), &entry);
                    bytes += sizeOf(entry.type) * static_cast<std::uint64_t>(entry.count);
                    const auto floats = (*checkpoint)->floats(entry.name);
                    QVERIFY(floats || entry.type == DType::U8);
                    if (floats)
                        QCOMPARE(floats->count, entry.count);
                }
                QVERIFY(bytes < (*checkpoint)->fileBytes());
                ++models;
            }
        }
        if (models == 0)
            QSKIP("The reference models are not beside this checkout.");
    }

    void shardsGiveTheSameNamesAsOneFile()
    {
        const std::filesystem::path golden = HEADLIGHT_SHARED_DIR "/golden";
        const auto sharded = openCheckpoint(golden / "llama-sharded");
        if (!sharded)
            QSKIP("The reference models are not beside this checkout.");
        const auto single = openCheckpoint(golden / "llama");
        QVERIFY(single);
        QCOMPARE((*sharded)->entries().size(), (*single)->entries().size());
        for (std::size_t i = 0; i < (*single)->entries().size(); ++i) {
            const Checkpoint::Entry& entry = (*single)->entries()[i];
            QCOMPARE((*sharded)->entries()[i].name, entry.name);
            QCOMPARE(numbers(**sharded, entry.name).size(), numbers(**single, entry.name).size());
        }
    }

    void float32IsUsedWhereItLies()
    {
        const Folder folder;
        QByteArray header = oneTensor;
        while (header.size() % 8 != 0)
            header += ' ';
        folder.write("model.safetensors", safetensors(header, bytesOf({1.0F, -2.0F, 0.5F, 3.0F})));
        const auto checkpoint = openCheckpoint(folder.path());
        QVERIFY(checkpoint);
        QCOMPARE((*checkpoint)->entries().front().shape, (std::vector<std::int64_t>{2, 2}));
        const auto first = (*checkpoint)->floats("w");
        const auto second = (*checkpoint)->floats("w");
        QVERIFY(first && second);
        QCOMPARE(first->data, second->data);
        QCOMPARE(numbers(**checkpoint, "w"), (std::vector<float>{1.0F, -2.0F, 0.5F, 3.0F}));
        QCOMPARE((*checkpoint)->floats("v").error().text(), "\"v\": no such tensor in the checkpoint");
    }

    void numbersOutliveTheCheckpoint()
    {
        const Folder folder;
        folder.write("model.safetensors", safetensors(oneTensor, bytesOf({1.0F, -2.0F, 0.5F, 3.0F})));
        auto checkpoint = openCheckpoint(folder.path());
        QVERIFY(checkpoint);
        const FloatData floats = (*checkpoint)->floats("w").value();
        checkpoint->reset();
        QCOMPARE(floats.data[3], 3.0F);
    }

    void unalignedFloat32IsCopied()
    {
        for (int padding = 0; padding < 4; ++padding) {
            const Folder folder;
            folder.write("model.safetensors", safetensors(oneTensor + QByteArray(padding, ' '),
                                                          bytesOf({1.0F, -2.0F, 0.5F, 3.0F})));
            const auto checkpoint = openCheckpoint(folder.path());
            QVERIFY(checkpoint);
            const auto floats = (*checkpoint)->floats("w");
            QVERIFY(floats);
            QCOMPARE(reinterpret_cast<std::uintptr_t>(floats->data) % alignof(float), 0U);
            QCOMPARE(numbers(**checkpoint, "w"), (std::vector<float>{1.0F, -2.0F, 0.5F, 3.0F}));
        }
    }

    void everyHalfIsConvertedExactly()
    {
        const Folder folder;
        QByteArray data;
        for (quint32 half = 0; half < 0x10000; ++half)
            data += bytesOf({static_cast<quint16>(half)});
        folder.write("model.safetensors",
                     safetensors(R"({"h":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]}})", data));
        const auto checkpoint = openCheckpoint(folder.path());
        QVERIFY(checkpoint);
        const std::vector<float> floats = numbers(**checkpoint, "h");
        QCOMPARE(floats.size(), 0x10000U);
        for (quint32 half = 0; half < 0x10000; ++half) {
            const int exponent = static_cast<int>((half >> 10U) & 31U);
            const quint32 fraction = half & 0x3FFU;
            const float sign = (half & 0x8000U) != 0 ? -1.0F : 1.0F;
            if (exponent == 31) {
                const quint32 expected = ((half & 0x8000U) << 16U) | 0x7F800000U | (fraction << 13U);
                QCOMPARE(bits(floats[half]), expected); // infinities, and NaN with its payload
            } else {
                const double magnitude =
                    exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
                QCOMPARE(bits(floats[half]), bits(std::copysign(static_cast<float>(magnitude), sign)));
            }
        }
    }

    void otherTypesAreConverted()
    {
        const Folder folder;
        const QByteArray data = bytesOf<double>({0.1, -std::numeric_limits<double>::infinity(), 1e300}) +
                                bytesOf<qint64>({-7, 16777217}) + bytesOf<qint32>({-2147483647 - 1, 5}) +
                                bytesOf<quint16>({0x3F80, 0xFF80, 0x0001, 0x7FC1}) +
                                bytesOf<quint8>({0, 1, 255});
        folder.write("model.safetensors", safetensors(R"({
            "f64":{"dtype":"F64","shape":[3],"data_offsets":[0,24]},
            "i64":{"dtype":"I64","shape":[2],"data_offsets":[24,40]},
            "i32":{"dtype":"I32","shape":[2],"data_offsets":[40,48]},
            "bf16":{"dtype":"BF16","shape":[4],"data_offsets":[48,56]},
            "bool":{"dtype":"BOOL","shape":[2],"data_offsets":[56,58]},
            "u8":{"dtype":"U8","shape":[],"data_offsets":[58,59]},
            "none":{"dtype":"F32","shape":[0,9],"data_offsets":[59,59]}})",
                                                      data));
        QCOMPARE(folder.error().mid(0, 2), QStringLiteral("op"));
        const auto checkpoint = openCheckpoint(folder.path());
        QVERIFY(checkpoint);
        const float infinity = std::numeric_limits<float>::infinity();
        QCOMPARE(numbers(**checkpoint, "f64"), (std::vector<float>{0.1F, -infinity, infinity}));
        QCOMPARE(numbers(**checkpoint, "i64"), (std::vector<float>{-7.0F, 16777216.0F}));
        QCOMPARE(numbers(**checkpoint, "i32"), (std::vector<float>{-2147483648.0F, 5.0F}));
        const std::vector<float> bf16 = numbers(**checkpoint, "bf16");
        QCOMPARE(bf16[0], 1.0F);
        QCOMPARE(bf16[1], -infinity);
        QCOMPARE(bits(bf16[2]), 0x00010000U);
        QCOMPARE(bits(bf16[3]), 0x7FC10000U);
        QCOMPARE(numbers(**checkpoint, "bool"), (std::vector<float>{0.0F, 1.0F}));
        QCOMPARE((*checkpoint)->find("u8")->count, 1);
        QCOMPARE((*checkpoint)->find("none")->count, 0);
        QCOMPARE((*checkpoint)->floats("u8").error().text(),
                 "\"u8\": expected weights of type F32, F16, BF16 or F64, found U8");
    }

    void manyThreadsMayTouchATensorAtOnce()
    {
        const Folder folder;
        constexpr int count = 100'000;
        QByteArray data;
        for (int i = 0; i < count; ++i)
            data += bytesOf<quint16>({0x3C00});
        folder.write(
            "model.safetensors",
            safetensors(R"({"h":{"dtype":"F16","shape":[100000],"data_offsets":[0,200000]}})", data));
        const auto checkpoint = openCheckpoint(folder.path());
        QVERIFY(checkpoint);
        std::atomic<int> ones = 0;
        std::atomic<const float*> seen = nullptr;
        std::atomic<bool> same = true;
        std::vector<std::thread> threads;
        for (int t = 0; t < 4; ++t) {
            threads.emplace_back([&] {
                const auto floats = (*checkpoint)->floats("h");
                const float* expected = nullptr;
                if (!seen.compare_exchange_strong(expected, floats->data) && expected != floats->data)
                    same = false;
                for (int i = 0; i < count; ++i)
                    ones += floats->data[i] == 1.0F ? 1 : 0;
            });
        }
        for (std::thread& thread : threads)
            thread.join();
        QVERIFY(same);
        QCOMPARE(ones.load(), 4 * count);
    }

    void malformedFilesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("file");
        QTest::addColumn<QString>("message");
        const QByteArray four(16, '\0');
        const auto row = [](const char* name, const QByteArray& file, const char* message) {
            QTest::newRow(name) << file << QString::fromUtf8(message);
        };
        row("empty", "",
            "expected a safetensors file, which begins with the 8 bytes of its header's length, found 0 "
            "bytes");
        row("lfs", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            "expected a safetensors file, found a Git LFS pointer in its place (fetch the file itself with: "
            "git lfs "
            "pull)");
        row("header longer than the file", QByteArray("\xFF\xFF\0\0\0\0\0\0{}", 10),
            "expected a header of 65535 bytes, as the file says, found only 2 bytes after its length");
        row("header of all ones", QByteArray(8, '\xFF') + "{}",
            "expected a header of 18446744073709551615 bytes, as the file says, found only 2 bytes after its "
            "length");
        row("no brace", safetensors(" {}", ""), "expected a header that begins with {, found another one");
        row("not JSON", safetensors(R"({"w":)", ""),
            "expected a JSON header, found something else at its byte 6");
        row("bytes behind the JSON", safetensors("{}x", ""),
            "expected a JSON header, found something else at its byte 3");
        row("not an entry", safetensors(R"({"w":3})", ""),
            R"(tensor "w": expected an object with dtype, shape and data_offsets, found 3)");
        row("unknown type", safetensors(R"({"w":{"dtype":"F8_E5M2","shape":[],"data_offsets":[0,1]}})", "0"),
            R"(tensor "w": expected numbers of type F32, F16, BF16, F64, I64, I32, I16, I8, U8 or BOOL, found "F8_E5M2")");
        row("no shape", safetensors(R"({"w":{"dtype":"F32","data_offsets":[0,4]}})", "0000"),
            R"(tensor "w": expected shape, found none)");
        row("unknown key", safetensors(R"({"w":{"dtype":"F32","stride":[]}})", ""),
            R"(tensor "w": expected dtype, shape and data_offsets, found "stride")");
        row("twice the same key", safetensors(R"({"w":{"dtype":"F32","dtype":"F32"}})", ""),
            R"(tensor "w": expected dtype once, found it twice)");
        row("negative size",
            safetensors(R"({"w":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", "0000"),
            R"(tensor "w": expected sizes of axes from 0 to 2^63 - 1, found -1)");
        row("fractional size",
            safetensors(R"({"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}})", "0000"),
            R"(tensor "w": expected sizes of axes from 0 to 2^63 - 1, found 1.5)");
        row("three offsets",
            safetensors(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4,8]}})", "0000"),
            R"(tensor "w": expected two data_offsets that are counts of bytes, found 8)");
        row("one offset", safetensors(R"({"w":{"dtype":"F32","shape":[1],"data_offsets":[0]}})", "0000"),
            R"(tensor "w": expected two data_offsets, found 1)");
        row("sizes overflow",
            safetensors(R"({"w":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", ""),
            R"(tensor "w": the shape [4294967296, 4294967296] has more elements than can be addressed)");
        row("descending offsets",
            safetensors(R"({"w":{"dtype":"F32","shape":[0],"data_offsets":[4,0]}})", "0000"),
            R"(tensor "w": expected data_offsets in ascending order, found 4 and 0)");
        row("leaves the file", safetensors(oneTensor, four.left(12)),
            R"(tensor "w": expected its data to end at byte 16, found only 12 bytes of data in the file)");
        row("bytes do not fit the shape",
            safetensors(R"({"w":{"dtype":"F32","shape":[3],"data_offsets":[0,16]}})", four),
            R"(tensor "w": expected 12 bytes for F32 [3], found 16)");
        row("name twice",
            safetensors(R"({"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
                            "w":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
                        four),
            R"(expected each tensor once, found "w" twice)");
        row("overlap",
            safetensors(R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,12]},
                            "b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
                        four),
            R"(expected tensors that do not overlap, found "a" and "b" both at byte 8 of the data)");
        row("hole",
            safetensors(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
                            "b":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})",
                        four),
            "expected data without gaps, found bytes 4 to 8 in no tensor");
        row("bytes behind the last tensor", safetensors(oneTensor, four + "0000"),
            "expected 16 bytes of data, as the header says, found 20");
        row("metadata that is no text", safetensors(R"({"__metadata__":{"a":1}})", ""),
            R"(tensor "__metadata__": expected text in __metadata__, found 1)");
        row("a name with line breaks and no end",
            safetensors("{\"" + QByteArray("a\\n").repeated(200) + "\":[]}", ""),
            qPrintable("tensor \"" + QString("a?").repeated(60) +
                       "…\": expected an object with dtype, shape and data_offsets, found an array"));
        QByteArray axes = "1";
        for (int i = 0; i < 40; ++i)
            axes += ",1";
        row("too many axes",
            safetensors("{\"w\":{\"dtype\":\"F32\",\"shape\":[" + axes + "],\"data_offsets\":[0,4]}}",
                        "0000"),
            R"(tensor "w": expected at most 32 axes, found more)");
    }

    void malformedFilesAreRefused()
    {
        QFETCH(QByteArray, file);
        QFETCH(QString, message);
        const Folder folder;
        folder.write("model.safetensors", file);
        QCOMPARE(folder.error(),
                 QString::fromStdString((folder.path() / "model.safetensors").string()) + ": " + message);
    }

    void aLimitOnTheHeaderHolds()
    {
        const Folder folder;
        QFile file(QString::fromStdString((folder.path() / "model.safetensors").string()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        const quint64 size = 100'000'001;
        file.write(reinterpret_cast<const char*>(&size), 8);
        QVERIFY(file.resize(200'000'000)); // a hole, no bytes on the disk
        file.close();
        QVERIFY2(folder.error().endsWith("expected a header of at most 100000000 bytes, found 100000001"),
                 qPrintable(folder.error()));
    }

    void metadataIsRead()
    {
        const QByteArray file = safetensors(R"({"__metadata__":{"format":"pt","b":""}})", "");
        const auto header =
            parseSafetensorsHeader(std::string_view(file.data(), std::size_t(file.size())), "f");
        QVERIFY(header);
        QCOMPARE(header->metadata, (std::map<std::string, std::string>{{"b", ""}, {"format", "pt"}}));
    }

    void foldersWithoutSafetensorsSayWhatToDo_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("part");
        QTest::newRow("pickle") << "pytorch_model.bin"
                                << "can run any code when it is loaded and is never opened";
        QTest::newRow("pt") << "weights.pt"
                            << "safe_serialization=True";
        QTest::newRow("gguf") << "m.gguf"
                              << "gguf_file=name";
        QTest::newRow("onnx") << "model.onnx"
                              << "export it again";
        QTest::newRow("keras") << "tf_model.h5"
                               << "safe_serialization=True";
        QTest::newRow("other name") << "weights.safetensors"
                                    << "(rename it if it is the model)";
        QTest::newRow("nothing") << "config.json"
                                 << "found neither in the folder";
    }

    void foldersWithoutSafetensorsSayWhatToDo()
    {
        QFETCH(QString, file);
        QFETCH(QString, part);
        const Folder folder;
        folder.write(file, "x");
        QVERIFY2(
            folder.error().contains("expected model.safetensors or model.safetensors.index.json, found "),
            qPrintable(folder.error()));
        QVERIFY2(folder.error().contains(part), qPrintable(folder.error()));
        QVERIFY(!folder.error().contains('\n'));
    }

    void placesThatAreNoFoldersAreNamed()
    {
        const Folder folder;
        folder.write("file", "x");
        const std::string base = folder.path().string();
        QCOMPARE(openCheckpoint(base + "/none").error().text(),
                 base + "/none: expected a model's folder, found nothing there");
        QCOMPARE(openCheckpoint(base + "/file").error().text(),
                 base + "/file: expected a model's folder, found a file");
        QCOMPARE(openCheckpoint({}).error().text(), "expected a model's folder, found nothing there");
        std::filesystem::create_directory(folder.path() / "model.safetensors");
        QCOMPARE(folder.error().toStdString(), base + "/model.safetensors: expected a file, found a folder");
    }

    void wrongIndexesAreRefused_data()
    {
        QTest::addColumn<QByteArray>("index");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const QByteArray& index, const char* message) {
            QTest::newRow(name) << index << QString::fromUtf8(message);
        };
        row("not JSON", "{", "expected JSON, found something else at line 1, column 2");
        row("no map", "[]", "expected an object with a weight_map, found none");
        row("map of another type", R"({"weight_map":[1]})",
            "expected weight_map to name a file for each tensor, found an array of 1");
        row("empty map", R"({"weight_map":{}})",
            "expected weight_map to name a file for each tensor, found no tensor");
        row("a number", R"({"weight_map":{"a":1}})", R"(expected a file name for tensor "a", found 1)");
        row("outside", R"({"weight_map":{"a":"../a.safetensors"}})",
            R"(expected the name of a file in the same folder for tensor "a", found "../a.safetensors")");
        row("absolute", R"({"weight_map":{"a":"/etc/passwd"}})",
            R"(expected the name of a file in the same folder for tensor "a", found "/etc/passwd")");
        row("missing shard", R"({"weight_map":{"a":"none.safetensors"}})",
            R"(expected the file "none.safetensors" beside it, found none)");
        row("missing tensor", R"({"weight_map":{"a":"1.safetensors","c":"1.safetensors"}})",
            R"(expected tensor "c" in "1.safetensors", found it in no file)");
        row("elsewhere", R"({"weight_map":{"a":"1.safetensors","b":"1.safetensors","z":"2.safetensors"}})",
            R"(expected tensor "b" in "1.safetensors", found it elsewhere)");
        row("twice in the map", R"({"weight_map":{"a":"1.safetensors","a":"2.safetensors"}})",
            R"(expected each key once, found "a" twice)");
        row("in two shards", R"({"weight_map":{"a":"1.safetensors","b":"3.safetensors"}})",
            R"(expected each tensor in one file, found "a" in "1.safetensors" and in "3.safetensors")");
        row("too deep", QByteArray(100, '['), "expected at most 64 levels of nesting, found more");
    }

    void wrongIndexesAreRefused()
    {
        QFETCH(QByteArray, index);
        QFETCH(QString, message);
        const Folder folder;
        const auto scalar = [](const char* name) {
            QByteArray entry = R"({"NAME":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})";
            return entry.replace("NAME", name);
        };
        folder.write("1.safetensors", safetensors(scalar("a"), bytesOf({1.0F})));
        folder.write("2.safetensors", safetensors(scalar("b"), bytesOf({2.0F})));
        folder.write("3.safetensors", safetensors(scalar("a"), bytesOf({3.0F})));
        folder.write("model.safetensors.index.json", index);
        QCOMPARE(folder.error(),
                 QString::fromStdString((folder.path() / "model.safetensors.index.json").string()) + ": " +
                     message);
    }
};

QTEST_APPLESS_MAIN(TestCheckpoint)
#include "test_checkpoint.moc"
