// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/figure_export.h"

#include "figures/views.h"
#include "support_figures.h"

#include <QBuffer>
#include <QClipboard>
#include <QGuiApplication>
#include <QImageReader>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

using namespace headlight;

class TestFigureExport : public QObject
{
    Q_OBJECT
private slots:
    void initTestCase();
    void pngHasItsSizeAndDensity();
    void svgIsReadAgain();
    void curvesGrowWithThePicture();
    void pdfIsOnePage();
    void everyViewIsSaved_data();
    void everyViewIsSaved();
    void numbersAreTheTensors();
    void tablesNameTheirRows();
    void allHeadsAreOneArray();
    void refusals();
    void failedWritesLeaveWhatWasThere();
    void copies();

private:
    [[nodiscard]] FigurePtr view(const char* name, const char* hook = "", std::optional<int> head = 3) const
    {
        ViewOptions options;
        options.hook = hook;
        options.head = head;
        options.layer = 1;
        const bool seen = std::string_view(name) == "overlay"; // only a model that sees has it
        auto figure = figureForView(name, seen ? test::sourceOf("fashion-vit") : m_source, options);
        if (!figure)
            qFatal("%s", figure.error().text().c_str());
        return std::move(*figure);
    }
    FigureSource m_source;
    FigureStyle m_style;
    QTemporaryDir m_dir;
    [[nodiscard]] std::filesystem::path file(const char* name) const
    {
        return m_dir.filePath(name).toStdString();
    }
};

void TestFigureExport::initTestCase()
{
    m_source = test::sourceOf("stories260k");
    m_style = test::pinned(FigureStyle::light());
}

void TestFigureExport::pngHasItsSizeAndDensity()
{
    const FigurePtr figure = view("stage", "blocks.1.attn.hook_qk");
    ExportOptions options;
    options.size = {800, 400};
    options.title = false;
    options.scale = 2.5;
    const auto bytes = exportFigure(*figure, ExportFormat::Png, m_style, options);
    QVERIFY(bytes.has_value());
    QImage image = QImage::fromData(*bytes, "PNG");
    QCOMPARE(image.size(), QSize(2000, 1000));
    QCOMPARE(image.dotsPerMeterX(), qRound(2.5 * 96 / 0.0254));
    QVERIFY(test::inked(image) > 10000);

    options.dpi = 300;
    options.title = true;
    image = *figureImage(*figure, m_style, options);
    QCOMPARE(image.width(), 2500);
    QVERIFY(image.height() > 1250); // room for the title
    QCOMPARE(image.dotsPerMeterY(), qRound(300 / 0.0254));
    QCOMPARE(image.text(QStringLiteral("Title")), figure->title());
}

void TestFigureExport::svgIsReadAgain()
{
    const FigurePtr figure = view("stage", "blocks.1.attn.hook_pattern");
    const auto bytes = exportFigure(*figure, ExportFormat::Svg, m_style, {});
    QVERIFY(bytes.has_value());
    QXmlStreamReader xml(*bytes);
    QString title;
    int texts = 0;
    while (!xml.atEnd()) {
        if (xml.readNext() == QXmlStreamReader::StartElement) {
            if (xml.name() == QLatin1String("title"))
                title = xml.readElementText();
            else if (xml.name() == QLatin1String("text"))
                ++texts;
        }
    }
    QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
    QCOMPARE(title, figure->title());
    QVERIFY(texts > 100); // numbers and labels are text, not strokes
    QSvgRenderer renderer(*bytes);
    QVERIFY(renderer.isValid());
    // It looks like the screen: most pixels agree with the PNG.
    ExportOptions options;
    options.scale = 1;
    const QImage png = *figureImage(*figure, m_style, options);
    QImage svg(png.size(), QImage::Format_RGB32);
    svg.fill(Qt::white);
    QPainter painter(&svg);
    renderer.render(&painter, QRectF(QPointF(0, 0), QSizeF(svg.size())));
    qsizetype different = 0;
    for (int y = 0; y < png.height(); ++y)
        for (int x = 0; x < png.width(); ++x)
            different += std::abs(qGray(png.pixel(x, y)) - qGray(svg.pixel(x, y))) > 90 ? 1 : 0;
    QVERIFY2(different < png.width() * png.height() / 20, qPrintable(QString::number(different)));
}

/// More dots an inch make the same picture finer: curves, too, which were drawn twice too large.
void TestFigureExport::curvesGrowWithThePicture()
{
    const FigurePtr figure = view("positions");
    ExportOptions once, twice;
    once.scale = 1;
    twice.scale = 2;
    const auto small = figureImage(*figure, m_style, once), large = figureImage(*figure, m_style, twice);
    QVERIFY(small && large);
    const QImage same = large->scaled(small->size(), Qt::IgnoreAspectRatio, Qt::SmoothTransformation);
    qsizetype different = 0;
    for (int y = 0; y < same.height(); ++y)
        for (int x = 0; x < same.width(); ++x)
            different += std::abs(qGray(small->pixel(x, y)) - qGray(same.pixel(x, y))) > 90 ? 1 : 0;
    QVERIFY2(different < same.width() * same.height() / 200, qPrintable(QString::number(different)));
}

void TestFigureExport::pdfIsOnePage()
{
    const FigurePtr figure = view("positions");
    const auto bytes = exportFigure(*figure, ExportFormat::Pdf, m_style, {});
    QVERIFY(bytes.has_value());
    QVERIFY(bytes->startsWith("%PDF-1."));
    QVERIFY(bytes->trimmed().endsWith("%%EOF"));
    QVERIFY(bytes->contains("/Count 1"));
    QVERIFY(bytes->contains("/FontFile2")); // embedded
}

void TestFigureExport::everyViewIsSaved_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QString>("ending");
    for (const std::string& name : viewNames())
        for (const char* ending : {"png", "svg", "pdf", "csv", "npy"})
            QTest::addRow("%s %s", name.c_str(), ending)
                << QByteArray::fromStdString(name) << QString::fromLatin1(ending);
}

void TestFigureExport::everyViewIsSaved()
{
    QFETCH(QByteArray, name);
    QFETCH(QString, ending);
    const FigurePtr figure = view(name.constData(), "blocks.1.attn.hook_pattern");
    const auto target = file(("view." + ending.toLatin1()).constData());
    for (const FigureStyle& style : {m_style, test::pinned(FigureStyle::darkStyle())}) {
        const auto saved = saveFigure(*figure, target, style, {});
        QVERIFY2(saved.has_value(), saved ? "" : saved.error().text().c_str());
        QVERIFY(std::filesystem::file_size(target) > 100); // one row of numbers has that much
    }
}

void TestFigureExport::numbersAreTheTensors()
{
    const TensorPtr pattern = *m_source.trace.tensor("blocks.1.attn.hook_pattern");
    // The slice that was asked for …
    QVERIFY(
        saveFigure(*view("tensor", "blocks.1.attn.hook_pattern"), file("a.npy"), m_style, {}).has_value());
    auto array = readNpy(file("a.npy"));
    QVERIFY(array.has_value());
    const std::int64_t n = pattern->size(1);
    QCOMPARE(array->shape, (std::vector<std::int64_t>{n, n}));
    for (std::int64_t q = 0; q < n; ++q)
        for (std::int64_t k = 0; k < n; ++k)
            QCOMPARE(array->values[static_cast<std::size_t>(q * n + k)], pattern->at({3, q, k}));
    // … and without a head the whole tensor.
    QVERIFY(saveFigure(*view("stage", "blocks.1.attn.hook_pattern", std::nullopt), file("b.npy"), m_style, {})
                .has_value());
    array = readNpy(file("b.npy"));
    QCOMPARE(array->shape, (std::vector<std::int64_t>{8, n, n}));
    for (std::int64_t i = 0; i < pattern->count(); ++i)
        QCOMPARE(array->values[static_cast<std::size_t>(i)], (*pattern)[i]);
}

void TestFigureExport::tablesNameTheirRows()
{
    QVERIFY(saveFigure(*view("head"), file("h.csv"), m_style, {}).has_value());
    QFile csv(m_dir.filePath("h.csv"));
    QVERIFY(csv.open(QIODevice::ReadOnly));
    const QStringList lines =
        QString::fromUtf8(csv.readAll()).split(QLatin1String("\r\n"), Qt::SkipEmptyParts);
    const TensorPtr pattern = *m_source.trace.tensor("blocks.1.attn.hook_pattern");
    QCOMPARE(lines.size(), pattern->size(1) + 1);
    QVERIFY(lines[0].startsWith(QLatin1String("query \\ key,")));
    const QStringList row = lines[2].split(QLatin1Char(','));
    QVERIFY(row.size() >= pattern->size(2) + 1);
    QCOMPARE(row[row.size() - static_cast<int>(pattern->size(2))].toFloat(), pattern->at({3, 1, 0}));
}

void TestFigureExport::allHeadsAreOneArray()
{
    QVERIFY(saveFigure(*view("heads"), file("all.npy"), m_style, {}).has_value());
    const auto array = readNpy(file("all.npy"));
    const TensorPtr pattern = *m_source.trace.tensor("blocks.4.attn.hook_pattern");
    const std::int64_t n = pattern->size(1);
    QCOMPARE(array->shape, (std::vector<std::int64_t>{5, 8, n, n}));
    QCOMPARE(array->values.back(), (*pattern)[pattern->count() - 1]);
    // Patterns of different sizes are no array.
    const auto grid = figureForView("heads", test::sourceOf("date-seq2seq"), {});
    QVERIFY(!saveFigure(**grid, file("no.npy"), m_style, {}).has_value());
}

void TestFigureExport::refusals()
{
    QCOMPARE(
        QString::fromStdString(exportFormatOf("picture.gif").error().text()),
        QStringLiteral("expected a file that ends in .png, .svg, .pdf, .csv or .npy, found \"picture.gif\""));
    QCOMPARE(*exportFormatOf("A.PNG"), ExportFormat::Png);
    ExportOptions options;
    options.scale = 1000;
    QVERIFY(!figureImage(*view("head"), m_style, options));
    options.scale = -1;
    QVERIFY(!figureImage(*view("head"), m_style, options));
    options.scale = 1;
    options.size = {1e9, 5};
    QVERIFY(!figureImage(*view("head"), m_style, options));
}

void TestFigureExport::failedWritesLeaveWhatWasThere()
{
    QVERIFY(!saveFigure(*view("head"), file("no/such/folder.png"), m_style, {}).has_value());
    QVERIFY(!std::filesystem::exists(file("no")));
}

void TestFigureExport::copies()
{
    QVERIFY(copyFigure(*view("head"), *QGuiApplication::clipboard(), m_style, {}).has_value());
    QVERIFY(!QGuiApplication::clipboard()->image().isNull());
}

QTEST_MAIN(TestFigureExport)
#include "test_figure_export.moc"
