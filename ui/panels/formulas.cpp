// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/formulas.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace headlight {

namespace {

const QString separator = QStringLiteral(": ");

} // namespace

QString notationOf(const QString& formula)
{
    return formula.section(separator, 0, 0);
}

QString remarkOf(const QString& formula)
{
    return formula.section(separator, 1);
}

QStringList symbolsIn(const QString& notation, const Program& program, int step)
{
    const Step& s = program.steps[static_cast<std::size_t>(step)];
    QStringList symbols{QString::fromStdString(s.symbol)};
    for (std::size_t i = 0; i < s.operands.size(); ++i)
        if (notation.contains(QStringLiteral("{%1}").arg(i)))
            symbols << QString::fromStdString(program.symbolOf(s.operands[i]));
    return symbols;
}

Formulas::Formulas(const std::filesystem::path& resources)
    : m_folder(QString::fromStdString((resources / "formulas").string()))
{
    QFile file(m_folder + QStringLiteral("/index.json"));
    if (!file.open(QIODevice::ReadOnly))
        return;
    const QJsonObject index = QJsonDocument::fromJson(file.readAll()).object();
    for (auto notation = index.begin(); notation != index.end(); ++notation) {
        const QJsonObject symbols = notation->toObject();
        for (auto it = symbols.begin(); it != symbols.end(); ++it)
            m_files[notation.key()][it.key()] = it->toString();
    }
}

QByteArray Formulas::svg(const QString& notation, const QStringList& symbols) const
{
    const QString name = m_files.value(notation).value(symbols.join(QStringLiteral(", ")));
    QFile file(m_folder + QLatin1Char('/') + name);
    return !name.isEmpty() && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QStringList Formulas::files() const
{
    QStringList all;
    for (const auto& symbols : m_files)
        all << symbols.values();
    return all;
}

} // namespace headlight
