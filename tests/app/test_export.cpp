// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later

// Pictures without a display: every view of every bundled model, every kind of file.

#include "../core/support.h"
#include "program.h"

#include <QImage>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace headlight;
using namespace headlight::test;

namespace {

/// What each bundled model reads in these tests.
QStringList inputOf(const QString& model)
{
    if (model == "fashion-vit") {
        const QDir dir(QString::fromStdString((goldenFolder() / "fashion-vit").string()));
        return {"--pixels",
                dir.filePath(dir.entryList(QDir::Dirs | QDir::NoDotAndDotDot).first() + "/pixel_values.npy")};
    }
    if (model == "date-seq2seq")
        return {"--ids", "6,39,25,13", "--target-ids", "1,4,12"};
    return {"--ids", "0,1,2,1"};
}

QByteArray contents(const QString& file)
{
    QFile f(file);
    return f.open(QIODevice::ReadOnly) ? f.readAll() : QByteArray();
}

Finished exported(const QString& file, const QStringList& options, const QString& model = "nano-sort")
{
    return program(QStringList{"export", model, "-o", file} + inputOf(model) + options);
}

const QStringList pattern{"--view", "tensor", "--hook", "blocks.0.attn.hook_pattern"};

/// Pixels that are not the background's.
int inked(const QImage& image)
{
    const QRgb background = image.pixel(0, 0);
    int count = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            count += image.pixel(x, y) != background;
    return count;
}

} // namespace

class ExportTest : public QObject
{
    Q_OBJECT
private slots:
    void analysesAsNumbers()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath("a.csv");
        VERIFY_SUCCESS(exported(file, {"--view", "rollout", "--layer", "0"}));
        for (const QByteArray& line : contents(file).trimmed().split('\n').mid(1)) {
            double sum = 0;
            for (const QByteArray& field : line.trimmed().split(',').mid(1))
                sum += field.toDouble();
            QVERIFY(std::abs(sum - 1) < 1e-4);
        }
        const auto refused = program({"export", "kjv-bert", "--text", "in the", "--view", "dla", "-o", file});
        QCOMPARE(refused.exitCode, 1);
        QVERIFY(refused.words.contains("the prediction head is not linear"));
        const auto far = exported(file, {"--view", "dla", "--position", "4"});
        QCOMPARE(far.exitCode, 1);
        QVERIFY(far.words.contains("expected a position from 0 to 3, found 4"));
        const auto misplaced = exported(file, {"--view", "norms", "--token", "1"});
        QCOMPARE(misplaced.exitCode, 2);
    }

    void everyViewOfEveryModel_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QStringList>("options");
        for (const QString& name : bundledNames()) {
            const auto model = bundled(name);
            const AttentionLayer& last = model->program->attention.back();
            const auto hook = [&](int step) {
                return QString::fromStdString(model->program->steps[std::size_t(step)].hook);
            };
            const auto row = [&](const QStringList& options) {
                QTest::newRow(qPrintable(name + " " + options.join(' '))) << name << options;
            };
            row({"--view", "norms"});
            row({"--view", "lens"});
            row({"--view", "rollout"});
            row({"--view", "flow"});
            if (name != "kjv-bert") { // a word is chosen by an MLP there
                row({"--view", "dla"});
                row({"--view", "sources"});
            }
            row({"--view", "stage", "--hook", hook(last.pattern)});
            row({"--view", "tensor", "--hook", hook(last.scores)});
            row({"--view", "heads"});
            row({"--view", "head", "--layer", QString::number(last.layer), "--head",
                 QString::number(last.heads - 1), "--attention", QString::fromStdString(last.name)});
            row({"--view", "links", "--layer", QString::number(last.layer), "--attention",
                 QString::fromStdString(last.name)});
            row({"--view", "links", "--attention", QString::fromStdString(last.name), "--layer",
                 QString::number(last.layer), "--heads", "0", "--arcs", "--threshold", "0.02"});
            for (const char* view : {"qk", "scatter"})
                row({"--view", view, "--attention", QString::fromStdString(last.name), "--layer",
                     QString::number(last.layer), "--head", "0"});
            if (name == "fashion-vit")
                row({"--view", "overlay", "--query", "3"});
            row({"--view", "positions"});
            row({"--view", "compare", "--hook", hook(last.pattern), "--what-if", "*:uniform"});
        }
    }
    void everyViewOfEveryModel()
    {
        QFETCH(QString, model);
        QFETCH(QStringList, options);
        const QTemporaryDir dir;
        const QString file = dir.filePath("p.png");
        const auto finished = exported(file, options, model);
        VERIFY_SUCCESS(finished);
        QVERIFY(finished.out.isEmpty());
        const QImage image(file);
        QVERIFY2(image.width() >= 100 && image.height() >= 50, qPrintable(file));
        QVERIFY2(inked(image) > 100, "an empty picture");
    }

    void everyKindOfFile()
    {
        const QTemporaryDir dir;
        const auto bytes = [&](const QString& name) {
            const auto finished = exported(dir.filePath(name), pattern + QStringList{"--head", "1"});
            return finished.exitCode == 0 && finished.words.isEmpty() ? contents(dir.filePath(name))
                                                                      : finished.words;
        };
        QVERIFY(bytes("p.png").startsWith("\x89PNG"));
        QVERIFY(bytes("p.pdf").startsWith("%PDF-"));
        const QByteArray svg = bytes("p.svg");
        QVERIFY(svg.contains("<svg") && svg.trimmed().endsWith("</svg>"));
        QVERIFY2(bytes("p.csv").count('\n') == 5, "a heading and four queries");
        bytes("p.npy");
        const auto array = readNpy(dir.filePath("p.npy").toStdString());
        QVERIFY2(array, array ? "" : array.error().text().c_str());
        // The numbers are those of head 1.
        const auto model = bundled("nano-sort");
        const Trace trace = run(*model, *makeInput(*model, {{{}, std::vector<int>{0, 1, 2, 1}}}));
        const auto tensor = trace.tensor("blocks.0.attn.hook_pattern");
        QVERIFY(tensor);
        QCOMPARE(array->shape, (std::vector<std::int64_t>{4, 4}));
        for (std::int64_t i = 0; i < 16; ++i)
            QCOMPARE(array->values[std::size_t(i)], (*tensor)->at({1, i / 4, i % 4}));
    }

    void sizesAndThemes()
    {
        const QTemporaryDir dir;
        const auto image = [&](const QStringList& options) {
            const auto finished = exported(dir.filePath("p.png"), pattern + options);
            return finished.exitCode == 0 ? QImage(dir.filePath("p.png")) : QImage();
        };
        const QImage once = image({"--scale", "1"}), thrice = image({"--scale", "3"});
        QVERIFY(!once.isNull() && !thrice.isNull());
        QVERIFY(std::abs(thrice.width() - 3 * once.width()) <= 3);
        QVERIFY(std::abs(image({"--dpi", "288"}).width() - thrice.width()) <= 3);
        QVERIFY(image({"--scale", "1", "--no-title"}).height() < once.height());
        QVERIFY(qGray(once.pixel(0, 0)) > 200);
        QVERIFY(qGray(image({"--theme", "dark"}).pixel(0, 0)) < 80);
        QVERIFY(image({"--scale", "1", "--cell", "0,2,1"}) != once);
        QVERIFY(image({"--scale", "1", "--head", "2"}) != once);
    }

    void aSquareTableIsASquarePicture()
    {
        const QTemporaryDir dir;
        QStringList ids;
        for (int i = 0; i < 300; ++i)
            ids << QString::number(3 + i * 37 % 500);
        VERIFY_SUCCESS(program({"export", "stories260k", "-o", dir.filePath("p.png"), "--view", "rollout",
                                "--scale", "1", "--ids", ids.join(',')}));
        const QImage image(dir.filePath("p.png"));
        const double shape = double(image.height()) / image.width();
        QVERIFY2(shape > 0.8 && shape < 1.25, qPrintable(QString::number(shape)));
        QVERIFY(image.width() > 900);
    }

    void coloursAreChosen()
    {
        const QTemporaryDir dir;
        const QStringList head{"--view", "head", "--layer", "0", "--head", "1"};
        const auto image = [&](const QStringList& options) {
            const auto finished = exported(dir.filePath("p.png"), head + options);
            return finished.exitCode == 0 ? QImage(dir.filePath("p.png")) : QImage();
        };
        const QImage plain = image({});
        QVERIFY(!plain.isNull());
        for (const QStringList& options :
             {QStringList{"--scale", "log"}, QStringList{"--curve", "rank"}, QStringList{"--range", "0,0.3"},
              QStringList{"--map", "viridis"}, QStringList{"--sink", "hide"},
              QStringList{"--sink", "renormalise"}}) {
            const QImage other = image(options);
            QVERIFY2(!other.isNull() && other != plain, qPrintable(options.join(' ')));
        }
        QCOMPARE(image({"--scale", "log"}), image({"--curve", "log"}));
        QCOMPARE(image({"--map", "blues,puor"}), plain);
    }

    void withoutTheSink()
    {
        const QTemporaryDir dir;
        const QString file = dir.filePath("p.csv");
        VERIFY_SUCCESS(
            exported(file, {"--view", "head", "--layer", "0", "--head", "1", "--sink", "renormalise"}));
        const auto lines = contents(file).trimmed().split('\n').mid(1);
        QCOMPARE(lines.size(), 4);
        for (const QByteArray& line : lines) {
            const auto fields = line.trimmed().split(',');
            QCOMPARE(fields[1], QByteArray("nan"));
            double sum = 0;
            for (const QByteArray& field : fields.mid(2))
                sum += field.toDouble();
            QVERIFY(std::abs(sum - 1) < 1e-5 || sum == 0); // nothing is left of a causal first row
        }
        // Only patterns have a first key to leave out, or what is made of them.
        const auto refused = exported(
            dir.filePath("p.png"), {"--view", "tensor", "--hook", "blocks.0.attn.hook_q", "--sink", "hide"});
        VERIFY_FAILURE(refused);
        VERIFY_SAYS(refused, "blocks.0.attn.hook_pattern", "blocks.0.attn.hook_q");
        VERIFY_SUCCESS(exported(dir.filePath("z.png"),
                                {"--view", "stage", "--hook", "blocks.0.attn.hook_z", "--sink", "hide"}));
    }

    void samePictureTwice()
    {
        const QTemporaryDir dir;
        for (const char* name : {"a.png", "b.png"})
            VERIFY_SUCCESS(exported(dir.filePath(name), {"--view", "heads"}, "stories260k"));
        QCOMPARE(contents(dir.filePath("a.png")), contents(dir.filePath("b.png")));
    }

    void wrongUsage_data()
    {
        QTest::addColumn<QString>("options");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* options, const char* says) {
            QTest::newRow(options) << options << says;
        };
        row("-o p.png", "--view");
        row("--view heads", "--output");
        row("--view picture -o p.png", "positions");
        row("--view heads -o p.bmp", "p.bmp");
        row("--view stage -o p.png", "--hook");
        row("--view head --layer 0 -o p.png", "--head");
        row("--view head --head 0 -o p.png", "--layer");
        row("--view heads --layer 0 -o p.png", "no --layer");
        row("--view heads --scale 0 -o p.png", "--scale");
        row("--view heads --scale nan -o p.png", "--scale");
        row("--view heads --scale 2 --dpi 96 -o p.png", "found both");
        row("--view heads --theme blue -o p.png", "light, dark");
        row("--view head --layer one --head 0 -o p.png", "\"one\"");
        row("--view heads --curve straight -o p.png", "linear, log, rank");
        row("--view heads --scale log --curve rank -o p.png", "found both");
        row("--view heads --range 1,0 -o p.png", "smaller one first");
        row("--view heads --range 0 -o p.png", "LOW,HIGH");
        row("--view heads --range 0,inf -o p.png", "LOW,HIGH");
        row("--view heads --map jet -o p.png", "viridis");
        row("--view heads --sink off -o p.png", "renormalise");
        row("--view heads --per model -o p.png", "head, layer, figure");
        row("--view links --range 0,1 -o p.png", "no --range");
        row("--view positions --sink hide -o p.png", "no --sink");
        row("--view lens --per layer -o p.png", "no --per");
    }
    void wrongUsage()
    {
        QFETCH(QString, options);
        QFETCH(QString, says);
        const QTemporaryDir dir;
        const auto finished =
            program(QStringList{"export", "nano-sort", "--ids", "1"} + options.split(' '), {}, dir.path());
        QVERIFY2(finished.exitCode == 2 && finished.out.isEmpty(), finished.words.constData());
        VERIFY_SAYS(finished, says);
        QVERIFY(QDir(dir.path()).isEmpty());
    }

    void whatIsNotThere_data()
    {
        QTest::addColumn<QStringList>("options");
        QTest::newRow("hook") << QStringList{"--view", "tensor", "--hook", "blocks.7.hook_nothing"};
        QTest::newRow("layer") << QStringList{"--view", "head", "--layer", "3", "--head", "0"};
        QTest::newRow("head") << QStringList{"--view", "head", "--layer", "0", "--head", "3"};
        QTest::newRow("slice") << pattern + QStringList{"--head", "3"};
        QTest::newRow("cell") << pattern + QStringList{"--cell", "0,4,0"};
    }
    void whatIsNotThere()
    {
        QFETCH(QStringList, options);
        const QTemporaryDir dir;
        const auto finished = exported(dir.filePath("p.png"), options);
        VERIFY_FAILURE(finished);
        QVERIFY(QDir(dir.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
    }

    void unwritable()
    {
        const QTemporaryDir dir;
        for (const char* ending : {"png", "svg", "pdf", "csv", "npy"}) {
            const QString file = dir.filePath(QString("none/p.") + ending);
            const auto finished = exported(file, pattern);
            VERIFY_FAILURE(finished);
            VERIFY_SAYS(finished, dir.filePath("none"));
            QVERIFY(QDir(dir.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
        }
    }
};

QTEST_APPLESS_MAIN(ExportTest)
#include "test_export.moc"
