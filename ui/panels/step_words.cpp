// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "panels/step_words.h"

namespace headlight {

namespace {

QString number(double value)
{
    return plainNumber(value, 3);
}

/// A negative number behind a sign stands in brackets.
QString behind(const QString& text)
{
    return text.startsWith(QStringLiteral("−")) ? QLatin1Char('(') + text + QLatin1Char(')') : text;
}

QString textOf(const Spans& spans)
{
    QString text;
    for (const Span& span : spans)
        text += span.text;
    return text;
}

QString withoutPlus(const QString& text)
{
    return text.startsWith(QLatin1Char('+')) ? text.mid(1) : text;
}

/// A summand as it stands behind a plus, or alone.
QString summand(const DerivationView::Term& term, bool first)
{
    if (term.product) {
        const QString a = withoutPlus(term.expression[0].text), b = withoutPlus(term.expression[1].text);
        return (first ? a : behind(a)) + QStringLiteral(" × ") + behind(b);
    }
    const QString text = withoutPlus(textOf(term.expression));
    return first ? text : behind(text);
}

} // namespace

QString StepWords::of(const StepFrame* frame)
{
    if (!frame)
        return tr("finished");
    if (frame->line < 0)
        return tr("nothing is computed yet");
    if (!m_lead || m_lead->cell != frame->lead) {
        DerivationOptions options;
        options.showAll = true;
        auto view = derivationView(m_source, frame->lead, options);
        m_lead.reset();
        if (view)
            m_lead = std::move(*view);
    }
    QStringList words;
    if (!frame->onlyCell)
        words << tr("row %1 of %2").arg(frame->row + 1).arg(frame->rows);
    if (m_lead && !frame->whole)
        words << textOf(m_lead->heading) << lineWords(*frame);
    words.removeAll(QString());
    return words.join(QStringLiteral(" · "));
}

QString StepWords::lineWords(const StepFrame& frame) const
{
    const QString value = number(frame.value);
    // A what-if has put another number there than its arithmetic gives.
    if (m_lead->changed || static_cast<std::size_t>(frame.line) >= m_lead->lines.size())
        return tr("set by a what-if: %1").arg(value);
    const DerivationView::Line& line = m_lead->lines[static_cast<std::size_t>(frame.line)];
    const QString symbol = line.symbol + QStringLiteral(" = ");
    const bool complete = frame.lastTerm + 1 == frame.terms;
    if (frame.terms == 1)
        return symbol + textOf(line.expression) + QStringLiteral(" = ") + value;
    if (!line.sum && frame.terms > 2)
        return complete ? symbol + textOf(line.expression) + QStringLiteral(": ") + value
                        : tr("%1largest of the first %2: %3").arg(symbol).arg(frame.lastTerm + 1).arg(value);
    if (!line.sum) // a short sum or maximum, written in one piece
        return complete ? symbol + textOf(line.expression) + QStringLiteral(" = ") + value
                        : tr("%1first of two parts: %2").arg(symbol, value);
    if (frame.firstTerm == frame.lastTerm && static_cast<std::size_t>(frame.lastTerm) < line.terms.size()) {
        const DerivationView::Term& term = line.terms[static_cast<std::size_t>(frame.lastTerm)];
        const bool first = frame.firstTerm == 0;
        const QString sum =
            first ? summand(term, true) : number(frame.before) + QStringLiteral(" + ") + summand(term, false);
        // Where several lines make a cell, it matters which of them grows.
        QString name = m_lead->lines.size() > 1 ? line.symbol + QStringLiteral(" · ") : QString();
        name += term.name.isEmpty() ? symbol : term.name + QStringLiteral(": ");
        // A first summand that is a mere number is its own sum.
        return name + sum + (sum == value ? QString() : QStringLiteral(" = ") + value);
    }
    return tr("%1 so far %2 (terms %3 to %4 of %5)")
        .arg(line.symbol, value)
        .arg(frame.firstTerm + 1)
        .arg(frame.lastTerm + 1)
        .arg(frame.terms);
}

} // namespace headlight
