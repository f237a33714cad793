// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/reduced_motion.h"

#include <QFile>
#include <QSettings>
#include <QStandardPaths>

namespace headlight {

bool desktopReducesMotion(const QString& folder)
{
    const QString where =
        folder.isEmpty() ? QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) : folder;
    for (const QString& gtk :
         {QStringLiteral("/gtk-4.0/settings.ini"), QStringLiteral("/gtk-3.0/settings.ini")})
        if (QFile::exists(where + gtk)) {
            const QString value = QSettings(where + gtk, QSettings::IniFormat)
                                      .value(QStringLiteral("Settings/gtk-enable-animations"))
                                      .toString()
                                      .trimmed()
                                      .toLower();
            if (value == QLatin1String("0") || value == QLatin1String("false"))
                return true;
        }
    const QString kde = where + QStringLiteral("/kdeglobals");
    if (!QFile::exists(kde))
        return false;
    bool isNumber = false;
    const double factor = QSettings(kde, QSettings::IniFormat)
                              .value(QStringLiteral("KDE/AnimationDurationFactor"))
                              .toString()
                              .toDouble(&isNumber);
    return isNumber && factor == 0;
}

} // namespace headlight
