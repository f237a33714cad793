// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// One cell's arithmetic as it is read: a derivation with names and real numbers in the place of its operands.
// Plain data, made from core's derive() and evaluate(); no widget and no mathematics of its own.

#include "figures/tensor_slice.h"
#include "program/derivation.h"
#include "result/result.h"

#include <QString>

#include <optional>
#include <vector>

namespace headlight {

/// A piece of an expression: words, or a number that came from a cell.
struct Span
{
    /// Operand 0 is shown in the query's colour, operand 1 in the key's.
    enum class Role { Plain, First, Second, Symbol };
    QString text;
    Role role = Role::Plain;
    std::optional<CellRef> cell; ///< where the number stands: a link
};
using Spans = std::vector<Span>;

struct DerivationView
{
    /// One summand, or one candidate of a maximum.
    struct Term
    {
        QString name; ///< "d0", "␣little", "b_Q"
        Spans expression;
        double value = 0;
        double partial = 0;   ///< the sum up to and with this one, in the order in which they are shown
        bool product = false; ///< of exactly two numbers: expression is number, number
    };
    struct Line
    {
        QString symbol; ///< "Z", or the result's own
        bool sum = false;
        std::vector<Term> terms; ///< of a sum: all, or those with the largest contributions
        int hiddenTerms = 0;
        double hiddenSum = 0;
        double largest = 0; ///< the largest magnitude among all terms, for bars
        Spans expression;   ///< of anything else
        double value = 0;
    };

    CellRef cell;
    QString hook;    ///< "blocks.1.attn.hook_qk[3, 9, 8]"
    Spans heading;   ///< "␣little looks at ␣a"
    QString place;   ///< "row 9, column 8"
    QString formula; ///< core's, with {0}, {1}, {r} still in it
    std::vector<Line> lines;
    double result = 0;    ///< the derivation, evaluated
    float stored = 0;     ///< the tensor's own number
    bool changed = false; ///< a what-if has put another number there

    [[nodiscard]] Spans resultOf(const Line& line) const;
};

struct DerivationOptions
{
    int digits = 3;       ///< behind the point
    bool showAll = false; ///< all terms in their order; else, of many, the largest contributions first
    int most = 12;        ///< how many are 'many'
};

/// Errors: NotFound for tensors that the run has not made, BadInput for a cell outside its tensor.
[[nodiscard]] Result<DerivationView> derivationView(const FigureSource& source, const CellRef& cell,
                                                    const DerivationOptions& options = {});

/// "+3.448", "−0.021", "+1.2e−07", "−∞": the same number of digits wherever numbers stand in columns.
[[nodiscard]] QString signedNumber(double value, int digits);
/// The same without a plus.
[[nodiscard]] QString plainNumber(double value, int digits);
/// A derivation's result with at most so many digits behind the point: as many as it has in common with the
/// stored number, which float32 has rounded. What is printed, read again, is the stored number to all of its
/// digits.
[[nodiscard]] QString printedResult(double result, float stored, int digits);
/// The shortest text that is read as this number again.
[[nodiscard]] QString storedNumber(float value);
/// The number that was printed, for tests and for copying.
[[nodiscard]] double parseNumber(const QString& text);

/// The whole derivation as lines of text, with numbers as programs read them: to be pasted elsewhere.
[[nodiscard]] QString derivationText(const DerivationView& view, const QString& formula);

/// A formula in core's notation as rich text: indices as subscripts, symbols in italics, operands in their
/// colours (CSS names or #rrggbb).
[[nodiscard]] QString formulaHtml(const QString& formula, const Program& program, int step,
                                  const QString& firstColor, const QString& secondColor);

} // namespace headlight
