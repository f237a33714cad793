// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A bundled model in a folder of its own, to break.

#include "support.h"

#include <QTemporaryDir>

#include <cstring>
#include <functional>
#include <span>

namespace headlight::test {

class ModelCopy
{
public:
    explicit ModelCopy(const QString& model = "nano-sort")
    {
        const QDir from(QString::fromStdString((resources() / "models" / model.toStdString()).string()));
        for (const QString& file : from.entryList(QDir::Files))
            QFile::copy(from.filePath(file), filePath(file));
    }
    [[nodiscard]] QString path() const { return m_dir.path(); }
    [[nodiscard]] QString filePath(const QString& name) const { return m_dir.filePath(name); }
    [[nodiscard]] QByteArray read(const QString& name) const
    {
        QFile file(filePath(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(const QString& name, const QByteArray& bytes) const
    {
        QFile file(filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(name));
    }
    void remove(const QString& name) const { QFile::remove(filePath(name)); }

    /// Changes the header of model.safetensors; the data stays.
    void editHeader(const std::function<void(QJsonObject&)>& edit) const
    {
        const QByteArray file = read("model.safetensors");
        qint64 length = 0;
        std::memcpy(&length, file.constData(), 8);
        QJsonObject header = QJsonDocument::fromJson(file.mid(8, length)).object();
        edit(header);
        write("model.safetensors",
              withLength(QJsonDocument(header).toJson(QJsonDocument::Compact)) + file.mid(8 + length));
    }
    /// Changes a tensor's numbers.
    void editNumbers(const QString& tensor, const std::function<void(std::span<float>)>& edit) const
    {
        QByteArray file = read("model.safetensors");
        qint64 length = 0;
        std::memcpy(&length, file.constData(), 8);
        const QJsonArray offsets = QJsonDocument::fromJson(file.mid(8, length))
                                       .object()[tensor]
                                       .toObject()["data_offsets"]
                                       .toArray();
        const qint64 begin = offsets[0].toInteger(), end = offsets[1].toInteger();
        std::vector<float> numbers(std::size_t(end - begin) / sizeof(float));
        std::memcpy(numbers.data(), file.constData() + 8 + length + begin, std::size_t(end - begin));
        edit(numbers);
        std::memcpy(file.data() + 8 + length + begin, numbers.data(), std::size_t(end - begin));
        write("model.safetensors", file);
    }
    static QByteArray withLength(const QByteArray& header)
    {
        const qint64 length = header.size();
        return QByteArray(reinterpret_cast<const char*>(&length), 8) + header;
    }

private:
    QTemporaryDir m_dir;
};

} // namespace headlight::test
