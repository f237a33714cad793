// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What lies in a golden folder: a tiny model, its input, and reference tensors with a manifest.

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <cstdint>
#include <map>
#include <vector>

namespace golden {

/// A reference tensor: row-major numbers.
struct Array
{
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

/// An .npy file; no values when it cannot be read.
[[nodiscard]] Array readArray(const QString& file);

struct Entry
{
    QString name; ///< in the reference
    QString file;
    bool output = false;    ///< from the manifest's outputs, else from its trace
    double maxAbs = -1;     ///< −1 when the manifest has none
    double maxAbsDiff = -1; ///< of the reference itself against double precision; −1 when unknown
};

struct Case
{
    QString folder;
    QString modelType;
    QJsonObject config;
    std::map<QString, std::vector<float>> inputs; ///< inputs.json's lists, first of the batch
    Array pixels;                                 ///< [image, channel, row, column]
    std::vector<Entry> entries;
    QString problem; ///< why it could not be read; empty when all is well
};

[[nodiscard]] Case readCase(const QString& folder);
/// All case folders below HEADLIGHT_SHARED_DIR/golden, by name.
[[nodiscard]] QStringList caseFolders();

} // namespace golden
