// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What tests of models share: the bundled models, their reference inputs, and small comparisons.

#include "formats/npy.h"
#include "models/model.h"
#include "run/workers.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <memory>
#include <string>
#include <vector>

namespace headlight::test {

inline std::filesystem::path resources()
{
    return std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "resources";
}

inline std::filesystem::path goldenFolder()
{
    return std::filesystem::path(HEADLIGHT_SOURCE_DIR) / "tests" / "golden";
}

inline QStringList bundledNames()
{
    QStringList names;
    for (const auto& folder : bundledModels(resources()))
        names << QString::fromStdString(folder.filename().string());
    return names;
}

inline ModelPtr bundled(const QString& name)
{
    auto model = openModel(resources() / "models" / name.toStdString());
    if (!model)
        qFatal("%s", model.error().text().c_str());
    return *model;
}

inline std::shared_ptr<Workers> workers(int threads = 2)
{
    return std::make_shared<Workers>(threads);
}

inline QJsonObject readJson(const std::filesystem::path& file)
{
    QFile f(QString::fromStdString(file.string()));
    if (!f.open(QIODevice::ReadOnly))
        qFatal("cannot read %s", file.c_str());
    return QJsonDocument::fromJson(f.readAll()).object();
}

inline std::vector<int> idsOf(const QJsonValue& batch)
{
    std::vector<int> ids;
    for (const auto& id : batch.toArray().at(0).toArray())
        ids.push_back(id.toInt());
    return ids;
}

/// Pixels [1, channel, row, column] of a file as [channel, row, column].
inline TensorPtr pixelsOf(const std::filesystem::path& file)
{
    auto array = readNpy(file);
    if (!array)
        qFatal("%s", array.error().text().c_str());
    const auto& s = array->shape;
    return std::make_shared<const Tensor>(
        Axes{named(axis::channel, s[1]), named(axis::row, s[2]), named(axis::column, s[3])}, array->values);
}

/// The reference input of a folder with inputs.json.
inline ModelInput goldenInput(const Model& model, const std::filesystem::path& folder)
{
    const QJsonObject json = readJson(folder / "inputs.json");
    Result<ModelInput> input = ModelInput{};
    if (json.contains("pixel_values"))
        input = makeImageInput(
            model, pixelsOf(folder / json["pixel_values"].toObject()["npy"].toString().toStdString()));
    else if (json.contains("decoder_input_ids"))
        input = makeInput(model, {{{}, idsOf(json["input_ids"])}, {{}, idsOf(json["decoder_input_ids"])}});
    else
        input = makeInput(model, {{{}, idsOf(json["input_ids"])}});
    if (!input)
        qFatal("%s", input.error().text().c_str());
    return *input;
}

/// The first reference input of a bundled model.
inline ModelInput anyInput(const Model& model)
{
    const QDir dir(QString::fromStdString((goldenFolder() / model.name).string()));
    const QStringList cases = dir.entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name);
    return goldenInput(model, (dir.path() + "/" + cases.first()).toStdString());
}

inline Trace run(const Model& model, ModelInput input, RunOptions options = {})
{
    auto trace = runModel(model.program, model.parameters, std::move(input), workers(), std::move(options));
    if (!trace)
        qFatal("%s", trace.error().text().c_str());
    return *trace;
}

} // namespace headlight::test
