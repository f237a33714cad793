// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "golden_files.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>

#include <cmath>
#include <cstring>

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

Array readNpy(const QString& file)
{
    const QByteArray bytes = bytesOf(file);
    if (!bytes.startsWith("\x93NUMPY") || bytes.size() < 12)
        return {};
    const auto at = [&](int i) { return static_cast<unsigned char>(bytes[i]); };
    const int headerLength = bytes[6] == 1 ? at(8) | at(9) << 8 : at(8) | at(9) << 8 | at(10) << 16;
    const int begin = (bytes[6] == 1 ? 10 : 12) + headerLength;
    const QString header = QString::fromLatin1(bytes.mid(10, begin - 10));
    const bool floats = header.contains("'<f4'"), integers = header.contains("'<i8'");
    if ((!floats && !integers) || header.contains("'fortran_order': True"))
        return {};

    Array array;
    std::int64_t count = 1;
    const auto shape = QRegularExpression("'shape': \\(([^)]*)\\)").match(header).captured(1);
    for (const QString& size : shape.split(',', Qt::SkipEmptyParts))
        if (!size.trimmed().isEmpty()) {
            array.shape.push_back(size.trimmed().toLongLong());
            count *= array.shape.back();
        }
    const int width = floats ? 4 : 8;
    if (bytes.size() - begin != count * width)
        return {};
    array.values.reserve(static_cast<std::size_t>(count));
    for (std::int64_t i = 0; i < count; ++i) {
        const char* from = bytes.constData() + begin + i * width;
        if (floats) {
            float f = 0;
            std::memcpy(&f, from, sizeof f);
            array.values.push_back(static_cast<double>(f));
        } else {
            std::int64_t n = 0;
            std::memcpy(&n, from, sizeof n);
            array.values.push_back(static_cast<double>(n));
        }
    }
    return array;
}

Case readCase(const QString& folder)
{
    Case c;
    c.folder = folder;
    const QJsonObject config = objectIn(folder + "/config.json");
    c.modelType = config["model_type"].toString();
    for (const QJsonValue& a : config["architectures"].toArray())
        c.architectures << a.toString();
    const QJsonObject inputs = objectIn(folder + "/inputs.json");
    for (auto it = inputs.begin(); it != inputs.end(); ++it) {
        if (it->isObject()) {
            c.pixels = readNpy(folder + "/" + it->toObject()["npy"].toString());
            continue;
        }
        auto& list = c.inputs[it.key()];
        for (const QJsonValue& id : it->toArray().first().toArray())
            list.push_back(id.toDouble());
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
