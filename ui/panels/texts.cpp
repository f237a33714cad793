// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/texts.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace headlight {

namespace {

QHash<QString, Text> readTexts(const QJsonObject& object)
{
    QHash<QString, Text> texts;
    for (auto it = object.begin(); it != object.end(); ++it) {
        const QJsonObject entry = it->toObject();
        texts.insert(it.key(), {entry.value(QLatin1String("what")).toString(),
                                entry.value(QLatin1String("why")).toString(),
                                entry.value(QLatin1String("without")).toString()});
    }
    return texts;
}

QString keyOf(std::string_view key)
{
    return QString::fromUtf8(key.data(), static_cast<qsizetype>(key.size()));
}

} // namespace

Texts::Texts(const std::filesystem::path& resources, const QString& language)
{
    QFile file(QString::fromStdString((resources / "texts" / (language.toStdString() + ".json")).string()));
    if (!file.open(QIODevice::ReadOnly))
        return;
    const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
    m_stages = readTexts(root.value(QLatin1String("stages")).toObject());
    m_ops = readTexts(root.value(QLatin1String("ops")).toObject());
}

Text Texts::stage(std::string_view key) const
{
    return m_stages.value(keyOf(key));
}

Text Texts::op(std::string_view name) const
{
    return m_ops.value(keyOf(name));
}

} // namespace headlight
