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

QString cell(const QString& content, const char* align = "right")
{
    return QStringLiteral("<td align='%1'>%2</td>").arg(QLatin1String(align), content);
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

/// The size at which "symbol = expression = value" stays on one line of the panel, if there is one.
int linePixels(const QString& symbol, const DerivationView::Line& line, const QString& value,
               const ExplainStyle& style)
{
    qsizetype letters = symbol.size() + 3 + 2 + 1 + value.size();
    for (const Span& s : line.expression)
        letters += s.text.size();
    constexpr int padding = 12;
    const int fitting = static_cast<int>((style.width - padding) / (advance * static_cast<double>(letters)));
    const int wanted = style.pixelSize - 1;
    return fitting < leastPixels(style) ? wanted : std::min(fitting, wanted);
}

/// The columns that there is room for, and letters so small that the longest term stays on one line of the
/// panel: name, expression = value, partial sum, bar.
struct TermsLook
{
    int pixelSize = 12;
    bool partialSums = false, bars = false;
};

TermsLook termsLook(const DerivationView::Line& line, const ExplainStyle& style)
{
    qsizetype name = 0, expression = 0;
    for (const auto& term : line.terms) {
        qsizetype length = term.product ? 4 : 0; // " × "
        for (const Span& s : term.expression)
            length += s.text.size();
        name = std::max(name, term.name.size());
        expression = std::max(expression, length);
    }
    qsizetype value = 0, partial = 0;
    for (const auto& term : line.terms) {
        value = std::max(value, signedNumber(term.value, style.digits).size());
        partial = std::max(partial, plainNumber(term.partial, style.digits).size());
    }
    constexpr qsizetype equals = 4;
    const int least = leastPixels(style), wanted = std::max(least, style.pixelSize - 3);
    const auto look = [&](bool partialSums, bool bars) {
        const double room = style.width - (bars ? barWidth + 24 : 12);
        const auto all =
            static_cast<double>(name + expression + equals + value + (partialSums ? partial + 2 : 0));
        return TermsLook{static_cast<int>(room / (advance * all)), partialSums, bars};
    };
    TermsLook best = look(style.partialSums, true);
    if (best.pixelSize < wanted)
        best = look(style.partialSums, false);
    if (best.pixelSize < least)
        best = look(false, false);
    best.pixelSize = std::clamp(best.pixelSize, least, std::max(least, style.pixelSize - 1));
    return best;
}

QString termsHtml(const DerivationView::Line& line, const ExplainStyle& style)
{
    const TermsLook look = termsLook(line, style);
    QString html =
        QStringLiteral("<div style='font-size:%1px'>"
                       "<table cellspacing='0' cellpadding='1' width='100%' style='margin-top:3px'>")
            .arg(look.pixelSize);
    if (look.partialSums)
        html += QStringLiteral("<tr><td colspan='5'></td>") +
                cell(muted(ExplainHtmlWords::tr("so far"), style)) + QStringLiteral("</tr>");
    for (const auto& term : line.terms) {
        const double share = line.largest > 0 && std::isfinite(term.value) ? term.value / line.largest : 0;
        html += QStringLiteral("<tr>") + cell(muted(term.name.toHtmlEscaped(), style), "left");
        if (term.product)
            // The space before keeps a long name and a long number apart.
            html += cell(QStringLiteral("&nbsp;") + spanHtml(term.expression[0], style)) +
                    cell(muted(QStringLiteral("×"), style)) + cell(spanHtml(term.expression[1], style));
        else
            html += QStringLiteral("<td colspan='3' align='right'>%1</td>")
                        .arg(spansHtml(term.expression, style, true));
        const bool alone = !term.product && term.expression.size() == 1;
        // The equals sign goes with the value, and some air before it.
        html += cell(alone ? QString()
                           : muted(QStringLiteral("&nbsp;=&nbsp;"), style) +
                                 signedNumber(term.value, style.digits).toHtmlEscaped());
        if (look.partialSums)
            html += cell(muted(QStringLiteral("&nbsp;") + plainNumber(term.partial, style.digits), style));
        if (look.bars)
            html += cell(QStringLiteral("<img src='bar:%1'>").arg(share, 0, 'f', 3), "left");
        html += QStringLiteral("</tr>");
    }
    if (line.hiddenTerms > 0)
        html +=
            QStringLiteral("<tr><td colspan='4'><a href='all:' style='color:%1'>%2</a></td>")
                .arg(style.accent.name(), ExplainHtmlWords::tr("show the other %1").arg(line.hiddenTerms)) +
            cell(muted(QStringLiteral("&nbsp;=&nbsp;"), style) + signedNumber(line.hiddenSum, style.digits)) +
            QStringLiteral("</tr>");
    else if (style.showAll && line.terms.size() > 12)
        html += QStringLiteral("<tr><td colspan='6'><a href='less:' style='color:%1'>%2</a></td></tr>")
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
