// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Qt guesses whether a tool tip is HTML. Tokens are often called "<s>" or "</s>": as HTML they would vanish,
// and strike out what follows.

#include <QString>
#include <QTextDocument>

namespace headlight {

/// A tool tip that shows @p text as it is, whatever tokens or names are in it.
[[nodiscard]] inline QString toolTipOf(const QString& text)
{
    if (!Qt::mightBeRichText(text))
        return text;
    return QStringLiteral("<span>%1</span>")
        .arg(text.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>")));
}

} // namespace headlight
