// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/figure_export.h"

#include "formats/csv.h"
#include "formats/files.h"
#include "formats/npy.h"
#include "result/quote.h"

#include <QBuffer>
#include <QClipboard>
#include <QFontMetricsF>
#include <QMarginsF>
#include <QMimeData>
#include <QPageSize>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

constexpr double figureExportMargin = 14;
constexpr double logicalDpi = 96;
/// An image larger than this would not be opened by much.
constexpr double figureExportMostPixels = 200e6;
constexpr double mostSide = 32000;

struct Page
{
    QSizeF size;   ///< with title
    QRectF figure; ///< where the figure is painted
};

QFont titleFont(const FigureStyle& style)
{
    QFont font = style.font;
    font.setPixelSize(qRound(style.font.pixelSize() * 1.25));
    font.setBold(true);
    return font;
}

QFont subtitleFont(const FigureStyle& style)
{
    QFont font = style.monoFont;
    font.setPixelSize(std::max(7, qRound(style.font.pixelSize() * 0.86)));
    return font;
}

Result<Page> pageFor(const Figure& figure, const FigureStyle& style, const ExportOptions& options)
{
    QSizeF size = options.size.isEmpty() ? figure.preferredSize(style) : options.size;
    if (!std::isfinite(size.width()) || !std::isfinite(size.height()) || size.isEmpty() ||
        size.width() > mostSide || size.height() > mostSide)
        return fail(ErrorCode::BadInput, "expected a picture of at most 32000 × 32000, found " +
                                             std::to_string(size.width()) + " × " +
                                             std::to_string(size.height()));
    size = {std::ceil(size.width()), std::ceil(size.height())};
    Page page;
    double top = 0;
    if (options.title) {
        top = figureExportMargin + QFontMetricsF(titleFont(style)).height() + 2;
        if (!figure.subtitle().isEmpty())
            top += QFontMetricsF(subtitleFont(style)).height() + 2;
        // A title is never cut: a narrow figure is given more room.
        const double wide = std::max(QFontMetricsF(titleFont(style)).horizontalAdvance(figure.title()),
                                     QFontMetricsF(subtitleFont(style)).horizontalAdvance(figure.subtitle()));
        size.setWidth(std::max(size.width(), std::ceil(std::min(wide + 2 * figureExportMargin, 4000.0))));
    }
    page.size = {size.width(), std::ceil(size.height() + top)};
    page.figure = QRectF(QPointF(0, std::ceil(top)), size);
    return page;
}

void paintPage(QPainter& painter, const Page& page, const Figure& figure, const FigureStyle& style,
               const ExportOptions& options)
{
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    painter.fillRect(QRectF(QPointF(0, 0), page.size), style.background);
    if (options.title) {
        const QFontMetricsF fm(titleFont(style));
        painter.setFont(titleFont(style));
        painter.setPen(style.text);
        painter.drawText(QPointF(figureExportMargin, figureExportMargin + fm.ascent()), figure.title());
        if (!figure.subtitle().isEmpty()) {
            painter.setFont(subtitleFont(style));
            painter.setPen(style.mutedText);
            painter.drawText(QPointF(figureExportMargin, figureExportMargin + fm.height() + 2 +
                                                             QFontMetricsF(subtitleFont(style)).ascent()),
                             figure.subtitle());
        }
    }
    figure.paint(painter, page.figure, style, options.highlight);
}

Result<QByteArray> png(const Figure& figure, const FigureStyle& style, const ExportOptions& options)
{
    const auto image = figureImage(figure, style, options);
    if (!image)
        return tl::unexpected(image.error());
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image->save(&buffer, "PNG"))
        return fail(ErrorCode::Io, "the PNG could not be written");
    return bytes;
}

Result<QByteArray> svg(const Figure& figure, const FigureStyle& style, const ExportOptions& options)
{
    const auto page = pageFor(figure, style, options);
    if (!page)
        return tl::unexpected(page.error());
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(static_cast<int>(logicalDpi));
    generator.setSize(page->size.toSize());
    generator.setViewBox(QRectF(QPointF(0, 0), page->size));
    generator.setTitle(figure.title());
    generator.setDescription(figure.subtitle());
    QPainter painter;
    if (!painter.begin(&generator))
        return fail(ErrorCode::Io, "the SVG could not be written");
    paintPage(painter, *page, figure, style, options);
    painter.end();
    return bytes;
}

Result<QByteArray> pdf(const Figure& figure, const FigureStyle& style, const ExportOptions& options)
{
    const auto page = pageFor(figure, style, options);
    if (!page)
        return tl::unexpected(page.error());
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setTitle(figure.title());
    writer.setCreator(QStringLiteral("Headlight"));
    // One page that is exactly the figure.
    writer.setPageSize(QPageSize(page->size * 72 / logicalDpi, QPageSize::Point, {}, QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF(0, 0, 0, 0));
    writer.setResolution(1200);
    QPainter painter;
    if (!painter.begin(&writer))
        return fail(ErrorCode::Io, "the PDF could not be written");
    painter.scale(writer.resolution() / logicalDpi, writer.resolution() / logicalDpi);
    paintPage(painter, *page, figure, style, options);
    painter.end();
    return bytes;
}

/// A matrix for CSV: all axes but the last run down.
Tensor asTable(const Tensor& tensor)
{
    if (tensor.rank() <= 2)
        return tensor.dense();
    const std::int64_t columns = std::max<std::int64_t>(tensor.size(tensor.rank() - 1), 1);
    const Tensor dense = tensor.dense();
    return {Axes{named("row", tensor.count() / columns), tensor.axes().back()},
            std::vector<float>(dense.values().begin(), dense.values().end())};
}

Result<FigureData> dataOf(const Figure& figure)
{
    FigureData data = figure.data();
    if (!data.tensor)
        return fail(ErrorCode::Unsupported, "expected a picture of one table of numbers, found one that has "
                                            "none or several of different sizes");
    return data;
}

Result<void> saveData(const Figure& figure, ExportFormat format, const std::filesystem::path& file)
{
    auto data = dataOf(figure);
    if (!data)
        return tl::unexpected(data.error());
    if (format == ExportFormat::Npy)
        return writeNpy(file, *data->tensor);
    return writeCsv(file, asTable(*data->tensor), {data->corner, data->rows, data->columns});
}

} // namespace

Result<ExportFormat> exportFormatOf(const std::filesystem::path& file)
{
    std::string ending = file.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (ending == ".png")
        return ExportFormat::Png;
    if (ending == ".svg")
        return ExportFormat::Svg;
    if (ending == ".pdf")
        return ExportFormat::Pdf;
    if (ending == ".csv")
        return ExportFormat::Csv;
    if (ending == ".npy")
        return ExportFormat::Npy;
    return fail(ErrorCode::BadInput, "expected a file that ends in .png, .svg, .pdf, .csv or .npy, found " +
                                         quote(file.filename().string()));
}

Result<QImage> figureImage(const Figure& figure, const FigureStyle& style, const ExportOptions& options)
{
    const auto page = pageFor(figure, style, options);
    if (!page)
        return tl::unexpected(page.error());
    const double scale = options.dpi ? *options.dpi / logicalDpi : options.scale;
    const QSizeF pixels = page->size * scale;
    if (!(scale > 0) || pixels.width() > mostSide || pixels.height() > mostSide ||
        pixels.width() * pixels.height() > figureExportMostPixels)
        return fail(ErrorCode::TooLarge,
                    "expected a picture of at most 200 million pixels, found a scale of " +
                        std::to_string(scale));
    QImage image(std::max(1, qRound(pixels.width())), std::max(1, qRound(pixels.height())),
                 QImage::Format_RGB32);
    if (image.isNull())
        return fail(ErrorCode::TooLarge, "there is not enough memory for a picture of this size");
    // Dots a metre; viewers show the picture in its logical size.
    const int dots = qRound(scale * logicalDpi / 0.0254);
    image.setDotsPerMeterX(dots);
    image.setDotsPerMeterY(dots);
    image.setText(QStringLiteral("Title"), figure.title());
    image.setText(QStringLiteral("Software"), QStringLiteral("Headlight"));
    QPainter painter(&image);
    painter.scale(scale, scale);
    paintPage(painter, *page, figure, style, options);
    painter.end();
    return image;
}

Result<QByteArray> exportFigure(const Figure& figure, ExportFormat format, const FigureStyle& style,
                                const ExportOptions& options)
{
    switch (format) {
    case ExportFormat::Png:
        return png(figure, style, options);
    case ExportFormat::Svg:
        return svg(figure, style, options);
    case ExportFormat::Pdf:
        return pdf(figure, style, options);
    default:
        return fail(ErrorCode::BadInput, "numbers are written straight to a file");
    }
}

Result<void> saveFigure(const Figure& figure, const std::filesystem::path& file, const FigureStyle& style,
                        const ExportOptions& options)
{
    const auto format = exportFormatOf(file);
    if (!format)
        return tl::unexpected(format.error());
    if (*format == ExportFormat::Csv || *format == ExportFormat::Npy)
        return saveData(figure, *format, file);
    const auto bytes = exportFigure(figure, *format, style, options);
    if (!bytes)
        return tl::unexpected(bytes.error());
    return writeFileAtomically(file,
                               std::string_view(bytes->constData(), static_cast<std::size_t>(bytes->size())));
}

Result<void> copyFigure(const Figure& figure, QClipboard& clipboard, const FigureStyle& style,
                        const ExportOptions& options)
{
    auto image = figureImage(figure, style, options);
    if (!image)
        return tl::unexpected(image.error());
    clipboard.setImage(*image);
    return {};
}

} // namespace headlight
