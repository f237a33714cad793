// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the program remembers between two starts. Tests give a file of their own.

#include <QSettings>
#include <QString>
#include <QStringList>

namespace headlight {

class Settings
{
public:
    explicit Settings(const QString& file = {});

    [[nodiscard]] QString lastModel() const;
    void setLastModel(const QString& nameOrFolder);
    [[nodiscard]] QStringList recentModels() const;
    void addRecentModel(const QString& folder);

    [[nodiscard]] QString theme() const; ///< "light", "dark", "system"
    void setTheme(const QString& theme);
    [[nodiscard]] QString language() const; ///< "en", "zh_CN", "system"
    void setLanguage(const QString& language);
    [[nodiscard]] double zoom() const;
    void setZoom(double zoom);

    [[nodiscard]] QByteArray bytes(const QString& key) const;
    void setBytes(const QString& key, const QByteArray& bytes);
    [[nodiscard]] bool flag(const QString& key, bool otherwise) const;
    void setFlag(const QString& key, bool value);
    [[nodiscard]] QString text(const QString& key) const;
    void setText(const QString& key, const QString& value);
    void sync() { m_settings.sync(); }

private:
    QSettings m_settings;
};

} // namespace headlight
