// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/settings.h"

#include <algorithm>

namespace headlight {

namespace {

constexpr qsizetype mostRecent = 8;

} // namespace

Settings::Settings(const QString& file)
    : m_settings(file.isEmpty() ? QSettings(QSettings::IniFormat, QSettings::UserScope,
                                            QStringLiteral("headlight"), QStringLiteral("headlight"))
                                      .fileName()
                                : file,
                 QSettings::IniFormat)
{
}

QString Settings::lastModel() const
{
    return m_settings.value(QStringLiteral("model")).toString();
}

void Settings::setLastModel(const QString& nameOrFolder)
{
    m_settings.setValue(QStringLiteral("model"), nameOrFolder);
}

QStringList Settings::recentModels() const
{
    return m_settings.value(QStringLiteral("recent")).toStringList();
}

void Settings::addRecentModel(const QString& folder)
{
    QStringList list = recentModels();
    list.removeAll(folder);
    list.prepend(folder);
    m_settings.setValue(QStringLiteral("recent"), list.mid(0, mostRecent));
}

QString Settings::theme() const
{
    return m_settings.value(QStringLiteral("theme"), QStringLiteral("system")).toString();
}

void Settings::setTheme(const QString& theme)
{
    m_settings.setValue(QStringLiteral("theme"), theme);
}

QString Settings::language() const
{
    return m_settings.value(QStringLiteral("language"), QStringLiteral("system")).toString();
}

void Settings::setLanguage(const QString& language)
{
    m_settings.setValue(QStringLiteral("language"), language);
}

double Settings::zoom() const
{
    return std::clamp(m_settings.value(QStringLiteral("zoom"), 1.0).toDouble(), 0.5, 4.0);
}

void Settings::setZoom(double zoom)
{
    m_settings.setValue(QStringLiteral("zoom"), zoom);
}

QByteArray Settings::bytes(const QString& key) const
{
    return m_settings.value(key).toByteArray();
}

void Settings::setBytes(const QString& key, const QByteArray& bytes)
{
    m_settings.setValue(key, bytes);
}

bool Settings::flag(const QString& key, bool otherwise) const
{
    return m_settings.value(key, otherwise).toBool();
}

void Settings::setFlag(const QString& key, bool value)
{
    m_settings.setValue(key, value);
}

QString Settings::text(const QString& key) const
{
    return m_settings.value(key).toString();
}

void Settings::setText(const QString& key, const QString& value)
{
    m_settings.setValue(key, value);
}

} // namespace headlight
