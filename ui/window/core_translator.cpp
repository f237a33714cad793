// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "window/core_translator.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cstring>

namespace headlight {

namespace {

constexpr int deepest = 4; ///< lines within lines

} // namespace

CoreTranslator::CoreTranslator(const std::filesystem::path& file)
{
    QFile json(QString::fromStdString(file.string()));
    if (!json.open(QIODevice::ReadOnly))
        return;
    const QJsonObject root = QJsonDocument::fromJson(json.readAll()).object();
    for (const char* section : {"examples", "metrics", "words"}) {
        const QJsonObject object = root.value(QLatin1String(section)).toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            m_words.insert(it.key(), it->toString());
    }
    static const QRegularExpression place(QStringLiteral("%([1-9])"));
    const QJsonObject lines = root.value(QLatin1String("lines")).toObject();
    std::vector<std::pair<qsizetype, Pattern>> patterns;
    for (auto it = lines.begin(); it != lines.end(); ++it) {
        const QString english = it.key();
        Pattern pattern;
        pattern.translation = it->toString();
        QString expression = QStringLiteral("^");
        qsizetype at = 0, own = 0;
        for (auto found = place.globalMatch(english); found.hasNext();) {
            const auto match = found.next();
            expression += QRegularExpression::escape(english.mid(at, match.capturedStart() - at)) +
                          QStringLiteral("(.*?)");
            own += match.capturedStart() - at;
            pattern.places.push_back(match.captured(1).toInt());
            at = match.capturedEnd();
        }
        own += english.size() - at;
        expression += QRegularExpression::escape(english.mid(at)) + QStringLiteral("$");
        pattern.english.setPattern(expression);
        pattern.english.setPatternOptions(QRegularExpression::DotMatchesEverythingOption);
        patterns.emplace_back(own, std::move(pattern));
    }
    std::stable_sort(patterns.begin(), patterns.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (auto& [own, pattern] : patterns)
        m_patterns.push_back(std::move(pattern));
}

QString CoreTranslator::translate(const char* context, const char* sourceText, const char*, int) const
{
    if (std::strcmp(context, "Core") == 0)
        return m_words.value(QString::fromUtf8(sourceText));
    if (std::strcmp(context, "CoreLine") == 0)
        return line(QString::fromUtf8(sourceText), 0);
    return {};
}

QString CoreTranslator::line(const QString& english, int depth) const
{
    if (const auto it = m_words.find(english); it != m_words.end())
        return *it;
    if (depth > deepest)
        return english;
    for (const Pattern& pattern : m_patterns) {
        const auto match = pattern.english.match(english);
        if (!match.hasMatch())
            continue;
        const QString& text = pattern.translation;
        // In one pass, so that a name with a "%1" in it stays a name.
        QString result;
        for (qsizetype i = 0; i < text.size(); ++i) {
            const int number =
                text[i] == QLatin1Char('%') && i + 1 < text.size() ? text[i + 1].digitValue() : -1;
            const auto group = std::find(pattern.places.begin(), pattern.places.end(), number);
            if (number < 1 || group == pattern.places.end()) {
                result += text[i];
                continue;
            }
            const QString part = match.captured(static_cast<int>(group - pattern.places.begin()) + 1);
            result += line(part, depth + 1);
            ++i;
        }
        return result;
    }
    return depth == 0 ? QString() : english;
}

} // namespace headlight
