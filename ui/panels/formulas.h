// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The typeset formulas in resources/formulas, which scripts/formulas made of TeX. A formula is found by what
// its op says (Derivation::formula) and by the symbols of the step, so nothing here knows an op or a family.

#include "program/program.h"

#include <QByteArray>
#include <QHash>
#include <QString>
#include <QStringList>

#include <filesystem>

namespace headlight {

/// What is typeset of a derivation's formula: "{r} = {0} / √d" …
[[nodiscard]] QString notationOf(const QString& formula);
/// … and what is said behind it: "d = 8"; empty when there is nothing to say.
[[nodiscard]] QString remarkOf(const QString& formula);
/// The symbols in a notation as a step has them: the result's, then those of the operands that it names, in
/// their order.
[[nodiscard]] QStringList symbolsIn(const QString& notation, const Program& program, int step);

class Formulas
{
public:
    Formulas() = default;
    /// Reads `formulas/index.json`; empty when there is none.
    explicit Formulas(const std::filesystem::path& resources);

    /// The picture, in black ("currentColor") and in thousandths of an em; empty when nobody typeset it.
    /// Symbols have the ids "result-1", "operand-0-1", the last number counting their places.
    [[nodiscard]] QByteArray svg(const QString& notation, const QStringList& symbols) const;
    /// The names of all files.
    [[nodiscard]] QStringList files() const;

private:
    QString m_folder;
    QHash<QString, QHash<QString, QString>> m_files; ///< notation → symbols → file
};

} // namespace headlight
