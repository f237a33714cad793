// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden_files.h"

#include "formats/npy.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cmath>

namespace golden {

namespace {

QByteArray bytesOf(const QString& file)
{
    QFile f(file);
    return f.open(QIODevice::ReadOnly) ? f.readAll() : QByteArray();
}

QJsonObject objectIn(const QString& file)
{
    return QJsonDocument::fromJson(bytesOf(file)).object();
}

double finiteOr(const QJsonValue& value, double absent)
{
    // Masked scores make 1.8e308 of the difference and 3.4e38 of the largest value: as good as none.
    const double number = value.isDouble() ? value.toDouble() : absent;
    return std::abs(number) < 1e30 ? number : absent;
}

} // namespace

Array readArray(const QString& file)
{
    const auto array = headlight::readNpy(file.toStdString());
    if (!array)
        return {};
    return {array->shape, array->values};
}

Case readCase(const QString& folder)
{
    Case c;
    c.folder = folder;
    c.config = objectIn(folder + "/config.json");
    c.modelType = c.config["model_type"].toString();
    const QJsonObject inputs = objectIn(folder + "/inputs.json");
    for (auto it = inputs.begin(); it != inputs.end(); ++it) {
        if (it->isObject()) {
            c.pixels = readArray(folder + "/" + it->toObject()["npy"].toString());
            continue;
        }
        auto& list = c.inputs[it.key()];
        for (const QJsonValue& id : it->toArray().first().toArray())
            list.push_back(static_cast<float>(id.toDouble()));
    }
    const QJsonObject manifest = objectIn(folder + "/golden/manifest.json");
    for (const char* section : {"outputs", "trace"}) {
        const QJsonObject entries = manifest[section].toObject();
        for (auto it = entries.begin(); it != entries.end(); ++it) {
            const QJsonObject e = it->toObject();
            c.entries.push_back({it.key(), folder + "/golden/" + e["file"].toString(), section[0] == 'o',
                                 finiteOr(e["max_abs"], -1), finiteOr(e["max_abs_diff_vs_f64"], -1)});
        }
    }
    if (c.modelType.isEmpty() || c.inputs.empty() + c.pixels.values.empty() > 1 || c.entries.empty())
        c.problem = "no model_type, inputs or manifest entries in " + folder;
    return c;
}

QStringList caseFolders()
{
    const QDir root(HEADLIGHT_SHARED_DIR "/golden");
    QStringList all;
    for (const QString& name : root.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
        all << root.filePath(name);
    return all;
}

} // namespace golden
