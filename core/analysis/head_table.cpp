// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/head_table.h"

#include "formats/csv.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace headlight {

namespace {

/// nan and inf as other writers of CSV have them.
std::string number(double value)
{
    if (std::isnan(value))
        return "nan";
    char digits[32];
    return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

} // namespace

std::vector<MetricDefinition> definitionsWith(const std::vector<std::string>& keys)
{
    auto definitions = metricDefinitions();
    const auto& all = allMetricDefinitions();
    for (std::size_t i = definitions.size(); i < all.size(); ++i)
        if (std::find(keys.begin(), keys.end(), all[i].key) != keys.end())
            definitions.push_back(all[i]);
    return definitions;
}

std::string headsAsCsv(const Program& program, const std::vector<HeadMetrics>& heads,
                       const std::vector<MetricDefinition>& definitions)
{
    std::string text = "attention,stack,kind,layer,head,label,evidence,offset";
    for (const MetricDefinition& d : definitions)
        text += "," + csvField(d.key);
    text += "\r\n";
    for (const HeadMetrics& head : heads) {
        const AttentionLayer& attention = program.attention[static_cast<std::size_t>(head.layer)];
        const auto finding = head.finding();
        text += csvField(attention.name) + "," + csvField(attention.stack) +
                (attention.kind == AttentionLayer::Kind::Cross ? ",cross," : ",self,") +
                std::to_string(attention.layer) + "," + std::to_string(head.head) + "," +
                csvField(finding ? finding->label : "") + "," + csvField(finding ? finding->evidence() : "") +
                "," + std::to_string(head.offset);
        for (const MetricDefinition& d : definitions) {
            const auto value = head.value(d.key);
            text += "," + (value ? number(*value) : std::string());
        }
        text += "\r\n";
    }
    return text;
}

} // namespace headlight
