// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "session/core_words.h"

#include <QCoreApplication>

#include <string>

namespace headlight {

namespace {

/// Whole phrases are looked up, since languages put their parts together in different ways.
QString phrase(std::string english)
{
    if (!english.empty() && english[0] >= 'a' && english[0] <= 'z')
        english[0] = static_cast<char>(english[0] - 'a' + 'A');
    return coreWords(english);
}

} // namespace

QString coreWords(std::string_view english)
{
    return QCoreApplication::translate("Core", std::string(english).c_str());
}

QString coreLine(std::string_view english)
{
    return QCoreApplication::translate("CoreLine", std::string(english).c_str());
}

QString headLabel(std::string_view label)
{
    constexpr std::string_view offset = "offset ";
    if (!label.starts_with(offset))
        return coreWords(label);
    label.remove_prefix(offset.size());
    return coreWords("offset %1").arg(QString::fromUtf8(label.data(), static_cast<qsizetype>(label.size())));
}

QString headEvidence(const HeadFinding& finding)
{
    QString title = coreWords(finding.metric);
    for (const MetricDefinition& d : allMetricDefinitions())
        if (d.key == finding.metric)
            title = coreWords(d.title);
    return QStringLiteral("%1 %2 > %3")
        .arg(title)
        .arg(finding.value, 0, 'f', 2)
        .arg(finding.threshold, 0, 'f', 1);
}

QString axisName(const Axis& axis)
{
    return coreWords(axis.name);
}

QString stageTitle(const Stage& stage)
{
    const QString title =
        stage.number < 0 ? coreWords(stage.title) : coreWords(stage.title + " %1").arg(stage.number);
    // A subscript where core has an underscore.
    return QString(title).replace(QStringLiteral("W_O"), QStringLiteral("Wₒ"));
}

QString stackTitle(const AttentionLayer& layer)
{
    const bool cross = layer.kind == AttentionLayer::Kind::Cross;
    return phrase(layer.stack + (layer.stack.empty() ? "" : " ") +
                  (cross ? "cross-attention" : "self-attention"));
}

QString layerTitle(const AttentionLayer& layer)
{
    const bool cross = layer.kind == AttentionLayer::Kind::Cross;
    return phrase(layer.stack + (layer.stack.empty() ? "" : " ") + "layer %1" +
                  (cross ? " cross-attention" : ""))
        .arg(layer.layer);
}

} // namespace headlight
