// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The words of the explain panel: for every kind of stage and op what it does, why it is there and what would
// break without it. One JSON file a language in resources/texts.

#include <QHash>
#include <QString>

#include <filesystem>
#include <string_view>

namespace headlight {

struct Text
{
    QString what, why, without;
    [[nodiscard]] bool empty() const { return what.isEmpty(); }
};

class Texts
{
public:
    Texts() = default;
    /// Reads `texts/LANGUAGE.json`; empty when there is none.
    Texts(const std::filesystem::path& resources, const QString& language);

    [[nodiscard]] Text stage(std::string_view key) const;
    [[nodiscard]] Text op(std::string_view name) const;
    [[nodiscard]] bool empty() const { return m_stages.isEmpty() && m_ops.isEmpty(); }

private:
    QHash<QString, Text> m_stages, m_ops;
};

} // namespace headlight
