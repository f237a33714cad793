// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/checkpoint.h"
#include "formats/csv.h"
#include "formats/npy.h"
#include "formats/npz.h"
#include "formats/safetensors_header.h"
#include "formats/safetensors_writer.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <bit>
#include <cmath>
#include <limits>

using namespace headlight;

namespace {

using Shape = std::vector<std::int64_t>;
using Values = std::vector<float>;

const std::string data = HEADLIGHT_SOURCE_DIR "/tests/core/formats/data/";

Tensor matrix(std::int64_t rows, std::int64_t columns, Values values)
{
    return Tensor({named("row", rows), named("column", columns)}, std::move(values));
}

/// The 2 × 3 matrix of @p values, which is stored column by column.
TensorPtr transposedView(const Values& values)
{
    const auto owner = std::make_shared<const Values>(values);
    return std::make_shared<const Tensor>(Axes{named("row", 2), named("column", 3)}, owner->data(),
                                          std::vector<std::int64_t>{1, 2}, owner);
}

QByteArray slurp(const std::filesystem::path& path)
{
    QFile file(QString::fromStdString(path.string()));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("no file");
}

template <class T>
std::string textOf(const Result<T>& result)
{
    return result ? "done" : result.error().text();
}

std::string npyWith(const std::string& header, const std::string& numbers = "")
{
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += static_cast<char>(header.size() & 0xFFU);
    bytes += static_cast<char>(header.size() >> 8U);
    return bytes + header + numbers;
}

} // namespace

class TestArrays : public QObject
{
    Q_OBJECT

private slots:
    void readsWhatNumpyWrites_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<Shape>("shape");
        QTest::addColumn<Values>("values");
        const Values six = {1.0F, -2.0F, 3.5F, //
                            4.0F, 5e-8F, -6.0F};
        Values cube(24);
        for (std::size_t i = 0; i < cube.size(); ++i)
            cube[i] = static_cast<float>(i);
        QTest::newRow("C order") << "matrix.npy" << Shape{2, 3} << six;
        QTest::newRow("Fortran order") << "fortran.npy" << Shape{2, 3} << six;
        QTest::newRow("Fortran order, three axes") << "fortran_cube_f8.npy" << Shape{2, 3, 4} << cube;
        QTest::newRow("one number") << "scalar.npy" << Shape{} << Values{2.5F};
        QTest::newRow("nothing") << "empty.npy" << Shape{0, 3} << Values{};
        QTest::newRow("<f2") << "half.npy" << Shape{4}
                             << Values{0x1p-24F, 65504.0F, std::numeric_limits<float>::infinity(), -0.0F};
        QTest::newRow("<i8") << "int64.npy" << Shape{2} << Values{-7.0F, 16777216.0F};
        QTest::newRow("<i4") << "int32.npy" << Shape{2, 1} << Values{1.0F, 2.0F};
        QTest::newRow("|u1") << "bytes.npy" << Shape{2} << Values{0.0F, 255.0F};
        QTest::newRow("|b1") << "flags.npy" << Shape{2} << Values{1.0F, 0.0F};
    }

    void readsWhatNumpyWrites()
    {
        QFETCH(QString, file);
        QFETCH(Shape, shape);
        QFETCH(Values, values);
        const auto array = readNpy(data + file.toStdString());
        QCOMPARE(textOf(array), "done");
        QCOMPARE(array->shape, shape);
        QCOMPARE(array->values, values);
    }

    void writesWhatNumpyWrites()
    {
        const QTemporaryDir dir;
        const std::string file = dir.filePath("a.npy").toStdString();
        QVERIFY(writeNpy(file, matrix(2, 3, {1.0F, -2.0F, 3.5F, 4.0F, 5e-8F, -6.0F})));
        QCOMPARE(slurp(file), slurp(data + "matrix.npy"));
        QVERIFY(writeNpy(file, *transposedView({1.0F, 4.0F, -2.0F, 5e-8F, 3.5F, -6.0F})));
        QCOMPARE(slurp(file), slurp(data + "matrix.npy"));
        QVERIFY(writeNpy(file, Tensor(Axes{}, {2.5F})));
        QCOMPARE(slurp(file), slurp(data + "scalar.npy"));
        QVERIFY(writeNpy(file, matrix(0, 3, {})));
        QCOMPARE(slurp(file), slurp(data + "empty.npy"));
    }

    void stridedViewsOfManyPiecesAreWritten()
    {
        // [3, 70000, 2] seen as [70000, 2, 3]: more elements than one piece holds.
        const std::int64_t n = 70'000;
        auto values = std::make_shared<Values>(static_cast<std::size_t>(6 * n));
        for (std::size_t i = 0; i < values->size(); ++i)
            (*values)[i] = static_cast<float>(i);
        const Tensor view({named("a", n), named("b", 2), named("c", 3)}, values->data(), {2, 1, 2 * n},
                          values);
        const QTemporaryDir dir;
        const std::string file = dir.filePath("a.npy").toStdString();
        QVERIFY(writeNpy(file, view));
        const auto array = readNpy(file);
        QVERIFY(array);
        QCOMPARE(array->shape, (Shape{n, 2, 3}));
        const Tensor dense = view.dense();
        QCOMPARE(array->values, Values(dense.values().begin(), dense.values().end()));
    }

    void malformedArraysAreRefused_data()
    {
        QTest::addColumn<std::string>("bytes");
        QTest::addColumn<std::string>("message");
        const auto row = [](const char* name, const std::string& bytes, const std::string& message) {
            QTest::newRow(name) << bytes << message;
        };
        const std::string notAnArray = "expected a NumPy array file, found one that does not begin as such";
        const auto badHeader = [](int position) {
            return "expected a header {'descr': text, 'fortran_order': True or False, 'shape': (sizes)}, "
                   "found "
                   "something else at its byte " +
                   std::to_string(position);
        };
        row("empty", "", notAnArray);
        row("another file", "PK\x03\x04 and so on", notAnArray);
        row("version", std::string("\x93NUMPY\x04\x00\x02\x00{}", 12),
            "expected version 1.0, 2.0 or 3.0 of the format, found 4.0");
        row("short header", std::string("\x93NUMPY\x01\x00\x10\x00{}", 12),
            "expected a header of 16 bytes, found only 2");
        row("long header", std::string("\x93NUMPY\x02\x00\x00\x00\x00\x01{}", 14),
            "expected a header of at most 65536 bytes, found 16777216");
        row("empty header", npyWith("{}"), badHeader(2));
        row("an expression", npyWith("__import__('os').system('true')"), badHeader(0));
        row("a key twice", npyWith("{'descr': '<f4', 'descr': '<f4', }"), badHeader(25));
        row("a negative size", npyWith("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }"),
            badHeader(51));
        row("no tuple", npyWith("{'descr': '<f4', 'fortran_order': False, 'shape': (1), }"), badHeader(52));
        row("text behind", npyWith("{'descr': '<f4', 'fortran_order': False, 'shape': (), }x", "0000"),
            badHeader(55));
        row("a huge size",
            npyWith("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }"),
            badHeader(51));
        row("sizes that overflow",
            npyWith("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }"),
            "expected more than 2^63 bytes of data for [4294967296, 4294967296] <f4, found 0");
        row("cut", npyWith("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "0000"),
            "expected 8 bytes of data for [2] <f4, found 4");
        row("too long", npyWith("{'descr': '<f4', 'fortran_order': False, 'shape': (), }", "00000000"),
            "expected 4 bytes of data for [] <f4, found 8");
        const std::string types = "expected numbers of type <f4, <f8, <f2, <i8, <i4, |i1, |u1 or |b1, found ";
        row("big-endian", slurp(data + "big_endian.npy").toStdString(), types + "\">f4\"");
        row("text", slurp(data + "text.npy").toStdString(), types + "\"<U1\"");
        row("pickled objects", npyWith("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "0000"),
            types + "\"|O\"");
        row("records", slurp(data + "record.npy").toStdString(), badHeader(10));
    }

    void malformedArraysAreRefused()
    {
        QFETCH(std::string, bytes);
        QFETCH(std::string, message);
        QCOMPARE(QString::fromStdString(textOf(parseNpy(bytes, "a.npy"))),
                 QString::fromStdString("a.npy: " + message));
    }

    void readsArchivesOfNumpy()
    {
        for (const char* file : {"stored.npz", "deflated.npz"}) {
            const auto arrays = readNpz(data + file);
            QCOMPARE(textOf(arrays), "done");
            QCOMPARE(arrays->size(), 2U);
            QCOMPARE(arrays->at("blocks.0.attn.hook_q").shape, (Shape{2, 3}));
            QCOMPARE(arrays->at("blocks.0.attn.hook_q").values,
                     (Values{1.0F, -2.0F, 3.5F, 4.0F, 5e-8F, -6.0F}));
            QCOMPARE(arrays->at("hook_embed").values, (Values{0.0F, 1.0F, 2.0F}));
        }
    }

    void archivesComeBackAsTheyWere()
    {
        const QTemporaryDir dir;
        const std::string file = dir.filePath("a.npz").toStdString();
        const auto write = [&] {
            return writeNpz(file, {{"b", transposedView({1, 4, 2, 5, 3, 6})},
                                   {"größe", std::make_shared<Tensor>(Axes{}, Values{7})},
                                   {"a", std::make_shared<Tensor>(matrix(0, 2, {}))}});
        };
        QCOMPARE(textOf(write()), "done");
        const auto arrays = readNpz(file);
        QCOMPARE(textOf(arrays), "done");
        QCOMPARE(arrays->size(), 3U);
        QCOMPARE(arrays->at("a").shape, (Shape{0, 2}));
        QCOMPARE(arrays->at("b").shape, (Shape{2, 3}));
        QCOMPARE(arrays->at("b").values, (Values{1, 2, 3, 4, 5, 6}));
        QCOMPARE(arrays->at("größe").values, (Values{7}));
        const QByteArray first = slurp(file);
        QCOMPARE(textOf(write()), "done");
        QCOMPARE(slurp(file), first);
        QCOMPARE(QDir(dir.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList{"a.npz"});
    }

    void malformedArchivesAreRefused()
    {
        const std::string stored = slurp(data + "stored.npz").toStdString();
        QCOMPARE(textOf(parseNpz("", "a")), "a: expected a zip archive of arrays, found an empty file");
        QVERIFY(QString::fromStdString(textOf(parseNpz(stored.substr(0, stored.size() - 30), "a")))
                    .startsWith("a: expected a zip archive of arrays, found another file ("));
        QCOMPARE(textOf(parseNpz(stored, "a", 100)),
                 "a: \"blocks.0.attn.hook_q.npy\": expected arrays of at most 100 more bytes, found 152");
        QCOMPARE(textOf(parseNpz(stored, "a", 200)),
                 "a: \"hook_embed.npy\": expected arrays of at most 48 more bytes, found 140");
        std::string damaged = stored;
        damaged[damaged.find("descr")] = 'D';
        QCOMPARE(textOf(parseNpz(damaged, "a")),
                 "a: \"blocks.0.attn.hook_q.npy\": cannot unpack the entry (CRC error)");
        std::string renamed = stored;
        for (std::size_t at = 0; (at = renamed.find("hook_embed.npy", at)) != std::string::npos; ++at)
            renamed.replace(at, 14, "hook_embed.txt");
        QCOMPARE(textOf(parseNpz(renamed, "a")),
                 "a: \"hook_embed.txt\": expected an archive of .npy files, found another one");
    }

    void aZipBombIsRefusedBeforeItIsUnpacked()
    {
        // Four megabytes of zeros in four kilobytes.
        std::string bomb = slurp(data + "zeros.npz").toStdString();
        QVERIFY(bomb.size() < 5'000);
        QCOMPARE(textOf(parseNpz(bomb, "a", 1'000'000)),
                 "a: \"zeros.npy\": expected arrays of at most 1000000 more bytes, found 4000128");
        QCOMPARE(parseNpz(bomb, "a").value().at("zeros").values.size(), 1'000'000U);
        // One that lies about what it unpacks to is stopped where its claim ends, or where its data does.
        const std::size_t directory = bomb.find("PK\x01\x02");
        QVERIFY(directory != std::string::npos);
        for (const std::string& size :
             {std::string("\x05\x00\x00\x00", 4), std::string("\xFF\xFF\xFF\x7F", 4)}) {
            bomb.replace(directory + 24, 4, size);
            QVERIFY(textOf(parseNpz(bomb, "a")) != "done");
        }
    }

    void tensorsComeBackFromSafetensors()
    {
        const QTemporaryDir dir;
        const std::string file = dir.filePath("model.safetensors").toStdString();
        const Values special = {std::numeric_limits<float>::quiet_NaN(), -0.0F,
                                std::numeric_limits<float>::infinity(),
                                std::numeric_limits<float>::denorm_min()};
        QCOMPARE(textOf(writeSafetensors(file,
                                         {{"z", transposedView({1, 4, 2, 5, 3, 6})},
                                          {"a \"quoted\"\n", std::make_shared<Tensor>(matrix(2, 2, special))},
                                          {"none", std::make_shared<Tensor>(matrix(2, 0, {}))},
                                          {"one", std::make_shared<Tensor>(Axes{}, Values{7})}},
                                         {{"format", "pt"}, {"text", "a\nb"}})),
                 "done");
        const auto checkpoint = openCheckpoint(dir.path().toStdString());
        QCOMPARE(textOf(checkpoint), "done");
        QCOMPARE((*checkpoint)->entries().size(), 4U);
        QCOMPARE((*checkpoint)->find("z")->shape, (Shape{2, 3}));
        const FloatData z = (*checkpoint)->floats("z").value();
        QCOMPARE(Values(z.data, z.data + 6), (Values{1, 2, 3, 4, 5, 6}));
        const FloatData a = (*checkpoint)->floats("a \"quoted\"\n").value();
        for (std::size_t i = 0; i < special.size(); ++i)
            QCOMPARE(std::bit_cast<std::uint32_t>(a.data[i]), std::bit_cast<std::uint32_t>(special[i]));
        QCOMPARE((*checkpoint)->find("one")->shape, Shape{});
        const QByteArray bytes = slurp(file);
        const auto header = parseSafetensorsHeader({bytes.data(), std::size_t(bytes.size())}, "f");
        QVERIFY(header);
        QCOMPARE(header->dataBegin % 8, 0U);
        QCOMPARE(header->metadata, (std::map<std::string, std::string>{{"format", "pt"}, {"text", "a\nb"}}));
    }

    void tensorsThatCannotBeWrittenLeaveNothing()
    {
        const QTemporaryDir dir;
        const auto one = std::make_shared<const Tensor>(Axes{}, Values{1});
        const TensorSource failing{
            "f", {3}, []() -> Result<TensorPtr> { return fail(ErrorCode::Cancelled, "stopped"); }};
        const TensorSource misshapen{"m", {3}, [&]() -> Result<TensorPtr> { return one; }};
        for (const char* name : {"a.safetensors", "a.npz"}) {
            const std::string file = dir.filePath(name).toStdString();
            const auto write = [&](std::vector<TensorSource> tensors) {
                return textOf(file.ends_with("npz") ? writeNpz(file, std::move(tensors))
                                                    : writeSafetensors(file, std::move(tensors)));
            };
            QCOMPARE(write({{"a", one}, failing}), "stopped");
            QCOMPARE(write({{"a", one}, misshapen}), "m: expected a tensor of shape [3], found []");
            QCOMPARE(write({{"a", one}, {"a", one}}),
                     file + ": expected each tensor once, found \"a\" twice");
            QCOMPARE(write({{"", one}}), file + ": expected a tensor's name, found \"\"");
            QCOMPARE(write({{"__metadata__", one}}),
                     file + ": expected a tensor's name, found \"__metadata__\"");
        }
        const std::string nowhere = dir.filePath("none/a.npz").toStdString();
        QCOMPARE(textOf(writeNpz(nowhere, {{"a", one}})),
                 dir.filePath("none").toStdString() + ": no such folder to write a file to");
        QVERIFY(QDir(dir.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    }

    void aMatrixIsWrittenAsCsv()
    {
        const QTemporaryDir dir;
        const std::string file = dir.filePath("a.csv").toStdString();
        QCOMPARE(textOf(writeCsv(file, *transposedView({0.1F, 1, -2, 16777216, 1e-45F, 0}),
                                 {"query \\ key", {"To", " be,"}, {"\"", "a\nb", "x"}})),
                 "done");
        QCOMPARE(slurp(file), QByteArray("query \\ key,\"\"\"\",\"a\nb\",x\r\n"
                                         "To,0.1,-2,1e-45\r\n"
                                         "\" be,\",1,16777216,0\r\n"));
        QCOMPARE(textOf(writeCsv(file,
                                 Tensor({named("d", 3)}, {std::numeric_limits<float>::quiet_NaN(),
                                                          -std::numeric_limits<float>::infinity(), 2.5F}),
                                 {})),
                 "done");
        QCOMPARE(slurp(file), QByteArray(",0,1,2\r\n0,nan,-inf,2.5\r\n"));
    }

    void everyCsvNumberReadsBackAsItWas()
    {
        Values values;
        std::uint32_t bits = 1;
        for (int i = 0; i < 2000; ++i) {
            bits = bits * 1664525U + 1013904223U;
            const auto value = std::bit_cast<float>(bits);
            values.push_back(std::isfinite(value) ? value : 0.0F);
        }
        const QTemporaryDir dir;
        const std::string file = dir.filePath("a.csv").toStdString();
        QVERIFY(writeCsv(file, matrix(2000, 1, values), {}));
        const QByteArrayList lines = slurp(file).split('\n');
        for (int i = 0; i < 2000; ++i) {
            const QByteArray number = lines[i + 1].trimmed().split(',')[1];
            QCOMPARE(std::bit_cast<std::uint32_t>(std::strtof(number.constData(), nullptr)),
                     std::bit_cast<std::uint32_t>(values[static_cast<std::size_t>(i)]));
        }
    }

    void csvSaysWhatDoesNotFit()
    {
        QCOMPARE(textOf(writeCsv("a.csv", Tensor({named("a", 1), named("b", 1), named("c", 1)}, {1}), {})),
                 "a.csv: expected a matrix or a vector, found [a 1, b 1, c 1]");
        QCOMPARE(textOf(writeCsv("a.csv", matrix(1, 2, {1, 2}), {"", {}, {"x"}})),
                 "a.csv: expected labels for 1 rows and 2 columns, found 0 and 1");
    }
};

QTEST_APPLESS_MAIN(TestArrays)
#include "test_arrays.moc"
