// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Saving what is on the screen. Pictures are painted by the figure itself, so they are the same; files are
// written atomically. Needs a QApplication (offscreen will do) for fonts.

#include "figures/figure.h"
#include "result/result.h"

#include <QByteArray>
#include <QImage>

#include <filesystem>
#include <optional>

class QClipboard;

namespace headlight {

enum class ExportFormat { Png, Svg, Pdf, Csv, Npy };

/// By the file's ending; BadInput with the known endings otherwise.
[[nodiscard]] Result<ExportFormat> exportFormatOf(const std::filesystem::path& file);

struct ExportOptions
{
    QSizeF size;      ///< in logical pixels (96 a inch) without the title; empty takes the preferred size
    double scale = 2; ///< PNG: pixels a logical pixel
    std::optional<double> dpi; ///< PNG: dots an inch, instead of scale (scale = dpi / 96)
    bool title = true;
    Highlight highlight; ///< a pinned cell and its sources, drawn as on the screen
};

/// The bytes of a picture file (png, svg, pdf).
[[nodiscard]] Result<QByteArray> exportFigure(const Figure& figure, ExportFormat format,
                                              const FigureStyle& style, const ExportOptions& options = {});
/// The same into a file, by its ending.
[[nodiscard]] Result<void> saveFigure(const Figure& figure, const std::filesystem::path& file,
                                      const FigureStyle& style, const ExportOptions& options = {});
[[nodiscard]] Result<QImage> figureImage(const Figure& figure, const FigureStyle& style,
                                         const ExportOptions& options = {});
/// Copies the figure as an image.
[[nodiscard]] Result<void> copyFigure(const Figure& figure, QClipboard& clipboard, const FigureStyle& style,
                                      const ExportOptions& options = {});

} // namespace headlight
