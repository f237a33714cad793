// SPDX-FileCopyrightText: 2026 Headlight authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a person has set in the views (choices, sliders, zoom, columns), so that views that are made anew, in
// another language, look as they did. Widgets are known by where they stand: the same code makes the same
// tree. What belongs to the session or the selection is shown from there, and not kept here.

#include <QHash>
#include <QString>
#include <QVariant>

class QWidget;

namespace headlight {

class ViewState
{
public:
    explicit ViewState(const QWidget& root);
    /// Sets every control to what it was, as a person would, so that the views follow.
    void restore(QWidget& root) const;

private:
    QHash<QString, QVariant> m_values;
};

} // namespace headlight
