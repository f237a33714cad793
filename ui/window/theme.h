// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Colours, fonts and the few shapes that make the window calm: two palettes over the Fusion style.

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>
#include <QString>

class QApplication;

namespace headlight {

struct ThemeColors
{
    bool dark = false;
    QColor window, panel, base, text, muted, line, accent, accentText, hover, warning, warningLine;
};

class Theme
{
public:
    /// Remembers the system's own palette and font.
    explicit Theme(QApplication& app);

    /// @p name: "light", "dark" or "system", which is the one that the system's palette looks like.
    void apply(const QString& name, double zoom);
    /// Adds a family that has the letters of @p language ("zh_CN"), where there is one, from the next apply()
    /// on. The system's own choice might be Japanese letters, or none that go with the others.
    void setLanguage(const QString& language);
    [[nodiscard]] const ThemeColors& colors() const { return m_colors; }
    /// The grey behind the pictures.
    [[nodiscard]] QPalette panelPalette() const;

    /// Pictures of the transport, drawn in the theme's colours: "first", "previous", "next", "play", "pause",
    /// "last", "breakpoint".
    [[nodiscard]] static QIcon transportIcon(const QString& name, const QColor& color);

private:
    QApplication& m_app;
    QPalette m_system;
    QString m_family; ///< of Latin letters
    QFont m_font;
    ThemeColors m_colors;
};

} // namespace headlight
