// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/derivation_view.h"

#include <QStringList>

#include <algorithm>

namespace headlight {

namespace {

bool isUpright(const QString& word)
{
    static const QStringList functions{
        QStringLiteral("exp"),  QStringLiteral("sin"),     QStringLiteral("cos"),
        QStringLiteral("tanh"), QStringLiteral("erf"),     QStringLiteral("max"),
        QStringLiteral("log"),  QStringLiteral("sigmoid"), QStringLiteral("act")};
    return functions.contains(word);
}

QString italics(const QString& text)
{
    return QStringLiteral("<i>%1</i>").arg(text.toHtmlEscaped());
}

/// "W_Q" with a subscript; a symbol that is an expression ("S/√d", "QKᵀ") in brackets, so that its index
/// belongs to all of it.
QString symbolHtml(const QString& symbol, bool indexed)
{
    const auto capitals = std::count_if(symbol.begin(), symbol.end(), [](QChar c) { return c.isUpper(); });
    const bool compound =
        indexed &&
        (symbol.contains(QLatin1Char('/')) || symbol.contains(QLatin1Char('+')) ||
         symbol.contains(QLatin1Char(' ')) || (capitals > 1 && !symbol.contains(QLatin1Char('_'))));
    QString html;
    for (qsizetype i = 0; i < symbol.size(); ++i) {
        if (symbol[i] == QLatin1Char('_') && i + 1 < symbol.size()) {
            qsizetype end = i + 1;
            while (end < symbol.size() && symbol[end].isLetterOrNumber())
                ++end;
            html += QStringLiteral("<sub>%1</sub>").arg(symbol.mid(i + 1, end - i - 1).toHtmlEscaped());
            i = end - 1;
        } else {
            html += QString(symbol[i]).toHtmlEscaped();
        }
    }
    html = QStringLiteral("<i>%1</i>").arg(html);
    return compound ? QStringLiteral("(%1)").arg(html) : html;
}

QString inlineHtml(const QString& formula, const Program& program, int step, const QString& firstColor,
                   const QString& secondColor)
{
    const Step& s = program.steps[static_cast<std::size_t>(step)];
    QString html;
    for (qsizetype i = 0; i < formula.size();) {
        const QChar c = formula[i];
        if (c == QLatin1Char('{') && i + 2 < formula.size() && formula[i + 2] == QLatin1Char('}')) {
            const QChar which = formula[i + 1];
            i += 3;
            QString index;
            if (i < formula.size() && formula[i] == QLatin1Char('[')) {
                const qsizetype end = formula.indexOf(QLatin1Char(']'), i);
                if (end > 0) {
                    index = formula.mid(i + 1, end - i - 1);
                    i = end + 1;
                }
            }
            const int operand = which.digitValue();
            QString symbol;
            if (which == QLatin1Char('r'))
                symbol = QString::fromStdString(s.symbol);
            else if (operand >= 0 && static_cast<std::size_t>(operand) < s.operands.size())
                symbol =
                    QString::fromStdString(program.symbolOf(s.operands[static_cast<std::size_t>(operand)]));
            QString piece = symbolHtml(symbol, !index.isEmpty());
            // Single letters are written one after the other, as on paper; what has a subscript already, and
            // what is no single letter, gets its index in brackets.
            const bool letters = !index.contains(QLatin1Char('_')) && !index.contains(QLatin1Char(' '));
            if (!index.isEmpty() && letters && !symbol.contains(QLatin1Char('_')))
                piece +=
                    QStringLiteral("<sub>%1</sub>").arg(italics(QString(index).remove(QLatin1Char(','))));
            else if (!index.isEmpty())
                piece +=
                    QStringLiteral("[%1]").arg(inlineHtml(index, program, step, firstColor, secondColor));
            const QString color = operand == 0 ? firstColor : operand == 1 ? secondColor : QString();
            html += color.isEmpty() ? piece
                                    : QStringLiteral("<span style='color:%1'>%2</span>").arg(color, piece);
        } else if (c.isLetter() && c != QChar(0x03A3) && c != QChar(0x221A)) { // Σ and √ stand upright
            qsizetype end = i;
            while (end < formula.size() && formula[end].isLetter())
                ++end;
            const QString word = formula.mid(i, end - i);
            html += word.size() > 1 || isUpright(word) ? word.toHtmlEscaped() : italics(word);
            i = end;
        } else if (c == QLatin1Char('_') || c == QLatin1Char('^')) {
            qsizetype end = i + 1;
            QString inner;
            if (end < formula.size() && formula[end] == QLatin1Char('(')) {
                const qsizetype close = formula.indexOf(QLatin1Char(')'), end);
                inner = formula.mid(end + 1, close - end - 1);
                end = close + 1;
            } else {
                while (end < formula.size() && formula[end].isLetterOrNumber())
                    ++end;
                inner = formula.mid(i + 1, end - i - 1);
            }
            html += QStringLiteral("<%1>%2</%1>")
                        .arg(c == QLatin1Char('_') ? QStringLiteral("sub") : QStringLiteral("sup"),
                             italics(inner));
            i = std::max(end, i + 1);
        } else {
            html += QString(c).toHtmlEscaped();
            ++i;
        }
    }
    return html;
}

/// The one division that is the whole right-hand side, "… = a / b": where it stands; −1 for other formulas.
qsizetype wholeFraction(const QString& formula, qsizetype equals)
{
    int depth = 0;
    qsizetype found = -1;
    for (qsizetype i = equals + 3; i < formula.size(); ++i) {
        const QChar c = formula[i];
        if (c == QLatin1Char('(') || c == QLatin1Char('['))
            ++depth;
        else if (c == QLatin1Char(')') || c == QLatin1Char(']'))
            --depth;
        const bool spaced = depth == 0 && formula[i - 1] == QLatin1Char(' ') && i + 1 < formula.size() &&
                            formula[i + 1] == QLatin1Char(' ');
        if (!spaced)
            continue;
        if (c != QLatin1Char('/') || found >= 0)
            return -1;
        found = i;
    }
    return found;
}

} // namespace

QString formulaHtml(const QString& formula, const Program& program, int step, const QString& firstColor,
                    const QString& secondColor)
{
    const auto html = [&](const QString& part) {
        return inlineHtml(part, program, step, firstColor, secondColor);
    };
    const qsizetype equals = formula.indexOf(QStringLiteral(" = "));
    const qsizetype slash = equals < 0 ? -1 : wholeFraction(formula, equals);
    if (slash < 0)
        return html(formula);
    // Over and under a line, as on paper.
    return QStringLiteral(
               "<table align='center' cellspacing='0' cellpadding='1'><tr>"
               "<td rowspan='2' valign='middle'>%1 =&nbsp;</td>"
               "<td align='center' style='border-bottom:1px solid; padding-bottom:1px'>%2</td></tr>"
               "<tr><td align='center'>%3</td></tr></table>")
        .arg(html(formula.left(equals)), html(formula.mid(equals + 3, slash - equals - 4)),
             html(formula.mid(slash + 2)));
}

} // namespace headlight
