// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/language.h"

#include "window/core_translator.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QLocale>

namespace headlight {

Language::Language(std::filesystem::path resources)
    : m_resources(std::move(resources))
    , m_code(QStringLiteral("en"))
{
}

Language::~Language()
{
    remove();
}

void Language::remove()
{
    for (const auto& translator : m_translators)
        QCoreApplication::removeTranslator(translator.get());
    m_translators.clear();
}

QString Language::of(const QStringList& systemLanguages)
{
    for (const QString& name : systemLanguages) {
        const QLocale::Language language = QLocale(name).language();
        if (language == QLocale::Chinese)
            return QStringLiteral("zh_CN");
        if (language == QLocale::English)
            break;
    }
    return QStringLiteral("en");
}

bool Language::apply(const QString& name)
{
    const QString code = name == QStringLiteral("en") || name == QStringLiteral("zh_CN")
                             ? name
                             : of(QLocale::system().uiLanguages());
    if (code == m_code)
        return false;
    remove();
    m_code = code;
    if (code == QStringLiteral("en"))
        return true;
    const auto install = [this](std::unique_ptr<QTranslator> translator) {
        QCoreApplication::installTranslator(translator.get());
        m_translators.push_back(std::move(translator));
    };
    auto standard = std::make_unique<QTranslator>();
    if (standard->load(QStringLiteral("qtbase_") + code, QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        install(std::move(standard));
    auto own = std::make_unique<QTranslator>();
    if (own->load(QStringLiteral(":/headlight/translations/headlight_%1.qm").arg(code)))
        install(std::move(own));
    install(std::make_unique<CoreTranslator>(m_resources / "texts" / (code.toStdString() + ".json")));
    return true;
}

} // namespace headlight
