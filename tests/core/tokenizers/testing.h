// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What the tokenizer tests share: files on disk, and tokens in the types that QCOMPARE prints.

#include "tokenizers/tokenizer.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>
#include <QTest>

namespace headlight::testing {

inline QJsonObject readJsonFile(const QString& path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).object();
}

inline void writeFile(const QTemporaryDir& folder, const QString& name, const QByteArray& bytes)
{
    QFile file(folder.filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

inline Result<std::unique_ptr<Tokenizer>> openTokenizerAt(const QString& folder)
{
    return openTokenizer(folder.toStdString());
}

inline QList<int> idsOf(const std::vector<Token>& tokens)
{
    QList<int> ids;
    for (const Token& token : tokens)
        ids << token.id;
    return ids;
}

inline QStringList piecesOf(const std::vector<Token>& tokens)
{
    QStringList pieces;
    for (const Token& token : tokens)
        pieces << QString::fromStdString(token.piece);
    return pieces;
}

inline QList<int> intsOf(const QJsonArray& array)
{
    QList<int> ints;
    for (const QJsonValue& value : array)
        ints << value.toInt(-1);
    return ints;
}

inline QStringList stringsOf(const QJsonArray& array)
{
    QStringList strings;
    for (const QJsonValue& value : array)
        strings << value.toString();
    return strings;
}

/// The error's line; empty without an error (QVERIFY2 asks for it in any case).
template <class T>
QString errorOf(const Result<T>& result)
{
    return result ? QString() : QString::fromStdString(result.error().text());
}

/// The tokens of a text, or a failed test and no tokens.
inline std::vector<Token> encoded(const Tokenizer& tokenizer, const QByteArray& text, bool addSpecial = true)
{
    auto tokens = tokenizer.encode(std::string_view(text.constData(), static_cast<std::size_t>(text.size())),
                                   addSpecial);
    if (!tokens) {
        QTest::qFail(qPrintable(errorOf(tokens)), __FILE__, __LINE__);
        return {};
    }
    return *tokens;
}

} // namespace headlight::testing
