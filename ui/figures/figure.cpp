// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "figures/figure.h"

#include <QFontDatabase>
#include <QFontInfo>
#include <QGuiApplication>

namespace headlight {

namespace {

/// Pixels, so that a picture is the same whatever device it is drawn on.
QFont inPixels(QFont font, double factor = 1)
{
    font.setPixelSize(std::max(6, qRound(QFontInfo(font).pixelSize() * factor)));
    return font;
}

void setFonts(FigureStyle& style, const QFont& base)
{
    style.font = inPixels(base);
    // The families after the first are those of a language with letters of its own.
    const QStringList further = base.families().mid(1);
    QFont mono = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    if (!further
             .isEmpty()) // "monospace" is only an alias, which Qt would pass over for a family that is there
        mono.setFamilies(QStringList(QFontInfo(mono).family()) + further);
    mono.setPixelSize(style.font.pixelSize());
    style.monoFont = mono;
    QFont math(QStringList{QStringLiteral("STIX Two Text"), QStringLiteral("Libertinus Serif"),
                           QStringLiteral("DejaVu Serif"), QStringLiteral("Noto Serif")} +
               further);
    math.setStyleHint(QFont::Serif);
    math.setItalic(true);
    math.setPixelSize(qRound(style.font.pixelSize() * 1.3));
    style.mathFont = math;
}

QFont defaultFont()
{
    QFont font = QGuiApplication::font();
    font.setPixelSize(13);
    return font;
}

} // namespace

FigureStyle FigureStyle::light()
{
    FigureStyle s;
    s.background = QColor(0xffffff);
    s.text = QColor(0x1c2029);
    s.mutedText = QColor(0x68707f);
    s.line = QColor(0xd6dae3);
    s.query = QColor(0x3557d6);
    s.key = QColor(0xd97706);
    s.accent = QColor(0x3557d6);
    s.masked = QColor(0xe3e6ec);
    setFonts(s, defaultFont());
    return s;
}

FigureStyle FigureStyle::darkStyle()
{
    FigureStyle s;
    s.background = QColor(0x1b1e25);
    s.text = QColor(0xe6e9ef);
    s.mutedText = QColor(0x99a1b0);
    s.line = QColor(0x3b414d);
    s.query = QColor(0x7f9cff);
    s.key = QColor(0xf5a742);
    s.accent = QColor(0x7f9cff);
    s.masked = QColor(0x31363f);
    s.dark = true;
    setFonts(s, defaultFont());
    return s;
}

FigureStyle FigureStyle::fromPalette(const QPalette& palette, const QFont& font)
{
    const QColor window = palette.color(QPalette::Window);
    const QColor text = palette.color(QPalette::WindowText);
    FigureStyle s = window.lightnessF() < text.lightnessF() ? darkStyle() : light();
    s.background = window;
    s.text = text;
    setFonts(s, font);
    return s;
}

Highlight highlightOf(const Trace& trace, const CellRef& focus)
{
    Highlight h;
    h.focus = focus;
    if (focus.tensor.kind != TensorRef::Kind::Step || !trace.valid() || !trace.reached(focus.tensor.index))
        return h;
    const auto operands = trace.operands(focus.tensor.index);
    const auto result = trace.step(focus.tensor.index);
    if (!operands || !result || !(*result)->contains(focus.cell))
        return h;
    Operands plain;
    for (const TensorPtr& t : *operands)
        plain.push_back(t.get());
    const auto& refs = trace.program().steps[static_cast<std::size_t>(focus.tensor.index)].operands;
    visitCells(trace.derive(focus.tensor.index, plain, focus.cell), [&](int operand, const Cell& cell) {
        h.sources.push_back({refs[static_cast<std::size_t>(operand)], cell});
    });
    return h;
}

} // namespace headlight
