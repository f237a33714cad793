// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/theme.h"

#include <QApplication>
#include <QFontDatabase>
#include <QFontInfo>
#include <QPainter>
#include <QPainterPath>
#include <QStyleFactory>

namespace headlight {

namespace {

ThemeColors lightColors()
{
    return {false,
            QColor(0xffffff),
            QColor(0xf3f4f8),
            QColor(0xffffff),
            QColor(0x1c2029),
            QColor(0x68707f),
            QColor(0xdde0e8),
            QColor(0x3b5bdb),
            QColor(0xffffff),
            QColor(0xeef1fa),
            QColor(0xfff4e0),
            QColor(0xf0c36d)};
}

ThemeColors darkColors()
{
    return {true,
            QColor(0x1f232b),
            QColor(0x191c23),
            QColor(0x262b34),
            QColor(0xe6e9ef),
            QColor(0x99a1b0),
            QColor(0x3a404c),
            QColor(0x5c7cfa),
            QColor(0xffffff),
            QColor(0x2d333e),
            QColor(0x3d3320),
            QColor(0x8a6d2f)};
}

QPalette paletteOf(const ThemeColors& c)
{
    QPalette p;
    p.setColor(QPalette::Window, c.window);
    p.setColor(QPalette::WindowText, c.text);
    p.setColor(QPalette::Base, c.base);
    p.setColor(QPalette::AlternateBase, c.panel);
    p.setColor(QPalette::Text, c.text);
    p.setColor(QPalette::Button, c.base);
    p.setColor(QPalette::ButtonText, c.text);
    p.setColor(QPalette::BrightText, c.accentText);
    p.setColor(QPalette::ToolTipBase, c.dark ? QColor(0x343a46) : QColor(0x2b303b));
    p.setColor(QPalette::ToolTipText, QColor(0xf3f5f9));
    p.setColor(QPalette::PlaceholderText, c.muted);
    p.setColor(QPalette::Highlight, c.accent);
    p.setColor(QPalette::HighlightedText, c.accentText);
    p.setColor(QPalette::Link, c.accent);
    p.setColor(QPalette::Light, c.dark ? QColor(0x3a404c) : QColor(0xffffff));
    p.setColor(QPalette::Midlight, c.line);
    p.setColor(QPalette::Mid, c.line);
    p.setColor(QPalette::Dark, c.dark ? QColor(0x14171c) : QColor(0xb8bdc9));
    p.setColor(QPalette::Shadow, c.dark ? QColor(0x0d0f13) : QColor(0x9aa0ad));
    QColor faint = c.muted;
    faint.setAlphaF(0.55F);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, faint);
    return p;
}

QString styleSheet(const ThemeColors& c)
{
    QString sheet = QStringLiteral(R"(
QMainWindow, QDialog { background: @window; }
QMenuBar { background: @window; padding: 2px 8px; }
QMenuBar::item { padding: 4px 10px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected { background: @hover; }
QMenu { background: @base; border: 1px solid @line; padding: 5px; }
QMenu::item { padding: 5px 26px 5px 22px; border-radius: 4px; }
QMenu::item:selected { background: @accent; color: @accentText; }
QMenu::item:disabled { color: @muted; background: transparent; }
QMenu::separator { height: 1px; background: @line; margin: 5px 8px; }
QStatusBar { background: @window; border-top: 1px solid @line; color: @muted; }
QStatusBar::item { border: none; }
QToolTip { background: @tip; color: #f3f5f9; border: none; padding: 5px 7px; }
QSplitter::handle { background: @line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QScrollBar { background: transparent; }
QScrollBar:vertical { width: 10px; margin: 2px; }
QScrollBar:horizontal { height: 10px; margin: 2px; }
QScrollBar::handle { background: @line; border-radius: 3px; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

#inputBar { background: @window; border-bottom: 1px solid @line; }
#outlinePanel, #explainPanel, #outline, #explainText { background: @window; }
#stagePane { background: @panel; }
#transport { background: @window; border-top: 1px solid @line; }
#panelTitle { color: @muted; font-weight: 600; letter-spacing: 0.5px; }
#stageTitle { font-size: @bigpx; font-weight: 700; }
#panelHeading { font-weight: 700; }
#hookName, #muted { color: @muted; }
#hookName { font-size: @hookpx; }
#headLabel { color: @good; border: 1px solid @good; border-radius: 9px; padding: 1px 9px; background: @goodBack; }

#textField { background: @base; border: 1px solid @line; border-radius: 7px; padding: 2px 5px; }
#textField:focus { border: 2px solid @accent; padding: 1px 4px; }
QComboBox, QSpinBox, QDoubleSpinBox, QLineEdit { background: @base; border: 1px solid @line; border-radius: 7px; padding: 5px 9px; selection-background-color: @accent; }
QComboBox:hover, QSpinBox:hover, QDoubleSpinBox:hover { border-color: @muted; }
QComboBox:focus, QLineEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus { border-color: @accent; }
QComboBox { combobox-popup: 0; }
QComboBox::drop-down { border: none; width: 20px; }
QComboBox::down-arrow { image: url(@arrow); width: 10px; height: 10px; }
QComboBox QAbstractItemView { background: @base; border: 1px solid @line; padding: 4px; outline: none; selection-background-color: @accent; selection-color: @accentText; }
#modelChooser { font-weight: 600; padding: 7px 9px; }

QToolButton, QPushButton { background: @base; border: 1px solid @line; border-radius: 7px; padding: 6px 11px; }
QToolButton:hover, QPushButton:hover { border-color: @muted; background: @hover; }
QToolButton:pressed, QPushButton:pressed { background: @line; }
QToolButton:focus, QPushButton:focus { border-color: @accent; }
QToolButton:disabled, QPushButton:disabled { color: @faint; }
QToolButton#primaryButton, QPushButton#primaryButton, QPushButton:default { background: @accent; color: @accentText; border-color: @accent; font-weight: 600; }
QToolButton#primaryButton:hover, QPushButton:default:hover { background: @accentHover; }
QToolButton#primaryButton:disabled { background: @line; border-color: @line; color: @muted; }
QToolButton#examplesButton { padding-right: 22px; }
QToolButton#examplesButton::menu-indicator { image: url(@arrow); width: 10px; height: 10px; subcontrol-position: right center; right: 8px; }
QToolButton#transportButton { padding: 6px 8px; }
QToolButton#headButton, QToolButton#stepButton { padding: 2px 0; min-width: 24px; border-radius: 5px; }
QToolButton#stepButton { padding: 2px 7px; }
QToolButton#watchButton, QToolButton#unfoldWhatIfs { padding: 2px 9px 2px 7px; border-radius: 5px; color: @muted; }
QToolButton#watchButton:hover, QToolButton#watchButton:focus, QToolButton#unfoldWhatIfs:hover, QToolButton#unfoldWhatIfs:focus, QToolButton#unfoldWhatIfs:checked { color: @text; }
QToolButton#headButton:checked, QToolButton#stepButton:checked { background: @accent; color: @accentText; border-color: @accent; }
QToolButton#flatButton { border: none; background: transparent; padding: 2px 6px; }
QToolButton#flatButton:hover { background: @hover; }
QToolButton#cancelRun { padding: 0 8px; border-radius: 5px; }
QToolButton#enlargeButton { border: none; border-bottom: 1px solid @line; border-radius: 0; background: @window; color: @muted; padding: 7px 14px 6px 14px; }
QToolButton#enlargeButton:hover, QToolButton#enlargeButton:focus { color: @text; background: @hover; }

QToolButton#colorButton { padding: 2px 4px; border-radius: 5px; background: @window; border-color: @line; }
QToolButton#colorButton:focus { border: 2px solid @accent; padding: 1px 3px; }
#colorPopover { background: @window; border: 1px solid @muted; border-radius: 7px; }
#colorPopover QComboBox, #colorPopover QLineEdit { padding: 3px 8px; }
#colorPopover QPushButton { padding: 4px 10px; }
#colorProblem { color: @text; background: @warning; border: 1px solid @warningLine; border-radius: 5px; padding: 3px 7px; }

#exportPreview { border: 1px solid @line; border-radius: 7px; }
#messageBar { background: @warning; border-bottom: 1px solid @warningLine; }
QPushButton#messageAction { padding: 4px 12px; }
#changedBar { background: @warning; border: 1px solid @warningLine; border-radius: 7px; }
#changedBar QPushButton { padding: 2px 10px; }
#whatIfBar QComboBox, #headsPanel QComboBox { padding: 2px 0 2px 6px; }
#whatIfBar QSpinBox, #whatIfBar QDoubleSpinBox { padding: 2px 4px; }
QLineEdit#cellEditor { border: 2px solid @accent; padding: 1px 6px; }

QTabWidget::pane { border: none; }
QTabBar { border-bottom: 1px solid @line; }
QTabWidget { background: @window; }
QTabBar { background: @window; }
QTabBar::tab { background: transparent; color: @muted; padding: 7px 10px 6px 10px; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:selected { color: @accent; border-bottom: 2px solid @accent; font-weight: 600; }
QTabBar::tab:focus { background: @hover; }
QTabBar QToolButton { border: none; border-radius: 0; padding: 0; background: @window; }

QSlider::groove:horizontal { height: 4px; background: @line; border-radius: 2px; }
QSlider::sub-page:horizontal { background: @accent; border-radius: 2px; }
QSlider::handle:horizontal { background: @accent; width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; }
QSlider::handle:horizontal:focus { border: 2px solid @text; width: 10px; height: 10px; border-radius: 7px; }
QProgressBar { background: @line; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
)");
    const auto put = [&](const char* name, const QString& value) {
        sheet.replace(QLatin1Char('@') + QLatin1String(name), value);
    };
    // Longer names first, so that none is the beginning of another.
    put("accentText", c.accentText.name());
    put("accentHover", c.dark ? c.accent.lighter(112).name() : c.accent.darker(112).name());
    put("accent", c.accent.name());
    put("warningLine", c.warningLine.name());
    put("warning", c.warning.name());
    put("window", c.window.name());
    put("panel", c.panel.name());
    put("base", c.base.name());
    put("text", c.text.name());
    put("muted", c.muted.name());
    put("line", c.line.name());
    put("hover", c.hover.name());
    put("faint", c.dark ? QStringLiteral("#5d6573") : QStringLiteral("#b3b8c3"));
    put("goodBack", c.dark ? QStringLiteral("#1d3a33") : QStringLiteral("#e6fcf5"));
    put("good", c.dark ? QStringLiteral("#63e6be") : QStringLiteral("#087f5b"));
    put("tip", c.dark ? QStringLiteral("#343a46") : QStringLiteral("#2b303b"));
    put("arrow", c.dark ? QStringLiteral(":/headlight/arrow-dark.svg")
                        : QStringLiteral(":/headlight/arrow-light.svg"));
    const int pixels = QFontInfo(QApplication::font()).pixelSize();
    put("bigpx", QStringLiteral("%1px").arg(qRound(pixels * 1.32)));
    put("hookpx", QStringLiteral("%1px").arg(qRound(pixels * 0.92)));
    return sheet;
}

} // namespace

Theme::Theme(QApplication& app)
    : m_app(app)
    , m_system(app.palette())
    , m_font(app.font())
{
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    m_family = QFontDatabase::hasFamily(QStringLiteral("Inter")) ? QStringLiteral("Inter")
                                                                 : QFontInfo(app.font()).family();
    m_font.setFamilies({m_family});
    m_font.setPixelSize(std::max(13, QFontInfo(app.font()).pixelSize()));
    m_font.setHintingPreference(QFont::PreferNoHinting);
}

void Theme::setLanguage(const QString& language)
{
    QStringList families{m_family};
    if (language == QStringLiteral("zh_CN"))
        for (const char* family :
             {"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "Source Han Sans CN",
              "Microsoft YaHei", "PingFang SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"})
            if (QFontDatabase::hasFamily(QLatin1String(family))) {
                families << QLatin1String(family);
                break;
            }
    m_font.setFamilies(families);
}

void Theme::apply(const QString& name, double zoom)
{
    const bool systemDark =
        m_system.color(QPalette::Window).lightnessF() < m_system.color(QPalette::WindowText).lightnessF();
    const bool dark = name == QStringLiteral("dark") || (name != QStringLiteral("light") && systemDark);
    m_colors = dark ? darkColors() : lightColors();
    QFont font = m_font;
    font.setPixelSize(qRound(m_font.pixelSize() * zoom));
    QApplication::setFont(font);
    QApplication::setPalette(paletteOf(m_colors));
    m_app.setStyleSheet(styleSheet(m_colors));
}

QPalette Theme::panelPalette() const
{
    QPalette p = paletteOf(m_colors);
    p.setColor(QPalette::Window, m_colors.panel);
    return p;
}

QIcon Theme::transportIcon(const QString& name, const QColor& color)
{
    QIcon icon;
    for (const double ratio : {1.0, 2.0}) {
        constexpr int size = 16;
        QPixmap pixmap(qRound(size * ratio), qRound(size * ratio));
        pixmap.setDevicePixelRatio(ratio);
        pixmap.fill(Qt::transparent);
        QPainter p(&pixmap);
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(QPen(color, 1.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        p.setBrush(color);
        const auto triangle = [&](double x, double width) {
            p.drawPolygon(QPolygonF({QPointF(x, 3.5), QPointF(x + width, 8), QPointF(x, 12.5)}));
        };
        const auto bar = [&](double x) { p.drawRect(QRectF(x, 3.5, 1.2, 9)); };
        if (name == QStringLiteral("next")) {
            triangle(5, 7);
        } else if (name == QStringLiteral("previous")) {
            triangle(11, -7);
        } else if (name == QStringLiteral("last")) {
            triangle(4, 6.5);
            bar(11.5);
        } else if (name == QStringLiteral("first")) {
            triangle(12, -6.5);
            bar(3.3);
        } else if (name == QStringLiteral("play")) {
            p.setBrush(Qt::NoBrush);
            triangle(2.5, 5.5);
            triangle(8.5, 5.5);
        } else if (name == QStringLiteral("watch")) {
            p.setBrush(Qt::NoBrush);
            triangle(4.5, 7);
        } else if (name == QStringLiteral("pause")) {
            p.drawRect(QRectF(4, 3.5, 2.4, 9));
            p.drawRect(QRectF(9.4, 3.5, 2.4, 9));
        } else if (name == QStringLiteral("breakpoint")) {
            triangle(2.5, 5);
            p.setPen(Qt::NoPen);
            p.setBrush(QColor(0xe03131));
            p.drawEllipse(QPointF(12, 8), 3.2, 3.2);
        }
        p.end();
        icon.addPixmap(pixmap);
    }
    return icon;
}

} // namespace headlight
