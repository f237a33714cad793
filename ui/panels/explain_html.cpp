// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/explain_html.h"

#include <QCoreApplication>
#include <QImage>
#include <QPainter>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace headlight {

namespace {

constexpr int barWidth = 40;
const QString times = QStringLiteral("\u00a0×\u00a0"), equals = QStringLiteral("=\u00a0");

struct ExplainHtmlWords
{
    Q_DECLARE_TR_FUNCTIONS(ExplainHtml)
};

QString colorOf(Span::Role role, const ExplainStyle& style)
{
    switch (role) {
    case Span::Role::First:
        return style.first.name();
    case Span::Role::Second:
        return style.second.name();
    default:
        return style.text.name();
    }
}

/// @p together: a row of a table, which must not break at its signs.
QString spanHtml(const Span& span, const ExplainStyle& style, bool together = false)
{
    QString text = span.text.toHtmlEscaped();
    if (together)
        text.replace(QLatin1Char(' '), QChar(0xA0));
    if (span.cell)
        return QStringLiteral("<a href='%1' style='color:%2; text-decoration:none'>%3</a>")
            .arg(cellLink(*span.cell), colorOf(span.role, style), text);
    if (span.role == Span::Role::Symbol)
        return QStringLiteral("<b>%1</b>").arg(text);
    return QStringLiteral("<span style='color:%1'>%2</span>").arg(colorOf(span.role, style), text);
}

QString spansHtml(const Spans& spans, const ExplainStyle& style, bool together = false)
{
    QString html;
    for (const Span& s : spans)
        html += spanHtml(s, style, together);
    return html;
}

/// With some air before it; spaces at the edge of a cell would not count as its width.
QString cell(const QString& content)
{
    return QStringLiteral("<td align='right' style='padding-left:6px'>%1</td>").arg(content);
}

QString muted(const QString& text, const ExplainStyle& style)
{
    return QStringLiteral("<span style='color:%1'>%2</span>").arg(style.muted.name(), text);
}

constexpr double advance = 0.61; // of a monospaced letter, in its size

int leastPixels(const ExplainStyle& style)
{
    return std::max(8, style.pixelSize - 4);
}

qsizetype lengthOf(const Spans& spans)
{
    qsizetype letters = 0;
    for (const Span& s : spans)
        letters += s.text.size();
    return letters;
}

/// The size at which "symbol = expression = value" stays on one line of the panel, if there is one.
int linePixels(const QString& symbol, const DerivationView::Line& line, const QString& value,
               const ExplainStyle& style)
{
    const qsizetype letters = symbol.size() + 3 + 2 + 1 + value.size() + lengthOf(line.expression);
    constexpr int padding = 12;
    const int fitting = static_cast<int>((style.width - padding) / (advance * static_cast<double>(letters)));
    const int wanted = style.pixelSize - 1;
    return fitting < leastPixels(style) ? wanted : std::min(fitting, wanted);
}

/// How a sum's terms are set: letters so small that the longest stays on one line of the panel, and, since
/// the letters are monospaced, how many of them each part has. A part is filled up with spaces; a column of
/// the table for each would take a document twice as long to lay out.
struct TermsLook
{
    int pixelSize = 12;
    bool partialSums = false, bars = false;
    qsizetype first = 0, second = 0; ///< of a product
    qsizetype expression = 0, value = 0, partial = 0;
};

TermsLook termsLook(const DerivationView::Line& line, const ExplainStyle& style)
{
    TermsLook look;
    qsizetype name = 0;
    for (const auto& term : line.terms) {
        name = std::max(name, term.name.size());
        look.value = std::max(look.value, signedNumber(term.value, style.digits).size());
        look.partial = std::max(look.partial, plainNumber(term.partial, style.digits).size());
        if (term.product) {
            look.first = std::max(look.first, term.expression[0].text.size());
            look.second = std::max(look.second, term.expression[1].text.size());
        } else {
            look.expression = std::max(look.expression, lengthOf(term.expression));
        }
    }
    if (look.first > 0)
        look.expression = std::max(look.expression, look.first + times.size() + look.second);
    if (line.hiddenTerms > 0)
        look.value = std::max(look.value, signedNumber(line.hiddenSum, style.digits).size());
    const int least = leastPixels(style), wanted = std::max(least, style.pixelSize - 3);
    const auto with = [&](bool partialSums, bool bars) {
        constexpr int padding = 24;
        const double room = style.width - padding - (bars ? barWidth : 0);
        const auto all = static_cast<double>(name + 1 + look.expression + equals.size() + look.value +
                                             (partialSums ? look.partial + 2 : 0));
        TermsLook tried = look;
        tried.pixelSize = static_cast<int>(room / (advance * all));
        tried.partialSums = partialSums;
        tried.bars = bars;
        return tried;
    };
    TermsLook best = with(style.partialSums, true);
    if (best.pixelSize < wanted)
        best = with(style.partialSums, false);
    if (best.pixelSize < least)
        best = with(false, false);
    best.pixelSize = std::clamp(best.pixelSize, least, std::max(least, style.pixelSize - 1));
    return best;
}

QString spaces(qsizetype count)
{
    return QString(std::max<qsizetype>(0, count), QChar(0xA0));
}

/// The number in a column of so many letters.
QString inColumn(const QString& number, qsizetype letters)
{
    return spaces(letters - number.size()) + number;
}

QString expressionHtml(const DerivationView::Term& term, const TermsLook& look, const ExplainStyle& style)
{
    if (!term.product)
        return spansHtml(term.expression, style, true);
    const Span &first = term.expression[0], &second = term.expression[1];
    return spanHtml(first, style) + muted(times + spaces(look.second - second.text.size()), style) +
           spanHtml(second, style);
}

QString termsHtml(const DerivationView::Line& line, const ExplainStyle& style)
{
    const TermsLook look = termsLook(line, style);
    const auto partialHtml = [&](double sum, qsizetype letters) {
        return look.partialSums ? muted(inColumn(plainNumber(sum, style.digits), letters), style) : QString();
    };
    const auto valueHtml = [&](double value, double sum) {
        return cell(muted(equals, style) +
                    inColumn(signedNumber(value, style.digits), look.value).toHtmlEscaped() +
                    partialHtml(sum, look.partial + 2));
    };
    QString html =
        QStringLiteral("<div style='font-size:%1px; white-space:nowrap'>"
                       "<table cellspacing='0' cellpadding='1' width='100%' style='margin-top:3px'>")
            .arg(look.pixelSize);
    if (look.partialSums)
        html += QStringLiteral("<tr><td colspan='2'></td>") +
                cell(muted(ExplainHtmlWords::tr("so far"), style)) + QStringLiteral("</tr>");
    for (const auto& term : line.terms) {
        html += QStringLiteral("<tr><td>%1</td>").arg(muted(term.name.toHtmlEscaped(), style)) +
                cell(expressionHtml(term, look, style));
        // A number alone need not be said twice.
        const bool alone = !term.product && term.expression.size() == 1;
        html += alone ? cell(partialHtml(term.partial, 0)) : valueHtml(term.value, term.partial);
        if (look.bars) {
            const double share =
                line.largest > 0 && std::isfinite(term.value) ? term.value / line.largest : 0;
            html += QStringLiteral("<td><img src='bar:%1'></td>").arg(share, 0, 'f', 3);
        }
        html += QStringLiteral("</tr>");
    }
    if (line.hiddenTerms > 0)
        html +=
            QStringLiteral(
                "<tr><td colspan='2' style='white-space:normal'><a href='all:' style='color:%1'>%2</a></td>")
                .arg(style.accent.name(), ExplainHtmlWords::tr("show the other %1").arg(line.hiddenTerms)) +
            valueHtml(line.hiddenSum, line.terms.back().partial + line.hiddenSum) + QStringLiteral("</tr>");
    else if (style.showAll && line.terms.size() > 12)
        html += QStringLiteral("<tr><td colspan='4'><a href='less:' style='color:%1'>%2</a></td></tr>")
                    .arg(style.accent.name(), ExplainHtmlWords::tr("show only the largest"));
    return html + QStringLiteral("</table></div>");
}

} // namespace

QString derivationHtml(const DerivationView& view, const ExplainStyle& style)
{
    QString html;
    // Beside long names the place stays in one piece: "row 5, column" above "5" is hard to read.
    QString place = view.place.toHtmlEscaped();
    place.replace(QLatin1Char(' '), QStringLiteral("&nbsp;"));
    if (!view.heading.empty()) {
        QString heading;
        for (const Span& s : view.heading)
            heading += s.role == Span::Role::Plain ? s.text.toHtmlEscaped()
                                                   : QStringLiteral("<b>%1</b>").arg(spanHtml(s, style));
        html += QStringLiteral("<table width='100%' cellspacing='0' cellpadding='0'><tr><td>%1</td>"
                               "<td align='right'>%2</td></tr></table>")
                    .arg(heading, muted(place, style));
    } else {
        html += QStringLiteral("<p>%1</p>").arg(muted(place, style));
    }
    html += QStringLiteral("<div style='font-family:\"%1\"; font-size:%2px; margin-top:6px'>")
                .arg(style.monoFamily)
                .arg(style.pixelSize - 1);
    for (std::size_t i = 0; i < view.lines.size(); ++i) {
        const DerivationView::Line& line = view.lines[i];
        const bool last = i + 1 == view.lines.size();
        const int digits = style.digits + 1;
        const QString value = (last && !view.changed ? printedResult(line.value, view.stored, digits)
                                                     : plainNumber(line.value, digits))
                                  .toHtmlEscaped();
        const QString symbol = line.symbol == QStringLiteral("Σ") ? ExplainHtmlWords::tr("sum") : line.symbol;
        if (line.sum) {
            html += termsHtml(line, style);
            const QString edge =
                QStringLiteral("style='border-top:1px solid %1; padding-top:3px'").arg(style.line.name());
            html += QStringLiteral(
                        "<table width='100%' cellspacing='0' cellpadding='1' style='margin-top:4px'><tr>"
                        "<td %3>%1</td><td align='right' %3><b>%2</b></td></tr></table>")
                        .arg(muted(last ? ExplainHtmlWords::tr("sum") : symbol.toHtmlEscaped(), style), value,
                             edge);
        } else {
            // A copied number would only be said twice.
            const bool plain = line.expression.size() == 1 && !line.expression.front().cell;
            html +=
                QStringLiteral("<div style='font-size:%1px'>"
                               "<table width='100%' cellspacing='0' cellpadding='2'><tr><td>%2 = %3%4</td>"
                               "<td align='right' valign='bottom' style='white-space:nowrap'><b>%5</b></td>"
                               "</tr></table></div>")
                    .arg(linePixels(symbol, line, value, style))
                    .arg(muted(symbol.toHtmlEscaped(), style), spansHtml(line.expression, style),
                         plain ? QString() : muted(QStringLiteral(" ="), style), value);
        }
    }
    const auto some = [&](auto&& is) { return std::any_of(view.lines.begin(), view.lines.end(), is); };
    const bool sums =
        some([](const DerivationView::Line& line) { return line.sum && line.terms.size() > 1; });
    const bool shown = some(
        [&](const DerivationView::Line& line) { return line.sum && termsLook(line, style).partialSums; });
    if (sums && style.partialSums && !shown)
        html += QStringLiteral("<p align='right' style='margin-top:2px'>%1</p>")
                    .arg(muted(ExplainHtmlWords::tr("partial sums need a wider panel"), style));
    else if (sums)
        html += QStringLiteral("<p align='right' style='margin-top:2px'><a href='sums:' style='color:%1; "
                               "text-decoration:none'>%2</a></p>")
                    .arg(style.accent.name(), shown ? ExplainHtmlWords::tr("without partial sums")
                                                    : ExplainHtmlWords::tr("with partial sums"));
    if (view.lines.empty())
        html += QStringLiteral("<b>%1</b>").arg(storedNumber(view.stored).toHtmlEscaped());
    html += QStringLiteral("</div>");
    const QString stored = storedNumber(view.stored).toHtmlEscaped();
    if (view.changed)
        html += QStringLiteral("<p style='color:%1'>%2</p>")
                    .arg(style.second.name(),
                         ExplainHtmlWords::tr("A what-if has put %1 here instead.").arg(stored));
    else if (!view.lines.empty())
        html += QStringLiteral("<p style='margin-top:4px'>%1</p>")
                    .arg(muted(ExplainHtmlWords::tr("stored in float32 as %1").arg(stored), style));
    // More digits than float32 keeps were asked for: what they would be without its rounding.
    const QString exact = plainNumber(view.result, style.digits + 1);
    if (!view.changed && !view.lines.empty() &&
        exact != printedResult(view.result, view.stored, style.digits + 1))
        html += QStringLiteral("<p>%1</p>")
                    .arg(muted(ExplainHtmlWords::tr("without float32's rounding it would be %1")
                                   .arg(exact.toHtmlEscaped()),
                               style));
    return html;
}

QString textHtml(const Text& text)
{
    if (text.empty())
        return {};
    return QStringLiteral("<p>%1 %2</p>").arg(text.what.toHtmlEscaped(), text.why.toHtmlEscaped());
}

QString withoutHtml(const Text& text, const ExplainStyle& style)
{
    if (text.without.isEmpty())
        return {};
    return QStringLiteral("<p style='margin-top:12px'><b>%1</b><br>%2</p>")
        .arg(ExplainHtmlWords::tr("Without it"), muted(text.without.toHtmlEscaped(), style));
}

QString cellLink(const CellRef& cell)
{
    QStringList indices;
    for (const std::int64_t i : cell.cell)
        indices << QString::number(i);
    return QStringLiteral("cell:%1:%2:%3")
        .arg(static_cast<int>(cell.tensor.kind))
        .arg(cell.tensor.index)
        .arg(indices.join(QLatin1Char(',')));
}

std::optional<CellRef> cellOfLink(const QString& link)
{
    const QStringList parts = link.split(QLatin1Char(':'));
    if (parts.size() != 4 || parts[0] != QStringLiteral("cell"))
        return std::nullopt;
    CellRef cell;
    cell.tensor.kind = static_cast<TensorRef::Kind>(parts[1].toInt());
    cell.tensor.index = parts[2].toInt();
    const QStringList indices = parts[3].split(QLatin1Char(','), Qt::SkipEmptyParts);
    for (const QString& i : indices)
        cell.cell.push_back(i.toLongLong());
    return cell;
}

QImage barImage(double fraction, int height, double ratio, const QColor& positive, const QColor& negative)
{
    QImage image(qRound(barWidth * ratio), qRound(height * ratio), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    const double middle = barWidth / 2.0, length = std::clamp(fraction, -1.0, 1.0) * (middle - 1);
    painter.fillRect(QRectF(std::min(middle, middle + length), height * 0.2, std::max(1.0, std::abs(length)),
                            height * 0.6),
                     fraction < 0 ? negative : positive);
    return image;
}

} // namespace headlight
