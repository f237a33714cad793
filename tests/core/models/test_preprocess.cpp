// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/npy.h"
#include "models/preprocess.h"

#include <QDir>
#include <QFile>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>

using namespace headlight;

namespace {

using Filter = ImagePreprocessing::Filter;
using Bytes = std::vector<std::uint8_t>;
using Values = std::vector<float>;

template <class T>
std::string textOf(const Result<T>& result)
{
    return result ? "done" : result.error().text();
}

ImagePixels fromFile(const QString& file)
{
    const QImage image = QImage(file).convertToFormat(QImage::Format_RGB888);
    ImagePixels pixels{image.width(), image.height(), 3, {}};
    for (int row = 0; row < image.height(); ++row)
        pixels.bytes.insert(pixels.bytes.end(), image.constScanLine(row),
                            image.constScanLine(row) + 3 * image.width());
    return pixels;
}

Axes pixels(std::int64_t channels, std::int64_t rows, std::int64_t columns)
{
    return {named(axis::channel, channels), named(axis::row, rows), named(axis::column, columns)};
}

Result<ImagePreprocessing> parsed(const char* json)
{
    const QTemporaryDir dir;
    QFile file(dir.filePath("preprocessor_config.json"));
    if (!file.open(QIODevice::WriteOnly))
        return fail(ErrorCode::Io, "no file");
    file.write(json);
    file.close();
    auto result = readImagePreprocessing(dir.path().toStdString(), pixels(3, 224, 224));
    if (!result)
        result.error().where.erase(0, result.error().where.rfind("preprocessor"));
    return result;
}

/// Leaves the numbers of the pixels as they are.
ImagePreprocessing untouched()
{
    ImagePreprocessing how;
    how.resize = how.rescale = how.normalize = false;
    return how;
}

Values values(const Result<TensorPtr>& tensor)
{
    return tensor ? Values((*tensor)->values().begin(), (*tensor)->values().end()) : Values();
}

} // namespace

class TestPreprocess : public QObject
{
    Q_OBJECT

private slots:
    void everyFilterGivesPillowsPixels()
    {
        // The image, then for each filter and size what Pillow 9.4 made of it, then the image in grey, and
        // resized.
        QFile file(HEADLIGHT_SOURCE_DIR "/tests/core/models/data/pillow_resize.bin");
        QVERIFY(file.open(QIODevice::ReadOnly));
        const auto next = [&](int width, int height, int channels) {
            const QByteArray bytes = file.read(qint64(width) * height * channels);
            return Bytes(bytes.begin(), bytes.end());
        };
        const ImagePixels image{23, 17, 3, next(23, 17, 3)};
        for (int filter = 0; filter < 6; ++filter) {
            for (const auto& [width, height] :
                 {std::pair(8, 8), std::pair(23, 9), std::pair(40, 31), std::pair(5, 17), std::pair(1, 1)}) {
                const auto resized = resizeImage(image, width, height, static_cast<Filter>(filter));
                QCOMPARE(textOf(resized), "done");
                QCOMPARE(resized->width, width);
                QCOMPARE(resized->height, height);
                QVERIFY2(resized->bytes == next(width, height, 3),
                         qPrintable(QString("filter %1, %2 × %3").arg(filter).arg(width).arg(height)));
            }
        }
        ImagePreprocessing how = untouched();
        how.channels = 1;
        const Bytes grey = next(23, 17, 1);
        QCOMPARE(values(preprocessImage(how, image)), Values(grey.begin(), grey.end()));
        how.resize = true;
        how.filter = Filter::Bicubic;
        how.width = 10;
        how.height = 12;
        const Bytes small = next(10, 12, 1);
        QCOMPARE(values(preprocessImage(how, image)), Values(small.begin(), small.end()));
        QVERIFY(file.atEnd());
    }

    void theReferenceModelSeesTheSamePixels()
    {
        const QDir model(HEADLIGHT_SHARED_DIR "/models/fashion-vit");
        if (!model.exists("golden"))
            QSKIP("The reference models are not beside this checkout.");
        const auto how = readImagePreprocessing(model.path().toStdString(), pixels(1, 28, 28));
        QCOMPARE(textOf(how), "done");
        QCOMPARE(how->channels, 1);
        const QStringList cases = QDir(model.filePath("golden")).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        QCOMPARE(cases.size(), 2);
        for (const QString& name : cases) {
            const QDir golden(model.filePath("golden/" + name));
            QFile manifest(golden.filePath("manifest.json"));
            QVERIFY(manifest.open(QIODevice::ReadOnly));
            const QString image = QJsonDocument::fromJson(manifest.readAll())["image"].toString();
            const auto expected = readNpy(golden.filePath("pixel_values.npy").toStdString());
            QCOMPARE(textOf(expected), "done");
            const auto tensor = preprocessImage(*how, fromFile(model.filePath(image)));
            QCOMPARE(textOf(tensor), "done");
            QCOMPARE(describe((*tensor)->axes()), "[channel 1, row 28, column 28]");
            QCOMPARE(values(tensor), expected->values);
        }
    }

    void shortestEdgeKeepsProportionsAndTheMiddleIsCropped()
    {
        // A grey ramp from left to right, 8 × 4; its shorter edge is 4 already, so only the crop acts.
        ImagePixels ramp{8, 4, 1, Bytes(32)};
        for (std::size_t i = 0; i < ramp.bytes.size(); ++i)
            ramp.bytes[i] = static_cast<std::uint8_t>(i % 8 * 10);
        ImagePreprocessing how = untouched();
        how.channels = 1;
        how.resize = true;
        how.shortestEdge = 4;
        how.centerCrop = true;
        how.cropHeight = 2;
        how.cropWidth = 3;
        QCOMPARE(values(preprocessImage(how, ramp)), (Values{20, 30, 40, //
                                                             20, 30, 40}));
        how.centerCrop = false;
        how.shortestEdge = 3;
        QCOMPARE(describe((*preprocessImage(how, ramp))->axes()), "[channel 1, row 3, column 6]");
        how.longestEdge = 4;
        QCOMPARE(describe((*preprocessImage(how, ramp))->axes()), "[channel 1, row 2, column 4]");
    }

    void smallImagesGetABlackBorder()
    {
        ImagePreprocessing how = untouched();
        how.channels = 1;
        how.centerCrop = true;
        how.cropHeight = 3;
        how.cropWidth = 4;
        QCOMPARE(values(preprocessImage(how, {1, 2, 1, {7, 8}})), (Values{0, 0, 0, 0, //
                                                                          0, 0, 7, 0, //
                                                                          0, 0, 8, 0}));
    }

    void channelsAreMadeTheModels()
    {
        ImagePreprocessing how = untouched();
        QCOMPARE(values(preprocessImage(how, {1, 1, 1, {9}})), (Values{9, 9, 9}));
        QCOMPARE(values(preprocessImage(how, {1, 1, 4, {1, 2, 3, 200}})), (Values{1, 2, 3}));
        QCOMPARE(values(preprocessImage(how, {2, 1, 3, {1, 2, 3, 4, 5, 6}})), (Values{1, 4, 2, 5, 3, 6}));
        how.channels = 1;
        QCOMPARE(values(preprocessImage(how, {1, 1, 3, {255, 0, 0}})), (Values{76}));
        how.channels = 5;
        QCOMPARE(textOf(preprocessImage(how, {1, 1, 3, {1, 2, 3}})),
                 "expected an image of 5 channels, found 3");
    }

    void numbersAreRescaledAndNormalised()
    {
        ImagePreprocessing how;
        how.resize = false;
        how.channels = 3;
        how.mean = {0.5, 0.0, 1.0};
        how.deviation = {0.5, 1.0, 2.0};
        QCOMPARE(values(preprocessImage(how, {1, 1, 3, {255, 51, 0}})), (Values{1.0F, 0.2F, -0.5F}));
        how.mean = {0.5};
        how.deviation = {0.25};
        QCOMPARE(values(preprocessImage(how, {1, 1, 1, {255}})), (Values{2, 2, 2}));
        how.mean = {1, 2};
        QCOMPARE(textOf(preprocessImage(how, {1, 1, 1, {255}})),
                 "expected image_mean and image_std for 3 channels, found 2 and 1");
    }

    void configurationsOldAndNewAreRead()
    {
        const auto clip =
            parsed(R"({"crop_size": 224, "do_center_crop": true, "do_normalize": true, "do_resize": true,
            "feature_extractor_type": "CLIPFeatureExtractor", "image_mean": [0.48145466, 0.4578275, 0.40821073],
            "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3, "size": 200})");
        QCOMPARE(textOf(clip), "done");
        QCOMPARE(clip->shortestEdge, 200);
        QVERIFY(clip->centerCrop && clip->rescale && clip->normalize);
        QCOMPARE(clip->cropHeight, 224);
        QVERIFY(clip->filter == Filter::Bicubic);

        const auto vit =
            parsed(R"({"feature_extractor_type": "ViTFeatureExtractor", "size": 384, "image_mean":
            [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "do_normalize": true, "do_resize": true, "resample": 2})");
        QCOMPARE(textOf(vit), "done");
        QCOMPARE(vit->shortestEdge, 0);
        QCOMPARE(vit->height, 384);
        QCOMPARE(vit->width, 384);
        QVERIFY(!vit->centerCrop && vit->filter == Filter::Bilinear);

        const auto edges =
            parsed(R"({"image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": 32},
            "crop_size": {"height": 30, "width": 20}})");
        QCOMPARE(textOf(edges), "done");
        QCOMPARE(edges->shortestEdge, 32);
        QCOMPARE(edges->cropHeight, 30);
        QCOMPARE(edges->cropWidth, 20);
        QCOMPARE(edges->mean.size(), 3U);
    }

    void withoutAFileTheModelDecides()
    {
        const QTemporaryDir dir;
        const auto how = readImagePreprocessing(dir.path().toStdString(), pixels(2, 20, 30));
        QCOMPARE(textOf(how), "done");
        QCOMPARE(how->channels, 2);
        QCOMPARE(how->height, 20);
        QCOMPARE(how->width, 30);
        QCOMPARE(how->mean, std::vector<double>{0.5});
    }

    void wrongConfigurationsAreNamed()
    {
        QCOMPARE(textOf(parsed("{\"size\": {\"height\": 28}}")),
                 "preprocessor_config.json: size.width: expected a whole number from 1 to 4096, found none");
        QCOMPARE(textOf(parsed("{\"size\": 100000}")),
                 "preprocessor_config.json: size: expected a whole number from 1 to 4096, found 100000");
        QCOMPARE(textOf(parsed("{\"resample\": 6}")),
                 "preprocessor_config.json: resample: expected one of Pillow's filters from 0 to 5, found 6");
        QCOMPARE(textOf(parsed("{\"image_mean\": [1, 2]}")),
                 "preprocessor_config.json: image_mean: expected a number for each of 3 channels, found 2");
        QCOMPARE(textOf(parsed("{\"image_std\": [1, 0, 1]}")),
                 "preprocessor_config.json: image_std: expected numbers to divide by, found 0");
    }

    void imagesThatAreNoneAreRefused()
    {
        const ImagePreprocessing how;
        QCOMPARE(textOf(preprocessImage(how, {0, 0, 3, {}})),
                 "expected an image with pixels, found 0 × 0 with 0 bytes");
        QCOMPARE(textOf(preprocessImage(how, {2, 2, 3, Bytes(11)})),
                 "expected an image with pixels, found 2 × 2 with 11 bytes");
        QCOMPARE(textOf(preprocessImage(how, {1, 1, 2, Bytes(2)})),
                 "expected an image of 1, 3 or 4 channels, found 2");
        ImagePreprocessing edge = untouched();
        edge.resize = true;
        edge.shortestEdge = 4096;
        QCOMPARE(
            textOf(preprocessImage(edge, {1, 70'000, 1, Bytes(70'000)})),
            "expected an image that stays below 134217728 pixels when it is resized, found 4096 × 268435456");
    }
};

QTEST_GUILESS_MAIN(TestPreprocess)
#include "test_preprocess.moc"
