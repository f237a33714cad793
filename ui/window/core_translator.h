// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Core's English in another language, from the file that also has the explanations. The context "Core" is
// words and sentences as they are ("words", "metrics" and "examples" of the file). The context "CoreLine" is
// lines with numbers and names in them: "lines" of the file has them with %1, %2 … in their places, and what
// stands there is looked up again, since lines are put together from others.

#include <QHash>
#include <QRegularExpression>
#include <QTranslator>

#include <filesystem>
#include <vector>

namespace headlight {

class CoreTranslator : public QTranslator
{
public:
    explicit CoreTranslator(const std::filesystem::path& file);

    [[nodiscard]] QString translate(const char* context, const char* sourceText, const char* disambiguation,
                                    int n) const override;
    [[nodiscard]] bool isEmpty() const override { return m_words.isEmpty() && m_patterns.empty(); }

private:
    struct Pattern
    {
        QRegularExpression english;
        std::vector<int> places; ///< which %n each of the expression's groups is
        QString translation;
    };

    [[nodiscard]] QString line(const QString& english, int depth) const;

    QHash<QString, QString> m_words;
    std::vector<Pattern> m_patterns; ///< those with more words of their own first
};

} // namespace headlight
