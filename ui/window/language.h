// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The language of the window. Three sources answer QCoreApplication::translate(): the interface's own
// translation (resources/translations, built in), core's words (resources/texts, with the explanations) and,
// where the system has it, Qt's for its standard dialogs. The command line never makes one: it speaks
// English.

#include <QString>
#include <QStringList>

#include <filesystem>
#include <memory>
#include <vector>

class QTranslator;

namespace headlight {

class Language
{
public:
    /// @p resources: where texts/LANGUAGE.json is.
    explicit Language(std::filesystem::path resources);
    ~Language(); ///< English again
    Language(const Language&) = delete;
    Language& operator=(const Language&) = delete;

    /// @p name: "en", "zh_CN" or "system". True when the language is another one now.
    bool apply(const QString& name);
    /// "en" or "zh_CN"
    [[nodiscard]] const QString& code() const { return m_code; }

    /// The first of the system's languages, as a person has ordered them, that there is; else English.
    [[nodiscard]] static QString of(const QStringList& systemLanguages);

private:
    void remove();

    std::filesystem::path m_resources;
    QString m_code;
    std::vector<std::unique_ptr<QTranslator>> m_translators;
};

} // namespace headlight
